//! Settings: what `heyroom.toml` may say, read strictly. `heyroom.example.toml` documents every key.

mod keys;
mod load;
mod types;
mod wording;

pub use load::{ConfigError, Loaded, load, parse, search_places};
pub use types::{
    AssistantConfig, AudioConfig, Config, LogConfig, PushToTalkConfig, RecognizerConfig, Replies, RoomConfig,
    ServerConfig, SoundHost, SpeechConfig, SpeechEngine, Wake,
};

/// The commented example: every key with its default.
pub const EXAMPLE: &str = include_str!("../../heyroom.example.toml");
