//! What can be made to happen: one vocabulary for scenarios, the keyboard and the control endpoint.
//!
//! An action has a name and named values. [`parse`] reads them from a map, [`parse_line`] from a line
//! of words such as `ring maria title="Weekly"`.

mod words;

use std::time::Duration;

use serde_json::{Map, Value};

pub(crate) use words::parse_line;

use super::{
    fault::Fault,
    people::{Presence, Verdict},
    terminal::ClientId,
};

/// Something that happens to the terminal without a client asking for it.
///
/// People are named by id, by display name or by a part of it that fits one person only.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Happening {
    /// Somebody calls, or invites the terminal into a conference of theirs.
    Ring {
        /// The caller.
        who: String,
        /// 0 one to one, 1 all on screen, 2 video lecture, 3 role-based.
        kind: i64,
        /// The title of the conference.
        title: Option<String>,
        /// The caller gives up after this time.
        give_up: Option<Duration>,
    },
    /// Whoever calls gives up.
    GiveUp,
    /// Somebody accepts at the terminal itself.
    Accept,
    /// Somebody rejects at the terminal itself.
    Reject,
    /// Somebody hangs up at the terminal itself.
    HangUp,
    /// The called side, or somebody who is invited, decides now.
    Decide {
        /// Who; the called side when left out.
        who: Option<String>,
        /// What they do.
        verdict: Verdict,
    },
    /// Somebody answers calls differently from now on.
    Behave {
        /// Who.
        who: String,
        /// What they do when called.
        verdict: Verdict,
    },
    /// Somebody comes into the conference.
    Join {
        /// Who.
        who: String,
    },
    /// Somebody leaves; a one-to-one call ends with that.
    Leave {
        /// Who; the other side of a call when left out.
        who: Option<String>,
    },
    /// Somebody asks to be let into our conference.
    Knock {
        /// Who.
        who: String,
    },
    /// Somebody's presence changes.
    Presence {
        /// Who.
        who: String,
        /// What it is now.
        presence: Presence,
    },
    /// The server adds an entry to the address book.
    AddContact {
        /// `user@server`.
        peer_id: String,
        /// The display name.
        name: String,
    },
    /// An entry leaves the address book.
    RemoveContact {
        /// Who.
        who: String,
    },
    /// An entry is renamed.
    Rename {
        /// Who.
        who: String,
        /// The new display name.
        name: String,
    },
    /// Somebody writes.
    Message {
        /// Who.
        who: String,
        /// What.
        text: String,
        /// To the whole conference.
        to_all: bool,
    },
    /// Another instance sends a command.
    Command {
        /// Who.
        who: String,
        /// The command.
        text: String,
    },
    /// Somebody offers a file.
    File {
        /// Who.
        who: String,
        /// The file name.
        name: String,
        /// Bytes.
        size: u64,
    },
    /// A participant's devices change.
    Devices {
        /// Who.
        who: String,
        /// Microphone on or off.
        mic: Option<bool>,
        /// Camera on or off.
        camera: Option<bool>,
    },
    /// The owner of the conference switches our devices.
    OwnerMutes {
        /// Microphone muted or not.
        mic: Option<bool>,
        /// Camera muted or not.
        camera: Option<bool>,
    },
    /// A participant asks us for the podium.
    AskPodium {
        /// Who.
        who: String,
    },
    /// The owner invites us to the podium.
    InvitePodium,
    /// The owner answers our wish for the podium, or a participant our invitation.
    AnswerPodium {
        /// The participant; the owner when left out.
        who: Option<String>,
        /// Yes or no.
        allow: bool,
    },
    /// A participant wants to steer our camera.
    AskCamera {
        /// Who.
        who: String,
    },
    /// A participant answers our wish to steer their camera.
    AnswerCamera {
        /// Who.
        who: String,
        /// Yes or no.
        allow: bool,
    },
    /// A participant wants to record us.
    AskRecord {
        /// Who.
        who: String,
    },
    /// A device is plugged in or out.
    Plug {
        /// `microphone`, `speaker` or `camera`.
        class: String,
        /// Its name.
        name: String,
        /// In or out.
        present: bool,
    },
    /// The video server cannot be reached any more.
    LoseServer,
    /// The video server can be reached again.
    FindServer,
    /// What the next login answers (the numbers of the `login` event).
    LoginResult {
        /// 0 success, 3 wrong login or password, and so on.
        result: i64,
    },
    /// A key of the speakerphone: `hang_up` or `off_hook`.
    Key {
        /// Which.
        name: String,
    },
    /// A setting is changed at the terminal itself.
    Setting {
        /// Its name.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A slide is added at the terminal itself.
    Slide {
        /// The file name.
        name: String,
    },
    /// All authorisations end; clients must send `auth` again.
    Deauthorise,
    /// The application ends and comes back.
    Restart,
    /// Any event, as it is.
    Event {
        /// Its name.
        name: String,
        /// Its fields besides `event` and `method`.
        fields: Map<String, Value>,
    },
    /// The next `auth` requests are refused whatever they hold.
    RefuseAuth {
        /// How many.
        count: u32,
    },
    /// The next requests are refused.
    Refuse {
        /// The method; `*` for any.
        method: String,
        /// How many.
        count: u32,
    },
}

