//! The states of the dialogue.

use std::{collections::HashSet, time::Duration, time::Instant};

use super::event::{Partial, Scope, Spoken};
use crate::{
    grammar::{Candidate, Context, Match},
    recognizer::UNKNOWN,
};

/// The state of the dialogue as others see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for the wake phrase.
    Asleep,
    /// Waits for a command.
    Awake,
    /// Asked whether something is to be done.
    Confirming,
    /// Asked which of several is meant.
    Choosing,
    /// Asleep, while somebody calls.
    Ringing,
    /// Asleep, in a call.
    InCall,
    /// The assistant speaks.
    Speaking,
    /// Hears nothing, because people want to be among themselves.
    Muted,
}

/// What the assistant waits for.
#[derive(Debug, Clone)]
pub(super) enum Mode {
    Asleep,
    /// Listens for a command; `begun` is one that was broken off in the middle ("call ...").
    Awake(Awake),
    /// A command was carried out a moment ago; another one needs no wake phrase.
    Following,
    Confirming(Confirming),
    Choosing(Choosing),
    /// Privacy.
    Muted,
}

/// What is known of the command that is waited for.
#[derive(Debug, Clone, Default)]
pub(super) struct Awake {
    /// How many utterances in a row were no command.
    pub misunderstood: u32,
    /// The words of a command that was broken off.
    pub begun: Vec<(String, f32)>,
    /// What woke it may have been talk: behind the wake phrase came no command.
    pub doubtful: bool,
}

/// A command that waits for yes or no.
#[derive(Debug, Clone)]
pub(super) struct Confirming {
    pub pending: Box<Match>,
    /// The command as it was said.
    pub said: String,
    pub misunderstood: u32,
}

/// A command that waits for a choice.
#[derive(Debug, Clone)]
pub(super) struct Choosing {
    pub intent: String,
    pub slot: String,
    pub candidates: Vec<Candidate>,
    /// What each candidate stands for, in the same order.
    pub matches: Vec<Match>,
    /// The command as it was said.
    pub said: String,
    pub misunderstood: u32,
}

/// A command that was carried out.
#[derive(Debug, Clone)]
pub(super) struct Done {
    pub found: Box<Match>,
    /// The command as it was said.
    pub said: String,
    /// What was valid then.
    pub context: Context,
    pub at: Instant,
}

/// The utterance that is under way.
#[derive(Debug, Default)]
pub(super) struct Utterance {
    /// It began and is not over.
    pub within: bool,
    /// What was done upon it before it was over.
    pub acted: Option<Acted>,
    /// Nobody wants to know the rest.
    pub dropped: bool,
    /// The words that the assistant itself spoke meanwhile.
    pub own: HashSet<String>,
    /// It began while the awake signal sounded, or just after.
    pub into_signal: bool,
    /// There is a far end that can be heard.
    pub in_call: bool,
    /// The far end spoke meanwhile.
    pub far_end: bool,
    /// The assistant was made to stop speaking.
    pub interrupted: bool,
    /// Somebody begins to say the wake phrase.
    pub over_reply: bool,
    /// The recogniser listened only for answers or the wake phrase.
    pub narrowed: bool,
    /// The silence that was asked for last.
    pub endpoint: Option<Duration>,
    /// What was said so far is no command, nor the beginning of one.
    pub is_talk: bool,
    /// It began when nobody was waited for any more.
    pub late: bool,
}

/// A command that went out before the end of the utterance.
#[derive(Debug)]
pub(super) struct Acted {
    pub found: Box<Match>,
    /// The words as they looked then, from the wake phrase or the beginning on.
    pub words: Vec<String>,
}

/// The assistant speaks.
#[derive(Debug)]
pub(super) struct OwnSpeech {
    pub words: HashSet<String>,
    /// Texts that are being spoken or wait for their turn.
    pub texts: u32,
    /// When it is taken to be over even if nobody says so.
    pub until: Instant,
}

impl Mode {
    /// The intents that are answers in this state; none where every sentence may be said.
    pub(super) fn scope(&self) -> Scope {
        match self {
            Self::Confirming(_) => {
                let intents = super::asking::TO_CONFIRM.iter().map(|name| (*name).to_owned()).collect();
                Scope::Answers { intents, candidates: Vec::new() }
            }
            Self::Choosing(choosing) => {
                // "Call John Brown" is an answer too.
                let answers = super::asking::TO_CHOOSE.iter().map(|name| (*name).to_owned());
                let intents = answers.chain([choosing.intent.clone()]).collect();
                Scope::Answers { intents, candidates: choosing.candidates.clone() }
            }
            _ => Scope::Everything,
        }
    }

    /// Whether a question was asked.
    pub(super) fn asks(&self) -> bool {
        matches!(self, Self::Confirming(_) | Self::Choosing(_))
    }
}

impl Utterance {
    /// Somebody speaks, and what is said will be known.
    pub(super) fn lasts(&self) -> bool {
        self.within && !self.dropped
    }

    /// How many words at the beginning are the awake signal, heard as noise in front of the command.
    pub(super) fn signal<S: AsRef<str>>(&self, words: &[S]) -> usize {
        words.iter().take_while(|word| self.into_signal && word.as_ref() == UNKNOWN).count()
    }
}

impl Partial {
    /// The words with single spaces, from `from` on.
    pub(super) fn text(&self, from: usize) -> String {
        self.words.get(from..).unwrap_or_default().join(" ")
    }

    /// What would have been said if this were all; none while it is not known how well it was heard.
    pub(super) fn spoken(&self) -> Option<Spoken> {
        let confidences = self.confidences.as_ref()?;
        Some(Spoken {
            words: self.words.iter().cloned().zip(confidences.iter().copied()).collect(),
            pauses: self.pauses.clone(),
            played: self.played.clone(),
            signal: self.signal,
            ..Spoken::default()
        })
    }
}

impl Spoken {
    /// The words without their confidences.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.words.iter().map(|(word, _)| word.as_str()).collect()
    }

    /// The words from `from` on with single spaces.
    pub(super) fn text(&self, from: usize) -> String {
        self.texts().get(from..).unwrap_or_default().join(" ")
    }

    /// The rest of the utterance from `from` on, as if it had been said alone; without other readings.
    pub(super) fn rest(&self, from: usize) -> Self {
        let played = self.played.as_ref().and_then(|played| Some(played.get(from..)?.to_vec()));
        Self { words: self.words.get(from..).unwrap_or_default().to_vec(), played, ..Self::default() }
    }
}
