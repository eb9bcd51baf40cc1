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

/// An error with its causes, each said once: many errors quote their cause in their own text.
pub fn error_text(error: &anyhow::Error) -> String {
    let text = error.to_string();
    // "heyroom: " before it says already that it is one.
    let mut text = text.strip_prefix("error: ").unwrap_or(&text).to_owned();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(cause.trim()) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// Whether `error` only says that nobody reads our output any more.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn a_cause_is_said_once() {
        let io = || io::Error::new(io::ErrorKind::NotFound, "no such file");
        let quoted = Err::<(), _>(io()).context("cannot read a.wav: no such file").unwrap_err();
        assert_eq!(error_text(&quoted), "cannot read a.wav: no such file");
        let unquoted = Err::<(), _>(io()).context("cannot read a.wav").unwrap_err();
        assert_eq!(error_text(&unquoted), "cannot read a.wav: no such file");
    }
}
