//! The dialogue: asleep, awake, asking. A pure state machine: `(state, event, now) -> effects`.
//!
//! It decides what an utterance is to the assistant: nothing, the wake phrase, a command, an answer to a question. It
//! asks the grammar what a text means; it plays no sound, sends no command and reads no clock.
//!
//! | file | idea |
//! |---|---|
//! | `event` | what it is told, and what it answers |
//! | `modes` | its states |
//! | `whole` | what a whole utterance comes to |
//! | `early` | what it does before an utterance is over |
//! | `timing` | how long each state lasts |
//! | `asking` | questions and their answers |
//! | `meaning` | what words mean, and whether they were heard well enough |
//! | `rejection` | speech that does not count |
//! | `settings` | what an operator may tune |
//! | `measures` | what speech is measured against, for those who ask |

mod asking;
mod early;
mod event;
mod meaning;
mod measures;
mod modes;
mod rejection;
mod settings;
mod timing;
mod whole;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

pub use event::{Effect, Event, Facts, Notice, Partial, Refusal, Scope, Spoken};
pub use intent::CANCEL;
pub use measures::Measures;
pub use modes::State;
pub use settings::{Pauses, Settings, Thresholds};

use crate::grammar::Grammar;
use modes::{Awake, Done, Mode, OwnSpeech, Utterance};
use timing::LONGEST_REPLY;

/// Utterances in a row that may be misunderstood before the assistant gives up and sleeps.
const PATIENCE: u32 = 2;
/// Noise that begins this soon after the awake signal is that signal, heard through the microphone.
const OWN_SIGNAL: Duration = Duration::from_millis(1200);
/// A reply is heard in the room for this much longer than it is played.
const ECHO: Duration = Duration::from_millis(300);
/// Whoever used the assistant this recently is told when the room is lost.
const RECENTLY: Duration = Duration::from_secs(60);

/// The intents that the dialogue itself knows.
mod intent {
    pub const YES: &str = "Yes";
    pub const NO: &str = "No";
    /// "Cancel": gives up what is going on.
    pub const CANCEL: &str = "Cancel";
    /// "The second one": has the slot `number`, from 1 on; -1 is the last.
    pub const PICK: &str = "Pick";
    /// "No, I meant Ann": has the slot `contact`.
    pub const CORRECTION: &str = "Correction";
}

/// The state of the dialogue.
#[derive(Debug)]
pub struct Dialogue {
    settings: Settings,
    mode: Mode,
    facts: Facts,
    /// When the assistant falls asleep (or privacy ends) unless something happens.
    until: Option<Instant>,
    /// The same, if nobody were speaking.
    due: Option<Instant>,
    utterance: Utterance,
    /// What the assistant says at the moment.
    speech: Option<OwnSpeech>,
    /// A question was decided upon and is not yet heard: the voice may need a while for it.
    about_to_ask: bool,
    far_end: bool,
    /// It speaks more softly.
    ducked: bool,
    /// What was done last.
    last: Option<Done>,
    /// When the awake signal was given.
    woke: Option<Instant>,
    /// When the assistant fell silent.
    quiet: Option<Instant>,
    scope: Scope,
    /// People were told that the room is lost.
    told_room_lost: bool,
}

