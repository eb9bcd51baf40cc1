//! Finds, reads and checks the settings file.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Config, keys, wording};

/// The settings and the file that they came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// The file; none if there is none and these are the defaults.
    pub file: Option<PathBuf>,
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the settings {} cannot be read: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },

    /// It is not TOML, or a value is of the wrong kind.
    #[error("{}:{line}:{column}: {problem}{shown}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong, and the way out.
        problem: String,
        /// The line itself with a mark under it, behind a line break; empty where it may hold a secret.
        shown: String,
    },

    /// A key that does not exist.
    #[error("{}:{line}:{column}: there is no setting \"{key}\"{hint}", file.display())]
    UnknownKey {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// The key with its sections.
        key: String,
        /// The nearest known key, or where they are documented.
        hint: String,
    },

    /// A value that makes no sense.
    #[error("{}: {key}: {problem}", file.display())]
    Value {
        /// The file.
        file: PathBuf,
        /// The key with its sections.
        key: &'static str,
        /// What is wrong with the value and what it should be.
        problem: String,
    },
}

/// The places where settings are looked for, the first one first.
pub fn search_places() -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from("heyroom.toml")];
    places.extend(
        directories::ProjectDirs::from("", "", "heyroom").map(|d| d.config_dir().join("heyroom.toml")),
    );
    if cfg!(unix) {
        places.push(PathBuf::from("/etc/heyroom/heyroom.toml"));
    }
    places
}

/// Reads the settings from `file`, or from the first place that has some, or takes the defaults.
///
/// # Errors
///
/// [`ConfigError`], naming the file, the place in it and the remedy.
pub fn load(file: Option<&Path>) -> Result<Loaded, ConfigError> {
    let file = file.map(Path::to_owned).or_else(|| search_places().into_iter().find(|place| place.is_file()));
    let Some(file) = file else { return Ok(Loaded { config: Config::default(), file: None }) };
    let text = std::fs::read_to_string(&file)
        .map_err(|source| ConfigError::Unreadable { file: file.clone(), source })?;
    let mut config = parse(&text, &file)?;
    // Relative paths are meant relative to the file, wherever heyroom was started.
    let base = file.parent().unwrap_or(Path::new(""));
    let paths =
        [&mut config.assistant.grammars, &mut config.speech.earcon_folder, &mut config.log.decisions_file];
    for path in paths.into_iter().flatten() {
        *path = base.join(&*path);
    }
    for model in config.models.values_mut().chain(&mut config.recognizer.model) {
        // A name stands for an installed model.
        if model.contains(['/', '\\']) {
            *model = base.join(&*model).to_string_lossy().into_owned();
        }
    }
    let read = |key: &'static str, path: &Path| {
        read_secret(&base.join(path)).map_err(|problem| ConfigError::Value {
            file: file.clone(),
            key,
            problem,
        })
    };
    if let Some(path) = &config.room.pin_file {
        config.room.pin = Some(read("room.pin_file", path)?);
    }
    if let Some(server) = &mut config.room.server
        && let Some(path) = &server.password_file
    {
        server.password = Some(read("room.server.password_file", path)?);
    }
    Ok(Loaded { config, file: Some(file) })
}

/// Reads settings from `text`; `file` is named in errors.
///
/// # Errors
///
/// [`ConfigError`].
pub fn parse(text: &str, file: &Path) -> Result<Config, ConfigError> {
    let syntax = |error: toml::de::Error| {
        let (line, column) = position(text, error.span().map_or(0, |span| span.start));
        ConfigError::Syntax {
            file: file.to_owned(),
            line,
            column,
            problem: wording::problem(error.message()),
            shown: shown(text, line, column),
        }
    };
    let table = DeTable::parse(text).map_err(syntax)?;
    unknown_key("", table.get_ref(), text, file)?;
    let config: Config = toml::from_str(text).map_err(syntax)?;
    check(&config).map_err(|(key, problem)| ConfigError::Value { file: file.to_owned(), key, problem })?;
    Ok(config)
}

