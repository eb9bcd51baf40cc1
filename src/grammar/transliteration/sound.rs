//! What is left of a word when spellings of the same sounds are put together.

use super::super::names::unmarked;
use super::{cyrillic::russian_like, is_cyrillic};

/// What is left of a word when spellings of the same sounds are put together.
pub(in crate::grammar) fn sound_form(word: &str) -> String {
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
