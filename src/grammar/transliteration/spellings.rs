//! The spellings of one word in the letters of a language: as it is known there, and by letters.

use super::super::names::Names;
use super::super::scripts;
use super::cyrillic::{Alphabet, latin_ways, to_russian};
use super::greek::{self, is_greek};
use super::is_cyrillic;
use super::latin::to_cyrillic;

/// The spellings of a word in the letters of a language: as it is known, and by each way of writing.
pub(super) struct Spellings {
    known: Vec<String>,
    ways: Vec<String>,
}

impl Spellings {
    pub(super) fn of(word: &str, cyrillic: bool, alphabet: Alphabet, names: &Names) -> Self {
        let mut latin: Vec<String> = scripts::to_latin(word).into_iter().collect();
        if is_greek(word) {
            latin = greek::to_latin(word);
        }
        if cyrillic {
            let latin = latin.first().map_or(word, String::as_str);
            if latin.chars().any(|c| c.is_ascii_alphabetic()) {
                let known = known(latin, names);
                let ways = if known.is_empty() { half_known(latin, names) } else { None };
                return Self { known, ways: ways.unwrap_or_else(|| to_cyrillic(latin)) };
            }
            let is_own = |c: char| !is_cyrillic(c) || matches!(c, 'а'..='я' | 'ё');
            let ways = if word.chars().all(is_own) { Vec::new() } else { vec![to_russian(word)] };
            return Self { known: Vec::new(), ways };
        }
        let mut ways = if word.chars().any(is_cyrillic) { latin_ways(word, alphabet) } else { latin };
        // As the listener's language writes the same sounds, behind what English readers expect. Names of the South Slavs
        // and of the Greeks, Koreans and Japanese are the same in all languages.
        if alphabet != Alphabet::SouthSlavic
            && word.chars().any(|c| is_cyrillic(c) || scripts::is_caucasian(c))
            && let Some(own) = ways.first().and_then(|latin| respelled(latin, names))
        {
            ways.insert(1, own);
        }
        Self { known: Vec::new(), ways }
    }

    pub(super) fn count(&self) -> usize {
        self.ways.len() * self.known.len().max(1)
    }

    /// The known spellings, each beside every way of writing the other words.
    pub(super) fn at(&self, at: usize) -> Option<&str> {
        let ways = self.ways.len().max(1);
        let known = (!self.known.is_empty()).then(|| &self.known[at / ways % self.known.len()]);
        known.or(self.ways.get(at % ways)).map(String::as_str)
    }

    pub(super) fn is_known(&self) -> bool {
        !self.known.is_empty()
    }

    /// What is known otherwise, as its letters are read: "Шарлотт" besides "Шарлотта".
    pub(super) fn by_letters(&self, way: usize) -> Option<&str> {
        self.ways.get(way).filter(|_| self.is_known()).map(String::as_str)
    }
}

/// A word in Latin letters as the language of `names` writes them: "Meladse", "Jojlov".
fn respelled(latin: &str, names: &Names) -> Option<String> {
    let mut out = String::with_capacity(latin.len());
    let mut rest = latin;
    while let Some(c) = rest.chars().next() {
        let fits = |(letters, _): &&(&str, &str)| rest.starts_with(letters);
        let (length, letters) =
            match names.letters.iter().filter(fits).max_by_key(|(letters, _)| letters.len()) {
                Some((letters, own)) => (letters.len(), *own),
                None => (c.len_utf8(), &rest[..c.len_utf8()]),
            };
        out.push_str(letters);
        rest = &rest[length..];
    }
    (out != latin).then_some(out)
}

/// How a Latin name is known in Russian, the likeliest first.
fn known_word(word: &str, names: &Names) -> Vec<String> {
    names.russian(word).iter().take(2).map(|&name| name.to_owned()).collect()
}

/// How a Latin name is known in Russian; of a compound each word.
fn known(word: &str, names: &Names) -> Vec<String> {
    let Some((first, second)) = word.split_once(' ') else { return known_word(word, names) };
    let second = known_word(second, names);
    known_word(first, names)
        .iter()
        .flat_map(|first| second.iter().map(move |second| format!("{first} {second}")))
        .collect()
}

/// The ways to write a compound of which one half is known: "Хайнц-Гюнтер".
fn half_known(word: &str, names: &Names) -> Option<Vec<String>> {
    let (first, second) = word.split_once(' ')?;
    let known = |word: &str| known_word(word, names).into_iter().next();
    let ways = match (known(first), known(second)) {
        (Some(first), None) => to_cyrillic(second).iter().map(|second| format!("{first} {second}")).collect(),
        (None, Some(second)) => to_cyrillic(first).iter().map(|first| format!("{first} {second}")).collect(),
        _ => return None,
    };
    Some(ways)
}
