//! Words that a speech model cannot hear.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::cover::Origin;
use super::super::diagnostics::{Diagnostic, Diagnostics, Place};
use super::super::matcher::Grammar;
use super::super::pack::{ListDef, TextPlace};
use crate::text;

impl Grammar {
    /// Words that a speech model does not know, with where they come from. `knows` answers for one word.
    pub fn unknown_words(&self, knows: &dyn Fn(&str) -> bool) -> BTreeMap<String, BTreeSet<Origin>> {
        self.words().into_iter().filter(|(word, _)| !knows(word)).collect()
    }

    /// As [`Grammar::unknown_words`], as warnings at the words themselves; those of contacts are left out.
    pub fn lint_words(&self, knows: &dyn Fn(&str) -> bool) -> Diagnostics {
        let texts = self.texts();
        let mut found = Diagnostics::default();
        for (word, origins) in self.unknown_words(knows) {
            let mut others = Vec::new();
            let mut first: Option<Place> = None;
            for origin in &origins {
                let (Origin::Template(place) | Origin::Value(place)) = origin else { continue };
                match texts.get(place) {
                    Some(at) if first.is_none() => first = Some(word_in(at, &word)),
                    _ => others.push(place.as_str()),
                }
            }
            let only_contacts = origins.iter().all(|origin| matches!(origin, Origin::Contact(_)));
            if only_contacts {
                continue;
            }
            let also = match others.as_slice() {
                [] => String::new(),
                others => format!(" (also at {})", others.join(", ")),
            };
            let message = format!("the model does not know the word `{word}`{also}");
            let warning = match &first {
                Some(place) => Diagnostic::warning(place, message),
                None => {
                    let of =
                        if origins.contains(&Origin::Number) { "the number words" } else { "the grammar" };
                    Diagnostic::general_warning(format!("{message}, one of {of}"))
                }
            };
            found.push(warning.help("nobody can say it: use another word, or a model that knows it"));
        }
        found
    }

    /// The texts of the pack by their places.
    fn texts(&self) -> HashMap<String, TextPlace> {
        let mut texts = HashMap::new();
        let mut add = |at: &TextPlace| {
            texts.insert(at.at(0).to_string(), at.clone());
        };
        for block in self.pack.intents.values().flat_map(|intent| &intent.blocks) {
            block.sentences.iter().for_each(|sentence| add(&sentence.at));
            block.lists.values().flat_map(ListDef::values).for_each(|value| add(&value.at));
        }
        self.pack.lists.values().flat_map(ListDef::values).for_each(|value| add(&value.at));
        texts
    }
}

/// The place of a word in a text; that of the text if it stands in a rule used there.
fn word_in(at: &TextPlace, word: &str) -> Place {
    let written = at.0.as_str().unwrap_or_default();
    let mut start = 0;
    for piece in written.split_inclusive(|c: char| !c.is_alphanumeric() && c != '\'') {
        if text::fold(piece.trim_end_matches(|c: char| !c.is_alphanumeric())) == word {
            return at.at(start);
        }
        start += piece.len();
    }
    at.at(0)
}
