//! How people's names are said: from a display name to the phrases that may stand for it. Knows names, numbers and
//! words, nothing of address books.
//!
//! Everything else only sees phrases with ranks; what is known about names is in `names`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::abbreviations::{has_letters, letter_by_letter, spelled_out};
use super::beside::{beside, genitive, shorter};
use super::display::{self, Display};
use super::heard::HeardAs;
use super::inflection::Cases;
use super::names::{self, Names};
use super::persons::person;
use super::{rooms, transliteration};
use crate::text;

/// An entry of the address book.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
pub struct Contact {
    /// The id to call (`peerId`).
    #[serde(rename = "peerId")]
    pub id: String,
    /// The display name (`peerDn`).
    #[serde(rename = "peerDn", default)]
    pub name: String,
}

/// The whole display name, as written or as spoken.
pub(super) const EXACT: u8 = 0;
/// The whole name in another order, or without additions such as a company in brackets.
pub(super) const WHOLE: u8 = 1;
/// The whole name with another name for the same person: who is really called so comes first.
pub(super) const OTHERWISE: u8 = 2;
/// A part of the name: given name or surname alone.
pub(super) const PART: u8 = 3;
/// Another name for the same person, alone.
pub(super) const NICKNAME: u8 = 4;

/// Ranks from here on are understood, but nobody listens for them: more make everything else harder to hear.
pub(super) const RARE: u8 = 20;

/// What is written in another way than it was heard is worse than any of these.
const BY_SOUND: u8 = 10;

/// Nobody says more words, or characters, of a name.
const SAID_WORDS: usize = 32;
const SAID_CHARACTERS: usize = 200;

/// As much of a display name as somebody may say.
fn beginning(name: &str) -> &str {
    let characters = name.char_indices().nth(SAID_CHARACTERS).map_or(name.len(), |(at, _)| at);
    let spaces = name.char_indices().filter(|(_, c)| c.is_whitespace());
    let words = spaces.map(|(at, _)| at).nth(SAID_WORDS - 1).unwrap_or(name.len());
    &name[..characters.min(words)]
}

/// Makes phrases from display names in one language.
#[derive(Debug)]
pub(super) struct Speller {
    language: String,
    names: &'static Names,
    cyrillic: bool,
    squash: bool,
    buffer: String,
    heard_as: HeardAs,
    /// The genitive of what stands beside names: a few departments, thousands of times.
    genitives: HashMap<String, Option<String>>,
}

impl Speller {
    pub(super) fn new(language: &str, squash: bool, heard_as: HeardAs) -> Self {
        Self {
            heard_as,
            language: language.to_owned(),
            names: Names::of(language),
            cyrillic: names::is_cyrillic_language(language),
            squash,
            buffer: String::new(),
            genitives: HashMap::new(),
        }
    }

    /// Gives `take` every phrase for a contact, in comparison form, with its rank. A phrase may come twice.
    pub(super) fn contact(&mut self, contact: &Contact, take: &mut dyn FnMut(&str, u8)) {
        if self.heard_as.is_empty() {
            return self.phrases(&contact.name, take);
        }
        let heard_as = std::mem::take(&mut self.heard_as);
        heard_as.whole(contact).iter().for_each(|form| take(form, EXACT));
        self.phrases(&contact.name, &mut |phrase, rank| {
            take(phrase, rank);
            heard_as.phrases(phrase, &mut |form| take(form, rank));
        });
        self.heard_as = heard_as;
    }

    /// Gives `take` what is left of the phrases of a foreign name when spellings of the same sounds are put together.
    pub(super) fn by_sound(&mut self, contact: &Contact, take: &mut dyn FnMut(&str, u8)) {
        if !transliteration::is_foreign(&contact.name, self.cyrillic) {
            return;
        }
        let cyrillic = self.cyrillic;
        let is_own =
            |c: char| if cyrillic { matches!(c, '\u{400}'..='\u{52f}') } else { c.is_ascii_alphabetic() };
        self.phrases(&contact.name, &mut |phrase, rank| {
            if phrase.chars().filter(|c| is_own(*c)).count() > 2 {
                let words: Vec<String> = phrase.split([' ', '-']).map(transliteration::sound_form).collect();
                take(&words.join(" "), rank + BY_SOUND);
            }
        });
    }

    /// Gives `take` every phrase for `name`, in comparison form, with its rank. A phrase may come twice.
    pub(super) fn phrases(&mut self, name: &str, take: &mut dyn FnMut(&str, u8)) {
        let name = beginning(name);
        let tidied = display::tidied(name);
        if let Cow::Owned(_) = tidied {
            take(&text::normalize(name), EXACT);
        }
        self.phrases_of(&tidied, take);
    }

