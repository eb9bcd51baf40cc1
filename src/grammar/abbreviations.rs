//! Abbreviations in names: what they stand for, and their letters one by one.

use super::names::Names;
use super::rooms;
use crate::text;

/// "E M E A" of "Customer Care (EMEA)": capitals beside a name that is not written in them.
pub(super) fn letter_by_letter(name: &str, part: &[String]) -> Option<Vec<String>> {
    let [only] = part else { return None };
    let is_short = (2..=4).contains(&only.chars().count()) && only.chars().all(char::is_alphabetic);
    (is_short && name.contains(char::is_lowercase) && name.contains(&only.to_uppercase()))
        .then(|| letters(only))
}

/// The words with abbreviations in full, and with the letters of those that have none.
pub(super) fn spelled_out(names: &Names, name: &str, words: &[String]) -> Vec<Vec<String>> {
    const MOST: usize = 3;
    let is_room = rooms::is_room(&words.iter().map(String::as_str).collect::<Vec<_>>(), names);
    let readings: Vec<Vec<String>> = words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            // "No." is a number before one; Jin No is somebody.
            let is_counted =
                words.get(at + 1).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
            let is_read = |long: &&&str| is_counted || names.number != Some(**long);
            let mut readings: Vec<String> =
                names.read_as(word).iter().filter(is_read).map(|&long| long.to_owned()).collect();
            readings.extend(is_room.then(|| roman(word)).flatten());
            // "QA-Automation"
            if let Some((first, rest)) = word.split_once(' ')
                && (2..=3).contains(&first.chars().count())
                && name.contains(char::is_lowercase)
                && name.contains(&format!("{}-", first.to_uppercase()))
            {
                readings.push(format!("{} {rest}", letters(first).join(" ")));
            }
            if (2..=4).contains(&word.chars().count())
                && word.chars().all(char::is_alphabetic)
                && (is_room && word.chars().count() < 4 || !word.contains(is_vowel))
                && name.contains(&word.to_uppercase())
            {
                readings.push(letters(word).join(" "));
            }
            readings
        })
        .collect();
    let most = readings.iter().map(Vec::len).max().unwrap_or(0).min(MOST);
    let choose = |at: usize| {
        let word = |(word, readings): (&String, &Vec<String>)| {
            readings.get(at).or(readings.first()).unwrap_or(word).clone()
        };
        // What an abbreviation stands for is several words.
        let words: Vec<String> = words.iter().zip(&readings).map(word).collect();
        words
            .iter()
            .flat_map(|word| if is_room { word.split(' ').collect() } else { vec![word.as_str()] })
            .map(str::to_owned)
            .collect()
    };
    let mut all: Vec<Vec<String>> = (0..most).map(choose).collect();
    // "Room number 2" is also said "room two".
    if let Some(number) = names.number {
        let counted: Vec<Vec<String>> =
            all.iter().filter(|words| words.iter().any(|word| word == number)).cloned().collect();
        all.extend(
            counted.into_iter().map(|words| words.into_iter().filter(|word| word != number).collect()),
        );
    }
    all
}

/// Whether a name has letters in it that stand for themselves: "JP Morris".
pub(super) fn has_letters(name: &str) -> bool {
    let is_letters = |word: &str| {
        (2..=4).contains(&word.chars().count())
            && word.chars().all(char::is_uppercase)
            && !text::fold(word).contains(is_vowel)
    };
    name.contains(char::is_lowercase) && name.split(' ').any(is_letters)
}

/// "III" as "3".
fn roman(word: &str) -> Option<String> {
    const NUMBERS: &[&str] = &["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    NUMBERS.iter().position(|number| *number == word).map(|at| (at + 2).to_string())
}

fn letters(word: &str) -> Vec<String> {
    word.chars().map(String::from).collect()
}

fn is_vowel(c: char) -> bool {
    "aeiouyаеёиоуыэюя".contains(c)
}
