//! How often each phrase of a cover is given to the recogniser: what people say often must weigh more than what is
//! merely possible. Knows numbers of words and of intents, nothing of what they mean.
//!
//! The recogniser estimates its model from how often a word follows another, and a sentence may begin with any word, as
//! likely as it is anywhere in the phrases. So an intent with a thousand phrases (names, volumes of other people) would
//! be heard where somebody said one of three short commands. Every intent therefore gets about the same weight, spread
//! over its phrases, those of its names and numbers apart; the intents of every day get three times as much.

use std::collections::HashMap;

/// The phrases of one template, as numbers of words.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The intent; none for words that belong to none.
    pub intent: Option<u32>,
    /// People say it every day.
    pub common: bool,
    /// Phrases of the template's own words, with one value for each list.
    pub own: Vec<Vec<u32>>,
    /// Further phrases for the other values.
    pub values: Vec<Vec<u32>>,
}

/// The weight of an intent, in thirds of the mean number of phrases per intent.
const COMMON: usize = 6;
const RARE: usize = 2;

/// One word in so many of those behind a prefix stands for so much weight of the phrases that begin with it.
const PREFIX_SHARE: usize = 10;

/// Each phrase with how often it is given.
pub(super) fn weighted(groups: &[Group]) -> Vec<(&[u32], usize)> {
    let mut sizes: HashMap<u32, (usize, usize)> = HashMap::new();
    for group in groups {
        if let Some(intent) = group.intent {
            let size = sizes.entry(intent).or_default();
            size.0 += group.own.len();
            size.1 += group.values.len();
        }
    }
    let all: usize = sizes.values().map(|(own, values)| own + values).sum();
    let mean = all / sizes.len().max(1);
    let mut phrases = Vec::with_capacity(2 * all);
    for group in groups {
        let weight = mean * if group.common { COMMON } else { RARE } / 3;
        let (own, values) = group.intent.and_then(|intent| sizes.get(&intent)).copied().unwrap_or_default();
        let times = |phrases: usize| match group.intent {
            Some(_) => (weight / phrases.max(1)).max(1),
            None => 1,
        };
        phrases.extend(group.own.iter().map(|phrase| (phrase.as_slice(), times(own))));
        phrases.extend(group.values.iter().map(|phrase| (phrase.as_slice(), times(values))));
    }
    phrases
}

/// The words with which phrases begin, each with how often it is given behind a prefix.
pub(super) fn beginnings(phrases: &[(&[u32], usize)]) -> Vec<(u32, usize)> {
    let mut order: Vec<(u32, usize)> = Vec::new();
    let mut places: HashMap<u32, usize> = HashMap::new();
    for (phrase, times) in phrases {
        let Some(first) = phrase.first() else { continue };
        let place = *places.entry(*first).or_insert_with(|| {
            order.push((*first, 0));
            order.len() - 1
        });
        order[place].1 += times;
    }
    for (_, times) in &mut order {
        *times = times.div_ceil(PREFIX_SHARE);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(intent: u32, common: bool, own: usize, values: usize) -> Group {
        let phrases = |count: usize| (0..count).map(|_| vec![intent + 1]).collect();
        Group { intent: Some(intent), common, own: phrases(own), values: phrases(values) }
    }

    fn weight(phrases: &[(&[u32], usize)], intent: u32) -> usize {
        phrases.iter().filter(|(phrase, _)| phrase[0] == intent + 1).map(|(_, times)| times).sum()
    }

    #[test]
    fn a_big_intent_does_not_drown_a_small_one() {
        let groups = [group(0, false, 3, 0), group(1, true, 3, 0), group(2, true, 50, 3000)];
        let phrases = weighted(&groups);
        assert!(weight(&phrases, 0) * 10 > weight(&phrases, 2), "{phrases:?}");
        assert!(weight(&phrases, 1) >= 2 * weight(&phrases, 0));
    }

    #[test]
    fn nothing_is_left_out_and_small_grammars_stay_small() {
        let groups = [group(0, false, 1, 0), group(1, false, 1, 9)];
        let phrases = weighted(&groups);
        assert_eq!(phrases.len(), 11);
        assert!(phrases.iter().all(|(_, times)| (1..=10).contains(times)), "{phrases:?}");
    }

    #[test]
    fn behind_a_prefix_words_keep_their_share() {
        let (a, b) = ([1, 2], [3]);
        assert_eq!(beginnings(&[(&a, 100), (&b, 1), (&a[..1], 11)]), [(1, 12), (3, 1)]);
    }
}
