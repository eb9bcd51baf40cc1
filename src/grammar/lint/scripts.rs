//! Letters of two scripts in one word: they look alike but never match.

use super::super::diagnostics::{Diagnostic, Diagnostics};
use super::super::pack::{ListDef, ListKind, Pack, TextPlace};

/// Looks at everything that is said: sentences, rules, list values.
pub(super) fn check(pack: &Pack, found: &mut Diagnostics) {
    let lists = |lists: &indexmap::IndexMap<String, ListDef>, found: &mut Diagnostics| {
        for list in lists.values() {
            let ListKind::Values(values) = &list.kind else { continue };
            values.iter().for_each(|value| scripts(&value.text, &value.at, found));
        }
    };
    let rule = |at: &TextPlace, found: &mut Diagnostics| {
        if let Some(text) = at.0.as_str() {
            scripts(text, at, found);
        }
    };
    for block in pack.intents.values().flat_map(|intent| &intent.blocks) {
        block.sentences.iter().for_each(|sentence| scripts(&sentence.text, &sentence.at, found));
        block.rules.values().for_each(|local| rule(&local.at, found));
        lists(&block.lists, found);
    }
    pack.rules.values().for_each(|global| rule(&global.at, found));
    lists(&pack.lists, found);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
}

fn script(c: char) -> Option<Script> {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Some(Script::Latin),
        '\u{400}'..='\u{52f}' => Some(Script::Cyrillic),
        '\u{370}'..='\u{3ff}' => Some(Script::Greek),
        _ => None,
    }
}

/// A look-alike letter of another script inside a word.
fn scripts(text: &str, at: &TextPlace, found: &mut Diagnostics) {
    let mut before: Option<Script> = None;
    let mut brackets = 0_usize;
    for (offset, c) in text.char_indices() {
        match c {
            '{' | '<' => brackets += 1,
            '}' | '>' => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        let here = script(c).filter(|_| brackets == 0);
        if let (Some(here), Some(before)) = (here, before)
            && here != before
        {
            let message = format!("`{c}` is a {here:?} letter in a {before:?} word");
            found.push(
                Diagnostic::warning(&at.at(offset), message)
                    .help("letters of two scripts look alike but never match: type the word again"),
            );
            return;
        }
        // Brackets inside a word do not end it.
        if !matches!(c, '[' | ']' | '(' | ')') {
            before = here;
        }
    }
}
