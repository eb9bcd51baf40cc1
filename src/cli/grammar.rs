//! `heyroom grammar`: checking, testing and showing grammars.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::match_text::{GrammarChoice, describe, warn_of_facts};
use super::{Status, grammar_check, output};
use crate::grammar::diagnostics::Severity;
use crate::grammar::{
    Context, CoverOptions, Coverage, CoverageCell, Grammar, IntentCoverage, Outcome, Reason, SoundAlikes,
    TestReport,
};
use crate::recognizer::model::{Vocabulary, inspect};

/// Check, test and show the grammars.
#[derive(Debug, Args)]
pub struct GrammarArgs {
    #[command(subcommand)]
    command: GrammarCommand,
}

#[derive(Debug, Subcommand)]
enum GrammarCommand {
    /// Report every error and warning, with file, line and column
    Check {
        #[command(flatten)]
        grammar: GrammarChoice,
        /// Speech model whose vocabulary the words are checked against; without --lang only its language is checked
        /// [default: the best one for each language, where one is installed]
        #[arg(long, value_name = "DIR")]
        model: Option<PathBuf>,
    },
    /// Run the grammar's own tests
    ///
    /// Without --lang, those of every language; then a table shows which intents each language has, and what one
    /// language has and another lacks is an error.
    Test {
        #[command(flatten)]
        grammar: GrammarChoice,
    },
    /// Print the phrases that the recogniser is given
    Phrases {
        #[command(flatten)]
        grammar: GrammarChoice,
        /// A phrase after which every sentence may follow, such as a wake phrase
        #[arg(long, value_name = "PHRASE")]
        prefix: Vec<String>,
        /// Print each phrase once, without the repetitions that balance their weights
        #[arg(long)]
        unique: bool,
        /// Speech model: only phrases that it can hear, with the words that it hears for names it does not know
        #[arg(long, value_name = "DIR")]
        model: Option<PathBuf>,
    },
    /// Print sentences of the grammar
    Sample {
        /// How many
        #[arg(default_value_t = 20)]
        count: usize,
        #[command(flatten)]
        grammar: GrammarChoice,
        /// Print the same sentences for the same number
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Say why a sentence means what it means, or why it means nothing
    Explain {
        /// The sentence
        sentence: String,
        #[command(flatten)]
        grammar: GrammarChoice,
        /// A fact that decides which sentences are valid now, such as in_call=true
        #[arg(long = "context", value_name = "KEY=VALUE", value_parser = super::match_text::key_value)]
        context: Vec<(String, Value)>,
    },
}

/// Runs `heyroom grammar`.
pub fn run(args: GrammarArgs) -> anyhow::Result<Status> {
    match args.command {
        GrammarCommand::Check { grammar, model } => grammar_check::check(&grammar, model.as_deref()),
        GrammarCommand::Test { grammar } => test(&grammar),
        GrammarCommand::Phrases { grammar, prefix, unique, model } => {
            let mut grammar = grammar.load(false)?;
            let options = CoverOptions { prefixes: prefix, ..CoverOptions::default() };
            let phrases = match model {
                None => grammar.cover_known(&options, &|_| true),
                Some(model) => {
                    let dir = super::setup::model_dir(model.to_str(), grammar.language())?;
                    let vocabulary = Vocabulary::read(&inspect(&dir)?)?;
                    if grammar.has_people() {
                        let ear = SoundAlikes::new(grammar.language(), vocabulary.iter());
                        grammar.approximate(&Arc::new(ear));
                    }
                    grammar.cover_known(&options, &|word| vocabulary.contains(word))
                }
            };
            let mut seen = HashSet::new();
            for phrase in phrases.repeated() {
                if !unique || seen.insert(phrase) {
                    output::line(phrase)?;
                }
            }
            Ok(Status::Done)
        }
        GrammarCommand::Sample { count, grammar, seed } => {
            let grammar = grammar.load(false)?;
            let mut random = seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
            let samples = grammar.sample(count, &mut |below| random.usize(..below.max(1)));
            if samples.is_empty() && count > 0 {
                eprintln!(
                    "heyroom grammar sample: every sentence needs a value of a list that is empty, such as a name: \
                     --contacts FILE names an address book"
                );
            }
            for sample in samples {
                output::line(format_args!("{}\t{}", sample.intent, sample.text))?;
            }
            Ok(Status::Done)
        }
        GrammarCommand::Explain { sentence, grammar, context } => {
            let grammar = grammar.load(false)?;
            warn_of_facts("heyroom grammar explain", &grammar, &context);
            explain(&grammar, &sentence, &context.into_iter().collect())
        }
    }
}

/// Runs the tests of one language, or of all that there are.
fn test(choice: &GrammarChoice) -> anyhow::Result<Status> {
    let languages = grammar_check::chosen(choice)?;
    if languages.len() < 2 {
        let grammar = choice.load(true)?;
        return Ok(if print_tests(&grammar, &grammar.run_tests())? { Status::Done } else { Status::Failed });
    }
    let mut status = Status::Done;
    let mut tested = Vec::new();
    for language in &languages {
        output::line(format_args!("{language}:"))?;
        match (GrammarChoice { lang: Some(language.clone()), ..choice.clone() }).load(true) {
            Ok(grammar) => {
                let report = grammar.run_tests();
                if !print_tests(&grammar, &report)? {
                    status = Status::Failed;
                }
                tested.push((grammar, report));
            }
            Err(error) => {
                status = Status::Failed;
                output::line(error)?;
            }
        }
        output::line("")?;
    }
    let packs: Vec<_> = tested.iter().map(|(grammar, report)| (grammar, report)).collect();
    let coverage = Coverage::of(&packs);
    print_coverage(&coverage)?;
    Ok(if coverage.problems.has_errors() { Status::Failed } else { status })
}

/// Prints what came out of a pack's tests; whether all is well.
fn print_tests(grammar: &Grammar, report: &TestReport) -> anyhow::Result<bool> {
    if report.sentences == 0 {
        output::line(format_args!(
            "the grammar for `{}` has no tests: add them under `tests:`, or in a file of its own",
            grammar.language()
        ))?;
        return Ok(false);
    }
    let width = name_width(report.intents.keys());
    output::line(format_args!("{:width$}  templates  exercised  passed  failed", "intent"))?;
    // What a grammar only builds on (`extends`) is not its author's to test.
    let own = report.intents.iter().filter(|(_, row)| **row != IntentCoverage::default());
    for (name, row) in own {
        output::line(format_args!(
            "{name:width$}  {:9}  {:9}  {:6}  {:6}",
            row.templates, row.exercised, row.passed, row.failed
        ))?;
    }
    for failure in &report.failures {
        output::line(format_args!("{}: \"{}\" {}", failure.place, failure.sentence, failure.message))?;
    }
    for (intent, template, place) in &report.untested {
        output::line(format_args!("{place}: no test exercises this sentence of {intent}: {template}"))?;
    }
    output::line(format_args!(
        "{} sentences, {} failed, {} template(s) without a test",
        report.sentences,
        report.failures.len(),
        report.untested.len()
    ))?;
    Ok(report.is_ok())
}

/// Prints intents by languages: sentence templates / test sentences that passed.
fn print_coverage(coverage: &Coverage) -> anyhow::Result<()> {
    let width = name_width(coverage.intents.keys());
    let heads: Vec<String> = coverage.languages.iter().map(|language| format!("{language:>9}")).collect();
    output::line(format_args!("{:width$}  {}   (templates/tests)", "intent", heads.join("  ")))?;
    for (name, row) in &coverage.intents {
        let cell = |cell: &Option<CoverageCell>| match cell {
            Some(cell) => format!("{:>9}", format!("{}/{}", cell.templates, cell.tests)),
            None => format!("{:>9}", "-"),
        };
        output::line(format_args!("{name:width$}  {}", row.iter().map(cell).collect::<Vec<_>>().join("  ")))?;
    }
    for problem in coverage.problems.iter() {
        output::line(problem)?;
    }
    let (intents, gaps) = (coverage.intents.len(), coverage.problems.count(Severity::Error));
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let (intents, languages) = (count(intents, "intent"), count(coverage.languages.len(), "language"));
    output::line(format_args!("{intents}, {languages}, {gaps} gap(s)"))?;
    Ok(())
}

fn name_width<'a>(names: impl Iterator<Item = &'a String>) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(6).max(6)
}

