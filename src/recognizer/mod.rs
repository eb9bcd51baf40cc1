//! Speech to words: libvosk behind a few small safe types, and the store of models.
//!
//! - [`library`] finds libvosk and loads it,
//! - [`model`] opens a model folder after looking at every file of it; [`store`] finds and installs models,
//! - [`Decoder`] turns samples into [`Hypothesis`]es,
//! - [`Endpointer`] decides when an utterance begins and ends,
//! - [`Recognizer`] puts them together for a continuous stream of samples.
//!
//! Knows neither sound devices nor intents: samples and phrases come in, words go out.

mod decoder;
mod endpoint;
pub mod library;
mod memory;
pub mod model;
pub mod store;
mod stream;

pub use decoder::{DecodeError, Decoder, Hypothesis, UNKNOWN, Word};
pub use endpoint::{Endpointer, EndpointerOptions, Moment, Voice};
pub use memory::give_back_memory;
pub use model::{Model, ModelError};
pub use stream::{Heard, Recognizer, RecognizerOptions};

/// Samples per second of everything the recogniser takes in: 16 kHz, mono.
pub const SAMPLE_RATE: u32 = 16_000;
