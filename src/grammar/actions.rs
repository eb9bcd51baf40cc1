//! What an intent does, as data: Room API methods, named built-in actions, replies, earcons, commands of the
//! operator. Reads them from a pack and fills in slots; knows no room and executes nothing.
//!
//! A string in an action may refer to slots and to the room's state:
//!
//! | written | becomes |
//! |---|---|
//! | `"{contact}"` | the slot's value, with its type (a number stays a number) |
//! | `"{slide - 1}"` | a number slot plus or minus a whole number |
//! | `"Calling {contact.name}"` | text; `.name` is the display name, `.text` what was said |
//! | `"{state.slide + 1}"` | a fact about the room, filled in by the assistant ([`Action::resolve`]) |
//! | `"{{"`, `"}}"` | the braces themselves |
//!
//! A parameter whose only content is a slot that the sentence did not fill is left out.

use std::time::Duration;

use indexmap::IndexMap;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

use super::diagnostics::Place;
use super::outcome::Slot;

/// When an action of a sequence is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum When {
    /// If everything before it succeeded.
    #[default]
    Ok,
    /// If something before it failed.
    Failed,
    /// In any case.
    Always,
}

/// One step of what an intent does.
#[derive(Debug, Clone)]
pub struct Action {
    /// What is done.
    pub kind: ActionKind,
    /// Depending on the outcome of the steps before.
    pub when: When,
    /// Where it stands; none if it comes from no file. Two actions that do the same are equal wherever they stand.
    pub place: Option<Place>,
}

impl PartialEq for Action {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.when == other.when
    }
}

impl From<ActionKind> for Action {
    fn from(kind: ActionKind) -> Self {
        Self { kind, when: When::Ok, place: None }
    }
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum ActionKind {
    /// A Room API method with its parameters.
    Room {
        /// The method.
        method: String,
        /// Its parameters.
        params: Map<String, Value>,
    },
    /// Something the assistant itself can do (`help`, `cancel`, `participants` ...).
    Do {
        /// Its name.
        name: String,
        /// Its parameters.
        params: Map<String, Value>,
    },
    /// A reply to be spoken or shown.
    Say(String),
    /// A signal sound.
    Earcon(String),
    /// A pause in milliseconds.
    Wait(u64),
    /// A program with its arguments. Only from files the operator owns, and only when switched on.
    Shell {
        /// The program, never from a slot, and its arguments. No shell reads them.
        words: Vec<String>,
        /// How long it may take.
        timeout: Duration,
    },
    /// An HTTP request. Only from files the operator owns, and only when switched on.
    Http {
        /// GET, POST ...
        method: String,
        /// Where to. The host never comes from a slot; slots in the rest are percent-encoded.
        url: String,
        /// Additional header lines.
        headers: Headers,
        /// Sent as JSON; none for an empty body.
        body: Option<Value>,
        /// How long it may take.
        timeout: Duration,
    },
}

/// Header lines of a request. Keys of services stand there, so they are not shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(name, _)| (name, "***"))).finish()
    }
}

/// What becomes of a value that is put into a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// It is put in as it is.
    Plain,
    /// It is one part of an address.
    Url,
}

impl Form {
    fn of(self, value: Value) -> Value {
        match (self, value) {
            (Self::Url, Value::String(text)) => percent_encoded(&text).into(),
            (_, value) => value,
        }
    }
}

/// Only what has no meaning of its own in an address stays.
fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The names that a text refers to, as written.
pub fn references_in(text: &str) -> Vec<String> {
    let names = std::cell::RefCell::new(Vec::new());
    substitute(text, &|name| {
        names.borrow_mut().push(name.to_owned());
        None
    });
    names.into_inner()
}

impl Action {
    /// Fills in the slots of a matched sentence. References to the room's state stay.
    #[must_use]
    pub fn render(&self, slots: &IndexMap<String, Slot>) -> Self {
        self.map(&mut |text, form| {
            substitute(text, &|name| {
                slot_reference(name, slots).map(|value| value.map(|value| form.of(value)))
            })
        })
    }

    /// The last step, when nothing is left to fill in: doubled braces become single ones.
    #[must_use]
    pub fn unescaped(&self) -> Self {
        self.map(&mut |text, _| Some(Value::String(unescape(text))))
    }

    /// Fills in the room's state: `state` maps the names after `state.` to values.
    ///
    /// # Errors
    ///
    /// The first reference for which `state` has no value.
    pub fn resolve(&self, state: &Map<String, Value>) -> Result<Self, UnknownReference> {
        let missing = std::cell::RefCell::new(None);
        let action = self.map(&mut |text, form| {
            substitute(text, &|name| {
                let key = name.strip_prefix("state.")?;
                let value = state.get(key).cloned();
                if value.is_none() {
                    missing.borrow_mut().get_or_insert_with(|| key.to_owned());
                }
                Some(value.map(|value| form.of(value)))
            })
        });
        match missing.into_inner() {
            None => Ok(action),
            Some(name) => Err(UnknownReference { name }),
        }
    }

