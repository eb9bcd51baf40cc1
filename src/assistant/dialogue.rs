//! The dialogue: asleep, awake, asking. A pure state machine: `(state, event, now) -> effects`.
//!
//! It decides what an utterance is to the assistant: nothing, the wake phrase, a command, an answer to a question. It
//! asks the grammar what a text means; it plays no sound, sends no command and reads no clock.

use std::time::{Duration, Instant};

use super::wake::WakePhrases;
use crate::grammar::{Candidate, Context, Grammar, Match, Outcome, Reason};

/// Utterances in a row that may be misunderstood before the assistant gives up and sleeps.
const PATIENCE: u32 = 2;

/// The intents that the dialogue itself knows.
mod intent {
    pub const YES: &str = "Yes";
    pub const NO: &str = "No";
    pub const CANCEL: &str = "Cancel";
    /// "The second one": has the slot `number`, from 1 on; -1 is the last.
    pub const PICK: &str = "Pick";
}

/// How the dialogue behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What wakes the assistant.
    pub wake: WakePhrases,
    /// After this time without speech the assistant sleeps again.
    pub sleep_after: Duration,
    /// Phrases below this confidence (0 to 1) are not acted upon.
    pub minimum_confidence: f32,
    /// Whether intents that declare it may be said without the wake phrase.
    pub wake_optional: bool,
}

/// What the dialogue must know of the room.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Somebody calls and waits for an answer.
    pub ringing: bool,
    /// What decides which sentences are valid now.
    pub context: Context,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// Somebody began to speak.
    SpeechBegan,
    /// Somebody said something.
    Said(Spoken),
    /// The room changed.
    Room(Facts),
    /// The assistant finished speaking or signalling.
    Quiet,
    /// Time passed; due at [`Dialogue::deadline`].
    Tick,
}

/// An utterance as the recogniser heard it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spoken {
    /// The likeliest words, with confidences from 0 to 1.
    pub words: Vec<(String, f32)>,
    /// Other readings, the likeliest first.
    pub readings: Vec<String>,
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
    /// Ask this and listen.
    Confirm(Box<Match>),
    /// Ask which of these is meant and listen.
    Choose {
        /// The intent.
        intent: String,
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
}

#[derive(Debug, Clone)]
enum Mode {
    Asleep,
    /// Listens for a command; `begun` is one that was broken off in the middle ("call ...").
    Awake {
        misunderstood: u32,
        begun: Vec<(String, f32)>,
    },
    Confirming {
        pending: Box<Match>,
        misunderstood: u32,
    },
    Choosing {
        candidates: Vec<Candidate>,
        matches: Vec<Match>,
        misunderstood: u32,
    },
}

/// The state of the dialogue.
#[derive(Debug)]
pub struct Dialogue {
    settings: Settings,
    mode: Mode,
    facts: Facts,
    /// When the assistant falls asleep unless something happens.
    until: Option<Instant>,
}

impl Dialogue {
    /// A dialogue that sleeps.
    pub fn new(settings: Settings) -> Self {
        Self { settings, mode: Mode::Asleep, facts: Facts::default(), until: None }
    }

