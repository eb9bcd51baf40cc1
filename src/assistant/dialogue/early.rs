//! Before the utterance is over: how much silence ends it, whether a command goes out at once, and what to do when the
//! whole utterance turns out to be something else.

use std::time::{Duration, Instant};

use super::{
    Dialogue, Effect,
    event::{Partial, Spoken},
    intent,
    modes::{Acted, Done, Mode, Utterance},
    rejection::{self, Danger},
    settings::Pauses,
};
use crate::grammar::{Follow, Grammar, Match, Outcome};

/// What is known of the sentence so far.
#[derive(Debug)]
pub(super) enum Sofar {
    /// No sentence and no beginning of one.
    Nothing,
    /// The beginning of one.
    Begun,
    /// A whole one that other words make another of.
    Open(Box<Match>),
    /// A whole one that a name or a number makes another of ("forty" - "forty five").
    OpenSlot(Box<Match>),
    /// A whole one that no word can follow, or none that would change anything.
    Closed(Box<Match>),
}

impl Sofar {
    fn pause(&self, pauses: &Pauses) -> Duration {
        match self {
            Self::Nothing => pauses.usual,
            Self::Begun => pauses.slot,
            Self::Open(found) | Self::OpenSlot(found) | Self::Closed(found)
                if Danger::of(found) == Danger::Dangerous =>
            {
                pauses.dangerous
            }
            // What is harmless and complete in itself need not wait for a name ("mute" - "mute Ann").
            // Between "forty" and "five", or "Ann" and "Lee", there is less than between sentences.
            Self::OpenSlot(found) if !found.early => (pauses.open + pauses.usual) / 2,
            Self::Open(_) | Self::OpenSlot(_) => pauses.open,
            Self::Closed(_) => pauses.closed,
        }
    }
}

impl Dialogue {
    pub(super) fn partial(&mut self, partial: &Partial, now: Instant, grammar: &Grammar) -> Vec<Effect> {
        if self.utterance.dropped || self.utterance.acted.is_some() || matches!(self.mode, Mode::Muted) {
            return Vec::new();
        }
        let mut effects = Vec::new();
        let listens = self.settings.wake_on || !matches!(self.mode, Mode::Asleep | Mode::Following);
        let said = |span: &std::ops::Range<usize>| {
            !rejection::is_played(rejection::of_words(partial.played.as_deref(), span))
        };
        let span = listens.then(|| self.settings.wake.find_span(&partial.words)).flatten().filter(said);
        let stable = partial.stable >= self.settings.early_stable;
        let echo = rejection::is_echo(&partial.words, &self.utterance.own)
            || rejection::is_played(partial.played.as_deref());
        let over_reply = !echo && self.settings.wake.is_begun(&partial.words);
        if over_reply && !self.utterance.over_reply && !self.utterance.own.is_empty() {
            // Whoever calls while the reply ends is heard to the end.
            effects.push(Effect::Keep);
        }
        self.utterance.over_reply = over_reply;
        let signal = self.own_signal(&self.utterance, &partial.words, partial.signal, grammar);
        if self.mode.asks() && span.is_none() {
            let is_answer = self.is_answer(&partial.text(signal), grammar);
            if is_answer && stable && !echo {
                self.interrupt(&mut effects);
            }
            let pauses = self.settings.pauses;
            self.endpoint(if is_answer { pauses.open } else { pauses.usual }, &mut effects);
            return effects;
        }
        let woken = span.as_ref().map(|span| span.end);
        if woken.is_some() && stable && !echo {
            self.interrupt(&mut effects);
        }
        let optional = matches!(self.mode, Mode::Awake(_) | Mode::Following)
            || self.settings.wake_optional && self.facts.ringing;
        let Some(from) = woken.or(optional.then_some(signal)) else {
            return effects;
        };
        let sofar = if woken == Some(partial.words.len()) {
            // The command follows in the same breath, or not at all.
            Sofar::Begun
        } else {
            self.sofar(&partial.text(from), woken.is_some(), grammar)
        };
        self.utterance.is_talk = matches!(sofar, Sofar::Nothing);
        match sofar {
            Sofar::Closed(found) if stable && !echo && self.fires_early(&found, partial, woken) => {
                let start = span.map_or(0, |span| span.start);
                let words = partial.words.get(start..).unwrap_or_default().to_vec();
                self.utterance.acted = Some(Acted { found: found.clone(), words });
                effects.extend(self.act(found, partial.text(from), now));
            }
            sofar => {
                let pause = sofar.pause(&self.settings.pauses);
                self.endpoint(pause, &mut effects);
            }
        }
        effects
    }

    /// `woken`: the index of the first word after the wake phrase, if that was said.
    fn fires_early(&self, found: &Match, partial: &Partial, woken: Option<usize>) -> bool {
        let answer = [intent::YES, intent::NO, intent::PICK, intent::CANCEL, intent::CORRECTION];
        let thresholds = &self.settings.thresholds;
        let wanted = rejection::wanted_of(found, thresholds);
        let awake = matches!(self.mode, Mode::Awake(_));
        let doubtful = matches!(&self.mode, Mode::Awake(awake) if awake.doubtful);
        let certain = match (partial.spoken(), woken) {
            // What the whole utterance would not be believed, this is not believed either.
            (Some(spoken), Some(_)) => {
                let addressed =
                    rejection::addressed(&spoken, &self.utterance, self.attends(), &self.settings);
                addressed == woken && rejection::least(&spoken.words) >= wanted.max(thresholds.wake)
            }
            (Some(spoken), None) => {
                let wanted = if doubtful { wanted.max(thresholds.doubtful) } else { wanted };
                awake && rejection::least(&spoken.words) >= wanted
            }
            // A passing hypothesis of talk in the room may hold the wake phrase: that must be certain.
            (None, Some(_)) => false,
            // How well it was heard is known a moment later. Until then only what can be taken back is done.
            (None, None) => awake && !doubtful && wanted <= thresholds.command && !found.undo.is_empty(),
        };
        certain
            && found.early
            && Danger::of(found) != Danger::Dangerous
            && !answer.contains(&found.intent.as_str())
            && partial.silence >= self.settings.pauses.closed / 2
            && !rejection::is_guarded(&self.utterance, partial.played.as_deref(), &self.settings)
            && self.utterance.own.is_empty()
    }

