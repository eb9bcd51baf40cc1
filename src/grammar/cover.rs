//! The phrases that a recogniser must be given so that it can hear every sentence of a grammar.
//!
//! A recogniser that estimates a bigram model from its phrases knows word pairs, nothing more. So the list covers
//! every pair of neighbouring words that a sentence can contain, with its beginnings and ends, instead of the product
//! of all alternatives: a few phrases per template, one or two per name. Phrases of short commands are repeated so
//! that ten thousand names do not outweigh them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::balance::{self, Group};
use super::contacts;
use super::context::{self, Verdict};
use super::index::{HashedMap, HashedSet, Index};
use super::lists::ListData;
use super::matcher::Grammar;
use super::outcome::Context;
use super::paths::{MAX_PATH, paths, sentences};
use super::phonetics::{self, Phone};
use super::rivals::{self, Command};
use super::wordgraph::{Token, WordGraph};
use crate::text::Phrases;

/// What a cover is for.
#[derive(Debug, Clone, Default)]
pub struct CoverOptions {
    /// Leave out what is not valid in this context.
    pub context: Option<Context>,
    /// Phrases (such as wake phrases) after which every sentence may follow in one breath, and which may be said alone.
    pub prefixes: Vec<String>,
    /// Only sentences with a prefix, none without.
    pub only_with_prefix: bool,
    /// Only these intents.
    pub intents: Option<Vec<String>>,
    /// Of the address book, only the contacts with these ids: those that are asked about.
    pub contacts: Option<Vec<String>>,
    /// No skip words: while a short answer is expected.
    pub without_skip_words: bool,
}

/// Where a word of the vocabulary comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A template, as `file:line:column`.
    Template(String),
    /// The name of a contact.
    Contact(String),
    /// A value of a list, as `file:line:column`.
    Value(String),
    /// A number in words.
    Number,
}

/// Beginning and end of a sentence, and free text.
const EDGE: u32 = 0;
const UNKNOWN: &str = "[unk]";

impl Grammar {
    /// The phrase cover of all sentences, in any context.
    pub fn phrases(&self) -> Vec<String> {
        self.cover(&CoverOptions::default())
    }

    /// The phrase cover in which every sentence may also follow one of the prefixes.
    pub fn cover_with_prefixes(&self, prefixes: &[String]) -> Vec<String> {
        self.cover(&CoverOptions { prefixes: prefixes.to_vec(), ..CoverOptions::default() })
    }

    /// The phrase cover for a purpose.
    pub fn cover(&self, options: &CoverOptions) -> Vec<String> {
        self.cover_known(options, &|_| true).repeated().map(str::to_owned).collect()
    }

    /// The phrase cover for a recogniser that knows only some words. What needs another word is left out, names and
    /// optional words included, and the rest is still covered completely: leaving phrases out of a finished cover
    /// would tear holes in it.
    pub fn cover_known(&self, options: &CoverOptions, knows: &dyn Fn(&str) -> bool) -> Phrases {
        let mut cover = Cover::new(self, knows, options.contacts.as_deref());
        for template in &self.program.templates {
            let block = self.block(template);
            let data = &block.block;
            let violated = options.context.as_ref().is_some_and(|context| {
                context::before(&data.requires, &data.excludes, context) == Verdict::Violated
            });
            let intent = &self.program.intents[block.intent as usize];
            let unwanted = options.intents.as_ref().is_some_and(|intents| !intents.contains(intent));
            if violated || unwanted {
                continue;
            }
            let mut graph = WordGraph::new(&self.program, template.node);
            for steps in &mut graph.steps {
                steps.retain(|(token, _)| match token {
                    Token::Word(word) => word.is_empty() || knows(word),
                    Token::List(_) => true,
                });
            }
            let known = self.pack.intents.get(intent);
            let common = known.is_some_and(|intent| intent.common || intent.help.is_some());
            if let Some(help) = known.and_then(|intent| intent.help.as_deref()) {
                cover.example(help);
            }
            cover.template(&graph, block.intent, common);
        }
        if !options.without_skip_words {
            cover.skip_words();
        }
        cover.finish(options)
    }

