//! The best reading of a sentence: every template that may fit is tried, and what it yields is compared. Readings that
//! are equally good and differ only in whom or what a word names are candidates to ask about.

use std::sync::Arc;

use super::context::{self, Verdict};
use super::engine::{Pick, Reading, Walker, Walkers, What};
use super::matcher::{Grammar, Preferences};
use super::outcome::{Candidate, Context, Outcome, Reason};
use super::pack::Block;
use super::program::Template;
use super::variants::{Variant, Variants};
use crate::text::Utterance;

/// How good a reading is: compared field by field, greater is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    metadata: bool,
    /// The text that the preferred slot took; none if it is not filled.
    slot: Option<usize>,
    wildcards: std::cmp::Reverse<u32>,
    literal: u32,
    wild_text: std::cmp::Reverse<u32>,
    rank: std::cmp::Reverse<u32>,
}

/// A reading that is kept.
pub(super) struct Found {
    pub template: usize,
    pub text: Arc<Utterance>,
    pub picks: Vec<Pick>,
    pub literal: u32,
    pub context: Context,
}

pub(super) struct Search<'a> {
    grammar: &'a Grammar,
    context: &'a Context,
    preferences: &'a Preferences,
    best: Option<(Score, Found)>,
    /// Equally good readings that differ only in which list value was meant.
    ties: Vec<Found>,
}

/// Sixteen candidates at most: the best reading and these. Nobody can be asked about more.
const MAX_TIES: usize = 15;

impl<'a> Search<'a> {
    pub(super) fn new(grammar: &'a Grammar, context: &'a Context, preferences: &'a Preferences) -> Self {
        Self { grammar, context, preferences, best: None, ties: Vec::new() }
    }

    pub(super) fn found(&self) -> bool {
        self.best.is_some()
    }

    pub(super) fn run(&mut self, variants: &Variants, valid: &dyn Fn(Verdict) -> bool) {
        let grammar = self.grammar;
        let mut walkers = Walkers::new(&grammar.program, &grammar.contacts.index);
        for (number, template) in grammar.program.templates.iter().enumerate() {
            let mut verdict = None;
            for variant in variants.of(template) {
                if !variant.may_match(template) {
                    continue;
                }
                let block = grammar.block(template);
                let verdict = *verdict.get_or_insert_with(|| {
                    context::before(&block.block.requires, &block.block.excludes, self.context)
                });
                if !valid(verdict) || !variant.has_keyword(&block.keywords, grammar.program.squash) {
                    continue;
                }
                let walker = walkers.of(variant.utterance.folded());
                self.try_template(number, template, variant, verdict == Verdict::Open, walker);
            }
        }
    }

    /// Ignores the context.
    pub(super) fn run_anyhow(&mut self, variants: &Variants) {
        let grammar = self.grammar;
        let mut walkers = Walkers::new(&grammar.program, &grammar.contacts.index);
        for (number, template) in grammar.program.templates.iter().enumerate() {
            for variant in variants.of(template) {
                let block = grammar.block(template);
                let conditions = !block.block.requires.is_empty() || !block.block.excludes.is_empty();
                if conditions
                    && variant.may_match(template)
                    && variant.has_keyword(&block.keywords, grammar.program.squash)
                {
                    let walker = walkers.of(variant.utterance.folded());
                    self.try_template(number, template, variant, false, walker);
                    if self.best.is_some() {
                        return;
                    }
                }
            }
        }
    }

    fn try_template(
        &mut self,
        number: usize,
        template: &Template,
        variant: &Variant,
        open: bool,
        walker: &mut Walker<'_>,
    ) {
        let text = &variant.utterance;
        walker.walk(template.node, &mut |reading| self.consider(number, template, text, reading, open));
    }

