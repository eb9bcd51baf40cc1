//! Finding list values in a sentence: which keys of a large set begin at a given position?
//!
//! A hash table over whole keys, probed with a rolling hash, so that a position costs a few hundred nanoseconds
//! however many keys there are, and a change of the list costs one pass over it. Knows keys and numbers, and asks
//! `inflection` what a word can be a form of.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use super::inflection::{Agreement, Cases, EVERY_CASE, Lemma};
use super::{names, transliteration};

/// The keys are hashes already.
#[derive(Default)]
pub(super) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
    /// Which variant of an enumeration it is.
    fn write_isize(&mut self, value: isize) {
        self.0 = self.0.wrapping_add(value.unsigned_abs() as u64);
    }
    fn write_u32(&mut self, value: u32) {
        self.0 = (self.0.rotate_left(26) ^ u64::from(value)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

pub(super) type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<Identity>>;
pub(super) type HashedSet<K> = HashSet<K, BuildHasherDefault<Identity>>;

const PRIME: u64 = 0x100_0000_01B3;
const SEED: u64 = 0xCBF2_9CE4_8422_2325;
const NONE: u32 = u32::MAX;

/// FNV-1a with a final mix; hyphens and underscores count as spaces, so that "living-room" finds "living room".
fn next(hash: u64, byte: u8) -> u64 {
    let byte = if matches!(byte, b'-' | b'_') { b' ' } else { byte };
    (hash ^ u64::from(byte)).wrapping_mul(PRIME)
}

fn mix(hash: u64) -> u64 {
    let hash = hash ^ (hash >> 29);
    hash.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[derive(Debug, Clone)]
struct Entry {
    start: u32,
    len: u32,
    value: u32,
    rank: u8,
    /// The next entry whose key has the same hash.
    next: u32,
}

impl Entry {
    /// Where its key stands in the text of the index.
    fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }

    fn hit(&self, end: usize) -> Hit {
        Hit { end, value: self.value, rank: self.rank }
    }
}

/// A set of keys, each with a value and a rank (0: the best way to say it).
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    text: String,
    entries: Vec<Entry>,
    heads: HashedMap<u64, u32>,
    /// Hashes of every beginning of a key that ends before a space, and of how many keys.
    beginnings: HashedMap<u64, u32>,
    longest: usize,
    /// Keys are found in their case forms, too.
    cases: Option<&'static Cases>,
    /// Keys of words of which only the sounds are left.
    sounds: Option<Box<Index>>,
    /// This is such an index.
    by_sound: bool,
    /// What each value counts as; [`NONE`] for those that do not count any more. Empty: each as itself.
    places: Vec<u32>,
    /// One more than the highest value.
    values: usize,
}

/// Words of a sentence taken back to the nominative, as far as they are the beginning of a key or a whole one.
struct Nominative<'a> {
    key: &'a str,
    hash: u64,
    /// Where the words end in the sentence.
    end: usize,
    /// Whether any word differs from what was said.
    changed: bool,
}

/// The rest of a sentence without marks, as names are also stored.
struct Bare {
    text: String,
    /// Where words end in it, and in the sentence.
    ends: Vec<(usize, usize)>,
}

impl Bare {
    /// None if there are no marks that can be taken off.
    fn of(text: &[u8], start: usize) -> Option<Self> {
        // "é" to "ź" and the "ё".
        let is_marked = |pair: &[u8]| matches!(pair, [0xC3..=0xC8, _] | [0xD1, 0x91]);
        let inside = start > 0 && text.get(start - 1).is_some_and(|before| !is_space(*before));
        let rest = text.get(start..).filter(|rest| !inside && rest.windows(2).any(is_marked))?;
        let rest = std::str::from_utf8(rest).ok()?;
        let mut bare = Self { text: String::with_capacity(rest.len()), ends: Vec::new() };
        for (at, c) in rest.char_indices() {
            if c == ' ' || c == '-' {
                bare.ends.push((bare.text.len(), start + at));
            }
            bare.text.extend(names::unmarked(c));
        }
        bare.ends.push((bare.text.len(), start + rest.len()));
        // Some letters of that range have none.
        (bare.text != rest).then_some(bare)
    }
}

/// A key found in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub end: usize,
    pub value: u32,
    pub rank: u8,
}

