//! A sentence as it was heard, word by word, with what tells which words may be other ones.

use super::lattice::Lattice;
use super::words::Kind;
use crate::grammar::matcher::Grammar;
use crate::grammar::phonetics::{self, Phone};

/// What was heard, word by word.
pub(super) struct Heard<'a> {
    pub(super) text: &'a str,
    /// Where each word begins and ends.
    pub(super) spans: Vec<(usize, usize)>,
    pub(super) sounds: Vec<Vec<Phone>>,
    pub(super) known: Vec<Option<u32>>,
    kinds: Vec<Kind>,
    confidences: &'a [f32],
    /// Skip phrases: from this word, as many words.
    pub(super) skips: Vec<Vec<usize>>,
}

impl<'a> Heard<'a> {
    pub(super) fn new(grammar: &Grammar, lattice: &Lattice, text: &'a str, confidences: &'a [f32]) -> Self {
        let mut spans = Vec::new();
        let mut at = 0;
        for word in text.split(' ') {
            spans.push((at, at + word.len()));
            at += word.len() + 1;
        }
        let words: Vec<&str> = text.split(' ').collect();
        let skips = (0..words.len())
            .map(|at| {
                let fits = |phrase: &&[String]| {
                    words.get(at..at + phrase.len()).is_some_and(|said| said.iter().eq(phrase.iter()))
                };
                grammar.skip.phrases().filter(fits).map(<[String]>::len).collect()
            })
            .collect();
        let mut kinds: Vec<Kind> = words.iter().map(|word| lattice.kind(word)).collect();
        for at in 0..words.len() {
            let beside = |place: Option<usize>| {
                place.and_then(|place| kinds.get(place)).is_some_and(|kind| *kind == Kind::Number)
            };
            // "oh" among digits is one.
            if kinds[at] == Kind::Filler
                && lattice.is_number(words[at])
                && (beside(at.checked_sub(1)) || beside(Some(at + 1)))
            {
                kinds[at] = Kind::Number;
            }
        }
        Self {
            text,
            sounds: words.iter().map(|word| phonetics::sounds(grammar.language(), word)).collect(),
            known: words.iter().map(|word| lattice.known(word)).collect(),
            kinds,
            confidences: if confidences.len() == words.len() { confidences } else { &[] },
            spans,
            skips,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn word(&self, at: usize) -> &str {
        self.spans.get(at).and_then(|(start, end)| self.text.get(*start..*end)).unwrap_or_default()
    }

    pub(super) fn kind(&self, at: usize) -> Kind {
        self.kinds.get(at).copied().unwrap_or_default()
    }

    pub(super) fn confidence(&self, at: usize) -> f32 {
        self.confidences.get(at).copied().unwrap_or(1.0).clamp(0.0, 1.0)
    }

    /// The word after the one that ends at a byte; none inside a word.
    pub(super) fn after(&self, end: usize) -> Option<usize> {
        self.spans.binary_search_by_key(&end, |(_, end)| *end).ok().map(|at| at + 1)
    }
}
