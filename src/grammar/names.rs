//! What is known about names besides their letters: the parts of a display name, titles, nicknames, and how a name of
//! one script is written in the other. Data is in `data/names.txt`.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use super::scripts;
use crate::text;

const DATA: &str = include_str!("data/names.txt");

/// The names and titles of one language.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// A name and the other names for the same person.
    nicknames: HashMap<&'static str, Vec<&'static str>>,
    titles: HashSet<&'static str>,
    /// What there is more than one of in every building.
    kinds: HashSet<&'static str>,
}

impl Names {
    /// What is known for a language; nothing for most.
    pub(super) fn of(language: &str) -> &'static Self {
        static ALL: OnceLock<HashMap<&'static str, Names>> = OnceLock::new();
        static NONE: OnceLock<Names> = OnceLock::new();
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        ALL.get_or_init(read).get(primary).unwrap_or_else(|| NONE.get_or_init(Names::default))
    }

    /// Other names for the person who is called `name`.
    pub(super) fn others(&self, name: &str) -> &[&'static str] {
        self.nicknames.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a word says what something is rather than which one: "room", "office". Alone it is no name.
    pub(super) fn is_kind(&self, word: &str) -> bool {
        self.kinds.contains(word)
    }

    /// Whether a word, or each word of a compound, is a title that may be left out.
    pub(super) fn is_title(&self, word: &str) -> bool {
        word.split(' ').all(|word| self.titles.contains(word))
    }
}

fn read() -> HashMap<&'static str, Names> {
    let mut all: HashMap<&'static str, Names> = HashMap::new();
    let mut language = "";
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            language = name;
        } else if let Some(titles) = line.strip_prefix("title:") {
            all.entry(language).or_default().titles.extend(titles.split_whitespace());
        } else if let Some(kinds) = line.strip_prefix("kind:") {
            all.entry(language).or_default().kinds.extend(kinds.split_whitespace());
        } else {
            let names: Vec<&str> = line.split_whitespace().collect();
            let known = &mut all.entry(language).or_default().nicknames;
            for name in &names {
                let others = known.entry(name).or_default();
                others.extend(names.iter().filter(|other| *other != name));
            }
        }
    }
    all
}

/// The parts of a display name as they are written: what stands in brackets, behind dashes, slashes and commas is a part
/// of its own. The person comes first, "Smith, John" in the order in which it is said.
pub(super) fn pieces(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let characters: Vec<char> = name.chars().collect();
    for (at, c) in characters.iter().enumerate() {
        let spaced = at > 0
            && characters[at - 1].is_whitespace()
            && characters.get(at + 1).is_none_or(|next| next.is_whitespace());
        match c {
            '(' | ')' | '[' | ']' | '{' | '}' | '/' | '|' | ',' | ';' | '«' | '»' | '"' | '“' | '”' | '•'
            | '·' => {
                parts.push(String::new());
            }
            '-' | '–' | '—' | ':' if spaced => parts.push(String::new()),
            // What stands behind the @ of an address is no name.
            '@' => break,
            '.' | '_' if !characters.get(at + 1).is_none_or(|next| next.is_whitespace()) => {
                if let Some(part) = parts.last_mut() {
                    part.push(' ');
                }
            }
            c => {
                if let Some(part) = parts.last_mut() {
                    part.push(*c);
                }
            }
        }
    }
    let trimmed = |part: &String| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts: Vec<String> =
        parts.iter().map(trimmed).filter(|part| part.chars().any(char::is_alphanumeric)).collect();
    if name.trim_start().starts_with(['(', '[', '{']) && parts.len() > 1 {
        // "[EXT] Carlos Vega"
        parts.rotate_left(1);
    }
    extensions(&mut parts);
    quoted(&mut parts, name);
    if let Some(readable) = parts.iter().position(|part| !part.contains(is_unread)).filter(|at| *at > 0)
        && words_in(&parts[readable]) > 1
    {
        // "李娜 (Li Na)"
        let part = parts.remove(readable);
        parts.insert(0, part);
    }
    if let [surname, given, ..] = parts.as_slice()
        && name.split(',').next().is_some_and(|before| before.trim() == surname)
        && words_in(surname) <= 2
        && words_in(given) <= 2
        && !is_suffix(given, surname)
    {
        let turned = format!("{given} {surname}");
        parts.splice(..2, [turned]);
    }
    parts
}