impl Hit {
    /// Of one value's keys the longest first, as if it was written "(rob|robert) [hill]".
    fn by_value(&self) -> u64 {
        u64::from(self.value) << 32 | self.shortness() << 8 | u64::from(self.rank)
    }

    fn by_end(&self) -> u64 {
        self.shortness() << 40 | u64::from(self.value) << 8 | u64::from(self.rank)
    }

    /// Sixteen bits: no sentence is longer than that.
    fn shortness(&self) -> u64 {
        u64::from(u16::MAX - u16::try_from(self.end).unwrap_or(u16::MAX))
    }
}

impl Index {
    /// An index with room for about `keys` keys.
    pub(super) fn with_capacity(keys: usize) -> Self {
        Self {
            text: String::with_capacity(keys * 16),
            entries: Vec::with_capacity(keys),
            heads: HashedMap::with_capacity_and_hasher(keys, BuildHasherDefault::default()),
            beginnings: HashedMap::with_capacity_and_hasher(keys / 2, BuildHasherDefault::default()),
            longest: 0,
            ..Self::default()
        }
    }

    /// From now on the keys are found also where they stand in a case form of the language, if it has any: "ивану
    /// смирнову" finds "иван смирнов".
    pub(super) fn decline(&mut self, language: &str) {
        self.cases = Cases::of(language);
        if let Some(sounds) = &mut self.sounds {
            sounds.decline(language);
        }
    }

    /// Adds a key of which only the sounds are left; it is found by words that leave the same ones.
    pub(super) fn insert_sound(&mut self, key: &str, value: u32, rank: u8) {
        let sounds = self.sounds.get_or_insert_with(|| Box::new(Self { by_sound: true, ..Self::default() }));
        sounds.insert(key, value, rank);
    }

    /// The case forms of a key, if this index finds them.
    pub(super) fn forms(&self, key: &str, take: &mut dyn FnMut(&str)) {
        if let Some(cases) = self.cases {
            cases.forms(key, take);
        }
    }

    /// Adds a key, which must be in comparison form. Of one value's equal keys the best rank counts.
    pub(super) fn insert(&mut self, key: &str, value: u32, rank: u8) {
        if key.is_empty() {
            return;
        }
        self.values = self.values.max(value as usize + 1);
        let mut hash = SEED;
        for byte in key.bytes() {
            if byte == b' ' {
                *self.beginnings.entry(mix(hash)).or_default() += 1;
            }
            hash = next(hash, byte);
        }
        let (Ok(index), Ok(start), Ok(len)) =
            (u32::try_from(self.entries.len()), u32::try_from(self.text.len()), u32::try_from(key.len()))
        else {
            return;
        };
        let head = self.heads.entry(mix(hash)).or_insert(NONE);
        let mut at = *head;
        // Keys come value by value, so those of the same value stand at the head of the chain.
        while let Some(entry) = self.entries.get_mut(at as usize).filter(|entry| entry.value == value) {
            if self.text.get(entry.range()) == Some(key) {
                entry.rank = entry.rank.min(rank);
                return;
            }
            at = entry.next;
        }
        // Two hundred people have the given name: it is kept once.
        let same = self.entries.get(*head as usize);
        let same = same.filter(|entry| self.text.get(entry.range()) == Some(key));
        let start = same.map_or(start, |entry| entry.start);
        if same.is_none() {
            self.text.push_str(key);
        }
        self.entries.push(Entry { start, len, value, rank, next: *head });
        *head = index;
        self.longest = self.longest.max(key.len());
    }

    /// One more than the highest value that any key had.
    pub(super) fn values(&self) -> usize {
        self.values.max(self.places.len())
    }

    /// From now on, of `values` values only `numbers` count, each as its place among them.
    pub(super) fn place(&mut self, numbers: &[u32], values: usize) {
        self.places = vec![NONE; values];
        for (number, place) in numbers.iter().zip(0..) {
            if let Some(slot) = self.places.get_mut(*number as usize) {
                *slot = place;
            }
        }
    }

    /// A key that was added once is the key of nobody any more: what begins it is no beginning.
    pub(super) fn forget(&mut self, key: &str) {
        let mut hash = SEED;
        for byte in key.bytes() {
            if byte == b' '
                && let Some(count) = self.beginnings.get_mut(&mix(hash))
            {
                *count -= 1;
                if *count == 0 {
                    self.beginnings.remove(&mix(hash));
                }
            }
            hash = next(hash, byte);
        }
    }