    /// Every word that a recogniser must know, with where it comes from.
    pub fn words(&self) -> BTreeMap<String, BTreeSet<Origin>> {
        let mut words: BTreeMap<String, BTreeSet<Origin>> = BTreeMap::new();
        let mut note = |word: &str, origin: &dyn Fn() -> Origin| {
            // A sign alone (`%`) is only for sentences that are typed.
            if word == UNKNOWN || !word.contains(char::is_alphanumeric) {
                return;
            }
            let origins = words.entry(word.to_owned()).or_default();
            // A few places are enough to find it.
            if origins.len() < 5 {
                origins.insert(origin());
            }
        };
        let mut lists = BTreeSet::new();
        for template in &self.program.templates {
            let block = &self.block(template).block;
            let sentence = &block.sentences[template.sentence as usize];
            for (token, _) in WordGraph::new(&self.program, template.node).steps.iter().flatten() {
                match token {
                    Token::Word(word) => note(word, &|| Origin::Template(sentence.at.at(0).to_string())),
                    Token::List(list) => {
                        lists.insert(*list);
                    }
                }
            }
        }
        for list in lists {
            match self.program.lists.get(list) {
                ListData::Missing | ListData::Wildcard => {}
                ListData::Values(values) | ListData::Contacts(values) => {
                    let people = self.people_in(self.program.lists.get(list));
                    // In a list of those in the call, they stand behind the values that are always there.
                    let always = values.values.len() - if values.people { people.len() } else { 0 };
                    self.value_words(&values.index, &mut |word, value| {
                        let place = values.values.get(value as usize).map(|value| value.place.clone());
                        if (value as usize) < always {
                            note(word, &|| Origin::Value(place.clone().unwrap_or_default()));
                        }
                    });
                    for contact in people {
                        // The name itself; nicknames and other spellings that are not known do no harm.
                        spoken(self.language(), &crate::text::normalize(&contact.name), &mut |words| {
                            words
                                .iter()
                                .for_each(|word| note(word, &|| Origin::Contact(contact.name.clone())));
                        });
                    }
                }
                ListData::Range(range) => {
                    range.spoken(&mut |key| key.split(' ').for_each(|word| note(word, &|| Origin::Number)));
                }
                ListData::Digits(digits) => {
                    for word in digits.words.digits.iter().map(|(word, _)| word) {
                        note(word, &|| Origin::Number);
                    }
                    for word in digits.words.repeats.iter().map(|(word, _)| word) {
                        note(word, &|| Origin::Number);
                    }
                }
            }
        }
        for phrase in self.skip.phrases() {
            for word in phrase {
                note(word, &|| Origin::Template("skip_words".to_owned()));
            }
        }
        words
    }

    fn value_words(&self, index: &Index, note: &mut dyn FnMut(&str, u32)) {
        for (key, value, _) in index.iter().filter(|(_, _, rank)| *rank < contacts::RARE) {
            spoken(self.language(), key, &mut |words| {
                for word in words {
                    note(word, value);
                }
            });
        }
    }
}

/// The ways a recogniser would write a list value.
fn spoken(language: &str, key: &str, take: &mut dyn FnMut(&[&str])) {
    let plain = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ');
    if key == UNKNOWN || plain {
        take(&key.split(' ').collect::<Vec<_>>());
    } else {
        contacts::spoken_forms(language, key, take);
    }
}

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

struct Cover<'a> {
    grammar: &'a Grammar,
    knows: &'a dyn Fn(&str) -> bool,
    /// For each contact of the address book, whether it is wanted; none if all are.
    contacts: Option<Vec<bool>>,
    words: Vec<String>,
    numbers: HashMap<String, u32>,
    pairs: HashedSet<(u32, u32)>,
    lists: HashedMap<u32, Values>,
    groups: Vec<Group>,
    /// What people say every day, without lists.
    commands: Vec<Command>,
    /// The examples of their help.
    examples: Vec<&'a str>,
}