/// One thing to do to a simulator.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    Happen(Happening),
    Fault(Fault, Option<ClientId>),
    /// Shows the state.
    State,
}

/// Why an action cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadAction {
    /// The value that is wrong, if it is one.
    pub key: Option<String>,
    pub message: String,
}

impl std::fmt::Display for BadAction {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.message)
    }
}

/// The name of an action, its values (`?` after those that may be left out), and what it does.
pub(crate) struct Spec {
    pub name: &'static str,
    pub values: &'static [&'static str],
    pub help: &'static str,
}

const fn spec(name: &'static str, values: &'static [&'static str], help: &'static str) -> Spec {
    Spec { name, values, help }
}

/// Every action there is.
pub(crate) const ACTIONS: &[Spec] = &[
    spec("ring", &["who", "type?", "title?", "give_up?"], "somebody calls, or invites into a conference"),
    spec("give_up", &[], "the caller gives up"),
    spec("accept", &[], "somebody accepts at the terminal itself"),
    spec("reject", &[], "somebody rejects at the terminal itself"),
    spec("hang_up", &[], "somebody hangs up at the terminal itself"),
    spec("answer", &["who?"], "the called side, or somebody invited, answers now"),
    spec("refuse", &["cause", "who?"], "the called side, or somebody invited, refuses now"),
    spec("behave", &["who", "answer"], "somebody answers calls differently from now on"),
    spec("join", &["who"], "somebody comes into the conference"),
    spec("leave", &["who?"], "somebody leaves, or the other side hangs up"),
    spec("knock", &["who"], "somebody asks to be let into our conference"),
    spec("presence", &["who", "status"], "somebody becomes available, busy, offline or owner"),
    spec("add_contact", &["peerId", "name"], "the address book gets an entry"),
    spec("remove_contact", &["who"], "the address book loses an entry"),
    spec("rename", &["who", "name"], "an entry of the address book is renamed"),
    spec("message", &["who", "text"], "somebody writes to the terminal"),
    spec("group_message", &["who", "text"], "somebody writes to the conference"),
    spec("command", &["who", "text"], "another instance sends a command"),
    spec("file", &["who", "name", "size?"], "somebody offers a file"),
    spec("devices", &["who", "mic?", "camera?"], "a participant's devices go on or off"),
    spec("owner_mutes", &["mic?", "camera?"], "the conference owner mutes or unmutes the terminal"),
    spec("ask_podium", &["who"], "a participant asks for the podium"),
    spec("invite_podium", &[], "the owner invites the terminal to the podium"),
    spec("answer_podium", &["allow", "who?"], "a wish for the podium, or an invitation to it, is answered"),
    spec("ask_camera", &["who"], "a participant wants to steer the camera"),
    spec("answer_camera", &["who", "allow"], "a participant lets the terminal steer their camera, or not"),
    spec("ask_record", &["who"], "a participant wants to record the terminal"),
    spec("plug", &["class", "name"], "a microphone, speaker or camera is plugged in"),
    spec("unplug", &["class", "name"], "a device is plugged out"),
    spec("lose_server", &[], "the video server cannot be reached any more"),
    spec("find_server", &[], "the video server can be reached again"),
    spec("login_result", &["result"], "what the next login answers"),
    spec("key", &["name"], "a key of the speakerphone: hang_up or off_hook"),
    spec("set", &["name", "value"], "a setting is changed at the terminal itself"),
    spec("slide", &["name"], "a slide is added at the terminal itself"),
    spec("deauthorise", &[], "all authorisations end"),
    spec("restart", &[], "the application ends and comes back"),
    spec("event", &["name", "fields?"], "any event, as it is"),
    spec(
        "fault",
        &["kind", "ms?", "count?", "bytes?", "method?", "client?"],
        "drop, half_open, delay, duplicate, reorder, lose, garbage, oversize, slow_reader, wrong_pin, refuse, clear",
    ),
    spec("state", &[], "shows the state"),
];

/// The named values of an action.
struct Values<'a>(&'a Map<String, Value>);

