//! How a name of one script is written in another, and what is left of a word when spellings of the same sounds are put
//! together: "Yulia", "Iuliia" and "Julija" are one. Letters by language are in `data/letters-ru.txt`.
//!
//! | file | idea |
//! |---|---|
//! | `cyrillic` | from Cyrillic alphabets to Latin letters, and to Russian ones |
//! | `greek` | from Greek to Latin letters |
//! | `latin` | from Latin to Russian letters |
//! | `sound` | spellings of the same sounds |

mod cyrillic;
mod greek;
mod latin;
mod sound;

use super::names::Names;
use super::scripts;
use cyrillic::{Alphabet, latin_ways, to_latin, to_russian};
use greek::is_greek;
use latin::to_cyrillic;
pub(super) use sound::sound_form;

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

/// A name in the letters of a language, if any of its words is written in others; one for each way of writing it.
pub(super) fn variants(core: &[String], cyrillic: bool, names: &Names) -> Vec<Vec<String>> {
    const MOST: usize = 18;
    // A Korean name is one word.
    let parted: Vec<String>;
    let core = match core {
        [only] if !cyrillic && scripts::to_latin(only).is_some_and(|latin| latin.contains(' ')) => {
            parted = scripts::to_latin(only).unwrap_or_default().split(' ').map(str::to_owned).collect();
            return vec![parted];
        }
        core => core,
    };
    let alphabet = Alphabet::of(core);
    let of = |word: &String| Spellings::of(word, cyrillic, alphabet, names);
    let spellings: Vec<Spellings> = core.iter().map(of).collect();
    let most = spellings.iter().map(Spellings::count).max().unwrap_or(0).min(MOST);
    let mut all: Vec<Vec<String>> = Vec::new();
    for at in 0..most {
        let variant: Vec<String> = core
            .iter()
            .zip(&spellings)
            .map(|(word, spellings)| spellings.at(at).unwrap_or(word).to_owned())
            .collect();
        if !all.contains(&variant) {
            all.push(variant);
        }
    }
    all
}

/// The spellings of a word in the letters of a language: as it is known, and by each way of writing.
struct Spellings {
    known: Vec<String>,
    ways: Vec<String>,
}

impl Spellings {
    fn of(word: &str, cyrillic: bool, alphabet: Alphabet, names: &Names) -> Self {
        let mut latin: Vec<String> = scripts::to_latin(word).into_iter().collect();
        if is_greek(word) {
            latin = greek::to_latin(word);
        }
        if cyrillic {
            let latin = latin.first().map_or(word, String::as_str);
            if latin.chars().any(|c| c.is_ascii_alphabetic()) {
                return Self { known: known(latin, names), ways: to_cyrillic(latin) };
            }
            let is_own = |c: char| !is_cyrillic(c) || matches!(c, 'а'..='я' | 'ё');
            let ways = if word.chars().all(is_own) { Vec::new() } else { vec![to_russian(word)] };
            return Self { known: Vec::new(), ways };
        }
        let ways = if word.chars().any(is_cyrillic) { latin_ways(word, alphabet) } else { latin };
        Self { known: Vec::new(), ways }
    }

    fn count(&self) -> usize {
        self.ways.len() * self.known.len().max(1)
    }

    fn at(&self, at: usize) -> Option<&str> {
        let known =
            (!self.known.is_empty()).then(|| &self.known[at / self.ways.len().max(1) % self.known.len()]);
        known.or(self.ways.get(at % self.ways.len().max(1))).map(String::as_str)
    }
}

/// How a Latin name is known in Russian; of a compound each word.
fn known(word: &str, names: &Names) -> Vec<String> {
    let of = |word: &str| -> Vec<String> {
        names
            .others(word)
            .iter()
            .filter(|name| name.chars().any(is_cyrillic))
            .take(2)
            .map(|&name| name.to_owned())
            .collect()
    };
    match word.split_once(' ') {
        None => of(word),
        Some((first, second)) => {
            // Of "Watson-Nyland" the half that is not known is read as the other's language does.
            let (mut first_known, mut second_known) = (of(first), of(second));
            let english = |word: &str| to_cyrillic(word).into_iter().nth(1).into_iter().collect();
            if first_known.is_empty() != second_known.is_empty() {
                if first_known.is_empty() {
                    first_known = english(first);
                } else {
                    second_known = english(second);
                }
            }
            let (first, second) = (first_known, second_known);
            first
                .iter()
                .flat_map(|first| second.iter().map(move |second| format!("{first} {second}")))
                .collect()
        }
    }
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
    let as_written = variants(core, false, names).into_iter().next();
    let as_written = as_written.as_deref().unwrap_or(core);
    let choose = |at: usize| {
        let word = |(word, own): (&String, &Vec<&str>)| {
            own.get(at).or(own.first()).map_or(word.clone(), |own| (*own).to_owned())
        };
        as_written.iter().zip(&own).map(word).collect()
    };
    (0..most).map(choose).collect()
}

/// A Russian name as it is written: with and without the dots of "ё", and in Latin letters.
pub(super) fn written(name: &str) -> Vec<String> {
    let mut all = vec![name.to_owned()];
    for way in std::iter::once(name.replace('ё', "е")).chain(latin_ways(name, Alphabet::Russian)) {
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
        variants(&[word.to_owned()], cyrillic, Names::of(language)).concat()
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
