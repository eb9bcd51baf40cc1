//! Everything that can go wrong between this client and a terminal, in words that name the remedy.

use std::time::Duration;

/// Every way to say the PIN.
const PIN_PLACES: &str = "it is given by room.pin or room.pin_file in heyroom.toml, by --pin-file, or by the environment \
                          variable HEYROOM_ROOM_PIN";

/// What went wrong. The texts are made for people: they name the thing, the place and the way out.
///
/// No foreign error type is part of it, and it can be cloned: one lost connection fails many requests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be read. Correct it.
    #[error("the room address {input:?} is wrong: {reason}")]
    BadAddress {
        /// The address as written.
        input: String,
        /// What is wrong with it.
        reason: String,
    },

    /// No connection to the port. The terminal does not run, or the port or host is wrong. Retrying helps once
    /// the terminal runs.
    #[error("no connection to {url}: {cause}. {}", unreachable_remedy(.guessed.as_deref()))]
    Unreachable {
        /// What was to be reached.
        url: String,
        /// The system's reason.
        cause: String,
        /// Why the port is only a guess, if it is.
        guessed: Option<String>,
    },

    /// Something else listens on the port, such as a web server.
    #[error(
        "{url} answers, but is not a Room API: {cause}. \
         Give the WebSocket port of TrueConf Room as ws://HOST:PORT (usually 8765), \
         or the port of its web manager as HOST:PORT"
    )]
    NotARoom {
        /// What was reached.
        url: String,
        /// How that showed.
        cause: String,
    },

    /// The terminal refused the PIN. Retrying helps only after the PIN was changed, here or in the terminal.
    #[error(
        "the room at {url} refused the PIN: {}. \
         Compare it with the PIN in the settings of TrueConf Room (API access); {}",
        after_name(.text, "auth"), PIN_PLACES
    )]
    WrongPin {
        /// The terminal.
        url: String,
        /// Its own text.
        text: String,
    },

    /// The terminal wants a PIN and none was given.
    #[error("the room at {url} wants a PIN; {}", PIN_PLACES)]
    PinNeeded {
        /// The terminal.
        url: String,
        /// Its own text.
        text: String,
    },

    /// There is no connection just now; the request was not sent. The client keeps trying to connect.
    #[error("{method} was not sent: no connection to the room{}", because(.cause.as_deref()))]
    NotConnected {
        /// The method of the request.
        method: String,
        /// Why there is no connection.
        cause: Option<String>,
    },

    /// No answer came in time. The terminal may have executed the command; read its state before repeating.
    #[error("the room gave no answer to {method} within {after:?}; it may have been executed all the same")]
    TimedOut {
        /// The method of the request.
        method: String,
        /// How long was waited.
        after: Duration,
    },

    /// The outcome of a command that was taken did not show in the room's events in time.
    #[error("the room took {method}, but reported no outcome within {after:?}")]
    NoOutcome {
        /// The method of the request.
        method: String,
        /// How long was waited.
        after: Duration,
    },

    /// The terminal refused the command, with its own text.
    #[error("the room refused {method}: {}", after_name(.text, .method))]
    Refused {
        /// The method of the request.
        method: String,
        /// The terminal's text.
        text: String,
    },

    /// The connection was lost after the request went out. The terminal may have executed the command; this
    /// client never repeats it by itself.
    #[error("the connection to the room was lost during {method} ({cause}); it may have been executed")]
    ConnectionLost {
        /// The method of the request.
        method: String,
        /// How it was lost.
        cause: String,
    },

    /// The connection was lost while nothing in particular was asked. The client connects again by itself.
    #[error("the connection to the room at {url} was lost: {cause}")]
    SessionLost {
        /// The terminal.
        url: String,
        /// How it was lost.
        cause: String,
    },

    /// The request cannot be sent as it is.
    #[error("{method} cannot be sent: {reason}")]
    BadRequest {
        /// The method of the request.
        method: String,
        /// What is wrong with it.
        reason: String,
    },

    /// The built-in HTTP server of the terminal gave no picture.
    #[error("the HTTP server of the room at {url} gave no {what}: {cause}")]
    Http {
        /// Host and port, without the token.
        url: String,
        /// What was asked for.
        what: String,
        /// Why not.
        cause: String,
    },

    /// The client was closed.
    #[error("{method} was not sent: the connection to the room was closed by this program")]
    Closed {
        /// The method of the request.
        method: String,
    },
}

impl Error {
    /// Whether the command may have been executed although no success was reported.
    #[must_use]
    pub fn maybe_executed(&self) -> bool {
        matches!(self, Self::TimedOut { .. } | Self::NoOutcome { .. } | Self::ConnectionLost { .. })
    }

    /// Whether the terminal turned the PIN, or its absence, down.
    #[must_use]
    pub fn is_authorisation(&self) -> bool {
        matches!(self, Self::WrongPin { .. } | Self::PinNeeded { .. })
    }
}

fn unreachable_remedy(guessed: Option<&str>) -> String {
    match guessed {
        None => "Is TrueConf Room running there, and is the port right?".to_owned(),
        Some(reason) => format!(
            "The port is a guess, because {reason}. Is TrueConf Room running there? \
             If its web manager has another port than 80, give it as HOST:PORT; \
             or give the WebSocket port as ws://HOST:PORT"
        ),
    }
}

/// The text, without the name of the method where the terminal puts that first: it is said already.
fn after_name<'a>(text: &'a str, method: &str) -> &'a str {
    text.strip_prefix(method).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(text)
}

fn because(cause: Option<&str>) -> String {
    cause.map(|cause| format!(" ({cause})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_that_is_wanted_or_wrong_is_told_with_every_way_to_give_it() {
        let (url, text) =
            ("ws://room:8765".to_owned(), "auth: a PIN, a password or a token is needed".to_owned());
        let needed = Error::PinNeeded { url: url.clone(), text }.to_string();
        let wrong = Error::WrongPin { url, text: "auth: access denied".to_owned() }.to_string();
        for message in [&needed, &wrong] {
            for way in ["room.pin ", "room.pin_file", "heyroom.toml", "--pin-file", "HEYROOM_ROOM_PIN"] {
                assert!(message.contains(way), "{way}: {message}");
            }
            assert!(!message.contains("auth:"), "{message}");
        }
        assert!(wrong.contains("refused the PIN: access denied."), "{wrong}");
    }

    #[test]
    fn a_refusal_names_the_method_once() {
        for text in ["you are not the owner", "hangUp: you are not the owner"] {
            let error = Error::Refused { method: "hangUp".to_owned(), text: text.to_owned() };
            assert_eq!(error.to_string(), "the room refused hangUp: you are not the owner");
        }
    }
}
