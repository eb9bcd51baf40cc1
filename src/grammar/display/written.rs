//! A display name in the letters and words in which it is read, before it is taken apart: without letters that only look
//! different, with "&" in words, and with the words of "BoardRoomNorth" parted.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::text;

/// A display name in plain letters: without those that only look different ("ﬁ", "Ｒ", "Ⅲ"), without stress marks and what
/// tells how emoji are drawn, and with "n.º", "h.c." and "2-й" in one word.
pub(in crate::grammar) fn tidied(name: &str) -> Cow<'_, str> {
    if name.is_ascii() && !name.contains(['h', 'H', 'v', 'V']) {
        return Cow::Borrowed(name);
    }
    let is_styled = |c: char| {
        matches!(c, '\u{fb00}'..='\u{fb06}' | '\u{ff01}'..='\u{ff9f}' | '\u{3000}' | '\u{2160}'..='\u{217f}'
            | '\u{2100}'..='\u{2114}' | '\u{1d400}'..='\u{1d7ff}' | '\u{24b6}'..='\u{24e9}')
    };
    let mut plain = String::with_capacity(name.len());
    for c in text::compose(name).chars() {
        let is_stressed = plain.chars().next_back().is_some_and(|c| ('\u{400}'..='\u{52f}').contains(&c));
        match c {
            '\u{300}' | '\u{301}' if is_stressed => {}
            // "3️⃣" is a 3.
            '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' => {}
            'ѐ' => plain.push('е'),
            'ѝ' => plain.push('и'),
            c if is_styled(c) => plain.extend(std::iter::once(c).nfkc()),
            c => plain.push(c),
        }
    }
    for (written, short) in
        [("h.c.", "hc"), ("h. c.", "hc"), ("v. d. ", "von der "), ("v.d. ", "von der "), ("v.d.", "von der ")]
    {
        let begins = |at: usize| !plain[..at].ends_with(char::is_alphanumeric);
        if let Some(at) = plain.find(written).filter(|at| begins(*at)) {
            plain.replace_range(at..at + written.len(), short);
        }
    }
    // "2-й этаж"
    for ending in ["-й", "-я", "-ый", "-ой", "-ая"] {
        let is_ordinal = |at: &usize| {
            plain[..*at].ends_with(|c: char| c.is_ascii_digit())
                && !plain[at + ending.len()..].starts_with(char::is_alphanumeric)
        };
        if let Some(at) = plain.match_indices(ending).map(|(at, _)| at).find(is_ordinal) {
            plain.remove(at);
        }
    }
    for mark in ["n.º", "N.º", "n.°", "N.°", "nº", "Nº", "n°", "N°"] {
        let begins = |at: usize| !plain[..at].ends_with(char::is_alphanumeric);
        if let Some(at) = plain.find(mark).filter(|at| begins(*at)) {
            plain.replace_range(at..at + mark.len(), "nº ");
            break;
        }
    }
    if plain == name { Cow::Borrowed(name) } else { Cow::Owned(plain) }
}

/// A name with "&" as it is said: "R and D", "A T and T", "A T T".
pub(in crate::grammar) fn joined(name: &str, and: &str) -> Vec<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    // "Training Room A+B"
    let parted = |word: &str| {
        let alone = |part: &str| part.chars().count() == 1 && part.chars().all(char::is_alphanumeric);
        word.contains('+') && word.split('+').all(alone)
    };
    // "Müller + Schmidt" is not "C++" or a telephone number.
    let is_plus = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        words[at] == "+"
            && before.is_some_and(|word| word.ends_with(char::is_alphabetic))
            && words.get(at + 1).is_some_and(|word| word.starts_with(char::is_alphabetic))
    };
    let is_short =
        |part: &str| (1..=3).contains(&part.chars().count()) && part.chars().all(char::is_uppercase);
    let is_capital = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.split_once('&').is_some_and(|(before, after)| is_short(before) && is_short(after))
    };
    let read = |letters: bool, and: &str| {
        let words = words.iter().enumerate().map(|(at, word)| match *word {
            "&" => and.to_owned(),
            word if parted(word) => word.replace('+', &format!(" {and} ")),
            _ if is_plus(at) => and.to_owned(),
            word if letters && is_capital(word) => {
                let spaced = |c: char| if c == '&' { format!(" {and} ") } else { format!("{c} ") };
                word.chars().map(spaced).collect()
            }
            word => word.replace('&', &format!(" {and} ")),
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let mut all = Vec::new();
    if name.contains('&') || (0..words.len()).any(is_plus) || words.iter().any(|word| parted(word)) {
        all.push(read(false, and));
    }
    if words.iter().any(|word| is_capital(word)) {
        all.extend([read(true, and), read(true, "")]);
    }
    all
}

/// A name that is written in one word with capitals inside, with spaces: "BoardRoomNorth". `None` for any other.
pub(in crate::grammar) fn humps(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len() + 4);
    let (mut lower, mut found) = (false, false);
    for c in name.chars() {
        if lower && c.is_uppercase() {
            out.push(' ');
            found = true;
        }
        lower = c.is_lowercase();
        out.push(c);
    }
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_only_look_different_are_plain() {
        for (name, plain) in [
            ("ﬁnance", "finance"),
            ("Ｒｏｏｍ　５", "Room 5"),
            ("Алякса\u{301}ндр", "Аляксандр"),
            ("Йод й", "Йод й"),
            ("Sala n.º 5", "Sala nº  5"),
            ("2ª planta", "2ª planta"),
            ("Rm 3\u{fe0f}\u{20e3}", "Rm 3"),
            ("2-й этаж", "2й этаж"),
            ("v. d. Heyden", "von der Heyden"),
        ] {
            assert_eq!(tidied(name), plain);
        }
    }

    #[test]
    fn and_is_said() {
        assert_eq!(joined("Kate & Tom", "and"), ["Kate and Tom"]);
        assert_eq!(joined("Müller + Schmidt", "und"), ["Müller und Schmidt"]);
        let spoken: Vec<Vec<String>> =
            joined("AT&T", "and").iter().map(|name| text::spoken_words(name)).collect();
        assert_eq!(spoken, [vec!["at", "and", "t"], vec!["a", "t", "and", "t"], vec!["a", "t", "t"]]);
        assert!(joined("C++ Guild +49 30", "and").is_empty());
    }
}
