//! How the dialogue behaves. Most of it an operator may tune; the program sets the rest.

use std::time::Duration;

use crate::assistant::wake::WakePhrases;

/// How the dialogue behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What wakes the assistant.
    pub wake: WakePhrases,
    /// Whether the wake phrase is listened for. Without it only push to talk wakes the assistant.
    pub wake_on: bool,
    /// After this time without speech the assistant sleeps again; a question counts as answered with no.
    pub sleep_after: Duration,
    /// After a command, further ones need no wake phrase for this time; zero: they always do.
    pub follow_up: Duration,
    /// How long after a command "no, I meant ..." corrects it.
    pub correct_within: Duration,
    /// When privacy ends by itself; none: never.
    pub privacy_for: Option<Duration>,
    /// Whether intents that declare it may be said without the wake phrase.
    pub wake_optional: bool,
    /// Whether the far end's speech makes the assistant more suspicious.
    pub far_end_guard: bool,
    /// The silences that end an utterance.
    pub pauses: Pauses,
    /// How many partial results in a row must agree before a command goes out early.
    pub early_stable: u32,
    /// How sure the recogniser must be.
    pub thresholds: Thresholds,
}

impl Settings {
    /// The default behaviour with these wake phrases.
    pub fn new(wake: WakePhrases) -> Self {
        Self {
            wake,
            wake_on: true,
            sleep_after: Duration::from_secs(6),
            follow_up: Duration::from_secs(4),
            correct_within: Duration::from_secs(30),
            privacy_for: Some(Duration::from_secs(3600)),
            wake_optional: true,
            far_end_guard: true,
            pauses: Pauses::default(),
            early_stable: 2,
            thresholds: Thresholds::default(),
        }
    }
}

/// The silences that end an utterance, by what was said so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pauses {
    /// A whole command that no word can follow.
    pub closed: Duration,
    /// A whole command that could go on ("hang up" - "hang up for everyone").
    pub open: Duration,
    /// Anything that is no command, and none that was begun.
    pub usual: Duration,
    /// The middle of a command: people think before a name or a number.
    pub slot: Duration,
    /// A command that is asked back: no haste.
    pub dangerous: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self {
            closed: Duration::from_millis(150),
            open: Duration::from_millis(220),
            usual: Duration::from_millis(400),
            slot: Duration::from_millis(700),
            dangerous: Duration::from_millis(500),
        }
    }
}

/// Confidences, from 0 to 1, below which nothing is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// The words of a command, on average.
    pub command: f32,
    /// The words of a command that is asked back, or of the yes to it.
    pub dangerous: f32,
    /// The least certain word of the wake phrase.
    pub wake: f32,
    /// The same where the words behind it are no sentence, and only what sounds like them is one.
    pub wake_at_second_sight: f32,
    /// The same in a call where nobody knows what the loudspeaker plays; and the words of "answer" on average, said
    /// without the wake phrase while it rings.
    pub wake_in_call: f32,
    /// The same while the far end's speech comes out of the loudspeaker.
    pub wake_over_far_end: f32,
    /// The same while the assistant itself speaks.
    pub wake_over_reply: f32,
    /// The words of a command, on average, where talk may have woken the assistant: behind the wake phrase came none.
    pub doubtful: f32,
    /// The least certain word of a command that touches others and is said without the wake phrase.
    pub unaddressed: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            command: 0.5,
            dangerous: 0.6,
            wake: 0.4,
            wake_at_second_sight: 0.7,
            wake_in_call: 0.65,
            wake_over_far_end: 0.85,
            wake_over_reply: 0.5,
            doubtful: 0.8,
            unaddressed: 0.85,
        }
    }
}
