//! What a pack's author should know although the pack can be used: names that nothing uses, sentences that another
//! intent takes, words in two scripts, words that the speech model does not know.

mod conditions;
mod names;
mod replies;
mod scripts;
mod words;

use std::collections::{HashMap, HashSet};

use super::diagnostics::{Diagnostic, Diagnostics, did_you_mean};
use super::matcher::Grammar;
use super::outcome::{Context, Outcome};
use super::pack::{Block, ListKind, Pack, TextPlace};
use super::program::NodeId;
use super::template::{Kind, Part};

/// How many sentences of each template are tried for conflicts with other intents.
const SAMPLES: usize = 12;

impl Grammar {
    /// Everything worth telling about the pack, beyond the warnings found while reading it.
    pub fn lint(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        names::unused(&self.pack, &mut found);
        scripts::check(&self.pack, &mut found);
        conditions::contradictions(&self.pack, &mut found);
        for (name, intent) in &self.pack.intents {
            for block in &intent.blocks {
                for sentence in &block.sentences {
                    self.neighbours(&sentence.part, block, &sentence.at, &mut found);
                }
            }
            replies::check(&self.pack, name, intent, &mut found);
            self.help(name, intent, &mut found);
        }
        duplicates(&self.pack, &mut found);
        untested(&self.pack, &mut found);
        // What the pack is like that a customer builds on is not the customer's business, except where one of their
        // sentences takes one of its away.
        found.retain(|problem| !problem.place.as_ref().is_some_and(|place| self.pack.is_inherited(place)));
        self.conflicts(&mut found);
        found
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
        let mut takers = HashSet::new();
        if self.pack.builds_on_another() {
            self.taken(&mut takers, found);
        }
        for template in &self.program.templates {
            let compiled = self.block(template);
            let block = &compiled.block;
            let sentence = &block.sentences[template.sentence as usize];
            let intent = &self.program.intents[compiled.intent as usize];
            let tried = self.spoken_samples(template.node);
            let mut lost: Vec<(String, String)> = Vec::new();
            for text in &tried {
                if let Outcome::Match(other) = self.matches(text, &context_for(block))
                    && other.intent != *intent
                    && !takers.contains(&*other.place)
                {
                    lost.push((text.clone(), format!("{} ({})", other.intent, other.place)));
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

    /// Sentences of a customer that take something away from the grammar that they build on; `takers` learns where
    /// they stand.
    fn taken(&self, takers: &mut HashSet<String>, found: &mut Diagnostics) {
        for template in &self.program.templates {
            let compiled = self.block(template);
            let block = &compiled.block;
            let place = block.sentences[template.sentence as usize].at.at(0);
            if self.pack.is_inherited(&place) {
                continue;
            }
            let intent = &self.program.intents[compiled.intent as usize];
            let context = context_for(block);
            for text in self.spoken_samples(template.node) {
                let Outcome::Match(now) = self.matches(&text, &context) else { continue };
                let others = self.explain(&text, &context).readings;
                let Some(other) =
                    others.iter().find(|other| other.could_be_valid() && other.intent != *intent)
                else {
                    continue;
                };
                if now.intent == *intent {
                    takers.insert(place.to_string());
                    let message = format!("\"{text}\" is taken from {} ({})", other.intent, other.place);
                    let help =
                        "say it in another way, give the block conditions, or take out what it is taken from";
                    found.push(Diagnostic::warning(&place, message).help(help));
                    break;
                }
            }
        }
    }

    /// Some sentences of a template, each once.
    fn spoken_samples(&self, node: NodeId) -> Vec<String> {
        let mut samples: Vec<String> = Vec::new();
        for text in self.samples_of(node, SAMPLES) {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !samples.contains(&text) {
                samples.push(text);
            }
        }
        samples
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

/// The same template twice.
fn duplicates(pack: &Pack, found: &mut Diagnostics) {
    let mut seen: HashMap<(&str, String), &TextPlace> = HashMap::new();
    for (name, intent) in &pack.intents {
        for block in &intent.blocks {
            // The same words may mean another thing there.
            let has_own = !block.rules.is_empty() || !block.lists.is_empty();
            if !block.requires.is_empty() || !block.excludes.is_empty() || has_own {
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
