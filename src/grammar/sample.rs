//! Sentences of a grammar, at random or for tests.

use super::contacts::RARE;
use super::lists::ListData;
use super::matcher::Grammar;
use super::program::{Node, NodeId};

/// A sentence made from a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The intent.
    pub intent: String,
    /// The sentence.
    pub text: String,
    /// The template.
    pub template: String,
}

/// Longer sentences (of rules that multiply) are no use to anybody.
const MAX_LENGTH: usize = 2000;
/// Lists that refer to themselves, and rules in rules, have no end.
const MAX_DEPTH: usize = 60;
/// So deep, one branch that says nothing is enough.
const FEW: usize = 14;

impl Grammar {
    /// Makes `count` sentences, template by template in turn. `choose(n)` picks a number below `n`.
    pub fn sample(&self, count: usize, choose: &mut dyn FnMut(usize) -> usize) -> Vec<Sample> {
        let templates = &self.program.templates;
        let mut samples = Vec::new();
        if templates.is_empty() {
            return samples;
        }
        let start = choose(templates.len());
        let mut misses = 0;
        for turn in 0.. {
            // Many templates may have no sentence at all, such as those with names while nobody is known; only where
            // that is so of each, tried twice, there is nothing to say.
            if samples.len() >= count || misses >= 2 * templates.len() {
                break;
            }
            let template = &templates[(start + turn % templates.len()) % templates.len()];
            let mut text = String::new();
            // A list without values has no sentences.
            if !self.speak(template.node, choose, &mut text, 0) {
                misses += 1;
                continue;
            }
            misses = 0;
            let block = self.block(template);
            samples.push(Sample {
                intent: self.program.intents[block.intent as usize].clone(),
                text: text.split_whitespace().collect::<Vec<_>>().join(" "),
                template: block.block.sentences[template.sentence as usize].text.clone(),
            });
        }
        samples
    }

    /// Some sentences of one template, always the same ones.
    pub(super) fn samples_of(&self, node: NodeId, count: usize) -> Vec<String> {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut choose = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap_or(0) % below.max(1)
        };
        (0..count)
            .filter_map(|_| {
                let mut text = String::new();
                self.speak(node, &mut choose, &mut text, 0).then_some(text)
            })
            .collect()
    }

    fn speak(
        &self,
        node: NodeId,
        choose: &mut dyn FnMut(usize) -> usize,
        out: &mut String,
        depth: usize,
    ) -> bool {
        if depth > MAX_DEPTH || out.len() > MAX_LENGTH {
            return false;
        }
        match &self.program.nodes[node as usize] {
            Node::Empty => true,
            Node::Never => false,
            Node::Text { text, .. } => {
                out.push_str(text);
                true
            }
            Node::Sequence(items) => items.iter().all(|item| self.speak(*item, choose, out, depth + 1)),
            Node::Choice(branches) => {
                let first = choose(branches.len());
                let length = out.len();
                // Where every way ends in an empty list, trying them all would take for ever.
                let turns = if depth < FEW { branches.len() } else { 1 };
                (0..turns).any(|turn| {
                    out.truncate(length);
                    let branch = branches[(first + turn) % branches.len()];
                    self.speak(branch, choose, out, depth + 1)
                })
            }
            Node::List { list, .. } => self.speak_value(*list, choose, out, depth),
        }
    }

    fn speak_value(
        &self,
        list: u32,
        choose: &mut dyn FnMut(usize) -> usize,
        out: &mut String,
        depth: usize,
    ) -> bool {
        if let ListData::Values(values) | ListData::Contacts(values) = self.program.lists.get(list)
            && !values.templates.is_empty()
        {
            let chosen = choose(values.templates.len() + values.index.len());
            if let Some((node, _)) = values.templates.get(chosen) {
                let length = out.len();
                if self.speak(*node, choose, out, depth + 1) {
                    return true;
                }
                out.truncate(length);
            }
        }
        let mut from_index = |index: &super::index::Index, choose: &mut dyn FnMut(usize) -> usize| {
            let wanted = if index.len() == 0 { 0 } else { choose(index.len()) };
            // What nobody listens for is no example.
            let said = |(key, _, rank): (&str, u32, u8)| (rank < RARE).then(|| key.to_owned());
            let key = index.iter().skip(wanted).find_map(said).or_else(|| index.iter().find_map(said));
            key.is_some_and(|key| {
                out.push_str(&key);
                true
            })
        };
        match self.program.lists.get(list) {
            ListData::Missing => false,
            ListData::Wildcard => {
                out.push_str("something");
                true
            }
            ListData::Values(values) => from_index(&values.index, choose),
            ListData::Contacts(values) => {
                from_index(&self.contacts.index, choose) || from_index(&values.index, choose)
            }
            ListData::Range(range) => {
                if range.def.words && range.table().len() > 0 && (!range.def.digits || choose(2) == 0) {
                    return from_index(range.table(), choose);
                }
                if !range.def.digits {
                    return false;
                }
                let count =
                    usize::try_from((range.def.to - range.def.from) / range.def.step + 1).unwrap_or(1);
                let at = i64::try_from(choose(count)).unwrap_or(0);
                out.push_str(&(range.def.from + at * range.def.step).to_string());
                true
            }
            ListData::Digits(digits) => {
                let words: Vec<&str> = (0..digits.min.max(3).min(digits.max))
                    .filter_map(|_| {
                        let words = &digits.words.digits;
                        (!words.is_empty()).then(|| words[choose(words.len())].0.as_str())
                    })
                    .collect();
                out.push_str(&words.join(" "));
                !words.is_empty()
            }
        }
    }
}