impl<'a> Cover<'a> {
    fn new(grammar: &'a Grammar, knows: &'a dyn Fn(&str) -> bool, contacts: Option<&[String]>) -> Self {
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

    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = u32::try_from(self.words.len()).unwrap_or(EDGE);
        self.words.push(word.to_owned());
        self.numbers.insert(word.to_owned(), number);
        number
    }

    /// Marks the pairs of a phrase; whether one of them is new.
    fn mark(&mut self, phrase: &[u32]) -> bool {
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
    fn example(&mut self, help: &'a str) {
        for said in help.split('"').skip(1).step_by(2) {
            if !self.examples.contains(&said) {
                self.examples.push(said);
            }
        }
    }

    /// Adds phrases that cover a template.
    fn template(&mut self, graph: &WordGraph, intent: u32, common: bool) {
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

    /// The skip words. The first one of the pack is listened for before, behind and between any two words of a
    /// template; every other one is given alone. The recogniser lets it stand beside any word all the same, at the price
    /// of a rare one: pairs with all words, four fifths of a cover, would cost more commands than they win fillers.
    fn skip_words(&mut self) {
        let grammar = self.grammar;
        let mut group = Group::default();
        let known = |phrase: &[String]| phrase.iter().all(|word| (self.knows)(word));
        let mut skips: Vec<Vec<u32>> = Vec::new();
        let favourite = grammar.skip.favourite().filter(|phrase| known(phrase));
        let others = grammar.skip.phrases().filter(|phrase| known(phrase));
        let phrases: Vec<&[String]> = favourite.into_iter().chain(others).collect();
        for phrase in phrases {
            let words = phrase.iter().flat_map(|word| crate::text::spoken_words(word));
            let words: Vec<u32> = words.map(|word| self.number(&word)).collect();
            if !words.is_empty() {
                skips.push(words);
            }
        }
        if favourite.is_some() && !skips.is_empty() {
            let words = skips.remove(0);
            self.around(&words, &mut group);
            self.between(&words, &mut group);
        }
        for words in skips {
            self.mark(&words);
            group.values.push(words);
        }
        self.groups.push(group);
    }

    /// A skip phrase before every word with which a sentence can begin, and behind every one with which it can end.
    fn around(&mut self, words: &[u32], group: &mut Group) {
        // For each of those words the shortest phrase.
        let (mut firsts, mut lasts) = (BTreeMap::new(), BTreeMap::new());
        for phrase in self.groups.iter().flat_map(|group| &group.own) {
            for (shortest, word) in [(&mut firsts, phrase.first()), (&mut lasts, phrase.last())] {
                let Some(word) = word else { continue };
                let known = shortest.entry(*word).or_insert(phrase);
                if phrase.len() < known.len() {
                    *known = phrase;
                }
            }
        }
        let before = firsts.into_values().map(|phrase| [words, phrase].concat());
        let after = lasts.into_values().map(|phrase| [phrase, words].concat());
        let phrases: Vec<Vec<u32>> = before.chain(after).collect();
        for phrase in phrases {
            if self.mark(&phrase) {
                group.values.push(phrase);
            }
        }
    }

    /// A skip phrase between the words of templates: each phrase takes as many new places as it has.
    fn between(&mut self, words: &[u32], group: &mut Group) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let own: Vec<Vec<u32>> = self.groups.iter().flat_map(|group| &group.own).cloned().collect();
        for phrase in &own {
            let mut mixed: Vec<u32> = phrase.first().copied().into_iter().collect();
            for pair in phrase.windows(2) {
                if !self.pairs.contains(&(pair[0], *first)) || !self.pairs.contains(&(*last, pair[1])) {
                    mixed.extend(words);
                }
                mixed.push(pair[1]);
            }
            if mixed.len() > phrase.len() && mixed.len() <= 2 * MAX_PATH && self.mark(&mixed) {
                group.values.push(mixed);
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

    fn finish(mut self, options: &CoverOptions) -> Phrases {
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
