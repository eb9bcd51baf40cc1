//! How a name of one script is written in another, and what is left of a word when spellings of the same sounds are put
//! together: "Yulia", "Iuliia" and "Julija" are one. Letters by language are in `data/letters-ru.txt`.
//!
//! | file | idea |
//! |---|---|
//! | `cyrillic` | from Cyrillic alphabets to Latin letters, and to Russian ones |
//! | `greek` | from Greek to Latin letters |
//! | `latin` | from Latin to Russian letters |
//! | `sound` | spellings of the same sounds |
//! | `spellings` | all spellings of one word |

mod cyrillic;
mod greek;
mod latin;
mod sound;
mod spellings;

use super::names::Names;
use super::scripts;
use cyrillic::{Alphabet, latin_ways, to_latin};
use latin::to_cyrillic;
pub(super) use sound::sound_form;
use spellings::Spellings;

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

/// Whether any of a name's letters is read otherwise than those of the language are: another script, another alphabet
/// of the same script, or a name that was written in this script by rules of which there are several.
pub(super) fn is_foreign(name: &str, cyrillic: bool) -> bool {
    if cyrillic {
        // "Шевельова"
        return name.contains("ьо")
            || name.chars().any(|c| c.is_alphabetic() && !matches!(c, 'А'..='я' | 'ё' | 'Ё'));
    }
    const ENDINGS: &[&str] = &[
        "ov", "ova", "ev", "eva", "sky", "skiy", "skii", "skij", "ski", "skaya", "skaia", "enko", "chuk",
        "iy", "ii", "ij", "iia", "iya", "ow", "owa", "ew", "ewa", "yan", "ian", "dze", "shvili", "ey", "ei",
        "ej", "off",
    ];
    if name.is_ascii() {
        return name.split(|c: char| !c.is_alphabetic()).any(|word| {
            word.len() > 3
                && ENDINGS.iter().any(|ending| word.len() > ending.len() + 1 && word.ends_with(ending))
        });
    }
    name.chars().any(|c| c.is_alphabetic() && c > '\u{24f}' && !('\u{1e00}'..='\u{1eff}').contains(&c))
}

/// The ways to write a name in the letters of a language.
#[derive(Debug, Default)]
pub(super) struct Variants {
    /// Those that are listened for, the likeliest first.
    pub likely: Vec<Vec<String>>,
    pub rare: Vec<Vec<String>>,
}

/// A name in the letters of a language, if any of its words is written in others; one for each way of writing it.
pub(super) fn variants(core: &[String], cyrillic: bool, names: &Names) -> Variants {
    const MOST: usize = 18;
    const LIKELY: usize = 3;
    // A Korean name is one word: the surname, and a given name that may be written in one ("Kim Minsu").
    if let [only] = core
        && !cyrillic
        && let Some((surname, given)) =
            scripts::to_latin(only).as_deref().and_then(|latin| latin.split_once(' '))
    {
        return Variants { likely: vec![vec![surname.to_owned(), given.to_owned()]], rare: Vec::new() };
    }
    let alphabet = Alphabet::of(core);
    let of = |word: &String| Spellings::of(word, cyrillic, alphabet, names);
    let spellings: Vec<Spellings> = core.iter().map(of).collect();
    let variant = |at: usize| -> Vec<String> {
        core.iter().zip(&spellings).map(|(word, own)| own.at(at).unwrap_or(word).to_owned()).collect()
    };
    let mut likely: Vec<Vec<String>> = Vec::new();
    let most = spellings.iter().map(Spellings::count).max().unwrap_or(0);
    for variant in (0..most.min(MOST)).map(variant) {
        if !likely.contains(&variant) {
            likely.push(variant);
        }
    }
    let mut rare = likely.split_off(likely.len().min(LIKELY));
    for (at, own) in spellings.iter().enumerate() {
        // Beside a known name, it is an English one.
        let is_open = spellings.iter().enumerate().any(|(other, own)| other != at && !own.is_known());
        let ways =
            if is_open || spellings.len() == 1 { latin::WESTERN } else { latin::ENGLISH..latin::ENGLISH + 1 };
        for way in ways {
            let Some(letters) = own.by_letters(way) else { continue };
            let mut changed = variant(way);
            letters.clone_into(&mut changed[at]);
            if !likely.contains(&changed) && !rare.contains(&changed) {
                rare.push(changed);
            }
        }
    }
    Variants { likely, rare }
}

/// A Russian given name, as it is called by friends, in Latin letters.
pub(super) fn friends_of(word: &str) -> Vec<String> {
    let cyrillic = if word.chars().any(is_cyrillic) {
        word.to_owned()
    } else {
        to_cyrillic(word).into_iter().next().unwrap_or_default()
    };
    Names::of("ru").others(&cyrillic).iter().take(6).map(|name| to_latin(name, false, false)).collect()
}

