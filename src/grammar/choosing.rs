//! Which of several people an answer names: "the one from sales", "board room three", "Bob". Pure.

use std::collections::HashSet;

use super::contacts::{Contact, EXACT};
use super::matcher::Grammar;
use super::outcome::Candidate;
use crate::text;

impl Grammar {
    /// Everything that may be said for a candidate: the ways to say the name and its additions, as the recogniser
    /// hears them, and the words of the id, which is all that tells people of one name apart.
    pub fn ways_to_say(&self, candidate: &Candidate) -> Vec<String> {
        self.ranked_ways(candidate).into_iter().map(|(phrase, _)| phrase).collect()
    }

    fn ranked_ways(&self, candidate: &Candidate) -> Vec<(String, u8)> {
        let id = candidate.value.as_str().unwrap_or_default().to_owned();
        let contact = Contact { id, name: candidate.name.clone() };
        let spellings = self.ear.as_ref().map(|ear| self.spellings(ear));
        let mut ways: Vec<(String, u8)> = Vec::new();
        self.speller().contact(&contact, &mut |phrase, rank| {
            ways.push((phrase.to_owned(), rank));
            if let Some(spellings) = &spellings {
                spellings.of(phrase, rank, &mut |phrase, rank| ways.push((phrase.to_owned(), rank)));
            }
        });
        ways.extend(text::spoken_words(&contact.id).into_iter().map(|word| (word, u8::MAX)));
        ways.sort_unstable();
        ways.dedup_by(|a, b| a.0 == b.0);
        ways
    }

    /// The candidate that an answer names: whose name it is, or whom more of it fits than anybody else.
    pub fn chosen(&self, words: &[&str], candidates: &[Candidate]) -> Option<Choice> {
        let said: Vec<String> = words.iter().map(|word| text::fold(word)).collect();
        let whole = said.join(" ");
        let ways: Vec<Vec<(String, u8)>> =
            candidates.iter().map(|candidate| self.ranked_ways(candidate)).collect();
        let is_exact = |ways: &Vec<(String, u8)>| ways.iter().any(|way| way.1 == EXACT && way.0 == whole);
        if let Some(index) = only(ways.iter().map(is_exact)) {
            return Some(Choice { index, nothing_else: true });
        }
        let known: Vec<HashSet<&str>> =
            ways.iter().map(|ways| ways.iter().flat_map(|way| way.0.split([' ', '-'])).collect()).collect();
        let said: HashSet<&str> = said.iter().map(String::as_str).collect();
        // Small words ("the one from ...") are part of some names as well; longer ones say more.
        let fit = |known: &HashSet<&str>| said.intersection(known).map(|word| word.chars().count()).sum();
        let fits: Vec<usize> = known.iter().map(fit).collect();
        let best = fits.iter().copied().max().filter(|best| *best > 0)?;
        let index = only(fits.iter().map(|fit| *fit == best))?;
        Some(Choice { index, nothing_else: said.is_subset(&known[index]) })
    }
}

/// Whom an answer names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Which candidate, from 0.
    pub index: usize,
    /// Whether the answer consists of nothing but words of this candidate.
    pub nothing_else: bool,
}

/// The place of the only one that is true.
fn only(all: impl Iterator<Item = bool>) -> Option<usize> {
    let mut places = all.enumerate().filter(|(_, is_so)| *is_so).map(|(place, _)| place);
    let first = places.next()?;
    places.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Pack;

    fn chosen(names: &[&str], answer: &str) -> Option<usize> {
        let Ok(pack) = Pack::from_text("test.yaml", "language: en\nintents: {}\n") else {
            panic!("a sound pack")
        };
        let candidate = |(number, name): (usize, &&str)| Candidate {
            name: (*name).to_owned(),
            value: format!("user{number}@example.org").into(),
        };
        let candidates: Vec<Candidate> = names.iter().enumerate().map(candidate).collect();
        let words: Vec<&str> = answer.split(' ').collect();
        Grammar::new(&pack).chosen(&words, &candidates).map(|choice| choice.index)
    }

    #[test]
    fn by_what_tells_them_apart() {
        let smiths = ["John Smith (Sales)", "John Smith – Board Room 3", "Robert Smith (Sales)"];
        assert_eq!(chosen(&smiths, "john smith of sales"), Some(0));
        assert_eq!(chosen(&smiths, "board room three"), Some(1));
        assert_eq!(chosen(&smiths, "three"), Some(1));
        assert_eq!(chosen(&smiths, "bob please"), Some(2));
        assert_eq!(chosen(&smiths, "the one from sales"), None);
        assert_eq!(chosen(&smiths, "smith"), None);
        assert_eq!(chosen(&smiths, "nobody"), None);
    }

    #[test]
    fn a_whole_name_is_meant_before_a_longer_one() {
        assert_eq!(chosen(&["John Smith", "John Smith (IT)"], "john smith"), Some(0));
        assert_eq!(chosen(&["John Smith", "John Smith (IT)"], "the one of it"), Some(1));
        assert_eq!(chosen(&["Room 1", "Ann Lee (Sales)"], "the one from sales"), Some(1));
    }

    #[test]
    fn numbers_in_words() {
        assert_eq!(chosen(&["Meeting Room 2.14", "Meeting Room 2.15"], "two fifteen"), Some(1));
        assert_eq!(chosen(&["R 101", "R 102"], "one oh two"), Some(1));
    }
}
