//! Walking a compiled template along a sentence.
//!
//! Every reading is found, none twice: continuations are interned, and a continuation that failed at a position is
//! not tried there again, so that time stays polynomial however the brackets nest. How far spaces matter:
//!
//! * spaces of the template and of the sentence collapse; spaces around a part that is left out do not count;
//! * behind a list value or digits that stand at the beginning of a word, a space may be added or missing ("{n}minuten"
//!   takes "5 minuten", `<area>[ ]<lamp>` takes "keukenlamp");
//! * a space of the template takes a hyphen or underscore of the sentence.

use super::index::{HashedMap, HashedSet, Hit, Index};
use super::lists::{ListData, Values};
use super::program::{Node, NodeId, Program};
use super::ranges::NumberHit;

/// What stands before the current position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Edge {
    /// The middle of something: every space counts.
    Strict,
    /// A space or the beginning: further spaces of the template are already there.
    Space,
    /// A list value or digits: spaces are free.
    Loose,
    /// A wildcard; another one may not follow.
    Wild,
    /// A wildcard and a space.
    WildSpace,
}

/// A position in the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct At {
    byte: usize,
    edge: Edge,
}

impl At {
    fn key(self) -> u32 {
        u32::try_from(self.byte).unwrap_or(u32::MAX / 8) * 8 + self.edge as u32
    }
}

/// What a list reference took.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pick {
    pub list: u32,
    pub slot: u32,
    pub capture: bool,
    pub start: usize,
    pub end: usize,
    pub what: What,
}

/// Which value it was.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// A written value.
    Value(u32),
    /// An entry of the address book.
    Contact(u32),
    /// A number or digit string.
    Number(serde_json::Value),
    /// Free text.
    Text,
    /// Text where no value of the list stood (only when asked for).
    Unknown,
}

/// One way to read a sentence as a template.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub picks: &'a [Pick],
    /// Characters of literal text and number words.
    pub literal: u32,
    /// How many wildcards there are, and how much text they took.
    pub wildcards: u32,
    pub wild_text: u32,
    /// The sum of the ranks of contacts.
    pub rank: u32,
}

/// What may follow the end of a text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Follows {
    /// A word of the template.
    pub words: bool,
    /// A list value, or more of one.
    pub slot: bool,
}

impl Follows {
    pub(super) fn any(self) -> bool {
        self.words || self.slot
    }
}

/// Readings beyond this number tell nothing new.
const MAX_READINGS: usize = 4096;
/// No template of a real grammar comes near this.
const MAX_STEPS: usize = 500_000;
const MAX_DEPTH: usize = 1500;
/// Longer sentences are no commands, and wildcards cost the square of the length.
pub(super) const MAX_SENTENCE: usize = 2000;

fn is_hyphen(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'-' | b'_'))
}

type ContId = u32;
const END: ContId = 0;

/// What comes when a part has been taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Cont {
    /// The items of a sequence from `index` on.
    Items { sequence: NodeId, index: u32, next: ContId },
    /// The end of a list value that is a template and begins at `start`: the last one that is open. What stood `before`
    /// decides what may stand behind it, so that one which failed behind a space may yet fit behind a part of a word.
    Close { start: u32, before: Edge, next: ContId },
}

/// A list value that is a template, while it is walked. Its words count as those of any other value: not as literal text.
#[derive(Debug)]
struct Open {
    pick: Pick,
    before: Edge,
    literal: u32,
}

/// List values in list values in list values: a circle of lists that refer to each other must end.
const MAX_OPEN: usize = 8;

/// What is needed to walk one sentence; its memory, and whom it found where, serve template after template.
pub(super) struct Walker<'a> {
    program: &'a Program,
    book: &'a Index,
    text: &'a str,
    /// Accept any text where a list value is expected.
    pub unknown_values: bool,
    /// Note whether a word can follow the whole sentence.
    prefix: bool,
    follows: Follows,
    conts: Vec<Cont>,
    interned: HashedMap<Cont, ContId>,
    failed: HashedSet<(ContId, u32)>,
    picks: Vec<Pick>,
    open: Vec<Open>,
    literal: u32,
    wildcards: u32,
    wild_text: u32,
    rank: u32,
    readings: usize,
    steps: usize,
    depth: usize,
    /// Empty, with the memory of the last values that were found.
    spare: Vec<Hit>,
    /// Whom of the address book the text names, by where: the same for each template.
    named: Vec<(usize, Vec<Hit>)>,
    numbers: Vec<NumberHit>,
}