fn unknown_key(prefix: &str, table: &DeTable<'_>, text: &str, file: &Path) -> Result<(), ConfigError> {
    for (key, value) in table {
        let path = format!("{prefix}{}", key.get_ref());
        if !keys::is_known(&path) {
            let (line, column) = place(text, key);
            let hint = match keys::nearest(&path) {
                Some(nearest) => format!("; did you mean \"{nearest}\"?"),
                None => "; heyroom.example.toml documents every setting".to_owned(),
            };
            return Err(ConfigError::UnknownKey { file: file.to_owned(), line, column, key: path, hint });
        }
        if let DeValue::Table(inner) = value.get_ref() {
            unknown_key(&format!("{path}."), inner, text, file)?;
        }
    }
    Ok(())
}

/// A line with a mark under a column, unless a secret may stand in it.
fn shown(text: &str, line: usize, column: usize) -> String {
    let written = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    if written.trim().is_empty() || ["pin", "password"].iter().any(|secret| written.contains(secret)) {
        return String::new();
    }
    let number = line.to_string();
    let before: String = written.chars().take(column.saturating_sub(1)).collect();
    let before: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    format!("\n {number} | {written}\n {:width$} | {before}^", "", width = number.len())
}

fn place<T>(text: &str, value: &Spanned<T>) -> (usize, usize) {
    position(text, value.span().start)
}

/// Line and column of a byte.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn check(config: &Config) -> Result<(), (&'static str, String)> {
    let says_something = |phrase: &String| phrase.chars().any(char::is_alphanumeric);
    if config.assistant.wake_phrases.as_ref().is_some_and(|phrases| !phrases.iter().any(says_something)) {
        return Err((
            "assistant.wake_phrases",
            "at least one wake phrase is needed, such as [\"hey room\"]; leave the setting out to take those of the \
             grammar"
                .to_owned(),
        ));
    }
    if !(0.5..=600.0).contains(&config.assistant.sleep_after_s) {
        let problem =
            format!("{} s is out of range; 0.5 to 600 s make sense", config.assistant.sleep_after_s);
        return Err(("assistant.sleep_after_s", problem));
    }
    let recognizer = &config.recognizer;
    for (key, share) in [
        ("recognizer.minimum_confidence", recognizer.minimum_confidence),
        ("recognizer.wake_confidence", recognizer.wake_confidence),
    ] {
        if !(0.0..=1.0).contains(&share) {
            return Err((key, format!("{share} is out of range; it goes from 0 to 1")));
        }
    }
    for (key, least, pause) in [
        ("recognizer.trailing_silence_ms", 100, recognizer.trailing_silence_ms),
        ("recognizer.early_pause_ms", 50, recognizer.early_pause_ms),
        ("recognizer.open_pause_ms", 50, recognizer.open_pause_ms),
        ("recognizer.slot_pause_ms", 100, recognizer.slot_pause_ms),
        ("recognizer.dangerous_pause_ms", 100, recognizer.dangerous_pause_ms),
    ] {
        if !(least..=5000).contains(&pause) {
            return Err((key, format!("{pause} ms is out of range; {least} to 5000 ms make sense")));
        }
    }
    for (key, most, seconds) in [
        ("assistant.follow_up_s", 60.0, config.assistant.follow_up_s),
        ("assistant.privacy_s", 86_400.0, config.assistant.privacy_s),
        ("assistant.undo_within_s", 3600.0, config.assistant.undo_within_s),
        ("assistant.return_to_default_s", 86_400.0, config.assistant.return_to_default_s),
        ("recognizer.release_model_after_s", 86_400.0, config.recognizer.release_model_after_s),
    ] {
        if !(0.0..=most).contains(&seconds) {
            return Err((key, format!("{seconds} s is out of range; 0 to {most} s make sense")));
        }
    }
    if let Some(address) = config.push_to_talk.listen
        && !address.ip().is_loopback()
    {
        let problem = format!("{address} can be reached from other machines; use 127.0.0.1 or [::1]");
        return Err(("push_to_talk.listen", problem));
    }
    if !(0.1..=600.0).contains(&config.room.timeout_s) {
        return Err((
            "room.timeout_s",
            format!("{} s is out of range; 0.1 to 600 s make sense", config.room.timeout_s),
        ));
    }
    if config.speech.volume > 100 {
        return Err((
            "speech.volume",
            format!("{} is out of range; it goes from 0 to 100", config.speech.volume),
        ));
    }
    if config.room.pin.is_some() && config.room.pin_file.is_some() {
        return Err(("room.pin_file", "the PIN is given twice: keep pin or pin_file".to_owned()));
    }
    if let Some(server) = &config.room.server
        && server.password.is_some() == server.password_file.is_some()
    {
        return Err(("room.server.password", "give the password once: password or password_file".to_owned()));
    }
    if config.speech.engine == super::SpeechEngine::Command && config.speech.command.is_empty() {
        return Err((
            "speech.command",
            "engine = \"command\" needs a command, such as [\"piper\", ...]".to_owned(),
        ));
    }
    Ok(())
}

