//! The dialogue: asleep, awake, asking. A pure state machine: `(state, event, now) -> effects`.
//!
//! It decides what an utterance is to the assistant: nothing, the wake phrase, a command, an answer to a question. It
//! asks the grammar what a text means; it plays no sound, sends no command and reads no clock.
//!
//! | file | idea |
//! |---|---|
//! | `event` | what it is told, and what it answers |
//! | `modes` | its states |
//! | `early` | what it does before an utterance is over |
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

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

pub use event::{Effect, Event, Facts, Notice, Partial, Refusal, Scope, Spoken};
pub use measures::Measures;
pub use modes::State;
pub use settings::{Pauses, Settings, Thresholds};

use crate::grammar::{Grammar, Match, Outcome, Reason};
use modes::{Choosing, Confirming, Done, Mode, OwnSpeech, Utterance};

/// Utterances in a row that may be misunderstood before the assistant gives up and sleeps.
const PATIENCE: u32 = 2;
/// The recogniser cuts longer utterances, so every one is over after this time.
const LONGEST_UTTERANCE: Duration = Duration::from_secs(15);
/// No reply is longer; a voice that has not ended by then hangs.
const LONGEST_REPLY: Duration = Duration::from_secs(30);
/// What somebody said did not count; whoever is about to say it again has this much time at least.
const AFTER_SPEECH: Duration = Duration::from_secs(1);
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

    /// Whether the assistant would act on speech without the wake phrase, so that a second look at it is worthwhile.
    pub fn is_attentive(&self) -> bool {
        !matches!(self.mode, Mode::Asleep | Mode::Following | Mode::Muted) || self.facts.ringing
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
        let played = rejection::of_words(spoken.played.as_deref(), span);
        let wanted = rejection::wake_wanted(&self.utterance, played, self.attends(), &self.settings);
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
            Mode::Awake { .. } | Mode::Following | Mode::Confirming(_) | Mode::Choosing(_) => true,
        }
    }

    /// The state, for those who show it.
    pub fn state(&self) -> State {
        match &self.mode {
            Mode::Muted => State::Muted,
            Mode::Confirming(_) => State::Confirming,
            Mode::Choosing(_) => State::Choosing,
            _ if self.speech.is_some() => State::Speaking,
            Mode::Awake { .. } | Mode::Following => State::Awake,
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
            Event::Privacy(on) => self.privacy(on, now),
            Event::Speaking(text) => {
                let text = crate::text::fold(&text);
                let words =
                    text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
                let words: HashSet<String> = words.map(ToOwned::to_owned).collect();
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
            Mode::Awake { .. } => self.woke.iter().any(recent),
            Mode::Confirming(_) | Mode::Choosing(_) => self.quiet.iter().any(recent),
            _ => false,
        }
    }

    fn begin(&mut self, now: Instant) {
        // Not in the middle of a sentence; the utterance has its own end.
        if let Some(due) = self.due {
            self.until = Some(due.max(now) + LONGEST_UTTERANCE);
        }
        self.utterance = Utterance {
            within: true,
            late: self.due.is_some_and(|due| due <= now),
            into_signal: self.signals(now),
            own: self.speech.as_ref().map(|speech| speech.words.clone()).unwrap_or_default(),
            in_call: self.facts.is("in_call")
                && !self.facts.is("speaker_muted")
                && !self.facts.is("muted_others"),
            far_end: self.far_end,
            narrowed: self.scope != Scope::Everything,
            ..Utterance::default()
        };
    }

    /// What is due by now.
    fn expire(&mut self, now: Instant) -> Vec<Effect> {
        if self.speech.as_ref().is_some_and(|speech| now >= speech.until) {
            self.speech = None;
        }
        if self.until.is_none_or(|until| now < until) {
            return Vec::new();
        }
        let mut effects = Vec::new();
        if self.utterance.lasts() {
            self.utterance.dropped = true;
            effects.push(Effect::DropRest);
        }
        match self.mode {
            Mode::Muted => effects.extend(self.privacy(false, now)),
            // Silence means no, and people are told so that nobody waits for it to happen.
            Mode::Confirming(_) | Mode::Choosing(_) => effects.extend(self.cancelled()),
            Mode::Asleep | Mode::Awake { .. } | Mode::Following => effects.extend(self.sleep()),
        }
        effects
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

    fn privacy(&mut self, on: bool, now: Instant) -> Vec<Effect> {
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
        effects.push(Effect::Privacy(on));
        effects
    }

    fn microphone_lost(&mut self) -> Vec<Effect> {
        // Half an utterance is none: the rest of it cannot come.
        self.utterance = Utterance::default();
        let mut effects = vec![Effect::Tell(Notice::MicrophoneLost)];
        match self.mode {
            Mode::Asleep | Mode::Muted => {}
            Mode::Awake { .. } | Mode::Following => effects.extend(self.sleep()),
            Mode::Confirming(_) | Mode::Choosing(_) => effects.extend(self.cancelled()),
        }
        effects
    }

    fn pushed(&mut self, now: Instant) -> Vec<Effect> {
        let mut effects = self.privacy(false, now);
        if self.speech.is_some() {
            effects.push(Effect::Interrupt);
        }
        self.listen(Mode::Awake { misunderstood: 0, begun: Vec::new() }, now);
        self.woke = Some(now);
        effects.push(Effect::Wake);
        effects
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

    fn said(
        &mut self,
        spoken: &Spoken,
        utterance: Utterance,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        let mut utterance = utterance;
        self.resume(&utterance, now);
        if utterance.dropped || matches!(self.mode, Mode::Muted) {
            return Vec::new();
        }
        match utterance.acted.take() {
            Some(acted) => {
                self.restart(now);
                self.compare(acted, spoken, &utterance, now, grammar)
            }
            None => self.heard(spoken, &utterance, now, grammar),
        }
    }

    /// Waits on as before an utterance: what does not count must not keep the assistant awake, or a question open.
    fn resume(&mut self, utterance: &Utterance, now: Instant) {
        if let Some(due) = self.due.filter(|_| utterance.lasts()) {
            self.until = Some(due.max(if utterance.late { now } else { now + AFTER_SPEECH }));
        }
    }

    /// A whole utterance upon which nothing was done yet.
    fn heard(
        &mut self,
        spoken: &Spoken,
        utterance: &Utterance,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        let words = spoken.texts();
        if words.is_empty() {
            return Vec::new();
        }
        let played = spoken.played.as_deref();
        if rejection::is_echo(&words, &utterance.own) || rejection::is_played(played) {
            return vec![Effect::Ignored];
        }
        // The wake phrase must be in the likeliest reading; among thirty readings of a chat there is soon one.
        let addressed = rejection::addressed(spoken, utterance, self.attends(), &self.settings);
        // Talk in which the wake phrase only seems to be has soon a command among its thirty readings.
        let certain = self.attends() || self.is_clearly_called(spoken);
        if let Some(at) = addressed {
            // Whoever wakes the assistant anew has a new wish: questions asked before are void.
            self.listen(Mode::Awake { misunderstood: 0, begun: Vec::new() }, now);
            if at == words.len() {
                self.woke = Some(now);
                return vec![Effect::Wake];
            }
        }
        if addressed.is_none() && !utterance.own.is_empty() && !self.mode.asks() {
            // It hears itself at the same time: without the wake phrase nobody can know who it was.
            return vec![Effect::Ignored];
        }
        if utterance.into_signal && rejection::is_noise(&words) {
            return vec![Effect::Ignored];
        }
        let signal = self.own_signal(utterance, &words, spoken.signal, grammar);
        if addressed.is_none() && signal == words.len() {
            return vec![Effect::Ignored];
        }
        let answer = if signal == 0 { spoken.clone() } else { spoken.rest(signal) };
        match std::mem::replace(&mut self.mode, Mode::Asleep) {
            Mode::Asleep | Mode::Muted => self.overheard(spoken, now, grammar),
            Mode::Following => self.followed(&answer, utterance, now, grammar),
            Mode::Awake { misunderstood, begun } => {
                let from = addressed.unwrap_or(signal);
                let begun_is_empty = begun.is_empty();
                let whole = meaning::continued(begun, &spoken.words[from..]);
                let (mut outcome, said) = match whole {
                    Some(whole) => match self.understand(&whole, 0, grammar) {
                        // What was broken off and what came now are two things: the new one counts.
                        (Ok(Outcome::NoMatch { .. }), _) => self.understand(spoken, from, grammar),
                        understood => understood,
                    },
                    None => self.understand(spoken, from, grammar),
                };
                let unknown = matches!(outcome, Ok(Outcome::NoMatch { reason: Reason::Unknown }));
                if unknown && self.is_beginning(&spoken.text(from), grammar) {
                    self.listen(Mode::Awake { misunderstood, begun: spoken.words[from..].to_vec() }, now);
                    return vec![Effect::Continue];
                }
                if unknown {
                    outcome = self.guess(spoken, from, grammar);
                }
                let second_sight = unknown || said != spoken.text(from) && begun_is_empty;
                if second_sight
                    && !certain
                    && matches!(outcome, Ok(Outcome::Match(_) | Outcome::Ambiguous { .. }))
                {
                    outcome = Ok(Outcome::NoMatch { reason: Reason::Unknown });
                }
                let unknown = matches!(outcome, Ok(Outcome::NoMatch { reason: Reason::Unknown }));
                if unknown && addressed.is_some() && (utterance.narrowed || utterance.interrupted) {
                    // The recogniser listened for the wake phrase alone: it cannot know what else was said.
                    self.listen(Mode::Awake { misunderstood: 0, begun: Vec::new() }, now);
                    self.woke = Some(now);
                    return vec![Effect::Wake];
                }
                let aloud = addressed.is_none();
                if let Some(name) = asking::correction(&outcome) {
                    return self.amend(&name, aloud, now, grammar);
                }
                match outcome {
                    Ok(outcome) => self.command(outcome, &said, misunderstood, aloud, now),
                    Err(refusal) => self.refused(refusal, misunderstood, aloud, now),
                }
            }
            Mode::Confirming(confirming) => self.confirming(confirming, &answer, now, grammar),
            Mode::Choosing(choosing) => self.choosing(choosing, &answer, now, grammar),
        }
    }

    /// Whether the wake phrase was heard so well that what follows may be heard worse.
    fn is_clearly_called(&self, spoken: &Spoken) -> bool {
        let span = self.settings.wake.find_span(&spoken.texts());
        let phrase = span.and_then(|span| spoken.words.get(span)).unwrap_or_default();
        rejection::least(phrase) >= self.settings.thresholds.wake_at_second_sight
    }

    /// Speech that nobody addressed to the assistant: only what may be said without the wake phrase now.
    fn overheard(&mut self, spoken: &Spoken, now: Instant, grammar: &Grammar) -> Vec<Effect> {
        if !(self.settings.wake_optional && self.facts.ringing) {
            return vec![Effect::Ignored];
        }
        match self.understand(&spoken.rest(0), 0, grammar) {
            (Ok(Outcome::Match(found)), said) if found.wake.optional_in("ringing") => {
                self.decided(found, said, now)
            }
            _ => vec![Effect::Ignored],
        }
    }

    /// Speech shortly after a command: another command, if it is certain enough; anything else ends the time for it,
    /// because then people talk to each other.
    fn followed(
        &mut self,
        spoken: &Spoken,
        utterance: &Utterance,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        if rejection::is_guarded(utterance, spoken.played.as_deref(), &self.settings) {
            self.mode = Mode::Following;
            return vec![Effect::Ignored];
        }
        let (outcome, said) = self.understand(&spoken.rest(0), 0, grammar);
        let certain = |found: &Match| rejection::certain_without_wake(found, &spoken.words, &self.settings);
        let effects = match outcome {
            outcome if asking::correction(&outcome).is_some() => {
                let clear = rejection::least(&spoken.words) >= self.settings.thresholds.unaddressed;
                let name = asking::correction(&outcome).filter(|_| clear);
                name.and_then(|name| self.amended(&name, now, grammar))
            }
            // "Yes" and "okay" are said to each other.
            Ok(Outcome::Match(found)) if asking::is_answer_only(&found.intent) => None,
            Ok(Outcome::Match(found)) if certain(&found) => {
                Some(self.command(Outcome::Match(found), &said, 0, true, now))
            }
            _ => None,
        };
        effects.unwrap_or_else(|| {
            let mut effects = vec![Effect::Ignored];
            effects.extend(self.sleep());
            effects
        })
    }

    /// How many words at the beginning are an earcon that the microphone heard; `within` stand in the time of one. Whoever
    /// speaks into it is heard all the same: what makes sense is no earcon.
    fn own_signal<S: AsRef<str>>(
        &self,
        utterance: &Utterance,
        words: &[S],
        within: usize,
        grammar: &Grammar,
    ) -> usize {
        let noise = utterance.signal(words);
        if within <= noise {
            return noise;
        }
        let makes_sense = |from: usize| {
            let words: Vec<&str> = words[from..].iter().map(AsRef::as_ref).collect();
            let text = words.join(" ");
            if self.mode.asks() {
                return self.is_answer(&text, grammar);
            }
            !matches!(
                grammar.matches(&text, &self.facts.context),
                Outcome::NoMatch { reason: Reason::Unknown }
            )
        };
        if !makes_sense(noise) && (within == words.len() || makes_sense(within)) { within } else { noise }
    }

    /// Whether the words can still become a sentence: people pause before a name or a number.
    fn is_beginning(&self, text: &str, grammar: &Grammar) -> bool {
        grammar.prefix(text, &self.facts.context).extendable
    }

    /// A sentence that was spoken to the assistant.
    fn command(
        &mut self,
        outcome: Outcome,
        said: &str,
        misunderstood: u32,
        aloud: bool,
        now: Instant,
    ) -> Vec<Effect> {
        let refusal = match outcome {
            Outcome::Match(found) if found.intent == intent::CANCEL => return self.cancelled(),
            // Nothing was asked.
            Outcome::Match(found) if asking::is_answer_only(&found.intent) => Refusal::NotNow,
            Outcome::Match(found) => return self.decided(found, said.to_owned(), now),
            Outcome::Ambiguous { intent, slot, candidates, matches } => {
                let effect = Effect::Choose { intent: intent.clone(), candidates: candidates.clone() };
                let said = said.to_owned();
                let choosing = Choosing { intent, slot, candidates, matches, said, misunderstood: 0 };
                self.listen(Mode::Choosing(choosing), now);
                return vec![effect];
            }
            Outcome::NoMatch { reason: Reason::NotNow } => Refusal::NotNow,
            Outcome::NoMatch { .. } => Refusal::Unknown,
        };
        self.refused(refusal, misunderstood, aloud, now)
    }

    fn refused(&mut self, refusal: Refusal, misunderstood: u32, aloud: bool, now: Instant) -> Vec<Effect> {
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
    fn decided(&mut self, found: Box<Match>, said: String, now: Instant) -> Vec<Effect> {
        if found.confirm.is_none() {
            return self.act(found, said, now);
        }
        let pending = found.clone();
        self.listen(Mode::Confirming(Confirming { pending, said, misunderstood: 0 }), now);
        vec![Effect::Confirm(found)]
    }

    fn act(&mut self, found: Box<Match>, said: String, now: Instant) -> Vec<Effect> {
        self.done(&found, said, now);
        let mut effects = vec![Effect::Act(found)];
        if self.settings.follow_up.is_zero() {
            effects.extend(self.sleep());
        } else {
            self.listen(Mode::Following, now);
        }
        effects
    }

    fn cancelled(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Cancelled];
        effects.extend(self.sleep());
        effects
    }

    fn listen(&mut self, mode: Mode, now: Instant) {
        self.mode = mode;
        self.restart(now);
    }

    fn restart(&mut self, now: Instant) {
        let patience = match self.mode {
            Mode::Asleep => {
                (self.until, self.due) = (None, None);
                return;
            }
            // Privacy has an end of its own.
            Mode::Muted => return,
            // Whoever speaks has all the time that it takes.
            _ if self.speech.is_some() => LONGEST_REPLY,
            Mode::Following => self.settings.follow_up,
            Mode::Awake { .. } | Mode::Confirming(_) | Mode::Choosing(_) => self.settings.sleep_after,
        };
        let due = now + patience;
        self.due = Some(due);
        self.utterance.late = false;
        self.until = Some(if self.utterance.lasts() { due + LONGEST_UTTERANCE } else { due });
    }

    fn sleep(&mut self) -> Vec<Effect> {
        self.mode = Mode::Asleep;
        (self.until, self.due) = (None, None);
        vec![Effect::Sleep]
    }
}