fn bad<T>(key: &str, message: String) -> Result<T, BadAction> {
    Err(BadAction { key: Some(key.to_owned()), message })
}

impl Values<'_> {
    fn text_opt(&self, key: &str) -> Result<Option<String>, BadAction> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
            Some(Value::String(_)) => bad(key, format!("{key} is empty")),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(flag)) => Ok(Some(flag.to_string())),
            Some(_) => bad(key, format!("{key} must be a text")),
        }
    }

    fn text(&self, key: &str) -> Result<String, BadAction> {
        match self.text_opt(key)? {
            Some(text) => Ok(text),
            None => Err(BadAction { key: None, message: format!("{key} is missing") }),
        }
    }

    fn read<T>(
        &self,
        key: &str,
        read: impl FnOnce(&str) -> Option<T>,
        choices: &str,
    ) -> Result<Option<T>, BadAction> {
        match self.text_opt(key)? {
            None => Ok(None),
            Some(text) => match read(&text) {
                Some(value) => Ok(Some(value)),
                None => bad(key, format!("{key} \"{text}\": must be {choices}")),
            },
        }
    }

    fn needed<T>(&self, key: &str, found: Option<T>) -> Result<T, BadAction> {
        found.ok_or_else(|| BadAction { key: None, message: format!("{key} is missing") })
    }

    fn flag_opt(&self, key: &str) -> Result<Option<bool>, BadAction> {
        let read = |text: &str| match text {
            "true" | "on" | "yes" => Some(true),
            "false" | "off" | "no" => Some(false),
            _ => None,
        };
        self.read(key, read, "true or false (or on, off)")
    }

    fn flag(&self, key: &str) -> Result<bool, BadAction> {
        self.needed(key, self.flag_opt(key)?)
    }

    fn count(&self) -> Result<u32, BadAction> {
        let read = |text: &str| text.parse().ok().filter(|count| *count > 0);
        Ok(self.read("count", read, "a number from 1")?.unwrap_or(1))
    }

    fn duration_opt(&self, key: &str) -> Result<Option<Duration>, BadAction> {
        self.read(key, parse_duration, "a time such as 500ms, 1.5s or 2m")
    }

    fn verdict(&self, key: &str) -> Result<Verdict, BadAction> {
        let found = self.read(key, Verdict::parse, &Verdict::choices())?;
        self.needed(key, found)
    }
}

