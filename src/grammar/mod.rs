//! Grammars: what can be said, and what it means.
//!
//! Everything that is spoken and everything that is answered is data in `grammars/`: sentence templates in the
//! format known from Home Assistant, plus heyroom's own keys. A [`Pack`] is such a grammar, read and checked; a
//! [`Grammar`] is a pack compiled, which answers what a sentence means ([`Grammar::matches`]), what a beginning of a
//! sentence can still become ([`Grammar::prefix`]), and which phrases a recogniser must know ([`Grammar::phrases`]).
//!
//! Knows text and numbers; never a recogniser, never the room's API (methods are just names here).

mod abbreviations;
pub mod actions;
mod beside;
mod book;
mod choosing;
mod contacts;
mod context;
mod cover;
mod coverage;
pub mod diagnostics;
mod differs;
mod display;
mod engine;
mod explain;
mod heard;
mod index;
mod inflection;
mod lint;
mod lists;
mod matcher;
mod meaning;
mod mentions;
mod names;
pub mod near;
pub mod numbers;
pub mod outcome;
pub mod pack;
mod packtest;
mod participants;
mod persons;
pub mod phonetics;
mod program;
mod ranges;
pub mod reply;
mod rooms;
mod sample;
mod scripts;
mod search;
mod skip;
mod soundalike;
pub mod template;
mod transliteration;
mod variants;
mod wordgraph;
pub mod yaml;

pub use actions::{Action, ActionKind, When};
pub use contacts::Contact;
pub use context::Unmet;
pub use cover::{CoverOptions, Origin};
pub use coverage::{Coverage, CoverageCell};
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use differs::{ToldApart, differences, told_apart};
pub use explain::{Explanation, NearMiss, ReadingInfo};
pub use heard::UnheardName;
pub use matcher::{Grammar, Preferences};
pub use mentions::Mention;
pub use near::{Edit, Near};
pub use outcome::{Candidate, Context, Follow, Match, Outcome, Prefix, Reason, Slot, Wake};
pub use pack::Pack;
pub use packtest::{IntentCoverage, TestFailure, TestReport};
pub use reply::Reply;
pub use sample::Sample;
pub use soundalike::{SoundAlike, SoundAlikes};
