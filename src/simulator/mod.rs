//! A Room API terminal without a screen, for demo, tests and integrators. Knows nothing of the client.
//!
//! [`Simulator::start`] opens it on loopback inside the current tokio runtime. One port serves
//! everything: `config.json`, the WebSocket of the API, the built-in HTTP server and the control
//! endpoint. The terminal is a pure state machine (`terminal/`); sockets, clock and faults are in
//! `server/`. docs/simulator.md describes it for people who use it.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), heyroom::simulator::Error> {
//! use heyroom::simulator::{Options, Simulator};
//!
//! let simulator = Simulator::start(Options::default()).await?;
//! println!("connect to {}", simulator.ws_url());
//! simulator.ring("Maria Garcia").await?;
//! simulator.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod action;
mod fault;
mod options;
mod people;
mod record;
mod scenario;
mod server;
mod terminal;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use serde_json::{Map, Value};
use tokio::sync::{mpsc, oneshot, watch};

pub use action::Happening;
pub use fault::Fault;
pub use options::Options;
pub use people::{Cause, Contact, Presence, Verdict};
pub use record::{Kind as RecordKind, Record, Records, Request, Requests};
pub use scenario::Scenario;

use action::Action;
use server::{Command, Listening};

/// Why a simulator does not start, or something cannot happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The port is taken, or may not be used.
    #[error("cannot listen on 127.0.0.1:{port}: {source}; take another port, or 0 for any free one")]
    Listen {
        /// The port that was wanted.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file of contacts cannot be used.
    #[error("{}: {reason}; wanted is a JSON array of {{\"peerId\": ..., \"peerDn\": ...}}", path.display())]
    Contacts {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The scenario file cannot be used.
    #[error("{}:{line}:{column}: {reason}", path.display())]
    Scenario {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What was wanted cannot happen now, or the words for it are wrong.
    #[error("{0}")]
    Impossible(String),
    /// The simulator has been shut down.
    #[error("the simulator has been shut down")]
    Stopped,
}

/// A running simulator. Dropping it stops it.
#[derive(Debug)]
pub struct Simulator {
    listening: Listening,
    commands: mpsc::UnboundedSender<Command>,
    stop: watch::Sender<bool>,
    /// Closes when every task of the simulator is gone.
    ended: mpsc::Receiver<()>,
}

impl Simulator {
    /// Starts a terminal on 127.0.0.1, in the current tokio runtime.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`] when a port is taken.
    pub async fn start(options: Options) -> Result<Self, Error> {
        server::start(options).await
    }

    /// Where the API is, such as `ws://127.0.0.1:8765`.
    pub fn ws_url(&self) -> String {
        format!("ws://{}", self.listening.ws)
    }

    /// Where `config.json` and the built-in HTTP server are, such as `http://127.0.0.1:8766`.
    pub fn http_url(&self) -> String {
        format!("http://{}", self.listening.http)
    }

    /// The address of the WebSocket; `config.json` is there too.
    pub fn ws_addr(&self) -> SocketAddr {
        self.listening.ws
    }

    /// The address of the built-in HTTP server.
    pub fn http_addr(&self) -> SocketAddr {
        self.listening.http
    }

    /// Everything that happens from now on: connections, requests, answers, events. Secrets are left out.
    pub fn records(&self) -> Records {
        let (sender, receiver) = mpsc::unbounded_channel();
        // When the simulator is stopped the receiver ends at once.
        let _ = self.commands.send(Command::Watch(sender));
        Records::new(receiver)
    }

    /// Every request from now on, as it came over the wire. Secrets are left out.
    pub fn requests(&self) -> Requests {
        Requests::new(self.records())
    }

    /// Makes something happen; a sentence that says what.
    ///
    /// # Errors
    ///
    /// [`Error::Impossible`] when it cannot happen now, with the reason.
    pub async fn happen(&self, happening: Happening) -> Result<String, Error> {
        self.act(Action::Happen(happening)).await
    }

    /// Somebody calls the terminal: an id, a name of the address book or a part of one.
    ///
    /// # Errors
    ///
    /// As [`Simulator::happen`].
    pub async fn ring(&self, who: &str) -> Result<String, Error> {
        self.happen(Happening::Ring { who: who.to_owned(), kind: 0, title: None, give_up: None }).await
    }

    /// Sends an event as it is to every authorised client.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`].
    pub async fn inject(&self, event: &str, fields: Map<String, Value>) -> Result<(), Error> {
        self.happen(Happening::Event { name: event.to_owned(), fields }).await.map(drop)
    }

    /// Makes the link to every client faulty.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`].
    pub async fn fault(&self, fault: Fault) -> Result<(), Error> {
        self.act(Action::Fault(fault, None)).await.map(drop)
    }

    /// Does what a line of words says, such as `ring maria` or `fault drop`; see `help` of
    /// `heyroom simulate`.
    ///
    /// # Errors
    ///
    /// [`Error::Impossible`] when the words are wrong or it cannot happen now.
    pub async fn command(&self, line: &str) -> Result<String, Error> {
        let action = action::parse_line(line).map_err(|bad| Error::Impossible(bad.message))?;
        self.act(action).await
    }

    /// The state of the terminal in one object: `appState`, who is in the session, mutes, clients.
    ///
    /// # Errors
    ///
    /// [`Error::Stopped`].
    pub async fn state(&self) -> Result<Value, Error> {
        let (answer, answered) = oneshot::channel();
        self.commands.send(Command::State(answer)).map_err(|_| Error::Stopped)?;
        answered.await.map_err(|_| Error::Stopped)
    }

    /// Closes every socket and frees the ports. A client that does not take the goodbye within a second
    /// goes without.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let _ = tokio::time::timeout(Duration::from_secs(1), self.ended.recv()).await;
    }

    async fn act(&self, action: Action) -> Result<String, Error> {
        let (answer, answered) = oneshot::channel();
        self.commands.send(Command::Act(action, answer)).map_err(|_| Error::Stopped)?;
        answered.await.map_err(|_| Error::Stopped)?.map_err(Error::Impossible)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// One line for each action that [`Simulator::command`] understands.
pub fn command_help() -> String {
    let mut help = String::new();
    for spec in action::ACTIONS {
        let values: Vec<String> = spec
            .values
            .iter()
            .map(|value| {
                value.strip_suffix('?').map_or_else(|| (*value).to_uppercase(), |value| format!("[{value}=]"))
            })
            .collect();
        let usage = format!("{} {}", spec.name, values.join(" "));
        help.push_str(&format!("  {usage:<42} {}\n", spec.help));
    }
    help
}