/// `500ms`, `1.5s`, `2m`, or a number of seconds; at most a day.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.find(|letter: char| letter.is_ascii_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text, "s"),
    };
    let scale = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let seconds = number.trim().parse::<f64>().ok()? * scale;
    (0.0..=86400.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

/// Reads the action `name` with its values.
pub(crate) fn parse(name: &str, values: &Map<String, Value>) -> Result<Action, BadAction> {
    let Some(spec) = ACTIONS.iter().find(|spec| spec.name == name) else {
        let near = ACTIONS.iter().min_by_key(|spec| strsim::levenshtein(spec.name, name));
        let hint = near.map_or(String::new(), |near| format!("; the nearest is {}", near.name));
        return Err(BadAction { key: None, message: format!("unknown action {name}{hint}") });
    };
    let allowed = || spec.values.iter().map(|value| bare(value));
    if let Some(key) = values.keys().find(|key| !allowed().any(|allowed| allowed == *key)) {
        let takes = if spec.values.is_empty() {
            "no values".into()
        } else {
            allowed().collect::<Vec<_>>().join(", ")
        };
        return bad(key, format!("{name} has no value {key}; it takes {takes}"));
    }
    let given = Values(values);
    let who = || given.text("who");
    Ok(Action::Happen(match name {
        "ring" => Happening::Ring {
            who: who()?,
            kind: given.read("type", kind_number, "one, symmetric, asymmetric or role")?.unwrap_or(0),
            title: given.text_opt("title")?,
            give_up: given.duration_opt("give_up")?,
        },
        "give_up" => Happening::GiveUp,
        "accept" => Happening::Accept,
        "reject" => Happening::Reject,
        "hang_up" => Happening::HangUp,
        "answer" => Happening::Decide { who: given.text_opt("who")?, verdict: Verdict::Accept },
        "refuse" => Happening::Decide { who: given.text_opt("who")?, verdict: given.verdict("cause")? },
        "behave" => Happening::Behave { who: who()?, verdict: given.verdict("answer")? },
        "join" => Happening::Join { who: who()? },
        "leave" => Happening::Leave { who: given.text_opt("who")? },
        "knock" => Happening::Knock { who: who()? },
        "presence" => Happening::Presence {
            who: who()?,
            presence: given.needed("status", given.read("status", Presence::parse, Presence::CHOICES)?)?,
        },
        "add_contact" => Happening::AddContact { peer_id: given.text("peerId")?, name: given.text("name")? },
        "remove_contact" => Happening::RemoveContact { who: who()? },
        "rename" => Happening::Rename { who: who()?, name: given.text("name")? },
        "message" => Happening::Message { who: who()?, text: given.text("text")?, to_all: false },
        "group_message" => Happening::Message { who: who()?, text: given.text("text")?, to_all: true },
        "command" => Happening::Command { who: who()?, text: given.text("text")? },
        "file" => Happening::File {
            who: who()?,
            name: given.text("name")?,
            size: given.read("size", |text| text.parse().ok(), "a number of bytes")?.unwrap_or(1024),
        },
        "devices" => {
            Happening::Devices { who: who()?, mic: given.flag_opt("mic")?, camera: given.flag_opt("camera")? }
        }
        "owner_mutes" => {
            Happening::OwnerMutes { mic: given.flag_opt("mic")?, camera: given.flag_opt("camera")? }
        }
        "ask_podium" => Happening::AskPodium { who: who()? },
        "invite_podium" => Happening::InvitePodium,
        "answer_podium" => {
            Happening::AnswerPodium { who: given.text_opt("who")?, allow: given.flag("allow")? }
        }
        "ask_camera" => Happening::AskCamera { who: who()? },
        "answer_camera" => Happening::AnswerCamera { who: who()?, allow: given.flag("allow")? },
        "ask_record" => Happening::AskRecord { who: who()? },
        "plug" | "unplug" => {
            let class =
                |text: &str| matches!(text, "microphone" | "speaker" | "camera").then(|| text.to_owned());
            let class = given.read("class", class, "microphone, speaker or camera")?;
            Happening::Plug {
                class: given.needed("class", class)?,
                name: given.text("name")?,
                present: name == "plug",
            }
        }
        "lose_server" => Happening::LoseServer,
        "find_server" => Happening::FindServer,
        "login_result" => {
            let result = given.read("result", |text| text.parse().ok(), "a number")?;
            Happening::LoginResult { result: given.needed("result", result)? }
        }
        "key" => {
            let key = |text: &str| matches!(text, "hang_up" | "off_hook").then(|| text.to_owned());
            let key = given.read("name", key, "hang_up or off_hook")?;
            Happening::Key { name: given.needed("name", key)? }
        }
        "set" => Happening::Setting {
            name: given.text("name")?,
            value: match given.needed("value", values.get("value").cloned())? {
                Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
                other => other,
            },
        },
        "slide" => Happening::Slide { name: given.text("name")? },
        "deauthorise" => Happening::Deauthorise,
        "restart" => Happening::Restart,
        "event" => Happening::Event {
            name: given.text("name")?,
            fields: match values.get("fields") {
                None => Map::new(),
                Some(Value::Object(fields)) => fields.clone(),
                Some(Value::String(text)) => match serde_json::from_str(text) {
                    Ok(Value::Object(fields)) => fields,
                    _ => return bad("fields", "fields must be a JSON object".into()),
                },
                Some(_) => return bad("fields", "fields must be an object".into()),
            },
        },
        "fault" => return parse_fault(&given),
        "state" => return Ok(Action::State),
        // Every name of the table is read above; a test makes sure.
        other => {
            return Err(BadAction { key: None, message: format!("the action {other} cannot be read") });
        }
    }))
}

fn kind_number(text: &str) -> Option<i64> {
    match text {
        "one" | "call" | "0" => Some(0),
        "symmetric" | "1" => Some(1),
        "asymmetric" | "assymetric" | "2" => Some(2),
        "role" | "3" => Some(3),
        _ => None,
    }
}

fn parse_fault(given: &Values<'_>) -> Result<Action, BadAction> {
    let ms = || -> Result<Duration, BadAction> {
        let found =
            given.read("ms", |text| text.parse().ok().filter(|ms| *ms <= 3_600_000), "milliseconds")?;
        Ok(Duration::from_millis(given.needed("ms", found)?))
    };
    let count = given.count()?;
    let fault = match given.text("kind")?.as_str() {
        "drop" => Fault::Drop,
        "half_open" => Fault::HalfOpen,
        "delay" => Fault::Delay(ms()?),
        "slow_reader" => Fault::SlowReader(ms()?),
        "duplicate" => Fault::Duplicate(count),
        "reorder" => Fault::Reorder(count),
        "lose" => Fault::Lose(count),
        "garbage" => Fault::Garbage,
        "oversize" => {
            let read = |text: &str| text.parse().ok().filter(|bytes| *bytes <= 256 * 1024 * 1024);
            let bytes = given.read("bytes", read, "a number of bytes, at most 256 MiB")?;
            Fault::Oversize(bytes.unwrap_or(16 * 1024 * 1024))
        }
        "clear" => Fault::Clear,
        "wrong_pin" => return Ok(Action::Happen(Happening::RefuseAuth { count })),
        "refuse" => {
            let method = given.text_opt("method")?.unwrap_or_else(|| "*".into());
            return Ok(Action::Happen(Happening::Refuse { method, count }));
        }
        other => {
            let message = format!(
                "kind \"{other}\": must be drop, half_open, delay, duplicate, reorder, lose, garbage, oversize, \
                 slow_reader, wrong_pin, refuse or clear"
            );
            return bad("kind", message);
        }
    };
    let client = given.read("client", |text| text.parse().ok(), "the number of a client")?;
    Ok(Action::Fault(fault, client))
}

/// The name of a value without the mark that it may be left out.
fn bare(value: &str) -> &str {
    value.trim_end_matches('?')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_of_the_table_can_be_read() {
        for spec in ACTIONS {
            let mut values = Map::new();
            for value in spec.values.iter().filter(|value| !value.ends_with('?')) {
                let sample = match (spec.name, *value) {
                    (_, "cause" | "status" | "answer") => "busy",
                    (_, "allow") => "true",
                    (_, "class") => "camera",
                    (_, "result") => "3",
                    ("key", _) => "hang_up",
                    (_, "kind") => "drop",
                    _ => "x",
                };
                values.insert((*value).to_owned(), sample.into());
            }
            assert!(parse(spec.name, &values).is_ok(), "{}: {:?}", spec.name, parse(spec.name, &values));
        }
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse_duration("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!(parse_duration("2m"), Some(Duration::from_secs(120)));
        assert_eq!(parse_duration("3"), Some(Duration::from_secs(3)));
        for wrong in ["", "s", "-1s", "1d", "nan", "1e9h"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }
}
