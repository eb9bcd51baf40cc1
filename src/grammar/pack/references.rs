//! What templates refer to: rules must exist and not call themselves in a circle, lists should exist.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::{Block, ListDef, Pack, Rule, TextPlace, read_lists::check_range};
use crate::grammar::diagnostics::{Diagnostic, Diagnostics, did_you_mean};
use crate::grammar::template::{Kind, Part};

/// Checks all references; lists that nobody defines are collected in [`Pack::missing_lists`].
pub(super) fn check(pack: &mut Pack, found: &mut Diagnostics) {
    let mut missing = Vec::new();
    let global = Scope { pack, block: None };
    circles(&pack.rules, &global, found);
    endless_lists(&global, found);
    for rule in pack.rules.values() {
        global.part(&rule.part, &rule.at, found, &mut missing);
    }
    for list in pack.lists.values() {
        global.list(list, found, &mut missing);
    }
    for intent in pack.intents.values() {
        for block in &intent.blocks {
            let scope = Scope { pack, block: Some(block) };
            if !block.rules.is_empty() {
                circles(&block.rules, &scope, found);
            }
            for rule in block.rules.values() {
                scope.part(&rule.part, &rule.at, found, &mut missing);
            }
            for list in block.lists.values() {
                scope.list(list, found, &mut missing);
            }
            for sentence in &block.sentences {
                scope.part(&sentence.part, &sentence.at, found, &mut missing);
            }
        }
    }
    let mut seen = HashSet::new();
    missing.retain(|(name, _): &(String, _)| seen.insert(name.clone()));
    pack.missing_lists = missing;
}

struct Scope<'a> {
    pack: &'a Pack,
    block: Option<&'a Block>,
}

type Missing = Vec<(String, crate::grammar::diagnostics::Place)>;

impl Scope<'_> {
    fn rule(&self, name: &str) -> Option<&Rule> {
        self.block.and_then(|block| block.rules.get(name)).or_else(|| self.pack.rules.get(name))
    }

    fn has_list(&self, name: &str) -> bool {
        // The address book needs no definition.
        name == "contact"
            || self.pack.lists.contains_key(name)
            || self.block.is_some_and(|block| block.lists.contains_key(name))
    }

    fn list(&self, list: &ListDef, found: &mut Diagnostics, missing: &mut Missing) {
        for value in list.values() {
            self.part(&value.part, &value.at, found, missing);
        }
    }

    fn part(&self, part: &Part, at: &TextPlace, found: &mut Diagnostics, missing: &mut Missing) {
        match &part.kind {
            Kind::Text(_) => {}
            Kind::Sequence(parts) | Kind::Permutation(parts) | Kind::Alternatives { branches: parts, .. } => {
                for part in parts {
                    self.part(part, at, found, missing);
                }
            }
            Kind::Rule(name) => {
                if self.rule(name).is_none() {
                    let local = self.block.iter().flat_map(|block| block.rules.keys());
                    let known: Vec<&str> = local.chain(self.pack.rules.keys()).map(String::as_str).collect();
                    let help = did_you_mean(name, known);
                    found.push(
                        Diagnostic::error(&at.at(part.start), format!("unknown rule <{name}>")).help(help),
                    );
                }
            }
            Kind::List(used) => {
                if let Some((from, to, step)) = used.range {
                    if let Err(message) = check_range(from, to, step) {
                        let help = "write {from..to:slot} or {from..to,step:slot}";
                        found.push(
                            Diagnostic::error(&at.at(part.start), format!("the range: {message}")).help(help),
                        );
                    }
                } else if !self.has_list(&used.list) {
                    missing.push((used.list.clone(), at.at(part.start)));
                }
            }
        }
    }
}

/// Reports rules that contain themselves.
fn circles(rules: &IndexMap<String, Rule>, scope: &Scope<'_>, found: &mut Diagnostics) {
    let mut safe = HashSet::new();
    let mut reported = HashSet::new();
    for name in rules.keys() {
        let mut path = Vec::new();
        walk(name, scope, &mut path, &mut safe, &mut reported, found);
    }
}

