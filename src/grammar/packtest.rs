//! Running a pack's own tests: every sentence must mean what it is said to mean, and every template must be exercised.

use std::collections::BTreeMap;
use std::collections::HashSet;

use serde_json::Value;

use super::diagnostics::Place;
use super::matcher::Grammar;
use super::outcome::{Outcome, Slot};
use super::pack::TestCase;

/// What came out of a pack's tests.
#[derive(Debug, Default)]
pub struct TestReport {
    /// How many sentences were tried.
    pub sentences: usize,
    /// What went wrong.
    pub failures: Vec<TestFailure>,
    /// Templates that no test sentence matched: intent, template, place.
    pub untested: Vec<(String, String, String)>,
    /// For each intent the number of templates, of those exercised, and of passed sentences.
    pub intents: BTreeMap<String, IntentCoverage>,
}

/// How well an intent is tested.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct IntentCoverage {
    /// Templates.
    pub templates: usize,
    /// Templates that some test sentence matched.
    pub exercised: usize,
    /// Test sentences that passed.
    pub passed: usize,
    /// Test sentences that failed.
    pub failed: usize,
}

/// A test that went wrong.
#[derive(Debug, Clone)]
pub struct TestFailure {
    /// Where the sentence stands.
    pub place: Place,
    /// The sentence.
    pub sentence: String,
    /// What was expected and what came out.
    pub message: String,
}

impl TestReport {
    /// Whether all tests passed and every template is exercised.
    pub fn is_ok(&self) -> bool {
        self.failures.is_empty() && self.untested.is_empty()
    }
}

impl Grammar {
    /// Runs the tests of the pack.
    pub fn run_tests(&self) -> TestReport {
        let mut report = TestReport::default();
        let mut exercised = HashSet::new();
        for set in &self.pack.tests {
            let mut grammar = self.clone();
            for (name, list) in &set.lists {
                grammar.set_list_def(name, list);
            }
            for case in &set.cases {
                for (sentence, place) in &case.sentences {
                    report.sentences += 1;
                    let outcome = grammar.matches(sentence, &case.context);
                    if let Outcome::Match(found) = &outcome {
                        exercised.insert(found.place.clone());
                    }
                    let wrong = judge(case, &outcome);
                    let name = case.intent.clone().unwrap_or_else(|| "(none)".to_owned());
                    let coverage = report.intents.entry(name).or_default();
                    match wrong {
                        None => coverage.passed += 1,
                        Some(message) => {
                            coverage.failed += 1;
                            report.failures.push(TestFailure {
                                place: place.clone(),
                                sentence: sentence.clone(),
                                message,
                            });
                        }
                    }
                }
            }
        }
        for (name, intent) in &self.pack.intents {
            let coverage = report.intents.entry(name.clone()).or_default();
            for sentence in intent.blocks.iter().flat_map(|block| &block.sentences) {
                let place = sentence.at.at(0);
                // What a pack only builds on has its tests elsewhere.
                if self.pack.is_inherited(&place) {
                    continue;
                }
                let place = place.to_string();
                coverage.templates += 1;
                if exercised.contains(place.as_str()) {
                    coverage.exercised += 1;
                } else {
                    report.untested.push((name.clone(), sentence.text.clone(), place));
                }
            }
        }
        report
    }
}

/// Whether a slot has the value that a test expects; numbers are equal however they are written.
fn is_meant(slot: &Slot, expected: &Value) -> bool {
    let same_number = || slot.value.as_f64().is_some_and(|number| Some(number) == expected.as_f64());
    slot.value == *expected || same_number() || expected.as_str().is_some_and(|text| slot.text == text)
}

/// What is wrong with an outcome, if anything.
fn judge(case: &TestCase, outcome: &Outcome) -> Option<String> {
    let expected = case.intent.as_deref();
    let found = match (expected, outcome) {
        (None, Outcome::NoMatch { .. }) => return None,
        (None, Outcome::Match(found)) => {
            return Some(format!("must be rejected, but means {} ({})", found.intent, found.template));
        }
        (_, Outcome::Ambiguous { intent, slot, candidates, .. }) => {
            let names: Vec<&str> = candidates.iter().map(|candidate| candidate.name.as_str()).collect();
            return Some(format!("means {intent}, but it is unclear which {slot}: {}", names.join(", ")));
        }
        (Some(intent), Outcome::NoMatch { .. }) => {
            return Some(format!("must mean {intent}, but is not understood"));
        }
        (Some(intent), Outcome::Match(found)) if found.intent != intent => {
            return Some(format!("must mean {intent}, but means {} ({})", found.intent, found.template));
        }
        (Some(_), Outcome::Match(found)) => found,
    };
    if let Some(slots) = &case.slots {
        for (name, value) in slots {
            match found.slots.get(name) {
                None => return Some(format!("slot {name} must be {value}, but is missing")),
                Some(slot) if !is_meant(slot, value) => {
                    return Some(format!("slot {name} must be {value}, but is {}", slot.value));
                }
                Some(_) => {}
            }
        }
        if let Some(extra) = found.slots.keys().find(|name| !slots.contains_key(*name)) {
            return Some(format!("slot {extra} is filled, but not expected"));
        }
    }
    match (&case.response, &found.reply) {
        (Some(expected), Some(reply)) if expected != reply => {
            Some(format!("the reply must be {expected:?}, but is {reply:?}"))
        }
        (Some(expected), None) => Some(format!("the reply must be {expected:?}, but there is none")),
        _ => None,
    }
}
