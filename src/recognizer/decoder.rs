//! libvosk's recogniser as a safe type that cannot bring the process down.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{Model, SAMPLE_RATE, memory};
use crate::text::Phrases;

/// What the recogniser writes for speech that is none of the phrases.
pub const UNKNOWN: &str = "[unk]";

/// A list of phrases with more bytes than this leaves memory behind that is worth giving back.
const LONG_LIST: usize = 2 << 20;

/// So does an utterance of more samples than this (5 s): no command, and talk that goes on for hours would make a heap
/// of half-used pieces.
const LONG_UTTERANCE: u64 = 5 * SAMPLE_RATE as u64;

/// All phrases as the `vosk` crate takes one. It puts what it gets between quotation marks as it is, after making a text
/// of each phrase, which for a million of them takes a hundred megabytes; so the marks between phrases are here already.
fn as_one(phrases: &Phrases) -> Result<String, DecodeError> {
    let mut list = String::new();
    for (phrase, times) in phrases.iter() {
        if phrase.contains(['"', '\\']) || phrase.contains(char::is_control) {
            return Err(DecodeError::BadPhrase { phrase: phrase.to_owned() });
        }
        for _ in 0..times {
            if !list.is_empty() {
                list.push_str("\",\"");
            }
            list.push_str(phrase);
        }
    }
    Ok(list)
}

/// One recognised word.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// The word as the model writes it (lower case), or [`UNKNOWN`].
    pub text: String,
    /// Begin, in ms since the start of the utterance.
    pub start_ms: u32,
    /// End, in ms since the start of the utterance.
    pub end_ms: u32,
    /// How sure the recogniser is, from 0 to 1.
    pub confidence: f32,
}

/// What the recogniser takes an utterance to be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hypothesis {
    /// The words in order; empty for silence.
    pub words: Vec<Word>,
}

impl Hypothesis {
    /// The words with single spaces between them.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The mean confidence of the words, from 0 to 1; 0 without words.
    pub fn confidence(&self) -> f32 {
        if self.words.is_empty() {
            return 0.0;
        }
        self.words.iter().map(|word| word.confidence).sum::<f32>() / self.words.len() as f32
    }

    /// Whether nothing was heard.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// Why decoding failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// libvosk refused to make a recogniser.
    #[error("libvosk made no recogniser for the model {model}; the model may be damaged: install it again")]
    NoRecognizer {
        /// The model's folder.
        model: String,
    },

    /// A phrase cannot be given to libvosk.
    #[error(
        "the phrase \"{phrase}\" holds a quotation mark, a backslash or a control character, which libvosk cannot take"
    )]
    BadPhrase {
        /// The phrase.
        phrase: String,
    },

    /// libvosk failed on the audio.
    #[error("libvosk failed while decoding; the recogniser is made anew")]
    Failed,
}

/// Decodes one stream of audio, utterance by utterance.
pub struct Decoder {
    vosk: vosk::Recognizer,
    model: Model,
    phrases: Option<Arc<Phrases>>,
    dither: Dither,
    dithered: Vec<i16>,
    /// Samples taken in, in all and before the current utterance: libvosk counts times from the very first one.
    taken: u64,
    before: u64,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").finish_non_exhaustive()
    }
}

impl Decoder {
    /// Makes a decoder. With `phrases` it hears these and the word sequences between them (libvosk estimates a bigram
    /// from the list), and [`UNKNOWN`] for everything else; without, or with a model that has no dynamic graph, any
    /// words of the model.
    ///
    /// # Errors
    ///
    /// [`DecodeError::BadPhrase`] or [`DecodeError::NoRecognizer`].
    /// Takes some milliseconds for a hundred phrases; with ten thousand names, make it off the audio thread.
    pub fn new(model: &Model, phrases: Option<Arc<Phrases>>) -> Result<Self, DecodeError> {
        let refused = || DecodeError::NoRecognizer { model: model.dir().display().to_string() };
        let vosk = match phrases.as_deref().filter(|_| model.is_dynamic()) {
            Some(phrases) => {
                let list = as_one(phrases)?;
                let is_long = list.len() > LONG_LIST;
                if is_long {
                    memory::give_back_memory();
                }
                let list: &[&str] = if list.is_empty() { &[UNKNOWN] } else { &[&list, UNKNOWN] };
                let made = vosk::Recognizer::new_with_grammar(model.vosk(), SAMPLE_RATE as f32, list);
                if is_long {
                    memory::give_back_memory();
                }
                made
            }
            None => vosk::Recognizer::new(model.vosk(), SAMPLE_RATE as f32),
        };
        let mut vosk = vosk.ok_or_else(refused)?;
        vosk.set_words(true);
        Ok(Self {
            vosk,
            model: model.clone(),
            phrases,
            dither: Dither::default(),
            dithered: Vec::new(),
            taken: 0,
            before: 0,
        })
    }

