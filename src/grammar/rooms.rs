//! How a room is named: by its number in any way of saying numbers, by the letters of its code, by its own name, with
//! one kind of room for another. Knows words and numbers, no display names.

use super::contacts::{PART, WHOLE};
use super::names::Names;
use super::numbers;

type Emit<'a> = dyn FnMut(&[&str], u8) + 'a;

/// More spellings of the numbers in one name than this are not worth their memory.
const MAX_NUMBER_FORMS: usize = 16;
/// A word with more numbers in it ("9f12b7a3") is an id that nobody says.
const MAX_NUMBERS: usize = 4;

/// Whether a name is that of a room, or has a number.
pub(super) fn is_room(words: &[&str], names: &Names) -> bool {
    words.iter().any(|word| names.is_kind(word) || word.bytes().any(|b| b.is_ascii_digit()))
}

/// A room without its code, by its own name, with other words for its kind.
pub(super) fn room(language: &str, words: &[&str], names: &Names, emit: &mut Emit<'_>) {
    let rank = WHOLE;
    let has_digit = |word: &str| word.bytes().any(|b| b.is_ascii_digit());
    with_numbers(language, names, words, rank, emit);
    for (length, other) in names.alike(words) {
        with_numbers(language, names, &[&[other], &words[length..]].concat(), PART, emit);
    }
    if let Some(article) = names.article {
        with_numbers(language, names, &[&[article], words].concat(), rank, emit);
    }
    if let [kinds @ .., number] = words
        && !kinds.is_empty()
        && kinds.iter().all(|kind| names.is_kind(kind))
        && let Some(ordinals) = ordinals(language, names, number)
    {
        ordinals.iter().for_each(|ordinal| emit(&[&[ordinal.as_str()], kinds].concat(), PART));
    }
    if let ([kind, own, ..], Some(of)) = (words, names.of)
        && names.is_kind(kind)
        && !has_digit(own)
        && *own != of
    {
        with_numbers(language, names, &[&[*kind, of], &words[1..]].concat(), rank, emit);
    }
    elsewhere(language, names, words, emit);
    // "Everest" of "HQ-L2-Everest" and of "Meeting Room Everest".
    let own: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !names.is_kind(word) && !has_digit(word) && word.chars().nth(2).is_some())
        .filter(|word| names.read_as(word).is_empty() && names.number != Some(word))
        .collect();
    if own.is_empty() {
        code_first(language, names, words, emit);
    }
    if own.is_empty() || own.len() == words.len() || own.len() > 3 {
        return;
    }
    let code: Vec<&str> = words.iter().copied().filter(|word| !own.contains(word)).collect();
    if code.iter().any(|word| has_digit(word)) && code.len() > 1 {
        with_numbers(language, names, &code, PART, emit);
    }
    emit(&own, PART);
    for group in names.alike_first() {
        emit(&[&[*group], &own[..]].concat(), PART);
    }
    // "Thames room"
    if let Some(kind) = names.article.and_then(|_| names.alike_first().last()) {
        emit(&[&own[..], &[*kind]].concat(), PART);
    }
}

/// "Training Room B2-117" for "B2-117 Training Room", and "B2-117" alone: a code that no number is taken for.
fn code_first(language: &str, names: &Names, words: &[&str], emit: &mut Emit<'_>) {
    let has_letter = |word: &&str| word.contains(char::is_alphabetic);
    let (kinds, code): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| names.is_kind(word));
    if kinds.is_empty() || code.is_empty() || words.iter().any(|word| names.is_floor(word)) {
        return;
    }
    if words.starts_with(&code) {
        with_numbers(language, names, &[&kinds[..], &code].concat(), WHOLE, emit);
    }
    if code.len() > 1 && code.iter().any(has_letter) {
        with_numbers(language, names, &code, PART, emit);
    }
}

/// "Training Room" for "Training Room 1st Floor": a room is called without its floor, and the floor may come first.
fn elsewhere(language: &str, names: &Names, words: &[&str], emit: &mut Emit<'_>) {
    let Some(at) = words.iter().position(|word| names.is_floor(word)) else { return };
    let has_digit = |word: &&str| word.bytes().any(|b| b.is_ascii_digit());
    let from = if at > 0 && has_digit(&words[at - 1]) { at - 1 } else { at };
    // "Reception Floor 2", "Recepción planta baja"
    let is_last =
        at > 0 && at + 2 == words.len() && !words.get(at + 1).is_some_and(|word| names.is_kind(word));
    let to = if from == at && words.get(at + 1).is_some_and(has_digit) { at + 2 } else { at + 1 };
    placed(language, names, words, from..to, emit);
    if is_last && to == at + 1 {
        placed(language, names, words, from..at + 2, emit);
    }
}

