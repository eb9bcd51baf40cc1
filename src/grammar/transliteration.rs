//! How a name of one script is written in another, and what is left of a word when spellings of the same sounds are put
//! together: "Yulia", "Iuliia" and "Julija" are one. Letters by language are in `data/letters-ru.txt`.

use std::collections::HashMap;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use super::names::{Names, unmarked};
use super::scripts;

const RUSSIAN: &str = include_str!("data/letters-ru.txt");

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
            latin = greek_to_latin(word);
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

fn is_greek(word: &str) -> bool {
    word.chars().any(|c| ('\u{370}'..='\u{3ff}').contains(&c))
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

/// Whose letters a name is written in. Words that say nothing are read as those beside them.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Alphabet {
    Russian,
    /// "г" is h, "и" is y.
    Ukrainian,
    /// As Ukrainian, perhaps: "Ганна".
    Undecided,
    SouthSlavic,
    Bulgarian,
}

impl Alphabet {
    fn of(core: &[String]) -> Self {
        let any = |letters: &[char]| core.iter().any(|word| word.contains(letters));
        let ends =
            |endings: &[&str]| core.iter().any(|word| endings.iter().any(|ending| word.ends_with(ending)));
        if any(&['ј', 'љ', 'њ', 'ћ', 'ђ', 'џ', 'ѓ', 'ќ', 'ѕ']) {
            Self::SouthSlavic
        } else if core.iter().any(|word| has_full_hard_sign(word)) {
            Self::Bulgarian
        } else if any(&['ә', 'қ', 'ғ', 'ң', 'ө', 'ұ', 'ү', 'һ']) {
            Self::Russian
        } else if any(&['і', 'ї', 'є', 'ґ', 'ў']) || ends(&["ський", "цький", "ська", "цька"])
        {
            Self::Ukrainian
        } else if any(&['г']) && !any(&['ы', 'э', 'ё', 'ъ']) {
            Self::Undecided
        } else {
            Self::Russian
        }
    }
}

/// Between consonants the hard sign is a vowel: "Търновски".
fn has_full_hard_sign(word: &str) -> bool {
    word.char_indices().any(|(at, c)| {
        c == 'ъ'
            && word[at + c.len_utf8()..].chars().next().is_some_and(|next| {
                next.is_alphabetic() && !matches!(next, 'е' | 'ё' | 'ю' | 'я' | 'и' | 'о')
            })
    })
}

/// The ways to write a Cyrillic word in Latin letters, the likeliest first.
fn latin_ways(word: &str, alphabet: Alphabet) -> Vec<String> {
    if alphabet == Alphabet::SouthSlavic {
        return [GAJ, ENGLISH, MIXED, PLAIN].map(|letters| south_slavic(word, letters)).to_vec();
    }
    let expected = to_latin(word, false, alphabet == Alphabet::Bulgarian);
    let passport = to_latin(word, true, alphabet == Alphabet::Bulgarian);
    // "Dmitry", "Zhukovsky": as newspapers write it.
    let ending = expected.strip_suffix("iy").or_else(|| expected.strip_suffix("yy"));
    let short = ending.map_or_else(|| expected.clone(), |stem| format!("{stem}y")).replace("yo", "e");
    let russian = vec![expected, passport, short, to_german(word)];
    let ukrainian = || vec![to_ukrainian(word, true), to_ukrainian(word, false)];
    match alphabet {
        Alphabet::Ukrainian => [ukrainian(), russian].concat(),
        Alphabet::Undecided => [russian, ukrainian()].concat(),
        _ => russian,
    }
}

