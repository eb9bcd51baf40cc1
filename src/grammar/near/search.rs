//! The cheapest ways to turn what was heard into sentences of the grammar: best first, up to a limit.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::costs::{
    AT_EDGE, CONTENT, DROPPED, FALSE_START, FOREIGN, JOINED, KNOWN_WORD, MAX_DISTANCE, REPEATED,
    REPEATED_MORE, REPLACED, SKIPPED, SMALL_FOR_SMALL, UNSURE, by_distance, scaled, unsure,
};
use super::heard::Heard;
use super::lattice::{Lattice, Step};
use super::words::{Kind, NEVER};
use crate::grammar::book::Book;
use crate::grammar::index::{HashedMap, HashedSet, Hit};
use crate::grammar::lists::ListData;
use crate::grammar::matcher::Grammar;
use crate::grammar::phonetics;
use crate::grammar::ranges::NumberHit;

/// Names have at most this many words here.
const MAX_NAME: usize = 4;
/// Places visited at most. A miss of ten words visits a few thousand.
const MAX_VISITS: usize = 30_000;

/// What was done at a step of a way.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Start,
    /// Nothing happened.
    Free,
    /// A word of the sentence, as it was heard.
    Exact(u32),
    /// A value, as it was heard.
    Value,
    /// A name that sounds like what was heard.
    Name(Box<str>),
    /// Any text where a value should be (in diagnoses).
    Unknown(u32),
    /// A word of the sentence that was not heard.
    Missing(u32),
    /// What was heard is not in the sentence.
    Extra,
    /// Skip words.
    Skipped,
    /// Another word was heard.
    Replaced(u32),
    /// Two words of the sentence were heard as one.
    Split(u32, u32),
}

/// A place on a way.
#[derive(Debug, Clone)]
struct Node {
    place: u32,
    at: u32,
    before: u32,
    op: Op,
}

/// The end of a way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub cost: u32,
    pub template: u32,
    node: u32,
}

impl Arrival {
    /// Tells it from others.
    pub(super) fn node(&self) -> u32 {
        self.node
    }
}

/// A span of a name: where it ends, the name that is meant, and its cost.
type NearName = (usize, Box<str>, u32);

pub(super) struct Search<'a> {
    grammar: &'a Grammar,
    lattice: &'a Lattice,
    pub heard: Heard<'a>,
    /// Everything can be missing or extra, at a price.
    diagnose: bool,
    nodes: Vec<Node>,
    heap: BinaryHeap<Reverse<(u32, u32)>>,
    closed: HashedSet<(u32, u32)>,
    /// Costs of replacing, by word heard and word of the vocabulary.
    replaced: HashedMap<(u32, u32), u32>,
    names: HashedMap<u32, Vec<NearName>>,
    limit: u32,
}

impl<'a> Search<'a> {
    pub(super) fn new(grammar: &'a Grammar, lattice: &'a Lattice, heard: Heard<'a>, diagnose: bool) -> Self {
        Self {
            grammar,
            lattice,
            heard,
            diagnose,
            nodes: Vec::new(),
            heap: BinaryHeap::new(),
            closed: HashedSet::default(),
            replaced: HashedMap::default(),
            names: HashedMap::default(),
            limit: 0,
        }
    }

    /// Whether every word has a place somewhere: a look at the vocabulary that spares most searches.
    pub(super) fn is_thinkable(&mut self) -> bool {
        (0..self.heard.len()).all(|at| {
            let kind = self.heard.kind(at);
            kind == Kind::Number
                || kind != Kind::Sacred && (kind.is_small() || self.heard.confidence(at) < UNSURE)
                || self.heard.known.get(at).is_some_and(Option::is_some)
                || self.heard.skips.iter().enumerate().any(|(start, lengths)| {
                    lengths.iter().any(|length| (start..start + length).contains(&at))
                })
                || self.is_in_some_list(at)
                || kind != Kind::Sacred && self.sounds_like_something(at)
        })
    }

    /// Whether a word is in a written value or a name.
    fn is_in_some_list(&self, at: usize) -> bool {
        let word = self.heard.word(at);
        let grammar = self.grammar;
        grammar.program.lists.iter().any(|list| match list {
            ListData::Values(values) | ListData::Contacts(values) => values.index.holds(word),
            _ => false,
        }) || grammar.contacts.name_words(grammar.language()).knows(word)
    }

