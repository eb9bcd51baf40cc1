//! What an evaluation found: as a table for people, as JSON for programs, as a page with plots.

mod html;
mod table;

use serde::Serialize;
use serde_json::{Map, Value};

use super::score::{Figures, Latency, Verdict};

/// Everything that an evaluation found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The folder that was evaluated.
    pub folder: String,
    /// heyroom's version.
    pub version: &'static str,
    /// The language of the grammar.
    pub language: String,
    /// The speech model.
    pub model: String,
    /// Where it was stopped before its end: the figures are of what was done until then.
    pub stopped: Option<Stopped>,
    /// One entry per condition.
    pub conditions: Vec<Figures>,
    /// The same recordings through the whole assistant at the pace of speech, up to the room's WebSocket.
    pub real_time: Option<Live>,
    /// The same recordings with a fixed recording window instead.
    pub fixed_window: Option<Window>,
    /// What it cost.
    pub cost: Cost,
    /// Each recording under each condition.
    pub items: Vec<ItemReport>,
}

/// How far an evaluation came. A recording counts once per condition and way of playing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stopped {
    /// Recordings that were played to their end.
    pub done: usize,
    /// Recordings that were to be played.
    pub of: usize,
}

impl Stopped {
    /// As a sentence.
    fn told(self) -> String {
        format!("Stopped after {} of {} recordings: the figures are of those alone.", self.done, self.of)
    }
}

/// Figures of a run at the pace of speech.
#[derive(Debug, Clone, Serialize)]
pub struct Live {
    /// Recordings with a command that were played.
    pub commands: usize,
    /// Commands that were not played: the simulated room cannot be brought into their state.
    pub left_out: usize,
    /// How many led to the right requests at the room.
    pub right: usize,
    /// From the end of speech to the frame on the wire, commands that ask the room for something.
    pub latency_ms: Option<Latency>,
    /// Of them, those without slots.
    pub closed_latency_ms: Option<Latency>,
}

/// Figures of the fixed window: after the wake phrase so many seconds are recorded, then recognised.
#[derive(Debug, Clone, Serialize)]
pub struct Window {
    /// The length of the window in seconds.
    pub seconds: f64,
    /// Recordings with a command.
    pub commands: usize,
    /// How many were understood.
    pub right: usize,
    /// From the end of speech to the result.
    pub latency_ms: Option<Latency>,
}

/// What it cost.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Cost {
    /// Length of all audio that was heard, in seconds.
    pub audio_s: f64,
    /// Time spent on recognising it, in seconds.
    pub recognition_s: f64,
    /// Recognition time per audio time; 1 is as slow as speech.
    pub real_time_factor: f64,
    /// The most memory that the process had, in MiB; unknown on some systems.
    pub peak_memory_mib: Option<f64>,
    /// The memory that it had after half an hour of sound, in MiB; none for less sound.
    pub settled_memory_mib: Option<f64>,
    /// The memory that it had at the end, in MiB.
    pub final_memory_mib: Option<f64>,
    /// Processor time of the whole evaluation in seconds; unknown on some systems.
    pub cpu_s: Option<f64>,
}

/// One recording under one condition.
#[derive(Debug, Clone, Serialize)]
pub struct ItemReport {
    /// The file.
    pub file: String,
    /// The condition.
    pub condition: String,
    /// How it went.
    pub verdict: Verdict,
    /// The intent that was expected.
    pub expected: Option<String>,
    /// What is said, if the manifest tells.
    pub said: Option<String>,
    /// What was heard.
    pub heard: String,
    /// The intent that was acted upon.
    pub intent: Option<String>,
    /// Its slots.
    pub slots: Value,
    /// The slots that were expected.
    pub expected_slots: Map<String, Value>,
    /// It was undone when the whole utterance was known.
    pub taken_back: bool,
    /// From the end of speech to the action, in ms.
    pub latency_ms: Option<u64>,
    /// Why nothing was done, in words.
    pub refused: Option<String>,
}

impl ItemReport {
    /// What must come of it, in words.
    fn expectation(&self) -> String {
        match &self.expected {
            None => "nothing".to_owned(),
            Some(intent) if self.expected_slots.is_empty() => intent.clone(),
            Some(intent) => format!("{intent} {}", Value::Object(self.expected_slots.clone())),
        }
    }

    /// What came of it, in words.
    fn outcome(&self) -> String {
        let end = if self.taken_back { ", taken back" } else { "" };
        match (&self.intent, &self.refused) {
            // Nothing is told by `{}` where no slots were expected either.
            (Some(intent), _)
                if self.expected_slots.is_empty() && self.slots == Value::Object(Map::new()) =>
            {
                format!("{intent}{end}")
            }
            (Some(intent), _) => format!("{intent} {}{end}", self.slots),
            (None, Some(why)) => format!("nothing: {why}"),
            (None, None) => "nothing".to_owned(),
        }
    }
}

impl Report {
    /// For a terminal.
    pub fn table(&self) -> String {
        table::table(self)
    }

    /// A page that stands alone, plots included.
    pub fn html(&self) -> String {
        html::page(self)
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

impl Cost {
    /// How the memory went, as a piece of a sentence.
    fn memory(&self) -> Option<String> {
        let most = format!("at most {:.0} MiB of memory", self.peak_memory_mib?);
        Some(match self.settled_memory_mib.zip(self.final_memory_mib) {
            Some((settled, end)) => {
                format!("{most} ({settled:.0} MiB after half an hour of sound, {end:.0} MiB at the end)")
            }
            None => most,
        })
    }
}

fn milliseconds(latency: Option<&Latency>, of: impl Fn(&Latency) -> u64) -> String {
    latency.map_or_else(|| "-".to_owned(), |latency| of(latency).to_string())
}