/// Warns of lists whose values hold them again: what they stand for has no end, and the recogniser needs an end.
fn endless_lists(scope: &Scope<'_>, found: &mut Diagnostics) {
    let lists = &scope.pack.lists;
    let mut uses: IndexMap<&str, HashSet<&str>> = IndexMap::new();
    for (name, list) in lists {
        let used = uses.entry(name).or_default();
        for value in list.values() {
            collect_lists(&value.part, scope, &mut HashSet::new(), used);
        }
    }
    let mut told: HashSet<&str> = HashSet::new();
    for (name, list) in lists {
        let mut reached: HashSet<&str> = HashSet::new();
        let mut next: Vec<&str> = uses[name.as_str()].iter().copied().collect();
        while let Some(used) = next.pop() {
            if reached.insert(used) {
                next.extend(uses.get(used).into_iter().flatten().copied());
            }
        }
        if !reached.contains(name.as_str()) || told.contains(name.as_str()) {
            continue;
        }
        // The others of the circle need no warning of their own.
        told.extend(reached);
        if let Some(value) = list.values().first() {
            let message = format!("the values of the list `{name}` hold `{{{name}}}` again, without end");
            let help = "what is said of it is listened for only so far; write the values out";
            found.push(Diagnostic::warning(&value.at.at(0), message).help(help));
        }
    }
}

/// The lists in `part` and in the rules that it uses.
fn collect_lists<'a>(
    part: &'a Part,
    scope: &'a Scope<'_>,
    rules: &mut HashSet<&'a str>,
    into: &mut HashSet<&'a str>,
) {
    match &part.kind {
        Kind::Text(_) => {}
        Kind::List(used) => {
            into.insert(&used.list);
        }
        Kind::Rule(name) => {
            if let Some(rule) = scope.rule(name).filter(|_| rules.insert(name)) {
                collect_lists(&rule.part, scope, rules, into);
            }
        }
        Kind::Sequence(parts) | Kind::Permutation(parts) | Kind::Alternatives { branches: parts, .. } => {
            for part in parts {
                collect_lists(part, scope, rules, into);
            }
        }
    }
}

fn walk<'a>(
    name: &'a str,
    scope: &'a Scope<'_>,
    path: &mut Vec<&'a str>,
    safe: &mut HashSet<&'a str>,
    reported: &mut HashSet<&'a str>,
    found: &mut Diagnostics,
) {
    if safe.contains(name) || reported.contains(name) {
        return;
    }
    let Some(rule) = scope.rule(name) else { return };
    if path.len() > 200 {
        let help = "shorten the chain of rules";
        found.push(Diagnostic::error(&rule.at.at(0), "rules that use rules, more than 200 deep").help(help));
        reported.insert(name);
        return;
    }
    path.push(name);
    let mut used = Vec::new();
    collect_rules(&rule.part, &mut used);
    for (inner, start) in used {
        if let Some(first) = path.iter().position(|other| *other == inner) {
            let mut circle: Vec<String> = path[first..].iter().map(|name| format!("<{name}>")).collect();
            circle.push(format!("<{inner}>"));
            if !path[first..].iter().any(|name| reported.contains(name)) {
                let message = format!("circular rule: {}", circle.join(" -> "));
                found.push(
                    Diagnostic::error(&rule.at.at(start), message)
                        .help("a rule may not contain itself; write the repeated part out"),
                );
            }
            reported.extend(&path[first..]);
        } else {
            walk(inner, scope, path, safe, reported, found);
        }
    }
    path.pop();
    safe.insert(name);
}

fn collect_rules<'a>(part: &'a Part, into: &mut Vec<(&'a str, usize)>) {
    match &part.kind {
        Kind::Rule(name) => into.push((name, part.start)),
        Kind::Sequence(parts) | Kind::Permutation(parts) | Kind::Alternatives { branches: parts, .. } => {
            for part in parts {
                collect_rules(part, into);
            }
        }
        Kind::Text(_) | Kind::List(_) => {}
    }
}
