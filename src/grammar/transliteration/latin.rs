//! Latin names in Russian letters, by the language in which they are read.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::super::names::unmarked;

const RUSSIAN: &str = include_str!("../data/letters-ru.txt");

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

/// English, German, French and Spanish, by their places in the data.
pub(super) const ENGLISH: usize = 1;
pub(super) const WESTERN: std::ops::Range<usize> = 1..5;

/// A Latin word in Russian letters, as each language reads it.
pub(super) fn to_cyrillic(word: &str) -> Vec<String> {
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
            let bare = || group.chars().flat_map(unmarked).collect::<String>();
            let cyrillic = letters.get(group.as_str()).or_else(|| {
                // "jā" is "ja"; a letter with a mark of its own is in the base.
                (length > 1 && !group.is_ascii()).then(bare).and_then(|bare| letters.get(bare.as_str()))
            });
            cyrillic.map(|cyrillic| (length, *cyrillic))
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
