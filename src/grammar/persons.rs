//! How a person is named: by any part of the name, in any order, with and without titles, by nicknames. Knows words,
//! no display names.

use super::contacts::{NICKNAME, OTHERWISE, PART, WHOLE};
use super::names::{self, Names};

type Emit<'a> = dyn FnMut(&[&str], u8) + 'a;

/// More ways to say the titles before a name are not worth their memory.
const MAX_TITLES: usize = 8;

/// A person's name without titles, in other orders, in parts, with other given names.
///
/// A word may be several: a compound that was written with hyphens, or a surname with what belongs to it.
pub(super) fn person(words: &[&str], names: &Names, emit: &mut Emit<'_>) {
    let words: Vec<&str> = words.iter().flat_map(|unit| parted(unit, names)).collect();
    let joined = names::with_particles(&words);
    let words: Vec<&str> = joined.iter().map(String::as_str).collect();
    let ending = words.iter().rev().take_while(|word| names.is_suffix(word)).count();
    let (words, suffixes) = words.split_at(words.len() - ending.min(words.len().saturating_sub(1)));
    let leading = words.iter().take_while(|word| names.is_title(word)).count();
    let (before, name) = words.split_at(leading.min(words.len().saturating_sub(1)));
    if !suffixes.is_empty() && !words.iter().all(|word| names.is_kind(word)) {
        emit(words, WHOLE);
        emit(name, WHOLE);
    }
    for suffix in suffixes {
        for spoken in names.others(suffix) {
            emit(&[name, &[*spoken]].concat(), WHOLE);
            if let [first, _, .., last] = name {
                emit(&[first, last, *spoken], PART);
                emit(&[last, *spoken], PART);
            }
        }
    }
    titled(before, name, names, emit);
    let (initials, solid): (Vec<&str>, Vec<&str>) = name.iter().copied().partition(|word| is_initial(word));
    if !initials.is_empty() && !solid.is_empty() && name.len() > 2 {
        // "Крылов С. В.", "J. R. R. Hall"
        emit(&[&initials[..], &solid].concat(), WHOLE);
        emit(&[&solid[..], &initials].concat(), WHOLE);
        // "DJ Hathersage" of "D. J."
        if initials.len() == 2 && name.starts_with(&initials) {
            emit(&[&[initials.concat().as_str()], &solid[..]].concat(), WHOLE);
        }
        parts(&solid, names, emit);
        compounds(&solid, emit);
        nicknames(&solid, names, emit);
        if is_name(solid[0], names) {
            emit(&solid, PART);
        }
    }
    parts(name, names, emit);
    compounds(name, emit);
    nicknames(name, names, emit);
}

/// The words of "dr ing", and of "вяземский мл": what stands beside a name is no part of a compound.
fn parted<'a>(unit: &'a str, names: &Names) -> Vec<&'a str> {
    if !unit.contains(' ') {
        return vec![unit];
    }
    if names.is_title(unit) {
        return unit.split(' ').collect();
    }
    let is_said = |suffix: &str| names.is_suffix(suffix) && !names.others(suffix).is_empty();
    match unit.rsplit_once(' ').filter(|(_, last)| is_said(last)) {
        Some((name, suffix)) => vec![name, suffix],
        None => vec![unit],
    }
}

fn is_name(word: &str, names: &Names) -> bool {
    word.chars().nth(1).is_some()
        && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | ' '))
        && !names.is_kind(word)
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
}

fn is_initial(word: &str) -> bool {
    word.chars().count() == 1 && word.chars().all(char::is_alphabetic)
}

