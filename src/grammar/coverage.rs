//! Whether several languages can say the same: a table of intents by language, and what one lacks.

use indexmap::IndexMap;

use super::diagnostics::{Diagnostic, Diagnostics, Place};
use super::matcher::Grammar;
use super::pack::{Intent, Pack};
use super::packtest::TestReport;
use super::template::{Kind, Part};

/// What languages can say, side by side.
#[derive(Debug, Default)]
pub struct Coverage {
    /// The languages, in the order in which they were given.
    pub languages: Vec<String>,
    /// For each intent what each language has; none where it cannot be said.
    pub intents: IndexMap<String, Vec<Option<CoverageCell>>>,
    /// What one language has and another lacks.
    pub problems: Diagnostics,
}

/// What a language has for an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverageCell {
    /// Sentence templates.
    pub templates: usize,
    /// Test sentences that passed.
    pub tests: usize,
}

impl Coverage {
    /// Compares languages, each with the outcome of its tests.
    pub fn of(packs: &[(&Grammar, &TestReport)]) -> Self {
        let mut coverage = Self::default();
        for (grammar, _) in packs {
            coverage.languages.push(grammar.language().to_owned());
            for name in grammar.pack().intents.keys() {
                coverage.intents.entry(name.clone()).or_insert_with(|| vec![None; packs.len()]);
            }
        }
        for (column, (grammar, report)) in packs.iter().enumerate() {
            for (name, intent) in &grammar.pack().intents {
                let tests = report.intents.get(name).map_or(0, |row| row.passed);
                let templates = intent.blocks.iter().map(|block| block.sentences.len()).sum();
                if let Some(cell) = coverage.intents.get_mut(name).and_then(|row| row.get_mut(column)) {
                    *cell = Some(CoverageCell { templates, tests });
                }
            }
        }
        coverage.missing_intents(packs);
        coverage.missing_replies(packs);
        coverage
    }

    fn missing_intents(&mut self, packs: &[(&Grammar, &TestReport)]) {
        for (name, row) in &self.intents {
            let without: Vec<&str> = lacking(&self.languages, row.iter().map(Option::is_some));
            let place =
                packs.iter().find_map(|(grammar, _)| grammar.pack().intents.get(name)?.place.as_ref());
            if !without.is_empty() {
                let message = format!("the intent `{name}` cannot be said in: {}", without.join(", "));
                self.problems
                    .push(at(place, message).help(format!("add sentences for it to {}", files(&without))));
            }
        }
        let Some((first, _)) = packs.first() else { return };
        for (name, place) in &first.pack().unspoken {
            if !self.intents.contains_key(name) {
                let message = format!("the intent `{name}` cannot be said in any language");
                self.problems.push(
                    at(Some(place), message).help("add sentences for it to the languages, or remove it here"),
                );
            }
        }
    }

    fn missing_replies(&mut self, packs: &[(&Grammar, &TestReport)]) {
        let mut keys: IndexMap<(&str, &str), Vec<bool>> = IndexMap::new();
        for (column, (grammar, _)) in packs.iter().enumerate() {
            for (section, texts) in &grammar.pack().responses {
                for key in texts.keys() {
                    let has = keys.entry((section, key)).or_insert_with(|| vec![false; packs.len()]);
                    if let Some(has) = has.get_mut(column) {
                        *has = true;
                    }
                }
            }
        }
        let mut missing: IndexMap<&str, Vec<String>> = IndexMap::new();
        for ((section, key), has) in keys {
            for language in lacking(&self.languages, has.iter().copied()) {
                let reply = if key == "default" { section.to_owned() } else { format!("{section}: {key}") };
                missing.entry(language).or_default().push(format!("`{reply}`"));
            }
        }
        for (language, replies) in missing {
            let message = format!("replies that are missing in {language}: {}", replies.join(", "));
            let help = format!("add them under `responses:` of {}", files(&[language]));
            self.problems.push(Diagnostic::general(message).help(help));
        }
    }
}

fn lacking(languages: &[String], has: impl Iterator<Item = bool>) -> Vec<&str> {
    languages.iter().zip(has).filter(|(_, has)| !has).map(|(language, _)| language.as_str()).collect()
}

fn files(languages: &[&str]) -> String {
    languages.iter().map(|language| format!("{language}.yaml")).collect::<Vec<_>>().join(", ")
}

fn at(place: Option<&Place>, message: String) -> Diagnostic {
    match place {
        Some(place) => Diagnostic::error(place, message),
        None => Diagnostic::general(message),
    }
}

/// In how many ways an intent can be said: alternatives count, what may be left out and values of lists do not.
pub(super) fn phrasings(pack: &Pack, intent: &Intent) -> usize {
    intent.blocks.iter().fold(0, |all, block| {
        let rule = |name: &str| block.rules.get(name).or_else(|| pack.rules.get(name)).map(|rule| &rule.part);
        let mut left = MAX_PARTS;
        block
            .sentences
            .iter()
            .fold(all, |all, sentence| all.saturating_add(ways(&sentence.part, &rule, 0, &mut left)))
    })
}

/// Parts looked at for one block; more are of rules in rules that say the same again and again.
const MAX_PARTS: usize = 100_000;

fn ways<'a>(
    part: &'a Part,
    rule: &dyn Fn(&str) -> Option<&'a Part>,
    depth: usize,
    left: &mut usize,
) -> usize {
    // More than enough to know that there are enough; circles are reported elsewhere.
    const ENOUGH: usize = 1000;
    if depth > 50 || *left == 0 {
        return 1;
    }
    *left -= 1;
    let mut product = |parts: &'a [Part]| {
        parts.iter().fold(1_usize, |all, part| {
            if all >= ENOUGH { all } else { all.saturating_mul(ways(part, rule, depth + 1, left)) }
        })
    };
    match &part.kind {
        Kind::Text(_) | Kind::List(_) | Kind::Alternatives { optional: true, .. } => 1,
        Kind::Sequence(parts) | Kind::Permutation(parts) => product(parts),
        Kind::Alternatives { branches, .. } => branches.iter().fold(0_usize, |all, part| {
            if all >= ENOUGH { all } else { all + ways(part, rule, depth + 1, left) }
        }),
        Kind::Rule(name) => rule(name).map_or(1, |part| ways(part, rule, depth + 1, left)),
    }
}
