//! What a whole utterance comes to: nothing, the wake phrase, a command, an answer.

use std::time::Instant;

use super::{
    Dialogue, Effect, PATIENCE, asking,
    event::{Refusal, Spoken},
    intent, meaning,
    modes::{Awake, Choosing, Confirming, Mode, Utterance},
    rejection,
};
use crate::grammar::{Grammar, Match, Outcome, Reason};

/// Nobody remembers the first of more names than this when the last one has been read out.
const MOST_ASKED: usize = 5;

/// An utterance that is meant for the assistant, unless it is talk.
struct Addressed<'a> {
    spoken: &'a Spoken,
    utterance: &'a Utterance,
    /// The index of the first word of the command.
    from: usize,
    /// The wake phrase stands before it.
    anew: bool,
    /// Other readings of it may be believed.
    at_second_sight: bool,
}

impl Dialogue {
    pub(super) fn said(
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

    /// A whole utterance upon which nothing was done yet.
    pub(super) fn heard(
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
        let doubtful = matches!(&self.mode, Mode::Awake(awake) if awake.doubtful);
        let at_second_sight = self.attends() && !doubtful || self.is_clearly_called(spoken);
        let spoken =
            if at_second_sight { spoken } else { &Spoken { readings: Vec::new(), ..spoken.clone() } };
        if let Some(at) = addressed.filter(|at| self.mode.asks() && *at < words.len())
            && self.is_answer(&spoken.text(at), grammar)
        {
            return self.answered(&spoken.rest(at), utterance, now, grammar);
        }
        if let Some(at) = addressed {
            // Whoever wakes the assistant anew has a new wish: questions asked before are void.
            if at == words.len() {
                return self.wake(now);
            }
            self.listen(Mode::Awake(Awake::default()), now);
        }
        if addressed.is_none() && !utterance.own.is_empty() && !self.mode.asks() {
            if utterance.interrupted && !matches!(self.mode, Mode::Muted) {
                // It fell silent for a wake phrase that was gone in the end. Whoever it was sees that it listens now.
                return self.wake_to(Awake { doubtful: true, ..Awake::default() }, now);
            }
            // It hears itself at the same time: without the wake phrase nobody can know who it was.
            return vec![Effect::Ignored];
        }
        if utterance.into_signal && rejection::is_noise(&words) {
            return vec![Effect::Ignored];
        }
        if matches!(self.mode, Mode::Awake(_)) && rejection::is_noise(&words) && words.len() == 1 {
            // A cough, or a chair: what was begun before it goes on.
            return vec![Effect::Ignored];
        }
        let signal = self.own_signal(utterance, &words, spoken.signal, grammar);
        if addressed.is_none() && signal == words.len() {
            return vec![Effect::Ignored];
        }
        let answer = if signal == 0 { spoken.clone() } else { spoken.rest(signal) };
        match std::mem::replace(&mut self.mode, Mode::Asleep) {
            Mode::Asleep | Mode::Muted => self.overheard(spoken, utterance, now, grammar),
            Mode::Following => self.followed(&answer, utterance, now, grammar),
            Mode::Awake(awake) => {
                let from = addressed.unwrap_or(signal);
                let said = Addressed { spoken, utterance, from, anew: addressed.is_some(), at_second_sight };
                self.listened(awake, &said, now, grammar)
            }
            asking @ (Mode::Confirming(_) | Mode::Choosing(_)) => {
                self.mode = asking;
                self.answered(&answer, utterance, now, grammar)
            }
        }
    }

    /// What was said to an assistant that listens.
    fn listened(
        &mut self,
        Awake { misunderstood, begun, doubtful }: Awake,
        &Addressed { spoken, utterance, from, anew, at_second_sight }: &Addressed<'_>,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        let unsure = rejection::mean(&spoken.words[from..]) < self.settings.thresholds.doubtful;
        if doubtful && !anew && unsure {
            return self.refused(Refusal::Unknown, misunderstood, false, now);
        }
        if anew && !utterance.own.is_empty() && unsure {
            // Its own voice was in it. Now it is silent, and the command can be said again.
            return self.wake(now);
        }
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
            let begun = spoken.words[from..].to_vec();
            self.listen(Mode::Awake(Awake { misunderstood, begun, doubtful }), now);
            return vec![Effect::Continue];
        }
        if unknown && at_second_sight {
            outcome = self.guess(spoken, from, grammar);
        }
        let unknown = matches!(outcome, Ok(Outcome::NoMatch { reason: Reason::Unknown }));
        if unknown && anew && (utterance.narrowed || utterance.interrupted) {
            // The recogniser listened for the wake phrase alone: it cannot know what else was said.
            return self.wake(now);
        }
        let aloud = !anew && !doubtful;
        if let Some(name) = asking::correction(&outcome) {
            return self.amend(&name, aloud, now, grammar);
        }
        match outcome {
            Ok(outcome) => self.command(outcome, &said, misunderstood, aloud, now),
            Err(refusal) => self.refused(refusal, misunderstood, aloud, now),
        }
    }

    /// The answer to the question that was asked.
    fn answered(
        &mut self,
        answer: &Spoken,
        utterance: &Utterance,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        match std::mem::replace(&mut self.mode, Mode::Asleep) {
            Mode::Confirming(confirming) => self.confirming(confirming, answer, utterance, now, grammar),
            Mode::Choosing(choosing) => self.choosing(choosing, answer, utterance, now, grammar),
            nothing_asked => {
                self.mode = nothing_asked;
                Vec::new()
            }
        }
    }