/// "Professor Smith", "Herr Doktor Brandt", "the CEO".
fn titled(titles: &[&str], name: &[&str], names: &Names, emit: &mut Emit<'_>) {
    if titles.is_empty() {
        return;
    }
    emit(name, WHOLE);
    // Nobody says "med.".
    let is_said = |title: &&str| names.is_role(title) || !names.others(title).is_empty();
    let said: Vec<&str> = titles.iter().copied().filter(is_said).collect();
    if !said.is_empty() && said.len() < titles.len() {
        titled(&said, name, names, emit);
    }
    // "Professor Doktor Thoma" of "Prof. Dr.-Ing. Thoma"
    if let [first, second, _, ..] = titles {
        titled(&[*first, *second], name, names, emit);
    }
    for from in 0..titles.len() {
        let mut spoken: Vec<Vec<&str>> = vec![Vec::new()];
        for title in &titles[from..] {
            let ways = || std::iter::once(*title).chain(names.others(title).iter().copied());
            spoken =
                spoken.iter().flat_map(|head| ways().map(move |way| [&head[..], &[way]].concat())).collect();
            spoken.truncate(MAX_TITLES);
        }
        for spoken in spoken {
            if titles[from..].iter().any(|title| names.is_role(title)) {
                emit(&spoken, PART);
            }
            emit(&[&spoken, name].concat(), WHOLE);
            // "Юрист Лариса Громова" of "Юрист Громова Лариса"
            if let [first, last] = name {
                emit(&[&spoken[..], &[last, first]].concat(), WHOLE);
            }
            if let [title, _, ..] = spoken[..] {
                emit(&[&[title], name].concat(), WHOLE);
            }
            if let [first, .., last] = name {
                if name.len() > 2 {
                    emit(&[&spoken[..], &name[..2]].concat(), PART);
                }
                // "Doctor Venkata" of "Dr. Venkata S.", "Captain Lind" of "Capt. Berg-Lind".
                let last_solid = name.iter().rfind(|word| !is_initial(word)).unwrap_or(last);
                for one in [first, last_solid].into_iter().flat_map(|word| pieces_of(word)) {
                    emit(&[&spoken[..], &[one]].concat(), PART);
                    if let [title, _, ..] = spoken[..] {
                        emit(&[title, one], PART);
                    }
                }
            }
        }
    }
}

/// Other orders and parts of a personal name.
fn parts(words: &[&str], names: &Names, emit: &mut Emit<'_>) {
    let is_name = |word: &str| is_name(word, names);
    for word in words.iter().filter(|word| word.contains(' ') && words.len() > 1 && !is_saint(word)) {
        for piece in word.split(' ').filter(|piece| is_name(piece) && !names::is_particle(piece)) {
            emit(&[piece], PART);
        }
    }
    match words {
        [first, last] => {
            emit(&[last, first], WHOLE);
            // "Pod 12" is no "Pod".
            if [first, last].iter().any(|word| word.bytes().all(|b| b.is_ascii_digit())) {
                return;
            }
            for word in [first, last] {
                if is_name(word) {
                    emit(&[word], PART);
                }
            }
        }
        [first, middle, last] => {
            // "Focus Room 3" is no "Focus Room".
            if words.iter().any(|word| names.is_kind(word)) && words.iter().any(|word| has_digit(word)) {
                return;
            }
            // "John Paul Smith" and "Смирнов Иван Петрович": any two neighbours, and the outer two.
            for pair in [
                [first, middle],
                [middle, first],
                [first, last],
                [last, first],
                [middle, last],
                [last, middle],
            ] {
                let with_initial =
                    |one: &str, other: &str| is_name(one) && (is_name(other) || is_initial(other));
                if with_initial(pair[0], pair[1]) || with_initial(pair[1], pair[0]) {
                    emit(&[pair[0], pair[1]], PART);
                }
            }
            emit(&[last, first, middle], WHOLE);
            emit(&[middle, last, first], WHOLE);
            for word in [first, middle, last] {
                // "Wolf Graf Lambsberg" is not called "Graf".
                if is_name(word) && (word != middle || names.is_role(word) || !names.is_title(word)) {
                    emit(&[word], PART);
                }
            }
        }
        [first, second, third, fourth] if words.iter().all(|word| is_name(word)) => {
            // Two given names and two surnames: "José Luis García Márquez".
            emit(&[third, fourth, first, second], WHOLE);
            for part in [
                &words[..2],
                &words[2..],
                &words[..3],
                &[*first, *third],
                &[*second, *third],
                &[*first, *fourth],
                // "Nhung Nguyen"
                &[*fourth, *first],
                &[*first, *third, *fourth],
                // "Thùy Dương Trần"
                &[*third, *fourth, *first],
                &[*first],
                &[*third],
            ] {
                emit(part, PART);
            }
        }
        _ => {}
    }
}