/// As in passports (`passport`: "iuliia") or as English readers expect it ("yuliya").
fn to_latin(word: &str, passport: bool, bulgarian: bool) -> String {
    let mut out = String::new();
    for c in word.chars() {
        let letters = match (c, passport) {
            ('а' | 'ә', _) => "a",
            ('б', _) => "b",
            ('в', _) => "v",
            ('г' | 'ґ' | 'ғ', _) => "g",
            ('д', _) => "d",
            ('е' | 'э' | 'є', _) | ('ё', true) => "e",
            ('ё', false) => "yo",
            ('ж', _) => "zh",
            ('з', _) => "z",
            ('и' | 'і' | 'ї' | 'ӣ', _) | ('й', true) => "i",
            ('ы', _) | ('й', false) => "y",
            ('к' | 'қ', _) => "k",
            ('л', _) => "l",
            ('м', _) => "m",
            ('н' | 'ң', _) => "n",
            ('о' | 'ө', _) => "o",
            ('п', _) => "p",
            ('р', _) => "r",
            ('с', _) => "s",
            ('т', _) => "t",
            ('у' | 'ў' | 'ұ' | 'ү' | 'ӯ', _) => "u",
            ('ф', _) => "f",
            ('х', _) => "kh",
            ('һ' | 'ҳ', _) => "h",
            ('ц', _) => "ts",
            ('ч', _) => "ch",
            ('ҷ' | 'җ', _) => "j",
            ('ш', _) => "sh",
            ('щ', _) if bulgarian => "sht",
            ('щ', _) => "shch",
            ('ъ', _) if bulgarian => "a",
            ('ъ' | 'ь', _) => "",
            ('ю', true) => "iu",
            ('ю', false) => "yu",
            ('я', true) => "ia",
            ('я', false) => "ya",
            _ => {
                out.push(c);
                ""
            }
        };
        out.push_str(letters);
    }
    out
}

/// As in Ukrainian and Belarusian passports ("hryhorii") or as English readers expect it ("hryhoriy").
fn to_ukrainian(word: &str, passport: bool) -> String {
    let mut out = String::new();
    for c in word.chars() {
        match (c, passport) {
            ('г', _) => out.push('h'),
            ('и', _) => out.push('y'),
            ('є', true) => out.push_str("ie"),
            ('є', false) => out.push_str("ye"),
            ('ї', false) => out.push_str("yi"),
            _ => out.push_str(&to_latin(c.encode_utf8(&mut [0; 4]), passport, false)),
        }
    }
    out
}

/// The letters that South Slavic alphabets have besides, or read in their own way.
const SOUTH_SLAVIC: [char; 14] = ['ж', 'ц', 'ч', 'ш', 'х', 'ј', 'љ', 'њ', 'ћ', 'ђ', 'џ', 'ѓ', 'ќ', 'ѕ'];

/// As they are written at home: "Đorđe", "Jovanović".
const GAJ: [&str; 14] = ["ž", "c", "č", "š", "h", "j", "lj", "nj", "ć", "đ", "dž", "gj", "kj", "dz"];
/// By sound, for English readers: "Yovanovich".
const ENGLISH: [&str; 14] = ["zh", "ts", "ch", "sh", "h", "y", "ly", "ny", "ch", "dj", "j", "gy", "ky", "dz"];
/// "Jovanovich", "Djordje".
const MIXED: [&str; 14] = ["zh", "c", "ch", "sh", "h", "j", "lj", "nj", "ch", "dj", "dz", "gj", "kj", "dz"];
/// Without marks: "Djordje Petrovic".
const PLAIN: [&str; 14] = ["z", "c", "c", "s", "h", "j", "lj", "nj", "c", "dj", "dz", "g", "k", "dz"];

fn south_slavic(word: &str, letters: [&str; 14]) -> String {
    let mut out = String::new();
    for c in word.chars() {
        match SOUTH_SLAVIC.iter().position(|own| *own == c) {
            Some(at) => out.push_str(letters[at]),
            None => out.push_str(&to_latin(c.encode_utf8(&mut [0; 4]), true, true)),
        }
    }
    out
}

