//! How to connect and how to behave.

use std::time::Duration;

use secrecy::SecretString;

use super::address::Address;
use super::enums::AuthRole;

/// How the connection is authorised.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Auth {
    /// The terminal asks for nothing.
    #[default]
    Unsecured,
    /// With a PIN, password, or token of an earlier authorisation.
    Pin(SecretString),
}

/// A user on a TrueConf Server, for the terminal to log in as.
#[derive(Debug, Clone)]
pub struct ServerLogin {
    /// Host name or address of the TrueConf Server.
    pub server: String,
    /// Its TCP port; 4307 unless chosen otherwise.
    pub port: u16,
    /// The user's TrueConf ID.
    pub login: String,
    /// The user's password.
    pub password: SecretString,
}

/// Rules that the client applies by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Automations {
    /// When a slide show appears in the layout and a second monitor exists, move it there.
    pub slides_to_second_monitor: bool,
}

/// How to connect to a terminal and how to behave afterwards.
///
/// ```
/// use heyroom::room::{Auth, Options};
///
/// let mut options = Options::new("ws://127.0.0.1:8765".parse()?);
/// options.auth = Auth::Pin("1234".into());
/// assert!(!format!("{options:?}").contains("1234"));
/// # Ok::<(), heyroom::room::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the terminal is.
    pub address: Address,
    /// How to authorise.
    pub auth: Auth,
    /// Rights to ask for; `None` leaves the choice to the terminal.
    pub role: Option<AuthRole>,
    /// API generation to choose with `setUsedApiVersion`, `"1"` or `"2"`; `None` sends nothing.
    pub api_version: Option<String>,
    /// The TrueConf Server user to log in as; `None` leaves logging in to the terminal.
    pub server_login: Option<ServerLogin>,
    /// Rules that the client applies by itself.
    pub automations: Automations,
    /// Whether to read the state of the terminal after connecting and to follow it. Without it,
    /// [`Client::state`](super::Client::state) shows only the connection: for programs that send one command.
    pub follow_state: bool,
    /// How long connecting (with discovery and authorisation) and each answer may take.
    pub request_timeout: Duration,
    /// How often the link is probed with a ping. It counts as broken after three times this without a sign of
    /// life.
    pub ping_interval: Duration,
    /// First pause before connecting again; it doubles with each failure, with random jitter.
    pub reconnect_first: Duration,
    /// Longest pause before connecting again.
    pub reconnect_max: Duration,
    /// Pause after a refused PIN: it can be corrected in the terminal, but guessing must stay slow.
    pub refused_pause: Duration,
    /// How many requests may wait for an answer at once; further ones wait for their turn.
    pub max_in_flight: usize,
    /// Longest message that is accepted, in bytes.
    pub max_message: usize,
    /// How many events are kept for a subscriber that is slow; older ones are dropped and counted.
    pub event_buffer: usize,
}

impl Options {
    /// Sensible options for the terminal at `address`, without authorisation.
    #[must_use]
    pub fn new(address: Address) -> Self {
        Self {
            address,
            auth: Auth::default(),
            role: None,
            api_version: None,
            server_login: None,
            automations: Automations::default(),
            follow_state: true,
            request_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(5),
            reconnect_first: Duration::from_millis(500),
            reconnect_max: Duration::from_secs(30),
            refused_pause: Duration::from_secs(60),
            max_in_flight: 256,
            max_message: 16 * 1024 * 1024,
            event_buffer: 8192,
        }
    }
}
