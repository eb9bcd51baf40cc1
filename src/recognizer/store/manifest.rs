//! What a model's folder must hold, file by file: written at installation, read by every start (sizes) and by
//! `models verify` (checksums too).

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The manifest's file name inside the model's folder.
const FILE: &str = "manifest.json";

/// The files of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Path relative to the folder, with forward slashes, to size and checksum.
    pub files: IndexMap<String, FileFacts>,
}

/// Size and checksum of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// A file differs from the manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} {problem}")]
pub struct ManifestError {
    /// The file, relative to the model's folder.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Manifest {
    /// Reads the manifest of the model in `dir`; none if it has none.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] when it is there but cannot be read.
    pub fn read(dir: &Path) -> Result<Option<Self>, ManifestError> {
        let text = match fs::read_to_string(dir.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(FILE, format!("cannot be read ({error})"))),
        };
        serde_json::from_str(&text).map(Some).map_err(|error| wrong(FILE, format!("is damaged ({error})")))
    }

    /// The manifest of the bundled model, if the model in `dir` is a copy of it whose own manifest got lost: most of its
    /// files have the very sizes.
    pub fn of_a_bundled_copy(dir: &Path) -> Option<Self> {
        let bundled: Self =
            serde_json::from_str(include_str!("../../../models/vosk-model-room-en/manifest.json")).ok()?;
        let same = |(name, facts): &(&String, &FileFacts)| {
            dir.join(name).metadata().is_ok_and(|f| f.len() == facts.size)
        };
        let alike = bundled.files.iter().filter(same).count();
        (alike * 3 >= bundled.files.len() * 2).then_some(bundled)
    }

    /// Makes the manifest of the folder as it is; texts about the model are not part of it.
    ///
    /// # Errors
    ///
    /// When a file cannot be read.
    pub fn of(dir: &Path) -> io::Result<Self> {
        let mut names = Vec::new();
        collect(dir, dir, &mut names)?;
        names.sort();
        let mut files = IndexMap::new();
        for name in names
            .into_iter()
            .filter(|name| name != FILE && !name.starts_with("README") && !name.starts_with("LICENSE"))
        {
            let path = dir.join(&name);
            files.insert(name, FileFacts { size: path.metadata()?.len(), sha256: sha256(&path)? });
        }
        Ok(Self { files })
    }

    /// Writes the manifest into the model's folder.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, dir: &Path) -> io::Result<()> {
        fs::write(dir.join(FILE), serde_json::to_string_pretty(self)? + "\n")
    }

    /// Checks that every file is there with its size: a matter of microseconds.
    ///
    /// # Errors
    ///
    /// The first file that differs.
    pub fn check_sizes(&self, dir: &Path) -> Result<(), ManifestError> {
        for (name, facts) in &self.files {
            match dir.join(name).metadata() {
                Ok(found) if found.len() == facts.size => {}
                Ok(found) if found.len() < facts.size => {
                    let problem = format!("is cut short: {} bytes of {}", found.len(), facts.size);
                    return Err(wrong(name, problem));
                }
                Ok(found) => {
                    return Err(wrong(name, format!("has {} bytes instead of {}", found.len(), facts.size)));
                }
                Err(_) => return Err(wrong(name, "is missing".to_owned())),
            }
        }
        Ok(())
    }

    /// Checks the contents of every file.
    ///
    /// # Errors
    ///
    /// The first file that differs.
    pub fn check_contents(&self, dir: &Path) -> Result<(), ManifestError> {
        self.check_sizes(dir)?;
        for (name, facts) in &self.files {
            let found =
                sha256(&dir.join(name)).map_err(|error| wrong(name, format!("cannot be read ({error})")))?;
            if found != facts.sha256 {
                return Err(wrong(name, "was changed: its checksum differs".to_owned()));
            }
        }
        Ok(())
    }
}

fn wrong(file: &str, problem: String) -> ManifestError {
    ManifestError { file: file.to_owned(), problem }
}

fn collect(root: &Path, dir: &Path, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            collect(root, &path, names)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            let parts: Vec<_> =
                relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            names.push(parts.join("/"));
        }
    }
    Ok(())
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut File::open(path)?, &mut HashWriter(&mut hasher))?;
    Ok(hex(&hasher.finalize()))
}

/// Lets `io::copy` feed a hash.
pub(super) struct HashWriter<'a, D: Digest>(pub &'a mut D);

impl<D: Digest> io::Write for HashWriter<'_, D> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes as lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_changed_and_missing_files_are_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("am")).unwrap();
        let file = dir.path().join("am/final.mdl");
        fs::write(&file, "whole").unwrap();
        Manifest::of(dir.path()).unwrap().write(dir.path()).unwrap();
        let manifest = Manifest::read(dir.path()).unwrap().unwrap();
        assert_eq!(manifest.check_contents(dir.path()), Ok(()));

        fs::write(&file, "whole!").unwrap();
        assert!(
            manifest.check_sizes(dir.path()).unwrap_err().to_string().contains("am/final.mdl has 6 bytes")
        );
        fs::write(&file, "other").unwrap();
        assert!(
            manifest.check_contents(dir.path()).unwrap_err().to_string().contains("am/final.mdl was changed")
        );
        fs::write(&file, "wh").unwrap();
        assert!(
            manifest.check_sizes(dir.path()).unwrap_err().to_string().contains("cut short: 2 bytes of 5")
        );
        fs::remove_file(&file).unwrap();
        assert!(
            manifest.check_sizes(dir.path()).unwrap_err().to_string().contains("am/final.mdl is missing")
        );
    }
}