    /// A new decoder for the same phrases, after a failure.
    ///
    /// # Errors
    ///
    /// As [`Decoder::new`].
    pub fn renewed(&self) -> Result<Self, DecodeError> {
        Self::new(&self.model, self.phrases.clone())
    }

    /// Takes in 16 kHz mono samples. Returns whether libvosk itself sees the end of the utterance.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Failed`]; the decoder is not to be used any more then.
    pub fn accept(&mut self, samples: &[i16]) -> Result<bool, DecodeError> {
        self.taken += samples.len() as u64;
        self.dithered.clear();
        self.dithered.extend(samples.iter().map(|sample| self.dither.apply(*sample)));
        match guarded(|| self.vosk.accept_waveform(&self.dithered))? {
            Ok(vosk::DecodingState::Running) => Ok(false),
            Ok(vosk::DecodingState::Finalized) => Ok(true),
            Ok(vosk::DecodingState::Failed) | Err(_) => Err(DecodeError::Failed),
        }
    }

    /// The text so far; it may still change.
    ///
    /// Without confidences and times: libvosk has those only for what can no longer change, and so reports words with
    /// them more than a second late.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Failed`].
    pub fn partial(&mut self) -> Result<String, DecodeError> {
        guarded(|| self.vosk.partial_result().partial.to_owned())
    }

    /// Ends the utterance and returns what it was; the next samples begin a new one.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Failed`].
    pub fn finish(&mut self) -> Result<Hypothesis, DecodeError> {
        let start = self.start_ms();
        let is_long = self.taken - self.before > LONG_UTTERANCE;
        self.before = self.taken;
        let heard = guarded(|| {
            let words = self.vosk.final_result().single().map(|result| result.result).unwrap_or_default();
            Hypothesis { words: words.iter().map(|word| copied(word, start)).collect() }
        });
        if is_long {
            memory::give_back_memory();
        }
        heard
    }

    /// Decodes a whole utterance and returns up to `count` different readings of it, the likeliest first.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Failed`].
    pub fn readings(&mut self, samples: &[i16], count: u16) -> Result<Vec<String>, DecodeError> {
        self.vosk.reset();
        self.vosk.set_max_alternatives(count);
        let accepted = self.accept(samples);
        let readings = accepted.and_then(|_| {
            guarded(|| {
                let result = self.vosk.final_result().multiple();
                let texts = result.map(|r| r.alternatives.iter().map(|a| a.text.trim().to_owned()).collect());
                texts.unwrap_or_default()
            })
        });
        self.vosk.set_max_alternatives(0);
        self.before = self.taken;
        readings
    }

    /// Forgets the current utterance.
    pub fn reset(&mut self) {
        self.vosk.reset();
        self.before = self.taken;
    }

    fn start_ms(&self) -> f32 {
        self.before as f32 * 1000.0 / SAMPLE_RATE as f32
    }
}

/// Adds the faintest noise (about -78 dBFS) to what libvosk hears.
///
/// Digital silence, as in synthesised or gated recordings, has a spectrum that no microphone gives and no acoustic model
/// was trained on: it is heard as [`UNKNOWN`] behind the words. Deterministic, so that a recording is always heard alike.
#[derive(Debug)]
struct Dither(u32);

impl Default for Dither {
    fn default() -> Self {
        Self(0x9E37_79B9)
    }
}

impl Dither {
    /// The noise is the sum of two uniform numbers below this, so nearly bell-shaped, with a standard deviation of 4.
    const WIDTH: u32 = 10;

    fn apply(&mut self, sample: i16) -> i16 {
        let mut uniform = || {
            // xorshift
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 17;
            self.0 ^= self.0 << 5;
            (self.0 % Self::WIDTH) as i16
        };
        let noise = uniform() + uniform() - Self::WIDTH as i16 + 1;
        sample.saturating_add(noise)
    }
}

/// The crate panics on results that it cannot parse (a confidence of `nan`, say); that must not end the thread.
fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, DecodeError> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|_| DecodeError::Failed)
}

/// A word of libvosk, its times counted from `start_ms` on.
fn copied(word: &vosk::Word<'_>, start_ms: f32) -> Word {
    let ms = |seconds: f32| (seconds * 1000.0 - start_ms).max(0.0).round() as u32;
    Word {
        text: word.word.to_owned(),
        start_ms: ms(word.start),
        end_ms: ms(word.end),
        confidence: word.conf.clamp(0.0, 1.0),
    }
}
