//! What the words of an utterance mean: the grammar's answer to its likeliest reading, to other readings, or to the
//! sentence that is clearly nearest; and whether that was heard well enough.

use super::{
    Dialogue,
    event::{Refusal, Spoken},
    intent, rejection,
};
use crate::grammar::{Context, Grammar, Match, Outcome};

impl Dialogue {
    /// What the words from `from` on mean, and the reading of them that means it: the first that is a sentence decides.
    pub(super) fn understand(
        &self,
        spoken: &Spoken,
        from: usize,
        grammar: &Grammar,
    ) -> (Result<Outcome, Refusal>, String) {
        self.understand_in(spoken, from, grammar, &self.facts.context, false)
    }

    /// As [`Dialogue::understand`], of the answer to a question. A no counts however badly it was heard.
    pub(super) fn understand_answer(&self, spoken: &Spoken, grammar: &Grammar) -> Result<Outcome, Refusal> {
        let (outcome, said) = self.understand_in(spoken, 0, grammar, &self.facts.context, true);
        outcome.or_else(|refusal| {
            let outcome = grammar.matches(&said, &self.facts.context);
            let is_no = |found: &Match| [intent::NO, intent::CANCEL].contains(&found.intent.as_str());
            if outcome.matched().is_some_and(is_no) { Ok(outcome) } else { Err(refusal) }
        })
    }

    pub(super) fn understand_in(
        &self,
        spoken: &Spoken,
        from: usize,
        grammar: &Grammar,
        context: &Context,
        asked: bool,
    ) -> (Result<Outcome, Refusal>, String) {
        let mut said = spoken.text(from);
        let mut outcome = grammar.matches(&said, context);
        if matches!(outcome, Outcome::NoMatch { .. }) {
            let other = spoken.readings.iter().find_map(|reading| {
                let words: Vec<&str> = reading.split_whitespace().collect();
                // A reading that lost the wake phrase is a reading of something else.
                let start = if from > 0 { self.settings.wake.find_span(&words)?.end } else { 0 };
                let text = words[start..].join(" ");
                let outcome = grammar.matches(&text, context);
                if matches!(outcome, Outcome::NoMatch { .. }) {
                    return None;
                }
                let farthest = rejection::farthest_reading(&outcome, asked);
                (rejection::distance(grammar.language(), &said, &text) <= farthest).then_some((outcome, text))
            });
            if let Some(other) = other {
                (outcome, said) = other;
            }
        }
        let command = spoken.words.get(from..).unwrap_or_default();
        match rejection::objection(&outcome, command, spoken.length.filter(|_| from == 0), &self.settings) {
            Some(refusal) => (Err(refusal), said),
            None => (Ok(outcome), said),
        }
    }

    /// No reading is a sentence: the one that is clearly nearest, if there is one, and it may be guessed at.
    pub(super) fn guess(&self, spoken: &Spoken, from: usize, grammar: &Grammar) -> Result<Outcome, Refusal> {
        let command = spoken.words.get(from..).unwrap_or_default();
        let confidences: Vec<f32> = command.iter().map(|(_, confidence)| *confidence).collect();
        let outcome = grammar.matches_tolerant(&spoken.text(from), &self.facts.context, &confidences);
        match rejection::objection(&outcome, command, spoken.length.filter(|_| from == 0), &self.settings) {
            Some(refusal) => Err(refusal),
            None => Ok(outcome),
        }
    }
}

/// The sentence that was broken off, with what was said now; none if nothing was broken off.
pub(super) fn continued(begun: Vec<(String, f32)>, words: &[(String, f32)]) -> Option<Spoken> {
    if begun.is_empty() {
        return None;
    }
    let words = begun.into_iter().chain(words.iter().cloned()).collect();
    Some(Spoken { words, ..Spoken::default() })
}
