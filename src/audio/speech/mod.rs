//! Spoken replies: text to sound by an engine of the system or of the operator's choice.
//!
//! No engine is linked into heyroom: espeak-ng, the Windows voice or the operator's command run as a
//! program, which costs some 10 ms and keeps their faults and licences outside.

mod cache;
mod engines;
mod process;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use engines::{CommandSpeech, EspeakNg, SystemVoice};

use super::{Pcm, PcmError};
use cache::Cache;

/// How long an engine may take for one reply.
pub const SPEECH_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer texts are cut: nobody listens to more.
pub const LONGEST_TEXT: usize = 1_000;
/// Sound that is kept for repeated replies, in bytes.
const CACHE_BYTES: usize = 8 * 1024 * 1024;

/// Why a text could not be spoken.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    /// The engine's program is not there.
    #[error("the speech program \"{program}\" was not found; {remedy}")]
    NotFound {
        /// The program.
        program: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The engine's program did not start.
    #[error("the speech program \"{program}\" did not start: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The engine's program took too long and was ended.
    #[error("the speech program \"{program}\" gave no answer within {} s and was ended", .timeout.as_secs_f32())]
    Timeout {
        /// The program.
        program: String,
        /// The time that it had.
        timeout: Duration,
    },
    /// The engine's program reported an error.
    #[error("the speech program \"{program}\" failed ({status}){}", after_colon(.stderr))]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: String,
        /// The beginning of what it said on stderr.
        stderr: String,
    },
    /// What the engine gave is no sound.
    #[error("the speech program \"{program}\" gave no usable WAV sound: {source}")]
    Sound {
        /// The program.
        program: String,
        /// What is wrong with it.
        source: PcmError,
    },
    /// The engine is set up in a way that cannot work.
    #[error("the speech command is empty; configure a program and its arguments, or leave it out")]
    NoCommand,
}

fn after_colon(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

/// An engine that turns text into sound.
pub trait Synthesizer: Send + Sync {
    /// Its name, for logs.
    fn name(&self) -> &str;

    /// Speaks `text` in `language` (a code such as "en" or "pt-br"). Blocks for as long as it takes, at
    /// most some [`SPEECH_TIMEOUT`].
    ///
    /// # Errors
    ///
    /// [`SpeechError`].
    fn synthesize(&self, text: &str, language: &str) -> Result<Pcm, SpeechError>;
}

/// The voice of the room: an engine with a memory for what it said, or none.
pub struct Voice {
    engine: Option<Box<dyn Synthesizer>>,
    cache: Mutex<Cache>,
    warned: AtomicBool,
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice").field("engine", &self.engine_name()).finish_non_exhaustive()
    }
}

impl Voice {
    /// A voice of `engine`.
    pub fn new(engine: impl Synthesizer + 'static) -> Self {
        Self { engine: Some(Box::new(engine)), ..Self::text_only() }
    }

    /// No voice: replies are only shown.
    pub fn text_only() -> Self {
        Self { engine: None, cache: Mutex::new(Cache::new(CACHE_BYTES)), warned: AtomicBool::new(false) }
    }

    /// The system's own engine: espeak-ng, on Windows the system voice.
    pub fn of_the_system() -> Self {
        if cfg!(windows) { Self::new(SystemVoice::default()) } else { Self::new(EspeakNg::default()) }
    }

    /// The engine's name; `None` for text only.
    pub fn engine_name(&self) -> Option<&str> {
        self.engine.as_deref().map(Synthesizer::name)
    }

    /// The sound of `text`, or `None` when there is no voice or it failed (logged: the first time as a
    /// warning). Blocks while the engine works; what was said before comes from memory.
    pub fn speak(&self, text: &str, language: &str) -> Option<Pcm> {
        match self.try_speak(text, language) {
            Ok(pcm) => pcm,
            Err(error) => {
                if self.warned.swap(true, Ordering::Relaxed) {
                    tracing::debug!(%error, "a reply is not spoken");
                } else {
                    tracing::warn!(%error, "replies are not spoken, only shown and signalled");
                }
                None
            }
        }
    }

    /// As [`Voice::speak`], with the reason of a failure.
    ///
    /// # Errors
    ///
    /// [`SpeechError`] of the engine.
    pub fn try_speak(&self, text: &str, language: &str) -> Result<Option<Pcm>, SpeechError> {
        let text = speakable(text);
        let Some(engine) = self.engine.as_deref().filter(|_| !text.is_empty()) else { return Ok(None) };
        let key = (language.to_owned(), text);
        if let Some(pcm) = self.cache().get(&key) {
            return Ok(Some(pcm));
        }
        let pcm = engine.synthesize(&key.1, language)?;
        self.warned.store(false, Ordering::Relaxed);
        self.cache().insert(key, pcm.clone());
        Ok(Some(pcm))
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One line of plain text that no engine takes for markup or commands.
fn speakable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if plain.chars().count() + word.chars().count() >= LONGEST_TEXT {
            break;
        }
        if !plain.is_empty() {
            plain.push(' ');
        }
        // espeak-ng reads [[...]] as phonemes, engines for SSML read <...>.
        plain.extend(word.chars().filter(|c| !matches!(c, '[' | ']' | '<' | '>')));
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use super::*;

    struct Counting(Arc<AtomicUsize>);

    impl Synthesizer for Counting {
        fn name(&self) -> &'static str {
            "counting"
        }

        fn synthesize(&self, text: &str, _language: &str) -> Result<Pcm, SpeechError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            if text == "fail" {
                return Err(SpeechError::NoCommand);
            }
            Ok(Pcm::new(16_000, vec![1; text.len()]).unwrap())
        }
    }

    #[test]
    fn repeated_replies_come_from_memory() {
        let calls = Arc::new(AtomicUsize::new(0));
        let voice = Voice::new(Counting(Arc::clone(&calls)));
        assert_eq!(voice.speak("John  Smith\nis busy", "en").unwrap().samples().len(), 18);
        voice.speak("John Smith is busy", "en").unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        voice.speak("John Smith is busy", "de").unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 2);
        // A failure is not remembered: the engine may be installed meanwhile.
        assert!(voice.speak("fail", "en").is_none() && voice.speak("fail", "en").is_none());
        assert_eq!(calls.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn nothing_to_say_is_not_said() {
        assert!(Voice::text_only().try_speak("hello", "en").unwrap().is_none());
        let calls = Arc::new(AtomicUsize::new(0));
        assert!(Voice::new(Counting(Arc::clone(&calls))).speak(" \n\u{7}", "en").is_none());
        assert_eq!(calls.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn text_is_plain_for_every_engine() {
        assert_eq!(speakable("a\tb\r\n c"), "a b c");
        assert_eq!(speakable("[[h@l'oU]] <break/>"), "h@l'oU break/");
        assert!(speakable(&"word ".repeat(1_000)).len() <= LONGEST_TEXT);
        assert_eq!(speakable("-w secret"), "-w secret");
    }
}
