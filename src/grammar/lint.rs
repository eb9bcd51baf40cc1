//! What a pack's author should know although the pack can be used: names that nothing uses, sentences that another
//! intent takes, words in two scripts, words that the speech model does not know.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::actions::Action;
use super::cover::Origin;
use super::diagnostics::{Diagnostic, Diagnostics, Place, did_you_mean};
use super::matcher::Grammar;
use super::outcome::{Context, Outcome};
use super::pack::{Block, ListKind, Pack, TextPlace};
use super::template::{Kind, Part};

/// How many sentences of each template are tried for conflicts with other intents.
const SAMPLES: usize = 12;

impl Grammar {
    /// Everything worth telling about the pack, beyond the warnings found while reading it.
    pub fn lint(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        names(&self.pack, &mut found);
        for intent in self.pack.intents.values() {
            for block in &intent.blocks {
                for sentence in &block.sentences {
                    scripts(&sentence.text, &sentence.at, &mut found);
                    self.neighbours(&sentence.part, block, &sentence.at, &mut found);
                }
                references(block, intent.place.as_ref(), &mut found);
            }
        }
        for rule in self.pack.rules.values() {
            if let Some(text) = rule.at.0.as_str() {
                scripts(text, &rule.at, &mut found);
            }
        }
        duplicates(&self.pack, &mut found);
        self.conflicts(&mut found);
        untested(&self.pack, &mut found);
        found
    }

    /// Words that a speech model does not know, with where they come from. `knows` answers for one word.
    pub fn unknown_words(&self, knows: &dyn Fn(&str) -> bool) -> BTreeMap<String, BTreeSet<Origin>> {
        self.words().into_iter().filter(|(word, _)| !knows(word)).collect()
    }

    /// Free text directly behind free text never matches: nobody could say where one ends.
    fn neighbours(&self, part: &Part, block: &Block, at: &TextPlace, found: &mut Diagnostics) {
        match &part.kind {
            Kind::Sequence(parts) => {
                let wild = |part: &Part| match &part.kind {
                    Kind::List(used) if used.range.is_none() => {
                        let list = block.lists.get(&used.list).or_else(|| self.pack.lists.get(&used.list));
                        list.is_some_and(|list| matches!(list.kind, ListKind::Wildcard))
                    }
                    _ => false,
                };
                let blank = |part: &&Part| !matches!(&part.kind, Kind::Text(text) if text.trim().is_empty());
                let visible: Vec<&Part> = parts.iter().filter(blank).collect();
                for pair in visible.windows(2) {
                    if wild(pair[0]) && wild(pair[1]) {
                        found.push(
                            Diagnostic::warning(
                                &at.at(pair[1].start),
                                "free text directly behind free text never matches",
                            )
                            .help("put a word between them, or use one list for both"),
                        );
                    }
                }
                parts.iter().for_each(|part| self.neighbours(part, block, at, found));
            }
            Kind::Permutation(parts) | Kind::Alternatives { branches: parts, .. } => {
                parts.iter().for_each(|part| self.neighbours(part, block, at, found));
            }
            Kind::Text(_) | Kind::List(_) | Kind::Rule(_) => {}
        }
    }

    /// Sentences of one intent that another intent takes.
    fn conflicts(&self, found: &mut Diagnostics) {
        for template in &self.program.templates {
            let compiled = self.block(template);
            let block = &compiled.block;
            let sentence = &block.sentences[template.sentence as usize];
            let intent = &self.program.intents[compiled.intent as usize];
            let mut tried = HashSet::new();
            let mut lost: Vec<(String, String)> = Vec::new();
            for text in self.samples_of(template.node, SAMPLES) {
                if !tried.insert(text.clone()) {
                    continue;
                }
                if let Outcome::Match(other) = self.matches(&text, &context_for(block))
                    && other.intent != *intent
                {
                    lost.push((text, other.intent.clone()));
                }
            }
            let Some((text, other)) = lost.first() else { continue };
            let place = sentence.at.at(0);
            let diagnostic = if lost.len() == tried.len() {
                Diagnostic::warning(
                    &place,
                    format!("never reached: all of it (such as \"{text}\") means {other}"),
                )
            } else {
                Diagnostic::warning(&place, format!("\"{text}\" can be read as {intent}, but means {other}"))
            };
            found.push(
                diagnostic.help("make one of the two sentences different, or give their blocks conditions"),
            );
        }
    }
}

/// A context in which a block is valid, as far as that can be told.
fn context_for(block: &Block) -> Context {
    use super::pack::Expect;
    let mut context = Context::new();
    for rule in &block.requires {
        let value = match &rule.expect {
            Expect::Present => true.into(),
            Expect::Equal(value) => value.clone(),
            Expect::OneOf(values) => values.first().cloned().unwrap_or_default(),
        };
        context.insert(rule.key.clone(), value);
    }
    context
}

