//! The settings as types. Names are those of the file; defaults are those that the example shows.

use std::{collections::BTreeMap, path::PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

/// Everything that `heyroom.toml` may say.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Language of the grammar and the model: `en`, `de`, ...
    pub language: String,
    /// Languages that can be called by their own wake phrases.
    pub languages: Vec<String>,
    /// The model of a language: its name or folder.
    pub models: BTreeMap<String, String>,
    /// The TrueConf Room terminal.
    pub room: RoomConfig,
    /// Sound devices.
    pub audio: AudioConfig,
    /// Speech recognition.
    pub recognizer: RecognizerConfig,
    /// Behaviour.
    pub assistant: AssistantConfig,
    /// Buttons that stand for the wake phrase.
    pub push_to_talk: PushToTalkConfig,
    /// Replies and earcons.
    pub speech: SpeechConfig,
    /// What commands may do outside of the room.
    pub actions: ActionsConfig,
    /// What is kept of what happened.
    pub log: LogConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            language: "en".to_owned(),
            languages: Vec::new(),
            models: BTreeMap::new(),
            room: RoomConfig::default(),
            audio: AudioConfig::default(),
            recognizer: RecognizerConfig::default(),
            assistant: AssistantConfig::default(),
            push_to_talk: PushToTalkConfig::default(),
            speech: SpeechConfig::default(),
            actions: ActionsConfig::default(),
            log: LogConfig::default(),
        }
    }
}

/// `[room]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoomConfig {
    /// Host, `http://` address of the web manager, `ws://` address, or `simulator`.
    pub address: String,
    /// The terminal's PIN.
    pub pin: Option<SecretString>,
    /// A file that holds the PIN.
    pub pin_file: Option<PathBuf>,
    /// Seconds to wait for an answer.
    pub timeout_s: f64,
    /// Move a slide show to the second monitor.
    pub slides_to_second_monitor: bool,
    /// The TrueConf Server to connect to.
    pub server: Option<ServerConfig>,
}

impl Default for RoomConfig {
    fn default() -> Self {
        Self {
            address: "127.0.0.1".to_owned(),
            pin: None,
            pin_file: None,
            timeout_s: 10.0,
            slides_to_second_monitor: false,
            server: None,
        }
    }
}

/// `[room.server]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Address of the TrueConf Server.
    pub host: String,
    /// Its port.
    #[serde(default = "default_server_port")]
    pub port: u16,
    /// The terminal's account there.
    pub login: String,
    /// Its password.
    pub password: Option<SecretString>,
    /// A file that holds the password.
    pub password_file: Option<PathBuf>,
}

fn default_server_port() -> u16 {
    4307
}

/// `[audio]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AudioConfig {
    /// The sound system.
    pub host: SoundHost,
    /// Microphone.
    pub input: String,
    /// Loudspeaker.
    pub output: String,
    /// The capture device that carries what the loudspeaker plays: "auto", "none", or its name.
    pub monitor: String,
}

impl Default for AudioConfig {
    fn default() -> Self {
        let default = || "default".to_owned();
        Self { host: SoundHost::Auto, input: default(), output: default(), monitor: "auto".to_owned() }
    }
}

/// A sound system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SoundHost {
    /// PulseAudio where a server answers, else the system's own.
    #[default]
    Auto,
    /// ALSA.
    Alsa,
    /// PulseAudio, or PipeWire through its PulseAudio interface.
    PulseAudio,
    /// Windows.
    Wasapi,
}

/// `[recognizer]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecognizerConfig {
    /// Name or folder of the model.
    pub model: Option<String>,
    /// Silence that ends an utterance, in ms.
    pub trailing_silence_ms: u32,
    /// The same after a command that no word can follow.
    pub early_pause_ms: u32,
    /// The same after a command that could go on, but may be carried out early.
    pub open_pause_ms: u32,
    /// The same in the middle of a command.
    pub slot_pause_ms: u32,
    /// The same after a command that is asked back.
    pub dangerous_pause_ms: u32,
    /// Phrases below this confidence (0 to 1) are not acted upon.
    pub minimum_confidence: f32,
    /// A wake phrase whose least certain word is below this confidence (0 to 1) does not wake the assistant.
    pub wake_confidence: f32,
    /// Seconds after which the model of a language that nobody speaks any more is forgotten.
    pub release_model_after_s: f64,
}

