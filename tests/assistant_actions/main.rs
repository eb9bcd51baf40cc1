//! What intents do: every built-in action, through the performer, over real sockets, against the simulated room. What
//! the room was asked and what was said must be right; sounds are switched off.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod calls;
mod lab;
#[cfg(unix)]
mod outside;
mod people;
mod sound_and_picture;
mod steps;
mod taking_back;
