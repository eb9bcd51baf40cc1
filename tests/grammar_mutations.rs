//! Grammar files with random damage: whatever is in them, reading, merging, compiling and checking never panic.

use std::sync::Arc;

use heyroom::grammar::diagnostics::Source;
use heyroom::grammar::{Contact, Context, Grammar, Pack};
use proptest::prelude::*;

const SEEDS: [&str; 4] = [
    include_str!("../fuzz/seeds/grammar_pack/shared"),
    include_str!("../fuzz/seeds/grammar_pack/extends"),
    include_str!("../fuzz/seeds/grammar_pack/plural"),
    include_str!("../fuzz/seeds/grammar_pack/small"),
];

/// Pieces that mean something in a grammar file.
const PIECES: [&str; 28] = [
    "null",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "|",
    ";",
    ":",
    "\"",
    "\\",
    "\n",
    "  ",
    "- ",
    "replace: true",
    "extends: bundled",
    "confirm: required",
    "plural: ",
    "other: ",
    "data: ",
    "intents: ",
    "actions: ",
    "source: participants",
    "language: ",
    "1..9",
    "\u{301}",
    "%",
];

/// Cuts, doubles and replaces pieces of a text.
fn damaged(seed: &str, damage: &[(usize, usize, usize)]) -> String {
    let mut characters: Vec<char> = seed.chars().collect();
    for (at, length, what) in damage {
        let start = at % (characters.len() + 1);
        let end = (start + length % 12).min(characters.len());
        let piece: Vec<char> = match what % 3 {
            0 => Vec::new(),
            1 => characters[start..end].repeat(2),
            _ => PIECES[what % PIECES.len()].chars().collect(),
        };
        characters.splice(start..end, piece);
    }
    characters.into_iter().collect()
}

fn sources(text: &str) -> Vec<Arc<Source>> {
    let mut files = vec![("en.yaml", String::new())];
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix("--- "), files.last_mut()) {
            (Some(name), _) if name.trim() == "shared.yaml" => files.push(("shared.yaml", String::new())),
            (Some(_), _) => files.push(("more.yaml", String::new())),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => {}
        }
    }
    files.into_iter().map(|(name, text)| Arc::new(Source::text(name, text))).collect()
}

proptest! {
    #[test]
    fn damaged_files_are_no_danger(
        seed in 0..SEEDS.len(),
        damage in prop::collection::vec((any::<usize>(), any::<usize>(), any::<usize>()), 0..8),
    ) {
        match Pack::from_sources(&sources(&damaged(SEEDS[seed], &damage)), "en") {
            Ok(pack) => {
                let mut grammar = Grammar::new(&pack);
                let person = Contact { id: "ann".to_owned(), name: "Ann Lee".to_owned() };
                grammar.set_contacts(std::slice::from_ref(&person));
                grammar.set_participants(&[person]);
                for sample in grammar.sample(3, &mut |below| below / 2) {
                    grammar.matches(&sample.text, &Context::new());
                }
                if pack.intents.len() < 20 {
                    prop_assert!(grammar.lint().iter().all(|problem| !problem.message.is_empty()));
                }
            }
            Err(problems) => prop_assert!(problems.has_errors()),
        }
    }
}