    fn sounds_like_something(&mut self, at: usize) -> bool {
        let vocabulary = 0..u32::try_from(self.lattice.words.len()).unwrap_or(0);
        if vocabulary.into_iter().any(|word| self.replacing(at, word) < NEVER) {
            return true;
        }
        // A name, two words written as one, or a part of a word that was torn apart.
        let word = self.heard.word(at);
        let two = word.char_indices().skip(1).any(|(middle, _)| {
            let (first, second) = word.split_at(middle);
            self.lattice.known(first).is_some() && self.lattice.known(second).is_some()
        });
        if two {
            return true;
        }
        !self.near_words(at).is_empty() || self.joins(at) || at > 0 && self.joins(at - 1)
    }

    fn joins(&self, at: usize) -> bool {
        at + 1 < self.heard.len()
            && self.lattice.known(&format!("{}{}", self.heard.word(at), self.heard.word(at + 1))).is_some()
    }

    /// Looks for ways up to a cost of `limit`, and up to `margin` more than the cheapest that `accept` takes.
    pub(super) fn run(
        &mut self,
        limit: u32,
        margin: u32,
        accept: &mut dyn FnMut(&Self, &Arrival) -> bool,
    ) -> Vec<Arrival> {
        let lattice = self.lattice;
        let mut arrivals: Vec<Arrival> = Vec::new();
        let mut templates: HashedSet<u32> = HashedSet::default();
        let mut visits = 0;
        self.limit = limit;
        for start in &lattice.starts {
            self.go(*start, 0, 0, 0, Op::Start);
        }
        while let Some(Reverse((cost, node))) = self.heap.pop() {
            if cost > self.limit || visits > MAX_VISITS {
                break;
            }
            let Some(&Node { place, at, .. }) = self.nodes.get(node as usize) else { break };
            if !self.closed.insert((place, at)) {
                continue;
            }
            visits += 1;
            let Some(here) = lattice.places.get(place as usize) else { continue };
            if here.end && at as usize == self.heard.len() && templates.insert(here.template) {
                let arrival = Arrival { cost, template: here.template, node };
                if accept(self, &arrival) {
                    self.limit = self.limit.min(cost + margin);
                }
                arrivals.push(arrival);
            }
            self.leave(node, place, at as usize, cost);
        }
        arrivals
    }

    fn go(&mut self, place: u32, at: usize, cost: u32, before: u32, op: Op) {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        if cost > self.limit || self.closed.contains(&(place, at)) {
            return;
        }
        let node = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(Node { place, at, before, op });
        self.heap.push(Reverse((cost, node)));
    }

    fn leave(&mut self, node: u32, place: u32, at: usize, cost: u32) {
        let lattice = self.lattice;
        if at < self.heard.len() {
            for (length, extra, op) in self.without_step(at) {
                self.go(place, at + length, cost + extra, node, op);
            }
        }
        for (step, next) in lattice.steps(place) {
            match step {
                Step::Free => self.go(*next, at, cost, node, Op::Free),
                Step::Word(word) => self.word(*word, *next, node, at, cost),
                Step::List(list) => self.list(*list, *next, node, at, cost),
            }
        }
    }

    /// Words that are heard but lead nowhere: how many, at what cost.
    fn without_step(&self, at: usize) -> Vec<(usize, u32, Op)> {
        let mut ways: Vec<(usize, u32, Op)> =
            self.heard.skips[at].iter().map(|length| (*length, SKIPPED, Op::Skipped)).collect();
        let kind = self.heard.kind(at);
        let confidence = self.heard.confidence(at);
        let mut cost = unsure(kind.extra(), confidence);
        // At the beginning an article makes a thing of a command ("a close call"), at the end a small word begins
        // something else.
        match kind {
            Kind::Article if at == 0 => cost = NEVER,
            Kind::Article | Kind::Function if at + 1 == self.heard.len() => cost += AT_EDGE,
            _ => {}
        }
        if cost >= NEVER && kind == Kind::Content {
            if confidence < UNSURE {
                cost = DROPPED + scaled(1000, confidence);
            }
            let next = self.heard.word(at + 1);
            let word = self.heard.word(at);
            if word.chars().count() >= 2 && next.len() > word.len() && next.starts_with(word) {
                cost = cost.min(FALSE_START);
            }
        }
        if cost >= NEVER && self.diagnose {
            cost = CONTENT;
        }
        if cost < NEVER {
            ways.push((1, cost, Op::Extra));
        }
        // Said twice: the first time does not count. Numbers may mean it.
        for length in 1..=3.min((self.heard.len() - at) / 2) {
            let again = (at..at + length).all(|k| {
                self.heard.word(k) == self.heard.word(k + length)
                    && !matches!(self.heard.kind(k), Kind::Number | Kind::Sacred)
            });
            if again {
                let more = u32::try_from(length - 1).unwrap_or(0);
                ways.push((length, REPEATED + REPEATED_MORE * more, Op::Extra));
            }
        }
        ways
    }

