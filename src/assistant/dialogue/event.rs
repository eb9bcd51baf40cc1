//! What the dialogue is told, and what it answers.

use std::time::Duration;

use crate::{
    audio::PlayedIn,
    grammar::{Candidate, Context, Match},
};

/// What the dialogue must know of the room.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Somebody calls and waits for an answer.
    pub ringing: bool,
    /// What decides which sentences are valid now.
    pub context: Context,
}

impl Facts {
    /// A fact that is known to be so; what is not known is not so.
    pub(super) fn is(&self, key: &str) -> bool {
        self.context.get(key).and_then(serde_json::Value::as_bool).unwrap_or(false)
    }
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// Somebody began to speak.
    SpeechBegan,
    /// What is being said so far; it may still change.
    Partial(Partial),
    /// Somebody said something: the utterance is over.
    Said(Spoken),
    /// The utterance that was under way is over, and nobody will ever know what it was: it was the assistant itself.
    Forgotten,
    /// The room changed.
    Room(Facts),
    /// The assistant begins to speak this text.
    Speaking(String),
    /// The assistant finished speaking one of the texts.
    Quiet,
    /// The assistant finished something else that takes time: a signal, or what it was told to do.
    Settled,
    /// The far end's speech begins (true) or ends (false) to come out of the loudspeaker.
    FarEnd(bool),
    /// Somebody pushed the button, which stands for the wake phrase.
    PushToTalk,
    /// Nothing is to be heard any more (true), or again (false).
    Privacy(bool),
    /// The grammar was replaced.
    Reloaded,
    /// The microphone is gone.
    MicrophoneLost,
    /// The microphone is back.
    MicrophoneRestored,
    /// Time passed; due at [`super::Dialogue::deadline`].
    Tick,
}

/// An utterance under way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Partial {
    /// The words so far.
    pub words: Vec<String>,
    /// How long the voice has been silent.
    pub silence: Duration,
    /// How many partial results in a row had these words, this one included.
    pub stable: u32,
    /// The confidence of each word, from 0 to 1, where it is known: at a pause.
    pub confidences: Option<Vec<f32>>,
    /// The words (by index) with a pause before them, where that is known.
    pub pauses: Option<Vec<usize>>,
    /// What the loudspeaker has to do with each word, where it is known what it plays.
    pub played: Option<Vec<PlayedIn>>,
    /// How many words at the beginning were heard while an earcon sounded, and may be nothing else.
    pub signal: usize,
}

/// An utterance as the recogniser heard it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spoken {
    /// The likeliest words, with confidences from 0 to 1.
    pub words: Vec<(String, f32)>,
    /// Other readings, the likeliest first.
    pub readings: Vec<String>,
    /// From the first to the last word, where it is known.
    pub length: Option<Duration>,
    /// The words (by index) with a pause before them, where that is known.
    pub pauses: Option<Vec<usize>>,
    /// What the loudspeaker has to do with each word, where it is known what it plays.
    pub played: Option<Vec<PlayedIn>>,
    /// How many words at the beginning were heard while an earcon sounded, and may be nothing else.
    pub signal: usize,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// The wake phrase was heard: signal that the assistant listens.
    Wake,
    /// The assistant sleeps again.
    Sleep,
    /// Carry this out.
    Act(Box<Match>),
    /// Take back what was done: it was not what was said, or not what was meant. Without a way back, say so to the log.
    TakeBack(Box<Match>),
    /// Ask this and listen.
    Confirm(Box<Match>),
    /// The answer was unclear: ask for yes or no and listen.
    ConfirmAgain(Box<Match>),
    /// Ask which of these is meant and listen.
    Choose {
        /// The intent.
        intent: String,
        /// What may be meant.
        candidates: Vec<Candidate>,
    },
    /// The answer was unclear: ask again which of these is meant.
    ChooseAgain {
        /// What may be meant.
        candidates: Vec<Candidate>,
    },
    /// A sentence was begun; listen for the rest of it.
    Continue,
    /// The question was answered with no, or what was going on was cancelled.
    Cancelled,
    /// Spoken to the assistant, but not acted upon.
    Refused {
        /// Why.
        refusal: Refusal,
        /// Whether to say so in words. Not when it may have been talk that only sounded like the wake phrase.
        aloud: bool,
    },
    /// Not spoken to the assistant.
    Ignored,
    /// Stop speaking: somebody speaks to the assistant.
    Interrupt,
    /// Speak more softly (true): the far end speaks, or somebody begins to say the wake phrase; or as loud
    /// as before (false).
    Duck(bool),
    /// This much silence ends the utterance that is under way.
    Endpoint(Duration),
    /// The utterance that is under way is meant for the assistant, although that makes a sound itself.
    Keep,
    /// The rest of the utterance that is under way is not to be heard.
    DropRest,
    /// What can be said now; the recogniser may listen for less.
    Narrow(Scope),
    /// Nothing may be heard from now on, or the assistant listens again.
    Privacy {
        /// Nothing may be heard.
        on: bool,
        /// To be announced: whoever pushed the button to talk knows, and speaks at once.
        aloud: bool,
    },
    /// Something that people in the room should know.
    Tell(Notice),
}

impl Effect {
    /// Whether something is asked, so that an answer can be expected once it was heard.
    pub fn is_question(&self) -> bool {
        matches!(
            self,
            Self::Confirm(_) | Self::ConfirmAgain(_) | Self::Choose { .. } | Self::ChooseAgain { .. }
        )
    }
}

/// What can be said now.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scope {
    /// The wake phrase and every sentence.
    #[default]
    Everything,
    /// The wake phrase, and answers to a question.
    Answers {
        /// The intents that are answers.
        intents: Vec<String>,
        /// Those among whom is to be chosen; empty if the question is another one.
        candidates: Vec<Candidate>,
    },
}

/// Something that people in the room should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The connection to the room broke while somebody was using it.
    RoomLost,
    /// It is back.
    RoomBack,
    /// The microphone is gone.
    MicrophoneLost,
    /// It is back.
    MicrophoneBack,
}

/// Why an utterance was not acted upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No sentence of the grammar.
    Unknown,
    /// A sentence, but it makes no sense in the room's state.
    NotNow,
    /// A sentence, but heard too badly.
    LowConfidence,
    /// Too short a sound to have been that many words.
    TooShort,
    /// It fits more people than can be asked about.
    TooMany,
}
