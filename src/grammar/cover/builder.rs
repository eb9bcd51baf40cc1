//! Collects the phrases of a cover: for each template the paths through it, for each list the values that bring word
//! pairs that no phrase has yet.

use std::collections::{HashMap, HashSet};

use super::balance::{self, Group};
use super::paths::{MAX_PATH, paths, sentences};
use super::rivals::{self, Command};
use super::{CoverOptions, UNKNOWN, spoken};
use crate::grammar::contacts;
use crate::grammar::index::{HashedMap, HashedSet, Index};
use crate::grammar::lists::ListData;
use crate::grammar::matcher::Grammar;
use crate::grammar::phonetics::{self, Phone};
use crate::grammar::wordgraph::{Token, WordGraph};
use crate::text::Phrases;

/// Beginning and end of a sentence.
const EDGE: u32 = 0;

/// Words that differ by so many sounds at most may be taken for each other ("on" - "off", "mute" - "unmute").
const ALIKE: f32 = 2.0;
/// More pairs than this between two lists side by side are left out.
const MAX_NEIGHBOURS: usize = 50_000;

/// Where a list stands in a phrase: the position of its first word, the list, how many words its value has there.
type Spot = (usize, u32, usize);

/// The values of a list as sequences of word numbers, and what they begin and end with.
#[derive(Debug, Default)]
struct Values {
    all: Vec<Vec<u32>>,
    /// For each first word (last word) the number of a value that begins (ends) with it.
    firsts: Vec<(u32, usize)>,
    lasts: Vec<(u32, usize)>,
    /// The pairs inside values are covered already.
    inner_done: bool,
}

/// The phrases so far.
pub(super) struct Cover<'a> {
    pub(super) grammar: &'a Grammar,
    pub(super) knows: &'a dyn Fn(&str) -> bool,
    /// For each contact of the address book, whether it is wanted; none if all are.
    contacts: Option<Vec<bool>>,
    words: Vec<String>,
    numbers: HashMap<String, u32>,
    pub(super) pairs: HashedSet<(u32, u32)>,
    lists: HashedMap<u32, Values>,
    pub(super) groups: Vec<Group>,
    /// What people say every day, without lists.
    commands: Vec<Command>,
    /// The examples of their help.
    examples: Vec<&'a str>,
}

impl<'a> Cover<'a> {
    pub(super) fn new(
        grammar: &'a Grammar,
        knows: &'a dyn Fn(&str) -> bool,
        contacts: Option<&[String]>,
    ) -> Self {
        let contacts = contacts.map(|ids| {
            let wanted: HashSet<&str> = ids.iter().map(String::as_str).collect();
            grammar.contacts.contacts.iter().map(|contact| wanted.contains(contact.id.as_str())).collect()
        });
        Self {
            grammar,
            knows,
            contacts,
            words: vec![String::new()],
            numbers: HashMap::new(),
            pairs: HashedSet::default(),
            lists: HashedMap::default(),
            groups: Vec::new(),
            commands: Vec::new(),
            examples: Vec::new(),
        }
    }