/// The walkers of a sentence in its variants.
pub(super) struct Walkers<'a> {
    program: &'a Program,
    book: &'a Index,
    all: Vec<Walker<'a>>,
}

impl<'a> Walkers<'a> {
    pub(super) fn new(program: &'a Program, book: &'a Index) -> Self {
        Self { program, book, all: Vec::new() }
    }

    /// The one for this variant.
    pub(super) fn of(&mut self, text: &'a str) -> &mut Walker<'a> {
        let known = self.all.iter().position(|walker| std::ptr::eq(walker.text, text));
        let index = known.unwrap_or_else(|| {
            self.all.push(Walker::new(self.program, self.book, text));
            self.all.len() - 1
        });
        &mut self.all[index]
    }
}

impl<'a> Walker<'a> {
    pub(super) fn new(program: &'a Program, book: &'a Index, text: &'a str) -> Self {
        Self {
            program,
            book,
            text,
            unknown_values: false,
            prefix: false,
            follows: Follows::default(),
            conts: vec![Cont::Items { sequence: 0, index: 0, next: END }],
            interned: HashedMap::default(),
            failed: HashedSet::default(),
            picks: Vec::new(),
            open: Vec::new(),
            literal: 0,
            wildcards: 0,
            wild_text: 0,
            rank: 0,
            readings: 0,
            steps: 0,
            depth: 0,
            spare: Vec::new(),
            named: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// Gives `take` every reading of the whole sentence as the template `node`.
    pub(super) fn walk(&mut self, node: NodeId, take: &mut dyn FnMut(&Reading<'_>)) {
        self.conts.truncate(1);
        self.interned.clear();
        self.failed.clear();
        self.readings = 0;
        self.steps = 0;
        self.step(node, END, At { byte: 0, edge: Edge::Space }, take);
    }

    /// What may still follow the sentence in the template `node`; `take` gets the readings that are complete.
    pub(super) fn prefix(&mut self, node: NodeId, take: &mut dyn FnMut(&Reading<'_>)) -> Follows {
        self.prefix = true;
        self.follows = Follows::default();
        self.walk(node, take);
        self.prefix = false;
        self.follows
    }

    fn push(&mut self, cont: Cont) -> ContId {
        let conts = &mut self.conts;
        *self.interned.entry(cont).or_insert_with(|| {
            conts.push(cont);
            u32::try_from(conts.len() - 1).unwrap_or(END)
        })
    }

    fn resume(&mut self, cont: ContId, at: At, take: &mut dyn FnMut(&Reading<'_>)) -> bool {
        if cont == END {
            return self.arrive(at, take);
        }
        let key = (cont, at.key());
        if self.failed.contains(&key) {
            return false;
        }
        let found = match self.conts.get(cont as usize) {
            None => false,
            Some(&Cont::Close { start, next, .. }) => self.close(start, next, at, take),
            Some(&Cont::Items { sequence, index, next }) => {
                let program = self.program;
                let Some(Node::Sequence(items)) = program.nodes.get(sequence as usize) else { return false };
                let Some(item) = items.get(index as usize) else { return false };
                let is_last = index as usize + 1 == items.len();
                let then =
                    if is_last { next } else { self.push(Cont::Items { sequence, index: index + 1, next }) };
                self.step(*item, then, at, take)
            }
        };
        if !found {
            self.failed.insert(key);
        }
        found
    }

    fn arrive(&mut self, at: At, take: &mut dyn FnMut(&Reading<'_>)) -> bool {
        if at.byte < self.text.len() {
            return false;
        }
        self.readings += 1;
        take(&Reading {
            picks: &self.picks,
            literal: self.literal,
            wildcards: self.wildcards,
            wild_text: self.wild_text,
            rank: self.rank,
        });
        true
    }

    fn step(&mut self, node: NodeId, cont: ContId, at: At, take: &mut dyn FnMut(&Reading<'_>)) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.readings > MAX_READINGS || self.depth > MAX_DEPTH {
            return false;
        }
        self.depth += 1;
        let program = self.program;
        let found = match program.nodes.get(node as usize) {
            None | Some(Node::Never) => false,
            Some(Node::Empty) => self.resume(cont, at, take),
            Some(Node::Text { text, weight }) => match self.literal(text, at) {
                Some(after) => {
                    self.literal += weight;
                    let found = self.resume(cont, after, take);
                    self.literal -= weight;
                    found
                }
                None => false,
            },
            Some(Node::Sequence(items)) => match items.first() {
                Some(first) if items.len() == 1 => self.step(*first, cont, at, take),
                Some(first) => {
                    let then = self.push(Cont::Items { sequence: node, index: 1, next: cont });
                    self.step(*first, then, at, take)
                }
                None => self.resume(cont, at, take),
            },
            Some(Node::Choice(branches)) => {
                let mut found = false;
                for branch in branches {
                    found |= self.step(*branch, cont, at, take);
                }
                found
            }
            Some(Node::List { list, slot, capture }) => {
                let pick = Pick {
                    list: *list,
                    slot: *slot,
                    capture: *capture,
                    start: at.byte,
                    end: at.byte,
                    what: What::Text,
                };
                self.list(pick, cont, at, take)
            }
        };
        self.depth -= 1;
        found
    }

    /// Takes literal text at a position.
    fn literal(&mut self, literal: &str, at: At) -> Option<At> {
        let text = self.text.as_bytes();
        let mut wanted = literal.as_bytes();
        let mut byte = at.byte;
        if matches!(at.edge, Edge::Space | Edge::Loose | Edge::WildSpace) {
            let spaced = wanted.first() == Some(&b' ');
            wanted = wanted.trim_ascii_start();
            while text.get(byte) == Some(&b' ') {
                byte += 1;
            }
            // "{name} light" takes "lamp-light".
            if spaced && byte == at.byte && at.edge == Edge::Loose && is_hyphen(text.get(byte)) {
                byte += 1;
            }
        }
        if at.edge == Edge::Wild && wanted.first() != Some(&b' ') && text.get(byte) == Some(&b' ') {
            // "{note}now" takes "... now": free text ends at a word.
            byte += 1;
        }
        if wanted.is_empty() {
            return Some(At { byte, edge: at.edge });
        }
        for (index, expected) in wanted.iter().enumerate() {
            let Some(actual) = text.get(byte) else {
                let rest = &wanted[index..];
                if rest.trim_ascii().is_empty() {
                    // The end of the sentence stands for the space.
                    let edge = if at.edge == Edge::Wild { Edge::WildSpace } else { Edge::Space };
                    return Some(At { byte, edge });
                }
                // At a word boundary, the rest of the literal is what may still be said.
                let boundary = match index {
                    0 => at.edge != Edge::Strict || rest[0] == b' ',
                    _ => rest[0] == b' ' || wanted[index - 1] == b' ',
                };
                let follows = self.prefix && boundary && byte > 0;
                if self.open.is_empty() {
                    self.follows.words |= follows;
                } else {
                    self.follows.slot |= follows;
                }
                return None;
            };
            let same = expected == actual || *expected == b' ' && is_hyphen(Some(actual));
            if !same {
                return None;
            }
            byte += 1;
        }
        let edge = match (wanted.last(), at.edge) {
            (Some(b' '), Edge::Wild) if wanted.len() == 1 => Edge::WildSpace,
            // An article with an apostrophe stands at its word, wherever the template has a space: "l'[ ]{area}".
            (Some(b' ' | b'\''), _) => Edge::Space,
            _ if self.program.squash => Edge::Loose,
            _ => Edge::Strict,
        };
        Some(At { byte, edge })
    }

    fn list(&mut self, pick: Pick, cont: ContId, at: At, take: &mut dyn FnMut(&Reading<'_>)) -> bool {
        let program = self.program;
        let start = self.skip_space(at);
        if self.prefix && start >= self.text.len() && at.edge != Edge::Strict && at.byte > 0 {
            let list = program.lists.get(pick.list);
            let empty = match list {
                ListData::Missing => true,
                ListData::Values(values) => values.values.is_empty(),
                ListData::Contacts(values) => values.values.is_empty() && self.book.len() == 0,
                ListData::Range(_) | ListData::Digits(_) => false,
                ListData::Wildcard => matches!(at.edge, Edge::Wild | Edge::WildSpace),
            };
            self.follows.slot |= !empty;
        }
        let mut found = match program.lists.get(pick.list) {
            ListData::Missing => false,
            ListData::Wildcard => return self.wildcard(pick, cont, at, What::Text, take),
            ListData::Values(values) => self.values(values, &pick, start, cont, at, take),
            ListData::Contacts(values) => {
                let fixed = self.values(values, &pick, start, cont, at, take);
                let book = self.book;
                if self.prefix && book.is_beginning(&self.text.as_bytes()[start..]) {
                    self.follows.slot = true;
                }
                fixed | self.people(&pick, start, cont, at, take)
            }
            ListData::Range(range) => {
                if self.prefix && start < self.text.len() && range.is_beginning(&self.text[start..]) {
                    self.follows.slot = true;
                }
                let first = self.numbers.len();
                let mut numbers = std::mem::take(&mut self.numbers);
                let digits = at.edge == Edge::Loose && !program.squash;
                range.find(self.text, if digits { at.byte } else { start }, &mut numbers);
                self.numbers = numbers;
                self.numbers_from(first, &pick, at.edge, cont, take)
            }
            ListData::Digits(digits) => {
                let first = self.numbers.len();
                let mut numbers = std::mem::take(&mut self.numbers);
                digits.find(self.text, start, &mut numbers);
                if self.prefix {
                    // More digits can follow as long as the longest string is not full.
                    let whole = numbers[first..].iter().filter(|hit| hit.end == self.text.len());
                    self.follows.slot |= whole
                        .filter_map(|hit| hit.value.as_str())
                        .any(|digits_so_far| digits_so_far.len() < digits.max);
                    let shorter =
                        digits.words.digits.iter().any(|(word, _)| self.text[start..].ends_with(word));
                    self.follows.slot |= numbers.len() == first && shorter && start < self.text.len();
                }
                self.numbers = numbers;
                self.numbers_from(first, &pick, at.edge, cont, take)
            }
        };
        if self.unknown_values {
            found |= self.wildcard(pick, cont, at, What::Unknown, take);
        }
        found
    }

    /// What stands behind a list value, given what stood before it.
    fn behind(&self, before: Edge) -> Edge {
        if before == Edge::Strict && !self.program.squash { Edge::Strict } else { Edge::Loose }
    }

    fn skip_space(&self, at: At) -> usize {
        let mut byte = at.byte;
        if at.edge != Edge::Strict {
            while self.text.as_bytes().get(byte) == Some(&b' ') {
                byte += 1;
            }
        }
        byte
    }

    fn values(
        &mut self,
        values: &'a Values,
        pick: &Pick,
        start: usize,
        cont: ContId,
        at: At,
        take: &mut dyn FnMut(&Reading<'_>),
    ) -> bool {
        if self.prefix && values.index.is_beginning(&self.text.as_bytes()[start.min(self.text.len())..]) {
            self.follows.slot = true;
        }
        let mut hits = std::mem::take(&mut self.spare);
        values.index.find(self.text.as_bytes(), start, &mut hits);
        if at.edge != Edge::Strict && !self.program.squash {
            // Of readings that are equally good the first one wins: as in the reference implementation, that of a
            // value which is no template, and the shortest.
            hits.sort_by_key(|hit| {
                let plain = values.values.get(hit.value as usize).is_some_and(|value| value.plain);
                (!plain, if plain { hit.end } else { 0 })
            });
        }
        let pick = Pick { start, ..pick.clone() };
        let mut found = false;
        for hit in &hits {
            found |= self.hit(hit, (&pick, What::Value), cont, at.edge, take);
        }
        hits.clear();
        self.spare = hits;
        for (node, value) in &values.templates {
            if self.open.len() < MAX_OPEN {
                let inside = At { byte: start, edge: at.edge };
                let pick = Pick { start, end: start, what: What::Value(*value), ..pick.clone() };
                self.open.push(Open { pick, before: at.edge, literal: self.literal });
                let start = u32::try_from(start).unwrap_or(u32::MAX);
                let close = self.push(Cont::Close { start, before: at.edge, next: cont });
                found |= self.step(*node, close, inside, take);
                self.open.pop();
            }
        }
        found
    }

    /// Ends the list value that was opened last, and goes on behind it.
    fn close(&mut self, start: u32, next: ContId, at: At, take: &mut dyn FnMut(&Reading<'_>)) -> bool {
        let end = self.text[..at.byte].trim_end().len();
        // Nothing is no value.
        if end <= start as usize {
            return false;
        }
        let Some(open) = self.open.pop() else { return false };
        let literal = std::mem::replace(&mut self.literal, open.literal);
        self.picks.push(Pick { end, ..open.pick.clone() });
        let found = self.resume(next, At { byte: at.byte, edge: self.behind(open.before) }, take);
        self.picks.pop();
        self.literal = literal;
        self.open.push(open);
        found
    }

    /// Whom of the address book the text names at `start`, and what comes behind them.
    fn people(
        &mut self,
        pick: &Pick,
        start: usize,
        cont: ContId,
        at: At,
        take: &mut dyn FnMut(&Reading<'_>),
    ) -> bool {
        let known = self.named.iter().position(|(at, _)| *at == start);
        let place = known.unwrap_or_else(|| {
            let mut hits = Vec::new();
            self.book.find_longest_first(self.text.as_bytes(), start, &mut hits);
            self.named.push((start, hits));
            self.named.len() - 1
        });
        // Nothing behind them asks for this place again.
        let hits = std::mem::take(&mut self.named[place].1);
        let pick = Pick { start, ..pick.clone() };
        let mut found = false;
        let mut left = hits.as_slice();
        while let Some(first) = left.first() {
            let (same, rest) = left.split_at(left.partition_point(|hit| hit.end == first.end));
            // Two hundred people may have a given name: where it does not go on behind one, it does behind none.
            found |= same
                .iter()
                .take_while(|hit| self.hit(hit, (&pick, What::Contact), cont, at.edge, take))
                .count()
                > 0;
            left = rest;
        }
        self.named[place].1 = hits;
        found
    }

    /// One key, and what comes behind it.
    fn hit(
        &mut self,
        hit: &Hit,
        (pick, what): (&Pick, fn(u32) -> What),
        cont: ContId,
        before: Edge,
        take: &mut dyn FnMut(&Reading<'_>),
    ) -> bool {
        self.picks.push(Pick { end: hit.end, what: what(hit.value), ..pick.clone() });
        self.rank += u32::from(hit.rank);
        let found = self.resume(cont, At { byte: hit.end, edge: self.behind(before) }, take);
        self.rank -= u32::from(hit.rank);
        self.picks.pop();
        found
    }

    fn numbers_from(
        &mut self,
        first: usize,
        pick: &Pick,
        before: Edge,
        cont: ContId,
        take: &mut dyn FnMut(&Reading<'_>),
    ) -> bool {
        let mut found = false;
        for at in first..self.numbers.len() {
            let Some(hit) = self.numbers.get(at).cloned() else { break };
            let spoken = self.text[pick.start.min(hit.end)..hit.end].trim().chars().count();
            // Number words count as literal text; digit strings do not, so that a name made of digits wins.
            let literal = hit.words && hit.value.is_number();
            let weight = if literal { u32::try_from(spoken).unwrap_or(0) } else { 0 };
            self.literal += weight;
            self.picks.push(Pick { end: hit.end, what: What::Number(hit.value), ..pick.clone() });
            // Words end like literal text, digits like a list value.
            let edge = self.behind(if hit.words { Edge::Strict } else { before });
            found |= self.resume(cont, At { byte: hit.end, edge }, take);
            self.picks.pop();
            self.literal -= weight;
        }
        self.numbers.truncate(first);
        found
    }

    fn wildcard(
        &mut self,
        pick: Pick,
        cont: ContId,
        at: At,
        what: What,
        take: &mut dyn FnMut(&Reading<'_>),
    ) -> bool {
        if matches!(at.edge, Edge::Wild | Edge::WildSpace) {
            return false;
        }
        let rest = &self.text[at.byte..];
        let start = at.byte + rest.len() - rest.trim_start().len();
        let mut found = false;
        // Where it may end, and how many characters it then took.
        let mut positions: Vec<(usize, u32)> =
            self.text[start..].char_indices().map(|(i, _)| start + i).zip(0..).skip(1).collect();
        let whole = positions.last().map_or(0, |(_, taken)| *taken) + 1;
        if cont == END {
            positions.clear();
        }
        if start < self.text.len() {
            positions.push((self.text.len(), whole));
        }
        if self.prefix && start < self.text.len() {
            // Any word may follow free text.
            self.follows.slot = true;
        }
        for (end, taken) in positions {
            if self.text[start..end].ends_with(' ') {
                continue;
            }
            self.wildcards += 1;
            self.wild_text += taken;
            self.picks.push(Pick { start, end, what: what.clone(), ..pick.clone() });
            found |= self.resume(cont, At { byte: end, edge: Edge::Wild }, take);
            self.picks.pop();
            self.wild_text -= taken;
            self.wildcards -= 1;
        }
        found
    }
}
