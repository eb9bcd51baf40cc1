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

use indexmap::IndexMap;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

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
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// What is done.
    pub kind: ActionKind,
    /// Depending on the outcome of the steps before.
    pub when: When,
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
    Shell(Vec<String>),
    /// An HTTP request. Only from files the operator owns, and only when switched on.
    Http {
        /// GET, POST ...
        method: String,
        /// Where to.
        url: String,
        /// Sent as JSON; none for an empty body.
        body: Option<Value>,
    },
}

impl Action {
    /// Fills in the slots of a matched sentence. References to the room's state stay.
    #[must_use]
    pub fn render(&self, slots: &IndexMap<String, Slot>) -> Self {
        self.map(&mut |text| substitute(text, &|name| slot_reference(name, slots)))
    }

    /// Fills in the room's state: `state` maps the names after `state.` to values.
    ///
    /// # Errors
    ///
    /// The first reference for which `state` has no value.
    pub fn resolve(&self, state: &Map<String, Value>) -> Result<Self, UnknownReference> {
        let missing = std::cell::RefCell::new(None);
        let action = self.map(&mut |text| {
            substitute(text, &|name| {
                let key = name.strip_prefix("state.")?;
                let value = state.get(key).cloned();
                if value.is_none() {
                    missing.borrow_mut().get_or_insert_with(|| key.to_owned());
                }
                Some(value)
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
        self.map(&mut |text| {
            substitute(text, &|name| {
                names.borrow_mut().push(name.to_owned());
                None
            })
        });
        names.into_inner()
    }

    fn map(&self, change: &mut dyn FnMut(&str) -> Option<Value>) -> Self {
        let text_of = |value: Option<Value>| match value {
            Some(Value::String(text)) => text,
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let kind = match &self.kind {
            ActionKind::Room { method, params } => {
                ActionKind::Room { method: method.clone(), params: map_object(params, change) }
            }
            ActionKind::Do { name, params } => {
                ActionKind::Do { name: name.clone(), params: map_object(params, change) }
            }
            ActionKind::Say(text) => ActionKind::Say(text_of(change(text))),
            ActionKind::Earcon(name) => ActionKind::Earcon(name.clone()),
            ActionKind::Wait(milliseconds) => ActionKind::Wait(*milliseconds),
            ActionKind::Shell(words) => {
                ActionKind::Shell(words.iter().map(|word| text_of(change(word))).collect())
            }
            ActionKind::Http { method, url, body } => ActionKind::Http {
                method: method.clone(),
                url: text_of(change(url)),
                body: body.as_ref().and_then(|body| map_value(body, change)),
            },
        };
        Self { kind, when: self.when }
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
                let value = value.and_then(|value| add(value, plus));
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

/// The last step for a text that people see: doubled braces become single ones.
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
            ActionKind::Shell(words) => map.serialize_entry("shell", words)?,
            ActionKind::Http { method, url, body } => {
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
        Action { kind: ActionKind::Room { method: "m".into(), params }, when: When::Ok }
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
    fn replies_use_the_display_name() {
        assert_eq!(render_text("Calling {who.name}, {n} times", &slots()), "Calling John Smith, 5 times");
        assert_eq!(unescape(&render_text("a {{b}} {", &slots())), "a {b} {");
    }
}