    pub(super) fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = u32::try_from(self.words.len()).unwrap_or(EDGE);
        self.words.push(word.to_owned());
        self.numbers.insert(word.to_owned(), number);
        number
    }

    /// Marks the pairs of a phrase; whether one of them is new.
    pub(super) fn mark(&mut self, phrase: &[u32]) -> bool {
        let mut new = false;
        let mut before = EDGE;
        for word in phrase.iter().chain([&EDGE]) {
            new |= self.pairs.insert((before, *word));
            before = *word;
        }
        new
    }

    fn list(&mut self, list: u32) {
        if self.lists.contains_key(&list) {
            return;
        }
        let grammar = self.grammar;
        let language = grammar.language();
        let mut all: Vec<Vec<u32>> = Vec::new();
        let mut add = |cover: &mut Self, key: &str| {
            spoken(language, key, &mut |words| {
                let known = |word: &&str| !word.is_empty() && (*word == UNKNOWN || (cover.knows)(word));
                if words.len() <= MAX_PATH && words.iter().all(known) {
                    let phrase = words.iter().map(|word| cover.number(word)).collect();
                    all.push(phrase);
                }
            });
        };
        let mut names = |cover: &mut Self, index: &Index, wanted: &dyn Fn(u32) -> bool| {
            let heard = |(_, number, rank): &(&str, u32, u8)| *rank < contacts::RARE && wanted(*number);
            for (key, ..) in index.iter().filter(heard) {
                add(cover, key);
                // The word pairs of a name of three words are also in its parts.
                if key.split(' ').count() != 3 {
                    index.forms(key, &mut |form| add(cover, form));
                }
            }
        };
        match grammar.program.lists.get(list) {
            ListData::Missing => {}
            ListData::Wildcard => add(self, UNKNOWN),
            ListData::Values(values) => names(self, &values.index, &|_| true),
            ListData::Contacts(values) => {
                names(self, &values.index, &|_| true);
                let wanted = self.contacts.clone();
                names(self, &grammar.contacts.index, &|contact| {
                    wanted.as_ref().is_none_or(|all| all.get(contact as usize).copied().unwrap_or(false))
                });
            }
            ListData::Range(range) => range.spoken(&mut |key| add(self, key)),
            ListData::Digits(digits) => {
                // Any digit after any other, in strings that are long enough.
                let single: Vec<&str> = digits.words.digits.iter().map(|(word, _)| word.as_str()).collect();
                let repeats: Vec<&str> = digits.words.repeats.iter().map(|(word, _)| word.as_str()).collect();
                let length = digits.min.clamp(2, digits.max.max(2));
                for first in &single {
                    for second in &single {
                        let words: Vec<&str> = [*first, *second].into_iter().cycle().take(length).collect();
                        add(self, &words.join(" "));
                    }
                    for repeat in &repeats {
                        let mut words = vec![*first; length];
                        words.extend([*repeat, *first]);
                        add(self, &words.join(" "));
                        add(self, &format!("{repeat} {first} {}", vec![*first; length].join(" ")));
                    }
                }
            }
        }
        let (mut firsts, mut lasts) = (HashMap::new(), HashMap::new());
        for (number, phrase) in all.iter().enumerate() {
            if let (Some(first), Some(last)) = (phrase.first(), phrase.last()) {
                firsts.entry(*first).or_insert(number);
                lasts.entry(*last).or_insert(number);
            }
        }
        let sorted = |map: HashMap<u32, usize>| {
            let mut entries: Vec<(u32, usize)> = map.into_iter().collect();
            entries.sort_unstable_by_key(|(_, number)| *number);
            entries
        };
        let values = Values { firsts: sorted(firsts), lasts: sorted(lasts), all, inner_done: false };
        self.lists.insert(list, values);
    }

    /// Notes what a line of help tells people to say, in quotation marks.
    pub(super) fn example(&mut self, help: &'a str) {
        for said in help.split('"').skip(1).step_by(2) {
            if !self.examples.contains(&said) {
                self.examples.push(said);
            }
        }
    }

    /// Adds phrases that cover a template.
    pub(super) fn template(&mut self, graph: &WordGraph, intent: u32, common: bool) {
        let mut group = Group { intent: Some(intent), common, ..Group::default() };
        for path in paths(graph) {
            self.path(&path, &mut group);
        }
        if common {
            for sentence in sentences(graph) {
                let words = sentence.iter().map(|word| self.number(word)).collect();
                self.commands.push(Command { words, intent });
            }
        }
        if !group.own.is_empty() || !group.values.is_empty() {
            self.groups.push(group);
        }
    }

    /// Adds the phrases that a path needs: itself, and for each of its lists all values that bring new pairs.
    fn path(&mut self, path: &[Token], group: &mut Group) {
        // First the list values by which each list of the path is represented.
        let mut plain: Vec<u32> = Vec::new();
        let mut spots: Vec<Spot> = Vec::new();
        for token in path {
            match token {
                Token::Word(word) if word.is_empty() => {}
                Token::Word(word) => {
                    let number = self.number(word);
                    plain.push(number);
                }
                Token::List(list) => {
                    self.list(*list);
                    let Some(value) = self.lists.get(list).and_then(|values| values.all.first()) else {
                        return;
                    };
                    spots.push((plain.len(), *list, value.len()));
                    plain.extend(value);
                }
            }
        }
        if plain.is_empty() {
            return;
        }
        if self.mark(&plain) {
            group.own.push(plain.clone());
        }
        for pair in spots.windows(2) {
            if let [first, second] = pair
                && first.0 + first.2 == second.0
            {
                self.neighbours(&plain, *first, *second, group);
            }
        }
        for (start, list, length) in spots {
            let before = if start == 0 { EDGE } else { plain[start - 1] };
            let after = plain.get(start + length).copied().unwrap_or(EDGE);
            let Some(values) = self.lists.get_mut(&list) else { continue };
            let inner = !std::mem::replace(&mut values.inner_done, true);
            let mut wanted: Vec<usize> = Vec::new();
            if inner {
                wanted.extend(0..values.all.len());
            }
            wanted.extend(
                values
                    .firsts
                    .iter()
                    .filter(|(word, _)| !self.pairs.contains(&(before, *word)))
                    .map(|(_, n)| n),
            );
            wanted.extend(
                values.lasts.iter().filter(|(word, _)| !self.pairs.contains(&(*word, after))).map(|(_, n)| n),
            );
            for number in wanted {
                let Some(value) = self.lists.get(&list).and_then(|values| values.all.get(number)) else {
                    continue;
                };
                let mut phrase = plain[..start].to_vec();
                phrase.extend(value);
                phrase.extend(&plain[start + length..]);
                if self.mark(&phrase) {
                    group.values.push(phrase);
                }
            }
        }
    }

    /// Two lists side by side: every end of the one before every beginning of the other.
    fn neighbours(&mut self, plain: &[u32], first: Spot, second: Spot, group: &mut Group) {
        let (Some(left), Some(right)) = (self.lists.get(&first.1), self.lists.get(&second.1)) else { return };
        // Two address books side by side would be too many pairs; the recogniser then guesses between them.
        if left.lasts.len().saturating_mul(right.firsts.len()) > MAX_NEIGHBOURS {
            return;
        }
        let mut phrases = Vec::new();
        for (last, left_value) in &left.lasts {
            for (word, right_value) in &right.firsts {
                if self.pairs.contains(&(*last, *word)) {
                    continue;
                }
                let (Some(left), Some(right)) = (left.all.get(*left_value), right.all.get(*right_value))
                else {
                    continue;
                };
                phrases.push([&plain[..first.0], left, right, &plain[second.0 + second.2..]].concat());
            }
        }
        for phrase in phrases {
            if self.mark(&phrase) {
                group.values.push(phrase);
            }
        }
    }

    /// What people are told to say, where it has no names: `help: "Share the screen: \"share the screen\""`.
    fn examples(&self) -> Vec<Vec<u32>> {
        let numbers = |text: &&str| -> Option<Vec<u32>> {
            crate::text::spoken_words(text).iter().map(|word| self.numbers.get(word).copied()).collect()
        };
        self.examples.iter().filter_map(numbers).filter(|words| !words.is_empty()).collect()
    }

    /// Commands that are given again, so that none is heard for another because that has commoner words.
    fn further(&self, weighted: &[(&[u32], usize)], commands: Vec<Command>) -> Vec<(Vec<u32>, usize)> {
        let language = self.grammar.language();
        // Of names, which are most of the words, nobody wants to know.
        let mut sounds: HashMap<u32, Vec<Phone>> = HashMap::new();
        for word in commands.iter().flat_map(|command| &command.words) {
            let text = self.words.get(*word as usize).map_or("", String::as_str);
            sounds.entry(*word).or_insert_with(|| phonetics::sounds(language, text));
        }
        let alike = |one: u32, other: u32| {
            let (Some(one), Some(other)) = (sounds.get(&one), sounds.get(&other)) else { return false };
            phonetics::distance(one, other) * one.len().max(other.len()) as f32 <= ALIKE
        };
        rivals::evened(weighted, self.examples(), commands, &alike)
    }

    pub(super) fn finish(mut self, options: &CoverOptions) -> Phrases {
        let knows = self.knows;
        let prefixes: Vec<Vec<u32>> = options
            .prefixes
            .iter()
            .filter(|prefix| crate::text::spoken_words(prefix).iter().all(|word| knows(word)))
            .map(|prefix| crate::text::spoken_words(prefix).iter().map(|word| self.number(word)).collect())
            .filter(|prefix: &Vec<u32>| !prefix.is_empty())
            .collect();
        let commands = std::mem::take(&mut self.commands);
        let mut weighted = balance::weighted(&self.groups);
        let further = self.further(&weighted, commands);
        weighted.extend(further.iter().map(|(phrase, times)| (phrase.as_slice(), *times)));
        let mut phrases = Phrases::default();
        let mut text = String::new();
        let mut add = |prefix: &[u32], phrase: &[u32], times: usize| {
            text.clear();
            for word in prefix.iter().chain(phrase).filter_map(|word| self.words.get(*word as usize)) {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(word);
            }
            phrases.add(&text, times);
        };
        let only = options.only_with_prefix && !prefixes.is_empty();
        if !only {
            weighted.iter().for_each(|(phrase, times)| add(&[], phrase, *times));
        }
        // After a prefix: every word with which a sentence can begin. What follows is covered by the phrases alone,
        // except where those are not wanted.
        let beginnings = if only { Vec::new() } else { balance::beginnings(&weighted) };
        let total: usize = weighted.iter().map(|(_, times)| times).sum();
        for prefix in &prefixes {
            // It begins nearly every sentence.
            add(prefix, &[], total.div_ceil(100));
            for (word, times) in &beginnings {
                add(prefix, &[*word], *times);
            }
            for (phrase, times) in weighted.iter().filter(|_| only) {
                add(prefix, phrase, *times);
            }
        }
        phrases.shrink();
        phrases
    }
}
