//! Grammar files that are changed while the assistant runs: read again, and used within a second. What is wrong is
//! told, and what was there before stays in use.
//!
//! The files are looked at a few times a second instead of asking the system for notices: editors replace files,
//! network drives send no notices, and a few dozen file dates cost nothing.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use tokio::sync::mpsc;

use super::{
    actions::Performer,
    journal::Happening,
    replies::{self, Replies},
};
use crate::grammar::{Diagnostics, Grammar, Pack, pack};

/// How often the files are looked at. A change counts once the files are the same for this long, so that a
/// half-written file is not read.
const LOOKS_EVERY: Duration = Duration::from_millis(200);

/// What came of a change.
#[derive(Debug)]
pub enum Reload {
    /// The new grammar, without contacts yet.
    Loaded {
        /// Compiled.
        grammar: Box<Grammar>,
        /// How long reading and compiling took.
        took: Duration,
    },
    /// The files cannot be used.
    Refused {
        /// What is wrong with them.
        problems: Diagnostics,
    },
}

impl Reload {
    /// The new grammar, if there is one, and what to note about it.
    pub(super) fn outcome(self) -> (Option<Grammar>, Happening) {
        match self {
            Self::Loaded { grammar, took } => {
                let warnings = grammar.pack().warnings.iter().count();
                (Some(*grammar), Happening::Reloaded { took, warnings })
            }
            Self::Refused { problems } => (None, Happening::NotReloaded { problems: problems.to_string() }),
        }
    }
}

impl Performer {
    /// Takes replies, help and the language of the voice from a pack.
    pub(super) fn speak_as(&mut self, pack: &Pack) {
        self.feedback.speak_in(&pack.language);
        self.replies = Arc::new(Replies::of(pack));
        self.help = Arc::new(replies::help(pack));
    }
}

/// The next change; never, where nothing is watched.
pub async fn next(changes: &mut Option<mpsc::UnboundedReceiver<Reload>>) -> Reload {
    loop {
        match changes {
            None => return std::future::pending().await,
            Some(receiver) => match receiver.recv().await {
                Some(news) => return news,
                None => *changes = None,
            },
        }
    }
}

/// What tells one version of a file from another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    /// A file that replaces another may bring its old date along.
    #[cfg(unix)]
    changed: (u64, i64, i64),
}

type Stamps = BTreeMap<PathBuf, Stamp>;

/// Grammar files as they were read, and as they were seen last.
///
/// To be made before the files are read: between that and the watch a model may be loaded, which takes long enough for
/// somebody to save a file.
#[derive(Debug)]
pub struct Files {
    dir: PathBuf,
    read: Stamps,
    seen: Stamps,
}

impl Files {
    /// The files in `dir` as they are now.
    pub fn now(dir: &Path) -> Self {
        let now = stamps(dir).unwrap_or_default();
        Self { dir: dir.to_owned(), read: now.clone(), seen: now }
    }

    /// Watches the files of `language`, for changes since [`Files::now`], until the receiver is gone.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn watch(mut self, language: &str) -> std::io::Result<mpsc::UnboundedReceiver<Reload>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let language = language.to_owned();
        thread::Builder::new().name("grammar files".to_owned()).spawn(move || {
            while !sender.is_closed() {
                thread::sleep(LOOKS_EVERY);
                if !self.has_changed() {
                    continue;
                }
                let started = Instant::now();
                let news = match Pack::load(&self.dir, &language) {
                    Ok(pack) => {
                        let grammar = Box::new(Grammar::from_shared(Arc::new(pack)));
                        Reload::Loaded { grammar, took: started.elapsed() }
                    }
                    Err(problems) => Reload::Refused { problems },
                };
                if sender.send(news).is_err() {
                    return;
                }
            }
        })?;
        Ok(receiver)
    }

    /// Whether the files differ from those that were read, and rest.
    fn has_changed(&mut self) -> bool {
        // A directory that cannot be read (a network drive that is away) says nothing about its files.
        let Some(now) = stamps(&self.dir) else { return false };
        let rests = now == self.seen;
        self.seen = now;
        if !rests || self.seen == self.read {
            return false;
        }
        self.read.clone_from(&self.seen);
        true
    }
}

fn stamps(dir: &Path) -> Option<Stamps> {
    let files = pack::yaml_files(dir).ok()?;
    Some(files.into_iter().filter_map(|path| stamp(&path).map(|stamp| (path, stamp))).collect())
}

fn stamp(path: &Path) -> Option<Stamp> {
    let data = std::fs::metadata(path).ok()?;
    Some(Stamp {
        size: data.len(),
        modified: data.modified().ok(),
        #[cfg(unix)]
        changed: {
            use std::os::unix::fs::MetadataExt as _;
            (data.ino(), data.ctime(), data.ctime_nsec())
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_change_counts_once_the_files_rest() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("en.yaml");
        fs::write(&file, "language: en\n").unwrap();
        let mut watched = Files::now(dir.path());
        assert!(!watched.has_changed(), "nothing happened");
        fs::write(&file, "language: en\nintents:\n").unwrap();
        assert!(!watched.has_changed(), "it may be half of what is to come");
        fs::write(&file, "language: en\nintents: {}\n").unwrap();
        assert!(!watched.has_changed(), "indeed");
        assert!(watched.has_changed());
        assert!(!watched.has_changed(), "told once");
        // An editor writes a new file and gives it the old name.
        let new = dir.path().join("en.yaml~");
        fs::write(&new, "language: en\nintents: {}\n").unwrap();
        fs::rename(&new, &file).unwrap();
        assert!(!watched.has_changed() && watched.has_changed());
        // Files come and go; others do not matter.
        fs::create_dir(dir.path().join("en")).unwrap();
        fs::write(dir.path().join("en/more.yaml"), "language: en\n").unwrap();
        assert!(!watched.has_changed() && watched.has_changed());
        fs::remove_file(dir.path().join("en/more.yaml")).unwrap();
        assert!(!watched.has_changed() && watched.has_changed());
        fs::write(dir.path().join("notes.txt"), "x").unwrap();
        assert!(!watched.has_changed() && !watched.has_changed());
    }

    #[tokio::test]
    async fn a_file_that_is_saved_before_the_watch_begins_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("en.yaml");
        let grammar =
            |word: &str| format!("language: en\nintents:\n  Light:\n    data: [{{sentences: [{word}]}}]\n");
        fs::write(&file, grammar("lamp")).unwrap();
        let files = Files::now(dir.path());
        Pack::load(dir.path(), "en").unwrap();
        // Now a model is loaded, and meanwhile:
        fs::write(&file, grammar("lantern")).unwrap();
        let mut changes = Some(files.watch("en").unwrap());
        let Reload::Loaded { grammar, .. } = next(&mut changes).await else { panic!("it is a good file") };
        assert!(grammar.matches("lantern", &serde_json::Map::new()).matched().is_some());
    }

    #[test]
    fn a_directory_that_is_away_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("grammars");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("en.yaml"), "language: en\n").unwrap();
        let mut watched = Files::now(&folder);
        let aside = dir.path().join("aside");
        fs::rename(&folder, &aside).unwrap();
        assert!(!watched.has_changed() && !watched.has_changed());
        fs::rename(&aside, &folder).unwrap();
        assert!(!watched.has_changed() && !watched.has_changed(), "the same files are back");
    }
}
