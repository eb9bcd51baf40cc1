//! Spellings from known words for words that a recogniser does not know: "Szczepański" as "step on ski".
//!
//! The vocabulary is a tree of sounds. A beam goes through the sounds of the unknown word and through the tree at
//! once, back to its root where a word ends, and keeps the cheapest ways, so that the time per word is bounded
//! however large the vocabulary is. Knows words and sounds, nothing of recognisers.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::index::HashedMap;
use super::phonetics::{self, PHONES, Phone};

/// A spelling that sounds like a word.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundAlike {
    /// Known words, with spaces between them.
    pub words: String,
    /// How far apart they sound: 0 the same, 1 nothing in common.
    pub distance: f32,
}

/// Farther apart than this, a spelling would be heard for something else.
const FARTHEST: f32 = 0.34;
/// A spelling that is so much worse than the best one is not worth having.
const BEHIND_BEST: f32 = 0.1;
/// As near as this, it is the same word for any ear.
pub(super) const SAME: f32 = 0.06;
/// Spellings that are kept for one word.
const MOST: usize = 6;
/// Words of one spelling.
const MAX_WORDS: u8 = 3;
/// What a further word costs, in hundredths: one word is better than three that are little nearer.
const FURTHER_WORD: u32 = 45;
/// What a further word costs when spellings are put in order.
const PER_SPACE: f32 = 0.05;
/// Ways that are followed at each sound.
const BEAM: usize = 72;
/// Ways that are so much dearer than the best one at a sound are dropped.
const BEAM_COST: u32 = 190;
/// Longer words are no names.
const MAX_PHONES: usize = 40;

/// The words that a recogniser knows, by sound. Made once per vocabulary; remembers what it found.
#[derive(Debug)]
pub struct SoundAlikes {
    language: String,
    known: HashSet<Box<str>>,
    words: Vec<Box<str>>,
    nodes: Vec<Node>,
    found: Mutex<HashMap<String, Arc<[SoundAlike]>>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    phone: u8,
    /// Children stand side by side.
    children: (u32, u32),
    /// The words that end here.
    words: (u32, u32),
}

/// A way through the word and the tree.
#[derive(Debug, Clone, Copy)]
struct Way {
    node: u32,
    words: u8,
    /// Where its words so far are noted.
    trail: u32,
}

/// A word that a way has taken, and those before it.
struct Trail {
    before: u32,
    node: u32,
}

const ROOT: u32 = 0;
const NO_TRAIL: u32 = u32::MAX;

