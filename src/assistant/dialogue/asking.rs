//! Questions and their answers: yes or no, which one, "no, I meant ...".

use std::time::Instant;

use super::{
    Dialogue, Effect, PATIENCE,
    event::{Refusal, Spoken},
    intent,
    modes::{Choosing, Confirming, Mode, Utterance},
};
use crate::grammar::{Candidate, Grammar, Match, Outcome, Reason};

/// The answers to "shall I?".
pub(super) const TO_CONFIRM: &[&str] = &[intent::YES, intent::NO, intent::CANCEL, intent::CORRECTION];
/// The answers to "which one?".
pub(super) const TO_CHOOSE: &[&str] =
    &[intent::PICK, intent::YES, intent::NO, intent::CANCEL, intent::CORRECTION];

/// The slots that "no, I meant ..." puts right.
const CORRECTED: [&str; 2] = ["contact", "participant"];

impl Dialogue {
    /// Whether a text answers the question that was asked.
    pub(super) fn is_answer(&self, text: &str, grammar: &Grammar) -> bool {
        let outcome = grammar.matches(text, &self.facts.context);
        let intent = outcome.matched().map(|found| found.intent.as_str());
        match &self.mode {
            Mode::Confirming(_) => intent.is_some_and(|intent| TO_CONFIRM.contains(&intent)),
            Mode::Choosing(choosing) => {
                let words: Vec<&str> = text.split_whitespace().collect();
                intent.is_some_and(|intent| TO_CHOOSE.contains(&intent))
                    || grammar.chosen(&words, &choosing.candidates).is_some()
            }
            _ => false,
        }
    }

    pub(super) fn confirming(
        &mut self,
        confirming: Confirming,
        spoken: &Spoken,
        utterance: &Utterance,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        let outcome = self.understand_answer(spoken, grammar);
        if let Some(corrected) = correction(&outcome) {
            let pending = (&*confirming.pending, confirming.said.as_str());
            let context = self.facts.context.clone();
            let named = self.corrected(pending, None, &corrected, &context, grammar);
            if let Some((outcome, said)) = named {
                return self.command(outcome, &said, 0, true, now);
            }
        }
        match outcome.as_ref().ok().and_then(Outcome::matched).map(|found| found.intent.as_str()) {
            Some(intent::YES) if self.is_certain(spoken, utterance, self.settings.thresholds.dangerous) => {
                self.confirmed(confirming, now, grammar)
            }
            Some(intent::NO | intent::CANCEL) => self.cancelled(),
            _ => {
                let again = Effect::ConfirmAgain(confirming.pending.clone());
                let misunderstood = confirming.misunderstood + 1;
                let mode = Mode::Confirming(Confirming { misunderstood, ..confirming });
                self.unclear(mode, misunderstood, again, now)
            }
        }
    }

    /// The yes has come; the room may have changed since the question.
    fn confirmed(&mut self, confirming: Confirming, now: Instant, grammar: &Grammar) -> Vec<Effect> {
        let Confirming { pending, said, .. } = confirming;
        if self.is_obsolete(&said, grammar) {
            return self.too_late();
        }
        self.act(pending, said, now)
    }

    fn is_obsolete(&self, said: &str, grammar: &Grammar) -> bool {
        let outcome = grammar.matches(said, &self.facts.context);
        matches!(outcome, Outcome::NoMatch { reason: Reason::NotNow })
    }