    fn word(&mut self, word: u32, next: u32, node: u32, at: usize, cost: u32) {
        let lattice = self.lattice;
        let Some(expected) = lattice.words.get(word as usize) else { return };
        if at < self.heard.len() {
            if self.heard.known[at] == Some(word) {
                self.go(next, at + 1, cost, node, Op::Exact(word));
                // Whoever heard the word would not hear it as another or leave it out; that it is missing here and
                // comes later is tried nevertheless.
            } else {
                let more = self.replacing(at, word);
                if more < NEVER {
                    self.go(next, at + 1, cost + more, node, Op::Replaced(word));
                }
                self.joined(word, next, node, at, cost);
                self.split(word, next, node, at, cost);
            }
        }
        let missing = expected.kind.missing();
        let missing = if missing >= NEVER && self.diagnose { CONTENT } else { missing };
        if missing < NEVER {
            self.go(next, at, cost + missing, node, Op::Missing(word));
        }
    }

    /// Two words were heard for one of the sentence.
    fn joined(&mut self, word: u32, next: u32, node: u32, at: usize, cost: u32) {
        let (first, second) = (self.heard.word(at), self.heard.word(at + 1));
        let expected = &self.lattice.words[word as usize].text;
        let same = !second.is_empty()
            && expected.len() == first.len() + second.len()
            && expected.starts_with(first)
            && expected.ends_with(second);
        if same {
            self.go(next, at + 2, cost + JOINED, node, Op::Replaced(word));
        }
    }

    /// One word was heard for two of the sentence.
    fn split(&mut self, word: u32, next: u32, node: u32, at: usize, cost: u32) {
        let lattice = self.lattice;
        let said = self.heard.word(at);
        let Some(rest) = said.strip_prefix(lattice.words[word as usize].text.as_str()) else { return };
        if rest.is_empty() {
            return;
        }
        let rest = lattice.known(rest);
        let follows: Vec<(u32, u32)> = lattice
            .steps(next)
            .iter()
            .filter_map(|(step, after)| match step {
                Step::Word(second) if rest == Some(*second) => Some((*second, *after)),
                _ => None,
            })
            .collect();
        for (second, after) in follows {
            self.go(after, at + 1, cost + JOINED, node, Op::Split(word, second));
        }
    }

    /// The cost of taking a word that was heard for one of the vocabulary.
    fn replacing(&mut self, at: usize, word: u32) -> u32 {
        let key = (u32::try_from(at).unwrap_or(0), word);
        if let Some(cost) = self.replaced.get(&key) {
            return *cost;
        }
        let cost = self.replacing_anew(at, word);
        self.replaced.insert(key, cost);
        cost
    }

    fn replacing_anew(&self, at: usize, word: u32) -> u32 {
        let Some(expected) = self.lattice.words.get(word as usize) else { return NEVER };
        let kind = self.heard.kind(at);
        if matches!(kind, Kind::Sacred | Kind::Number) || matches!(expected.kind, Kind::Sacred | Kind::Number)
        {
            return NEVER;
        }
        if kind.is_small() && expected.kind.is_small() {
            return unsure(SMALL_FOR_SMALL, self.heard.confidence(at));
        }
        let Some(sounds) = self.heard.sounds.get(at) else { return NEVER };
        let (short, long) =
            (sounds.len().min(expected.sounds.len()), sounds.len().max(expected.sounds.len()));
        // Words that differ a lot in length are far apart, whatever the sounds.
        if short == 0 || long - short > 1 + long / 3 {
            return NEVER;
        }
        let distance = phonetics::distance(sounds, &expected.sounds);
        if distance > MAX_DISTANCE {
            return NEVER;
        }
        let known = if self.heard.known[at].is_some() { KNOWN_WORD } else { 0 };
        unsure(REPLACED + known + by_distance(distance), self.heard.confidence(at))
    }