    fn phrases_of(&mut self, name: &str, take: &mut dyn FnMut(&str, u8)) {
        let squash = self.squash;
        let german = self.language.starts_with("de");
        let buffer = &mut self.buffer;
        let mut emit = |words: &[&str], rank: u8| {
            buffer.clear();
            for word in words {
                let unspaced = |c: Option<char>| squash && c.is_some_and(text::is_spaceless);
                let together = unspaced(buffer.chars().next_back()) || unspaced(word.chars().next());
                if !buffer.is_empty() && !together {
                    buffer.push(' ');
                }
                buffer.push_str(word);
            }
            take(buffer, rank);
            names::respelled(buffer, german, &mut |other| take(other, rank));
        };
        let written = text::normalize(name);
        let words: Vec<&str> = written.split(' ').collect();
        emit(&words, EXACT);
        if let Some(humps) = display::humps(name) {
            said_as(&self.language, self.names, &refs(&text::spoken_words(&humps)), &mut emit);
        }
        // Nothing to take apart, to spell out or to write in other letters: most names of the language itself.
        // Commas, dashes and brackets say what belongs together.
        let plain = if self.cyrillic {
            name.chars().all(|c| matches!(c, 'А'..='я' | 'ё' | 'Ё' | ' '))
        } else {
            name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'\'' | b'.'))
                && written.bytes().all(|b| b.is_ascii_lowercase() || b == b' ' || b == b'\'')
        };
        let names = self.names;
        let is_known =
            |word: &&str| names.is_kind(word) || names.is_role(word) || !names.read_as(word).is_empty();
        if plain && !words.iter().any(is_known) && !has_letters(name) && names.away_at(&words).is_none() {
            person(&words, names, &mut emit);
            abroad(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>(), names, &mut emit);
            return;
        }
        let spoken = text::spoken_words(&written);
        rooms::with_numbers(&self.language, names, &refs(&spoken), EXACT, &mut emit);
        // "+49 30 123"
        if let Some(plus) = names.plus.filter(|_| name.trim_start().starts_with('+'))
            && spoken.first().is_some_and(|first| first.starts_with(|c: char| c.is_ascii_digit()))
        {
            rooms::with_numbers(
                &self.language,
                names,
                &[&[plus], &refs(&spoken)[..]].concat(),
                EXACT,
                &mut emit,
            );
        }
        for spoken in spelled_out(names, name, &spoken) {
            rooms::with_numbers(&self.language, names, &single_words(&spoken), EXACT, &mut emit);
        }
        if let [title, rest @ ..] = refs(&spoken).as_slice()
            && names.is_title(title)
            && !rest.is_empty()
        {
            rooms::with_numbers(&self.language, names, rest, WHOLE, &mut emit);
        }
        let display = Display::of(name, names);
        // "j.smith2"
        if !name.contains(char::is_whitespace)
            && let [.., last] = display.core.as_slice()
            && last.len() > 3
            && last.starts_with(char::is_alphabetic)
        {
            let login = last.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
            if login.len() < last.len() {
                let mut core = display.core.clone();
                if let Some(last) = core.last_mut() {
                    *last = login;
                }
                person(&refs(&core), names, &mut emit);
            }
        }
        if let ([only], Some(article)) = (display.core.as_slice(), names.article) {
            emit(&[article, only.as_str()], WHOLE);
            for other in names.others(only).iter().filter(|_| names.is_role(only)) {
                emit(&[other], WHOLE);
                emit(&[article, other], WHOLE);
            }
        }
        let language = self.language.as_str();
        if let Some(and) = names.and {
            for name in display::joined(name, and) {
                together((language, self.cyrillic), names, (&name, and), &mut emit);
            }
        }
        let mut cores = vec![display.core.clone()];
        cores.extend(spelled_out(names, name, &display.core));
        // In the letters of the language, where the name is written in others.
        let mut rare = Vec::new();
        for core in cores.clone() {
            let variants = transliteration::variants(&core, self.cyrillic, names);
            cores.extend(variants.likely);
            rare.extend(variants.rare);
        }
        for core in &cores {
            said_as(language, names, &refs(core), &mut emit);
        }
        for core in &rare {
            said_as(language, names, &refs(core), &mut |words, rank| emit(words, rank.saturating_add(RARE)));
        }
        if !self.cyrillic {
            abroad(&display.core, names, &mut emit);
        }
        if !self.cyrillic && transliteration::is_foreign(name, false) {
            let latin = cores.iter().find(|core| core.iter().all(|word| word.is_ascii()));
            among_friends(&display.core, latin.unwrap_or(&display.core), &mut emit);
        }
        for called in &display.called {
            let core = refs(&display.core);
            let (titles, others) = core.split_at(core.iter().take_while(|word| names.is_title(word)).count());
            emit(&[called], PART);
            for at in 0..others.len() {
                // Instead of the given name, or of the surname.
                let mut changed = others.to_vec();
                changed[at] = called;
                emit(&changed, WHOLE);
                if !titles.is_empty() {
                    person(&[titles, &changed].concat(), names, &mut emit);
                }
                if let [first, .., last] = changed[..] {
                    emit(&[first, last], WHOLE);
                    emit(&[last, first], WHOLE);
                }
            }
        }
        for part in &display.beside {
            let mut readings = vec![part.clone()];
            readings.extend(spelled_out(names, name, part));
            readings.extend(letter_by_letter(name, part));
            // "Acme Ltd."
            let own: Vec<String> = part.iter().filter(|word| !names.is_suffix(word)).cloned().collect();
            if !own.is_empty() && own.len() < part.len() {
                readings.push(own);
            }
            if let [only] = part.as_slice() {
                readings.extend(names.others(only).iter().map(|&other| vec![other.to_owned()]));
                if let Some(article) = names.article.filter(|_| names.is_role(only)) {
                    emit(&[article, only.as_str()], PART);
                }
            }
            for part in &readings {
                let part = single_words(part);
                // A legal form is nobody.
                let is_form =
                    |word: &&str| names.is_suffix(word) || names.is_title(word) && !names.is_role(word);
                if !part.iter().all(is_form) {
                    rooms::with_numbers(language, names, &part, PART, &mut emit);
                }
                // "Sales (Mr. Brown)"
                if part.len() > 1 && is_form(&part[0]) && !names.is_suffix(part[0]) {
                    person(&part, names, &mut |words, rank| emit(words, rank.max(PART)));
                }
                // "Eighth floor boardroom", "Room 5 North Building"
                let is_kind = |word: &&str| names.is_kind(word) || names.is_floor(word);
                for core in cores.iter().take(2) {
                    let core = single_words(core);
                    let is_place = part.iter().chain(&core).any(|word| names.is_floor(word))
                        || part.iter().any(is_kind) && core.iter().any(is_kind);
                    if is_place {
                        rooms::with_numbers(language, names, &[&part[..], &core].concat(), WHOLE, &mut emit);
                    }
                }
                let key = part.join(" ");
                let genitive = match self.genitives.get(&key) {
                    Some(genitive) => genitive.clone(),
                    None => {
                        self.genitives.entry(key).or_insert_with_key(|part| genitive(language, part)).clone()
                    }
                };
                for core in cores.iter().take(2) {
                    beside((language, names), &refs(core), &part, genitive.as_deref(), &mut emit);
                }
            }
            shorter(names, &refs(&display.core), &single_words(part), &mut emit);
        }
    }
}

