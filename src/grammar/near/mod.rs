//! Tolerance: what was probably said, where a sentence is not quite one of the grammar.
//!
//! Recognisers add, drop, double and mix up words. [`Grammar::matches_tolerant`] understands such sentences if one
//! intent is clearly the nearest; [`Grammar::nearest`] tells, for any sentence, how near it came to one of the grammar.
//! A distance is the sum of the costs of words replaced (by how different they sound), missing and extra (by how much
//! they mean). [`Grammar::matches`] knows nothing of this.
//!
//! What is never done: leave out a negation, a number or `[unk]`; change or make up a number; take a sentence that can
//! still be continued for a whole one; guess where a question is asked first, or between two intents.

mod costs;
mod heard;
mod lattice;
mod search;
mod words;

use serde::{Serialize, Serializer};

use super::actions::ActionKind;
use super::context::{self, Verdict};
use super::matcher::Grammar;
use super::outcome::{Context, Match, Outcome, Reason};
use super::pack::{Block, Tolerance};

use heard::Heard;
pub(super) use lattice::{Lattice, NameWords};
use search::{Arrival, Op, Search};

/// The cost up to which a sentence is understood if its block does not say otherwise, in thousandths.
const DEFAULT_LIMIT: u32 = 520;
/// The same where half of the words of weight were guessed.
const HALF_GUESSED_LIMIT: u32 = 420;
/// Limits in packs are at most this.
const MAX_LIMIT: u32 = 1000;
/// So much nearer the nearest intent must be than any other.
const MARGIN: u32 = 200;
/// So much nearer a name must be than any other.
const NAME_MARGIN: u32 = 150;
/// How far away sentences are still worth telling of.
const DIAGNOSIS_LIMIT: u32 = 2600;
/// Longer talk is no command.
const MAX_WORDS: usize = 16;

/// A sentence of the grammar near to one that was heard.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Near {
    /// The intent.
    pub intent: String,
    /// The sentence of the grammar.
    pub sentence: String,
    /// How far apart they are: 0.2 about a missing article, 1 a missing word of weight.
    #[serde(serialize_with = "rounded")]
    pub cost: f32,
    /// What is different, in the order of the sentence.
    pub edits: Vec<Edit>,
    /// The template.
    #[serde(skip)]
    pub template: String,
    /// Where it stands, as `file:line:column`.
    #[serde(skip)]
    pub place: String,
}

fn rounded<S: Serializer>(cost: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((f64::from(*cost) * 1000.0).round() / 1000.0)
}

/// A difference between what was heard and a sentence. `at` counts words heard, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum Edit {
    /// A word (or a slot, in braces) of the sentence was not heard.
    Missing {
        /// The word.
        expected: String,
        /// Before which word.
        at: usize,
    },
    /// What was heard is not in the sentence.
    Extra {
        /// The words.
        said: String,
        /// Where.
        at: usize,
    },
    /// Something else was heard.
    Replaced {
        /// What was heard.
        said: String,
        /// What is in the sentence.
        expected: String,
        /// Where.
        at: usize,
    },
}

impl std::fmt::Display for Edit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing { expected, .. } => write!(out, "`{expected}` is missing"),
            Self::Extra { said, .. } => write!(out, "`{said}` is too much"),
            Self::Replaced { said, expected, .. } => write!(out, "`{said}` instead of `{expected}`"),
        }
    }
}

impl Grammar {
    /// What a sentence means, misheard words considered. Exact sentences mean what [`Grammar::matches`] says. For
    /// others [`Match::near`] tells what they were taken for.
    ///
    /// `confidences` are those of the words of `text`, from 0 to 1: what the recogniser was not sure of is more easily
    /// taken for noise. Empty if nothing is known of them.
    pub fn matches_tolerant(&self, text: &str, context: &Context, confidences: &[f32]) -> Outcome {
        let strict = self.matches(text, context);
        if !matches!(strict, Outcome::NoMatch { reason: Reason::Unknown }) || self.program.squash {
            return strict;
        }
        self.understand_near(text, context, confidences).unwrap_or(strict)
    }