fn explain(grammar: &Grammar, sentence: &str, context: &Context) -> anyhow::Result<Status> {
    let answer = grammar.explain(sentence, context);
    match &answer.outcome {
        // What follows says why.
        Outcome::NoMatch { reason: Reason::NotNow } => {
            output::line(format_args!("{sentence}\n  not understood in this context"))?;
        }
        outcome => output::line(describe(sentence, outcome))?,
    }
    output::line(format_args!("compared as: {}", answer.normalized))?;
    if let Some(rest) = &answer.without_skip_words {
        output::line(format_args!("without skip words: {rest}"))?;
    }
    for reading in &answer.readings {
        let wild = if reading.wildcards > 0 {
            format!(", {} free text(s)", reading.wildcards)
        } else {
            String::new()
        };
        let unmet: String = reading.unmet.iter().map(|unmet| format!(", but {}", unmet.what)).collect();
        output::line(format_args!(
            "fits {} ({} letters of its own{wild}){unmet}\n  {}  {}",
            reading.intent, reading.literal, reading.template, reading.place
        ))?;
    }
    for miss in &answer.near {
        output::line(format_args!(
            "near {}: {}\n  {}  {}",
            miss.intent, miss.problem, miss.template, miss.place
        ))?;
    }
    for near in &answer.nearest {
        output::line(format_args!(
            "nearest {}: \"{}\", {:.2} away: {}\n  {}  {}",
            near.intent,
            near.sentence,
            near.cost,
            near.edits.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            near.template,
            near.place
        ))?;
    }
    if answer.readings.is_empty() && answer.near.is_empty() && answer.nearest.is_empty() {
        output::line("no sentence of the grammar begins like this")?;
    }
    Ok(if answer.outcome.matched().is_some() { Status::Done } else { Status::Failed })
}
