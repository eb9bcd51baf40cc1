//! The answer to "what does this sentence mean?".

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

use super::actions::Action;
use super::near::Near;

/// Facts that decide which sentences are valid now (`in_call: true`).
pub type Context = Map<String, Value>;

/// A slot's content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slot {
    /// What was said, in the speaker's spelling; empty for a value that was not spoken.
    pub text: String,
    /// What it means: a contact's id, a number, a list value's `out`.
    pub value: Value,
    #[serde(skip)]
    name: Option<String>,
}

impl Slot {
    /// A slot whose name is its value.
    pub fn new(text: impl Into<String>, value: Value) -> Self {
        Self { text: text.into(), value, name: None }
    }

    /// A slot with a display name for replies.
    pub fn named(text: impl Into<String>, value: Value, name: impl Into<String>) -> Self {
        Self { text: text.into(), value, name: Some(name.into()) }
    }

    /// What to call it in a reply: a contact's display name, else the value or the spoken text.
    pub fn name(&self) -> String {
        match (&self.name, &self.value) {
            (Some(name), _) => name.clone(),
            (None, Value::String(value)) => value.clone(),
            (None, value @ Value::Number(_)) => value.to_string(),
            (None, _) => self.text.clone(),
        }
    }
}

/// A sentence that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The intent.
    pub intent: String,
    /// What was filled in, in the order of the sentence.
    pub slots: IndexMap<String, Slot>,
    /// What it does, slots filled in.
    pub actions: Vec<Action>,
    /// The key of the reply text (`response:` of the block).
    pub response: Option<String>,
    /// The reply, slots filled in; references to the room's state stay for the assistant.
    pub reply: Option<String>,
    /// The question to ask before anything happens, slots filled in.
    pub confirm: Option<String>,
    /// How to take it back.
    pub undo: Vec<Action>,
    /// May be carried out before the silence after it, once nothing can follow.
    pub early: bool,
    /// Whether the wake phrase is needed.
    pub wake: Wake,
    /// How clearly it must be heard, where the grammar says so: the mean confidence of its words, from 0 to 1.
    pub confidence: Option<f32>,
    /// The block's `metadata`.
    pub metadata: Map<String, Value>,
    /// Captures `{@x}`: usable in the reply, no slots.
    pub captures: IndexMap<String, Slot>,
    /// The caller's context, with what matched list values added.
    pub context: Context,
    /// The template that matched.
    pub template: Arc<str>,
    /// Where that template stands, as `file:line:column`.
    pub place: Arc<str>,
    /// Characters of literal text that matched, spaces aside: a measure of how specific the match is.
    pub literal: usize,
    /// Where the sentence was understood with tolerance only: which one it was taken for.
    pub near: Option<Near>,
}

/// Whether an intent needs the wake phrase.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Wake {
    /// Always.
    #[default]
    Required,
    /// Never.
    Optional,
    /// Not in these states of the dialogue.
    OptionalIn(Vec<String>),
}

impl Wake {
    /// Whether the intent may be spoken without the wake phrase in `state`.
    pub fn optional_in(&self, state: &str) -> bool {
        match self {
            Self::Required => false,
            Self::Optional => true,
            Self::OptionalIn(states) => states.iter().any(|allowed| allowed == state),
        }
    }
}

/// One of several equally good meanings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Its display name.
    pub name: String,
    /// Its value: a contact's id.
    pub value: Value,
}

/// Why nothing matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No sentence of the grammar.
    Unknown,
    /// A sentence of the grammar, but not valid in this context.
    NotNow,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Understood.
    Match(Box<Match>),
    /// Not understood.
    NoMatch {
        /// Why.
        reason: Reason,
    },
    /// The intent is clear, but a slot fits several values equally ("two Johns").
    Ambiguous {
        /// The intent.
        intent: String,
        /// The slot to ask about.
        slot: String,
        /// What it may be.
        candidates: Vec<Candidate>,
        /// The match that each candidate stands for, in the same order.
        matches: Vec<Match>,
    },
}

impl Outcome {
    /// The match, if it is one.
    pub fn matched(&self) -> Option<&Match> {
        match self {
            Self::Match(found) => Some(found),
            _ => None,
        }
    }
}

/// What a beginning of a sentence may still become. Skip words aside: they may follow everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prefix {
    /// It is a whole sentence already.
    pub complete: bool,
    /// At least one more word can follow (skip words aside) so that a sentence comes out.
    pub extendable: bool,
    /// The intents of the sentence that it is already, in file order; more than one where several claim it.
    pub intents: Vec<String>,
    /// The intents of the longer sentences that it can become, in file order.
    pub becomes: Vec<String>,
    /// What can follow, and whether that would change anything: how long it pays to wait.
    pub follow: Follow,
}

/// What can follow a beginning of a sentence, from what needs the shortest pause to what needs the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Follow {
    /// Nothing but skip words.
    #[default]
    Nothing,
    /// Words that change nothing: the longer sentence has the same intent, the same slots and the same actions
    /// ("mute", then "the microphone").
    Same,
    /// Words that make another sentence of it, or, where it is none yet, one.
    Words,
    /// A slot's value, or more of one: people think before a name or a number.
    Slot,
}