    fn understand_near(&self, text: &str, context: &Context, confidences: &[f32]) -> Option<Outcome> {
        let text = crate::text::normalize(text);
        if text.is_empty() || text.split(' ').count() > MAX_WORDS {
            return None;
        }
        let lattice = self.lattice();
        let mut search = Search::new(self, lattice, Heard::new(self, lattice, &text, confidences), false);
        if !search.is_thinkable() {
            return None;
        }
        let fits = |arrival: &Arrival| {
            let template = &self.program.templates[arrival.template as usize];
            let block = &self.block(template).block;
            let valid = context::before(&block.requires, &block.excludes, context) != Verdict::Violated;
            valid && arrival.cost <= limit(block)
        };
        let arrivals = search.run(MAX_LIMIT, MARGIN, &mut |search, arrival| {
            fits(arrival) && self.is_supported(search, arrival)
        });
        let best = arrivals.iter().find(|arrival| fits(arrival) && self.is_supported(&search, arrival))?;
        // A rival that asks first, or is not valid now, is a rival all the same.
        let intent =
            |arrival: &Arrival| self.block(&self.program.templates[arrival.template as usize]).intent;
        let rivals =
            || arrivals.iter().filter(|other| other.node() != best.node() && other.cost < best.cost + MARGIN);
        if rivals().any(|rival| intent(rival) != intent(best)) {
            return None;
        }
        let outcome = self.as_sentence(&search, best, context)?;
        let same = |rival: &Arrival| {
            self.as_sentence(&search, rival, context).is_none_or(|other| effects(&other) == effects(&outcome))
        };
        if !rivals().all(same) {
            return None;
        }
        // What can still become a sentence, and lacks something at its end, is a sentence broken off.
        let ends_openly =
            matches!(search.way(best).last(), Some((_, _, Op::Missing(_) | Op::Extra | Op::Free)));
        (!(ends_openly && self.prefix(&text, context).extendable)).then_some(outcome)
    }

    /// Whether enough of the sentence was heard as it is: what is left of a command when its words of weight were all
    /// guessed is no command.
    fn is_supported(&self, search: &Search<'_>, arrival: &Arrival) -> bool {
        let lattice = self.lattice();
        let (mut exact, mut guessed) = (0, 0);
        for (from, to, op) in search.way(arrival) {
            match op {
                Op::Exact(word) if !lattice.words[*word as usize].kind.is_small() => exact += 1,
                Op::Value => exact += to - from,
                Op::Replaced(word) if !lattice.words[*word as usize].kind.is_small() => {
                    // What only was torn apart was heard.
                    if to - from > 1 { exact += 1 } else { guessed += 1 }
                }
                Op::Split(..) => exact += 1,
                Op::Name(name) => {
                    guessed += 1;
                    exact += name.split(' ').count() - 1;
                }
                _ => {}
            }
        }
        exact > guessed || exact > 0 && guessed == exact && arrival.cost <= HALF_GUESSED_LIMIT
    }

    /// The match of the sentence that was meant.
    fn as_sentence(&self, search: &Search<'_>, arrival: &Arrival, context: &Context) -> Option<Outcome> {
        let near = self.describe(search, arrival);
        let mut outcome = self.matches(&near.sentence, context);
        let tell = |found: &mut Match| {
            found.near = Some(near.clone());
            found.intent == near.intent
        };
        let same = match &mut outcome {
            Outcome::Match(found) => tell(found),
            Outcome::Ambiguous { matches, .. } => matches.iter_mut().all(tell),
            Outcome::NoMatch { .. } => false,
        };
        same.then_some(outcome)
    }

    /// The sentences of the grammar that are nearest to `text`, whatever the context, one for each intent. Empty if
    /// nothing is near, and for languages without spaces.
    pub fn nearest(&self, text: &str, count: usize) -> Vec<Near> {
        let text = crate::text::normalize(text);
        if text.is_empty() || self.program.squash || text.split(' ').count() > MAX_WORDS {
            return Vec::new();
        }
        let lattice = self.lattice();
        let mut search = Search::new(self, lattice, Heard::new(self, lattice, &text, &[]), true);
        let arrivals = search.run(DIAGNOSIS_LIMIT, DIAGNOSIS_LIMIT, &mut |_, _| true);
        let mut found: Vec<Near> = Vec::new();
        for arrival in &arrivals {
            if found.len() >= count {
                break;
            }
            let heard = |(_, _, op): &(usize, usize, &Op)| match op {
                Op::Exact(word) => !lattice.words[*word as usize].kind.is_small(),
                op => matches!(op, Op::Value),
            };
            // Near to nothing in particular.
            if !search.way(arrival).iter().any(heard) {
                continue;
            }
            let near = self.describe(&search, arrival);
            if !found.iter().any(|other| other.intent == near.intent) {
                found.push(near);
            }
        }
        found
    }

