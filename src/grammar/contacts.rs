//! How people's names are said: from a display name to the phrases that may stand for it. Knows names, numbers and
//! words, nothing of address books.
//!
//! Everything else only sees phrases with ranks; what is known about names is in `names`.

use super::heard::HeardAs;
use super::names::{self, Names};
use super::numbers;
use crate::text;

/// An entry of the address book.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
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
/// A part of the name: given name or surname alone.
pub(super) const PART: u8 = 2;
/// Another name for the same person, alone: who is really called so comes first.
pub(super) const NICKNAME: u8 = 3;

/// More spellings of the numbers in one name than this are not worth their memory.
const MAX_NUMBER_FORMS: usize = 12;

/// Makes phrases from display names in one language.
#[derive(Debug)]
pub(super) struct Speller {
    language: String,
    names: &'static Names,
    cyrillic: bool,
    squash: bool,
    buffer: String,
    heard_as: HeardAs,
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

    /// Gives `take` every phrase for `name`, in comparison form, with its rank. A phrase may come twice.
    pub(super) fn phrases(&mut self, name: &str, take: &mut dyn FnMut(&str, u8)) {
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
        if let Some(humps) = names::humps(name) {
            emit_with_numbers(&self.language, &refs(&text::spoken_words(&humps)), WHOLE, &mut emit);
        }
        // Nothing to take apart, to spell out or to write in other letters: most names of the language itself.
        // Commas, dashes and brackets say what belongs together.
        let plain = if self.cyrillic {
            name.chars().all(|c| matches!(c, 'А'..='я' | 'ё' | 'Ё' | ' '))
        } else {
            name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'\'' | b'.'))
                && written.bytes().all(|b| b.is_ascii_lowercase() || b == b' ' || b == b'\'')
        };
        if plain {
            person(&words, self.names, &mut emit);
            return;
        }
        let spoken = text::spoken_words(&written);
        emit_with_numbers(&self.language, &refs(&spoken), EXACT, &mut emit);
        if let [title, rest @ ..] = refs(&spoken).as_slice()
            && self.names.is_title(title)
            && !rest.is_empty()
        {
            emit_with_numbers(&self.language, rest, WHOLE, &mut emit);
        }
        let mut segments = names::segments(name).into_iter();
        let Some(core) = segments.next() else { return };
        emit_with_numbers(&self.language, &single_words(&core), WHOLE, &mut emit);
        person(&refs(&core), self.names, &mut emit);
        for part in segments {
            emit_with_numbers(&self.language, &single_words(&part), PART, &mut emit);
        }
        // In the letters of the language, where the name is written in others.
        let spellings: Vec<Vec<String>> =
            core.iter().map(|word| names::transliterated(word, self.cyrillic)).collect();
        for variant in 0..3 {
            if spellings.iter().all(Vec::is_empty) {
                break;
            }
            let words: Vec<&str> = core
                .iter()
                .zip(&spellings)
                .map(|(word, spellings)| {
                    spellings.get(variant).or(spellings.first()).unwrap_or(word).as_str()
                })
                .collect();
            emit(&words, WHOLE);
            person(&words, self.names, &mut emit);
        }
    }
}

/// The words of units that may hold several.
fn single_words(units: &[String]) -> Vec<&str> {
    units.iter().flat_map(|unit| unit.split(' ')).collect()
}

/// A person's name without titles, in other orders, in parts, with other given names.
///
/// A word may be several: a compound that was written with hyphens, or a surname with what belongs to it.
fn person(words: &[&str], names: &Names, emit: &mut dyn FnMut(&[&str], u8)) {
    let joined = names::with_particles(words);
    let words = &refs(&joined)[..];
    let titles = words.iter().take_while(|word| names.is_title(word)).count();
    let name = &words[titles.min(words.len().saturating_sub(1))..];
    if titles > 0 {
        emit(name, WHOLE);
        if let [_, .., last] = name {
            for title in &words[..titles] {
                emit(&[title, last], PART);
                names.others(title).iter().for_each(|title| emit(&[title, last], PART));
            }
        }
    }
    parts(name, names, emit, WHOLE);
    if name.len() < 2 || name.len() > 3 {
        return;
    }
    for (at, word) in name.iter().enumerate() {
        for other in names.others(word) {
            let mut changed = name.to_vec();
            changed[at] = other;
            emit(&changed, WHOLE);
            changed.reverse();
            emit(&changed, WHOLE);
            emit(&[other], NICKNAME);
            // Without the patronymic or the middle name.
            for rest in name.iter().enumerate().filter(|(place, _)| *place != at && name.len() > 2) {
                emit(&[other, rest.1], PART);
                emit(&[rest.1, other], PART);
            }
        }
    }
}

