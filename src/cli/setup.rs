//! What several subcommands put together alike: settings, language pack, model.

use std::path::{Path, PathBuf};

use crate::{
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
    Model::open(&dir).map_err(Into::into)
}
