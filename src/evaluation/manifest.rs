//! What was recorded and what is expected: `manifest.jsonl`, one JSON object per line.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::grammar::{Grammar, diagnostics::nearest};

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
    /// Its line in the manifest, from 1 on.
    #[serde(skip)]
    pub line: usize,
}

/// The keys that [`Item`] reads.
const KEYS: [&str; 6] = ["file", "text", "intent", "slots", "context", "speech_end"];

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
    /// A key that is nearly one that heyroom reads.
    #[error("{}:{line}: there is no key \"{key}\"; did you mean \"{near}\"? If it is yours alone, name it otherwise", path.display())]
    Key {
        /// The manifest.
        path: PathBuf,
        /// The line, from 1 on.
        line: usize,
        /// The key.
        key: String,
        /// The key that is read.
        near: &'static str,
    },
    /// An intent that can never come out.
    #[error("{}:{line}: the grammar has no intent \"{intent}\": {remedy}", path.display())]
    Intent {
        /// The manifest.
        path: PathBuf,
        /// The line, from 1 on.
        line: usize,
        /// The intent.
        intent: String,
        /// What it may have been meant to be.
        remedy: String,
    },
    /// It lists nothing.
    #[error("{} lists no recordings", path.display())]
    Empty {
        /// The manifest.
        path: PathBuf,
    },
}

/// Reads a manifest. Unknown keys are left alone, so that a manifest can hold more than heyroom wants to know; a key that
/// is nearly a known one which the line does not have is noted in `slips`, since the item may have to say something else.
///
/// # Errors
///
/// [`ManifestError`] names the file and the line.
pub fn read(path: &Path, slips: &mut Vec<ManifestError>) -> Result<Vec<Item>, ManifestError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ManifestError::Read { path: path.to_owned(), source })?;
    let mut item = |(index, text): (usize, &str)| {
        let (path, line) = (path.to_owned(), index + 1);
        let mut keys: Map<String, Value> = match serde_json::from_str(text) {
            Ok(keys) => keys,
            Err(source) => return Err(ManifestError::Line { path, line, source }),
        };
        let (known, others): (Vec<_>, Vec<_>) =
            keys.keys().cloned().partition(|key| KEYS.contains(&key.as_str()));
        let missing = || KEYS.into_iter().filter(|key| !known.iter().any(|there| there == key));
        for key in others {
            if let Some(near) = nearest(&key.to_lowercase(), missing()) {
                slips.push(ManifestError::Key { path: path.clone(), line, key: key.clone(), near });
            }
            keys.remove(&key);
        }
        match serde_json::from_value(Value::Object(keys)) {
            Ok(item) => Ok(Item { line, ..item }),
            Err(source) => Err(ManifestError::Line { path, line, source }),
        }
    };
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let items: Vec<Item> =
        lines.filter(|(_, line)| !line.trim().is_empty()).map(&mut item).collect::<Result<_, _>>()?;
    if items.is_empty() {
        return Err(ManifestError::Empty { path: path.to_owned() });
    }
    Ok(items)
}

/// The intents of the manifest at `path` that can never come out, each once, with what may have been meant.
pub fn unknown_intents(path: &Path, items: &[Item], grammar: &Grammar) -> Vec<ManifestError> {
    let intents = &grammar.pack().intents;
    let mut told: Vec<&str> = Vec::new();
    let mut unknown = Vec::new();
    for item in items {
        let Some(intent) = item.intent.as_deref() else { continue };
        if !intents.contains_key(intent) && !told.contains(&intent) {
            told.push(intent);
            unknown.push(ManifestError::Intent {
                path: path.to_owned(),
                line: item.line,
                intent: intent.to_owned(),
                remedy: remedy(intent, intents.keys().map(String::as_str)),
            });
        }
    }
    unknown
}

/// Intents have long names of which people remember the beginning: that counts more than the number of slips.
fn remedy<'a>(wrong: &str, intents: impl Iterator<Item = &'a str>) -> String {
    let wrong = wrong.to_lowercase();
    let alike = intents.map(|intent| (strsim::jaro_winkler(&wrong, &intent.to_lowercase()), intent));
    match alike.max_by(|(one, _), (other, _)| one.total_cmp(other)) {
        Some((likeness, intent)) if likeness > 0.8 => format!("did you mean \"{intent}\"?"),
        _ => "`heyroom match TEXT` tells what the intent of a sentence is called".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_mistake_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, "{\"file\": \"a.wav\", \"speaker\": 7}\n\n{\"file\": 1}\n").unwrap();
        let read = |path: &Path| read(path, &mut Vec::new());
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("manifest.jsonl:3: "), "{error}");
        std::fs::write(&path, "{\"file\": \"a.wav\", \"speaker\": 7}\n").unwrap();
        assert!(!read(&path).unwrap()[0].is_command());
        std::fs::write(&path, "\n").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("lists no recordings"));
        assert!(read(folder.path()).unwrap_err().to_string().contains("manifest.jsonl beside them"));
    }

    #[test]
    fn a_slip_in_a_key_or_an_intent_is_told_and_foreign_keys_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let items = |line: &str| {
            std::fs::write(&path, line).unwrap();
            let mut slips = Vec::new();
            let items = read(&path, &mut slips).unwrap();
            (items, slips.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let (_, slips) = items(r#"{"file": "a.wav", "intnt": "MuteMicrophone"}"#);
        assert!(slips[0].contains(":1: ") && slips[0].contains("did you mean \"intent\"?"), "{slips:?}");
        let foreign = r#"{"file": "a.wav", "text": "x", "test": 1, "voice": "slt", "distance": 2}"#;
        let (foreign, slips) = items(foreign);
        assert!(foreign[0].text.as_deref() == Some("x") && slips.is_empty(), "{slips:?}");
        let grammar = Grammar::new(&crate::grammar::Pack::bundled("en").unwrap());
        let (wrong, _) = items("\n{\"file\": \"a.wav\", \"intent\": \"MuteMicrofone\"}");
        let error = unknown_intents(&path, &wrong, &grammar)[0].to_string();
        assert!(error.contains(":2: ") && error.contains("did you mean \"MuteMicrophone\"?"), "{error}");
        let (right, _) = items(r#"{"file": "a.wav", "intent": "MuteMicrophone"}"#);
        assert!(unknown_intents(&path, &right, &grammar).is_empty());
    }
}