    /// The names that its strings refer to (`contact`, `state.slide`), as written.
    pub fn references(&self) -> Vec<String> {
        let names = std::cell::RefCell::new(Vec::new());
        self.map(&mut |text, _| {
            names.borrow_mut().extend(references_in(text));
            None
        });
        names.into_inner()
    }

    fn map(&self, change: &mut dyn FnMut(&str, Form) -> Option<Value>) -> Self {
        let mut plain = |text: &str| change(text, Form::Plain);
        let text_of = |value: Option<Value>| match value {
            Some(Value::String(text)) => text,
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let kind = match &self.kind {
            ActionKind::Room { method, params } => {
                ActionKind::Room { method: method.clone(), params: map_object(params, &mut plain) }
            }
            ActionKind::Do { name, params } => {
                ActionKind::Do { name: name.clone(), params: map_object(params, &mut plain) }
            }
            ActionKind::Say(text) => ActionKind::Say(text_of(plain(text))),
            ActionKind::Earcon(name) => ActionKind::Earcon(name.clone()),
            ActionKind::Wait(milliseconds) => ActionKind::Wait(*milliseconds),
            ActionKind::Shell { words, timeout } => ActionKind::Shell {
                words: words.iter().map(|word| text_of(plain(word))).collect(),
                timeout: *timeout,
            },
            ActionKind::Http { method, url, headers, body, timeout } => ActionKind::Http {
                body: body.as_ref().and_then(|body| map_value(body, &mut plain)),
                method: method.clone(),
                url: text_of(change(url, Form::Url)),
                headers: headers.clone(),
                timeout: *timeout,
            },
        };
        Self { kind, when: self.when, place: self.place.clone() }
    }
}

/// An action needs a fact about the room that is not known now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the room's state has no `{name}` at the moment")]
pub struct UnknownReference {
    /// The name after `state.`.
    pub name: String,
}

fn map_object(map: &Map<String, Value>, change: &mut dyn FnMut(&str) -> Option<Value>) -> Map<String, Value> {
    map.iter().filter_map(|(key, value)| Some((key.clone(), map_value(value, change)?))).collect()
}

fn map_value(value: &Value, change: &mut dyn FnMut(&str) -> Option<Value>) -> Option<Value> {
    Some(match value {
        Value::String(text) => return change(text),
        Value::Array(items) => items.iter().filter_map(|item| map_value(item, change)).collect(),
        Value::Object(map) => Value::Object(map_object(map, change)),
        other => other.clone(),
    })
}

/// A reply text or reply template with slots filled in.
pub fn render_text(text: &str, slots: &IndexMap<String, Slot>) -> String {
    match substitute(text, &|name| slot_reference(name, slots)) {
        Some(Value::String(text)) => text,
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

/// None: not a slot reference, leave it as it is. Some(None): a slot without a value.
fn slot_reference(name: &str, slots: &IndexMap<String, Slot>) -> Option<Option<Value>> {
    if name.starts_with("state.") {
        return None;
    }
    if let Some(slot) = slots.get(name) {
        return Some(Some(slot.value.clone()));
    }
    if let Some((base, field)) = name.rsplit_once('.')
        && let Some(slot) = slots.get(base)
    {
        return match field {
            "name" => Some(Some(slot.name().into())),
            "text" => Some(Some(slot.text.clone().into())),
            _ => Some(None),
        };
    }
    Some(None)
}

/// Replaces the references in `text`. A text that is one single reference becomes the value itself; `None` when
/// that value is absent.
fn substitute(text: &str, lookup: &dyn Fn(&str) -> Option<Option<Value>>) -> Option<Value> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut first = true;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        let after = &rest[at + 1..];
        if after.starts_with(brace) {
            // A doubled brace is kept doubled as long as another pass may follow; see `unescape`.
            out.push_str(brace);
            out.push_str(brace);
            rest = &after[1..];
            first = false;
            continue;
        }
        let reference = (brace == "{").then(|| after.split_once('}')).flatten();
        let Some((inner, behind)) = reference else {
            out.push_str(brace);
            rest = after;
            first = false;
            continue;
        };
        let (name, plus) = arithmetic(inner);
        match lookup(name) {
            None => {
                out.push('{');
                out.push_str(inner);
                out.push('}');
            }
            Some(value) => {
                // What people say, or are called, refers to nothing: its braces mean themselves in every later pass.
                let value = value.and_then(|value| add(value, plus)).map(escaped);
                if first && at == 0 && behind.is_empty() {
                    return value;
                }
                match value {
                    Some(Value::String(text)) => out.push_str(&text),
                    Some(Value::Null) | None => {}
                    Some(value) => out.push_str(&value.to_string()),
                }
            }
        }
        rest = behind;
        first = false;
    }
    out.push_str(rest);
    Some(Value::String(out))
}

fn escaped(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains(['{', '}']) => {
            Value::String(text.replace('{', "{{").replace('}', "}}"))
        }
        value => value,
    }
}

/// The last step for every text: doubled braces become single ones.
pub fn unescape(text: &str) -> String {
    text.replace("{{", "{").replace("}}", "}")
}

