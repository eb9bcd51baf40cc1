//! For `heyroom grammar check`: whether the conditions of a grammar are about what the room tells. A grammar takes any
//! name; only here, where everything meets, are they compared with what the assistant knows of a room.

use std::collections::HashSet;

use crate::{
    assistant::facts,
    grammar::{
        Pack,
        diagnostics::{Diagnostic, Diagnostics, did_you_mean},
        pack::{ListDef, ListKind, ListValue},
    },
};

/// Conditions on what nobody ever tells: neither the room nor the values of lists.
pub fn check(pack: &Pack) -> Diagnostics {
    let mut problems = Diagnostics::default();
    // A grammar without actions is for other programs, which know other things.
    if !pack.intents.values().flat_map(|intent| &intent.blocks).any(|block| !block.actions.is_empty()) {
        return problems;
    }
    let told = told_by(pack);
    for (name, intent) in &pack.intents {
        for block in &intent.blocks {
            for rule in block.requires.iter().chain(&block.excludes) {
                let key = rule.key.as_str();
                let Some(place) = &rule.place else { continue };
                if facts::NAMES.contains(&key) || told.contains(key) {
                    continue;
                }
                let message = format!("the intent `{name}`: no room tells whether it is `{key}`");
                problems.push(Diagnostic::warning(place, message).help(did_you_mean(key, facts::NAMES)));
            }
        }
    }
    problems
}

/// What values of lists add to the context, those of the tests included.
fn told_by(pack: &Pack) -> HashSet<&str> {
    let of_blocks =
        pack.intents.values().flat_map(|intent| &intent.blocks).flat_map(|block| block.lists.values());
    let of_tests = pack.tests.iter().flat_map(|set| set.lists.values());
    let lists = pack.lists.values().chain(of_blocks).chain(of_tests);
    lists.flat_map(values).flat_map(|value| value.context.keys()).map(String::as_str).collect()
}

fn values(list: &ListDef) -> &[ListValue] {
    match &list.kind {
        ListKind::Values(values) | ListKind::Contacts(values) | ListKind::Participants(values) => values,
        ListKind::Range(_) | ListKind::Wildcard | ListKind::Digits { .. } => &[],
    }
}
