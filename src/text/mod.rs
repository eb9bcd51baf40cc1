//! Text normalisation shared by everything that compares words: grammars, contacts, recognised phrases.
//!
//! Knows Unicode, nothing of templates or rooms. The rules are those of the sentence-template format: NFC,
//! typographic apostrophe, punctuation off at word edges, white space collapsed, case ignored by simple case
//! folding (no letter folding: "ё" and "е", "é" and "e" stay different).

mod phrases;
mod utterance;

use std::sync::LazyLock;

pub use phrases::Phrases;
pub use utterance::Utterance;

use regex::Regex;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Whether `c` is punctuation that is dropped at the edge of a word.
pub fn is_edge_punctuation(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | '?'
            | '!'
            | ';'
            | ':'
            | '¿'
            | '¡'
            | '…'
            | '–'
            | '—'
            | '―'
            | '。'
            | '，'
            | '、'
            | '！'
            | '？'
            | '；'
            | '：'
            | '؟'
            | '،'
            | '؛'
            | '।'
            | '॥'
    )
}

/// The form in which two letters that differ only in case are equal.
///
/// One character becomes one character, so that positions can be mapped back to what was said. Letters whose
/// case mapping changes the length ("ß") and the dotless "ı" stay what they are; "İ" is an "i".
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'ı' => return c,
        'İ' => return 'i',
        _ => {}
    }
    let upper = single(c.to_uppercase()).unwrap_or(c);
    single(upper.to_lowercase()).unwrap_or(c)
}

/// Whether the case of `c` can change without changing the length of a text.
pub fn is_simple(c: char) -> bool {
    c.is_ascii() || single(c.to_uppercase()).is_some() && single(c.to_lowercase()).is_some()
}

fn single(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next()?;
    mapped.next().is_none().then_some(first)
}

/// Case-folds a whole text, character by character.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.chars().map(fold_char).collect() }
}

/// Unicode NFC, one kind of apostrophe, no invisible marks (soft hyphen, zero-width space, byte-order mark). Case,
/// punctuation and spaces stay.
pub fn compose(text: &str) -> String {
    let unify = |c| match c {
        '’' => Some('\''),
        '\u{ad}' | '\u{200b}' | '\u{feff}' => None,
        c => Some(c),
    };
    if text.is_ascii() {
        text.to_owned()
    } else if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.chars().filter_map(unify).collect()
    } else {
        text.nfc().filter_map(unify).collect()
    }
}

/// What is compared when a sentence is matched, in the speaker's case: composed, punctuation removed at word
/// edges, words separated by single spaces.
pub fn clean(text: &str) -> String {
    clean_words(text, |_| false)
}

/// As [`clean`], but the last dot of "a.c." stays: it is part of what was said.
pub fn clean_as_said(text: &str) -> String {
    clean_words(text, is_initialism)
}

/// Letters with dots between them: "a.c".
fn is_initialism(word: &str) -> bool {
    word.contains('.') && word.split('.').all(|part| part.chars().count() == 1)
}

fn clean_words(text: &str, keeps_dot: fn(&str) -> bool) -> String {
    let composed = compose(text);
    let mut out = String::with_capacity(composed.len());
    for word in composed.split_whitespace() {
        let ended = word.trim_start_matches(is_edge_punctuation);
        let word = ended.trim_end_matches(is_edge_punctuation);
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if ended[word.len()..].starts_with('.') && keeps_dot(word) {
            out.push('.');
        }
    }
    out
}

/// Whether `c` belongs to a script that is written without spaces between words.
pub fn is_spaceless(c: char) -> bool {
    matches!(c,
        // Thai, Lao; Myanmar; Khmer
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        // Kana; Chinese characters, with their extensions; Hangul
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' | '\u{ac00}'..='\u{d7af}')
}

/// `text` without the spaces that mean nothing in a language written without them: with `both`, those between two
/// letters of such a script; otherwise those beside one. "Taylor Swift" stays two words.
pub fn squeeze(text: &str, both: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == ' ' {
            let before = out.chars().next_back().is_some_and(is_spaceless);
            let after = rest.peek().copied().is_some_and(is_spaceless);
            if if both { before && after } else { before || after } {
                continue;
            }
        }
        out.push(c);
    }
    out
}

/// [`clean`] and [`fold`] in one: the comparison form of a text.
pub fn normalize(text: &str) -> String {
    fold(&clean(text))
}

/// A word with its apostrophes; everything else than letters, marks and digits stands between words. A mark without a
/// letter (an emoji's) is no word.
#[expect(clippy::expect_used, reason = "a constant pattern, compiled by every test that needs it")]
static WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{N}'][\p{L}\p{M}\p{N}']*").expect("the pattern is well-formed"));

/// Words as a recogniser spells them: folded, without punctuation, compounds split at hyphens.
///
/// Apostrophes inside a word stay ("o'neill"). Digits are kept: the caller spells them out in its language.
pub fn spoken_words(text: &str) -> Vec<String> {
    let folded = fold(&compose(text));
    let words = WORD.find_iter(&folded).map(|word| word.as_str().trim_matches('\''));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored_but_letters_are_not_folded() {
        assert_eq!(fold("STRAẞE"), "straße");
        assert_eq!(fold("ΣΑΣ"), fold("σας"));
        assert_ne!(fold("ё"), fold("е"));
        assert_ne!(fold("ı"), fold("i"));
        assert_eq!(fold("İptal"), "iptal");
        assert_eq!(fold("ŉ"), "ŉ", "a mapping that changes the length is not applied");
    }

    #[test]
    fn punctuation_goes_at_word_edges_only() {
        assert_eq!(normalize("  ¿Hello, World?  2.5 "), "hello world 2.5");
        assert_eq!(normalize("what’s up"), "what's up");
        assert_eq!(normalize("hello – world ..."), "hello world");
        assert_eq!(normalize("e\u{301}te\u{301}"), "été");
    }

    #[test]
    fn spoken_words_split_compounds_and_keep_apostrophes() {
        assert_eq!(spoken_words("O'Neill"), ["o'neill"]);
        assert_eq!(spoken_words("Müller-Lüdenscheidt"), ["müller", "lüdenscheidt"]);
        assert_eq!(spoken_words("J. Doe – Board Room 3 🎉"), ["j", "doe", "board", "room", "3"]);
        assert_eq!(spoken_words("Ann ✈\u{fe0f} Lee"), ["ann", "lee"]);
    }
}