fn read_secret(path: &Path) -> Result<SecretString, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() { Err(format!("{} is empty", path.display())) } else { Ok(secret.to_owned().into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse(text, Path::new("heyroom.toml")).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_key_is_named_with_its_place_and_the_nearest_one() {
        let message = error("[room]\n  adress = \"10.0.0.1\"\n");
        assert_eq!(
            message,
            "heyroom.toml:2:3: there is no setting \"room.adress\"; did you mean \"room.address\"?"
        );
    }

    #[test]
    fn a_key_in_the_wrong_section_is_pointed_to_the_right_one() {
        assert!(error("wake_phrases = [\"hey room\"]").contains("did you mean \"assistant.wake_phrases\""));
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_shown_in_its_line() {
        assert_eq!(
            error("[recognizer]\ntrailing_silence_ms = \"long\"\n"),
            "heyroom.toml:2:23: a whole number that is not negative is needed here, without quotes\n 2 | \
             trailing_silence_ms = \"long\"\n   |                       ^"
        );
    }

    #[test]
    fn mistakes_of_notation_are_told_in_plain_words() {
        for (text, problem) in [
            ("[room]\naddress = room", "heyroom.toml:2:11: a text must stand in quotes; true and false"),
            ("[assistant]\nbarge_in = yes", "heyroom.toml:2:12: a text must stand in quotes; true and false"),
            ("[room]\naddress \"x\"", "heyroom.toml:2:9: a setting is written: name = value"),
            ("[room]\naddress = \"x", "the quotation mark behind the text is missing"),
            ("[room\naddress = \"x\"", "heyroom.toml:1:6: the ] behind the name of the section is missing"),
            ("language = \"a\"\nlanguage = \"b\"", "heyroom.toml:2:1: this stands here for the second time"),
            ("[models]\nde = \"C:\\Users\"", "single ones"),
            ("[assistant]\nwake_phrases = \"hey\"", "a list is needed here: put it in brackets"),
            (
                "[push_to_talk]\nlisten = \"8770\"",
                "an address with a port, such as \"127.0.0.1:8770\", is needed",
            ),
            ("room = 5", "a section is needed here"),
        ] {
            assert!(error(text).contains(problem), "{text}: {}", error(text));
        }
    }

    #[test]
    fn a_secret_in_the_wrong_notation_is_not_shown() {
        let message = error("[room]\npin = 4711\n");
        assert_eq!(message, "heyroom.toml:2:7: a text is needed here: put it in quotes");
        assert!(!error("[room]\npin = 47x11\n").contains("47x11"));
    }

    #[test]
    fn values_out_of_range_are_refused() {
        assert!(error("[assistant]\nwake_phrases = []").contains("at least one wake phrase"));
        assert!(error("[speech]\nvolume = 101").contains("0 to 100"));
        assert!(error("[recognizer]\nearly_pause_ms = 10").contains("50 to 5000 ms"));
        assert!(error("[recognizer]\nwake_confidence = 1.5").contains("0 to 1"));
        assert!(error("[push_to_talk]\nlisten = \"0.0.0.0:80\"").contains("127.0.0.1"));
        assert!(error("[assistant]\nundo_within_s = -1").contains("0 to 3600 s"));
        assert!(error("[assistant]\nundo_within_s = nan").contains("0 to 3600 s"));
        assert!(error("[room.server]\nhost = \"a\"\nlogin = \"b\"").contains("password"));
    }

    #[test]
    fn secrets_do_not_show() {
        let config = parse("[room]\npin = \"4711\"", Path::new("heyroom.toml")).unwrap();
        assert!(!format!("{config:?}").contains("4711"));
    }
}
