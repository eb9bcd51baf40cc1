//! What is known about names besides their letters: titles, nicknames, particles, and how they are written without marks.
//! Data is in `data/names.txt`.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use super::transliteration;
use crate::text;

const DATA: &str = include_str!("data/names.txt");

/// The names and titles of one language.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// A name and the other names for the same person.
    nicknames: HashMap<String, Vec<&'static str>>,
    titles: HashSet<&'static str>,
    /// Titles that are said alone: "the CEO".
    roles: HashSet<&'static str>,
    suffixes: HashSet<&'static str>,
    /// What there is more than one of in every building.
    kinds: HashSet<&'static str>,
    /// Kinds of which one is said for another, in several words.
    alike: Vec<Vec<&'static str>>,
    /// Abbreviations and what they are read as.
    short: HashMap<&'static str, Vec<&'static str>>,
    /// A name and what the same name is in this language: "пётр", "peter".
    abroad: HashMap<String, Vec<&'static str>>,
    /// A name of this language and how it is written in Latin letters at home: "джон", "john".
    latin: HashMap<&'static str, Vec<&'static str>>,
    /// A name in Latin letters, without marks as well, and what is written for it: "john", "джон".
    russian: HashMap<String, Vec<&'static str>>,
    /// What may stand between what something is and which: "departamento de contabilidad".
    pub of: Option<&'static str>,
    /// What "&" is read as.
    pub and: Option<&'static str>,
    /// What stands between a name and what is beside it.
    pub links: Vec<&'static str>,
    /// Letters by which English readers tell a sound, and those that this language has for it: "kh", "ch".
    pub letters: Vec<(&'static str, &'static str)>,
    /// What says behind a name that its bearer is not there.
    away: Vec<Vec<&'static str>>,
    /// What a "+" before a number is read as.
    pub plus: Option<&'static str>,
    /// What may stand before a number.
    pub number: Option<&'static str>,
    /// What may stand before a room.
    pub article: Option<&'static str>,
    /// What stands between a number and what follows its point.
    pub points: Vec<&'static str>,
    /// What says where in a building something is.
    floors: HashSet<&'static str>,
    /// First, second and so on, in each form.
    pub ordinals: Vec<Vec<&'static str>>,
}

impl Names {
    /// What is known for a language; nothing for most.
    pub(super) fn of(language: &str) -> &'static Self {
        static ALL: OnceLock<HashMap<&'static str, Names>> = OnceLock::new();
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        ALL.get_or_init(read).get(primary).unwrap_or_else(|| Self::none())
    }

    /// Nothing is known.
    pub(super) fn none() -> &'static Self {
        static NONE: OnceLock<Names> = OnceLock::new();
        NONE.get_or_init(Names::default)
    }

    /// Other names for the person who is called `name`.
    pub(super) fn others(&self, name: &str) -> &[&'static str] {
        self.nicknames.get(name).map_or(&[], Vec::as_slice)
    }

    /// What a foreign name is in this language; the other way round it is not said.
    pub(super) fn abroad(&self, name: &str) -> &[&'static str] {
        self.abroad.get(name).map_or(&[], Vec::as_slice)
    }

    /// How a name in Cyrillic letters is written where it is from.
    pub(super) fn latin(&self, name: &str) -> &[&'static str] {
        self.latin.get(name).map_or(&[], Vec::as_slice)
    }

    /// How a name in Latin letters is written in Russian; none of the names that friends have for it.
    pub(super) fn russian(&self, name: &str) -> &[&'static str] {
        self.russian.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a word says what something is rather than which one: "room", "office". Alone it is no name.
    pub(super) fn is_kind(&self, word: &str) -> bool {
        self.kinds.contains(word)
    }

    /// Whether a word, or each word of a compound, is a title that may be left out.
    pub(super) fn is_title(&self, word: &str) -> bool {
        word.split(' ').all(|word| self.titles.contains(word))
    }

    /// Whether a title is also said without a name.
    pub(super) fn is_role(&self, word: &str) -> bool {
        self.roles.contains(word)
    }

    /// Whether a word behind a name may be left out: "Jr.".
    pub(super) fn is_suffix(&self, word: &str) -> bool {
        self.suffixes.contains(word)
    }

    /// Whether a word says where in a building something is: "floor".
    pub(super) fn is_floor(&self, word: &str) -> bool {
        self.floors.contains(word)
    }

    /// Where in a name it says that its bearer is not there: "ooo", "on leave".
    pub(super) fn away_at(&self, words: &[&str]) -> Option<usize> {
        let folded: Vec<String> = words.iter().map(|word| text::normalize(word)).collect();
        let begins = |at: usize| {
            self.away.iter().any(|away| {
                folded.len() >= at + away.len()
                    && folded[at..].iter().zip(away).all(|(word, away)| word == away)
            })
        };
        (0..folded.len()).find(|at| begins(*at))
    }

    /// What an abbreviation is read as.
    pub(super) fn read_as(&self, word: &str) -> &[&'static str] {
        self.short.get(word).map_or(&[], Vec::as_slice)
    }

    /// The kinds of rooms that are said for one another.
    pub(super) fn alike_first(&self) -> &[&'static str] {
        self.alike.first().map_or(&[], Vec::as_slice)
    }

    /// The other kinds that `words` begin with one of, and how many words that one has.
    pub(super) fn alike(&self, words: &[&str]) -> impl Iterator<Item = (usize, &'static str)> {
        let begins = |kind: &str| {
            let length = kind.split(' ').count();
            words.len() > length && kind.split(' ').eq(words[..length].iter().copied())
        };
        let longest = |group: &&Vec<&'static str>| {
            group.iter().filter(|kind| begins(kind)).max_by_key(|kind| kind.len()).copied()
        };
        let found = self.alike.iter().find_map(|group| Some((group, longest(&group)?)));
        found.into_iter().flat_map(|(group, kind)| {
            let length = kind.split(' ').count();
            group.iter().filter(move |other| **other != kind).map(move |other| (length, *other))
        })
    }
}