/// "Alexander" for "Александр": as his name is in the language. Who is really called so comes first.
fn abroad(core: &[String], names: &Names, emit: &mut dyn FnMut(&[&str], u8)) {
    for core in transliteration::abroad(core, names) {
        emit(&refs(&core), OTHERWISE);
        person(&refs(&core), names, &mut |words, rank| {
            emit(words, if rank < OTHERWISE { OTHERWISE } else { rank.max(NICKNAME) });
        });
    }
}

/// A name that is several: "Kate and Tom", "R and D Lab". Neither is the whole, and nobody is called "and".
fn together(
    (language, cyrillic): (&str, bool),
    names: &Names,
    (name, and): (&str, &str),
    emit: &mut dyn FnMut(&[&str], u8),
) {
    let has_digit = |word: &str| word.bytes().any(|b| b.is_ascii_digit());
    let display = Display::of(name, names);
    rooms::with_numbers(language, names, &refs(&text::spoken_words(name)), EXACT, emit);
    let mut cores = vec![display.core.clone()];
    cores.extend(spelled_out(names, name, &display.core));
    cores.extend(transliteration::variants(&display.core, cyrillic, names).likely);
    // "Müller und Söhne GmbH"
    let forms = display.core.iter().rev().take_while(|word| names.is_suffix(word)).count();
    let shorter: Vec<Vec<String>> = cores
        .iter()
        .filter(|core| forms > 0 && forms < core.len())
        .map(|core| core[..core.len() - forms].to_vec())
        .collect();
    cores.extend(shorter);
    for core in &cores {
        let words = single_words(core);
        rooms::with_numbers(language, names, &words, WHOLE, emit);
        for (length, other) in names.alike(&words) {
            rooms::with_numbers(language, names, &[&[other], &words[length..]].concat(), PART, emit);
        }
        if let Some(article) = names.article {
            rooms::with_numbers(language, names, &[&[article], &words[..]].concat(), WHOLE, emit);
        }
        couple(names, &words, and, emit);
        let own: Vec<&str> =
            words.iter().copied().filter(|word| !names.is_kind(word) && !has_digit(word)).collect();
        if own.len() > 2 && own.len() < words.len() && own.first() != Some(&and) && own.last() != Some(&and) {
            emit(&own, PART);
        }
    }
    for part in &display.beside {
        let part = single_words(part);
        if part.contains(&and) {
            rooms::with_numbers(language, names, &part, PART, emit);
            beside((language, names), &refs(&display.core), &part, None, emit);
        }
    }
}

