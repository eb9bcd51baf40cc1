//! A Vosk model: a folder with an acoustic model, a decoding graph and settings.

mod inspect;
mod openfst;
mod vocabulary;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use inspect::{Layout, inspect};
pub use vocabulary::Vocabulary;

use super::library::{self, LibraryError};

/// A model loaded into memory. Clones share it.
#[derive(Clone)]
pub struct Model {
    inner: Arc<vosk::Model>,
    layout: Arc<Layout>,
    vocabulary: Arc<Vocabulary>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("dir", &self.layout.dir).finish_non_exhaustive()
    }
}

impl Model {
    /// Loads libvosk if need be, looks at the files of the folder `dir` and loads the model.
    ///
    /// Takes 0.1 s with the bundled model, some seconds and gigabytes with the largest official ones.
    ///
    /// # Errors
    ///
    /// [`ModelError`], naming the folder, the file and the remedy.
    pub fn open(dir: &Path) -> Result<Self, ModelError> {
        // Before libvosk sees them: it crashes the whole process on some damaged files.
        let layout = inspect(dir)?;
        let vocabulary = Vocabulary::read(&layout)?;
        library::load()?;
        let path = dir.to_str().ok_or_else(|| ModelError::PathNotUtf8 { dir: dir.to_owned() })?;
        let inner = vosk::Model::new(path).ok_or_else(|| ModelError::Refused { dir: dir.to_owned() })?;
        if !layout.dynamic {
            tracing::warn!(
                "the model {} has a fixed graph (no HCLr.fst and Gr.fst): it cannot be restricted to the phrases of the \
                 grammar, so it hears any words of its language. Commands are understood less often, and names that it \
                 does not know cannot be heard. A model with a dynamic graph (the small ones) hears commands better.",
                dir.display()
            );
        }
        Ok(Self { inner: Arc::new(inner), layout: Arc::new(layout), vocabulary: Arc::new(vocabulary) })
    }

    /// The folder that the model came from.
    pub fn dir(&self) -> &Path {
        &self.layout.dir
    }

    /// Whether recognition can be restricted to a list of phrases.
    pub fn is_dynamic(&self) -> bool {
        self.layout.dynamic
    }

    /// The words that the model can hear.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    pub(super) fn vosk(&self) -> &vosk::Model {
        &self.inner
    }
}

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// libvosk itself is missing.
    #[error(transparent)]
    Library(#[from] LibraryError),

    /// There is no such folder.
    #[error("the model folder {} does not exist. `heyroom models list` shows the models at hand", dir.display())]
    NoFolder {
        /// The folder asked for.
        dir: PathBuf,
    },

    /// The folder is there, but it is no Vosk model.
    #[error(
        "{} is not a Vosk model: it has no am/final.mdl. Name the folder that holds am, conf and graph \
         (`heyroom models list` shows the models at hand)",
        dir.display()
    )]
    NotAModel {
        /// The folder asked for.
        dir: PathBuf,
    },

    /// A file of the model is absent.
    #[error("the model {} is incomplete: {file} is missing. Install the model again", dir.display())]
    Missing {
        /// The model's folder.
        dir: PathBuf,
        /// The missing file, relative to the folder.
        file: String,
    },

    /// A file of the model is damaged.
    #[error("the model {} is damaged: {file} {problem}. Install the model again", dir.display())]
    Damaged {
        /// The model's folder.
        dir: PathBuf,
        /// The damaged file, relative to the folder.
        file: String,
        /// What is wrong with it ("is cut short: ...").
        problem: String,
    },

    /// A file of the model cannot be read.
    #[error("the model file {} cannot be read: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },

    /// libvosk did not take the model.
    #[error(
        "libvosk cannot load the model {}: a file of it is damaged or cut short, most likely am/final.mdl, or the model \
         needs another version of libvosk. Install the model again (`-vv` shows what libvosk says)",
        dir.display()
    )]
    Refused {
        /// The model's folder.
        dir: PathBuf,
    },

    /// libvosk takes paths in UTF-8 only.
    #[error("the model folder {} has a name that is not UTF-8, which libvosk cannot open: rename it", dir.display())]
    PathNotUtf8 {
        /// The folder.
        dir: PathBuf,
    },
}
