//! How well the assistant hears and understands: recordings with expected intents, with noise and echo added if asked for,
//! through the real ear, grammar and dialogue.
//!
//! - [`manifest`] says what was recorded and what must come of it,
//! - [`offline`] is the assistant without a room and a clock,
//! - [`sound`] makes a quiet recording one of a noisy or echoing room, and knows where its speech really ends,
//! - [`score`] counts, [`report`] tells.
//!
//! Stands between the command line and the assistant; nothing else knows it.

pub mod manifest;
pub mod offline;
pub mod report;
pub mod score;
pub mod sound;
