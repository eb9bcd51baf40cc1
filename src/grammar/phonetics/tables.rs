//! The data: what letters sound like, by language.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::letters::Rules;
use super::phone::Phone;

const ENGLISH: &str = include_str!("data/en.txt");
const OTHERS: &str = include_str!("data/rules.txt");
/// Letters on each side of a letter that can decide how it sounds.
const WIDTH: usize = 4;

/// What English letters and words sound like.
struct English {
    /// A letter, by its surroundings: "x", "<x>e", "e<x>e" and so on.
    letters: HashMap<&'static str, Box<[Phone]>>,
    /// Common words that sound otherwise than their letters, and the names of the letters.
    words: HashMap<&'static str, Box<[Phone]>>,
}

static ENGLISH_TABLE: LazyLock<English> = LazyLock::new(|| {
    let mut table = English { letters: HashMap::with_capacity(9000), words: HashMap::with_capacity(3000) };
    for line in ENGLISH.lines().filter(|line| !line.starts_with('#')) {
        let (line, entries) = match line.strip_prefix('!') {
            Some(line) => (line, &mut table.words),
            None => (line, &mut table.letters),
        };
        let mut fields = line.split(' ');
        let sounds: Box<[Phone]> = fields.next().unwrap_or_default().chars().filter_map(Phone::of).collect();
        entries.extend(fields.map(|field| (field, sounds.clone())));
    }
    table
});

/// English: for each letter the widest surroundings that are known decide.
pub(super) fn english(word: &str) -> Vec<Phone> {
    let mut padded: Vec<char> = vec!['_'; WIDTH];
    // Letters that English does not have are read without their marks.
    padded.extend(word.nfd().flat_map(plain).filter(|c| c.is_ascii_lowercase() || *c == '\''));
    let end = padded.len();
    let whole: String = padded[WIDTH..].iter().collect();
    if let Some(sounds) = ENGLISH_TABLE.words.get(whole.as_str()) {
        return sounds.to_vec();
    }
    padded.extend(['_'; WIDTH]);
    let mut out = Vec::new();
    let mut key = String::new();
    for at in WIDTH..end {
        let mut said = ENGLISH_TABLE.letters.get(padded[at].encode_utf8(&mut [0; 4]) as &str);
        let (mut left, mut right) = (0, 0);
        while left < WIDTH || right < WIDTH {
            if right < WIDTH && right <= left {
                right += 1
            } else {
                left += 1
            }
            key.clear();
            key.extend(&padded[at - left..at]);
            key.push('<');
            key.push(padded[at]);
            key.push('>');
            key.extend(&padded[at + 1..=at + right]);
            said = ENGLISH_TABLE.letters.get(key.as_str()).or(said);
        }
        out.extend(said.into_iter().flatten().copied());
    }
    out.dedup_by(|a, b| a == b && !a.is_vowel());
    out
}

/// A letter of another alphabet in plain ones.
fn plain(c: char) -> impl Iterator<Item = char> {
    let letters = match c {
        'ß' => "ss",
        'ł' => "w",
        'ø' | 'œ' => "o",
        'æ' => "e",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ə' => "a",
        _ => "",
    };
    let own = letters.is_empty().then_some(c);
    letters.chars().chain(own)
}

static RULES: LazyLock<HashMap<&'static str, Rules>> = LazyLock::new(|| {
    let mut all: HashMap<&'static str, Rules> = HashMap::new();
    let mut language = "";
    for line in OTHERS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => {
                // "[uk: ru]": everything of the other language follows behind its own rules.
                let (name, base) = name.split_once(": ").unwrap_or((name, ""));
                language = name;
                let base = all.get(base).cloned().unwrap_or_default();
                all.insert(language, Rules::on(base));
            }
            None => {
                if let Some(rules) = all.get_mut(language) {
                    rules.add(line);
                }
            }
        }
    }
    all
});

/// Whether a language is written in Latin letters.
pub(super) fn is_latin(language: &str) -> bool {
    !matches!(
        language,
        "ru" | "uk"
            | "be"
            | "bg"
            | "sr"
            | "mk"
            | "kk"
            | "el"
            | "ka"
            | "hy"
            | "he"
            | "ar"
            | "fa"
            | "hi"
            | "ja"
            | "ko"
            | "th"
    )
}

/// The rules of a language; those of "la" (plain Latin letters) for languages without their own.
pub(super) fn rules(language: &str) -> &'static Rules {
    static NONE: LazyLock<Rules> = LazyLock::new(Rules::default);
    RULES.get(language).or_else(|| RULES.get("la")).unwrap_or(&NONE)
}
