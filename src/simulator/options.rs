//! What a simulated terminal is like when it starts.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{
    people::{Contact, Person, Verdict},
    scenario::Scenario,
};

/// How to start a [`Simulator`](super::Simulator).
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on 127.0.0.1 for the WebSocket, `config.json` and everything else; 0 takes a free one.
    pub port: u16,
    /// A second port, which `config.json` then names as the built-in HTTP server; 0 takes a free one.
    pub http_port: Option<u16>,
    /// The PIN that `auth` wants. Without one, access is unprotected. Wins over the scenario's.
    pub pin: Option<SecretString>,
    /// Whether the terminal is logged in on its server at the start (state 3) or not connected (state 0).
    /// A scenario that says how to start wins.
    pub logged_in: bool,
    /// The address book; without one, that of the scenario or [`Contact::default_book`].
    pub contacts: Option<Vec<Contact>>,
    /// Who calls when and who answers how.
    pub scenario: Scenario,
    /// Where chance starts: equal seeds and equal requests give equal ids and tokens.
    pub seed: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            http_port: None,
            pin: None,
            logged_in: true,
            contacts: None,
            scenario: Scenario::default(),
            seed: None,
        }
    }
}

impl Options {
    /// Whether clients must send a PIN.
    #[must_use]
    pub fn wants_pin(&self) -> bool {
        self.wanted_pin().is_some()
    }

    fn wanted_pin(&self) -> Option<&SecretString> {
        self.pin.as_ref().or(self.scenario.pin.as_ref())
    }
}

/// How far the terminal is with its video server when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// Not connected: state 0.
    None,
    /// Connected, nobody logged in: state 2.
    Login,
    /// Logged in: state 3.
    Normal,
}

/// The kinds of licence; the numbers are those of `getLicenseType.value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LicenceKind {
    Free = 0,
    Trial = 1,
    Premium = 2,
}

/// How long things take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timing {
    /// The called side rings this long before it decides.
    pub ring: Duration,
    /// Ringing ends after this long when nobody decides.
    pub no_answer: Duration,
    /// The video server answers within this time.
    pub server: Duration,
    /// A session takes this long to close.
    pub closing: Duration,
    /// The application is away this long after it was told to quit.
    pub restart: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            ring: Duration::from_millis(1500),
            no_answer: Duration::from_secs(30),
            server: Duration::from_millis(50),
            closing: Duration::from_millis(50),
            restart: Duration::from_secs(1),
        }
    }
}

/// Whether a conference that others own can be joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Doors {
    #[default]
    Running,
    NotStarted,
    Over,
    Full,
}

/// A conference on the server that somebody else owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// The public id, dialled as `\c\<id>`.
    pub id: String,
    pub title: String,
    /// 1 all on screen, 2 video lecture, 3 role-based.
    pub kind: i64,
    /// `user@server`.
    pub owner: String,
    pub pin: Option<String>,
    pub doors: Doors,
    /// `user@server` of those who are in it.
    pub participants: Vec<String>,
}

/// Everything a [`Terminal`](super::terminal::Terminal) starts with.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub seed: u64,
    pub pin: Option<SecretString>,
    pub start: Start,
    pub account: Person,
    pub password: Option<SecretString>,
    /// The server that the terminal is connected to when it starts so.
    pub server: String,
    pub contacts: Vec<Contact>,
    /// People whom the server knows and the address book does not have.
    pub directory: Vec<Contact>,
    /// What people do whom nobody knows; by presence means: see `Terminal::verdict`.
    pub strangers: Verdict,
    pub meetings: Vec<Meeting>,
    pub settings: Map<String, Value>,
    /// File names of the slides.
    pub slides: Vec<String>,
    pub licence: LicenceKind,
    pub timing: Timing,
    /// Where the built-in HTTP server listens, for `embeddedHttpPort` and the like.
    pub http_port: u16,
}

impl Setup {
    /// What `options` and their scenario say together.
    pub fn new(options: &Options, http_port: u16) -> Self {
        let scenario = options.scenario.clone();
        let account = scenario
            .account
            .unwrap_or_else(|| Person { peer_id: "room@example.org".into(), peer_dn: "Meeting Room".into() });
        let server = account.peer_id.split('@').nth(1).unwrap_or("example.org").to_owned();
        let start = if options.logged_in { Start::Normal } else { Start::None };
        Self {
            seed: options.seed.or(scenario.seed).unwrap_or(1),
            pin: options.wanted_pin().cloned(),
            start: scenario.start.unwrap_or(start),
            account,
            password: scenario.password,
            server,
            contacts: options.contacts.clone().or(scenario.contacts).unwrap_or_else(Contact::default_book),
            directory: scenario.directory,
            strangers: scenario.strangers.unwrap_or_default(),
            meetings: scenario.meetings,
            settings: scenario.settings,
            slides: scenario.slides.unwrap_or_else(|| {
                ["agenda.png", "figures.png", "plan.png", "questions.png"].map(str::to_owned).to_vec()
            }),
            licence: scenario.licence.unwrap_or(LicenceKind::Premium),
            timing: scenario.timing,
            http_port,
        }
    }
}
