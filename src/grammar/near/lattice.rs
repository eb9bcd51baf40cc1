//! All templates of a grammar as one graph of whole words, for searching it with tolerance.

use std::collections::HashMap;

use super::words::{Kind, SmallWords};
use crate::grammar::index::{HashedMap, HashedSet};
use crate::grammar::numbers;
use crate::grammar::phonetics::{self, Phone};
use crate::grammar::program::Program;
use crate::grammar::wordgraph::{Token, WordGraph};

/// What leads from one place to the next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Nothing is said.
    Free,
    /// A word of the vocabulary.
    Word(u32),
    /// A value of a list.
    List(u32),
}

/// A word of the templates.
#[derive(Debug)]
pub(super) struct Word {
    pub text: String,
    pub sounds: Vec<Phone>,
    pub kind: Kind,
}

/// A place in a sentence.
#[derive(Debug)]
pub(super) struct Place {
    steps: (u32, u32),
    pub end: bool,
    pub template: u32,
}

/// The graph.
#[derive(Debug)]
pub(in crate::grammar) struct Lattice {
    pub(super) words: Vec<Word>,
    numbers: HashMap<String, u32>,
    pub(super) places: Vec<Place>,
    steps: Vec<(Step, u32)>,
    /// The first place of each template.
    pub(super) starts: Vec<u32>,
    pub(super) small: &'static SmallWords,
    number_words: HashedSet<u64>,
}

fn hash(word: &str) -> u64 {
    use std::hash::Hasher;
    let mut hasher = std::collections::hash_map::DefaultHasher::new();
    hasher.write(word.as_bytes());
    hasher.finish()
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Lattice {
    pub(in crate::grammar) fn new(program: &Program, language: &str) -> Self {
        let mut number_words = HashedSet::default();
        for n in (0..=100).chain([1000]) {
            for spelling in numbers::spellings(language, n) {
                // "a hundred": the article is no number word.
                let words = spelling.split([' ', '-']).filter(|word| word.len() > 1 || !word.is_ascii());
                number_words.extend(words.map(hash));
            }
        }
        let digits = numbers::digit_words(language);
        number_words.extend(digits.digits.iter().map(|(word, _)| hash(word)));
        number_words.extend(digits.repeats.iter().map(|(word, _)| hash(word)));
        let mut lattice = Self {
            words: Vec::new(),
            numbers: HashMap::new(),
            places: Vec::new(),
            steps: Vec::new(),
            starts: Vec::new(),
            small: SmallWords::of(language),
            number_words,
        };
        for (index, template) in program.templates.iter().enumerate() {
            let graph = WordGraph::new(program, template.node);
            if graph.steps.is_empty() {
                continue;
            }
            let first = number(lattice.places.len());
            lattice.starts.push(first);
            for (place, steps) in graph.steps.iter().enumerate() {
                let begin = number(lattice.steps.len());
                for (token, next) in steps {
                    let step = match token {
                        Token::Word(word) if word.is_empty() => Step::Free,
                        Token::Word(word) => Step::Word(lattice.word(word, language)),
                        Token::List(list) => Step::List(*list),
                    };
                    lattice.steps.push((step, first + number(*next)));
                }
                let steps = (begin, number(lattice.steps.len()));
                lattice.places.push(Place { steps, end: graph.ends[place], template: number(index) });
            }
        }
        lattice
    }

    fn word(&mut self, text: &str, language: &str) -> u32 {
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let id = number(self.words.len());
        let kind = self.kind(text);
        self.words.push(Word { text: text.to_owned(), sounds: phonetics::sounds(language, text), kind });
        self.numbers.insert(text.to_owned(), id);
        id
    }

    /// The number of a word of the vocabulary.
    pub(super) fn known(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// What a word weighs.
    pub(super) fn kind(&self, word: &str) -> Kind {
        match self.small.kind(word) {
            Kind::Content if self.is_number(word) => Kind::Number,
            kind => kind,
        }
    }

    /// Whether a word is part of a spoken number ("oh" is, among digits).
    pub(super) fn is_number(&self, word: &str) -> bool {
        self.number_words.contains(&hash(word))
    }

    pub(super) fn steps(&self, place: u32) -> &[(Step, u32)] {
        let Some(place) = self.places.get(place as usize) else { return &[] };
        self.steps.get(place.steps.0 as usize..place.steps.1 as usize).unwrap_or_default()
    }
}

/// The words of all names of an address book, to find those that sound like what was heard.
#[derive(Debug, Default)]
pub(in crate::grammar) struct NameWords {
    words: Vec<(String, Vec<Phone>)>,
    /// Words by how they begin to sound and about how long they are.
    classes: HashedMap<u64, Vec<u32>>,
    /// Hashes of all words, those included that are no proper words.
    known: HashedSet<u64>,
}

impl NameWords {
    /// Of all keys of an index.
    pub(in crate::grammar) fn new<'a>(keys: impl Iterator<Item = &'a str>, language: &str) -> Self {
        let mut all = Self::default();
        for word in keys.flat_map(|key| key.split(' ')) {
            let new = all.known.insert(hash(word));
            let proper = word.chars().count() >= 2 && word.chars().all(|c| c.is_alphabetic() || c == '\'');
            if new && proper {
                let sounds = phonetics::sounds(language, word);
                let id = number(all.words.len());
                for class in classes(&sounds).take(1) {
                    all.classes.entry(class).or_default().push(id);
                }
                all.words.push((word.to_owned(), sounds));
            }
        }
        all
    }

    /// Whether a word is part of a name.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.known.contains(&hash(word))
    }

    /// The words that sound like `sounds`, up to a distance, nearest first.
    pub(super) fn near(&self, word: &str, sounds: &[Phone], limit: f32) -> Vec<(&str, f32)> {
        let mut found: Vec<(&str, f32)> = classes(sounds)
            .filter_map(|class| self.classes.get(&class))
            .flatten()
            .filter_map(|id| self.words.get(*id as usize))
            .filter(|(other, _)| other != word)
            .map(|(other, other_sounds)| (other.as_str(), phonetics::distance(sounds, other_sounds)))
            .filter(|(_, distance)| *distance <= limit)
            .collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(b.0)));
        found.truncate(MAX_NEAR);
        found
    }
}

/// More words that sound alike are not tried.
const MAX_NEAR: usize = 6;

/// The class of a word's sounds first, then those next to it: one sound more or fewer.
fn classes(sounds: &[Phone]) -> impl Iterator<Item = u64> {
    let length = sounds.len();
    [length, length + 1, length.saturating_sub(1)].into_iter().map(|length| length as u64)
}
