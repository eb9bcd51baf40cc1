//! How words sound: from letters to a coarse alphabet of sounds that all languages share, and how far apart two
//! sound sequences are. Knows spelling, nothing of recognisers or grammars.
//!
//! The alphabet is coarse on purpose. It has to tell whether a recogniser, or a person, would take one word for
//! another; stress, length and most of what makes an accent are noise for that question. Data is in `data/`.

mod letters;
mod phone;
mod tables;

pub(in crate::grammar) use phone::PHONES;
pub use phone::{Phone, distance};

use crate::text;
use letters::Alphabet;

/// How a word is pronounced by somebody who reads it as a word of `language`.
///
/// Letters of another script are read as their own script is ("Иван" in English as in Russian), marks that the
/// language does not use are taken off, what is no letter is silent. Empty for a word in a script that is not known.
pub fn sounds(language: &str, word: &str) -> Vec<Phone> {
    let word = text::fold(&text::compose(word));
    let primary = primary(language);
    let language = match Alphabet::of(&word) {
        // Who writes in another script reads Latin letters as in English, for want of anything better.
        Alphabet::Latin if tables::is_latin(primary) => primary,
        Alphabet::Latin => "en",
        Alphabet::Cyrillic if matches!(primary, "uk") => "uk",
        Alphabet::Cyrillic => "ru",
        Alphabet::Greek => "el",
        Alphabet::Other => {
            let latin = super::scripts::to_latin(&word).map(|latin| latin.replace(' ', ""));
            return latin.map(|latin| sounds(language, &latin)).unwrap_or_default();
        }
    };
    if language == "en" { tables::english(&word) } else { letters::read(tables::rules(language), &word) }
}

/// The ways in which a name is pronounced: as its own spelling says ("Szczepański" as Polish, "Müller" as German),
/// and as speakers of `language` read it. The likeliest first, without repetitions.
pub fn readings(language: &str, word: &str) -> Vec<Vec<Phone>> {
    let folded = text::fold(&text::compose(word));
    let mut all = Vec::new();
    for language in letters::origins(&folded).iter().copied().chain([language]) {
        let sounds = sounds(language, &folded);
        if !sounds.is_empty() && !all.contains(&sounds) {
            all.push(sounds);
        }
    }
    all
}

fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(language: &str, word: &str) -> String {
        sounds(language, word).iter().map(|phone| phone.symbol()).collect()
    }

    fn check(language: &str, word: &str, expected: &str) {
        assert_eq!(said(language, word), expected, "{language}: {word}");
    }

    #[test]
    fn english_spelling_is_learnt() {
        for (word, expected) in [
            ("john", "Jan"),
            ("smith", "smiT"),
            ("call", "kol"),
            ("phone", "fon"),
            ("night", "nayt"),
            ("knight", "nayt"),
            ("church", "C@rC"),
            ("queen", "kwin"),
            ("thing", "TiN"),
        ] {
            check("en", word, expected);
        }
    }

    #[test]
    fn letters_of_other_scripts_are_read() {
        check("en", "ბერიძე", &said("en", "beridze"));
        check("en", "Պետրոսյան", &said("en", "petrosyan"));
        check("en", "محمد", "");
    }

    #[test]
    fn other_languages_follow_their_rules() {
        for (language, word, expected) in [
            ("de", "Müller", "müla"),
            ("de", "Schmidt", "Smit"),
            ("de", "Weiß", "vays"),
            ("de", "Jäger", "yega"),
            ("de", "Stein", "Stayn"),
            ("de", "Bach", "bax"),
            ("de", "Euler", "oyla"),
            ("de", "Zeh", "tse"),
            ("es", "Jiménez", "ximenes"),
            ("es", "Núñez", "nunyes"),
            ("es", "Guerrero", "gerero"),
            ("es", "Castillo", "kastiyo"),
            ("es", "Chávez", "Cabes"),
            ("es", "Hugo", "ugo"),
            ("ru", "Щербаков", "Serbakof"),
            ("ru", "Юлия", "yuliya"),
            ("ru", "Семён", "semyon"),
            ("ru", "Хрущёв", "xruSof"),
            ("ru", "Объездчиков", "obyezdCikof"),
            ("uk", "Їжак", "yiZak"),
            ("pl", "Szczepański", "SCepanyski"),
            ("pl", "Wałęsa", "vawensa"),
            ("pl", "Krzysztof", "kSiStof"),
            ("fr", "Rousseau", "ruso"),
            ("fr", "Dupont", "düpon"),
            ("tr", "Çağlar", "Calar"),
            ("it", "Giuseppe", "Jusepe"),
            ("it", "Chiara", "kyara"),
            ("el", "Παπαδόπουλος", "papaTopulos"),
        ] {
            check(language, word, expected);
        }
    }

    #[test]
    fn foreign_letters_are_read_as_their_own_script() {
        assert_eq!(said("en", "Иван"), "ivan");
        assert_eq!(said("ru", "Smith"), said("en", "Smith"));
        assert_eq!(said("en", "王"), "");
        assert_eq!(said("en", ""), "");
        assert!(!readings("en", "Müller").is_empty());
        assert_eq!(readings("en", "Szczepański").first(), Some(&sounds("pl", "Szczepański")));
    }

    #[test]
    fn what_sounds_alike_is_near() {
        let far = |a: &str, b: &str| distance(&sounds("en", a), &sounds("en", b));
        assert!(far("night", "knight") < 0.01);
        assert!(far("jon", "john") < 0.15);
        assert!(far("dmitri", "dmitry") < 0.15);
        assert!(far("mute", "newt") < far("mute", "call"));
        assert!(far("four", "for") < 0.1);
        assert!(far("call", "hang") > 0.6);
    }

    proptest::proptest! {
        #[test]
        fn distance_is_a_measure(a in "[a-z]{0,12}", b in "[a-z]{0,12}") {
            let (a, b) = (sounds("en", &a), sounds("en", &b));
            let there = distance(&a, &b);
            proptest::prop_assert!((0.0..=1.0).contains(&there));
            proptest::prop_assert!((there - distance(&b, &a)).abs() < 1e-6);
            proptest::prop_assert!(distance(&a, &a) == 0.0);
        }

        #[test]
        fn any_text_has_sounds_or_none(language in "[a-z]{2}", word in "\\PC{0,20}") {
            sounds(&language, &word);
            readings(&language, &word);
        }
    }
}