    /// As [`Index::forget`], of a key of which only the sounds are left.
    pub(super) fn forget_sound(&mut self, key: &str) {
        if let Some(sounds) = &mut self.sounds {
            sounds.forget(key);
        }
    }

    fn placed(&self, value: u32) -> u32 {
        if self.places.is_empty() { value } else { self.places.get(value as usize).copied().unwrap_or(NONE) }
    }

    /// Leaves of the hits from `first` on those whose values count.
    fn settle(&self, hits: &mut Vec<Hit>, first: usize) {
        if self.places.is_empty() {
            return;
        }
        let mut kept = first;
        for at in first..hits.len() {
            let value = self.placed(hits[at].value);
            if value != NONE {
                hits[kept] = Hit { value, ..hits[at] };
                kept += 1;
            }
        }
        hits.truncate(kept);
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether `text` may be part of a key; says yes too often rather than too rarely.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// All keys with their values and ranks, in order of insertion.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u32, u8)> {
        let counting = self.entries.iter().filter(|entry| self.placed(entry.value) != NONE);
        counting.map(|entry| {
            let key = self.text.get(entry.range());
            (key.unwrap_or_default(), self.placed(entry.value), entry.rank)
        })
    }

    /// The keys of a hash.
    fn keys_at(&self, hash: u64) -> impl Iterator<Item = (&[u8], &Entry)> {
        let mut at = self.heads.get(&mix(hash)).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let entry = self.entries.get(at as usize)?;
            at = entry.next;
            Some((&self.text.as_bytes()[entry.range()], entry))
        })
    }

    /// Appends every key that `text` holds at `start`, by value, longer ones of the same value first.
    pub(super) fn find(&self, text: &[u8], start: usize, hits: &mut Vec<Hit>) {
        self.find_in_order(text, start, hits, Hit::by_value);
    }

    /// As [`Index::find`], the longest keys first, and those of one length by value.
    pub(super) fn find_longest_first(&self, text: &[u8], start: usize, hits: &mut Vec<Hit>) {
        self.find_in_order(text, start, hits, Hit::by_end);
    }

    fn find_in_order(&self, text: &[u8], start: usize, hits: &mut Vec<Hit>, order: fn(&Hit) -> u64) {
        let first = hits.len();
        let mut hash = SEED;
        for (length, byte) in text.get(start..).unwrap_or_default().iter().take(self.longest).enumerate() {
            hash = next(hash, *byte);
            let end = start + length + 1;
            let mut known = None;
            for (key, entry) in self.keys_at(hash) {
                if known == Some(entry.start) || same(key, &text[start..end]) {
                    known = Some(entry.start);
                    hits.push(entry.hit(end));
                }
            }
        }
        self.nominatives(text, start, &mut |found| {
            if !found.changed {
                return;
            }
            let said = self.keys_at(found.hash).filter(|(key, _)| *key == found.key.as_bytes());
            hits.extend(said.map(|(_, entry)| entry.hit(found.end)));
        });
        if let Some(bare) = Bare::of(text, start) {
            self.bare(&bare, hits);
        }
        self.settle(hits, first);
        // Only what was not heard as it is written.
        if let Some(sounds) =
            self.sounds.as_ref().filter(|_| hits[first..].iter().all(|hit| hit.end < text.len()))
        {
            let first = hits.len();
            sounds.heard(text, start, hits);
            self.settle(hits, first);
        }
        if hits.len() > first + 1 {
            hits[first..].sort_unstable_by_key(order);
            // Two keys of one value may have a form in common.
            let mut kept = first;
            for at in first + 1..hits.len() {
                if (hits[at].value, hits[at].end) != (hits[kept].value, hits[kept].end) {
                    kept += 1;
                    hits[kept] = hits[at];
                }
            }
            hits.truncate(kept + 1);
        }
    }

    /// Appends the keys of which the words at `start` have the sounds.
    fn heard(&self, text: &[u8], start: usize, hits: &mut Vec<Hit>) {
        self.nominatives(text, start, &mut |found| {
            let said = self.keys_at(found.hash).filter(|(key, _)| *key == found.key.as_bytes());
            hits.extend(said.map(|(_, entry)| entry.hit(found.end)));
        });
    }

    /// Whether `rest` is a beginning of a key that ends before a space: at least one word can follow.
    pub(super) fn is_beginning(&self, rest: &[u8]) -> bool {
        if rest.len() <= self.longest
            && self.beginnings.contains_key(&mix(rest.iter().fold(SEED, |hash, b| next(hash, *b))))
        {
            return true;
        }
        let mut is = false;
        self.nominatives(rest, 0, &mut |found| {
            is |= found.end == rest.len() && self.beginnings.contains_key(&mix(found.hash));
        });
        is || Bare::of(rest, 0).is_some_and(|bare| self.is_beginning(bare.text.as_bytes()))
    }

    /// Appends the keys that begin a text that was taken its marks off: who writes "Sofia" is called "Sofía".
    fn bare(&self, bare: &Bare, hits: &mut Vec<Hit>) {
        let mut see = |hash: u64, key: &str, end: usize| {
            let Some((_, end)) = bare.ends.iter().find(|(here, _)| *here == end) else { return };
            let said = self.keys_at(hash).filter(|(own, _)| same(own, key.as_bytes()));
            hits.extend(said.map(|(_, entry)| entry.hit(*end)));
        };
        let mut hash = SEED;
        let mut from = 0;
        for (end, _) in &bare.ends {
            hash = bare.text.as_bytes()[from..*end].iter().fold(hash, |hash, byte| next(hash, *byte));
            from = *end;
            see(hash, &bare.text[..*end], *end);
        }
        self.nominatives(bare.text.as_bytes(), 0, &mut |found| {
            if found.changed {
                see(found.hash, found.key, found.end);
            }
        });
    }

    /// Gives `see` every nominative of the words at `start` that is a key or the beginning of one, word by word.
    fn nominatives(&self, text: &[u8], start: usize, see: &mut dyn FnMut(&Nominative<'_>)) {
        if self.cases.is_none() && !self.by_sound {
            return;
        }
        let inside = start > 0 && text.get(start - 1).is_some_and(|before| !is_space(*before));
        let Some(text) = std::str::from_utf8(text).ok().filter(|_| !inside) else { return };
        let mut key = String::with_capacity(self.longest + 8);
        self.extend(text, &mut key, (SEED, start, EVERY_CASE, false), see);
    }

    fn extend(
        &self,
        text: &str,
        key: &mut String,
        (hash, start, agreement, changed): (u64, usize, Agreement, bool),
        see: &mut dyn FnMut(&Nominative<'_>),
    ) {
        let Some(rest) = text.get(start..) else { return };
        let end = start + rest.bytes().position(is_space).unwrap_or(rest.len());
        let word = &text[start..end];
        if word.is_empty() || key.len() + word.len() > self.longest + MOST_ADDED {
            return;
        }
        let before = key.len();
        let after_link = before > 0 && self.cases.is_some_and(|cases| cases.is_link(word));
        let mut step = |lemma: Lemma| {
            key.truncate(before);
            key.push_str(&word[..lemma.stem]);
            key.push_str(lemma.ending);
            let agreement = if after_link || agreement == UNCHANGED {
                if lemma.stem < word.len() || !lemma.ending.is_empty() {
                    return;
                }
                UNCHANGED
            } else {
                let own = lemma.agreement;
                agreement & self.cases.map_or(own, |cases| cases.agreement_of(&key[before..], own))
            };
            if agreement == 0 {
                return;
            }
            if self.by_sound {
                let sound = transliteration::sound_form(&key[before..]);
                key.truncate(before);
                key.push_str(&sound);
            }
            let hash = key[before..].bytes().fold(hash, next);
            let goes_on = self.beginnings.contains_key(&mix(hash));
            if !goes_on && !self.heads.contains_key(&mix(hash)) {
                return;
            }
            let changed = changed || lemma.stem < word.len() || !lemma.ending.is_empty();
            see(&Nominative { key: key.as_str(), hash, end, changed });
            if goes_on && end < text.len() {
                key.push(' ');
                self.extend(text, key, (next(hash, b' '), end + 1, agreement, changed), see);
            }
        };
        match self.cases.filter(|_| agreement != UNCHANGED) {
            Some(cases) => cases.lemmas(word, step),
            None => step(Lemma { stem: word.len(), ending: "", agreement }),
        }
        key.truncate(before);
    }
}

/// Not a case: from here on, everything stays as it is.
const UNCHANGED: Agreement = 1 << 15;

/// By how many bytes a case form can be longer than its nominative, at most, in a whole name.
const MOST_ADDED: usize = 32;

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'_')
}