/// A word in another Cyrillic alphabet in Russian letters: "Йованович", "Нурланов".
fn to_russian(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        let (hard, soft) = match c {
            'ј' => ("", 'й'),
            'љ' => ("л", 'ь'),
            'њ' => ("н", 'ь'),
            c => {
                match c {
                    'ћ' => out.push('ч'),
                    'ђ' | 'џ' => out.push_str("дж"),
                    'ѕ' => out.push_str("дз"),
                    'җ' | 'ҷ' => out.push_str("дж"),
                    'ѓ' => out.push('г'),
                    'ќ' => out.push('к'),
                    'ў' => out.push('в'),
                    'ӣ' => out.push('и'),
                    'ӯ' => out.push('у'),
                    'ҳ' => out.push('х'),
                    'і' | 'ї' => out.push('и'),
                    'є' => out.push('е'),
                    c => out.push(russian_like(c)),
                }
                continue;
            }
        };
        out.push_str(hard);
        let vowel = match letters.peek() {
            Some('а') => "я",
            Some('у') => "ю",
            Some('е') => "е",
            Some('и') => "и",
            Some('о') if c == 'ј' => "йо",
            Some('о') => "ё",
            _ => {
                out.push(soft);
                continue;
            }
        };
        letters.next();
        out.push_str(vowel);
    }
    out
}

/// The Russian letter that sounds most like a letter of another alphabet.
fn russian_like(c: char) -> char {
    match c {
        'ґ' | 'ғ' => 'г',
        'ә' => 'а',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'һ' => 'х',
        c => c,
    }
}

/// As German newspapers write it: "Tschernyschow".
fn to_german(word: &str) -> String {
    let mut out = String::new();
    for c in word.chars() {
        let letters = match c {
            'ж' | 'ш' => "sch",
            'щ' => "schtsch",
            'х' => "ch",
            'ц' => "z",
            'ч' => "tsch",
            'в' => "w",
            'й' => "j",
            'ы' => "y",
            'ё' => "jo",
            'ю' => "ju",
            'я' => "ja",
            c => {
                out.push_str(&to_latin(c.encode_utf8(&mut [0; 4]), true, false));
                ""
            }
        };
        out.push_str(letters);
    }
    out.strip_suffix("ij").map_or_else(|| out.clone(), |stem| format!("{stem}i"))
}