    fn too_late(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Refused { refusal: Refusal::NotNow, aloud: true }];
        effects.extend(self.sleep());
        effects
    }

    pub(super) fn choosing(
        &mut self,
        choosing: Choosing,
        spoken: &Spoken,
        utterance: &Utterance,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        let words = spoken.texts();
        let outcome = self.understand_answer(spoken, grammar);
        let found = outcome.as_ref().ok().and_then(Outcome::matched);
        let number =
            found.filter(|found| found.intent == intent::PICK).and_then(|found| found.slots.get("number"));
        let place = number.and_then(|number| match number.value.as_i64()? {
            -1 => choosing.matches.len().checked_sub(1),
            number => usize::try_from(number - 1).ok().filter(|place| *place < choosing.matches.len()),
        });
        let named = grammar.chosen(&words, &choosing.candidates);
        let picked = match (place, named) {
            // "Two" among the rooms 2 and 5 may be either.
            (Some(place), Some(named)) if named.nothing_else && named.index != place => None,
            (Some(place), _) => Some(place),
            // "The third one" of two is nobody, though a name may have "one" in it.
            (None, Some(named)) if number.is_none() || named.nothing_else => Some(named.index),
            (None, _) => None,
        };
        let picked = picked.and_then(|index| choosing.matches.get(index));
        let heard = super::rejection::mean(&spoken.words) >= self.settings.thresholds.command
            && self.is_certain(spoken, utterance, 0.0);
        if let Some(chosen) = picked.filter(|_| heard) {
            if self.is_obsolete(&choosing.said, grammar) {
                return self.too_late();
            }
            return self.decided(Box::new(chosen.clone()), choosing.said.clone(), now);
        }
        if let Some(corrected) = correction(&outcome)
            && let Some(first) = choosing.matches.first()
        {
            let asked = (first, choosing.said.as_str());
            let context = self.facts.context.clone();
            let named = self.corrected(asked, Some(&choosing.slot), &corrected, &context, grammar);
            if let Some((outcome, said)) = named {
                return self.command(outcome, &said, 0, true, now);
            }
        }
        match found.map(|found| found.intent.as_str()) {
            Some(intent::NO | intent::CANCEL) => self.cancelled(),
            _ => {
                let again = Effect::ChooseAgain { candidates: choosing.candidates.clone() };
                let misunderstood = choosing.misunderstood + 1;
                let mode = Mode::Choosing(Choosing { misunderstood, ..choosing });
                self.unclear(mode, misunderstood, again, now)
            }
        }
    }

    /// Doubt means no: after some unclear answers the question is dropped.
    fn unclear(&mut self, mode: Mode, misunderstood: u32, again: Effect, now: Instant) -> Vec<Effect> {
        if misunderstood >= PATIENCE {
            return self.cancelled();
        }
        self.listen(mode, now);
        vec![again]
    }

    /// Whether an answer was heard well enough to be that of somebody in the room.
    fn is_certain(&self, spoken: &Spoken, utterance: &Utterance, least: f32) -> bool {
        let played = spoken.played.as_deref();
        let wanted = super::rejection::answer_wanted(utterance, played, least, &self.settings);
        super::rejection::least(&spoken.words) >= wanted
    }

    /// The command `done`, said of somebody else; with it, how that would have been said.
    pub(super) fn corrected(
        &self,
        done: (&Match, &str),
        slot: Option<&str>,
        name: &str,
        context: &crate::grammar::Context,
        grammar: &Grammar,
    ) -> Option<(Outcome, String)> {
        let (found, said) = done;
        let (key, wrong) = slot
            .into_iter()
            .chain(CORRECTED)
            .find_map(|key| found.slots.get_key_value(key))
            .filter(|(_, wrong)| !wrong.text.is_empty())?;
        let said = replaced(said, &wrong.text, name)?;
        let outcome = grammar.matches(&said, context);
        match outcome {
            // Whoever says the same again was misheard.
            Outcome::Match(other) if other.slots.get(key).is_some_and(|slot| slot.value == wrong.value) => {
                None
            }
            Outcome::Match(other) if other.intent == found.intent => Some((Outcome::Match(other), said)),
            Outcome::Ambiguous { intent, slot, candidates, matches } if intent == found.intent => {
                // The one that was wrong is not meant.
                let keep = |other: &Match| other.slots.get(key).is_none_or(|slot| slot.value != wrong.value);
                let (candidates, matches): (Vec<Candidate>, Vec<Match>) =
                    candidates.into_iter().zip(matches).filter(|(_, other)| keep(other)).unzip();
                match matches.as_slice() {
                    [] => None,
                    [only] => Some((Outcome::Match(Box::new(only.clone())), said)),
                    _ => Some((Outcome::Ambiguous { intent, slot, candidates, matches }, said)),
                }
            }
            _ => None,
        }
    }

    /// "No, I meant ..." after a command was carried out: it is taken back and done anew.
    pub(super) fn amend(&mut self, name: &str, aloud: bool, now: Instant, grammar: &Grammar) -> Vec<Effect> {
        self.amended(name, now, grammar).unwrap_or_else(|| self.refused(Refusal::NotNow, 0, aloud, now))
    }

    /// As [`Dialogue::amend`]; none if there is nothing that could be meant.
    pub(super) fn amended(&mut self, name: &str, now: Instant, grammar: &Grammar) -> Option<Vec<Effect>> {
        let within = self.settings.correct_within;
        let last = self.last.as_ref().filter(|done| now.saturating_duration_since(done.at) <= within)?;
        let (outcome, said) =
            self.corrected((&last.found, &last.said), None, name, &last.context, grammar)?;
        // A correction that was misheard can be said again.
        let mut effects: Vec<_> =
            self.last.take().map(|last| Effect::TakeBack(last.found)).into_iter().collect();
        effects.extend(self.command(outcome, &said, 0, true, now));
        Some(effects)
    }
}

/// `said` with the words `wrong`, where they stand last, as `right`: a command names people at its end.
fn replaced(said: &str, wrong: &str, right: &str) -> Option<String> {
    let (words, wrong): (Vec<&str>, Vec<&str>) =
        (said.split_whitespace().collect(), wrong.split_whitespace().collect());
    if wrong.is_empty() {
        return None;
    }
    let at = words.windows(wrong.len()).rposition(|window| window == wrong)?;
    Some([&words[..at], &[right], &words[at + wrong.len()..]].concat().join(" "))
}

/// Whether an intent is nothing but the answer to a question.
pub(super) fn is_answer_only(name: &str) -> bool {
    [intent::YES, intent::NO, intent::PICK].contains(&name)
}

/// The name in "no, I meant NAME", as it was said; also where it fits several people.
pub(super) fn correction(outcome: &Result<Outcome, Refusal>) -> Option<String> {
    let found = match outcome {
        Ok(Outcome::Match(found)) => found,
        Ok(Outcome::Ambiguous { matches, .. }) => matches.first()?,
        _ => return None,
    };
    if found.intent != intent::CORRECTION {
        return None;
    }
    CORRECTED.iter().find_map(|slot| found.slots.get(*slot)).map(|slot| slot.text.clone())
}