/// A space of the key stands for a space, hyphen or underscore of the text.
fn same(key: &[u8], text: &[u8]) -> bool {
    key.len() == text.len()
        && key.iter().zip(text).all(|(key, text)| key == text || *key == b' ' && matches!(text, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(keys: &[&str]) -> Index {
        let mut index = Index::default();
        for (value, key) in keys.iter().enumerate() {
            index.insert(key, u32::try_from(value).unwrap_or(NONE), 0);
        }
        index
    }

    fn found(index: &Index, text: &str, start: usize) -> Vec<(usize, u32)> {
        let mut hits = Vec::new();
        index.find(text.as_bytes(), start, &mut hits);
        hits.iter().map(|hit| (hit.end, hit.value)).collect()
    }

    #[test]
    fn finds_every_key_at_a_position() {
        let index = index(&["bob", "bob hill", "hill", "bob"]);
        assert_eq!(found(&index, "call bob hill", 5), [(8, 0), (13, 1), (8, 3)]);
        assert_eq!(found(&index, "call bob hill", 9), [(13, 2)]);
        assert_eq!(found(&index, "bob-hill", 0), [(3, 0), (8, 1), (3, 3)]);
        assert_eq!(found(&index, "rob", 0), []);
    }

    #[test]
    fn a_hyphen_in_a_key_is_not_a_space() {
        assert_eq!(found(&index(&["bob-hill"]), "bob hill", 0), []);
        assert_eq!(found(&index(&["bob-hill"]), "bob-hill", 0), [(8, 0)]);
    }

    #[test]
    fn knows_beginnings() {
        let index = index(&["john paul smith"]);
        assert!(index.is_beginning(b"john") && index.is_beginning(b"john paul"));
        assert!(!index.is_beginning(b"john paul smith") && !index.is_beginning(b"jo"));
    }

    #[test]
    fn letters_that_only_look_marked_stay() {
        let index = index(&["strasse eins", "sofia"]);
        assert!(index.is_beginning("straße".as_bytes()));
        for odd in ["ŋ", "ŧa", "÷", "ǂ sofia"] {
            assert!(!index.is_beginning(odd.as_bytes()), "{odd}");
            assert_eq!(found(&index, odd, 0), [], "{odd}");
        }
        assert_eq!(found(&index, "sofía", 0), [("sofía".len(), 1)]);
    }

    #[test]
    fn finds_case_forms() {
        let mut index = index(&["павел смирнов", "павел", "римский корсаков"]);
        assert_eq!(found(&index, "павлу смирнову", 0), [], "only where it is asked for");
        index.decline("ru");
        let end = "павлу".len();
        assert_eq!(found(&index, "павлу смирнову пора", 0), [("павлу смирнову".len(), 0), (end, 1)]);
        assert_eq!(found(&index, "с павлом", "с ".len()), [("с павлом".len(), 1)]);
        assert_eq!(found(&index, "римскому-корсакову", 0), [("римскому корсакову".len(), 2)]);
        assert_eq!(found(&index, "павлу смирновым", 0), [(end, 1)], "given name and surname must agree");
        assert_eq!(found(&index, "спавлу", 1), [], "not inside a word");
        assert!(index.is_beginning("павлу".as_bytes()) && !index.is_beginning("павлу смирнову".as_bytes()));
    }

    #[test]
    fn women_have_masculine_titles() {
        let mut index = index(&["юрист громова", "главный бухгалтер орлова", "иван громова"]);
        index.decline("ru");
        for said in ["юристу громовой", "главному бухгалтеру орловой"]
        {
            assert_eq!(found(&index, said, 0).len(), 1, "{said}");
        }
        assert_eq!(found(&index, "ивану громовой", 0), []);
    }

    #[test]
    fn one_value_keeps_its_best_rank() {
        let mut index = Index::default();
        index.insert("bob", 7, 2);
        index.insert("bob", 7, 0);
        assert_eq!(index.iter().collect::<Vec<_>>(), [("bob", 7, 0)]);
    }
}
