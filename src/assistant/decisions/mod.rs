//! The last decisions of the assistant, kept in a small file so that people can ask why it did what it did
//! (`heyroom explain`). Words and figures only, never sound; of speech that was not meant for the assistant not even the
//! words, unless the operator wants them.
//!
//! | file | idea |
//! |---|---|
//! | `judging` | what a decision was based on, taken from the dialogue |
//! | `recorder` | puts decisions together from the journal and writes them, beside everything else |
//! | `file` | where they are kept, and how |
//! | `text` | a decision as a line for a reader |

mod file;
mod judging;
mod recorder;
mod text;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use file::{FileError, LIMIT, default_file, read};
pub use judging::{Before, Judgement};
pub use recorder::{Recorder, RecorderSettings};

/// Something that the assistant decided.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Decision {
    /// When, in ms since 1970-01-01 UTC. No two decisions have the same.
    pub at_ms: u64,
    /// What was heard; none where a button or the passing of time led to the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<HeardSpeech>,
    /// The state of the dialogue before.
    pub state: String,
    /// What was decided: `acted`, `asked`, `woke`, `waits`, `refused`, `cancelled`, `taken_back`, `privacy` or `ignored`.
    pub decision: String,
    /// Whether that was before the end of the utterance.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// Why, where something was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The intent that was understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// What was said for its slots.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub slots: Map<String, Value>,
    /// Among which names was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// Sentences of the grammar that are near to what was heard, where it was none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<NearMiss>,
    /// What the words were measured against.
    pub thresholds: Measured,
    /// From the end of speech to the decision, in ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<u64>,
    /// What went to the room, and what became of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub room: Vec<Exchange>,
    /// What the assistant said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<String>,
}

/// Speech, as the recogniser heard it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct HeardSpeech {
    /// The words; none of speech that was not meant for the assistant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<HeardWord>,
    /// Other readings that were tried, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<String>,
    /// The mean confidence of the words, from 0 to 1, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// Length of the audio that was decoded, in ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_ms: Option<u64>,
    /// Time that decoding took, in ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoding_ms: Option<u64>,
    /// The far end spoke at the same time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub far_end: bool,
    /// Heyroom itself spoke at the same time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_voice: bool,
}

/// A word that was heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeardWord {
    /// The word.
    pub word: String,
    /// From 0 to 1; none while an utterance goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

/// A sentence near to what was heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearMiss {
    /// Its intent.
    pub intent: String,
    /// The sentence.
    pub sentence: String,
    /// How far apart: 0.2 about a missing article, 1 a missing word of weight.
    pub cost: f32,
}

/// Confidences, from 0 to 1, that were wanted.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Of the least certain word of the wake phrase.
    pub wake: f32,
    /// Of the words of the command, on average.
    pub command: f32,
}

/// A command to the room.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Exchange {
    /// The method of the Room API.
    pub method: String,
    /// Its parameters.
    #[serde(default)]
    pub params: Map<String, Value>,
    /// From the end of speech to the wire, in ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<u64>,
    /// What came of it; none while the answer is awaited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The room's or the connection's error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// From the wire to the answer, or to the outcome where the room reports one, in ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
}

impl Decision {
    /// Whether nothing more is to come.
    pub fn is_settled(&self) -> bool {
        (self.decision != "acted" || !self.room.is_empty()) && self.room.iter().all(Exchange::is_answered)
    }
}

impl Exchange {
    /// Whether the room (or the connection to it) has said what came of it.
    pub fn is_answered(&self) -> bool {
        self.outcome.is_some() || self.error.is_some()
    }
}