/// A room without the words that say where it is, and with them before and behind.
fn placed(
    language: &str,
    names: &Names,
    words: &[&str],
    std::ops::Range { start: from, end: to }: std::ops::Range<usize>,
    emit: &mut Emit<'_>,
) {
    let (place, rest) = (&words[from..to], [&words[..from], &words[to..]].concat());
    if rest.is_empty() {
        return;
    }
    if rest.len() > 1 || !names.is_kind(rest[0]) {
        with_numbers(language, names, &rest, PART, emit);
        if let Some(article) = names.article {
            with_numbers(language, names, &[&[article], &rest[..]].concat(), PART, emit);
        }
    }
    for link in &names.links {
        with_numbers(language, names, &[&rest[..], &[*link], place].concat(), PART, emit);
    }
    with_numbers(language, names, &[&rest[..], place].concat(), WHOLE, emit);
    with_numbers(language, names, &[place, &rest[..]].concat(), WHOLE, emit);
}

/// Emits the words, and again with every number spelled out.
pub(super) fn with_numbers(language: &str, names: &Names, words: &[&str], rank: u8, emit: &mut Emit<'_>) {
    emit(words, rank);
    let has_digit = |word: &&str| word.bytes().any(|b| b.is_ascii_digit());
    let Some(first) = words.iter().position(has_digit) else { return };
    let is_floor =
        |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| names.is_floor(word));
    let choices: Vec<Vec<String>> = words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            let mut forms = number_forms(language, names, word);
            if is_floor(at.checked_sub(1)) || is_floor(Some(at + 1)) {
                let ordinals = ordinals(language, names, word).unwrap_or_default();
                forms.splice(forms.len().min(1)..forms.len().min(1), ordinals);
            }
            if forms.is_empty() { vec![(*word).to_owned()] } else { forms }
        })
        .collect();
    let mut forms = product(&choices);
    // Long numbers are said in one way throughout: digit by digit, or as they are grouped.
    if words.iter().filter(|word| is_number(word)).count() > 2 {
        for say in [digit_by_digit, grouped] {
            let form: Vec<String> = words
                .iter()
                .zip(&choices)
                .map(|(word, choices)| say(language, word).unwrap_or_else(|| choices[0].clone()))
                .collect();
            forms.extend((!forms.contains(&form)).then_some(form));
        }
    }
    for form in &forms {
        let words: Vec<&str> = form.iter().map(String::as_str).collect();
        emit(&words, rank);
        // "Room number five"
        if let Some(number) = names.number.filter(|number| first > 0 && words[first - 1] != *number) {
            emit(&[&words[..first], &[number], &words[first..]].concat(), rank);
        }
    }
    // "Four point twelve"
    if let [whole, fraction] = &words[first..]
        && has_digit(whole)
        && has_digit(fraction)
        && whole.len() <= 2
        && fraction.len() <= 2
    {
        let written = format!("{whole}.{fraction}");
        emit(&[&words[..first], &[written.as_str()]].concat(), rank);
        for point in &names.points {
            for form in &forms {
                let form: Vec<&str> = form.iter().map(String::as_str).collect();
                emit(&[&form[..=first], &[*point], &form[first + 1..]].concat(), rank);
            }
        }
    }
}

/// The likeliest combinations of choices, the first of each first.
fn product(choices: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut all: Vec<(usize, Vec<String>)> = vec![(0, Vec::new())];
    for choices in choices {
        all = all
            .iter()
            .flat_map(|(place, head)| {
                choices.iter().enumerate().map(move |(at, choice)| {
                    let mut form = head.clone();
                    form.push(choice.clone());
                    (place + at, form)
                })
            })
            .collect();
        all.sort_by_key(|(place, _)| *place);
        all.truncate(MAX_NUMBER_FORMS);
    }
    all.into_iter().map(|(_, form)| form).collect()
}

/// The ordinals of a number: "second", and in Russian "триста пятая".
fn ordinals(language: &str, names: &Names, number: &str) -> Option<Vec<String>> {
    let number: usize = number.parse().ok().filter(|number| (1..1000).contains(number))?;
    let mut all = Vec::new();
    for forms in &names.ordinals {
        if let Some(ordinal) = forms.get(number - 1) {
            all.push((*ordinal).to_owned());
        }
        // The last part is the one that is put in order.
        for unit in [100, 10] {
            let rest = number % unit;
            if number > unit
                && let Some(ordinal) = rest.checked_sub(1).and_then(|rest| forms.get(rest))
                && let Some(head) = i64::try_from(number - rest)
                    .ok()
                    .and_then(|head| numbers::spellings(language, head).into_iter().next())
            {
                all.push(format!("{head} {ordinal}"));
            }
        }
    }
    Some(all)
}