    /// When the next [`Event::Tick`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.until
    }

    /// Whether the assistant would act on speech without the wake phrase.
    pub fn is_attentive(&self) -> bool {
        !matches!(self.mode, Mode::Asleep) || self.facts.ringing
    }

    /// Takes an event and says what is to be done.
    pub fn step(&mut self, event: Event, now: Instant, grammar: &Grammar) -> Vec<Effect> {
        match event {
            Event::Room(facts) => {
                self.facts = facts;
                Vec::new()
            }
            Event::SpeechBegan => {
                // Not in the middle of a sentence; the utterance has its own end.
                if self.until.is_some() {
                    self.until = Some(now + self.settings.sleep_after + Duration::from_secs(15));
                }
                Vec::new()
            }
            Event::Quiet => {
                self.restart(now);
                Vec::new()
            }
            Event::Tick => {
                if self.until.is_some_and(|until| now >= until) {
                    return self.sleep();
                }
                Vec::new()
            }
            Event::Said(spoken) => self.said(&spoken, now, grammar),
        }
    }

    fn said(&mut self, spoken: &Spoken, now: Instant, grammar: &Grammar) -> Vec<Effect> {
        let words: Vec<&str> = spoken.words.iter().map(|(word, _)| word.as_str()).collect();
        self.restart(now);
        if words.is_empty() {
            return Vec::new();
        }
        // The wake phrase must be in the likeliest reading; among thirty readings of a chat there is soon one.
        let addressed = self.settings.wake.find(&words);
        if let Some(at) = addressed {
            // Whoever wakes the assistant anew has a new wish: questions asked before are void.
            self.mode = Mode::Awake { misunderstood: 0, begun: Vec::new() };
            self.restart(now);
            if at == words.len() {
                return vec![Effect::Wake];
            }
        }
        match std::mem::replace(&mut self.mode, Mode::Asleep) {
            Mode::Asleep => self.overheard(spoken, grammar),
            Mode::Awake { misunderstood, begun } => {
                let from = addressed.unwrap_or(0);
                let whole = continued(begun, &spoken.words[from..]);
                let outcome = match whole {
                    Some(whole) => match self.understand(&whole, 0, grammar) {
                        // What was broken off and what came now are two things: the new one counts.
                        Ok(Outcome::NoMatch { .. }) => self.understand(spoken, from, grammar),
                        outcome => outcome,
                    },
                    None => self.understand(spoken, from, grammar),
                };
                let unknown = matches!(outcome, Ok(Outcome::NoMatch { reason: Reason::Unknown }));
                if unknown && self.is_beginning(&spoken.words[from..], grammar) {
                    self.listen(Mode::Awake { misunderstood, begun: spoken.words[from..].to_vec() }, now);
                    return vec![Effect::Continue];
                }
                self.command(outcome, misunderstood, addressed.is_none(), now)
            }
            Mode::Confirming { pending, misunderstood } => {
                let outcome = self.understand(spoken, 0, grammar);
                match outcome.as_ref().ok().and_then(Outcome::matched).map(|found| found.intent.as_str()) {
                    Some(intent::YES) => self.act(pending),
                    Some(intent::NO | intent::CANCEL) => self.cancelled(),
                    _ => self
                        .not_understood(Mode::Confirming { pending, misunderstood: misunderstood + 1 }, now),
                }
            }
            Mode::Choosing { candidates, matches, misunderstood } => {
                let outcome = self.understand(spoken, 0, grammar);
                let found = outcome.as_ref().ok().and_then(Outcome::matched);
                let number = found
                    .filter(|found| found.intent == intent::PICK)
                    .and_then(|found| found.slots.get("number"));
                let picked = match number.and_then(|number| number.value.as_i64()) {
                    Some(-1) => matches.last(),
                    Some(number) => usize::try_from(number - 1).ok().and_then(|index| matches.get(index)),
                    None => choice(&words, &candidates).and_then(|index| matches.get(index)),
                };
                if let Some(chosen) = picked {
                    return self.decided(Box::new(chosen.clone()), now);
                }
                match found.map(|found| found.intent.as_str()) {
                    Some(intent::NO | intent::CANCEL) => self.cancelled(),
                    _ => {
                        let mode = Mode::Choosing { candidates, matches, misunderstood: misunderstood + 1 };
                        self.not_understood(mode, now)
                    }
                }
            }
        }
    }

    /// Speech that nobody addressed to the assistant: only what may be said without the wake phrase now.
    fn overheard(&mut self, spoken: &Spoken, grammar: &Grammar) -> Vec<Effect> {
        if !(self.settings.wake_optional && self.facts.ringing) {
            return vec![Effect::Ignored];
        }
        let likeliest = Spoken { words: spoken.words.clone(), readings: Vec::new() };
        match self.understand(&likeliest, 0, grammar) {
            Ok(Outcome::Match(found)) if found.wake.optional_in("ringing") => self.act(found),
            _ => vec![Effect::Ignored],
        }
    }

    /// Whether the words can still become a sentence: people pause before a name or a number.
    fn is_beginning(&self, words: &[(String, f32)], grammar: &Grammar) -> bool {
        let text = words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ");
        grammar.prefix(&text, &self.facts.context).extendable
    }

    fn command(
        &mut self,
        outcome: Result<Outcome, Refusal>,
        misunderstood: u32,
        aloud: bool,
        now: Instant,
    ) -> Vec<Effect> {
        let refusal = match outcome {
            Ok(Outcome::Match(found)) if found.intent == intent::CANCEL => return self.cancelled(),
            // Nothing was asked.
            Ok(Outcome::Match(found))
                if matches!(found.intent.as_str(), intent::YES | intent::NO | intent::PICK) =>
            {
                Refusal::NotNow
            }
            Ok(Outcome::Match(found)) => return self.decided(found, now),
            Ok(Outcome::Ambiguous { intent, candidates, matches, .. }) => {
                self.listen(
                    Mode::Choosing { candidates: candidates.clone(), matches, misunderstood: 0 },
                    now,
                );
                return vec![Effect::Choose { intent, candidates }];
            }
            Ok(Outcome::NoMatch { reason: Reason::NotNow }) => Refusal::NotNow,
            Ok(Outcome::NoMatch { .. }) => Refusal::Unknown,
            Err(refusal) => refusal,
        };
        // What is understood but cannot be done is worth a word in any case.
        let mut effects = vec![Effect::Refused { refusal, aloud: aloud || refusal == Refusal::NotNow }];
        if misunderstood + 1 >= PATIENCE {
            effects.extend(self.sleep());
        } else {
            self.listen(Mode::Awake { misunderstood: misunderstood + 1, begun: Vec::new() }, now);
        }
        effects
    }

    /// It is clear what is meant; some things are asked back first.
    fn decided(&mut self, found: Box<Match>, now: Instant) -> Vec<Effect> {
        if found.confirm.is_none() {
            return self.act(found);
        }
        self.listen(Mode::Confirming { pending: found.clone(), misunderstood: 0 }, now);
        vec![Effect::Confirm(found)]
    }

    fn act(&mut self, found: Box<Match>) -> Vec<Effect> {
        let mut effects = vec![Effect::Act(found)];
        effects.extend(self.sleep());
        effects
    }

    fn cancelled(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Cancelled];
        effects.extend(self.sleep());
        effects
    }

    fn not_understood(&mut self, mode: Mode, now: Instant) -> Vec<Effect> {
        let misunderstood = match &mode {
            Mode::Asleep => 0,
            Mode::Awake { misunderstood, .. }
            | Mode::Confirming { misunderstood, .. }
            | Mode::Choosing { misunderstood, .. } => *misunderstood,
        };
        // Doubt means no.
        if misunderstood >= PATIENCE {
            return self.cancelled();
        }
        self.listen(mode, now);
        vec![Effect::Refused { refusal: Refusal::Unknown, aloud: true }]
    }

    fn listen(&mut self, mode: Mode, now: Instant) {
        self.mode = mode;
        self.restart(now);
    }

    fn restart(&mut self, now: Instant) {
        self.until = (!matches!(self.mode, Mode::Asleep)).then(|| now + self.settings.sleep_after);
    }

    fn sleep(&mut self) -> Vec<Effect> {
        self.mode = Mode::Asleep;
        self.until = None;
        vec![Effect::Sleep]
    }

    /// What the words from `from` on mean: the first reading that is a sentence decides.
    fn understand(&self, spoken: &Spoken, from: usize, grammar: &Grammar) -> Result<Outcome, Refusal> {
        let command = &spoken.words[from..];
        let text = command.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ");
        let mut outcome = grammar.matches(&text, &self.facts.context);
        if matches!(outcome, Outcome::NoMatch { .. }) {
            let other = spoken.readings.iter().find_map(|reading| {
                let words: Vec<&str> = reading.split_whitespace().collect();
                // A reading that lost the wake phrase is a reading of something else.
                let start = if from > 0 { self.settings.wake.find(&words)? } else { 0 };
                let outcome = grammar.matches(&words[start..].join(" "), &self.facts.context);
                (!matches!(outcome, Outcome::NoMatch { .. })).then_some(outcome)
            });
            outcome = other.unwrap_or(outcome);
        }
        let heard: Vec<f32> = command.iter().map(|(_, confidence)| *confidence).collect();
        let confidence = heard.iter().sum::<f32>() / heard.len().max(1) as f32;
        if !matches!(outcome, Outcome::NoMatch { .. }) && confidence < self.settings.minimum_confidence {
            return Err(Refusal::LowConfidence);
        }
        Ok(outcome)
    }
}