    fn list(&mut self, list: u32, next: u32, node: u32, at: usize, cost: u32) {
        let grammar = self.grammar;
        let Some(&(start, _)) = self.heard.spans.get(at) else { return };
        let text = self.heard.text;
        let mut hits: Vec<Hit> = Vec::new();
        let mut numbers: Vec<NumberHit> = Vec::new();
        let mut names = false;
        match grammar.program.lists.get(list) {
            ListData::Missing | ListData::Wildcard => return,
            ListData::Values(values) => values.index.find(text.as_bytes(), start, &mut hits),
            ListData::Contacts(values) => {
                values.index.find(text.as_bytes(), start, &mut hits);
                grammar.contacts.index.find(text.as_bytes(), start, &mut hits);
                names = true;
            }
            ListData::Range(range) => range.find(text, start, &mut numbers),
            ListData::Digits(digits) => digits.find(text, start, &mut numbers),
        }
        let mut ends: Vec<usize> =
            hits.iter().map(|hit| hit.end).chain(numbers.iter().map(|hit| hit.end)).collect();
        ends.sort_unstable();
        ends.dedup();
        for end in &ends {
            if let Some(to) = self.heard.after(*end) {
                self.go(next, to, cost, node, Op::Value);
            }
        }
        if names && !grammar.contacts.contacts.is_empty() {
            for (to, name, more) in self.near_names(at) {
                self.go(next, to, cost + more, node, Op::Name(name));
            }
        }
        if self.diagnose {
            for to in at + 1..=(at + MAX_NAME).min(self.heard.len()) {
                let length = u32::try_from(to - at).unwrap_or(u32::MAX);
                self.go(next, to, cost + FOREIGN + length, node, Op::Unknown(list));
            }
        }
    }

    /// Words of names that sound like one that was heard.
    fn near_words(&self, at: usize) -> Vec<(&'a str, f32)> {
        let word = self.heard.word(at);
        let fit = !self.heard.kind(at).is_small()
            && !matches!(self.heard.kind(at), Kind::Sacred | Kind::Number)
            && word.chars().count() >= 3;
        let (true, Some(sounds)) = (fit, self.heard.sounds.get(at)) else { return Vec::new() };
        let book: &'a Book = &self.grammar.contacts;
        book.name_words(self.grammar.language()).near(word, sounds, MAX_DISTANCE)
    }

    /// Names that sound like what was heard from a word on: one word of it was misheard, and no other name is about
    /// as near.
    fn near_names(&mut self, at: usize) -> Vec<NearName> {
        let key = u32::try_from(at).unwrap_or(0);
        if let Some(names) = self.names.get(&key) {
            return names.clone();
        }
        let mut found = Vec::new();
        for to in at + 1..=(at + MAX_NAME).min(self.heard.len()) {
            if let Some((name, cost)) = self.near_name(at, to) {
                found.push((to, name, cost));
            }
        }
        self.names.insert(key, found.clone());
        found
    }

    fn near_name(&self, at: usize, to: usize) -> Option<(Box<str>, u32)> {
        let index = &self.grammar.contacts.index;
        let words: Vec<&str> = (at..to).map(|at| self.heard.word(at)).collect();
        let whole = |name: &str| {
            let mut hits = Vec::new();
            index.find(name.as_bytes(), 0, &mut hits);
            hits.retain(|hit| hit.end == name.len());
            hits
        };
        // What is a name already was not misheard.
        if !whole(&words.join(" ")).is_empty() {
            return None;
        }
        let mut near: Vec<(u32, String, Vec<Hit>)> = Vec::new();
        for (place, _) in words.iter().enumerate() {
            for (other, distance) in self.near_words(at + place) {
                let mut changed = words.clone();
                changed[place] = other;
                let name = changed.join(" ");
                let hits = whole(&name);
                if hits.is_empty() {
                    continue;
                }
                // A name of one word has nothing else to support it.
                let alone = if words.len() == 1 { 100 } else { 0 };
                let known = if self.heard.known[at + place].is_some() { KNOWN_WORD } else { 0 };
                let cost = REPLACED + known + alone + by_distance(distance);
                near.push((unsure(cost, self.heard.confidence(at + place)), name, hits));
            }
        }
        near.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let (cost, name, hits) = near.first()?;
        let rival = near.iter().skip(1).find(|(_, _, others)| {
            others.iter().any(|other| !hits.iter().any(|hit| hit.value == other.value))
        });
        if rival.is_some_and(|rival| rival.0 < cost + super::NAME_MARGIN) {
            return None;
        }
        Some((name.as_str().into(), *cost))
    }

    /// The steps of a way, first to last, each with the words that it took.
    pub(super) fn way(&self, arrival: &Arrival) -> Vec<(usize, usize, &Op)> {
        let mut steps = Vec::new();
        let mut at = arrival.node;
        while let Some(node) = self.nodes.get(at as usize) {
            if matches!(node.op, Op::Start) {
                break;
            }
            let from = self.nodes.get(node.before as usize).map_or(0, |before| before.at as usize);
            steps.push((from, node.at as usize, &node.op));
            at = node.before;
        }
        steps.reverse();
        steps
    }
}
