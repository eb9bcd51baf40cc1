//! For `heyroom doctor`: what the settings ask for, and `heyroom run` would refuse or do without.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    time::Duration,
};

use super::{doctor::Verdict, output, setup};
use crate::{
    assistant::decisions::{self, FileError},
    config::{Config, LogConfig},
    grammar::{ActionKind, Pack},
    recognizer::model::inspect,
};

/// How long a program that has the port of push to talk may take to say what it is.
const PATIENCE: Duration = Duration::from_millis(500);

/// The other languages, as `run` looks at them, and the models that the settings name. None if there is nothing to tell.
pub(super) fn languages(config: &Config, pack: &Pack) -> Option<Verdict> {
    if let Err(error) = setup::languages(config, pack) {
        return Some(Verdict::Failed(output::error_text(&error)));
    }
    // With wake phrases for all languages, `run` notices only when one of them is asked for.
    let mut others: Vec<&String> = config.languages.iter().chain(config.models.keys()).collect();
    others.retain(|language| **language != config.language);
    others.sort();
    others.dedup();
    let missing: Vec<String> = others
        .iter()
        .filter_map(|language| {
            let error = speakable(config, language).err()?;
            Some(format!("{language} cannot be spoken: {}", output::error_text(&error)))
        })
        .collect();
    if !missing.is_empty() {
        return Some(Verdict::Warning(missing.join("\n")));
    }
    let names: Vec<&str> = others.into_iter().map(String::as_str).collect();
    (!names.is_empty()).then(|| Verdict::Ok(format!("{} can be spoken too", names.join(", "))))
}

/// Whether there is what a language needs.
fn speakable(config: &Config, language: &str) -> anyhow::Result<()> {
    let named = config.models.get(language).map(String::as_str);
    inspect(&setup::model_dir(named, language)?)?;
    setup::pack(language, config.assistant.grammars.as_deref()).map(drop)
}

/// Steps of the grammar that the settings do not allow.
pub(super) fn outside(config: &Config, pack: &Pack) -> Option<Verdict> {
    let blocks =
        || pack.intents.iter().flat_map(|(name, intent)| intent.blocks.iter().map(move |it| (name, it)));
    let steps =
        || blocks().flat_map(|(name, it)| it.actions.iter().chain(&it.undo).map(move |step| (name, step)));
    let off = |allowed: bool, key: &str, what: &str, is: &dyn Fn(&ActionKind) -> bool| {
        let (intent, step) = steps().find(|(_, step)| !allowed && is(&step.kind))?;
        let place = step.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        Some(format!(
            "`{intent}`{place} {what}, which is switched off: `{key} = true` under [actions] in the settings allows it"
        ))
    };
    let shell = off(config.actions.shell, "shell", "starts a program", &|kind| {
        matches!(kind, ActionKind::Shell { .. })
    });
    let http = off(config.actions.http, "http", "sends an HTTP request", &|kind| {
        matches!(kind, ActionKind::Http { .. })
    });
    let told: Vec<String> = shell.into_iter().chain(http).collect();
    (!told.is_empty()).then(|| Verdict::Warning(told.join("\n")))
}

/// Whether push to talk can be taken at `address`.
pub(super) fn push_to_talk(address: SocketAddr) -> Verdict {
    match TcpListener::bind(address) {
        Ok(_) => Verdict::Ok(format!("POST http://{address}/talk can be taken")),
        Err(error) if error.kind() == ErrorKind::AddrInUse && is_heyroom(address) => {
            Verdict::Ok(format!("{address} is taken by heyroom, which is running"))
        }
        Err(error) => Verdict::Failed(format!(
            "{address} cannot be listened at: {error}. `heyroom run` would not start: choose another \
             push_to_talk.listen, or end the program that has it"
        )),
    }
}

/// Whether what listens there takes POST at /talk, and nothing else. Asking presses no button.
fn is_heyroom(address: SocketAddr) -> bool {
    let asked = || {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /talk HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut answer = [0; 1024];
        let length = stream.read(&mut answer)?;
        std::io::Result::Ok(String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).to_lowercase())
    };
    asked().is_ok_and(|answer| answer.contains(" 405 ") && answer.contains("allow: post"))
}

/// Whether decisions can be kept for `heyroom explain`.
pub(super) fn decisions(log: &LogConfig) -> Verdict {
    if !log.decisions {
        return Verdict::Ok("not kept: log.decisions is false".to_owned());
    }
    let Some(file) = log.decisions_file.clone().or_else(decisions::default_file) else {
        return Verdict::Warning(
            "this user has no folder for the state of programs, so none are kept for `heyroom explain`: name a file \
             as log.decisions_file"
                .to_owned(),
        );
    };
    match writable(&file).and_then(|()| decisions::read(&file)) {
        Ok(_) => Verdict::Ok(format!("kept in {}", file.display())),
        Err(error) => {
            Verdict::Warning(format!("{error}\nWithout them, `heyroom explain` has nothing to tell."))
        }
    }
}

/// Whether a file can be put where it is to be: `run` makes the folders that are missing, doctor only looks whether
/// it could.
fn writable(file: &Path) -> Result<(), FileError> {
    let folder =
        file.ancestors().skip(1).find(|folder| folder.exists()).filter(|it| !it.as_os_str().is_empty());
    let tried = if file.is_dir() {
        Err(ErrorKind::IsADirectory.into())
    } else {
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map(drop)
    };
    tried.map_err(|source| FileError::Unwritable { file: file.to_owned(), source })
}
