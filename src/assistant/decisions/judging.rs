//! What a decision was based on. Here is also decided what of it may be written down at all.

use std::{sync::Arc, time::Instant};

use super::{HeardSpeech, HeardWord, Measured};
use crate::{
    assistant::{
        dialogue::{Dialogue, Effect, Event, Measures, State},
        ear::Utterance,
        secrets,
        wake::WakePhrases,
    },
    grammar::{Grammar, Match},
};

/// The dialogue before it was told what happened.
#[derive(Debug)]
pub struct Before {
    state: State,
    measures: Measures,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Whole(Words),
    UnderWay(Words),
    Button,
    Time,
}

#[derive(Debug, Default)]
struct Words {
    words: Vec<HeardWord>,
    readings: Vec<String>,
    audio_ms: Option<u64>,
    decoding_ms: Option<u64>,
    ended: Option<Instant>,
}

/// A decision with its grounds, for the journal. What may not be written down is not in it.
#[derive(Debug, Clone)]
pub struct Judgement {
    pub(super) heard: Option<HeardSpeech>,
    pub(super) state: &'static str,
    pub(super) decision: &'static str,
    pub(super) early: bool,
    pub(super) reason: Option<String>,
    pub(super) found: Option<Box<Match>>,
    pub(super) intent: Option<String>,
    pub(super) candidates: Vec<String>,
    pub(super) thresholds: Measured,
    pub(super) ended: Option<Instant>,
    /// What was no sentence, and the grammar that it is none of: what is near is looked for later.
    pub(super) unknown: Option<(String, Arc<Grammar>)>,
}

impl Before {
    /// The dialogue before `event`, if that is of a kind that leads to decisions; `utterance` is what was heard, where
    /// the words are judged already.
    pub fn of(dialogue: &Dialogue, event: &Event, utterance: Option<&Utterance>) -> Option<Self> {
        let cause = match event {
            Event::Said(spoken) if !spoken.words.is_empty() => {
                let words =
                    spoken.words.iter().map(|(word, confidence)| (word.clone(), Some(*confidence))).collect();
                Cause::Whole(Words::new(words, spoken.readings.clone(), utterance))
            }
            Event::Partial(partial) => {
                let known = |index: usize| utterance?.hypothesis.words.get(index).map(|word| word.confidence);
                let words = partial.words.iter().enumerate();
                let words = words.map(|(index, word)| (word.clone(), known(index))).collect();
                Cause::UnderWay(Words::new(words, Vec::new(), utterance))
            }
            Event::PushToTalk => Cause::Button,
            Event::Tick => Cause::Time,
            _ => return None,
        };
        Some(Self { state: dialogue.state(), measures: dialogue.measures(event), cause })
    }