    /// Whether the wake phrase was heard so well that what follows may be heard worse.
    pub(super) fn is_clearly_called(&self, spoken: &Spoken) -> bool {
        let span = self.settings.wake.find_span(&spoken.texts());
        let phrase = span.and_then(|span| spoken.words.get(span)).unwrap_or_default();
        rejection::least(phrase) >= self.settings.thresholds.wake_at_second_sight
    }

    /// Speech that nobody addressed to the assistant: only what may be said without the wake phrase now.
    fn overheard(
        &mut self,
        spoken: &Spoken,
        utterance: &Utterance,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        if !self.may_answer() {
            return vec![Effect::Ignored];
        }
        match self.understand(&spoken.rest(0), 0, grammar) {
            (Ok(Outcome::Match(found)), said) if self.needs_no_wake(&found, spoken, utterance) => {
                self.decided(found, said, now)
            }
            _ => vec![Effect::Ignored],
        }
    }

    /// Whether it rings, and some commands may be said without the wake phrase then.
    fn may_answer(&self) -> bool {
        self.settings.wake_optional && self.facts.ringing
    }

    /// Whether a command may be said without the wake phrase because it rings, and is heard well enough for that.
    fn needs_no_wake(&self, found: &Match, spoken: &Spoken, utterance: &Utterance) -> bool {
        if !(self.may_answer() && found.wake.optional_in("ringing")) {
            return false;
        }
        // It is likely while it rings, and cannot be taken back: between what an addressed command needs and any other.
        // In a call it may be the far end that answers its own people.
        let played = spoken.played.as_deref();
        let wanted = rejection::answer_wanted(utterance, played, 0.0, &self.settings);
        rejection::mean(&spoken.words) >= self.settings.thresholds.wake_in_call
            && rejection::least(&spoken.words) >= wanted
    }

    /// Speech shortly after a command: another command, if it is certain enough; anything else ends the time for it,
    /// because then people talk to each other.
    pub(super) fn followed(
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
        let certain = |found: &Match| {
            rejection::certain_without_wake(found, &spoken.words, &self.settings)
                || self.needs_no_wake(found, spoken, utterance)
        };
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
            // Nothing is done before it was asked who is meant.
            Ok(outcome @ Outcome::Ambiguous { .. })
                if rejection::least(&spoken.words) >= self.settings.thresholds.unaddressed =>
            {
                Some(self.command(outcome, &said, 0, true, now))
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
    pub(super) fn own_signal<S: AsRef<str>>(
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
    pub(super) fn is_beginning(&self, text: &str, grammar: &Grammar) -> bool {
        grammar.prefix(text, &self.facts.context).extendable
    }

    /// A sentence that was spoken to the assistant.
    pub(super) fn command(
        &mut self,
        outcome: Outcome,
        said: &str,
        misunderstood: u32,
        aloud: bool,
        now: Instant,
    ) -> Vec<Effect> {
        let refusal = match outcome {
            // A call that rings out is what is to be given up.
            Outcome::Match(found) if found.intent == intent::CANCEL && !self.facts.is("calling") => {
                return self.cancelled();
            }
            // Nothing was asked.
            Outcome::Match(found) if asking::is_answer_only(&found.intent) => Refusal::NotNow,
            Outcome::Match(found) => return self.decided(found, said.to_owned(), now),
            Outcome::Ambiguous { candidates, .. } if candidates.len() > MOST_ASKED => Refusal::TooMany,
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

    pub(super) fn refused(
        &mut self,
        refusal: Refusal,
        misunderstood: u32,
        aloud: bool,
        now: Instant,
    ) -> Vec<Effect> {
        // What is understood but cannot be done is worth a word in any case.
        let aloud = aloud || matches!(refusal, Refusal::NotNow | Refusal::TooMany);
        let mut effects = vec![Effect::Refused { refusal, aloud }];
        if misunderstood + 1 >= PATIENCE {
            effects.extend(self.sleep());
        } else {
            // Talk that only sounded like the wake phrase goes on, and may sound like a command next.
            let awake = Awake { misunderstood: misunderstood + 1, begun: Vec::new(), doubtful: !aloud };
            self.listen(Mode::Awake(awake), now);
        }
        effects
    }

    /// It is clear what is meant; some things are asked back first.
    pub(super) fn decided(&mut self, found: Box<Match>, said: String, now: Instant) -> Vec<Effect> {
        if found.confirm.is_none() {
            return self.act(found, said, now);
        }
        let pending = found.clone();
        self.listen(Mode::Confirming(Confirming { pending, said, misunderstood: 0 }), now);
        vec![Effect::Confirm(found)]
    }

    pub(super) fn act(&mut self, found: Box<Match>, said: String, now: Instant) -> Vec<Effect> {
        self.done(&found, said, now);
        let mut effects = vec![Effect::Act(found)];
        if self.settings.follow_up.is_zero() {
            effects.extend(self.sleep());
        } else {
            self.listen(Mode::Following, now);
        }
        effects
    }

    pub(super) fn cancelled(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Cancelled];
        effects.extend(self.sleep());
        effects
    }
}