fn read() -> HashMap<&'static str, Names> {
    let mut all: HashMap<&'static str, Names> = HashMap::new();
    let mut language = "";
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            language = name;
        } else {
            all.entry(language).or_default().add(line);
        }
    }
    all
}

impl Names {
    fn add(&mut self, line: &'static str) {
        let Some((what, rest)) = line.split_once(": ") else { return self.same_person(line) };
        let (mut words, phrases) = (rest.split_whitespace(), rest.split(',').map(str::trim));
        match what {
            "title" => self.titles.extend(words),
            "role" => {
                self.roles.extend(words.clone());
                self.titles.extend(words);
            }
            "suffix" => self.suffixes.extend(words),
            "kind" => self.kinds.extend(words),
            "alike" => self.alike.push(phrases.collect()),
            "short" => {
                if let Some((word, long)) = rest.split_once(' ') {
                    self.short.entry(word).or_default().push(long);
                }
            }
            "link" => self.links.extend(phrases),
            "away" => self.away.extend(phrases.map(|phrase| phrase.split(' ').collect())),
            "letters" => {
                let pairs = phrases.filter_map(|pair| pair.split_once(' '));
                self.letters.extend(pairs);
            }
            "plus" => self.plus = words.next(),
            "number" => self.number = words.next(),
            "point" => self.points.extend(words),
            "floor" => self.floors.extend(words),
            "article" => self.article = words.next(),
            "of" => self.of = words.next(),
            "and" => self.and = words.next(),
            "abroad" => {
                let Some(name) = words.next() else { return };
                let own: Vec<&'static str> = words.collect();
                for key in transliteration::written(name) {
                    let known = self.abroad.entry(key.clone()).or_default();
                    known.extend(own.iter().filter(|own| **own != key));
                }
            }
            "ordinal" => self.ordinals.push(words.collect()),
            _ => {}
        }
    }

    /// A line of names, by commas if any has several words. They are found without their marks, too.
    fn same_person(&mut self, line: &'static str) {
        let names: Vec<&'static str> = if line.contains(',') {
            line.split(',').map(str::trim).collect()
        } else {
            line.split_whitespace().collect()
        };
        let is_cyrillic = |name: &str| name.chars().any(|c| ('\u{400}'..='\u{52f}').contains(&c));
        let is_russian = names.iter().any(|name| is_cyrillic(name));
        // "Olga" is called "Оля" as well; whom nobody calls otherwise is a foreigner ("Янг" is not "Yang").
        let is_called = names.iter().filter(|name| is_cyrillic(name)).count() > 1;
        // Friends call each other otherwise: only the first is what is written.
        if let Some(first) = names.first().filter(|first| is_cyrillic(first)) {
            let latin: Vec<&'static str> = names.iter().copied().filter(|name| !is_cyrillic(name)).collect();
            let bare = latin.iter().map(|name| name.chars().flat_map(unmarked).collect());
            let by_letters = if is_called { transliteration::written(first) } else { Vec::new() };
            let by_letters = by_letters.into_iter().filter(|name| !is_cyrillic(name));
            for name in by_letters.chain(bare).chain(latin.iter().map(|&name| name.to_owned())) {
                let known = self.russian.entry(name).or_default();
                known.extend((!known.contains(first)).then_some(*first));
            }
            self.latin.entry(first).or_default().extend(latin);
        }
        for name in &names {
            let bare: String = name.chars().flat_map(unmarked).collect();
            let keys = if bare == *name { vec![bare] } else { vec![bare, (*name).to_owned()] };
            for key in keys {
                let is_own = |other: &&'static str| !is_russian || is_cyrillic(other);
                self.call(key, names.iter().copied().filter(|other| other != name).filter(is_own));
            }
        }
    }

    fn call(&mut self, name: String, others: impl Iterator<Item = &'static str>) {
        let known = self.nicknames.entry(name).or_default();
        for other in others {
            if !known.contains(&other) {
                known.push(other);
            }
        }
    }
}

