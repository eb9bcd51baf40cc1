//! Numbers in words: all spellings of a number in a language, and digits said one by one.
//!
//! The spellings come from the Unicode CLDR (see `data/README.md`); what people say besides them ("a hundred",
//! "four hundred and twelve", "double five") is added here.

mod large;
mod rbnf;

pub(super) use large::LargeNumbers;

use crate::text;

/// All spellings of `number` in `language`, folded, words separated by single spaces (hyphens count as spaces).
pub fn spellings(language: &str, number: i64) -> Vec<String> {
    let Some(rules) = rbnf::rules(language) else { return Vec::new() };
    let mut forms: Vec<String> =
        rules.spell(number, true).iter().map(|form| text::fold(&text::compose(form))).collect();
    let replaced: &[(&str, &str)] = match primary(language) {
        "en" => &[("one hundred", "a hundred"), ("one thousand", "a thousand"), ("one million", "a million")],
        "de" => &[("einhundert", "hundert"), ("eintausend", "tausend")],
        "ru" => &[("одна тысяча", "тысяча"), ("один миллион", "миллион")],
        _ => &[],
    };
    for (long, short) in replaced {
        let more: Vec<String> =
            forms.iter().filter_map(|form| Some(format!("{short}{}", form.strip_prefix(long)?))).collect();
        forms.extend(more);
    }
    let mut seen = Vec::with_capacity(forms.len());
    forms.retain(|form| {
        let new = !seen.contains(form);
        if new {
            seen.push(form.clone());
        }
        new
    });
    forms
}

/// What stands between a whole number and its fraction, with the spaces around it (" point ").
pub fn decimal_words(language: &str) -> Vec<String> {
    rbnf::rules(language)
        .map(|rules| rules.decimal_words().iter().map(|word| text::fold(&text::compose(word))).collect())
        .unwrap_or_default()
}

/// Whether number words are known for a language.
pub fn is_known(language: &str) -> bool {
    rbnf::rules(language).is_some()
}

/// The words for single digits, and for repeating the digit that follows.
#[derive(Debug, Clone, Default)]
pub struct DigitWords {
    /// Word and digit.
    pub digits: Vec<(String, u8)>,
    /// Word and how often.
    pub repeats: Vec<(String, usize)>,
}

/// How single digits are said in a language.
pub fn digit_words(language: &str) -> DigitWords {
    let mut words = DigitWords::default();
    for digit in 0..=9_u8 {
        for form in spellings(language, digit.into()) {
            if !form.contains(' ') {
                words.digits.push((form, digit));
            }
        }
    }
    let repeats: &[(&str, usize)] = match primary(language) {
        "en" => &[("double", 2), ("triple", 3), ("treble", 3)],
        "de" => &[("doppel", 2)],
        "es" => &[("doble", 2), ("triple", 3)],
        "fr" => &[("double", 2), ("triple", 3)],
        _ => &[],
    };
    for (word, digit) in other_digit_words(language) {
        if !words.digits.iter().any(|(known, _)| known == word) {
            words.digits.push(((*word).to_owned(), *digit));
        }
    }
    words.repeats = repeats.iter().map(|(word, times)| ((*word).to_owned(), *times)).collect();
    words
}

/// What a digit is called besides, the usual word first: clearer, or shorter.
fn other_digit_words(language: &str) -> &'static [(&'static str, u8)] {
    match primary(language) {
        "en" => &[("oh", 0), ("o", 0)],
        "de" => &[("zwo", 2)],
        _ => &[],
    }
}

/// What a digit is also called where it is said by itself, as in a room's number: "four oh one", "eins zwo".
pub fn other_digit_word(language: &str, digit: u8) -> Option<&'static str> {
    other_digit_words(language).iter().find(|(_, other)| *other == digit).map(|(word, _)| *word)
}

fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_say_besides_the_standard() {
        let forms = spellings("en", 112);
        for form in
            ["one hundred twelve", "one hundred and twelve", "a hundred and twelve", "a hundred twelve"]
        {
            assert!(forms.iter().any(|known| known == form), "{form} is missing in {forms:?}");
        }
        assert!(spellings("en", 1005).iter().any(|form| form == "one thousand and five"));
        assert!(spellings("de", 150).iter().any(|form| form == "hundertfünfzig"));
    }

    #[test]
    fn digits_one_by_one() {
        let words = digit_words("en");
        assert!(
            words.digits.contains(&("oh".to_owned(), 0)) && words.digits.contains(&("seven".to_owned(), 7))
        );
        assert!(words.repeats.contains(&("double".to_owned(), 2)));
        assert!(digit_words("de").digits.contains(&("zwo".to_owned(), 2)));
    }
}
