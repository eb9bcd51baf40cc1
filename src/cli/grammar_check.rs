//! `heyroom grammar check`: everything that is wrong with a grammar, with what the address book and the speech model
//! have to do with it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{
    Status, grammar_actions, grammar_conditions, grammar_names,
    match_text::{GrammarChoice, read_contacts},
    output, setup,
};
use crate::{
    grammar::{
        Contact, Diagnostic, Diagnostics, Grammar, Origin, Pack, Severity,
        pack::{bundled_languages, languages},
    },
    recognizer::{
        model::{Vocabulary, inspect},
        store::Installed,
    },
};

/// The language that was asked for, or all that there are.
pub(super) fn chosen(choice: &GrammarChoice) -> Result<Vec<String>, Diagnostics> {
    let all = match (&choice.lang, &choice.grammars) {
        (Some(language), _) => vec![language.clone()],
        (None, None) => bundled_languages().into_iter().map(str::to_owned).collect(),
        (None, Some(dir)) => languages(dir)?,
    };
    // Without any, looking for the default one tells what is wrong.
    if all.is_empty() { Ok(vec![choice.language()?]) } else { Ok(all) }
}

/// What a grammar is checked against besides itself.
struct Against {
    contacts: Option<Vec<Contact>>,
    /// The model that was named; otherwise each language has its own, where one is at hand.
    model: Option<Ear>,
}

/// What a speech model knows.
struct Ear {
    dir: PathBuf,
    vocabulary: Vocabulary,
}

impl Ear {
    fn open(dir: PathBuf) -> anyhow::Result<Self> {
        let vocabulary = Vocabulary::read(&inspect(&dir)?)?;
        Ok(Self { dir, vocabulary })
    }

    /// Of the languages, the one of the model: what it hears says nothing about the others.
    fn language(&self, of: Vec<String>) -> anyhow::Result<Vec<String>> {
        if of.len() < 2 {
            return Ok(of);
        }
        let name = self.dir.canonicalize().unwrap_or_else(|_| self.dir.clone());
        let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let installed = Installed { name, dir: self.dir.clone() };
        let language = installed.language().with_context(|| {
            format!(
                "the name of the model {} does not tell its language: give it with --lang",
                self.dir.display()
            )
        })?;
        let same = |other: &String| other.split(['-', '_']).next() == Some(language);
        let found: Vec<String> = of.iter().filter(|other| same(other)).cloned().collect();
        anyhow::ensure!(
            !found.is_empty(),
            "the model {} is of the language {language}, for which there is no grammar: there are {}; --lang \
             checks one of them all the same",
            self.dir.display(),
            of.join(", ")
        );
        Ok(found)
    }
}

pub(super) fn check(choice: &GrammarChoice, model: Option<&Path>) -> anyhow::Result<Status> {
    // What is wrong with the model or the address book is told once, not for each language.
    let contacts = choice.contacts.as_deref().map(read_contacts).transpose()?;
    let folder = |model: &Path| match model.to_str() {
        Some(name) => setup::model_dir(Some(name), ""),
        // No name of a model, so it is a path.
        None => Ok(model.to_owned()),
    };
    let model = model.map(|model| Ear::open(folder(model)?)).transpose()?;
    let against = Against { contacts, model };
    let mut languages = match chosen(choice) {
        Ok(languages) => languages,
        Err(problems) => return report(&problems),
    };
    if let Some(model) = &against.model {
        languages = model.language(languages)?;
    }
    let mut status = Status::Done;
    for language in &languages {
        if languages.len() > 1 {
            output::line(format_args!("{language}:"))?;
        }
        let one = GrammarChoice { lang: Some(language.clone()), ..choice.clone() };
        if check_language(&one, &against)? != Status::Done {
            status = Status::Failed;
        }
    }
    Ok(status)
}

fn check_language(choice: &GrammarChoice, against: &Against) -> anyhow::Result<Status> {
    let mut pack = match read(choice) {
        Ok(pack) => pack,
        Err(problems) => return report(&problems),
    };
    let mut problems = std::mem::take(&mut pack.warnings);
    let mut grammar = Grammar::new(&pack);
    if let Some(contacts) = &against.contacts {
        grammar.contacts_as_list();
        grammar.set_contacts(contacts);
    }
    problems.append(grammar.lint());
    problems.append(grammar_actions::check(&pack));
    problems.append(grammar_conditions::check(&pack));
    // Without a model of the language, nothing can be said about what it hears.
    let own;
    let ear = match &against.model {
        Some(ear) => Some(ear),
        None => {
            own = setup::model_dir(None, &pack.language).ok().map(Ear::open).transpose()?;
            own.as_ref()
        }
    };
    if let Some(ear) = ear {
        check_words(&pack, &grammar, ear, &mut problems)?;
    }
    report(&problems)
}

/// What the model cannot hear: words of sentences, wake phrases and names.
fn check_words(pack: &Pack, grammar: &Grammar, ear: &Ear, problems: &mut Diagnostics) -> anyhow::Result<()> {
    let vocabulary = &ear.vocabulary;
    let knows = |word: &str| vocabulary.contains(word);
    problems.append(grammar.lint_words(&knows));
    for phrase in &pack.wake_phrases {
        for word in phrase.to_lowercase().split_whitespace().filter(|word| !knows(word)) {
            let message = format!(
                "the model does not know `{word}` of the wake phrase \"{phrase}\", so nobody can wake the assistant \
                 with it"
            );
            problems.push(Diagnostic::general_warning(message).help("choose other words for `wake_phrases`"));
        }
    }
    let told = grammar_names::report(grammar, vocabulary, problems)?;
    let unknown = grammar.unknown_words(&|word| knows(word) || told.contains(word));
    for (word, origins) in &unknown {
        let people = origins.iter().filter_map(|origin| match origin {
            Origin::Contact(name) => Some(name.as_str()),
            _ => None,
        });
        let people: Vec<&str> = people.collect();
        if !people.is_empty() {
            let people = people.join(", ");
            let message = format!("the model does not know `{word}` in the name of: {people}");
            problems.push(Diagnostic::general_warning(message));
        }
    }
    if !unknown.is_empty() {
        let count = unknown.len();
        output::line(format_args!("{count} word(s) cannot be heard with {}", ear.dir.display()))?;
    }
    Ok(())
}

fn read(choice: &GrammarChoice) -> Result<Pack, Diagnostics> {
    let language = choice.language()?;
    match &choice.grammars {
        None => Pack::bundled(&language),
        Some(dir) => Pack::load(dir, &language),
    }
}

fn report(problems: &Diagnostics) -> anyhow::Result<Status> {
    for problem in problems.iter() {
        output::line(problem)?;
    }
    let (errors, warnings) = (problems.count(Severity::Error), problems.count(Severity::Warning));
    output::line(format_args!("{errors} error(s), {warnings} warning(s)"))?;
    Ok(if errors > 0 { Status::Failed } else { Status::Done })
}
