//! Programs and HTTP requests that an operator's grammar may start: off unless the settings switch them on, and only
//! from files that nobody but the operator can write. What is said becomes an argument or a value, never a program, a
//! host or a command line.

mod http;
mod program;
mod trust;

use std::path::PathBuf;

use crate::grammar::{Action, ActionKind};

pub use trust::{Distrust, trusted};

/// What actions outside of the room are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions {
    /// Programs may be started.
    pub shell: bool,
    /// HTTP requests may be sent.
    pub http: bool,
}

/// Why an action outside of the room was not done, or failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutsideError {
    /// The settings do not allow it.
    #[error("{what} is switched off; `{setting} = true` under [actions] in the settings allows it")]
    SwitchedOff {
        /// What was wanted.
        what: String,
        /// The setting.
        setting: &'static str,
    },
    /// The grammar file is not the operator's alone.
    #[error("{what} is not done: {reason}")]
    NotTrusted {
        /// What was wanted.
        what: String,
        /// Why not, and the way out.
        reason: Distrust,
    },
    /// The program could not be started.
    #[error("the program {program} cannot be started: {reason}")]
    NotStarted {
        /// The program.
        program: String,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The program ended with a failure.
    #[error("the program {program} failed ({status}){}", said(output))]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The end of what it wrote.
        output: String,
    },
    /// The request could not be sent, or was not answered.
    #[error("{request} failed: {reason}")]
    NoAnswer {
        /// Method and address, without what stands behind a question mark.
        request: String,
        /// Why.
        reason: String,
    },
    /// The server answered with something else than success.
    #[error("{request} was answered with {status}")]
    Refused {
        /// Method and address, without what stands behind a question mark.
        request: String,
        /// The status line.
        status: String,
    },
    /// It took too long.
    #[error(
        "{what} took longer than {seconds} s and was ended; `timeout:` in the grammar gives it more time"
    )]
    TooSlow {
        /// What was done.
        what: String,
        /// The limit.
        seconds: f64,
    },
}

impl OutsideError {
    /// Whether it was refused here, and nothing was started.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::SwitchedOff { .. } | Self::NotTrusted { .. })
    }
}

fn said(output: &str) -> String {
    let output = output.trim();
    if output.is_empty() { String::new() } else { format!(": {output}") }
}

/// Whether `action` may be done at all, whatever the settings say: the file it stands in must be the operator's. An
/// action of another kind always may.
///
/// # Errors
///
/// Why not.
pub fn may_stand(action: &Action) -> Result<(), Distrust> {
    if !matches!(action.kind, ActionKind::Shell { .. } | ActionKind::Http { .. }) {
        return Ok(());
    }
    let file: Option<PathBuf> = action.place.as_ref().and_then(|place| place.source.file.clone());
    file.map_or(Err(Distrust::NoFile), |file| trusted(&file))
}

/// Does a program or request, if it is allowed.
///
/// # Errors
///
/// [`OutsideError`].
pub(super) async fn perform(action: &Action, permissions: Permissions) -> Result<(), OutsideError> {
    let (what, allowed, setting) = match &action.kind {
        ActionKind::Shell { words, .. } => {
            (format!("the program {}", program::name(words)), permissions.shell, "shell")
        }
        ActionKind::Http { method, url, .. } => (http::shown(method, url), permissions.http, "http"),
        _ => return Ok(()),
    };
    if !allowed {
        return Err(OutsideError::SwitchedOff { what, setting });
    }
    if let Err(reason) = may_stand(action) {
        return Err(OutsideError::NotTrusted { what, reason });
    }
    let file = action.place.as_ref().and_then(|place| place.source.file.as_deref());
    match &action.kind {
        ActionKind::Shell { words, timeout } => program::run(words, file, *timeout).await,
        ActionKind::Http { method, url, headers, body, timeout } => {
            http::send(method, url, headers, body.as_ref(), *timeout).await
        }
        _ => Ok(()),
    }
}