/// Names that have one of their own in the language, written so: "alexander pushkin", "peter ilyin".
pub(super) fn abroad(core: &[String], names: &Names) -> Vec<Vec<String>> {
    const MOST: usize = 2;
    let of = |word: &str| -> Vec<&'static str> {
        let russian = if word.chars().any(is_cyrillic) { Names::of("ru").latin(word) } else { &[] };
        names.abroad(word).iter().chain(russian).copied().collect()
    };
    let own: Vec<Vec<&str>> = core.iter().map(|word| of(word)).collect();
    let most = own.iter().map(Vec::len).max().unwrap_or(0).min(MOST);
    if most == 0 {
        return Vec::new();
    }
    let as_written = variants(core, false, names).likely.into_iter().next();
    let as_written = as_written.as_deref().unwrap_or(core);
    let choose = |at: usize| {
        let word = |(word, own): (&String, &Vec<&str>)| {
            own.get(at).or(own.first()).map_or(word.clone(), |own| (*own).to_owned())
        };
        as_written.iter().zip(&own).map(word).collect()
    };
    (0..most).map(choose).collect()
}

/// A Russian name as it is written: with and without the dots of "ё", and in Latin letters, by rules and as people write
/// themselves ("Yuri", "Natalia", "Alexey").
pub(super) fn written(name: &str) -> Vec<String> {
    let ways = latin_ways(name, Alphabet::Russian);
    let as_usual = |way: &String| {
        let short = way.strip_suffix("iy").map_or(way.clone(), |stem| format!("{stem}i"));
        short.replace("ks", "x").replace("iya", "ia")
    };
    let usual: Vec<String> = ways.iter().map(as_usual).collect();
    let mut all = vec![name.to_owned()];
    for way in std::iter::once(name.replace('ё', "е")).chain(ways).chain(usual) {
        if !all.contains(&way) {
            all.push(way);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variants_of(word: &str, language: &str) -> Vec<String> {
        let cyrillic = super::super::names::is_cyrillic_language(language);
        let all = variants(&[word.to_owned()], cyrillic, Names::of(language));
        [all.likely, all.rare].concat().concat()
    }

    #[test]
    fn names_cross_scripts() {
        for (word, language, expected) in [
            ("юлия", "en", "yuliya"),
            ("юлия", "en", "iuliia"),
            ("дмитрий", "en", "dmitry"),
            ("чернышов", "de", "tschernyschow"),
            ("γιώργος", "en", "giorgos"),
            ("άγγελος", "en", "angelos"),
            ("ευαγγελία", "en", "evangelia"),
            ("μπάμπης", "en", "babis"),
            ("παύλος", "en", "pavlos"),
            ("μάιος", "en", "maios"),
            ("јовановић", "en", "jovanović"),
            ("љубица", "en", "ljubica"),
            ("григорій", "en", "hryhorii"),
            ("ганна", "en", "hanna"),
            ("димитър", "en", "dimitar"),
            ("подъячев", "en", "podyachev"),
            ("қайрат", "en", "kayrat"),
            ("његош", "ru", "негош"),
            ("smith", "ru", "смит"),
            ("dmitry", "ru", "дмитрий"),
            ("pyatnitskiy", "ru", "пятницкий"),
            ("schulz", "ru", "шулц"),
            ("dubois", "ru", "дюбуа"),
            ("giovanni", "ru", "джованни"),
            ("xiaolong", "ru", "сяолун"),
            ("guo", "ru", "го"),
            ("whitfield", "ru", "уитфилд"),
            ("agnieszka", "ru", "агнешка"),
            ("beauchamp", "ru", "бошан"),
        ] {
            let all = variants_of(word, language);
            assert!(all.contains(&expected.to_owned()), "{expected} is not in {all:?}");
        }
        assert!(variants_of("smith", "en").is_empty() && variants_of("иван", "ru").is_empty());
    }

    #[test]
    fn spellings_of_the_same_sounds_are_one() {
        for group in [
            &["yulia", "yuliya", "iuliia", "julia", "julija"][..],
            &["alexey", "aleksei", "alexei", "aleksej"],
            &["solovyov", "soloviev", "solovyev", "solovjow"],
            &["khodakovsky", "hodakovskiy"],
            &["дмитрий", "дмитрии"],
            &["лукьянов", "лукянов"],
            &["шевелёва", "шевельова"],
            &["циммерман", "циммерманн"],
        ] {
            let sounds: Vec<String> = group.iter().map(|word| sound_form(word)).collect();
            assert!(sounds.iter().all(|sound| *sound == sounds[0]), "{group:?}: {sounds:?}");
        }
        for (one, other) in [("anna", "inna"), ("ivanov", "ivanova"), ("иван", "ян"), ("орлов", "орлова")]
        {
            assert_ne!(sound_form(one), sound_form(other));
        }
    }
}
