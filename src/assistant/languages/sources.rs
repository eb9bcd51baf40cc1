//! Where the parts of a language come from: its grammar and its speech model.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    grammar::{Diagnostics, Pack},
    recognizer::{
        DecodeError, Model, ModelError, give_back_memory,
        store::{self, StoreError},
    },
};

/// Where the parts of each language are.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// A folder of grammars; none for those inside heyroom.
    pub grammars: Option<PathBuf>,
    /// The model of a language, a name or a folder; languages that are not here have the best installed one.
    pub models: BTreeMap<String, String>,
}

/// Why a language cannot be spoken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LanguageError {
    /// Its grammar is missing or wrong.
    #[error("{0}")]
    Pack(Diagnostics),
    /// It has no model.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its model cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Nothing can be recognised with it.
    #[error(transparent)]
    Decoder(#[from] DecodeError),
    /// Nothing would wake the assistant any more.
    #[error(
        "its model {model} cannot hear any of its wake phrases ({phrases}). Give others: `wake_phrases` in its grammar, \
         or assistant.wake_phrases"
    )]
    DeafToWake {
        /// The model's folder.
        model: String,
        /// The wake phrases.
        phrases: String,
    },
    /// The work was broken off, which only a fault in heyroom can cause.
    #[error("preparing it ended unexpectedly; this is a fault in heyroom")]
    Broken,
}

impl Sources {
    /// The grammar of a language.
    ///
    /// # Errors
    ///
    /// [`LanguageError::Pack`] with every problem and its place.
    pub fn pack(&self, language: &str) -> Result<Pack, LanguageError> {
        let pack = match &self.grammars {
            Some(dir) => Pack::load(dir, language),
            None => Pack::bundled(language),
        };
        pack.map_err(LanguageError::Pack)
    }

    /// The folder of the model of a language.
    ///
    /// # Errors
    ///
    /// [`LanguageError::Store`], naming the command that installs one.
    pub fn model_dir(&self, language: &str) -> Result<PathBuf, LanguageError> {
        Ok(match self.models.get(language) {
            Some(name) => store::find(name)?,
            None => store::for_language(language)?,
        })
    }
}

/// The models in memory. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Models {
    kept: Arc<Mutex<HashMap<PathBuf, Kept>>>,
    /// One for each model that is or was being opened; whoever has it opens it.
    opening: Arc<Mutex<HashMap<PathBuf, Arc<Mutex<()>>>>>,
}

#[derive(Debug)]
struct Kept {
    model: Model,
    used: Instant,
}

impl Models {
    /// Keeps a model that is in memory already.
    pub(super) fn keep(&self, model: &Model, now: Instant) {
        self.map(|kept| kept.insert(model.dir().to_owned(), Kept { model: model.clone(), used: now }));
    }

    /// The model of a folder, which may take seconds to load.
    pub(super) fn open(&self, dir: &Path) -> Result<Model, ModelError> {
        self.open_with(dir, Model::open)
    }

    /// Somebody who does not see anything happen says "speak German" again: the model that is being opened for the
    /// first time is waited for, not opened a second time.
    fn open_with(
        &self,
        dir: &Path,
        open: impl FnOnce(&Path) -> Result<Model, ModelError>,
    ) -> Result<Model, ModelError> {
        let turn = {
            let mut opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(opening.entry(dir.to_owned()).or_default())
        };
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = self.map(|kept| kept.get(dir).map(|kept| kept.model.clone())) {
            return Ok(model);
        }
        let model = open(dir)?;
        self.keep(&model, Instant::now());
        Ok(model)
    }

    /// Forgets the models that were not used for a while; the one of the folder `in_use` is used now.
    pub(super) fn release(&self, in_use: &Path, after: Duration, now: Instant) {
        let before = self.map(|kept| kept.len());
        self.map(|kept| {
            kept.retain(|dir, kept| {
                if dir == in_use {
                    kept.used = now;
                }
                let stays = now.saturating_duration_since(kept.used) < after || dir == in_use;
                if !stays {
                    tracing::info!(
                        "the model {} was not used lately: its memory is free again",
                        dir.display()
                    );
                }
                stays
            });
        });
        if self.map(|kept| kept.len()) < before {
            // A model is thousands of pieces, of which the C library would keep most for later.
            give_back_memory();
        }
    }

    /// When the next model may be forgotten.
    pub(super) fn release_at(&self, in_use: &Path, after: Duration) -> Option<Instant> {
        self.map(|kept| {
            let others = kept.iter().filter(|(dir, _)| *dir != in_use);
            others.filter_map(|(_, kept)| kept.used.checked_add(after)).min()
        })
    }

    fn map<T>(&self, work: impl FnOnce(&mut HashMap<PathBuf, Kept>) -> T) -> T {
        work(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::mpsc, thread};

    #[test]
    fn a_model_that_is_being_opened_is_not_opened_again() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/vosk-model-room-en");
        let models = Models::default();
        let (opens, opened) = mpsc::channel();
        let (tells_first, first_begins) = mpsc::channel();
        let (second_opens, second_opened) = mpsc::channel::<()>();
        thread::scope(|threads| {
            let (models, dir, opens_too) = (&models, &dir, opens.clone());
            threads.spawn(move || {
                let open = |dir: &Path| {
                    opens.send(1).unwrap();
                    tells_first.send(()).unwrap();
                    // As long as it takes another one to begin, were it allowed to.
                    let _ = second_opened.recv_timeout(Duration::from_millis(300));
                    Model::open(dir)
                };
                models.open_with(dir, open).unwrap();
            });
            first_begins.recv().unwrap();
            threads.spawn(move || {
                let open = |dir: &Path| {
                    opens_too.send(2).unwrap();
                    let _ = second_opens.send(());
                    Model::open(dir)
                };
                models.open_with(dir, open).unwrap();
            });
        });
        assert_eq!(opened.into_iter().collect::<Vec<_>>(), [1]);
    }
}