/// One of the ways in which Greek passports, signs and newspapers write.
struct Greek {
    chi: &'static str,
    /// What μπ, ντ and γκ are inside a word; they begin one as "b", "d" and "g".
    inner: [&'static str; 3],
    /// With οι, ει and αι as they sound.
    modern: bool,
}

/// A Greek word in Latin letters, the likeliest way first. Every word has them in the same order.
fn greek_to_latin(word: &str) -> Vec<String> {
    const PASSPORT: [&str; 3] = ["mp", "nt", "ng"];
    const NASAL: [&str; 3] = ["mb", "nt", "ng"];
    const PLAIN: [&str; 3] = ["b", "d", "g"];
    const LETTERS: [&str; 3] = ["mp", "nt", "gk"];
    let letters = greek_letters(word);
    let way = |chi, inner, modern| greek_sounds(&letters, &Greek { chi, inner, modern });
    // "Bakoyannis", "Yorgos"
    let soft = way("h", NASAL, true)
        .replace("gia", "ya")
        .replace("gio", "yo")
        .replace("gi", "yi")
        .replace("ge", "ye");
    vec![
        way("ch", PASSPORT, false),
        way("h", NASAL, false),
        way("ch", NASAL, false),
        way("h", LETTERS, false),
        way("ch", LETTERS, false),
        way("h", PLAIN, true),
        way("ch", NASAL, true),
        way("kh", PASSPORT, false),
        soft,
    ]
}

/// The letters without marks; a stressed first letter, or two dots on the second, keep two vowels apart.
fn greek_letters(word: &str) -> Vec<(char, bool)> {
    let mut letters: Vec<(char, bool)> = Vec::new();
    for c in word.nfd() {
        match (c, letters.last_mut()) {
            ('\u{301}', Some(last)) if matches!(last.0, 'α' | 'ε' | 'ο' | 'η') => last.1 = true,
            ('\u{308}', _) => {
                let at = letters.len().checked_sub(2);
                if let Some(before) = at.and_then(|at| letters.get_mut(at)) {
                    before.1 = true;
                }
            }
            (c, _) if c.is_alphabetic() || c == ' ' => letters.push((c, false)),
            _ => {}
        }
    }
    letters
}

fn greek_sounds(letters: &[(char, bool)], way: &Greek) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some((c, apart)) = letters.get(at).copied() {
        let next = letters.get(at + 1).map(|(next, _)| *next);
        let initial = at == 0 || letters[at - 1].0 == ' ';
        // Before a vowel or a voiced consonant.
        let voiced = letters.get(at + 2).is_some_and(|(next, _)| !"θκξπσςτφχψ ".contains(*next));
        let pair = match (c, next) {
            ('μ', Some('π')) => Some(if initial { "b" } else { way.inner[0] }),
            ('ν', Some('τ')) => Some(if initial { "d" } else { way.inner[1] }),
            ('γ', Some('κ')) if initial => Some("g"),
            ('γ', Some('κ')) => Some(way.inner[2]),
            ('γ', Some('γ')) => Some("ng"),
            ('α', Some('υ')) if !apart => Some(if voiced { "av" } else { "af" }),
            ('ε', Some('υ')) if !apart => Some(if voiced { "ev" } else { "ef" }),
            ('ο', Some('υ')) if !apart => Some("ou"),
            ('ο' | 'ε', Some('ι')) if !apart && way.modern => Some("i"),
            ('α', Some('ι')) if !apart && way.modern => Some("e"),
            _ => None,
        };
        if let Some(pair) = pair {
            out.push_str(pair);
            at += 2;
            continue;
        }
        out.push_str(match c {
            'α' => "a",
            'β' => "v",
            'γ' => "g",
            'δ' => "d",
            'ε' => "e",
            'ζ' => "z",
            'η' | 'ι' => "i",
            'θ' => "th",
            'κ' => "k",
            'λ' => "l",
            'μ' => "m",
            'ν' => "n",
            'ξ' => "x",
            'ο' | 'ω' => "o",
            'π' => "p",
            'ρ' => "r",
            'σ' | 'ς' => "s",
            'τ' => "t",
            'υ' => "y",
            'φ' => "f",
            'χ' => way.chi,
            'ψ' => "ps",
            ' ' => " ",
            _ => "",
        });
        at += 1;
    }
    out
}

/// The letters of Latin names in Russian, by the language in which they are read.
type Letters = HashMap<&'static str, &'static str>;

fn russian() -> &'static (Letters, Vec<Letters>) {
    static ALL: OnceLock<(Letters, Vec<Letters>)> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<Letters> = Vec::new();
        for line in RUSSIAN.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with('[') {
                all.push(Letters::new());
                continue;
            }
            let Some(letters) = all.last_mut() else { continue };
            let mut words = line.split_whitespace();
            while let (Some(latin), Some(cyrillic)) = (words.next(), words.next()) {
                letters.insert(latin, if cyrillic == "0" { "" } else { cyrillic });
            }
        }
        let base = if all.is_empty() { Letters::new() } else { all.remove(0) };
        (base, all)
    })
}

/// A Latin word in Russian letters, as each language reads it.
fn to_cyrillic(word: &str) -> Vec<String> {
    let (base, languages) = russian();
    languages.iter().map(|letters| in_letters(word, letters, base)).collect()
}

