//! What several subcommands put together alike: settings, language pack, model.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;

use crate::{
    assistant::{
        languages::{self, LanguageSettings, Sources},
        wake::WakePhrases,
    },
    config::Config,
    grammar::Pack,
    recognizer::{Model, store},
};

/// The pack of a language, from the operator's folder or the one inside heyroom. Warnings go to stderr.
pub fn pack(language: &str, grammars: Option<&Path>) -> anyhow::Result<Pack> {
    let pack = match grammars {
        Some(dir) => Pack::load(dir, language)?,
        None => Pack::bundled(language)?,
    };
    for warning in pack.warnings.iter() {
        eprintln!("{warning}");
    }
    Ok(pack)
}

/// The folder of the model that was named, or of the best one for the language.
pub fn model_dir(named: Option<&str>, language: &str) -> anyhow::Result<PathBuf> {
    Ok(match named {
        Some(name) => store::find(name)?,
        None => store::for_language(language)?,
    })
}

/// Loads the model that was named, or the best one for the language.
pub fn model(named: Option<&str>, language: &str) -> anyhow::Result<Model> {
    let dir = model_dir(named, language)?;
    tracing::debug!("loading the model {}", dir.display());
    Model::open(&dir).map_err(Into::into)
}

/// The model that the settings name for the first language.
pub fn named_model(config: &Config) -> Option<&str> {
    config.recognizer.model.as_deref().or_else(|| config.models.get(&config.language).map(String::as_str))
}

/// What the settings say of languages; `pack` is the one of the first language. Each of them must be there.
pub fn languages(config: &Config, pack: &Pack) -> anyhow::Result<LanguageSettings> {
    let mut models: BTreeMap<String, String> = config.models.clone();
    if let Some(name) = named_model(config) {
        models.insert(config.language.clone(), name.to_owned());
    }
    let sources = Sources { grammars: config.assistant.grammars.clone(), models };
    let own_wake = own_wake(config);
    let mut phrases = Vec::new();
    // Where the operator's wake phrases are those of every language, they tell no language from another.
    if own_wake.is_none() {
        for language in config.languages.iter().filter(|language| **language != config.language) {
            let other = sources
                .model_dir(language)
                .and_then(|_| sources.pack(language))
                .with_context(|| format!("the language \"{language}\" (`languages` in the settings)"))?;
            phrases.push((language.clone(), other.wake_phrases));
        }
        if !phrases.is_empty() {
            phrases.push((config.language.clone(), pack.wake_phrases.clone()));
        }
    }
    let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let back = config.assistant.return_to_default_s;
    Ok(LanguageSettings {
        sources,
        phrases,
        own_wake,
        wake_confidence: config.recognizer.wake_confidence,
        release_after: seconds(config.recognizer.release_model_after_s),
        return_after: (back > 0.0).then(|| seconds(back)),
        ..LanguageSettings::new(&config.language)
    })
}

/// The wake phrases of the settings, or of the first language's `pack`.
pub fn wake(config: &Config, pack: &Pack) -> WakePhrases {
    own_wake(config).unwrap_or_else(|| languages::wake_phrases(pack))
}

fn own_wake(config: &Config) -> Option<WakePhrases> {
    let phrases = config.assistant.wake_phrases.as_ref()?;
    Some(WakePhrases::new(phrases.iter().map(String::as_str)))
}