/// `name + 1`, `name - 2` or just `name`.
fn arithmetic(inner: &str) -> (&str, Option<i64>) {
    let inner = inner.trim();
    for (sign, factor) in [(" + ", 1), (" - ", -1)] {
        if let Some((name, number)) = inner.rsplit_once(sign)
            && let Ok(number) = number.trim().parse::<i64>()
        {
            return (name.trim(), number.checked_mul(factor));
        }
    }
    (inner, None)
}

fn add(value: Value, plus: Option<i64>) -> Option<Value> {
    let Some(plus) = plus else { return Some(value) };
    match &value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => Some(number.saturating_add(plus).into()),
            #[expect(clippy::cast_precision_loss, reason = "the summand is small")]
            None => number.as_f64().map(|number| (number + plus as f64).into()),
        },
        Value::String(text) => text.parse::<i64>().ok().map(|number| number.saturating_add(plus).into()),
        _ => None,
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.kind {
            ActionKind::Room { method, params } => {
                map.serialize_entry("room", method)?;
                if !params.is_empty() {
                    map.serialize_entry("params", params)?;
                }
            }
            ActionKind::Do { name, params } => {
                map.serialize_entry("do", name)?;
                if !params.is_empty() {
                    map.serialize_entry("params", params)?;
                }
            }
            ActionKind::Say(text) => map.serialize_entry("say", text)?,
            ActionKind::Earcon(name) => map.serialize_entry("earcon", name)?,
            ActionKind::Wait(milliseconds) => map.serialize_entry("wait", milliseconds)?,
            ActionKind::Shell { words, .. } => map.serialize_entry("shell", words)?,
            // Header lines may hold secrets.
            ActionKind::Http { method, url, body, .. } => {
                map.serialize_entry("http", url)?;
                map.serialize_entry("method", method)?;
                if let Some(body) = body {
                    map.serialize_entry("body", body)?;
                }
            }
        }
        match self.when {
            When::Ok => {}
            When::Failed => map.serialize_entry("when", "failed")?,
            When::Always => map.serialize_entry("when", "always")?,
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn slots() -> IndexMap<String, Slot> {
        let mut slots = IndexMap::new();
        slots.insert("n".to_owned(), Slot::new("five", json!(5)));
        slots.insert("who".to_owned(), Slot::named("john", json!("j@x"), "John Smith"));
        slots
    }

    fn room(params: Value) -> Action {
        let Value::Object(params) = params else { panic!("no map") };
        ActionKind::Room { method: "m".into(), params }.into()
    }

    #[test]
    fn slots_keep_their_type_and_absent_ones_leave_the_parameter_out() {
        let action =
            room(json!({"a": "{n}", "b": "{n - 1}", "c": "no {n}", "d": "{gone}", "e": [true, "{who}"]}));
        assert_eq!(action.render(&slots()), room(json!({"a": 5, "b": 4, "c": "no 5", "e": [true, "j@x"]})));
    }

    #[test]
    fn state_is_filled_in_later() {
        let action = room(json!({"idx": "{state.slide + 1}", "who": "{who}"})).render(&slots());
        assert_eq!(action, room(json!({"idx": "{state.slide + 1}", "who": "j@x"})));
        let Value::Object(state) = json!({"slide": 3}) else { panic!() };
        assert_eq!(action.resolve(&state), Ok(room(json!({"idx": 4, "who": "j@x"}))));
        assert_eq!(action.resolve(&Map::new()), Err(UnknownReference { name: "slide".into() }));
    }

    #[test]
    fn what_is_said_cannot_change_where_a_request_goes() {
        let mut slots = slots();
        slots.insert("what".to_owned(), Slot::new("x", json!("../a b?c=d&e#f/{n}")));
        let http = |url: &str| ActionKind::Http {
            method: "GET".into(),
            url: url.into(),
            headers: Headers(vec![("Authorization".into(), "Bearer secret".into())]),
            body: Some(json!({"text": "{what}", "n": "{n}"})),
            timeout: Duration::from_secs(1),
        };
        let action = Action::from(http("http://host/{what}?who={who}&n={n}&s={state.slide}")).render(&slots);
        let Value::Object(state) = json!({"slide": 3}) else { panic!() };
        let ActionKind::Http { url, body, .. } = action.resolve(&state).unwrap().unescaped().kind else {
            panic!()
        };
        assert_eq!(url, "http://host/..%2Fa%20b%3Fc%3Dd%26e%23f%2F%7Bn%7D?who=j%40x&n=5&s=3");
        assert_eq!(body, Some(json!({"text": "../a b?c=d&e#f/{n}", "n": 5})));
        // Neither printing nor `match --json` shows the key of a service.
        let shown = format!("{action:?} {}", serde_json::to_string(&action).unwrap());
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn replies_use_the_display_name() {
        assert_eq!(render_text("Calling {who.name}, {n} times", &slots()), "Calling John Smith, 5 times");
        assert_eq!(unescape(&render_text("a {{b}} {", &slots())), "a {b} {");
    }
}