/// The sentence that was broken off, with what was said now; none if nothing was broken off.
fn continued(begun: Vec<(String, f32)>, words: &[(String, f32)]) -> Option<Spoken> {
    if begun.is_empty() {
        return None;
    }
    let words = begun.into_iter().chain(words.iter().cloned()).collect();
    Some(Spoken { words, readings: Vec::new() })
}

/// Which candidate the words name: the one that most words fit and no other fits as well.
fn choice(words: &[&str], candidates: &[Candidate]) -> Option<usize> {
    let fit = |candidate: &Candidate| {
        let name = candidate.name.to_lowercase();
        words
            .iter()
            .filter(|word| name.split(|c: char| !c.is_alphanumeric()).any(|part| part == **word))
            .count()
    };
    let fits: Vec<usize> = candidates.iter().map(fit).collect();
    let best = *fits.iter().max()?;
    let mut winners = fits.iter().enumerate().filter(|(_, fit)| **fit == best).map(|(index, _)| index);
    let winner = winners.next().filter(|_| best > 0)?;
    winners.next().is_none().then_some(winner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{Contact, Pack};

    const PACK: &str = r#"
language: "en"
intents:
  Call: {data: [{sentences: ["call {contact}"]}]}
  Mute: {data: [{sentences: ["mute"]}]}
  HangUpForAll: {data: [{sentences: ["hang up for everyone"], confirm: "Hang up for everyone?"}]}
  HangUp: {data: [{sentences: ["hang up"], requires_context: {in_call: true}}]}
  Answer: {data: [{sentences: ["answer"], wake: {optional: [ringing]}}]}
  Pick: {data: [{sentences: ["the {number} one"]}]}
  Yes: {data: [{sentences: ["yes"]}]}
  No: {data: [{sentences: ["no"]}]}
  Cancel: {data: [{sentences: ["cancel"]}]}
lists:
  contact: {source: contacts}
  number: {values: [{in: "first", out: 1}, {in: "second", out: 2}, {in: "last", out: -1}]}
"#;

    struct Room {
        dialogue: Dialogue,
        grammar: Grammar,
        now: Instant,
    }

    impl Room {
        fn new() -> Self {
            let mut grammar = Grammar::new(&Pack::from_text("test.yaml", PACK).unwrap());
            let contact = |id: &str, name: &str| Contact { id: id.to_owned(), name: name.to_owned() };
            grammar.set_contacts(&[
                contact("smith", "John Smith"),
                contact("brown", "John Brown"),
                contact("ann", "Ann Lee"),
            ]);
            let settings = Settings {
                wake: WakePhrases::new(["hey room"]),
                sleep_after: Duration::from_secs(6),
                minimum_confidence: 0.5,
                wake_optional: true,
            };
            Self { dialogue: Dialogue::new(settings), grammar, now: Instant::now() }
        }

        fn event(&mut self, event: Event) -> Vec<Effect> {
            self.dialogue.step(event, self.now, &self.grammar)
        }

        fn heard(&mut self, text: &str, confidence: f32, readings: &[&str]) -> String {
            let words = text.split_whitespace().map(|word| (word.to_owned(), confidence)).collect();
            let readings = readings.iter().map(|reading| (*reading).to_owned()).collect();
            let effects = self.event(Event::Said(Spoken { words, readings }));
            effects.iter().map(show).collect::<Vec<_>>().join(", ")
        }

        fn says(&mut self, text: &str) -> String {
            self.heard(text, 0.9, &[])
        }

        fn rings(&mut self, ringing: bool) {
            self.event(Event::Room(Facts { ringing, context: Context::new() }));
        }

        fn waits(&mut self, seconds: u64) -> String {
            self.now += Duration::from_secs(seconds);
            self.event(Event::Tick).iter().map(show).collect()
        }
    }

    fn show(effect: &Effect) -> String {
        match effect {
            Effect::Wake => "wake".to_owned(),
            Effect::Sleep => "sleep".to_owned(),
            Effect::Act(found) => {
                let values: Vec<String> =
                    found.slots.values().map(|slot| format!(" {}", slot.name())).collect();
                format!("{}{}", found.intent, values.concat())
            }
            Effect::Confirm(found) => format!("ask {}", found.confirm.clone().unwrap_or_default()),
            Effect::Choose { candidates, .. } => {
                let names: Vec<&str> = candidates.iter().map(|candidate| candidate.name.as_str()).collect();
                format!("choose {}", names.join(" / "))
            }
            Effect::Cancelled => "cancelled".to_owned(),
            Effect::Continue => "...".to_owned(),
            Effect::Refused { refusal, aloud: true } => format!("{refusal:?}"),
            Effect::Refused { refusal, aloud: false } => format!("quietly {refusal:?}"),
            Effect::Ignored => "ignored".to_owned(),
        }
    }

    #[test]
    fn wake_phrase_then_command() {
        let mut room = Room::new();
        assert_eq!(room.says("hey room"), "wake");
        assert_eq!(room.says("call ann lee"), "Call Ann Lee, sleep");
    }

    #[test]
    fn both_in_one_breath_also_behind_other_speech() {
        let mut room = Room::new();
        assert_eq!(room.says("hey room mute"), "Mute, sleep");
        assert_eq!(room.says("[unk] hey room call ann lee"), "Call Ann Lee, sleep");
    }

    #[test]
    fn asleep_a_command_without_the_wake_phrase_does_nothing() {
        let mut room = Room::new();
        assert_eq!(room.says("mute"), "ignored");
        assert_eq!(room.says("answer"), "ignored");
        assert_eq!(room.heard("call [unk]", 0.9, &["hey room mute"]), "ignored");
    }

    #[test]
    fn answering_needs_no_wake_phrase_while_it_rings() {
        let mut room = Room::new();
        room.rings(true);
        assert_eq!(room.says("mute"), "ignored");
        assert_eq!(room.says("answer"), "Answer, sleep");
        room.rings(false);
        assert_eq!(room.says("answer"), "ignored");
    }

    #[test]
    fn silence_puts_it_back_to_sleep_but_not_in_the_middle_of_speech() {
        let mut room = Room::new();
        room.says("hey room");
        assert_eq!(room.waits(5), "");
        room.event(Event::SpeechBegan);
        assert_eq!(room.waits(8), "");
        assert_eq!(room.says("mute"), "Mute, sleep");
        room.says("hey room");
        assert_eq!(room.waits(6), "sleep");
        assert_eq!(room.says("mute"), "ignored");
        assert_eq!(room.dialogue.deadline(), None);
    }

    #[test]
    fn what_is_not_understood_may_be_said_again_once() {
        let mut room = Room::new();
        room.says("hey room");
        assert_eq!(room.says("[unk] call"), "Unknown");
        assert_eq!(room.says("[unk] call"), "Unknown, sleep");
        assert_eq!(room.says("mute"), "ignored");
    }

    #[test]
    fn talk_that_only_sounds_like_the_wake_phrase_is_not_talked_into() {
        let mut room = Room::new();
        assert_eq!(room.says("hey room [unk] decline"), "quietly Unknown");
        assert_eq!(room.says("[unk] mute [unk]"), "Unknown, sleep");
    }

    #[test]
    fn a_pause_before_the_name_is_no_end() {
        let mut room = Room::new();
        assert_eq!(room.says("hey room call"), "...");
        assert_eq!(room.says("ann lee"), "Call Ann Lee, sleep");
        assert_eq!(room.says("hey room call"), "...");
        assert_eq!(room.says("mute"), "Mute, sleep", "another command after all");
        assert_eq!(room.says("hey room call"), "...");
        assert_eq!(room.waits(6), "sleep");
        assert_eq!(room.says("ann lee"), "ignored");
    }

    #[test]
    fn a_command_that_was_heard_badly_or_makes_no_sense_now_is_refused() {
        let mut room = Room::new();
        assert_eq!(room.heard("hey room mute", 0.3, &[]), "quietly LowConfidence");
        assert_eq!(room.says("hey room hang up"), "NotNow");
    }

    #[test]
    fn another_reading_helps_where_the_likeliest_is_no_sentence() {
        let mut room = Room::new();
        assert_eq!(room.heard("hey room call ann", 0.9, &[]), "Call Ann Lee, sleep");
        assert_eq!(room.heard("hey room mute call", 0.9, &["hey mute", "hey room mute"]), "Mute, sleep");
    }

    #[test]
    fn dangerous_commands_ask_and_only_yes_means_yes() {
        let mut room = Room::new();
        for (answer, effect) in
            [("yes", "HangUpForAll, sleep"), ("no", "cancelled, sleep"), ("cancel", "cancelled, sleep")]
        {
            assert_eq!(room.says("hey room hang up for everyone"), "ask Hang up for everyone?");
            assert_eq!(room.says(answer), effect);
        }
        room.says("hey room hang up for everyone");
        assert_eq!(room.says("mute"), "Unknown");
        assert_eq!(room.says("mute"), "cancelled, sleep");
        room.says("hey room hang up for everyone");
        assert_eq!(room.waits(6), "sleep");
        assert_eq!(room.says("yes"), "ignored");
    }

    #[test]
    fn two_people_of_one_name_are_asked_about() {
        let mut room = Room::new();
        assert_eq!(room.says("hey room call john"), "choose John Smith / John Brown");
        assert_eq!(room.says("john"), "Unknown");
        assert_eq!(room.says("brown"), "Call John Brown, sleep");
        room.says("hey room call john");
        assert_eq!(room.says("the first one"), "Call John Smith, sleep");
        room.says("hey room call john");
        assert_eq!(room.says("the last one"), "Call John Brown, sleep");
        room.says("hey room call john");
        assert_eq!(room.says("hey room mute"), "Mute, sleep", "a new wish voids the question");
    }
}