impl Dialogue {
    /// A dialogue that sleeps.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            mode: Mode::Asleep,
            facts: Facts::default(),
            until: None,
            due: None,
            utterance: Utterance::default(),
            speech: None,
            about_to_ask: false,
            far_end: false,
            ducked: false,
            last: None,
            woke: None,
            quiet: None,
            scope: Scope::default(),
            told_room_lost: false,
        }
    }

    /// When the next [`Event::Tick`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        let speech = self.speech.as_ref().map(|speech| speech.until);
        self.until.into_iter().chain(speech).min()
    }

    /// Whether the assistant would act on speech without the wake phrase, so that a look at it is worthwhile before it is
    /// certainly over.
    pub fn is_attentive(&self) -> bool {
        !matches!(self.mode, Mode::Asleep | Mode::Muted) || self.facts.ringing
    }

    /// Whether somebody is saying something that may be meant for the assistant: it should not talk now.
    pub fn is_spoken_to(&self) -> bool {
        let listens = matches!(self.mode, Mode::Awake(_) | Mode::Following);
        listens && self.utterance.lasts() && !self.utterance.is_talk
    }

    /// Whether it listens for a command or an answer, so that the wake phrase need not be certain.
    fn attends(&self) -> bool {
        !matches!(self.mode, Mode::Asleep | Mode::Following)
    }

    /// Whether a wake phrase of another language, which stands at `span` of the utterance that is just over, is to be
    /// looked into: the far end and the assistant itself call nobody. How well it was heard says little, since its words
    /// are not of the language that was listened for; where the far end may be it, that must be enough all the same.
    pub fn may_be_called(&self, spoken: &Spoken, span: &std::ops::Range<usize>) -> bool {
        let phrase = spoken.words.get(span.clone()).unwrap_or_default();
        let wanted = rejection::wake_wanted_at(spoken, span, &self.utterance, self.attends(), &self.settings);
        let guarded = wanted > self.settings.thresholds.wake;
        rejection::is_called(spoken, span, &self.utterance, self.attends())
            && (!guarded || rejection::least(phrase) >= wanted)
    }

    /// Whether anything that is said can matter; if not, it need not even be recognised.
    pub fn listens(&self) -> bool {
        match self.mode {
            Mode::Muted => false,
            Mode::Asleep => {
                // What was acted upon early is compared with the whole of it.
                self.settings.wake_on
                    || self.utterance.acted.is_some()
                    || self.facts.ringing && self.settings.wake_optional
            }
            Mode::Awake(_) | Mode::Following | Mode::Confirming(_) | Mode::Choosing(_) => true,
        }
    }

    /// The state, for those who show it.
    pub fn state(&self) -> State {
        match &self.mode {
            Mode::Muted => State::Muted,
            Mode::Confirming(_) => State::Confirming,
            Mode::Choosing(_) => State::Choosing,
            _ if self.speech.is_some() => State::Speaking,
            Mode::Awake(_) | Mode::Following => State::Awake,
            Mode::Asleep if self.facts.ringing => State::Ringing,
            Mode::Asleep if self.facts.is("in_call") => State::InCall,
            Mode::Asleep => State::Asleep,
        }
    }

    /// These phrases wake the assistant from now on: another language is spoken.
    pub fn answer_to(&mut self, wake: crate::assistant::wake::WakePhrases) {
        self.settings.wake = wake;
    }

    /// What decides which sentences are valid now.
    pub fn context(&self) -> &crate::grammar::Context {
        &self.facts.context
    }

    /// Takes an event and says what is to be done.
    pub fn step(&mut self, event: Event, now: Instant, grammar: &Grammar) -> Vec<Effect> {
        let mut effects = self.expire(now);
        effects.extend(self.take(event, now, grammar));
        if effects.iter().any(Effect::is_question) {
            self.about_to_ask = true;
            self.restart(now);
        }
        let speaks_over = self.utterance.over_reply && !self.utterance.interrupted;
        let others = self.far_end || self.utterance.within && speaks_over;
        let duck = self.speech.is_some() && others;
        if std::mem::replace(&mut self.ducked, duck) != duck {
            effects.push(Effect::Duck(duck));
        }
        if matches!(self.mode, Mode::Muted) {
            return effects;
        }
        let scope = self.mode.scope();
        if scope != self.scope {
            self.scope = scope.clone();
            effects.push(Effect::Narrow(scope));
        }
        effects
    }

    fn take(&mut self, event: Event, now: Instant, grammar: &Grammar) -> Vec<Effect> {
        match event {
            Event::Tick => Vec::new(),
            Event::Room(facts) => self.room(facts, now),
            Event::Privacy(on) => self.privacy(on, true, now),
            Event::Speaking(text) => {
                let text = crate::text::fold(&text);
                let words =
                    text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
                let words: HashSet<String> = words.map(ToOwned::to_owned).collect();
                self.about_to_ask = false;
                if self.utterance.within {
                    self.utterance.own.extend(words.iter().cloned());
                }
                let speech = self.speech.get_or_insert_with(|| OwnSpeech {
                    words: HashSet::new(),
                    texts: 0,
                    until: now,
                });
                speech.words.extend(words);
                speech.texts += 1;
                speech.until = now + LONGEST_REPLY;
                self.restart(now);
                Vec::new()
            }
            Event::Quiet => {
                if let Some(speech) = &mut self.speech {
                    speech.texts = speech.texts.saturating_sub(1);
                    if speech.texts == 0 {
                        self.speech = None;
                        self.quiet = Some(now);
                    }
                }
                self.restart(now);
                Vec::new()
            }
            Event::Settled => {
                self.about_to_ask = false;
                self.restart(now);
                Vec::new()
            }
            Event::FarEnd(speaking) => {
                self.far_end = speaking;
                self.utterance.far_end |= speaking && self.utterance.within;
                Vec::new()
            }
            // Nobody hears anything: nothing that is heard can count, and buttons do.
            Event::MicrophoneLost => self.microphone_lost(),
            Event::MicrophoneRestored => vec![Effect::Tell(Notice::MicrophoneBack)],
            Event::PushToTalk => self.pushed(now),
            Event::Reloaded => self.reloaded(grammar),
            Event::SpeechBegan => {
                self.begin(now);
                // Whoever speaks into a signal is heard; a reply, and its echo, is another matter.
                let echoes = self.quiet.is_some_and(|quiet| now.saturating_duration_since(quiet) < ECHO);
                let meant = self.speech.is_none() && !echoes && !matches!(self.mode, Mode::Muted);
                if meant { vec![Effect::Keep] } else { Vec::new() }
            }
            Event::Partial(partial) => {
                if !self.utterance.within {
                    self.begin(now);
                }
                self.partial(&partial, now, grammar)
            }
            Event::Forgotten => {
                let utterance = std::mem::take(&mut self.utterance);
                self.resume(&utterance, now);
                Vec::new()
            }
            Event::Said(spoken) => {
                if !self.utterance.within {
                    self.begin(now);
                }
                let utterance = std::mem::take(&mut self.utterance);
                self.said(&spoken, utterance, now, grammar)
            }
        }
    }

    /// Whether the awake signal, or the one after a question, sounds or has just sounded.
    fn signals(&self, now: Instant) -> bool {
        let recent = |then: &Instant| now.saturating_duration_since(*then) < OWN_SIGNAL;
        match self.mode {
            Mode::Awake(_) => self.woke.iter().any(recent),
            Mode::Confirming(_) | Mode::Choosing(_) => self.quiet.iter().any(recent),
            _ => false,
        }
    }

    fn room(&mut self, facts: Facts, now: Instant) -> Vec<Effect> {
        let lost = self.facts.is("connected") && facts.context.get("connected") == Some(&false.into());
        self.facts = facts;
        if self.told_room_lost && self.facts.is("connected") {
            self.told_room_lost = false;
            return vec![Effect::Tell(Notice::RoomBack)];
        }
        let used = self.last.as_ref().is_some_and(|done| now.saturating_duration_since(done.at) < RECENTLY);
        let engaged = !matches!(self.mode, Mode::Asleep | Mode::Muted);
        if !lost || !(used || engaged) {
            return Vec::new();
        }
        self.told_room_lost = true;
        // What was asked about cannot be done any more.
        let mut effects = vec![Effect::Tell(Notice::RoomLost)];
        if self.mode.asks() {
            effects.extend(self.sleep());
        }
        effects
    }

    fn privacy(&mut self, on: bool, aloud: bool, now: Instant) -> Vec<Effect> {
        let muted = matches!(self.mode, Mode::Muted);
        if on == muted {
            return Vec::new();
        }
        let mut effects = Vec::new();
        if on {
            if self.utterance.within {
                effects.push(Effect::DropRest);
            }
            self.utterance =
                Utterance { within: self.utterance.within, dropped: true, ..Utterance::default() };
            self.last = None;
            self.mode = Mode::Muted;
            self.until = self.settings.privacy_for.map(|length| now + length);
            self.due = None;
        } else {
            self.mode = Mode::Asleep;
            self.until = None;
        }
        effects.push(Effect::Privacy { on, aloud });
        effects
    }

    fn microphone_lost(&mut self) -> Vec<Effect> {
        // Half an utterance is none: the rest of it cannot come.
        self.utterance = Utterance::default();
        let mut effects = vec![Effect::Tell(Notice::MicrophoneLost)];
        match self.mode {
            Mode::Asleep | Mode::Muted => {}
            Mode::Awake(_) | Mode::Following => effects.extend(self.sleep()),
            Mode::Confirming(_) | Mode::Choosing(_) => effects.extend(self.cancelled()),
        }
        effects
    }

    fn pushed(&mut self, now: Instant) -> Vec<Effect> {
        let mut effects = self.privacy(false, false, now);
        if self.speech.is_some() {
            effects.push(Effect::Interrupt);
        }
        effects.extend(self.wake(now));
        effects
    }

    /// From now on it listens for a command, and gives the signal for that.
    fn wake(&mut self, now: Instant) -> Vec<Effect> {
        self.wake_to(Awake::default(), now)
    }

    fn wake_to(&mut self, awake: Awake, now: Instant) -> Vec<Effect> {
        self.listen(Mode::Awake(awake), now);
        self.woke = Some(now);
        vec![Effect::Wake]
    }

    /// A question about an intent that is no more cannot be answered.
    fn reloaded(&mut self, grammar: &Grammar) -> Vec<Effect> {
        let asked = match &self.mode {
            Mode::Confirming(confirming) => &confirming.pending.intent,
            Mode::Choosing(choosing) => &choosing.intent,
            _ => return Vec::new(),
        };
        if grammar.pack().intents.contains_key(asked) {
            return Vec::new();
        }
        self.cancelled()
    }
}
