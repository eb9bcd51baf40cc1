//! Why a sentence means what it means, or how near it came to meaning something.

use std::collections::BTreeSet;

use super::context::{self, Unmet};
use super::engine::{Pick, Reading, Walker, What};
use super::lists::ListData;
use super::matcher::Grammar;
use super::near::Near;
use super::outcome::{Context, Outcome};
use super::pack::{Block, ListDef};

/// The answer to "why?".
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The answer that [`Grammar::matches`] gives.
    pub outcome: Outcome,
    /// The sentence as it was compared.
    pub normalized: String,
    /// The sentence without skip words, if it has some.
    pub without_skip_words: Option<String>,
    /// Every template that matches it: best first.
    pub readings: Vec<ReadingInfo>,
    /// Where nothing matches: the templates that came nearest, best first.
    pub near: Vec<NearMiss>,
    /// Where nothing matches: the nearest sentence of each of the nearest intents, with what is different.
    pub nearest: Vec<Near>,
}

/// A template that matches.
#[derive(Debug, Clone)]
pub struct ReadingInfo {
    /// The intent.
    pub intent: String,
    /// The template.
    pub template: String,
    /// Where it stands.
    pub place: String,
    /// Characters of literal text.
    pub literal: u32,
    /// Wildcards used.
    pub wildcards: u32,
    /// The conditions that keep it from being valid in the context.
    pub unmet: Vec<Unmet>,
}

impl ReadingInfo {
    /// Whether it is what the sentence can mean in the context.
    pub fn is_valid(&self) -> bool {
        self.unmet.is_empty()
    }

    /// Whether more facts could make it valid: nothing that is given is against it.
    pub fn could_be_valid(&self) -> bool {
        self.unmet.iter().all(|unmet| unmet.open)
    }
}

/// A template that almost matches.
#[derive(Debug, Clone)]
pub struct NearMiss {
    /// The intent.
    pub intent: String,
    /// The template.
    pub template: String,
    /// Where it stands.
    pub place: String,
    /// How many words of the sentence fit, from its beginning.
    pub fitting: usize,
    /// What is in the way, in words.
    pub problem: String,
}

/// Which of several readings of a template counts, the smallest first: one that is valid, with little free text and
/// much text of its own.
type Score = (bool, u32, std::cmp::Reverse<u32>);

impl Grammar {
    /// Explains the answer for a sentence.
    pub fn explain(&self, text: &str, context: &Context) -> Explanation {
        let variants = self.variants(text);
        let folded = variants.full.utterance.folded().to_owned();
        let stripped = self.skip.remove(variants.full.utterance.clean(), super::skip::Where::Everywhere);
        let mut readings = Vec::new();
        let mut near = Vec::new();
        for template in &self.program.templates {
            let block = self.block(template);
            let data = &block.block;
            let sentence = &data.sentences[template.sentence as usize];
            let intent = self.program.intents[block.intent as usize].clone();
            let place = template.place.to_string();
            let mut best: Option<(Score, Vec<Unmet>)> = None;
            for variant in variants.of(template) {
                let mut walker = Walker::new(&self.program, &self.contacts.index, variant.utterance.folded());
                walker.walk(template.node, &mut |reading| {
                    let mut unmet = self.unmet(data, reading, context);
                    if !variant.has_keyword(&block.keywords, self.program.squash) {
                        let words = block.keywords.join(", ");
                        unmet.push(Unmet { what: format!("needs one of the words {words}"), open: false });
                    }
                    let score = (!unmet.is_empty(), reading.wildcards, std::cmp::Reverse(reading.literal));
                    if best.as_ref().is_none_or(|(best, _)| *best > score) {
                        best = Some((score, unmet));
                    }
                });
            }
            if let Some(((_, wildcards, std::cmp::Reverse(literal)), unmet)) = best {
                let template = sentence.text.clone();
                readings.push(ReadingInfo { intent, template, place, literal, wildcards, unmet });
                continue;
            }
            if let Some((fitting, problem)) = self.nearness(template, &variants) {
                near.push(NearMiss { intent, template: sentence.text.clone(), place, fitting, problem });
            }
        }
        readings.sort_by_key(|reading| {
            (!reading.is_valid(), reading.wildcards, std::cmp::Reverse(reading.literal))
        });
        near.sort_by_key(|miss| std::cmp::Reverse(miss.fitting));
        near.truncate(5);
        if !readings.is_empty() {
            near.clear();
        }
        Explanation {
            outcome: self.matches(text, context),
            normalized: folded,
            without_skip_words: stripped,
            nearest: if readings.is_empty() { self.nearest(text, 3) } else { Vec::new() },
            readings,
            near,
        }
    }