/// A compound, or a surname with particles, as a whole and by the parts by which it is called.
fn pieces_of(word: &str) -> Vec<&str> {
    let mut all = vec![word];
    if let (Some(first), Some(last)) = (word.split(' ').next(), word.rsplit(' ').next())
        && word.contains(' ')
        && !is_saint(word)
    {
        let solid =
            [first, last].into_iter().filter(|piece| !names::is_particle(piece) && piece.chars().count() > 1);
        all.extend(solid);
    }
    all
}

/// Nobody from St. James is James.
fn is_saint(word: &str) -> bool {
    word.starts_with("st ") || word.starts_with("saint ")
}

/// "Anna Kovač" for "Anna-Maria Kovač", "Jan Berg" for "Jan van der Berg".
fn compounds(words: &[&str], emit: &mut Emit<'_>) {
    // "María Eugenia García" for "María Eugenia García-Lorenzo"
    if (3..=4).contains(&words.len()) {
        for (at, word) in words.iter().enumerate() {
            for piece in pieces_of(word).into_iter().skip(1) {
                let mut shorter = words.to_vec();
                shorter[at] = piece;
                emit(&shorter, PART);
            }
        }
    }
    if !(2..=3).contains(&words.len()) || !words.iter().any(|word| word.contains(' ')) {
        return;
    }
    for (at, one) in words.iter().enumerate() {
        for other in &words[at + 1..] {
            for one in pieces_of(one) {
                for other in pieces_of(other) {
                    emit(&[one, other], PART);
                    emit(&[other, one], PART);
                }
            }
        }
    }
}

/// Other given names: "Bob Smith", "Bob". Two given names may have one in common: "José María", "Chema".
fn nicknames(name: &[&str], names: &Names, emit: &mut Emit<'_>) {
    if let [first, second, rest @ ..] = name
        && !rest.is_empty()
    {
        let both = format!("{first} {second}");
        if !names.others(&both).is_empty() {
            nicknames(&[&[both.as_str()], rest].concat(), names, emit);
        }
        // The surnames first.
        if let [.., before, last] = name {
            let both = format!("{before} {last}");
            if !names.others(&both).is_empty() {
                nicknames(&[&[both.as_str()], &name[..name.len() - 2]].concat(), names, emit);
            }
        }
    }
    let is_called = |word: &str| !is_initial(word) && (names.is_role(word) || !names.is_title(word));
    for (at, word) in name.iter().enumerate().filter(|(_, word)| is_called(word)) {
        // "Anna" of "Anna-Maria" is not "Annie-Maria", but "Annie".
        let whole = names.others(word).iter().copied();
        let of_first = word.split_once(' ').map_or(&[][..], |(first, _)| names.others(first)).iter().copied();
        for other in whole.chain(of_first) {
            emit(&[other], NICKNAME);
            if !(2..=4).contains(&name.len()) {
                continue;
            }
            let mut changed = name.to_vec();
            changed[at] = other;
            emit(&changed, OTHERWISE);
            changed.reverse();
            emit(&changed, OTHERWISE);
            for rest in name.iter().enumerate().filter(|(place, _)| *place != at) {
                for rest in pieces_of(rest.1) {
                    // Without the patronymic, the middle name, or a part of the surname.
                    if name.len() > 2 || rest.len() < name.len() || rest.chars().nth(1).is_some() {
                        emit(&[other, rest], OTHERWISE);
                        emit(&[rest, other], OTHERWISE);
                    }
                }
            }
        }
    }
}
