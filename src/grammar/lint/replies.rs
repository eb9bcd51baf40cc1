//! What is said back, and the slots that it and the actions refer to.

use std::collections::{BTreeSet, HashSet};

use super::super::coverage::phrasings;
use super::super::diagnostics::{Diagnostic, Diagnostics, did_you_mean};
use super::super::engine::Walker;
use super::super::matcher::Grammar;
use super::super::mentions::Mention;
use super::super::pack::{Block, Intent, Pack};
use super::super::program::Template;
use super::super::template::{Kind, Part};

/// Every language should know as many ways to say what is said every day.
const WAYS: usize = 6;

/// Checks one intent.
pub(super) fn check(pack: &Pack, name: &str, intent: &Intent, found: &mut Diagnostics) {
    for block in &intent.blocks {
        if let (Some(key), Some(place)) = (&block.response, &block.response_at) {
            let texts = pack.responses.get(name);
            if !texts.is_some_and(|texts| texts.contains_key(key)) {
                let known = texts.into_iter().flat_map(|texts| texts.keys()).map(String::as_str);
                let message = format!("the reply `{key}` of `{name}` is missing");
                let help = format!(
                    "write it under `responses: {name}:`; {}",
                    did_you_mean(key, known.collect::<Vec<_>>())
                );
                found.push(Diagnostic::warning(place, message).help(help));
            }
        }
        references(pack, name, block, found);
    }
    let ways = phrasings(pack, intent);
    if let (Some(place), true) = (&intent.place, intent.common && ways < WAYS) {
        let message = format!("`{name}` is said daily, and there are only {ways} ways to say it");
        found.push(Diagnostic::warning(place, message).help(format!("add sentences: at least {WAYS}")));
    }
}

/// Slots that actions, questions or replies refer to but no sentence fills.
fn references(pack: &Pack, name: &str, block: &Block, found: &mut Diagnostics) {
    let mut slots = BTreeSet::new();
    let mut rules = HashSet::new();
    for sentence in &block.sentences {
        slot_names(&sentence.part, pack, block, &mut rules, &mut slots);
    }
    slots.extend(block.slots.keys().cloned());
    slots.extend(block.requires.iter().filter_map(|rule| rule.slot.clone()));
    let Some(sentence) = block.sentences.first().map(|sentence| sentence.at.at(0)) else { return };
    let mut told = HashSet::new();
    for Mention { name: reference, place, what } in pack.mentions(name, block) {
        let base = reference.split('.').next().unwrap_or_default();
        // What refers to it may stand in the grammar that this one builds on: then the sentences are what is new, and
        // they lack the slot however often it is used.
        let own = place.filter(|place| !pack.is_inherited(place));
        let once = if own.is_some() { &reference } else { base };
        if base == "state" || slots.contains(base) || !told.insert(once.to_owned()) {
            continue;
        }
        let place = own.unwrap_or_else(|| sentence.clone());
        let help = if slots.is_empty() {
            "no sentence of it has a slot: write one into the sentences, or take this out".to_owned()
        } else {
            did_you_mean(base, slots.iter().map(String::as_str))
        };
        let message =
            format!("{what} of `{name}` refers to `{{{reference}}}`, which no sentence of its block fills");
        found.push(Diagnostic::warning(&place, message).help(help));
    }
}

fn slot_names<'a>(
    part: &'a Part,
    pack: &'a Pack,
    block: &'a Block,
    rules: &mut HashSet<&'a str>,
    into: &mut BTreeSet<String>,
) {
    match &part.kind {
        Kind::List(used) => {
            into.insert(used.slot.clone());
        }
        Kind::Sequence(parts) | Kind::Permutation(parts) | Kind::Alternatives { branches: parts, .. } => {
            parts.iter().for_each(|part| slot_names(part, pack, block, rules, into));
        }
        Kind::Rule(name) => {
            let rule = block.rules.get(name).or_else(|| pack.rules.get(name));
            if let (Some(rule), true) = (rule, rules.insert(name)) {
                slot_names(&rule.part, pack, block, rules, into);
            }
        }
        Kind::Text(_) => {}
    }
}

impl Grammar {
    /// The examples in quotes of a help line must be sentences that are understood.
    pub(super) fn help(&self, name: &str, intent: &Intent, found: &mut Diagnostics) {
        let (Some(help), Some(at)) = (&intent.help, &intent.help_at) else { return };
        for (offset, example) in quoted(help) {
            if !self.understands_somehow(name, example) {
                let message = format!("the help of `{name}` offers \"{example}\", which is not understood");
                found.push(
                    Diagnostic::warning(&at.at(offset), message)
                        .help("write a sentence of the grammar between the quotation marks"),
                );
            }
        }
    }

    /// Whether a sentence fits a template of the intent, whatever names stand in it and in whatever context. Other
    /// intents do not count: where a list is all that is said ("the second"), any text could be its value.
    fn understands_somehow(&self, intent: &str, text: &str) -> bool {
        let variants = self.variants(text);
        let own = |template: &&Template| self.program.intents[self.block(template).intent as usize] == intent;
        self.program.templates.iter().filter(own).any(|template| {
            variants.of(template).filter(|variant| variant.may_match(template)).any(|variant| {
                let mut walker = Walker::new(&self.program, &self.contacts.index, variant.utterance.folded());
                walker.unknown_values = true;
                let mut fits = false;
                walker.walk(template.node, &mut |_| fits = true);
                fits
            })
        })
    }
}

/// What stands between quotation marks, with where it begins.
fn quoted(text: &str) -> impl Iterator<Item = (usize, &str)> {
    const PAIRS: [(char, char); 4] = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»')];
    let mut rest = 0;
    std::iter::from_fn(move || {
        let (at, open) =
            text[rest..].char_indices().find(|(_, c)| PAIRS.iter().any(|(open, _)| open == c))?;
        let start = rest + at + open.len_utf8();
        let closes = |c: char| PAIRS.iter().any(|(mark, close)| *mark == open && *close == c);
        let length = text[start..].find(closes)?;
        let inside = &text[start..start + length];
        rest = start + length + text[start + length..].chars().next().map_or(0, char::len_utf8);
        Some((start, inside))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotation_marks_of_several_languages() {
        let quoted = |text| super::quoted(text).map(|(_, inside)| inside).collect::<Vec<_>>();
        assert_eq!(quoted("Sound: \"mute\", \"unmute\""), ["mute", "unmute"]);
        assert_eq!(quoted("Ton: „stumm“ oder „laut“"), ["stumm", "laut"]);
        assert_eq!(quoted("Звук: «тише», «громче"), ["тише"]);
        assert!(quoted("none").is_empty());
    }
}
