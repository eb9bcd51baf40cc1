//! Where decisions are kept: one JSON object per line, the oldest first.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::Decision;

/// How many decisions are kept.
pub const LIMIT: usize = 500;
/// How many of them may be about speech that was not for the assistant: there is much of it in a day, and it is not to
/// drive out the rest.
const IGNORED: usize = 200;

/// Why the decisions cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Not readable.
    #[error("the decisions in {} cannot be read: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Not writable.
    #[error(
        "the decisions cannot be written to {}: {source}. Give another place as log.decisions_file, or switch them off \
         with log.decisions = false", file.display()
    )]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// Where the decisions are kept if the settings do not say so: in the folder that the service manager gives, else in
/// the user's folder for the state of programs. None on a system without either.
pub fn default_file() -> Option<PathBuf> {
    // systemd names several folders with colons between them; the first is as good as any.
    let given = std::env::var_os("STATE_DIRECTORY").filter(|folder| !folder.is_empty());
    let given = given.and_then(|folders| std::env::split_paths(&folders).next());
    let own = || {
        let dirs = directories::ProjectDirs::from("", "", "heyroom")?;
        Some(dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned())
    };
    given.or_else(own).map(|folder| folder.join("decisions.jsonl"))
}

/// Reads the decisions, the oldest first; none if there is no file. A line that another version wrote and this one
/// cannot read is left out.
///
/// # Errors
///
/// [`FileError::Unreadable`].
pub fn read(file: &Path) -> Result<Vec<Decision>, FileError> {
    let text = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(FileError::Unreadable { file: file.to_owned(), source }),
    };
    Ok(String::from_utf8_lossy(&text).lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Puts the decisions in the place of those in the file, all at once; only their owner can read them (on Unix).
pub(super) fn write<'a>(
    file: &Path,
    decisions: impl IntoIterator<Item = &'a Decision>,
) -> Result<(), FileError> {
    let written = || {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // Made so that nobody else can read it, which stays so when it gets its name.
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        let mut lines = Vec::new();
        for decision in decisions {
            serde_json::to_writer(&mut lines, decision)?;
            lines.push(b'\n');
        }
        temporary.write_all(&lines)?;
        temporary.persist(file).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|source| FileError::Unwritable { file: file.to_owned(), source })
}

/// Which decision is to go when there are too many; none if there are not.
pub(super) fn surplus<'a>(decisions: impl Iterator<Item = &'a Decision> + Clone) -> Option<usize> {
    let ignored = |decision: &Decision| decision.decision == "ignored";
    if decisions.clone().filter(|decision| ignored(decision)).count() > IGNORED {
        return decisions.clone().position(ignored);
    }
    (decisions.count() > LIMIT).then_some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(at_ms: u64, decision: &str) -> Decision {
        Decision { at_ms, decision: decision.to_owned(), ..Decision::default() }
    }

    #[test]
    fn what_is_written_is_read_and_nobody_else_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/er/decisions.jsonl");
        assert_eq!(read(&file).unwrap(), []);
        let decisions = [decision(1, "acted"), decision(2, "ignored")];
        write(&file, &decisions).unwrap();
        assert_eq!(read(&file).unwrap(), decisions);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let mut text = std::fs::read_to_string(&file).unwrap();
        text.insert_str(0, "{\"at_ms\": \"of a later version\"}\n");
        std::fs::write(&file, text).unwrap();
        assert_eq!(read(&file).unwrap(), decisions, "the rest is still good");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named_with_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("taken"), "").unwrap();
        let file = folder.path().join("taken/decisions.jsonl");
        let error = write(&file, &[]).unwrap_err().to_string();
        assert!(error.contains("taken/decisions.jsonl") && error.contains("log.decisions_file"), "{error}");
    }

    #[test]
    fn talk_does_not_drive_out_commands() {
        let mut kept = vec![decision(0, "acted")];
        for at in 1..2_000 {
            kept.push(decision(at, "ignored"));
            while let Some(index) = surplus(kept.iter()) {
                kept.remove(index);
            }
        }
        assert_eq!((kept.len(), kept[0].at_ms, kept[1].at_ms), (1 + IGNORED, 0, 1_800));
        for at in 2_000..3_000 {
            kept.push(decision(at, "acted"));
            while let Some(index) = surplus(kept.iter()) {
                kept.remove(index);
            }
        }
        assert_eq!((kept.len(), kept[0].at_ms), (LIMIT, 2_500));
    }
}