/// The ways to say a word with digits in it: "3" as "three", "123" as "one hundred twenty three", "one two three" and
/// "one twenty three", "b2" as "b two", "2nd" as "second". Nobody says an id of many letters and digits.
fn number_forms(language: &str, names: &Names, word: &str) -> Vec<String> {
    let is_digit = |c: char| c.is_ascii_digit();
    if word.split(|c| !is_digit(c)).filter(|digits| !digits.is_empty()).count() > MAX_NUMBERS {
        return Vec::new();
    }
    let Some(start) = word.find(|c: char| c.is_ascii_digit()) else { return Vec::new() };
    let digits: String = word[start..].chars().take_while(char::is_ascii_digit).collect();
    let (before, after) = (&word[..start], &word[start + digits.len()..]);
    if before.is_empty()
        && matches!(
            after,
            "st" | "nd" | "rd" | "th" | "ª" | "º" | "er" | "era" | "й" | "я" | "ый" | "ой" | "ая"
        )
        && let Some(ordinals) = ordinals(language, names, &digits)
    {
        return ordinals;
    }
    let said = said(language, &digits);
    let tails = if after.is_empty() { vec![String::new()] } else { number_forms(language, names, after) };
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

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

fn spellings(language: &str, digits: &str) -> Vec<String> {
    digits.parse().map(|number| numbers::spellings(language, number)).unwrap_or_default()
}

/// Each digit of a number.
fn digits_of(language: &str, digits: &str) -> Option<Vec<String>> {
    let digit = |digit: u8| spellings(language, &char::from(digit).to_string()).into_iter().next();
    digits.bytes().map(digit).collect()
}

/// "One two three"
fn digit_by_digit(language: &str, word: &str) -> Option<String> {
    is_number(word).then(|| digits_of(language, word))?.map(|digits| digits.join(" "))
}

/// "One hundred twenty three"; of a number that begins with zeros, or is too long, the digits.
fn grouped(language: &str, word: &str) -> Option<String> {
    const LONGEST: usize = 3;
    if !is_number(word) || word.len() > LONGEST || word.len() > 1 && word.starts_with('0') {
        return digit_by_digit(language, word);
    }
    spellings(language, word).into_iter().next()
}

/// The ways to say a string of digits, the likeliest first.
fn said(language: &str, digits: &str) -> Vec<String> {
    let number = |digits: &str, most: usize| -> Vec<String> {
        spellings(language, digits).into_iter().take(most).collect()
    };
    let one = |digits: &str| number(digits, 1).pop();
    let single = digits_of(language, digits);
    let is_long = digits.len() > 1;
    let mut said = Vec::new();
    let written = digits.trim_start_matches('0');
    if digits.len() <= 4 && written.len() == digits.len() || digits == "0" {
        said.extend(number(digits, 4));
    }
    if let Some(single) = single.filter(|_| is_long || said.is_empty()) {
        // Long numbers are mostly said digit by digit.
        let at = if digits.len() > 2 { 0 } else { said.len() };
        said.insert(at, single.join(" "));
    }
    // "Four oh one", "eins zwo drei"
    let is_other = |digit: u8| numbers::other_digit_word(language, digit - b'0');
    if let Some(single) = digits_of(language, digits)
        && digits.bytes().any(|digit| is_other(digit).is_some())
    {
        let words = digits.bytes().zip(&single);
        let words: Vec<&str> = words.map(|(digit, word)| is_other(digit).unwrap_or(word)).collect();
        let at = if digits.len() > 2 { 1 } else { said.len() };
        said.insert(at.min(said.len()), words.join(" "));
    }
    // "Zero seven" is also said "seven".
    if is_long && written.len() < digits.len() && (1..=3).contains(&written.len()) {
        said.extend(number(written, 1));
        said.push(written.to_owned());
    }
    // "Three twelve", "ten oh seven".
    if (3..=4).contains(&digits.len()) && written.len() == digits.len() {
        let (head, tail) = digits.split_at(digits.len() - 2);
        let small = match tail.strip_prefix('0') {
            Some("0") => None,
            Some(last) => {
                let zero = numbers::other_digit_word(language, 0).map(str::to_owned).or_else(|| one("0"));
                zero.zip(one(last)).map(|(zero, digit)| format!("{zero} {digit}"))
            }
            None => one(tail),
        };
        if let Some((head, tail)) = one(head).zip(small) {
            said.insert(said.len().min(2), format!("{head} {tail}"));
        }
    }
    let mut seen: Vec<String> = Vec::with_capacity(said.len());
    said.retain(|form| {
        let new = !seen.contains(form);
        if new {
            seen.push(form.clone());
        }
        new
    });
    said
}