fn words_in(part: &str) -> usize {
    part.split(' ').count()
}

/// Letters that have no reading here: without vowels or without sounds.
fn is_unread(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{6ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// "Lucy Bell ext 12": how to reach somebody is no part of the name.
fn extensions(parts: &mut Vec<String>) {
    const MARKS: &[&str] =
        &["ext", "extension", "tel", "доб", "тел", "вн", "durchwahl", "dw", "int", "extensión"];
    let has_digits = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let mut split = Vec::with_capacity(parts.len());
    for part in parts.drain(..) {
        let words: Vec<&str> = part.split(' ').collect();
        let mark = words.windows(2).position(|pair| {
            MARKS.contains(&text::fold(pair[0].trim_end_matches('.')).as_str()) && has_digits(pair[1])
        });
        match mark.filter(|at| *at > 0) {
            Some(at) => split.extend([words[..at].join(" "), words[at..].join(" ")]),
            None => split.push(part),
        }
    }
    *parts = split;
}

/// What stands in quotation marks: "ООО «Ромашка» Иван Смирнов" is a person of a company, "Зал «Москва»" a room.
fn quoted(parts: &mut Vec<String>, name: &str) {
    if !name.contains(['«', '“', '"']) || parts.len() < 2 {
        return;
    }
    let is_person = |part: &String| part.contains(' ') && !part.contains(|c: char| c.is_ascii_digit());
    if let Some(person) = parts.iter().position(is_person) {
        let person = parts.remove(person);
        parts.insert(0, person);
    } else if let [kind, own, ..] = parts.as_slice()
        && name.find(['«', '“', '"']).is_some_and(|quote| name[..quote].trim() == kind)
    {
        let (whole, kind) = (format!("{kind} {own}"), kind.clone());
        parts[0] = whole;
        if kind.contains(' ') {
            parts.push(kind);
        }
    }
}

/// What follows a name behind a comma without being one: "CEO", "Jr.", "PhD".
fn is_suffix(part: &str, name: &str) -> bool {
    const SUFFIXES: &[&str] = &["jr", "jr.", "sr", "sr.", "phd", "ph d", "esq", "esq."];
    let is_capital = |text: &str| text.chars().all(|c| !c.is_lowercase());
    SUFFIXES.contains(&text::fold(part).as_str())
        || part.chars().count() <= 4
            && part.chars().all(char::is_alphabetic)
            && is_capital(part)
            && !is_capital(name)
}

/// The words of each part of a display name, folded.
pub(super) fn segments(name: &str) -> Vec<Vec<String>> {
    let units = |part: &String| -> Vec<String> {
        let part = text::fold(&text::compose(part));
        let words = part.split_whitespace().map(|word| text::spoken_words(word).join(" "));
        words.filter(|word| !word.is_empty()).collect()
    };
    pieces(name).iter().map(units).filter(|words| !words.is_empty()).collect()
}

/// A name that is written in one word with capitals inside, with spaces: "BoardRoomNorth". `None` for any other.
pub(super) fn humps(name: &str) -> Option<String> {
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

/// What belongs to the surname that follows.
const PARTICLES: &[&str] = &[
    "von", "van", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le", "zu",
    "zum", "zur", "vom", "af", "av", "ten", "ter", "st", "saint", "bin", "ibn", "al", "el", "ben", "фон",
    "ван", "дер", "де", "ла", "ди", "аль", "бен",
];

/// Those with which a name begins when the surname is written first.
const STARTS: &[&str] = &["von", "van", "der", "de", "di", "della", "du", "le", "фон", "ван"];

pub(super) fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word)
}

/// The words of a name, particles joined to what they belong to: "wolfgang", "von der heide".
pub(super) fn with_particles(words: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut open = false;
    for word in words {
        match out.last_mut().filter(|_| open) {
            Some(last) => {
                last.push(' ');
                last.push_str(word);
            }
            None => out.push((*word).to_owned()),
        }
        // A given name comes first, except where nobody is called so.
        open = is_particle(word) && (out.len() > 1 || words.len() > 2 && STARTS.contains(word));
    }
    out
}

/// Other spellings of a phrase in comparison form, by people who leave marks and apostrophes out, and by models that
/// do not have them: "jose nunez", "oneill", "o neill", "королев".
///
/// German besides: who types "Mueller" and "GROSSMANN" is called "Müller" and "Großmann".
pub(super) fn respelled(phrase: &str, german: bool, take: &mut dyn FnMut(&str)) {
    if phrase.contains('\'') {
        take(&phrase.replace('\'', ""));
        take(&phrase.replace('\'', " "));
    }
    if let Some(rest) = phrase.strip_prefix("st ") {
        take(&format!("saint {rest}"));
    } else if phrase.contains(" st ") {
        take(&phrase.replace(" st ", " saint "));
    }
    if german && phrase.contains(['ǖ', 'ǘ', 'ǚ', 'ǜ']) {
        take(&phrase.replace(['ǖ', 'ǘ', 'ǚ', 'ǜ'], "ü"));
    }
    if german && ["ue", "oe", "ae", "ss"].iter().any(|pair| phrase.contains(pair)) {
        take(&phrase.replace("ue", "ü").replace("oe", "ö").replace("ae", "ä"));
        take(&phrase.replace("ue", "ü").replace("oe", "ö").replace("ae", "ä").replace("ss", "ß"));
    }
    if !phrase.is_ascii() {
        let plain: String = phrase.chars().flat_map(unmarked).collect();
        if plain != phrase {
            take(&plain);
        }
    }
}

/// A letter without its marks; the marks of other scripts than Latin belong to the letter, except those of "ё".
fn unmarked(c: char) -> impl Iterator<Item = char> {
    let letters = match c {
        'ß' => "ss",
        'ł' => "l",
        'ø' => "o",
        'æ' => "ae",
        'œ' => "oe",
        'ı' => "i",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ё' => "е",
        _ => "",
    };
    let base = std::iter::once(c).nfd().next().filter(char::is_ascii_alphabetic).unwrap_or(c);
    letters.chars().chain(letters.is_empty().then_some(base))
}

/// Whether names of this language are written in Cyrillic letters.
pub(super) fn is_cyrillic_language(language: &str) -> bool {
    matches!(language.split(['-', '_']).next(), Some("ru" | "uk" | "be" | "bg" | "sr" | "mk" | "kk"))
}

/// The spellings of a word in the letters of a language, if it is written in others.
pub(super) fn transliterated(word: &str, cyrillic: bool) -> Vec<String> {
    let is_cyrillic = |c: char| ('\u{400}'..='\u{52f}').contains(&c);
    if let Some(latin) = scripts::to_latin(word) {
        return vec![if cyrillic { to_cyrillic(&latin) } else { latin }];
    }
    let mut forms = if cyrillic && word.chars().any(|c| c.is_ascii_alphabetic()) {
        vec![to_cyrillic(word)]
    } else if !cyrillic && word.chars().any(is_cyrillic) {
        let expected = to_latin(word, false);
        // "Dmitry", "Zhukovsky": as newspapers write it.
        let ending = expected.strip_suffix("iy").or_else(|| expected.strip_suffix("yy"));
        let short = ending.map_or_else(|| expected.clone(), |stem| format!("{stem}y")).replace("yo", "e");
        vec![expected, to_latin(word, true), short]
    } else if !cyrillic && word.chars().any(|c| ('\u{370}'..='\u{3ff}').contains(&c)) {
        vec![greek_to_latin(word)]
    } else {
        Vec::new()
    };
    let mut seen = Vec::new();
    forms.retain(|form| {
        !seen.contains(form) && {
            seen.push(form.clone());
            true
        }
    });
    forms
}

/// As in passports (`passport`: "iuliia") or as English readers expect it ("yuliya").
fn to_latin(word: &str, passport: bool) -> String {
    let mut out = String::new();
    for c in word.chars() {
        let letters = match (c, passport) {
            ('а', _) => "a",
            ('б', _) => "b",
            ('в', _) => "v",
            ('г' | 'ґ', _) => "g",
            ('д', _) => "d",
            ('е' | 'э' | 'є', _) | ('ё', true) => "e",
            ('ё', false) => "yo",
            ('ж', _) => "zh",
            ('з', _) => "z",
            ('и' | 'і' | 'ї', _) | ('й', true) => "i",
            ('ы', _) | ('й', false) => "y",
            ('к', _) => "k",
            ('л', _) => "l",
            ('м', _) => "m",
            ('н', _) => "n",
            ('о', _) => "o",
            ('п', _) => "p",
            ('р', _) => "r",
            ('с', _) => "s",
            ('т', _) => "t",
            ('у' | 'ў', _) => "u",
            ('ф', _) => "f",
            ('х', _) => "kh",
            ('ц', _) => "ts",
            ('ч', _) => "ch",
            ('ш', _) => "sh",
            ('щ', _) => "shch",
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

fn greek_to_latin(word: &str) -> String {
    let mut out = String::new();
    for c in word.nfd() {
        let letters = match c {
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
            'υ' if out.ends_with(['a', 'e', 'o']) => "u",
            'υ' => "y",
            'φ' => "f",
            'χ' => "ch",
            'ψ' => "ps",
            _ => "",
        };
        out.push_str(letters);
    }
    out
}

fn to_cyrillic(word: &str) -> String {
    const LETTERS: &[(&str, &str)] = &[
        ("shch", "щ"),
        ("ohn", "он"),
        ("ie", "и"),
        ("ea", "и"),
        ("ou", "у"),
        ("ay", "эй"),
        ("ai", "эй"),
        ("sch", "ш"),
        ("sh", "ш"),
        ("ch", "ч"),
        ("zh", "ж"),
        ("kh", "х"),
        ("ts", "ц"),
        ("ya", "я"),
        ("yu", "ю"),
        ("yo", "ё"),
        ("ye", "е"),
        ("ph", "ф"),
        ("th", "т"),
        ("ck", "к"),
        ("ee", "и"),
        ("oo", "у"),
        ("qu", "кв"),
        ("ia", "ия"),
        ("iu", "ию"),
        ("a", "а"),
        ("b", "б"),
        ("c", "к"),
        ("d", "д"),
        ("e", "е"),
        ("f", "ф"),
        ("g", "г"),
        ("h", "х"),
        ("i", "и"),
        ("j", "дж"),
        ("k", "к"),
        ("l", "л"),
        ("m", "м"),
        ("n", "н"),
        ("o", "о"),
        ("p", "п"),
        ("q", "к"),
        ("r", "р"),
        ("s", "с"),
        ("t", "т"),
        ("u", "у"),
        ("v", "в"),
        ("w", "в"),
        ("x", "кс"),
        ("y", "и"),
        ("z", "з"),
        ("'", "ь"),
        ("ü", "ю"),
        ("ö", "ё"),
        ("ä", "е"),
        ("ß", "сс"),
    ];
    let mut out = String::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        match LETTERS.iter().find(|(latin, _)| rest.starts_with(latin)) {
            Some((latin, cyrillic)) => {
                out.push_str(cyrillic);
                rest = &rest[latin.len()..];
            }
            None => {
                // Other marks are left out.
                let bare: String = unmarked(c).collect();
                let known = LETTERS.iter().find(|(latin, _)| *latin == bare);
                out.push_str(known.map_or(bare.as_str(), |(_, cyrillic)| cyrillic));
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_fall_into_parts() {
        let parts = |name: &str| segments(name).iter().map(|words| words.join(" ")).collect::<Vec<_>>();
        assert_eq!(parts("смирнов иван (мск)"), ["смирнов иван", "мск"]);
        assert_eq!(parts("j. doe – board room 3"), ["j doe", "board room 3"]);
        assert_eq!(parts("anna-maria müller-lüdenscheidt"), ["anna maria müller lüdenscheidt"]);
        assert_eq!(parts("ооо «ромашка» иван смирнов"), ["иван смирнов", "ооо", "ромашка"]);
        assert_eq!(parts("smith, john"), ["john smith"]);
        assert_eq!(parts("john.smith@example.org"), ["john smith"]);
        assert_eq!(parts("ann lee (acme, berlin)"), ["ann lee", "acme", "berlin"]);
    }

    #[test]
    fn names_cross_scripts() {
        assert_eq!(transliterated("юлия", false), ["yuliya", "iuliia"]);
        assert_eq!(transliterated("дмитрий", false), ["dmitriy", "dmitrii", "dmitry"]);
        assert_eq!(transliterated("γιώργος", false), ["giorgos"]);
        assert_eq!(transliterated("smith", true), ["смит"]);
        assert!(transliterated("smith", false).is_empty());
    }

    #[test]
    fn nicknames_go_both_ways() {
        let names = Names::of("en-GB");
        assert!(names.others("robert").contains(&"bob") && names.others("bob").contains(&"robert"));
        assert!(names.is_title("dr") && Names::of("xx").others("robert").is_empty());
    }
}