    fn describe(&self, search: &Search<'_>, arrival: &Arrival) -> Near {
        let lattice = self.lattice();
        let word = |word: u32| lattice.words[word as usize].text.clone();
        let mut sentence: Vec<String> = Vec::new();
        let mut edits = Vec::new();
        for (from, to, op) in search.way(arrival) {
            let said = || (from..to).map(|at| search.heard.word(at)).collect::<Vec<_>>().join(" ");
            match op {
                Op::Start | Op::Free => {}
                Op::Exact(_) | Op::Value => sentence.push(said()),
                Op::Skipped => {}
                Op::Missing(expected) => {
                    edits.push(Edit::Missing { expected: word(*expected), at: from });
                    sentence.push(word(*expected));
                }
                Op::Extra => edits.push(Edit::Extra { said: said(), at: from }),
                Op::Replaced(expected) => {
                    edits.push(Edit::Replaced { said: said(), expected: word(*expected), at: from });
                    sentence.push(word(*expected));
                }
                Op::Split(first, second) => {
                    let expected = format!("{} {}", word(*first), word(*second));
                    edits.push(Edit::Replaced { said: said(), expected: expected.clone(), at: from });
                    sentence.push(expected);
                }
                Op::Name(name) => {
                    edits.push(Edit::Replaced { said: said(), expected: name.to_string(), at: from });
                    sentence.push(name.to_string());
                }
                Op::Unknown(list) => {
                    let expected = format!("{{{}}}", self.slot_of(arrival.template, *list));
                    let edit = if from == to {
                        Edit::Missing { expected: expected.clone(), at: from }
                    } else {
                        Edit::Replaced { said: said(), expected: expected.clone(), at: from }
                    };
                    edits.push(edit);
                    sentence.push(expected);
                }
            }
        }
        let template = &self.program.templates[arrival.template as usize];
        let block = self.block(template);
        #[expect(clippy::cast_precision_loss, reason = "costs are small")]
        let cost = arrival.cost as f32 / 1000.0;
        Near {
            intent: self.program.intents[block.intent as usize].clone(),
            sentence: sentence.join(" "),
            cost,
            edits,
            template: block.block.sentences[template.sentence as usize].text.clone(),
            place: template.place.to_string(),
        }
    }

    /// The slot that a list fills in a template; the list's own name where there are several.
    fn slot_of(&self, template: u32, list: u32) -> String {
        let template = &self.program.templates[template as usize];
        match &template.slots[..] {
            [slot] => self.program.slots[*slot as usize].clone(),
            _ => self.program.lists.name(list).unwrap_or("value").to_owned(),
        }
    }
}

/// The cost up to which a block's sentences are understood.
fn limit(block: &Block) -> u32 {
    let dangerous = block.confirm.is_some()
        || block
            .actions
            .iter()
            .any(|action| matches!(action.kind, ActionKind::Shell { .. } | ActionKind::Http { .. }));
    match block.tolerance {
        _ if dangerous => 0,
        Tolerance::None => 0,
        // An answer to a question: to guess it is worse than to ask again.
        Tolerance::Default if block.actions.is_empty() => 0,
        Tolerance::Default => DEFAULT_LIMIT,
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be from 0 to 1"
        )]
        Tolerance::Limit(cost) => (cost * 1000.0) as u32,
    }
}

/// What happens, whichever way it was said.
fn effects(outcome: &Outcome) -> Vec<(&str, serde_json::Value)> {
    let matches: Vec<&Match> = match outcome {
        Outcome::Match(found) => vec![&**found],
        Outcome::Ambiguous { matches, .. } => matches.iter().collect(),
        Outcome::NoMatch { .. } => Vec::new(),
    };
    let slots = |found: &Match| {
        found
            .slots
            .iter()
            .map(|(name, slot)| (name.clone(), slot.value.clone()))
            .collect::<serde_json::Map<_, _>>()
    };
    matches
        .into_iter()
        .map(|found| (found.intent.as_str(), serde_json::Value::Object(slots(found))))
        .collect()
}