/// "Josh and Ellie" of "Joshua & Ellie Trent".
fn couple(names: &Names, words: &[&str], and: &str, emit: &mut dyn FnMut(&[&str], u8)) {
    let [one, link, other, last] = words else { return };
    if *link != and || words.iter().any(|word| names.is_kind(word)) {
        return;
    }
    let ways = |name: &str| -> Vec<String> {
        std::iter::once(name).chain(names.others(name).iter().copied().take(2)).map(str::to_owned).collect()
    };
    for one in ways(one) {
        for other in ways(other) {
            emit(&[&one, link, &other], PART);
            emit(&[&one, link, &other, last], OTHERWISE);
        }
    }
}

/// "Катя" in Latin letters, for the names of a core that `latin` is a spelling of.
fn among_friends(core: &[String], latin: &[String], emit: &mut dyn FnMut(&[&str], u8)) {
    for (at, word) in core.iter().enumerate() {
        for friend in transliteration::friends_of(word) {
            emit(&[&friend], NICKNAME);
            for (_, rest) in latin.iter().enumerate().filter(|(place, _)| *place != at) {
                emit(&[&friend, rest], OTHERWISE);
                emit(&[rest, &friend], OTHERWISE);
            }
        }
    }
}

/// Every way to say the name of a person or a room.
fn said_as(language: &str, names: &Names, core: &[&str], emit: &mut dyn FnMut(&[&str], u8)) {
    let words: Vec<&str> = core.iter().flat_map(|unit| unit.split(' ')).collect();
    rooms::with_numbers(language, names, &words, WHOLE, emit);
    person(core, names, emit);
    in_one_word(core, names, emit);
    half_declined(language, core, emit);
    if !rooms::is_room(&words, names) {
        return;
    }
    rooms::room(language, &words, names, emit);
    // "Отдел кадров": only what it is stands in another case.
    if let (Some(cases), Some(length)) =
        (Cases::of(language), words.iter().position(|word| !names.is_kind(word)))
        && length > 0
    {
        cases.forms(&words[..length].join(" "), &mut |form| {
            rooms::with_numbers(language, names, &[&[form], &words[length..]].concat(), WHOLE, emit);
        });
    }
}

/// "Abdulrahman" of "Abdul-Rahman", "Jisung" of "Ji-sung": some compounds are heard as one word.
fn in_one_word(core: &[&str], names: &Names, emit: &mut dyn FnMut(&[&str], u8)) {
    const LONGEST: usize = 7;
    let is_short = |unit: &str| {
        let mut halves = unit.split(' ');
        let short = |half: &str| {
            !names::is_particle(half) && !names.is_kind(half) && (2..=LONGEST).contains(&half.chars().count())
        };
        unit.contains(' ') && halves.clone().count() == 2 && halves.all(short)
    };
    for (at, unit) in core.iter().enumerate().filter(|(_, unit)| is_short(unit)) {
        let one = unit.replace(' ', "");
        let mut words = core.to_vec();
        words[at] = &one;
        emit(&words, WHOLE + RARE);
        words.reverse();
        emit(&words, WHOLE + RARE);
        emit(&[&one], PART + RARE);
    }
}

/// "Петру Смит-Джонсу": the first half of a foreign double name has no cases.
fn half_declined(language: &str, core: &[&str], emit: &mut dyn FnMut(&[&str], u8)) {
    const OWN: &[&str] = &["ов", "ев", "ёв", "ин", "ын", "ий", "ой", "ый", "ко"];
    let is_foreign = |half: &str| {
        half.ends_with(|c: char| ('б'..='щ').contains(&c) && !"еиоу".contains(c))
            && !OWN.iter().any(|ending| half.ends_with(ending))
    };
    let Some(cases) = Cases::of(language) else { return };
    let found = core.iter().enumerate().find_map(|(at, unit)| {
        let (first, last) = unit.split_once(' ').filter(|(first, _)| is_foreign(first))?;
        Some((at, first, last))
    });
    let Some((at, first, last)) = found else { return };
    let rest: Vec<&str> =
        core.iter().enumerate().map(|(n, unit)| if n == at { last } else { unit }).collect();
    cases.forms(&rest.join(" "), &mut |form| {
        let mut words: Vec<&str> = form.split(' ').collect();
        words.insert(at.min(words.len()), first);
        emit(&words, WHOLE);
    });
}

