//! Between the ear and the dialogue: what a text is worth to the assistant while it is still being said, and what was
//! heard in the dialogue's terms.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    dialogue::{self, Event, Spoken},
    ear::{self, Utterance, Verdict},
    wake::WakePhrases,
};
use crate::{
    grammar::{Grammar, Outcome},
    recognizer::Word,
};

/// Silence between two words that is a pause, in ms: in fluent speech there is none.
const PAUSE_MS: u32 = 120;

/// What a text is to the assistant.
#[derive(Debug, Clone, Copy)]
enum Said {
    /// People talk to each other.
    ToOthers,
    /// The wake phrase alone.
    Wake,
    /// More than that, or an answer.
    ToAssistant,
}

/// What the ear must know of the grammar and the dialogue; shared with those who change them.
#[derive(Debug, Clone)]
pub struct Verdicts {
    /// What can be said.
    pub grammar: Arc<RwLock<Arc<Grammar>>>,
    /// What wakes the assistant.
    pub wake: Arc<RwLock<WakePhrases>>,
    /// Whether the assistant would act on speech without the wake phrase.
    pub attentive: Arc<AtomicBool>,
}

impl Verdicts {
    /// Whether a second opinion on a text would change nothing.
    pub fn understood(&self) -> Verdict {
        let this = self.clone();
        Arc::new(move |text: &str| {
            let (said, command) = this.said(text);
            match said {
                // Nobody asked: what was said does not matter.
                Said::ToOthers | Said::Wake => true,
                Said::ToAssistant => this.is_sentence(&command),
            }
        })
    }

    /// Whether a text may be worth judging at a pause. The last word is not in it yet when the voice has been silent for
    /// so short a time only: the wake phrase alone may have a command behind it.
    pub fn may_be_command(&self) -> Verdict {
        let this = self.clone();
        Arc::new(move |text: &str| {
            !matches!(this.said(text).0, Said::ToOthers) || this.attentive.load(Ordering::Relaxed)
        })
    }

    fn said(&self, text: &str) -> (Said, String) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let wake = self.wake.read().unwrap_or_else(PoisonError::into_inner).find(&words);
        let from = match wake {
            Some(at) if at == words.len() => return (Said::Wake, String::new()),
            Some(at) => at,
            None if !self.attentive.load(Ordering::Relaxed) => return (Said::ToOthers, String::new()),
            None => 0,
        };
        (Said::ToAssistant, words[from..].join(" "))
    }

    fn is_sentence(&self, command: &str) -> bool {
        let grammar = self.grammar.read().unwrap_or_else(PoisonError::into_inner).clone();
        !matches!(grammar.matches(command, &serde_json::Map::new()), Outcome::NoMatch { .. })
    }
}

/// An utterance that goes on.
pub fn under_way(partial: &ear::Partial) -> Event {
    Event::Partial(dialogue::Partial {
        words: partial.text.split_whitespace().map(str::to_owned).collect(),
        silence: partial.silence,
        stable: partial.stable,
        confidences: None,
        pauses: None,
        played: None,
        signal: 0,
    })
}

/// An utterance that may be over.
pub fn at_a_pause(utterance: &Utterance) -> Event {
    let words = &utterance.hypothesis.words;
    Event::Partial(dialogue::Partial {
        words: words.iter().map(|word| word.text.clone()).collect(),
        silence: utterance.silence,
        stable: u32::MAX,
        confidences: Some(words.iter().map(|word| word.confidence).collect()),
        pauses: Some(pauses(words)),
        played: utterance.played.clone(),
        signal: utterance.signal,
    })
}

/// An utterance that is over.
pub fn whole(utterance: &Utterance) -> Event {
    Event::Said(spoken(utterance))
}

/// What was said in an utterance.
pub fn spoken(utterance: &Utterance) -> Spoken {
    let words = &utterance.hypothesis.words;
    let length = words.first().zip(words.last());
    let length = length.map(|(first, last)| last.end_ms.saturating_sub(first.start_ms));
    Spoken {
        words: words.iter().map(|word| (word.text.clone(), word.confidence)).collect(),
        readings: utterance.readings.clone(),
        length: length.map(|length| Duration::from_millis(length.into())),
        pauses: Some(pauses(words)),
        played: utterance.played.clone(),
        signal: utterance.signal,
    }
}

/// The words that do not follow the one before at once.
fn pauses(words: &[Word]) -> Vec<usize> {
    let after_pause = |pair: &[Word]| pair[1].start_ms.saturating_sub(pair[0].end_ms) >= PAUSE_MS;
    let pairs = words.windows(2).enumerate();
    pairs.filter(|(_, pair)| after_pause(pair)).map(|(index, _)| index + 1).collect()
}
