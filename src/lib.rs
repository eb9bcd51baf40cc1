//! heyroom: a hands-free voice assistant for meeting rooms.
//!
//! Microphone frames go through an offline recogniser, the recognised phrase through a
//! sentence-template matcher, and the resulting TrueConf Room API command over a WebSocket.
//!
//! ```text
//! audio -> recognizer -> assistant (asks grammar) -> room
//! ```
//!
//! A module may use only what stands below it in this list; modules on one line do not know each
//! other:
//!
//! 1. [`cli`]
//! 2. [`assistant`]: the one place where hearing, understanding and the room meet
//! 3. [`audio`], [`recognizer`], [`grammar`], [`room`], [`simulator`]
//! 4. [`config`], [`text`]

pub mod assistant;
pub mod audio;
pub mod cli;
pub mod config;
pub mod evaluation;
pub mod grammar;
pub mod recognizer;
pub mod room;
pub mod simulator;
pub mod text;

/// The README's examples compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