impl SoundAlikes {
    /// Sorts a vocabulary by sound, as speakers of `language` read it.
    pub fn new<'a>(language: &str, vocabulary: impl IntoIterator<Item = &'a str>) -> Self {
        let known: HashSet<Box<str>> = vocabulary.into_iter().map(Box::from).collect();
        let mut spoken: Vec<(Vec<Phone>, &str)> = known
            .iter()
            .map(AsRef::as_ref)
            .filter(|word: &&str| is_usable(word))
            .map(|word| (phonetics::sounds(language, word), word))
            .filter(|(phones, _)| !phones.is_empty())
            .collect();
        spoken.sort_unstable();
        let words = spoken.iter().map(|(_, word)| Box::from(*word)).collect();
        let mut nodes = vec![Node::default()];
        grow(&mut nodes, ROOT, &spoken, (0, spoken.len()), 0);
        Self { language: language.to_owned(), known, words, nodes, found: Mutex::default() }
    }

    /// Whether the recogniser knows a word. An empty vocabulary is one that does not tell: nothing is held against it.
    pub fn knows(&self, word: &str) -> bool {
        self.known.is_empty() || self.known.contains(word)
    }

    /// The spellings of a word that is not known, the nearest first; none if nothing comes near.
    pub fn of(&self, word: &str) -> Arc<[SoundAlike]> {
        let found = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = found().get(word) {
            return Arc::clone(known);
        }
        // Nobody waits for a search.
        let alikes: Arc<[SoundAlike]> = self.search(word).into();
        found().insert(word.to_owned(), Arc::clone(&alikes));
        alikes
    }

    fn search(&self, word: &str) -> Vec<SoundAlike> {
        let mut all: Vec<SoundAlike> = Vec::new();
        for (number, phones) in phonetics::readings(&self.language, word).iter().enumerate() {
            for mut alike in self.like(phones, word) {
                // How it is read in its own language comes first, at an equal distance.
                #[expect(clippy::cast_precision_loss, reason = "at most three readings")]
                let later = 0.02 * number as f32;
                alike.distance = (alike.distance + later).min(1.0);
                match all.iter_mut().find(|other| other.words == alike.words) {
                    Some(other) => other.distance = other.distance.min(alike.distance),
                    None => all.push(alike),
                }
            }
        }
        // One word that is a little farther off is heard better than three that are nearer.
        let dearness = |alike: &SoundAlike| alike.distance + PER_SPACE * spaces(&alike.words);
        all.sort_by(|a, b| dearness(a).total_cmp(&dearness(b)).then_with(|| a.words.cmp(&b.words)));
        let best = all.iter().map(|alike| alike.distance).fold(1.0, f32::min);
        all.retain(|alike| alike.distance <= FARTHEST && alike.distance <= best + BEHIND_BEST);
        all.truncate(MOST);
        all
    }

    /// The spellings of a sequence of sounds.
    fn like(&self, phones: &[Phone], written: &str) -> Vec<SoundAlike> {
        let weight: u32 = phones.iter().map(|phone| u32::from(phone.weight())).sum();
        if phones.len() > MAX_PHONES || weight == 0 || self.words.is_empty() {
            return Vec::new();
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "small"
        )]
        let limit = (weight as f32 * FARTHEST) as u32 + FURTHER_WORD * u32::from(MAX_WORDS - 1);
        let mut trails: Vec<Trail> = Vec::new();
        let mut now: HashedMap<(u32, u32), (u32, Way)> = HashedMap::default();
        let mut ends: Vec<(u32, u32)> = Vec::new();
        let start = Way { node: ROOT, words: 0, trail: NO_TRAIL };
        now.insert(key(&start), (0, start));
        for at in 0..=phones.len() {
            let mut then: HashedMap<(u32, u32), (u32, Way)> = HashedMap::default();
            let best = now.values().map(|(cost, _)| *cost).min().unwrap_or(0);
            let mut open: BinaryHeap<Reverse<(u32, u32, u32)>> =
                now.iter().map(|(key, (cost, _))| Reverse((*cost, key.0, key.1))).collect();
            let mut followed = 0;
            while let Some(Reverse((cost, node, words))) = open.pop() {
                let Some((current, way)) = now.get(&(node, words)).copied() else { continue };
                if current < cost {
                    continue;
                }
                followed += 1;
                if followed > BEAM || cost > best + BEAM_COST {
                    break;
                }
                let place = self.nodes[way.node as usize];
                let mut also_now = |cost: u32, way: Way, now: &mut HashedMap<(u32, u32), (u32, Way)>| {
                    if cost <= limit && better(now, cost, &way) {
                        open.push(Reverse((cost, way.node, u32::from(way.words))));
                    }
                };
                if place.words.0 < place.words.1 {
                    trails.push(Trail { before: way.trail, node: way.node });
                    let trail = u32::try_from(trails.len() - 1).unwrap_or(NO_TRAIL);
                    if at == phones.len() {
                        ends.push((cost, trail));
                    } else if way.words + 1 < MAX_WORDS {
                        let next = Way { node: ROOT, words: way.words + 1, trail };
                        also_now(cost + FURTHER_WORD, next, &mut now);
                    }
                }
                let heard = phones.get(at);
                if let Some(heard) = heard {
                    // Left out by the spelling.
                    let cost = cost + u32::from(heard.weight());
                    if cost <= limit {
                        better(&mut then, cost, &way);
                    }
                }
                for child in place.children.0..place.children.1 {
                    let phone = Phone::at(self.nodes[child as usize].phone);
                    let next = Way { node: child, ..way };
                    // Added by the spelling.
                    also_now(cost + u32::from(phone.weight()), next, &mut now);
                    if let Some(heard) = heard {
                        let cost = cost + u32::from(heard.cost(phone));
                        if cost <= limit {
                            better(&mut then, cost, &next);
                        }
                    }
                }
            }
            now = then;
        }
        ends.sort_unstable();
        let mut alikes = Vec::new();
        for (cost, trail) in ends.into_iter().take(MOST) {
            let mut words = Vec::new();
            let mut at = trail;
            while let Some(step) = trails.get(at as usize) {
                words.push(self.spelling(step.node, written));
                at = step.before;
            }
            words.reverse();
            let further = u32::try_from(words.len()).unwrap_or(1).saturating_sub(1) * FURTHER_WORD;
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let distance = cost.saturating_sub(further) as f32 / weight as f32;
            alikes.push(SoundAlike { words: words.join(" "), distance });
        }
        alikes
    }

    /// Of the words with the same sounds, the one that looks most like the word.
    fn spelling(&self, node: u32, written: &str) -> &str {
        let (from, to) = self.nodes[node as usize].words;
        let words = self.words.get(from as usize..to as usize).unwrap_or_default();
        let likeness = |word: &str| strsim::jaro(word, written);
        let by_likeness = |a: &&str, b: &&str| likeness(a).total_cmp(&likeness(b));
        words.iter().map(AsRef::as_ref).max_by(by_likeness).unwrap_or("")
    }
}

