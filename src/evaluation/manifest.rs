//! What was recorded and what is expected: `manifest.jsonl`, one JSON object per line.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

/// The name of the manifest in the folder of recordings.
pub const FILE_NAME: &str = "manifest.jsonl";

/// One recording and what must come of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Item {
    /// The recording: WAV or FLAC, relative to the manifest.
    pub file: PathBuf,
    /// What is said, for the word error rate; with the wake phrase if that is said.
    #[serde(default)]
    pub text: Option<String>,
    /// The intent that must be acted upon; none for sound that must do nothing.
    #[serde(default)]
    pub intent: Option<String>,
    /// Slot values that must come out. Slots that are not listed may be anything.
    #[serde(default)]
    pub slots: Map<String, Value>,
    /// The state of the room: `{"in_call": true}`. Left out: nothing is known of it.
    #[serde(default)]
    pub context: Map<String, Value>,
    /// When speech ends, in seconds from the beginning of the file. Left out: it is measured in the recording.
    #[serde(default)]
    pub speech_end: Option<f64>,
}

impl Item {
    /// Whether something must be done.
    pub fn is_command(&self) -> bool {
        self.intent.is_some()
    }
}

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file cannot be read.
    #[error(
        "cannot read {}: {source}; an evaluation needs a folder with recordings and a {FILE_NAME} beside them, one line \
         per recording, such as {{\"file\": \"a.wav\", \"text\": \"hey room mute\", \"intent\": \"MuteMicrophone\"}}",
        path.display()
    )]
    Read {
        /// The manifest.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line is no JSON object of the known kind.
    #[error("{}:{line}: {source}", path.display())]
    Line {
        /// The manifest.
        path: PathBuf,
        /// The line, from 1 on.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// It lists nothing.
    #[error("{} lists no recordings", path.display())]
    Empty {
        /// The manifest.
        path: PathBuf,
    },
}

/// Reads a manifest. Unknown keys are left alone, so that a manifest can hold more than heyroom wants to know.
///
/// # Errors
///
/// [`ManifestError`] names the file and the line.
pub fn read(path: &Path) -> Result<Vec<Item>, ManifestError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ManifestError::Read { path: path.to_owned(), source })?;
    let item = |(index, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|source| ManifestError::Line {
            path: path.to_owned(),
            line: index + 1,
            source,
        })
    };
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let items: Vec<Item> =
        lines.filter(|(_, line)| !line.trim().is_empty()).map(item).collect::<Result<_, _>>()?;
    if items.is_empty() {
        return Err(ManifestError::Empty { path: path.to_owned() });
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_mistake_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, "{\"file\": \"a.wav\", \"speaker\": 7}\n\n{\"file\": 1}\n").unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("manifest.jsonl:3: "), "{error}");
        std::fs::write(&path, "{\"file\": \"a.wav\", \"speaker\": 7}\n").unwrap();
        assert!(!read(&path).unwrap()[0].is_command());
        std::fs::write(&path, "\n").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("lists no recordings"));
        assert!(read(folder.path()).unwrap_err().to_string().contains("manifest.jsonl beside them"));
    }
}
