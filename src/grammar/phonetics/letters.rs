//! Spelling rules: which letters, between which others, sound like what.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::phone::Phone;

/// The script of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    Latin,
    Cyrillic,
    Greek,
    Other,
}

impl Alphabet {
    /// The script of the word's first letter that has one.
    pub(super) fn of(word: &str) -> Self {
        let script = |c: char| match c {
            'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(Self::Latin),
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Self::Greek),
            '\u{400}'..='\u{52f}' => Some(Self::Cyrillic),
            c if c.is_alphabetic() => Some(Self::Other),
            _ => None,
        };
        word.chars().find_map(script).unwrap_or(Self::Other)
    }
}

/// A rule: `left<letters>right sounds`.
#[derive(Debug, Clone)]
struct Rule {
    left: Vec<char>,
    letters: Vec<char>,
    right: Vec<char>,
    sounds: Vec<Phone>,
}

/// The rules of a language, by the first letter they read, in the order in which they are tried.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    by_letter: HashMap<char, Vec<Rule>>,
    /// The rules that follow behind all of these.
    base: Option<Box<Rules>>,
}

impl Rules {
    /// Rules that go before `base`.
    pub(super) fn on(base: Self) -> Self {
        let base = (!base.by_letter.is_empty()).then(|| Box::new(base));
        Self { by_letter: HashMap::new(), base }
    }

    /// Adds a line of the data: alternatives with spaces between them, a tab or `=` before the sounds.
    pub(super) fn add(&mut self, line: &str) {
        let Some((patterns, sounds)) = line.split_once('=') else { return };
        let sounds: Vec<Phone> = sounds.trim().chars().filter_map(Phone::of).collect();
        for pattern in patterns.split_whitespace() {
            let (left, rest) = pattern.split_once('<').unwrap_or(("", pattern));
            let (letters, right) = rest.split_once('>').unwrap_or((rest, ""));
            let rule = Rule {
                left: left.chars().collect(),
                letters: letters.chars().collect(),
                right: right.chars().collect(),
                sounds: sounds.clone(),
            };
            if let Some(first) = rule.letters.first() {
                self.by_letter.entry(*first).or_default().push(rule);
            }
        }
    }

    fn find(&self, word: &[char], at: usize) -> Option<&Rule> {
        let own = self.by_letter.get(word.get(at)?);
        own.into_iter()
            .flatten()
            .find(|rule| rule.fits(word, at))
            .or_else(|| self.base.as_ref().and_then(|base| base.find(word, at)))
    }
}

impl Rule {
    fn fits(&self, word: &[char], at: usize) -> bool {
        let after = at + self.letters.len();
        word.get(at..after) == Some(&self.letters[..])
            && self.left.len() <= at + 1
            && self
                .left
                .iter()
                .rev()
                .enumerate()
                .all(|(back, class)| fits(*class, (at > back).then(|| word[at - back - 1])))
            && self.right.iter().enumerate().all(|(on, class)| fits(*class, word.get(after + on).copied()))
    }
}

/// Whether a letter (none: the edge of the word) is what a rule asks for: `_` the edge, `V` a vowel, `K` a consonant,
/// `F` a vowel before which c and g soften, else the letter itself.
fn fits(class: char, letter: Option<char>) -> bool {
    match (class, letter) {
        ('_', letter) => letter.is_none(),
        (_, None) => false,
        ('V', Some(letter)) => is_vowel(letter),
        ('K', Some(letter)) => letter.is_alphabetic() && !is_vowel(letter),
        ('F', Some(letter)) => matches!(base(letter), 'e' | 'i' | 'y'),
        (class, Some(letter)) => class == letter,
    }
}

fn is_vowel(letter: char) -> bool {
    matches!(base(letter), 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'ø' | 'æ' | 'œ' | 'ı')
        || matches!(
            letter,
            'а' | 'е' | 'ё' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' | 'і' | 'ї' | 'є' | 'ь' | 'ъ'
        )
}

/// A letter without its marks.
fn base(letter: char) -> char {
    std::iter::once(letter).nfd().next().unwrap_or(letter)
}

/// Reads a word by rules; a letter without one loses its marks and is tried again, or is silent.
pub(super) fn read(rules: &Rules, word: &str) -> Vec<Phone> {
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
    let mut out: Vec<Phone> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        match rules.find(&letters, at) {
            Some(rule) => {
                out.extend(&rule.sounds);
                at += rule.letters.len();
            }
            None => {
                let bare = [base(letters[at])];
                out.extend(rules.find(&bare, 0).into_iter().flat_map(|rule| &rule.sounds));
                at += 1;
            }
        }
    }
    // Double letters sound once.
    out.dedup_by(|a, b| a == b);
    out
}

/// Letters, and groups of letters, by which the language of a name is known.
const ORIGINS: &[(&str, &[&str])] = &[
    (
        "pl",
        &[
            "ł", "ą", "ę", "ń", "ś", "ź", "ż", "ć", "szcz", "prz", "krz", "trz", "rzy", "cz", "dzi", "wsk",
            "owicz", "ewicz", "czyk",
        ],
    ),
    ("de", &["ü", "ö", "ä", "ß", "sch", "tz", "dt", "hein", "stein", "mann", "pf"]),
    ("tr", &["ı", "ğ", "ş", "oğlu", "oglu"]),
    ("cs", &["č", "ř", "š", "ž", "ě", "ů", "ď", "ť", "đ"]),
    ("es", &["ñ", "ez_", "illo", "lla", "_gue", "_jua", "_jo", "á", "í", "ú"]),
    ("pt", &["ã", "õ", "ç", "lh", "nh"]),
    ("fr", &["è", "ê", "ë", "î", "ô", "û", "œ", "é", "ç", "eau", "oux", "eux", "ois_", "ault", "ier_"]),
    ("it", &["gli", "cch", "zz", "ucci", "acci", "etti_", "ini_", "chi", "ghi"]),
    ("sv", &["å", "ø", "æ", "sj", "kj", "strom", "qvist"]),
    ("zh", &["_zh", "_x", "_q", "_c"]),
];

/// The languages that a spelling speaks of, the likeliest first; at most two.
pub(super) fn origins(word: &str) -> Vec<&'static str> {
    if Alphabet::of(word) != Alphabet::Latin {
        return Vec::new();
    }
    let edged = format!("_{word}_");
    let mut found: Vec<(usize, &'static str)> = ORIGINS
        .iter()
        .map(|(language, signs)| {
            // A letter with a mark says more than a group of plain ones.
            let weight = |sign: &&&str| if sign.is_ascii() { 1 } else { 3 };
            (signs.iter().filter(|sign| edged.contains(**sign)).map(|sign| weight(&sign)).sum(), *language)
        })
        .filter(|(weight, _)| *weight > 0)
        .collect();
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    found.into_iter().take(2).map(|(_, language)| language).collect()
}