fn spaces(words: &str) -> f32 {
    words.bytes().filter(|byte| *byte == b' ').map(|_| 1.0).sum()
}

fn key(way: &Way) -> (u32, u32) {
    (way.node, u32::from(way.words))
}

/// Keeps a way if it is cheaper than the one that is there already.
fn better(ways: &mut HashedMap<(u32, u32), (u32, Way)>, cost: u32, way: &Way) -> bool {
    let entry = ways.entry(key(way)).or_insert((u32::MAX, *way));
    let is_better = cost < entry.0;
    if is_better {
        *entry = (cost, *way);
    }
    is_better
}

/// Single letters, and what is not all letters, would be heard in anything.
fn is_usable(word: &str) -> bool {
    word.chars().count() > 1
        && word.chars().all(|c| c.is_alphabetic() || c == '\'')
        && !word.starts_with('\'')
}

/// Adds the children of a node: the words `range`, which begin with the same `depth` sounds.
fn grow(nodes: &mut Vec<Node>, at: u32, words: &[(Vec<Phone>, &str)], range: (usize, usize), depth: usize) {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let ending = words[range.0..range.1].iter().take_while(|(phones, _)| phones.len() == depth).count();
    nodes[at as usize].words = (number(range.0), number(range.0 + ending));
    let mut groups: Vec<(u8, usize, usize)> = Vec::new();
    for (place, (phones, _)) in words.iter().enumerate().take(range.1).skip(range.0 + ending) {
        let Some(phone) = phones.get(depth) else { continue };
        #[expect(clippy::cast_possible_truncation, reason = "there are 33 sounds")]
        let phone = phone.index() as u8;
        match groups.last_mut() {
            Some(group) if group.0 == phone => group.2 = place + 1,
            _ => groups.push((phone, place, place + 1)),
        }
    }
    debug_assert!(groups.len() <= PHONES);
    let first = nodes.len();
    nodes[at as usize].children = (number(first), number(first + groups.len()));
    nodes.extend(groups.iter().map(|group| Node { phone: group.0, ..Node::default() }));
    for (offset, (_, from, to)) in groups.into_iter().enumerate() {
        grow(nodes, number(first + offset), words, (from, to), depth + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ear() -> SoundAlikes {
        let words = [
            "step", "on", "ski", "dmitri", "smith", "miller", "mule", "her", "luden", "shite", "call",
            "hang", "up", "mute", "brown", "stan", "is", "love", "knee", "key", "a", "x",
        ];
        SoundAlikes::new("en", words)
    }

    #[test]
    fn one_word_or_several() {
        let ear = ear();
        let best = |word: &str| ear.of(word).first().map(|alike| alike.words.clone());
        assert_eq!(best("smithh").as_deref(), Some("smith"));
        assert_eq!(best("dmitriy").as_deref(), Some("dmitri"));
        assert_eq!(best("szczepański").as_deref(), Some("step on ski"));
        assert_eq!(best("Дмитрий").as_deref(), Some("dmitri"));
    }

    #[test]
    fn what_is_far_from_everything_has_no_spelling() {
        assert!(ear().of("wojciech").is_empty());
        assert!(ear().of("王").is_empty() && ear().of("").is_empty());
    }

    #[test]
    fn an_unknown_vocabulary_knows_everything() {
        let ear = SoundAlikes::new("en", []);
        assert!(ear.knows("anything") && ear.of("anything").is_empty());
    }
}