    /// Whether a sentence would mean something if it named somebody, and there is no address book to know anybody from.
    pub fn lacks_address_book(&self, text: &str) -> bool {
        if self.has_people() {
            return false;
        }
        let variants = self.variants(text);
        let is_name = |pick: &Pick| {
            matches!(pick.what, What::Unknown)
                && matches!(self.program.lists.get(pick.list), ListData::Contacts(_))
        };
        self.program.templates.iter().any(|template| {
            variants.of(template).filter(|variant| variant.may_match(template)).any(|variant| {
                let mut walker = Walker::new(&self.program, &self.contacts.index, variant.utterance.folded());
                walker.unknown_values = true;
                let mut lacks = false;
                walker.walk(template.node, &mut |reading| {
                    let mut unknown =
                        reading.picks.iter().filter(|pick| matches!(pick.what, What::Unknown)).peekable();
                    lacks |= reading.literal > 0 && unknown.peek().is_some() && unknown.all(is_name);
                });
                lacks
            })
        })
    }

    /// The facts that conditions ask for and values of lists tell.
    pub fn facts(&self) -> BTreeSet<&str> {
        let blocks = || self.pack.intents.values().flat_map(|intent| &intent.blocks);
        let asked = blocks().flat_map(|block| block.requires.iter().chain(&block.excludes));
        let lists = self.pack.lists.values().chain(blocks().flat_map(|block| block.lists.values()));
        let told = lists.flat_map(ListDef::values).flat_map(|value| value.context.keys());
        asked.map(|rule| rule.key.as_str()).chain(told.map(String::as_str)).collect()
    }

    /// The conditions of a block that a reading does not meet, with what the values in it say.
    fn unmet(&self, block: &Block, reading: &Reading<'_>, context: &Context) -> Vec<Unmet> {
        let mut unmet =
            context::unmet(&block.requires, &block.excludes, &self.full_context(context, reading.picks));
        if unmet.is_empty() && !self.values_fit(block, reading.picks) {
            let what = "does not go with the value that was said (its `context`)".to_owned();
            unmet.push(Unmet { what, open: false });
        }
        unmet
    }

    /// How many words fit a template, and why no more do.
    fn nearness(
        &self,
        template: &super::program::Template,
        variants: &super::variants::Variants,
    ) -> Option<(usize, String)> {
        let variant = variants.of(template).last()?;
        let text = variant.utterance.folded();
        // A list position that took something unknown is the most useful thing to know.
        let mut unknown: Option<(u32, usize, usize, u32)> = None;
        let mut walker = Walker::new(&self.program, &self.contacts.index, text);
        walker.unknown_values = true;
        walker.walk(template.node, &mut |reading| {
            let picks: Vec<_> = reading.picks.iter().filter(|pick| pick.what == What::Unknown).collect();
            if let [pick] = picks.as_slice()
                && unknown.is_none_or(|known| reading.literal > known.3)
            {
                unknown = Some((pick.slot, pick.start, pick.end, reading.literal));
            }
        });
        let words = text.split(' ').count();
        if let Some((slot, start, end, literal)) = unknown.filter(|unknown| unknown.3 > 0) {
            let _ = literal;
            let slot = &self.program.slots[slot as usize];
            let said = variant.utterance.original(start, end);
            return Some((words, format!("`{said}` is no value of the slot `{slot}`")));
        }
        let ends = text.match_indices(' ').map(|(at, _)| at).chain([text.len()]);
        let mut fitting = 0;
        let mut more = false;
        for (index, end) in ends.enumerate() {
            let mut walker = Walker::new(&self.program, &self.contacts.index, &text[..end]);
            let mut complete = false;
            let follows = walker.prefix(template.node, &mut |_| complete = true);
            if complete || follows.any() {
                fitting = index + 1;
                more = !complete;
            }
        }
        if fitting == 0 {
            return None;
        }
        let rest: Vec<&str> = text.split(' ').skip(fitting).collect();
        let problem = if rest.is_empty() && more {
            "the sentence is not complete".to_owned()
        } else if rest.is_empty() {
            "a condition of the block is not met".to_owned()
        } else {
            format!("`{}` does not fit there", rest.join(" "))
        };
        Some((fitting, problem))
    }
}