    /// What was decided; none if it was nothing. With `overheard` the words of speech that was not meant for the
    /// assistant are kept.
    pub fn judgement(
        self,
        effects: &[Effect],
        wake: &WakePhrases,
        grammar: &Arc<Grammar>,
        overheard: bool,
    ) -> Option<Judgement> {
        let decision = decision(effects)?;
        let (words, early) = match self.cause {
            Cause::Whole(words) => (Some(words), false),
            Cause::UnderWay(words) => (Some(words), true),
            Cause::Button | Cause::Time => (None, false),
        };
        let found = effects.iter().find_map(|effect| match effect {
            Effect::Act(found) | Effect::Confirm(found) => Some(found.clone()),
            _ => None,
        });
        let (intent, candidates) = effects
            .iter()
            .find_map(|effect| match effect {
                Effect::Choose { intent, candidates } => {
                    Some((Some(intent.clone()), candidates.iter().map(|c| c.name.clone()).collect()))
                }
                Effect::TakeBack(found) => Some((Some(found.intent.clone()), Vec::new())),
                _ => None,
            })
            .unwrap_or_default();
        let unknown = effects.iter().any(|effect| {
            matches!(effect, Effect::Refused { refusal: crate::assistant::dialogue::Refusal::Unknown, .. })
        });
        let mut judgement = Judgement {
            heard: None,
            state: state_name(self.state),
            decision,
            early,
            reason: None,
            intent: found.as_ref().map(|found| found.intent.clone()).or(intent),
            candidates,
            thresholds: Measured {
                wake: self.measures.wake,
                command: self.measures.for_command(found.as_deref()),
            },
            found,
            ended: None,
            unknown: None,
        };
        let Some(words) = words else { return Some(judgement) };
        judgement.ended = words.ended;
        if decision == "ignored" {
            judgement.reason = Some(words.why_ignored(self.state, &self.measures, wake));
        }
        let mut words = words;
        let confidence = words.confidence();
        // Not addressed, or taken for a command by mistake.
        if matches!(decision, "ignored" | "taken_back") {
            if !overheard {
                (words.words, words.readings) = (Vec::new(), Vec::new());
            }
        } else {
            words.keep_from_wake(wake);
        }
        if unknown {
            let texts = words.texts();
            let command = wake.find(&texts).unwrap_or(0);
            judgement.unknown = Some((texts[command..].join(" "), Arc::clone(grammar)));
        }
        match &judgement.found {
            Some(found) if secrets::dials(found) => {
                (words.words, words.readings) = (Vec::new(), Vec::new());
            }
            Some(_) => {}
            None => words.leave_out_pins(grammar.language()),
        }
        judgement.heard = Some(HeardSpeech {
            words: words.words,
            readings: words.readings,
            confidence,
            audio_ms: words.audio_ms,
            decoding_ms: words.decoding_ms,
            far_end: self.measures.far_end,
            own_voice: self.measures.own_voice,
        });
        Some(judgement)
    }
}

impl Judgement {
    /// Whether what was acted upon was no command, so that nobody may read its words.
    pub(super) fn tells_that_it_was_none(&self) -> bool {
        self.decision == "taken_back" && self.heard.as_ref().is_some_and(|heard| heard.words.is_empty())
    }
}

#[cfg(test)]
impl Judgement {
    /// A decision upon words that were still being said.
    pub(super) fn of_words(decision: &'static str, words: &[&str]) -> Self {
        let word = |word: &&str| HeardWord { word: (*word).to_owned(), confidence: None };
        let heard = HeardSpeech { words: words.iter().map(word).collect(), ..HeardSpeech::default() };
        Self { heard: Some(heard), early: true, ..Self::of_nothing(decision) }
    }

    /// A decision that nothing was heard for.
    pub(super) fn of_nothing(decision: &'static str) -> Self {
        Self {
            heard: None,
            state: "asleep",
            decision,
            early: false,
            reason: None,
            found: None,
            intent: None,
            candidates: Vec::new(),
            thresholds: Measured::default(),
            ended: None,
            unknown: None,
        }
    }
}

impl Words {
    fn new(words: Vec<(String, Option<f32>)>, readings: Vec<String>, utterance: Option<&Utterance>) -> Self {
        let milliseconds = |duration: std::time::Duration| duration.as_millis() as u64;
        Self {
            words: words.into_iter().map(|(word, confidence)| HeardWord { word, confidence }).collect(),
            readings,
            audio_ms: utterance.map(|utterance| milliseconds(utterance.audio)),
            decoding_ms: utterance.map(|utterance| milliseconds(utterance.decoding)),
            ended: utterance.map(|utterance| utterance.ended),
        }
    }

