//! What the assistant does, told step by step: to the log, and to whoever shows it (the demo's transcript).

use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tokio::sync::mpsc::UnboundedSender;

use super::{decisions::Judgement, secrets::loggable};

/// Something happened.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// The number of the decision that it belongs to, where one is recorded.
    pub about: Option<u64>,
    /// What.
    pub what: Happening,
}

/// What happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Happening {
    /// An utterance was recognised.
    Heard {
        /// The likeliest text.
        text: String,
        /// From 0 to 1.
        confidence: f32,
        /// Length of the audio.
        audio: Duration,
        /// Time that decoding took.
        decoding: Duration,
        /// When the voice fell silent.
        ended: Instant,
    },
    /// Something was decided; what comes of it follows with the same number.
    Judged(Box<Judgement>),
    /// The assistant woke up.
    Woke,
    /// It sleeps again.
    Slept,
    /// An utterance was not meant for the assistant.
    Ignored,
    /// It was meant for the assistant, but not acted upon.
    Refused {
        /// What was heard.
        text: String,
        /// Why, in words.
        why: &'static str,
    },
    /// A command was understood.
    Understood {
        /// The intent.
        intent: String,
        /// Slot names and what was said for them.
        slots: Vec<(String, String)>,
        /// What the slots mean.
        values: Map<String, Value>,
    },
    /// A command was understood, and is asked back before it is done.
    Asked {
        /// The intent.
        intent: String,
        /// What the slots mean.
        values: Map<String, Value>,
    },
    /// What was done was not what was meant.
    TakenBack {
        /// The intent.
        intent: String,
        /// Whether the grammar knows how to undo it.
        undone: bool,
    },
    /// The assistant stops listening, or listens again, because somebody wants it so.
    Privacy {
        /// Whether it stopped.
        on: bool,
    },
    /// A Room API method went out.
    Sent {
        /// The method.
        method: String,
        /// Its parameters.
        params: Map<String, Value>,
        /// From the end of speech.
        after: Option<Duration>,
    },
    /// The room answered.
    Answered {
        /// The method.
        method: String,
        /// What came of it, or the room's (or the connection's) error.
        result: Result<String, String>,
        /// From sending to the answer, or to the outcome where the room reports one.
        took: Duration,
    },
    /// What the assistant says.
    Said {
        /// The text.
        text: String,
    },
    /// Another language is spoken and understood from now on.
    Speaks {
        /// The language.
        language: String,
        /// How long it took to make it ready.
        took: Duration,
    },
    /// Changed grammar files are in use.
    Reloaded {
        /// From noticing the change.
        took: Duration,
        /// What their author should know.
        warnings: usize,
    },
    /// Changed grammar files cannot be used; those from before stay in use.
    NotReloaded {
        /// What is wrong, with file, line and column.
        problems: String,
    },
    /// The recording is over and everything that it led to is done.
    Ended,
}

/// Where happenings are told.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    reader: Option<UnboundedSender<Entry>>,
    /// The reader wants decisions with their grounds; and also the words that were not meant for the assistant.
    decisions: Option<Overheard>,
    about: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Overheard(bool);

impl Journal {
    /// A journal that is logged and also told to `reader`.
    pub fn told_to(reader: UnboundedSender<Entry>) -> Self {
        Self { reader: Some(reader), ..Self::default() }
    }

    /// A journal whose reader is told the grounds of each decision too; with `overheard` also the words of speech that
    /// was not meant for the assistant.
    pub fn with_decisions(mut self, overheard: bool) -> Self {
        self.decisions = Some(Overheard(overheard));
        self
    }

    /// Whether decisions are told, and if so whether with the words of what was not meant for the assistant.
    pub fn tells_decisions(&self) -> Option<bool> {
        self.decisions.map(|Overheard(overheard)| overheard)
    }

    /// What is noted from now on belongs to the decision of this number.
    pub fn goes_on_about(&mut self, decision: Option<u64>) {
        self.about = decision;
    }

    /// Notes a happening.
    pub fn note(&self, what: Happening) {
        log(&what);
        if let Some(reader) = &self.reader {
            // A reader that went away wants to know no more.
            let _ = reader.send(Entry { at: Instant::now(), about: self.about, what });
        }
    }
}

fn log(what: &Happening) {
    use tracing::{debug, info, warn};
    match what {
        Happening::Heard { text, confidence, audio, decoding, .. } => debug!(
            "heard \"{text}\" (confidence {confidence:.2}, {} ms of audio decoded in {} ms)",
            audio.as_millis(),
            decoding.as_millis()
        ),
        // What comes of it is logged.
        Happening::Judged(_) => {}
        Happening::Woke => info!("awake"),
        Happening::Slept => debug!("asleep"),
        Happening::Ignored => debug!("not meant for the assistant"),
        Happening::Refused { text, why } => info!("\"{text}\" was not acted upon: {why}"),
        Happening::Understood { intent, slots, .. } => {
            let slots: String = slots.iter().map(|(name, text)| format!(", {name} = {text}")).collect();
            info!("understood {intent}{slots}");
        }
        Happening::Asked { intent, .. } => info!("asks whether {intent} is meant"),
        Happening::TakenBack { intent, undone: true } => info!("{intent} was not meant and is undone"),
        Happening::TakenBack { intent, undone: false } => {
            warn!("{intent} was not meant, but the grammar does not say how to undo it (`undo:`)");
        }
        Happening::Privacy { on: true } => info!("does not listen until it is told to"),
        Happening::Privacy { on: false } => info!("listens again"),
        Happening::Sent { method, params, after } => {
            let params = Value::Object(loggable(method, params));
            match after {
                Some(after) => {
                    info!("to the room: {method} {params}, {} ms after the end of speech", after.as_millis())
                }
                None => info!("to the room: {method} {params}"),
            }
        }
        Happening::Answered { method, result: Ok(outcome), took } => {
            debug!("{method}: {outcome}, within {} ms", took.as_millis());
        }
        Happening::Answered { result: Err(error), .. } => warn!("{error}"),
        Happening::Said { text } => info!("says \"{text}\""),
        Happening::Speaks { language, took } => {
            info!("the language is \"{language}\" now, ready after {} ms", took.as_millis());
        }
        Happening::Reloaded { took, warnings: 0 } => {
            info!("the changed grammar is in use, after {} ms", took.as_millis());
        }
        Happening::Reloaded { took, warnings } => info!(
            "the changed grammar is in use, after {} ms, with {warnings} warning(s): `heyroom grammar check` tells",
            took.as_millis()
        ),
        Happening::NotReloaded { problems } => {
            tracing::error!(
                "the changed grammar cannot be used, the one from before stays in use:\n{problems}"
            );
        }
        Happening::Ended => debug!("the recording is over"),
    }
}
