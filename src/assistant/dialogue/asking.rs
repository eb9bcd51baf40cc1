//! Questions and their answers: yes or no, which one, "no, I meant ...".

use std::time::Instant;

use super::{
    Dialogue, Effect, PATIENCE,
    event::{Refusal, Spoken},
    intent,
    modes::{Choosing, Confirming, Mode},
};
use crate::{
    grammar::{Candidate, Grammar, Match, Outcome, Reason},
    text::fold,
};

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
                    || choice(&words, &choosing.candidates).is_some()
            }
            _ => false,
        }
    }

    pub(super) fn confirming(
        &mut self,
        confirming: Confirming,
        spoken: &Spoken,
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        let (outcome, _) = self.understand(spoken, 0, grammar);
        if let Some(corrected) = correction(&outcome) {
            let pending = (&*confirming.pending, confirming.said.as_str());
            let context = self.facts.context.clone();
            let named = self.corrected(pending, None, &corrected, &context, grammar);
            if let Some((outcome, said)) = named {
                return self.command(outcome, &said, 0, true, now);
            }
        }
        match outcome.as_ref().ok().and_then(Outcome::matched).map(|found| found.intent.as_str()) {
            Some(intent::YES) if self.is_certain(spoken) => self.confirmed(confirming, now, grammar),
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
        now: Instant,
        grammar: &Grammar,
    ) -> Vec<Effect> {
        let words = spoken.texts();
        let (outcome, _) = self.understand(spoken, 0, grammar);
        let found = outcome.as_ref().ok().and_then(Outcome::matched);
        let number =
            found.filter(|found| found.intent == intent::PICK).and_then(|found| found.slots.get("number"));
        let picked = match number.and_then(|number| number.value.as_i64()) {
            Some(-1) => choosing.matches.last(),
            Some(number) => usize::try_from(number - 1).ok().and_then(|index| choosing.matches.get(index)),
            None => choice(&words, &choosing.candidates).and_then(|index| choosing.matches.get(index)),
        };
        let heard = super::rejection::mean(&spoken.words) >= self.settings.thresholds.command;
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

    fn is_certain(&self, spoken: &Spoken) -> bool {
        super::rejection::least(&spoken.words) >= self.settings.thresholds.dangerous
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
        let said = said.contains(&wrong.text).then(|| said.replacen(&wrong.text, name, 1))?;
        let outcome = grammar.matches(&said, context);
        match outcome {
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
        let last = self.last.take().filter(|done| now.saturating_duration_since(done.at) <= within)?;
        let (outcome, said) =
            self.corrected((&last.found, &last.said), None, name, &last.context, grammar)?;
        let mut effects = vec![Effect::TakeBack(last.found)];
        effects.extend(self.command(outcome, &said, 0, true, now));
        Some(effects)
    }
}

/// Whether an intent is nothing but the answer to a question.
pub(super) fn is_answer_only(name: &str) -> bool {
    [intent::YES, intent::NO, intent::PICK].contains(&name)
}

/// Which candidate the words name: the one that most words fit and no other fits as well. A candidate's name counts,
/// and its id, which is what tells people of one name apart.
fn choice(words: &[&str], candidates: &[Candidate]) -> Option<usize> {
    let fit = |candidate: &Candidate| {
        let id = candidate.value.as_str().unwrap_or_default();
        let known = fold(&format!("{} {id}", candidate.name));
        let parts: Vec<&str> = known.split(|c: char| !c.is_alphanumeric()).collect();
        words.iter().filter(|word| parts.contains(&fold(word).as_str())).count()
    };
    let fits: Vec<usize> = candidates.iter().map(fit).collect();
    let best = *fits.iter().max()?;
    let mut winners = fits.iter().enumerate().filter(|(_, fit)| **fit == best).map(|(index, _)| index);
    let winner = winners.next().filter(|_| best > 0)?;
    winners.next().is_none().then_some(winner)
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
