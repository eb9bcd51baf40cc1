//! What the assistant says on its own account, from the language pack: `responses: assistant: KEY: TEXT`.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::{
    grammar::{
        self, Candidate, Reply, ToldApart,
        actions::{render_text, unescape},
        outcome::Slot,
        pack::Pack,
    },
    room::CallOutcome,
};

/// The section of `responses` that holds the assistant's own sentences.
pub const SECTION: &str = "assistant";

/// What a pack says about its commands, one line each.
pub fn help(pack: &Pack) -> Vec<String> {
    pack.intents.values().filter_map(|intent| intent.help.clone()).collect()
}

/// The assistant's own sentences.
#[derive(Debug, Clone, Default)]
pub struct Replies {
    texts: IndexMap<String, Reply>,
    language: String,
    /// English, for what a language pack leaves out.
    fallback: IndexMap<String, Reply>,
}

impl Replies {
    /// The sentences of `pack`.
    pub fn of(pack: &Pack) -> Self {
        let section = |pack: &Pack| pack.responses.get(SECTION).cloned().unwrap_or_default();
        let fallback = Pack::bundled("en").map(|pack| section(&pack)).unwrap_or_default();
        Self { texts: section(pack), language: pack.language.clone(), fallback }
    }

    /// The sentence `key` with its values, in the plural form that they call for; empty if no pack has it.
    pub fn get(&self, key: &str, values: &[(&str, &str)]) -> String {
        let own = self.texts.get(key).map(|reply| (reply, self.language.as_str()));
        let Some((reply, language)) = own.or_else(|| Some((self.fallback.get(key)?, "en"))) else {
            tracing::debug!("no pack has the reply assistant.{key}");
            return String::new();
        };
        let slots =
            values.iter().map(|(name, value)| ((*name).to_owned(), Slot::new(*value, Value::from(*value))));
        reply.render(language, &slots.collect())
    }

    /// How a call ended before it began, in words.
    pub fn call_outcome(&self, name: &str, outcome: &CallOutcome) -> String {
        use crate::room::Cause;
        let key = match outcome {
            // The outcome is heard already: the other side speaks, or somebody here hung up.
            CallOutcome::Accepted(_) => return String::new(),
            CallOutcome::GivenUp(crate::room::CallSide::ThisTerminal) => return String::new(),
            CallOutcome::Rejected(Cause::Busy) => "busy",
            CallOutcome::Rejected(Cause::NoAnswer) => "no_answer",
            CallOutcome::Rejected(Cause::NotAvailable | Cause::LoggedOut) => "not_available",
            CallOutcome::Rejected(Cause::NoSuchUser) => "no_such_user",
            CallOutcome::Rejected(Cause::Rejected) => "declined",
            CallOutcome::Rejected(_) => {
                return self.get("call_failed", &[("name", name), ("reason", &outcome.to_string())]);
            }
            _ => "no_connection",
        };
        self.get(key, &[("name", name)])
    }

    /// A list of names as one says it: "Ann, Bob and Carl".
    pub fn list(&self, names: &[String]) -> String {
        self.joined(names, "and")
    }

    /// Names that are not all: "Ann, Bob and others".
    pub fn list_of_some(&self, names: &[String]) -> String {
        format!("{} {}", names.join(", "), self.get("and_others", &[]))
    }

    /// What to call people so that they can be told apart: "John Smith of Sales", "Ann Lee".
    pub fn told_apart(&self, candidates: &[Candidate]) -> Vec<String> {
        let said = |told: ToldApart| match told.detail {
            Some(detail) => self.get("tells_apart", &[("name", &told.name), ("detail", &detail)]),
            None => told.name,
        };
        grammar::told_apart(candidates).into_iter().map(said).collect()
    }

    /// Names to choose from: "Ann, Bob or Carl".
    pub fn list_or(&self, names: &[String]) -> String {
        self.joined(names, "or")
    }

    fn joined(&self, names: &[String], last_key: &str) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.get(last_key, &[])),
        }
    }

    /// A reply of the pack with the room's state filled in (`{state.volume}`); what is not known stays out.
    pub fn with_state(text: &str, state: &Map<String, Value>) -> String {
        let slots = state.iter().map(|(name, value)| {
            let spoken = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            (format!("state.{name}"), Slot::new(spoken, value.clone()))
        });
        unescape(&render_text(text, &slots.collect()))
    }
}
