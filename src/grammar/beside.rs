//! A name with what stands beside it: company, department, place. Knows what may stand between, no display names.

use super::contacts::{PART, RARE, WHOLE};
use super::inflection::Cases;
use super::names::{self, Names};
use super::rooms;

/// Words that may stand between a name and what stands beside it.
const LINKS: usize = 5;

/// A name with what stands beside it: "Ann Smith Acme", "Ann from Acme".
pub(super) fn beside(
    (language, names): (&str, &Names),
    core: &[&str],
    part: &[&str],
    genitive: Option<&str>,
    emit: &mut dyn FnMut(&[&str], u8),
) {
    let titles = core.iter().take_while(|word| names.is_title(word)).count();
    let core = &core[titles.min(core.len().saturating_sub(1))..];
    let ([first, .., last], 1..=4) = (core, part.len()) else { return };
    let mut with_links = |head: &[&str], links: usize, rank: u8| {
        rooms::with_numbers(language, names, &[head, part].concat(), rank, emit);
        for (number, link) in names.links.iter().take(links).enumerate() {
            let rank = if number > 0 { rank + RARE } else { rank };
            match genitive {
                Some(genitive) => emit(&[head, &[*link, genitive]].concat(), rank),
                None => rooms::with_numbers(language, names, &[head, &[*link], part].concat(), rank, emit),
            }
        }
    };
    with_links(core, LINKS, WHOLE);
    with_links(&[last, first], 1, WHOLE + RARE);
    if core.len() > 2 {
        with_links(&[first, last], LINKS, WHOLE);
    }
    for alone in [first, last] {
        with_links(&[alone], LINKS, PART);
        for other in names.others(alone).iter().take(2) {
            with_links(&[other], 1, PART + RARE);
        }
    }
    emit(&[part, &[*last]].concat(), PART);
    // "Rosie Zhao" of "Zhao Ruoxi (Rosie)", "Annemiek van den Berg" of "van den Berg, A. (Annemiek)"
    if let [called] = part
        && !names.is_kind(called)
        && !names.is_title(called)
    {
        emit(&[called, first], PART);
        if let Some(surname) = names::with_particles(core).last().filter(|surname| surname.contains(' ')) {
            emit(&[called, surname], PART);
        }
    }
}

/// "Ann from Paris" of "Ann Lee (Paris Office)", "Ann from Acme" of "Ann Lee (Acme Nigeria)".
pub(super) fn shorter(names: &Names, core: &[&str], part: &[&str], emit: &mut dyn FnMut(&[&str], u8)) {
    /// Less is an abbreviation, or no place of its own.
    const SHORTEST: usize = 4;
    const LINKS: usize = 2;
    let is_place = |word: &&str| {
        !names.is_kind(word)
            && !names.is_title(word)
            && !names.is_suffix(word)
            && word.chars().count() >= SHORTEST
    };
    let ([first, .., last], 2..=4) = (core, part.len()) else { return };
    if !part.iter().all(|word| word.chars().all(char::is_alphabetic)) {
        return;
    }
    let own: Vec<&str> = part.iter().copied().filter(is_place).collect();
    let places = match own.as_slice() {
        [] => return,
        [_] => vec![&own[..]],
        _ => vec![&own[..1], &own[..]],
    };
    for place in places.into_iter().filter(|place| place.len() < part.len()) {
        for link in names.links.iter().take(LINKS) {
            for head in [core, &[*first], &[*last]] {
                emit(&[head, &[*link], place].concat(), PART);
            }
        }
    }
}

/// "Бухгалтерии", of what stands beside a name.
pub(super) fn genitive(language: &str, part: &str) -> Option<String> {
    let mut genitive = None;
    Cases::of(language)?.forms(part, &mut |form| {
        genitive.get_or_insert_with(|| form.to_owned());
    });
    genitive
}
