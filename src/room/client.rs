//! The client that programs hold: requests in, answers, events and state out.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

use super::error::Error;
use super::link::{Link, OnWire, lock};
use super::message::Response;
use super::options::Options;
use super::session::{self, Shared, Status};
use super::state::State;
use super::subscription::Events;
use super::value::Object;

/// How long [`Client::connect`] waits for the state after the authorisation; a healthy terminal answers at once.
const SYNCHRONISE: Duration = Duration::from_secs(2);

/// A client of one terminal. Cheap to clone; all clones share one connection, which is closed when the last of
/// them is dropped.
#[derive(Clone)]
pub struct Client {
    handle: Arc<Handle>,
}

struct Handle {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    task: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Client {
    /// Starts a client and returns at once. It connects in the background, and again whenever the connection is
    /// lost, until it is closed. [`status`](Self::status) tells how that goes.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn start(options: Options) -> Self {
        Self::spawn(options, false).0
    }

    /// The stream begins before the session does: otherwise the first events could be there before it.
    fn spawn(options: Options, reported: bool) -> (Self, Events) {
        let (status, _) = watch::channel(Status::Connecting { attempt: 1, last_error: None });
        let (state, _) = watch::channel(State::default());
        let (notices, first) = broadcast::channel(options.event_buffer.clamp(16, 1 << 20));
        let shared = Arc::new(Shared {
            options,
            status,
            state,
            notices,
            link: std::sync::Mutex::default(),
            tokens: std::sync::Mutex::default(),
        });
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(session::run(shared.clone(), stopped, reported));
        let client =
            Self { handle: Arc::new(Handle { shared, stop, task: std::sync::Mutex::new(Some(task)) }) };
        (client, Events::new(first))
    }

    /// Connects and waits until the terminal has authorised this client and its state was read. Afterwards the
    /// client keeps the connection like one made by [`start`](Self::start).
    ///
    /// # Errors
    ///
    /// When the first attempt fails: [`Error::Unreachable`], [`Error::NotARoom`], [`Error::WrongPin`],
    /// [`Error::PinNeeded`], [`Error::SessionLost`].
    pub async fn connect(options: Options) -> Result<Self, Error> {
        Self::connect_and_listen(options).await.map(|(client, _)| client)
    }

    /// Like [`connect`](Self::connect), with a stream of events that holds even those which the terminal sent
    /// before this returns.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect).
    pub async fn connect_and_listen(options: Options) -> Result<(Self, Events), Error> {
        let follow = options.follow_state;
        let (client, events) = Self::spawn(options, true);
        let mut status = client.status();
        let settled = status
            .wait_for(|status| !matches!(status, Status::Connecting { .. }))
            .await
            .map(|status| status.clone())
            .unwrap_or(Status::Closed);
        match settled {
            Status::Waiting { error, .. } => {
                client.close().await;
                Err(error)
            }
            Status::Closed => Err(Error::Closed { method: "connecting".to_owned() }),
            Status::Authorised { .. } | Status::Connecting { .. } => {
                if follow {
                    let mut state = client.state();
                    let read = state.wait_for(|state| state.synchronised);
                    if !matches!(tokio::time::timeout(SYNCHRONISE, read).await, Ok(Ok(_))) {
                        tracing::warn!("the room is slow to tell its state; going on without it");
                    }
                }
                Ok((client, events))
            }
        }
    }

    /// Sends any method with any parameters and waits for the answer. The typed methods of this client
    /// ([`methods`](super::methods)) do the same with names and types checked by the compiler.
    ///
    /// Success means that the terminal took the command; for anything that involves a server or another person
    /// the outcome comes later, as an event.
    ///
    /// Without a connection it fails at once and does not wait for one: a spoken command that is carried out a
    /// minute later does harm. Nothing is ever sent twice.
    ///
    /// # Errors
    ///
    /// - [`Error::NotConnected`], [`Error::Closed`], [`Error::BadRequest`]: it was not sent.
    /// - [`Error::Refused`]: the terminal did not take it.
    /// - [`Error::TimedOut`], [`Error::ConnectionLost`]: it may have been executed.
    pub async fn request(&self, method: &str, params: Object) -> Result<Response, Error> {
        self.request_within(method, params, None, None).await
    }

    /// As [`request`](Self::request), and tells `on_wire` when the request was sent; it is never told if it was not.
    ///
    /// # Errors
    ///
    /// Those of [`request`](Self::request).
    pub async fn request_told(
        &self,
        method: &str,
        params: Object,
        on_wire: OnWire,
    ) -> Result<Response, Error> {
        self.request_within(method, params, None, Some(on_wire)).await
    }

    pub(super) async fn request_within(
        &self,
        method: &str,
        params: Object,
        timeout: Option<Duration>,
        on_wire: Option<OnWire>,
    ) -> Result<Response, Error> {
        let timeout = timeout.unwrap_or(self.handle.shared.options.request_timeout);
        self.link(method)?.request_told(method, params, timeout, on_wire).await
    }

    /// The connection, or why there is none.
    fn link(&self, method: &str) -> Result<Arc<Link>, Error> {
        if let Some(link) = lock(&self.handle.shared.link).clone() {
            return Ok(link);
        }
        let method = method.to_owned();
        let cause = match &*self.handle.shared.status.borrow() {
            Status::Closed => return Err(Error::Closed { method }),
            Status::Connecting { last_error: Some(error), .. } | Status::Waiting { error, .. } => {
                Some(error.to_string())
            }
            Status::Connecting { .. } | Status::Authorised { .. } => Some("it is being made".to_owned()),
        };
        Err(Error::NotConnected { method, cause })
    }

    /// The events of the room from now on.
    pub fn events(&self) -> Events {
        Events::new(self.handle.shared.notices.subscribe())
    }

    /// What is known about the terminal, to look at and to wait for changes.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<State> {
        self.handle.shared.state.subscribe()
    }

    /// What is known about the terminal at this moment.
    #[must_use]
    pub fn snapshot(&self) -> State {
        self.handle.shared.state.borrow().clone()
    }

    /// How the connection stands, to look at and to wait for changes.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Status> {
        self.handle.shared.status.subscribe()
    }

    /// How this client was set up.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.handle.shared.options
    }

    /// Closes the connection, fails what waits for answers, and ends the event streams. Returns when that is
    /// done. Other clones of this client are closed as well.
    pub async fn close(&self) {
        self.handle.stop.send_replace(true);
        let task = lock(&self.handle.task).take();
        match task {
            Some(task) => {
                let _ = task.await;
            }
            // Another clone is closing already.
            None => {
                let _ = self.status().wait_for(|status| *status == Status::Closed).await;
            }
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.handle.shared
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shared = self.shared();
        f.debug_struct("Client")
            .field("address", &shared.options.address)
            .field("status", &*shared.status.borrow())
            .finish_non_exhaustive()
    }
}