/// The words of units that may hold several.
fn single_words(units: &[String]) -> Vec<&str> {
    units.iter().flat_map(|unit| unit.split(' ')).collect()
}

/// The ways in which a recogniser would write a text: words only, numbers spelled out.
pub(super) fn spoken_forms(language: &str, text: &str, take: &mut dyn FnMut(&[&str])) {
    let words = text::spoken_words(text);
    if words.is_empty() {
        return;
    }
    let has_digits = |words: &[&str]| words.iter().any(|word| word.bytes().any(|b| b.is_ascii_digit()));
    rooms::with_numbers(language, Names::none(), &refs(&words), EXACT, &mut |words, _| {
        let split: Vec<&str> = words.iter().flat_map(|word| word.split(' ')).collect();
        if !has_digits(&split) {
            take(&split);
        }
    });
}

fn refs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(name: &str) -> Vec<(String, u8)> {
        let mut all: Vec<(String, u8)> = Vec::new();
        Speller::new("en", false, HeardAs::default())
            .phrases(name, &mut |phrase, rank| all.push((phrase.to_owned(), rank)));
        all
    }

    fn has(name: &str, phrase: &str, rank: u8) {
        let all = phrases(name);
        assert!(
            all.contains(&(phrase.to_owned(), rank)),
            "{name}: {phrase:?} with rank {rank} not in {all:?}"
        );
    }

    #[test]
    fn personal_names() {
        has("John Smith", "john smith", EXACT);
        has("John Smith", "smith john", WHOLE);
        has("John Smith", "smith", PART);
        has("Смирнов Иван Петрович", "иван петрович", PART);
        has("Смирнов Иван Петрович", "иван смирнов", PART);
        has("O'Neill", "o'neill", EXACT);
        has("Anna Müller-Lüdenscheidt", "anna müller lüdenscheidt", EXACT);
    }

    #[test]
    fn additions_may_be_left_out() {
        has("Смирнов Иван (МСК)", "смирнов иван", WHOLE);
        has("Смирнов Иван (МСК)", "иван смирнов", WHOLE);
        has("J. Doe – Board Room 3", "j doe board room three", EXACT);
        has("J. Doe – Board Room 3", "board room three", PART);
        has("J. Doe – Board Room 3", "j doe", WHOLE);
        has("Ann Lee 🎉", "ann lee", EXACT);
        has("Smith, John", "john smith", WHOLE);
        has("Smith, John", "smith john", EXACT);
        has("john.smith@example.org", "john smith", WHOLE);
    }

    #[test]
    fn titles_nicknames_scripts() {
        has("Dr. Robert Smith", "robert smith", WHOLE);
        has("Dr. Robert Smith", "dr smith", PART);
        has("Robert Smith", "bob smith", OTHERWISE);
        has("Иван Смирнов", "ivan smirnov", WHOLE);
        let mut russian = Vec::new();
        Speller::new("ru", false, HeardAs::default())
            .phrases("John Smith", &mut |phrase, _| russian.push(phrase.to_owned()));
        assert!(russian.contains(&"джон смит".to_owned()), "{russian:?}");
        let mut russian = Vec::new();
        Speller::new("ru", false, HeardAs::default())
            .phrases("Смирнов Иван (МСК)", &mut |phrase, _| russian.push(phrase.to_owned()));
        assert!(russian.contains(&"ваня смирнов".to_owned()), "{russian:?}");
        let mut russian = Vec::new();
        Speller::new("ru", false, HeardAs::default())
            .phrases("Семёнов Пётр Ильич", &mut |phrase, _| russian.push(phrase.to_owned()));
        for said in ["семенов петр ильич", "петр семенов", "пётр семёнов", "петя семёнов", "петя семенов"]
        {
            assert!(russian.contains(&said.to_owned()), "{said}: {russian:?}");
        }
    }

    #[test]
    fn numbers_are_spelled_out() {
        has("Room 12", "room twelve", EXACT);
        has("Room 12", "room one two", EXACT);
        has("123-456", "one two three four five six", EXACT);
        has("Studio B2", "studio b two", EXACT);
    }
}
