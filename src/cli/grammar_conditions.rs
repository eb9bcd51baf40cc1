//! For `heyroom grammar check`: whether what a grammar says of the room is what the room tells. A grammar takes any name;
//! only here, where everything meets, are they compared with what the assistant knows of a room.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    assistant::{facts, replies::SECTION},
    grammar::{
        Pack, Wake,
        diagnostics::{Diagnostic, Diagnostics, Place, did_you_mean},
        pack::{Block, Expect, ListDef},
    },
};

/// The only time at which the wake phrase can be left out.
const WITHOUT_WAKE: [&str; 1] = ["ringing"];

/// Names and values of facts that no room ever tells, and replies of intents that are not there.
pub fn check(pack: &Pack) -> Diagnostics {
    let mut problems = Diagnostics::default();
    // A grammar without actions is for other programs, which know other things.
    if !pack.intents.values().flat_map(|intent| &intent.blocks).any(|block| !block.actions.is_empty()) {
        return problems;
    }
    let told = told_by(pack);
    for (name, intent) in &pack.intents {
        for block in &intent.blocks {
            conditions(name, block, &told, &mut problems);
            states(pack, name, block, &mut problems);
            wake(name, block, &mut problems);
        }
    }
    tests(pack, &told, &mut problems);
    replies(pack, &mut problems);
    // What stands in the grammar that this one builds on is not for its author to change.
    problems.retain(|problem| !problem.place.as_ref().is_some_and(|place| pack.is_inherited(place)));
    problems
}

/// Conditions on what nobody ever tells: neither the room nor the values of lists.
fn conditions(name: &str, block: &Block, told: &HashSet<&str>, problems: &mut Diagnostics) {
    for rule in block.requires.iter().chain(&block.excludes) {
        let Some(place) = &rule.place else { continue };
        if !is_told(&rule.key, told) {
            let message = format!("the intent `{name}`: no room tells whether it is `{}`", rule.key);
            problems.push(Diagnostic::warning(place, message).help(did_you_mean(&rule.key, facts::NAMES)));
        }
        let values = match &rule.expect {
            Expect::Present => &[][..],
            Expect::Equal(value) => std::slice::from_ref(value),
            Expect::OneOf(values) => values,
        };
        for value in values.iter().filter(|_| !told.contains(rule.key.as_str())) {
            value_of(&rule.key, value, place, problems);
        }
    }
}

fn is_told(fact: &str, told: &HashSet<&str>) -> bool {
    facts::NAMES.contains(&fact) || told.contains(fact)
}

/// All facts that the room tells are true or false; `yes` in a grammar file is a text.
fn value_of(fact: &str, value: &Value, place: &Place, problems: &mut Diagnostics) {
    let fits = match value {
        Value::Bool(_) | Value::Null => true,
        Value::Number(number) => number.as_f64().is_some_and(|number| number == 0.0 || number == 1.0),
        _ => false,
    };
    if facts::NAMES.contains(&fact) && !fits {
        let message = format!("`{fact}` is true or false, never {value}");
        problems.push(Diagnostic::warning(place, message).help(format!("write `{fact}: {}`", meant(value))));
    }
}

/// The truth value that was probably meant.
fn meant(value: &Value) -> &'static str {
    match value.as_str().map(str::to_lowercase).as_deref() {
        Some("yes" | "on" | "true" | "y") => "true",
        Some("no" | "off" | "false" | "n") => "false",
        _ => "true` or `false",
    }
}

/// `{state.NAME}` with a name that stands for nothing.
fn states(pack: &Pack, intent: &str, block: &Block, problems: &mut Diagnostics) {
    for mention in pack.mentions(intent, block) {
        let (Some(name), Some(place)) = (mention.name.strip_prefix("state."), &mention.place) else {
            continue;
        };
        if !facts::REFERENCES.contains(&name) && !facts::NAMES.contains(&name) {
            let message =
                format!("{} of `{intent}` refers to `{{state.{name}}}`, which no room tells", mention.what);
            let known: Vec<&str> = facts::REFERENCES.into_iter().chain(facts::NAMES).collect();
            problems.push(Diagnostic::warning(place, message).help(did_you_mean(name, known)));
        }
    }
}

/// `wake: {optional: [...]}` with anything but the one state for which it is made.
fn wake(intent: &str, block: &Block, problems: &mut Diagnostics) {
    let Wake::OptionalIn(states) = &block.wake else { return };
    for (state, place) in states.iter().zip(&block.wake_at) {
        if !WITHOUT_WAKE.contains(&state.as_str()) {
            let message = format!(
                "`{intent}` always needs the wake phrase: it can be left out only while it is \
                                   `ringing`, not `{state}`"
            );
            problems.push(Diagnostic::warning(place, message).help(did_you_mean(state, WITHOUT_WAKE)));
        }
    }
}

/// Tests that give facts which nobody tells.
fn tests(pack: &Pack, told: &HashSet<&str>, problems: &mut Diagnostics) {
    for case in pack.tests.iter().flat_map(|set| &set.cases) {
        let Some((_, place)) = case.sentences.first() else { continue };
        for (fact, value) in &case.context {
            if !is_told(fact, told) {
                let message = format!("this test gives the fact `{fact}`, which no room tells");
                problems.push(Diagnostic::warning(place, message).help(did_you_mean(fact, facts::NAMES)));
            } else if !told.contains(fact.as_str()) {
                value_of(fact, value, place, problems);
            }
        }
    }
}

/// Replies of intents that are not there.
fn replies(pack: &Pack, problems: &mut Diagnostics) {
    let unspoken = |name: &str| pack.unspoken.iter().any(|(other, _)| other == name);
    for (name, texts) in &pack.responses {
        if name == SECTION || pack.intents.contains_key(name) || unspoken(name) {
            continue;
        }
        if let Some(at) = texts.values().find_map(|reply| reply.places.first()) {
            let message = format!("a reply for `{name}`, and there is no such intent");
            let help = did_you_mean(name, pack.intents.keys().map(String::as_str));
            let help = if help.starts_with("did you") { help } else { "remove it".to_owned() };
            problems.push(Diagnostic::warning(&at.at(0), message).help(help));
        }
    }
}

/// What values of lists add to the context, those of the tests included.
fn told_by(pack: &Pack) -> HashSet<&str> {
    let of_blocks =
        pack.intents.values().flat_map(|intent| &intent.blocks).flat_map(|block| block.lists.values());
    let of_tests = pack.tests.iter().flat_map(|set| set.lists.values());
    let lists = pack.lists.values().chain(of_blocks).chain(of_tests);
    lists.flat_map(ListDef::values).flat_map(|value| value.context.keys()).map(String::as_str).collect()
}