    fn consider(
        &mut self,
        number: usize,
        template: &Template,
        text: &Arc<Utterance>,
        reading: &Reading<'_>,
        open: bool,
    ) {
        let grammar = self.grammar;
        let block = &grammar.block(template).block;
        let score = Score {
            metadata: self.preferences.metadata.as_ref().is_some_and(|key| block.metadata.contains_key(key)),
            slot: self
                .preferences
                .slot
                .as_ref()
                .and_then(|slot| slot_length(grammar, text, reading, (block, self.context), slot)),
            wildcards: std::cmp::Reverse(reading.wildcards),
            literal: reading.literal,
            wild_text: std::cmp::Reverse(reading.wild_text),
            rank: std::cmp::Reverse(reading.rank),
        };
        let order = self.best.as_ref().map(|(best, _)| score.cmp(best));
        if order == Some(std::cmp::Ordering::Less) {
            return;
        }
        if !grammar.values_fit(block, reading.picks) {
            return;
        }
        let context = grammar.full_context(self.context, reading.picks);
        if open && !context::after(&block.requires, &block.excludes, &context) {
            return;
        }
        let found = || Found {
            template: number,
            text: Arc::clone(text),
            picks: reading.picks.to_vec(),
            literal: reading.literal,
            context: context.clone(),
        };
        match (&self.best, order) {
            (Some((_, best)), Some(std::cmp::Ordering::Equal)) => {
                if self.ties.len() < MAX_TIES && grammar.same_but_for_values(best, template, reading.picks) {
                    self.ties.push(found());
                }
            }
            _ => {
                self.best = Some((score, found()));
                self.ties.clear();
            }
        }
    }

    pub(super) fn outcome(self) -> Outcome {
        let grammar = self.grammar;
        let Some((_, best)) = self.best else { return Outcome::NoMatch { reason: Reason::Unknown } };
        let differing = best.picks.iter().enumerate().find(|(index, pick)| {
            let value = grammar.value_of(pick, &best.text);
            self.ties.iter().any(|tie| {
                tie.picks.get(*index).is_some_and(|other| grammar.value_of(other, &tie.text) != value)
            })
        });
        let Some((index, pick)) = differing else {
            return Outcome::Match(Box::new(grammar.build(best)));
        };
        let slot = grammar.program.slots[pick.slot as usize].clone();
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut matches = Vec::new();
        for found in std::iter::once(best).chain(self.ties) {
            let Some(pick) = found.picks.get(index) else { continue };
            let value = grammar.value_of(pick, &found.text);
            if candidates.iter().any(|candidate| candidate.value == value) {
                continue;
            }
            let name = grammar.name_of(pick, &found.text);
            candidates.push(Candidate { name, value });
            matches.push(grammar.build(found));
        }
        let intent = matches.first().map(|found| found.intent.clone()).unwrap_or_default();
        Outcome::Ambiguous { intent, slot, candidates, matches }
    }
}

/// How much text the preferred slot took; none if nothing, or free text, filled it. Numbers are all the same, and
/// what was not said took no text.
fn slot_length(
    grammar: &Grammar,
    text: &Utterance,
    reading: &Reading<'_>,
    (block, context): (&Block, &Context),
    slot: &str,
) -> Option<usize> {
    let is_named = |pick: &&Pick| {
        !pick.capture && grammar.program.slots.get(pick.slot as usize).is_some_and(|name| name == slot)
    };
    match reading.picks.iter().rfind(is_named) {
        Some(Pick { what: What::Text | What::Unknown, .. }) => None,
        Some(pick) if grammar.value_of(pick, text).is_string() => {
            Some(text.folded().get(pick.start..pick.end).map_or(0, |said| said.chars().count()))
        }
        Some(_) => Some(0),
        None => {
            // What the context knows may tell how it is called, too.
            let copied = block.requires.iter().find(|rule| rule.slot.as_deref() == Some(slot));
            let copied = copied.map(|rule| {
                let text = context
                    .get(&rule.key)
                    .and_then(|value| value.get("text"))
                    .and_then(serde_json::Value::as_str);
                text.map_or(0, |text| text.chars().count())
            });
            copied.or_else(|| block.slots.iter().any(|(name, _)| name == slot).then_some(0))
        }
    }
}