    fn texts(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.word.as_str()).collect()
    }

    fn confidence(&self) -> Option<f32> {
        let sum: Option<f32> = self.words.iter().map(|word| word.confidence).sum();
        sum.filter(|_| !self.words.is_empty()).map(|sum| sum / self.words.len() as f32)
    }

    /// What came to nothing may have been meant to be dialled.
    fn leave_out_pins(&mut self, language: &str) {
        let shown = secrets::without_pins(language, &self.texts());
        if shown.len() < self.words.len() {
            self.words = shown.into_iter().map(|word| HeardWord { word, confidence: None }).collect();
        }
        for reading in &mut self.readings {
            let words: Vec<&str> = reading.split_whitespace().collect();
            *reading = secrets::without_pins(language, &words).join(" ");
        }
    }

    /// What people said to each other before the wake phrase is theirs.
    fn keep_from_wake(&mut self, wake: &WakePhrases) {
        let Some(span) = wake.find_span(&self.texts()) else { return };
        self.words.drain(..span.start);
        let addressed = |reading: &String| {
            let words: Vec<&str> = reading.split_whitespace().collect();
            wake.find_span(&words).map(|span| words[span.start..].join(" "))
        };
        self.readings = self.readings.iter().filter_map(addressed).collect();
    }

    /// Why it was not for the assistant. The wake phrase itself is no secret.
    fn why_ignored(&self, state: State, measures: &Measures, wake: &WakePhrases) -> String {
        let phrase = wake.find_span(&self.texts());
        let least = phrase.and_then(|span| {
            let confidences = self.words.get(span)?.iter().filter_map(|word| word.confidence);
            confidences.reduce(f32::min)
        });
        match least {
            Some(_) if measures.far_end_heard => "the loudspeaker said the wake phrase".to_owned(),
            Some(least) if least < measures.wake => {
                let why = match (measures.own_voice, measures.far_end) {
                    (true, _) => " while heyroom itself spoke",
                    (false, true) => " while the far end spoke",
                    (false, false) => "",
                };
                format!(
                    "the wake phrase was heard{why}, but not clearly enough ({least:.2}, {:.2} wanted)",
                    measures.wake
                )
            }
            _ if measures.far_end_heard => "it came out of the loudspeaker".to_owned(),
            _ if measures.own_voice => "heyroom itself spoke".to_owned(),
            _ if state == State::Awake => "talk, and no clear command".to_owned(),
            _ => "not addressed to the assistant".to_owned(),
        }
    }
}

