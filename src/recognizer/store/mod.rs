//! The models at hand: bundled, installed, or named by path; and how to get more.

mod archive;
mod catalog;
mod download;
#[cfg(not(debug_assertions))]
mod embedded;
mod manifest;

use std::path::{Path, PathBuf};

pub use archive::unpack;
pub use catalog::{Catalog, CatalogEntry};
pub use download::{Checksum, download};
pub use manifest::{Manifest, ManifestError};

use super::model::{ModelError, inspect};

/// The model inside heyroom, which needs no download.
pub const BUNDLED: &str = "vosk-model-room-en";

/// The language of the bundled model.
pub const BUNDLED_LANGUAGE: &str = "en";

/// Names a folder of models that wins over the others.
pub const FOLDER_VARIABLE: &str = "HEYROOM_MODELS";

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No such model is installed.
    #[error("there is no model \"{name}\" here. {hint}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// What to do about it.
        hint: String,
    },

    /// The list of official models or a model could not be fetched.
    #[error("{url} could not be fetched: {reason}. {remedy}")]
    Fetch {
        /// What was fetched.
        url: String,
        /// Why it failed.
        reason: String,
        /// What to do about it.
        remedy: &'static str,
    },

    /// A downloaded file is not what the list promised.
    #[error("{} is not the file that the list of models promises ({problem}). It was removed; try again", file.display())]
    Checksum {
        /// The downloaded file.
        file: PathBuf,
        /// Expected and found sum or size.
        problem: String,
    },

    /// An archive holds no model.
    #[error("{} is no archive of a Vosk model: {problem}", file.display())]
    Archive {
        /// The archive.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },

    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },

    /// The model is there, but cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl StoreError {
    fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}

/// A model folder in one of the places where models lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The folder's name.
    pub name: String,
    /// The folder.
    pub dir: PathBuf,
}

impl Installed {
    /// The language in the model's name (`vosk-model-small-de-0.15` is `de`), where it has one.
    pub fn language(&self) -> Option<&str> {
        if self.name == BUNDLED {
            return Some(BUNDLED_LANGUAGE);
        }
        let rest = self.name.strip_prefix("vosk-model-")?;
        let rest = rest.strip_prefix("small-").unwrap_or(rest);
        rest.split('-').next().filter(|code| (2..=3).contains(&code.len()))
    }
}

/// Where `models install` puts models.
pub fn install_folder() -> PathBuf {
    if let Some(named) = std::env::var_os(FOLDER_VARIABLE).filter(|value| !value.is_empty()) {
        return PathBuf::from(named);
    }
    data_folder().join("models")
}

/// The folders in which models are looked for, the first one first.
pub fn folders() -> Vec<PathBuf> {
    let mut folders = vec![install_folder(), data_folder().join("models")];
    if let Some(exe) = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned)) {
        folders.extend([exe.join("models"), exe.join("../share/heyroom/models")]);
    }
    folders.push(PathBuf::from("/usr/local/share/heyroom/models"));
    folders.push(PathBuf::from("/usr/share/heyroom/models"));
    folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("models"));
    // Where other programs that use Vosk keep their models.
    folders.extend(std::env::var_os("VOSK_MODEL_PATH").map(PathBuf::from));
    folders.extend(directories::BaseDirs::new().map(|base| base.cache_dir().join("vosk")));
    folders.push(PathBuf::from("/usr/share/vosk"));
    folders.dedup();
    folders
}

/// The models at hand, each name once (the first place wins).
pub fn installed() -> Vec<Installed> {
    let mut found: Vec<Installed> = Vec::new();
    for folder in folders() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let (dir, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            // A name that begins with a dot is an installation under way.
            let is_model = dir.join("am").is_dir() || dir.join("final.mdl").is_file();
            if is_model && !name.starts_with('.') && !found.iter().any(|model| model.name == name) {
                found.push(Installed { name, dir });
            }
        }
    }
    if !found.iter().any(|model| model.name == BUNDLED)
        && let Ok(dir) = bundled()
    {
        found.push(Installed { name: BUNDLED.to_owned(), dir });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Finds a model by path or name.
///
/// # Errors
///
/// [`StoreError::Unknown`] with the names that there are.
pub fn find(name: &str) -> Result<PathBuf, StoreError> {
    // A path is recognised by its looks, so that a mistyped path is not looked up as a name.
    if name.contains(['/', '\\']) || Path::new(name).join("am").is_dir() {
        return Ok(PathBuf::from(name));
    }
    if name == BUNDLED {
        return bundled();
    }
    let models = installed();
    if let Some(model) = models.iter().find(|model| model.name == name) {
        return Ok(model.dir.clone());
    }
    let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    let hint = format!(
        "At hand: {}. `heyroom models install {name}` fetches an official model; a folder needs a path (./{name})",
        names.join(", ")
    );
    Err(StoreError::Unknown { name: name.to_owned(), hint })
}

/// The model for a language when none is named: an installed official one first, because it hears more than the
/// bundled one.
///
/// # Errors
///
/// [`StoreError::Unknown`] when there is no model of that language.
pub fn for_language(language: &str) -> Result<PathBuf, StoreError> {
    let primary = language.split(['-', '_']).next().unwrap_or(language).to_lowercase();
    let models = installed();
    let matching = || models.iter().filter(|model| model.language() == Some(primary.as_str()));
    if let Some(model) = matching().find(|model| model.name != BUNDLED).or_else(|| matching().next()) {
        return Ok(model.dir.clone());
    }
    Err(StoreError::Unknown {
        name: format!("for the language {language}"),
        hint: format!("`heyroom models install {primary}` fetches the small official model of a language"),
    })
}

/// The folder of the bundled model; a release build unpacks it on first use.
///
/// # Errors
///
/// [`StoreError`] when it cannot be unpacked.
pub fn bundled() -> Result<PathBuf, StoreError> {
    if let Some(dir) =
        folders().into_iter().map(|folder| folder.join(BUNDLED)).find(|dir| dir.join("am").is_dir())
    {
        return Ok(dir);
    }
    #[cfg(not(debug_assertions))]
    return embedded::unpack(&data_folder().join("models"));
    #[cfg(debug_assertions)]
    Err(StoreError::Unknown {
        name: BUNDLED.to_owned(),
        hint: "A debug build does not carry it: keep the folder models beside the source".to_owned(),
    })
}

fn data_folder() -> PathBuf {
    // Without a home (a bare service account) the system's own place is left.
    directories::ProjectDirs::from("", "", "heyroom")
        .map_or_else(|| PathBuf::from("/var/lib/heyroom"), |dirs| dirs.data_dir().to_owned())
}
