//! Names that are defined but not used.

use std::collections::HashSet;

use super::super::diagnostics::{Diagnostic, Diagnostics};
use super::super::pack::{Block, ListDef, Pack, is_shared};
use super::super::template::{Kind, Part};

/// Names that are defined but not used.
pub(super) fn unused(pack: &Pack, found: &mut Diagnostics) {
    let (mut rules, mut lists) = (HashSet::new(), HashSet::new());
    for intent in pack.intents.values() {
        for block in &intent.blocks {
            // In a block with rules or lists of its own the same name may lead elsewhere.
            let own = !block.rules.is_empty() || !block.lists.is_empty();
            let (mut own_rules, mut own_lists) = (HashSet::new(), HashSet::new());
            for sentence in &block.sentences {
                if own {
                    used(&sentence.part, pack, Some(block), &mut own_rules, &mut own_lists, 0);
                } else {
                    used(&sentence.part, pack, None, &mut rules, &mut lists, 0);
                }
            }
            rules.extend(own_rules);
            lists.extend(own_lists);
        }
    }
    for (name, rule) in &pack.rules {
        if !rules.contains(name.as_str()) {
            found.push(
                Diagnostic::warning(&rule.at.at(0), format!("no sentence uses the rule <{name}>"))
                    .help("remove it, or check the spelling where it should be used"),
            );
        }
    }
    for (name, list) in &pack.lists {
        // What languages share, not every one of them needs.
        let place = list.place.as_ref().filter(|place| !is_shared(&place.source));
        if let Some(place) = place.filter(|_| !lists.contains(name.as_str())) {
            found.push(
                Diagnostic::warning(place, format!("no sentence uses the list `{name}`"))
                    .help("remove it, or check the spelling where it should be used"),
            );
        }
    }
}

fn used<'a>(
    part: &'a Part,
    pack: &'a Pack,
    block: Option<&'a Block>,
    rules: &mut HashSet<&'a str>,
    lists: &mut HashSet<&'a str>,
    depth: usize,
) {
    if depth > 200 {
        return;
    }
    match &part.kind {
        Kind::Text(_) => {}
        Kind::Sequence(parts) | Kind::Permutation(parts) | Kind::Alternatives { branches: parts, .. } => {
            parts.iter().for_each(|part| used(part, pack, block, rules, lists, depth + 1));
        }
        Kind::List(list) => {
            let local = block.and_then(|block| block.lists.get(&list.list));
            if lists.insert(&list.list) {
                for value in
                    local.or_else(|| pack.lists.get(&list.list)).map(ListDef::values).unwrap_or_default()
                {
                    used(&value.part, pack, block, rules, lists, depth + 1);
                }
            }
        }
        Kind::Rule(name) => {
            if rules.insert(name) {
                let rule = block.and_then(|block| block.rules.get(name)).or_else(|| pack.rules.get(name));
                if let Some(rule) = rule {
                    used(&rule.part, pack, block, rules, lists, depth + 1);
                }
            }
        }
    }
}