/// What belongs to the surname that follows.
const PARTICLES: &[&str] = &[
    "von", "van", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le", "zu",
    "zum", "zur", "vom", "af", "av", "ten", "ter", "st", "saint", "bin", "bint", "ibn", "al", "el", "ben",
    "фон", "ван", "дер", "де", "ла", "ди", "аль", "бен",
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
    let mut forms = Vec::new();
    if phrase.contains('\'') {
        forms.extend([phrase.replace('\'', ""), phrase.replace('\'', " ")]);
    }
    if let Some(rest) = phrase.strip_prefix("st ") {
        forms.push(format!("saint {rest}"));
    } else if phrase.contains(" st ") {
        forms.push(phrase.replace(" st ", " saint "));
    }
    for start in ["abdul", "abdel", "mac"].into_iter().filter(|start| phrase.contains(start)) {
        // "Abdul Rahman", "Mac Gillivray"; "Machado" is one word.
        let rest = |word: &str| -> Option<String> {
            let rest = word.strip_prefix(start)?;
            let is_one = start == "mac" && rest.starts_with(|c| "aeiouyhk".contains(c));
            let is_name = rest.chars().nth(3).is_some() && !is_one;
            is_name.then(|| rest.to_owned())
        };
        let parted = |word: &str| rest(word).map_or(word.to_owned(), |rest| format!("{start} {rest}"));
        let words: Vec<String> = phrase.split(' ').map(parted).collect();
        forms.push(words.join(" "));
        forms.push(phrase.replace(&format!("{start} "), start));
    }
    if phrase.contains("mc") {
        // "McNeil", "Mc Neil"
        let parted: Vec<String> = phrase.split(' ').map(|word| word.replacen("mc", "mc ", 1)).collect();
        forms.push(parted.join(" ").replace("  ", " ").trim_end().to_owned());
        forms.push(phrase.replace("mc ", "mc"));
    }
    if german && phrase.contains(['ǖ', 'ǘ', 'ǚ', 'ǜ']) {
        forms.push(phrase.replace(['ǖ', 'ǘ', 'ǚ', 'ǜ'], "ü"));
    }
    if phrase.contains(['ü', 'ö', 'ä']) {
        forms.push(phrase.replace('ü', "ue").replace('ö', "oe").replace('ä', "ae"));
    }
    if german && ["ue", "oe", "ae", "ss"].iter().any(|pair| phrase.contains(pair)) {
        let marked = phrase.replace("ue", "ü").replace("oe", "ö").replace("ae", "ä");
        forms.push(marked.replace("ss", "ß"));
        forms.push(marked);
    }
    for form in std::iter::once(phrase).chain(forms.iter().map(String::as_str)) {
        if form != phrase {
            take(form);
        }
        if !form.is_ascii() {
            let plain: String = form.chars().flat_map(unmarked).collect();
            if plain != form {
                take(&plain);
            }
        }
    }
}

/// A letter without its marks; the marks of other scripts than Latin belong to the letter, except those of "ё".
pub(super) fn unmarked(c: char) -> impl Iterator<Item = char> {
    let letters = match c {
        'ß' => "ss",
        'ł' => "l",
        'ø' => "o",
        'æ' => "ae",
        'œ' => "oe",
        'ı' => "i",
        'ə' => "a",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nicknames_go_both_ways() {
        let names = Names::of("en-GB");
        assert!(names.others("robert").contains(&"bob") && names.others("bob").contains(&"robert"));
        assert!(names.is_title("dr") && Names::of("xx").others("robert").is_empty());
    }
}