impl Default for RecognizerConfig {
    fn default() -> Self {
        Self {
            model: None,
            trailing_silence_ms: 400,
            early_pause_ms: 150,
            open_pause_ms: 220,
            slot_pause_ms: 700,
            dangerous_pause_ms: 500,
            minimum_confidence: 0.5,
            wake_confidence: 0.4,
            release_model_after_s: 600.0,
        }
    }
}

/// `[assistant]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssistantConfig {
    /// Whether the wake phrase is listened for.
    pub wake: Wake,
    /// What wakes the assistant; none to leave it to the grammar.
    pub wake_phrases: Option<Vec<String>>,
    /// Seconds without speech after which it sleeps again.
    pub sleep_after_s: f64,
    /// Seconds after a command in which another one needs no wake phrase.
    pub follow_up_s: f64,
    /// Seconds after which privacy ends by itself; 0: never.
    pub privacy_s: f64,
    /// The wake phrase interrupts the assistant while it speaks.
    pub barge_in: bool,
    /// Seconds for which a command can be taken back.
    pub undo_within_s: f64,
    /// "Answer" and "decline" work without the wake phrase while it rings.
    pub answer_without_wake: bool,
    /// Seconds without a word to the assistant after which it speaks its first language again; 0: never.
    pub return_to_default_s: f64,
    /// A folder of grammars.
    pub grammars: Option<PathBuf>,
}

impl Default for AssistantConfig {
    fn default() -> Self {
        Self {
            wake: Wake::On,
            wake_phrases: None,
            sleep_after_s: 6.0,
            follow_up_s: 4.0,
            privacy_s: 3600.0,
            barge_in: true,
            undo_within_s: 60.0,
            answer_without_wake: true,
            return_to_default_s: 0.0,
            grammars: None,
        }
    }
}

/// Whether the wake phrase is listened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wake {
    /// The wake phrase and push to talk wake the assistant.
    #[default]
    On,
    /// Only push to talk does.
    Off,
}

/// `[push_to_talk]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PushToTalkConfig {
    /// Where `POST /talk` is taken, on this machine alone; nowhere if left out.
    pub listen: Option<std::net::SocketAddr>,
    /// Enter is push to talk, where heyroom runs in a terminal.
    pub keyboard: bool,
}

/// `[speech]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpeechConfig {
    /// Whether replies are spoken.
    pub replies: Replies,
    /// What speaks them.
    pub engine: SpeechEngine,
    /// The program of [`SpeechEngine::Command`] and its arguments.
    pub command: Vec<String>,
    /// Whether signal sounds are played.
    pub earcons: bool,
    /// A folder with sounds of the operator's own.
    pub earcon_folder: Option<PathBuf>,
    /// Loudness, 0 to 100.
    pub volume: u8,
}

impl Default for SpeechConfig {
    fn default() -> Self {
        Self {
            replies: Replies::Spoken,
            engine: SpeechEngine::Auto,
            command: Vec::new(),
            earcons: true,
            earcon_folder: None,
            volume: 70,
        }
    }
}

/// `[actions]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActionsConfig {
    /// Grammars of the operator may start programs.
    pub shell: bool,
    /// Grammars of the operator may send HTTP requests.
    pub http: bool,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// Whether the last decisions are kept for `heyroom explain`.
    pub decisions: bool,
    /// Where, if not in the folder for the state of programs.
    pub decisions_file: Option<PathBuf>,
    /// Whether the words are kept that were not meant for the assistant.
    pub overheard: bool,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { decisions: true, decisions_file: None, overheard: false }
    }
}

/// How replies are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Replies {
    /// Spoken and logged.
    #[default]
    Spoken,
    /// Logged only.
    Text,
}

/// A speech synthesis engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpeechEngine {
    /// The one of this system.
    #[default]
    Auto,
    /// The program espeak-ng.
    EspeakNg,
    /// The voice of Windows.
    Sapi,
    /// A program of the operator's choice.
    Command,
}