fn in_letters(word: &str, letters: &Letters, base: &Letters) -> String {
    const LONGEST: usize = 5;
    let edged: Vec<char> =
        word.split(' ').map(|word| format!("^{word}$")).collect::<Vec<_>>().join(" ").chars().collect();
    let mut out = String::with_capacity(word.len() * 2);
    let mut at = 0;
    while at < edged.len() {
        let group = |length: usize| edged.get(at..at + length).map(|group| group.iter().collect::<String>());
        let found = (1..=LONGEST).rev().find_map(|length| {
            let group = group(length)?;
            letters.get(group.as_str()).map(|cyrillic| (length, *cyrillic))
        });
        if let Some((length, cyrillic)) = found {
            out.push_str(cyrillic);
            // The end of the word is needed once more, to know what follows.
            at += length;
            continue;
        }
        let c = edged[at];
        at += 1;
        if matches!(c, '^' | '$') {
            continue;
        }
        let bare = || unmarked(c).collect::<String>();
        let own = c.to_string();
        match base.get(own.as_str()) {
            Some(cyrillic) => out.push_str(cyrillic),
            None => out.push_str(base.get(bare().as_str()).copied().unwrap_or(own.as_str())),
        }
    }
    out
}

/// What is left of a word when spellings of the same sounds are put together.
pub(super) fn sound_form(word: &str) -> String {
    if word.chars().any(is_cyrillic) { cyrillic_sound(word) } else { latin_sound(word) }
}

fn latin_sound(word: &str) -> String {
    /// The longest groups first. Capitals stand for sounds of their own.
    #[rustfmt::skip]
    const GROUPS: &[(&str, &str)] = &[
        ("schtsch", "S"), ("shch", "S"), ("tsch", "C"), ("szcz", "S"), ("tch", "C"), ("sch", "S"), ("iya", "A"), ("iia", "A"),
        ("ija", "A"), ("iyu", "U"), ("iiu", "U"), ("ch", "C"), ("cz", "C"), ("sh", "S"), ("sz", "S"), ("zh", "Z"),
        ("kh", "h"), ("ts", "c"), ("tz", "c"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("ks", "x"), ("yo", "e"), ("io", "e"),
        ("jo", "e"), ("ye", "e"), ("ie", "e"), ("je", "e"), ("yu", "U"), ("iu", "U"), ("ju", "U"), ("ya", "A"), ("ia", "A"),
        ("ja", "A"), ("ou", "u"), ("w", "v"), ("q", "k"), ("c", "k"), ("y", "i"), ("j", "i"),
    ];
    let bare: String = word.chars().flat_map(unmarked).filter(|c| *c != '\'').collect();
    let mut out = String::with_capacity(bare.len());
    let mut rest = bare.as_str();
    while let Some(c) = rest.chars().next() {
        let (length, sound) = match GROUPS.iter().find(|(letters, _)| rest.starts_with(letters)) {
            Some((letters, sound)) => (letters.len(), *sound),
            None => (c.len_utf8(), &rest[..c.len_utf8()]),
        };
        if !out.ends_with(sound) {
            out.push_str(sound);
        }
        rest = &rest[length..];
    }
    // "Smirnoff"
    if let Some(stem) = out.strip_suffix('f') {
        out = format!("{stem}v");
    }
    out
}

fn cyrillic_sound(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut before = ' ';
    for c in word.chars() {
        let sound = match c {
            'ё' | 'э' | 'є' => 'е',
            // "Шевельова" is Шевелёва.
            'о' if matches!(before, 'ь' | 'й') => 'е',
            'й' | 'ы' | 'і' | 'ї' => 'и',
            'щ' => 'ш',
            'ь' | 'ъ' => {
                before = c;
                continue;
            }
            c => russian_like(c),
        };
        before = c;
        // "Мария", "Марья"; "Юрьева", "Юриева".
        if out.ends_with('и') && matches!(sound, 'е' | 'я' | 'ю') {
            out.pop();
        }
        if !out.ends_with(sound) {
            out.push(sound);
        }
    }
    out
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
