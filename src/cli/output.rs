//! Printing results to stdout. A reader that stops early (`heyroom ... | head`) is no error.

use std::io::{self, Write};

use serde::Serialize;

/// Prints one line to stdout and flushes it, so that a reader at a pipe sees it at once.
///
/// # Errors
///
/// When stdout is closed or full.
pub fn line(text: impl std::fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Prints `value` as one line of JSON.
///
/// # Errors
///
/// When stdout is closed or full.
pub fn json(value: &impl Serialize) -> io::Result<()> {
    line(serde_json::to_string(value)?)
}

/// Whether `error` only says that nobody reads our output any more.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
