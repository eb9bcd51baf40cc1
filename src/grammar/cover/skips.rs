//! Skip words in a cover: what may stand between the words of any sentence.

use std::collections::BTreeMap;

use super::balance::Group;
use super::builder::Cover;
use super::paths::MAX_PATH;

impl Cover<'_> {
    /// The skip words. The first one of the pack is listened for before, behind and between any two words of a
    /// template; every other one is given alone. The recogniser lets it stand beside any word all the same, at the price
    /// of a rare one: pairs with all words, four fifths of a cover, would cost more commands than they win fillers.
    pub(super) fn skip_words(&mut self) {
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
}