/// What the effects come to; none if the dialogue did nothing.
fn decision(effects: &[Effect]) -> Option<&'static str> {
    // The weightiest one: taking back comes with what is done instead, acting with falling asleep.
    let rank = |effect: &Effect| {
        Some(match effect {
            Effect::Act(_) => (0, "acted"),
            Effect::Confirm(_) | Effect::Choose { .. } => (1, "asked"),
            Effect::ConfirmAgain(_) | Effect::ChooseAgain { .. } => (2, "asked"),
            Effect::Refused { .. } => (3, "refused"),
            Effect::TakeBack(_) => (4, "taken_back"),
            Effect::Cancelled => (5, "cancelled"),
            Effect::Continue => (6, "waits"),
            Effect::Wake => (7, "woke"),
            Effect::Privacy { on: true, .. } => (8, "privacy"),
            Effect::Ignored => (9, "ignored"),
            _ => return None,
        })
    };
    effects.iter().filter_map(rank).min().map(|(_, name)| name)
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Asleep => "asleep",
        State::Awake => "awake",
        State::Confirming => "confirming",
        State::Choosing => "choosing",
        State::Ringing => "ringing",
        State::InCall => "in a call",
        State::Speaking => "speaking",
        State::Muted => "muted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assistant::dialogue::{Facts, Settings, Spoken},
        grammar::Pack,
    };

    struct Room {
        dialogue: Dialogue,
        grammar: Arc<Grammar>,
        wake: WakePhrases,
    }

    fn room() -> Room {
        let wake = WakePhrases::new(["hey room"]);
        let mut dialogue = Dialogue::new(Settings::new(wake.clone()));
        let grammar = Arc::new(Grammar::new(&Pack::bundled("en").unwrap()));
        dialogue.step(Event::Room(Facts::default()), Instant::now(), &grammar);
        Room { dialogue, grammar, wake }
    }

    #[test]
    fn what_is_dialled_and_what_may_have_been_is_kept_without_its_words() {
        let mut room = room();
        let words = |judgement: &Judgement| {
            let heard = judgement.heard.as_ref().unwrap();
            let words = heard.words.iter().map(|word| word.word.as_str());
            (words.collect::<Vec<_>>().join(" "), heard.readings.clone())
        };
        let context = serde_json::from_str(r#"{"in_call": false, "connected": true}"#).unwrap();
        room.dialogue.step(Event::Room(Facts { ringing: false, context }), Instant::now(), &room.grammar);
        let refused = room.hears("hey room press one two three four", 0.9, false).unwrap();
        assert_eq!(refused.decision, "refused", "there is no call");
        let kept = "hey room press (not logged)";
        assert_eq!(words(&refused), (kept.to_owned(), vec![format!("{kept} maybe")]));
        let context = serde_json::from_str(r#"{"in_call": true, "connected": true}"#).unwrap();
        room.dialogue.step(Event::Room(Facts { ringing: false, context }), Instant::now(), &room.grammar);
        let acted = room.hears("hey room press one two three four", 0.9, true).unwrap();
        assert_eq!((acted.decision, acted.intent.as_deref()), ("acted", Some("SendTones")));
        assert_eq!(words(&acted), (String::new(), Vec::new()));
    }

    impl Room {
        fn hears(&mut self, text: &str, confidence: f32, overheard: bool) -> Option<Judgement> {
            let words = text.split(' ').map(|word| (word.to_owned(), confidence)).collect();
            let event =
                Event::Said(Spoken { words, readings: vec![format!("{text} maybe")], ..Spoken::default() });
            let before = Before::of(&self.dialogue, &event, None);
            let effects = self.dialogue.step(event, Instant::now(), &self.grammar);
            before?.judgement(&effects, &self.wake, &self.grammar, overheard)
        }
    }

    fn words(judgement: &Judgement) -> String {
        let heard = judgement.heard.as_ref().unwrap();
        heard.words.iter().map(|word| word.word.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_people_say_to_each_other_is_written_down_without_its_words() {
        let judgement = room().hears("call me when you are in the room", 0.9, false).unwrap();
        assert_eq!((judgement.decision, words(&judgement).as_str()), ("ignored", ""));
        let heard = judgement.heard.unwrap();
        assert!(heard.readings.is_empty() && heard.confidence.is_some_and(|mean| (mean - 0.9).abs() < 0.01));
        let judgement = room().hears("call me when you are in the room", 0.9, true).unwrap();
        assert_eq!(words(&judgement), "call me when you are in the room");
    }

    #[test]
    fn what_was_said_before_the_wake_phrase_is_nobodys_business() {
        let judgement = room().hears("the budget is bad hey room next slide", 0.9, false).unwrap();
        assert_eq!(words(&judgement), "hey room next slide");
        let heard = judgement.heard.unwrap();
        assert_eq!(heard.readings, ["hey room next slide maybe"]);
    }

    #[test]
    fn a_wake_phrase_that_did_not_count_says_why() {
        let judgement = room().hears("hey room next slide", 0.3, false).unwrap();
        assert_eq!(judgement.decision, "ignored");
        let reason = judgement.reason.as_deref().unwrap();
        assert!(reason.contains("not clearly enough (0.30, 0.40 wanted)"), "{reason}");
        assert_eq!(words(&judgement), "");
    }

    #[test]
    fn a_sentence_that_is_none_is_looked_up_later() {
        let judgement = room().hears("hey room volume cup", 0.9, false).unwrap();
        assert_eq!((judgement.decision, words(&judgement).as_str()), ("refused", "hey room volume cup"));
        let (text, grammar) = judgement.unknown.unwrap();
        assert_eq!(text, "volume cup");
        assert!(grammar.nearest(&text, 3).iter().any(|near| near.intent.starts_with("Volume")));
    }

    #[test]
    fn privacy_leaves_no_trace() {
        let mut room = room();
        let grammar = room.grammar.clone();
        room.dialogue.step(Event::Privacy(true), Instant::now(), &grammar);
        assert!(room.hears("hey room next slide", 0.9, true).is_none());
    }
}