/// Names that are defined but not used.
fn names(pack: &Pack, found: &mut Diagnostics) {
    let (mut rules, mut lists) = (HashSet::new(), HashSet::new());
    for intent in pack.intents.values() {
        for block in &intent.blocks {
            for sentence in &block.sentences {
                used(&sentence.part, pack, Some(block), &mut rules, &mut lists, 0);
            }
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
        if let Some(place) = list.place.as_ref().filter(|_| !lists.contains(name.as_str())) {
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
            lists.insert(&list.list);
        }
        Kind::Rule(name) => {
            // In a block with rules of its own the same name may lead elsewhere.
            let local = block.is_some_and(|block| !block.rules.is_empty());
            if rules.insert(name) || local {
                let rule = block.and_then(|block| block.rules.get(name)).or_else(|| pack.rules.get(name));
                if let Some(rule) = rule {
                    used(&rule.part, pack, block, rules, lists, depth + 1);
                }
            }
        }
    }
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

/// The same template twice.
fn duplicates(pack: &Pack, found: &mut Diagnostics) {
    let mut seen: HashMap<(&str, String), &TextPlace> = HashMap::new();
    for (name, intent) in &pack.intents {
        for block in &intent.blocks {
            if !block.requires.is_empty() || !block.excludes.is_empty() || !block.rules.is_empty() {
                continue;
            }
            for sentence in &block.sentences {
                let text = sentence.text.split_whitespace().collect::<Vec<_>>().join(" ");
                match seen.get(&(name.as_str(), text.clone())) {
                    Some(first) => found.push(
                        Diagnostic::warning(
                            &sentence.at.at(0),
                            format!("the sentence stands already at {}", first.at(0)),
                        )
                        .help("remove one of them"),
                    ),
                    None => {
                        seen.insert((name, text), &sentence.at);
                    }
                }
            }
        }
    }
}

/// Slots that actions refer to but no sentence fills.
fn references(block: &Block, place: Option<&Place>, found: &mut Diagnostics) {
    let mut slots = BTreeSet::new();
    for sentence in &block.sentences {
        // Slots inside rules are not looked up: a missing one leaves the parameter out.
        slot_names(&sentence.part, &mut slots);
    }
    slots.extend(block.slots.keys().cloned());
    slots.extend(block.requires.iter().filter_map(|rule| rule.slot.clone()));
    let has_rules = block.sentences.iter().any(|sentence| sentence.text.contains('<'));
    let place = place.cloned().or_else(|| block.sentences.first().map(|sentence| sentence.at.at(0)));
    let (Some(place), false) = (place, has_rules) else { return };
    for reference in block.actions.iter().chain(&block.undo).flat_map(Action::references) {
        let base = reference.split('.').next().unwrap_or_default();
        if base != "state" && !slots.contains(base) {
            let help = did_you_mean(base, slots.iter().map(String::as_str));
            found.push(
                Diagnostic::warning(
                    &place,
                    format!("an action refers to `{{{reference}}}`, which no sentence of its block fills"),
                )
                .help(help),
            );
        }
    }
}

fn slot_names(part: &Part, into: &mut BTreeSet<String>) {
    match &part.kind {
        Kind::List(used) => {
            into.insert(used.slot.clone());
        }
        Kind::Sequence(parts) | Kind::Permutation(parts) | Kind::Alternatives { branches: parts, .. } => {
            parts.iter().for_each(|part| slot_names(part, into));
        }
        Kind::Text(_) | Kind::Rule(_) => {}
    }
}

/// Intents without a test, in a pack that has tests.
fn untested(pack: &Pack, found: &mut Diagnostics) {
    let tested: HashSet<&str> =
        pack.tests.iter().flat_map(|set| &set.cases).filter_map(|case| case.intent.as_deref()).collect();
    if tested.is_empty() {
        return;
    }
    for (name, intent) in &pack.intents {
        if let Some(place) = intent.place.as_ref().filter(|_| !tested.contains(name.as_str())) {
            found.push(
                Diagnostic::warning(place, format!("no test for the intent `{name}`"))
                    .help("add sentences for it under `tests:`"),
            );
        }
    }
    for set in &pack.tests {
        for case in &set.cases {
            if let (Some(name), Some((_, place))) = (&case.intent, case.sentences.first())
                && !pack.intents.contains_key(name)
            {
                let help = did_you_mean(name, pack.intents.keys().map(String::as_str));
                found.push(
                    Diagnostic::warning(place, format!("a test expects the unknown intent `{name}`"))
                        .help(help),
                );
            }
        }
    }
}