/// The ways in which a recogniser would write a text: words only, numbers spelled out.
pub(super) fn spoken_forms(language: &str, text: &str, take: &mut dyn FnMut(&[&str])) {
    let words = text::spoken_words(text);
    if words.is_empty() {
        return;
    }
    let has_digits = |words: &[&str]| words.iter().any(|word| word.bytes().any(|b| b.is_ascii_digit()));
    emit_with_numbers(language, &refs(&words), EXACT, &mut |words, _| {
        let split: Vec<&str> = words.iter().flat_map(|word| word.split(' ')).collect();
        if !has_digits(&split) {
            take(&split);
        }
    });
}

fn refs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// Other orders and parts of a personal name.
fn parts(words: &[&str], names: &Names, emit: &mut dyn FnMut(&[&str], u8), whole: u8) {
    let is_name = |word: &str| {
        word.chars().nth(1).is_some()
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | ' '))
            && !names.is_kind(word)
    };
    let is_initial = |word: &str| word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    for word in words.iter().filter(|word| word.contains(' ') && words.len() > 1) {
        for piece in word.split(' ').filter(|piece| is_name(piece) && !names::is_particle(piece)) {
            emit(&[piece], PART);
        }
    }
    match words {
        [first, last] => {
            emit(&[last, first], whole);
            for word in [first, last] {
                if is_name(word) {
                    emit(&[word], PART);
                }
            }
        }
        [first, middle, last] => {
            // "John Paul Smith" and "Смирнов Иван Петрович": any two neighbours, and the outer two.
            for pair in [[first, middle], [middle, first], [first, last], [last, first], [middle, last]] {
                let with_initial =
                    |one: &str, other: &str| is_name(one) && (is_name(other) || is_initial(other));
                if with_initial(pair[0], pair[1]) || with_initial(pair[1], pair[0]) {
                    emit(&[pair[0], pair[1]], PART);
                }
            }
            emit(&[last, first, middle], whole);
            emit(&[middle, last, first], whole);
            for word in [first, middle, last] {
                if is_name(word) {
                    emit(&[word], PART);
                }
            }
        }
        [first, second, third, fourth] if words.iter().all(|word| is_name(word)) => {
            // Two given names and two surnames: "José Luis García Márquez".
            emit(&[third, fourth, first, second], whole);
            for part in [&words[..2], &words[2..], &[*first, *third], &[*first], &[*third]] {
                emit(part, PART);
            }
        }
        _ => {}
    }
}

/// Emits the words, and again with every number spelled out.
fn emit_with_numbers(language: &str, words: &[&str], rank: u8, emit: &mut dyn FnMut(&[&str], u8)) {
    emit(words, rank);
    if !words.iter().any(|word| word.bytes().any(|b| b.is_ascii_digit())) {
        return;
    }
    let mut forms: Vec<Vec<String>> = vec![Vec::new()];
    for word in words {
        let mut choices = number_forms(language, word);
        if choices.is_empty() {
            choices.push((*word).to_owned());
        }
        let room = (MAX_NUMBER_FORMS / forms.len()).max(1);
        let heads = std::mem::take(&mut forms);
        for head in &heads {
            for choice in choices.iter().take(room) {
                let mut form = head.clone();
                form.push(choice.clone());
                forms.push(form);
            }
        }
    }
    for form in &forms {
        emit(&refs(form), rank);
    }
}

/// The ways to say a word with digits in it: "3" as "three", "123" as "one hundred twenty three" and "one two three",
/// "b2" as "b two".
fn number_forms(language: &str, word: &str) -> Vec<String> {
    let Some(start) = word.find(|c: char| c.is_ascii_digit()) else { return Vec::new() };
    let digits: String = word[start..].chars().take_while(char::is_ascii_digit).collect();
    let (before, after) = (&word[..start], &word[start + digits.len()..]);
    let mut said = Vec::new();
    let single: Option<Vec<String>> = digits
        .bytes()
        .map(|digit| numbers::spellings(language, i64::from(digit - b'0')).into_iter().next())
        .collect();
    if digits.len() <= 4
        && !(digits.len() > 1 && digits.starts_with('0'))
        && let Ok(number) = digits.parse()
    {
        said.extend(numbers::spellings(language, number).into_iter().take(4));
    }
    if let Some(single) = single.filter(|_| digits.len() > 1 || said.is_empty()) {
        // Long numbers are mostly said digit by digit.
        let at = if digits.len() > 2 { 0 } else { said.len() };
        said.insert(at, single.join(" "));
        // "Four oh one".
        if language.starts_with("en") && digits.contains('0') {
            let digit = |word: &String| if word == "zero" { "oh".to_owned() } else { word.clone() };
            said.insert(at + 1, single.iter().map(digit).collect::<Vec<_>>().join(" "));
        }
    }
    let tails = if after.is_empty() { vec![String::new()] } else { number_forms(language, after) };
    let tails = if tails.is_empty() { vec![after.to_owned()] } else { tails };
    let mut forms = Vec::new();
    for middle in &said {
        for tail in &tails {
            let form: Vec<&str> =
                [before, middle, tail].into_iter().filter(|part| !part.is_empty()).collect();
            forms.push(form.join(" "));
        }
    }
    forms
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
        has("Robert Smith", "bob smith", WHOLE);
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
