//! Grammars: what can be said, and what it means.
pub mod actions;
pub mod diagnostics;
pub mod numbers;
pub mod outcome;
pub mod pack;
pub mod template;
pub mod yaml;