    /// What the words of a command are so far; with `anew` a sentence that was broken off before does not matter.
    fn sofar(&self, text: &str, anew: bool, grammar: &Grammar) -> Sofar {
        let begun = match &self.mode {
            Mode::Awake(awake) if !anew && !awake.begun.is_empty() => {
                let begun: Vec<&str> = awake.begun.iter().map(|(word, _)| word.as_str()).collect();
                Some(format!("{} {text}", begun.join(" ")))
            }
            _ => None,
        };
        let whole = begun.map(|whole| self.classified(&whole, grammar));
        match whole {
            None | Some(Sofar::Nothing) => self.classified(text, grammar),
            Some(sofar) => sofar,
        }
    }

    fn classified(&self, text: &str, grammar: &Grammar) -> Sofar {
        let prefix = grammar.prefix(text, &self.facts.context);
        let outcome = prefix.complete.then(|| grammar.matches(text, &self.facts.context));
        match outcome {
            Some(Outcome::Match(found)) if prefix.follow == Follow::Slot => Sofar::OpenSlot(found),
            Some(Outcome::Match(found)) if prefix.follow > Follow::Same => Sofar::Open(found),
            Some(Outcome::Match(found)) => Sofar::Closed(found),
            // Two Johns: the surname may follow.
            Some(Outcome::Ambiguous { .. }) => Sofar::Begun,
            Some(Outcome::NoMatch { .. }) | None if prefix.extendable => Sofar::Begun,
            _ => Sofar::Nothing,
        }
    }

    fn endpoint(&mut self, pause: Duration, effects: &mut Vec<Effect>) {
        if self.utterance.endpoint != Some(pause) {
            self.utterance.endpoint = Some(pause);
            effects.push(Effect::Endpoint(pause));
        }
    }

    fn interrupt(&mut self, effects: &mut Vec<Effect>) {
        if self.speech.is_some() && !self.utterance.interrupted {
            self.utterance.interrupted = true;
            effects.push(Effect::Interrupt);
        }
    }

    /// The whole of an utterance upon which something was done already.
    pub(super) fn compare(
        &mut self,
        acted: Acted,
        spoken: &Spoken,
        utterance: &Utterance,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        let words = spoken.texts();
        // What was valid when it was said: the command itself may have changed the room since.
        let before =
            self.last.as_ref().map_or_else(|| self.facts.context.clone(), |done| done.context.clone());
        let woken = self.settings.wake.find_span(&acted.words).map_or(0, |span| span.end);
        let wake_texts = acted.words.get(..woken).unwrap_or_default();
        let start = position(&words, &acted.words);
        if let Some(start) = start {
            let end = start + acted.words.len();
            let rest = words.get(end..).unwrap_or_default();
            let played = rejection::is_played(spoken.played.as_deref());
            if self.settings.wake.find_span(rest).is_some() && !played {
                // Two commands in one breath.
                return self.heard(&spoken.rest(end), utterance, now, grammar);
            }
        }
        let from = match start {
            Some(start) => Some(start + woken),
            // The wake phrase was not heard for what it was after all.
            None if woken > 0 => position(&words, wake_texts).map(|at| at + woken),
            None => Some(0),
        };
        let from = from.filter(|_| !rejection::is_played(spoken.played.as_deref()));
        let understood = from.map(|from| self.understand_in(spoken, from, grammar, &before, false));
        match understood {
            Some((Ok(Outcome::Match(found)), _)) if same(&found, &acted.found) => Vec::new(),
            Some((Ok(outcome @ (Outcome::Match(_) | Outcome::Ambiguous { .. })), said)) => {
                let mut effects = vec![Effect::TakeBack(acted.found)];
                effects.extend(self.command(outcome, &said, 0, false, now));
                effects
            }
            // The command, and then talk to somebody else.
            Some((Ok(Outcome::NoMatch { .. }), _)) if start.is_some() => Vec::new(),
            // None at all, or the loudspeaker said it.
            _ => {
                self.last = None;
                let mut effects = vec![Effect::TakeBack(acted.found)];
                effects.extend(self.sleep());
                effects
            }
        }
    }

    pub(super) fn done(&mut self, found: &Match, said: String, now: Instant) {
        let context = self.facts.context.clone();
        self.last = Some(Done { found: Box::new(found.clone()), said, context, at: now });
    }
}

fn same(one: &Match, other: &Match) -> bool {
    one.intent == other.intent && one.actions == other.actions
}

/// Where `wanted` stands in `words`.
fn position<S: AsRef<str>>(words: &[&str], wanted: &[S]) -> Option<usize> {
    if wanted.is_empty() {
        return Some(0);
    }
    words.windows(wanted.len()).position(|window| window.iter().zip(wanted).all(|(a, b)| *a == b.as_ref()))
}
