//! The session with a terminal: connect, authorise, read the state, follow it, and begin again when the
//! connection is lost. One task per client.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::sync::{Notify, broadcast, watch};
use tokio::time::Instant;

use super::address::Endpoint;
use super::automation;
use super::enums::AppState;
use super::error::Error;
use super::events::Event;
use super::link::{self, Incoming, Link, Opened, Reader, lock};
use super::message::{Message, Response};
use super::noise::Noise;
use super::options::{Auth, Options};
use super::state::State;
use super::subscription::Notice;
use super::value::{Object, Secret};

/// After a connection stood this long, the next loss is a new trouble and not the old one.
const STABLE_AFTER: Duration = Duration::from_secs(20);
/// How long the last frames may take when the client closes.
const CLOSING_TIME: Duration = Duration::from_secs(1);
/// Chores that run at once; a terminal that sends events without end must not pile them up.
const CHORES_AT_ONCE: usize = 8;

/// How the connection to the terminal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// A connection is being made.
    Connecting {
        /// 1 for the first attempt since start or since the last stable connection.
        attempt: u32,
        /// How the attempt before ended.
        last_error: Option<Error>,
    },
    /// Connected and authorised: requests can be made.
    Authorised {
        /// The WebSocket URL in use.
        url: String,
        /// Port of the built-in HTTP server, where known.
        http_port: Option<u16>,
    },
    /// There will be another attempt after a pause.
    Waiting {
        /// The number of the attempt that failed.
        attempt: u32,
        /// How it ended.
        error: Error,
        /// The pause.
        retry_in: Duration,
    },
    /// The client was closed; nothing happens any more.
    Closed,
}

/// What the client and its session share.
pub(super) struct Shared {
    pub options: Options,
    pub status: watch::Sender<Status>,
    pub state: watch::Sender<State>,
    pub notices: broadcast::Sender<Notice>,
    /// The connection for requests, while there is an authorised one.
    pub link: Mutex<Option<Arc<Link>>>,
    /// For authorising again without the PIN, and for the HTTP server.
    pub tokens: Mutex<Tokens>,
}

#[derive(Default)]
pub(super) struct Tokens {
    pub api: Option<Secret>,
    pub http: Option<(Secret, Instant)>,
}

/// Something to do that an event asks for. A set of them: an event that comes again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Chore {
    Authorise,
    ReadConference,
    ReadIdentity,
    MoveSlot(String),
}

#[derive(Default)]
struct Chores {
    waiting: Mutex<BTreeSet<Chore>>,
    added: Notify,
    /// Whether the first authorisation of this connection was answered: from there on events count.
    begun: AtomicBool,
}

impl Chores {
    fn add(&self, chore: Chore) {
        if lock(&self.waiting).insert(chore) {
            self.added.notify_one();
        }
    }

    async fn next(&self) -> Chore {
        loop {
            if let Some(chore) = lock(&self.waiting).pop_first() {
                return chore;
            }
            self.added.notified().await;
        }
    }
}

impl Shared {
    /// Whether the state is read and followed.
    fn follows(&self) -> bool {
        let options = &self.options;
        options.follow_state || options.server_login.is_some() || options.automations.slides_to_second_monitor
    }

    fn timeout(&self) -> Duration {
        self.options.request_timeout
    }
}

/// Runs until `stop` changes or its sender is gone. With `reported`, the caller tells how the first attempt fails.
pub(super) async fn run(shared: Arc<Shared>, mut stop: watch::Receiver<bool>, mut reported: bool) {
    let mut attempt: u32 = 0;
    let mut last_error = None;
    let mut first = true;
    loop {
        attempt = attempt.saturating_add(1);
        shared.status.send_replace(Status::Connecting { attempt, last_error: last_error.clone() });
        let mut stood_since = None;
        let ended = session(&shared, &mut stop, &mut first, &mut stood_since).await;
        disconnected(&shared);
        let Some(error) = ended else { break };
        if stood_since.is_some_and(|since: Instant| since.elapsed() >= STABLE_AFTER) {
            attempt = 0;
        }
        let retry_in = pause(&shared.options, attempt, &error);
        if stood_since.is_some() {
            tracing::warn!("{error}; connecting again in {retry_in:.1?}");
        } else if last_error.as_ref() != Some(&error) && !reported {
            // The same failure again and again is told once.
            tracing::warn!("{error} (trying again in {retry_in:.1?}, and on)");
        } else {
            tracing::debug!("attempt {attempt} failed: {error}");
        }
        shared.status.send_replace(Status::Waiting { attempt, error: error.clone(), retry_in });
        last_error = Some(error);
        reported = false;
        tokio::select! {
            _ = stop.changed() => break,
            () = tokio::time::sleep(retry_in) => {}
        }
    }
    disconnected(&shared);
    shared.status.send_replace(Status::Closed);
    let _ = shared.notices.send(Notice::Closed);
}

/// Exponential, with jitter, so that a hundred rooms do not call at once after a power cut.
fn pause(options: &Options, attempt: u32, error: &Error) -> Duration {
    let pause = if error.is_authorisation() {
        options.refused_pause
    } else {
        let doubled = options.reconnect_first.saturating_mul(1 << attempt.saturating_sub(1).min(16));
        doubled.min(options.reconnect_max)
    };
    pause.mul_f64(0.75 + 0.5 * fastrand::f64())
}

fn disconnected(shared: &Shared) {
    lock(&shared.link).take();
    shared.state.send_if_modified(|state| {
        let was = state.connected || state.synchronised;
        state.connected = false;
        state.synchronised = false;
        was
    });
}

/// One connection from beginning to end. `None` when the client was closed.
async fn session(
    shared: &Arc<Shared>,
    stop: &mut watch::Receiver<bool>,
    first: &mut bool,
    stood_since: &mut Option<Instant>,
) -> Option<Error> {
    let options = &shared.options;
    let opening = async {
        let endpoint = options.address.resolve().await;
        if let Some(reason) = &endpoint.guessed {
            tracing::warn!(
                "the ports of the room are not known, because {reason}; trying {} as a guess",
                endpoint.url()
            );
        }
        let opened =
            link::open(&endpoint, shared.timeout(), options.max_message, options.max_in_flight).await;
        opened.map(|opened| (endpoint, opened))
    };
    let (endpoint, Opened { link, mut reader, mut writing }) = tokio::select! {
        _ = stop.changed() => return None,
        opened = opening => match opened {
            Ok(opened) => opened,
            Err(error) => return Some(error),
        },
    };
    let link = Arc::new(link);
    let chores = Chores::default();

    // All in one task: when one ends, the connection ends.
    let ended = {
        let reading = read(shared, &link, &mut reader, &chores);
        let writing = writing.run(&link);
        let driving = drive(shared, &endpoint, &link, &chores, first, stood_since);
        let watching = watch_over(&link, options.ping_interval);
        tokio::pin!(reading, writing, driving, watching);
        tokio::select! {
            _ = stop.changed() => {
                link.close().await;
                // Lets requests that are queued go out, and the closing handshake begin.
                let _ = tokio::time::timeout(CLOSING_TIME, writing).await;
                Ended::Closed
            }
            cause = &mut reading => Ended::Lost(cause),
            cause = &mut writing => Ended::Lost(cause),
            cause = &mut watching => Ended::Lost(cause),
            error = &mut driving => Ended::Failed(error),
        }
    };
    match ended {
        Ended::Closed => {
            link.end("closed by this program", true);
            None
        }
        Ended::Lost(cause) => {
            link.end(&cause, false);
            Some(Error::SessionLost { url: endpoint.url(), cause })
        }
        Ended::Failed(error) => {
            link.end(&error.to_string(), false);
            Some(error)
        }
    }
}

enum Ended {
    Closed,
    Lost(String),
    Failed(Error),
}

/// Reads frames until there are none. Never waits for anything but the socket.
async fn read(shared: &Shared, link: &Link, reader: &mut Reader, chores: &Chores) -> String {
    let mut noise = Noise::default();
    let follow = shared.follows();
    loop {
        let frame = match link::next_frame(reader).await {
            Ok(frame) => frame,
            Err(cause) => return cause,
        };
        link.heard();
        let text = match frame {
            Incoming::Text(text) => text,
            Incoming::Binary(length) => {
                noise.report(&format!("a binary frame of {length} bytes, which the Room API does not have"));
                continue;
            }
            Incoming::Control => continue,
        };
        match Message::parse(&text) {
            Ok(Message::Event(event)) => {
                tracing::trace!("<- event {}", event.name());
                if matches!(*event, Event::Unknown(_)) {
                    tracing::debug!(
                        "the event {:?} is not known to this version; passed on as it is",
                        event.name()
                    );
                }
                notice_chores(shared, &event, chores);
                if follow {
                    shared.state.send_if_modified(|state| state.apply_event(&event));
                }
                // Nobody listening is fine.
                let _ = shared.notices.send(Notice::Event(event));
            }
            Ok(Message::Response(response)) => {
                tracing::trace!("<- {response:?}");
                apply_response(shared, link, &response, chores, follow);
                link.complete(response);
            }
            Ok(Message::Error { request_id, text }) => {
                if !link.complete_error(request_id.as_deref(), &text) {
                    noise.report(&format!("an error that belongs to no request: {text}"));
                }
            }
            Err(reason) => noise.report(&format!("a frame that is no message ({reason})")),
        }
    }
}

/// The state is updated before the caller gets the answer, so that it finds the state already right.
fn apply_response(shared: &Shared, link: &Link, response: &Response, chores: &Chores, follow: bool) {
    let Some(method) = link.method_of(response) else { return };
    if method == "auth" && response.refusal().is_none() && !chores.begun.swap(true, Ordering::Relaxed) {
        shared.state.send_modify(State::begin_connection);
    }
    if response.refusal().is_none() && (method == "auth" || method == "getTokenForHttpServer") {
        let token = |key: &str| response.get(key).and_then(Value::as_str).filter(|token| !token.is_empty());
        let mut tokens = lock(&shared.tokens);
        if method == "auth" {
            tokens.api = token("token").map(Secret::from);
            tokens.http = token("tokenForHttpServer").map(|token| (Secret::from(token), Instant::now()));
        } else {
            tokens.http = token("token").map(|token| (Secret::from(token), Instant::now()));
        }
    }
    if follow {
        shared.state.send_if_modified(|state| state.apply_response(&method, response));
    }
}

/// What an event asks the session to do. Called before the state changes, so that the two can be compared.
fn notice_chores(shared: &Shared, event: &Event, chores: &Chores) {
    match event {
        Event::AuthorizationNeeded(_) => {
            *lock(&shared.tokens) = Tokens::default();
            chores.add(Chore::Authorise);
        }
        _ if !shared.follows() => {}
        Event::AppStateChanged(e) => {
            let before = shared.state.borrow().app_state;
            if e.app_state.is_some() && e.app_state != before {
                match e.app_state {
                    Some(AppState::Conference) => chores.add(Chore::ReadConference),
                    Some(AppState::Idle) if !before.is_some_and(|state| state.is_logged_in()) => {
                        chores.add(Chore::ReadIdentity);
                    }
                    _ => {}
                }
            }
        }
        Event::Login(_) => chores.add(Chore::ReadIdentity),
        // A call that became a group conference stays in the same application state.
        Event::ConferenceCreated(_) if shared.state.borrow().in_conference() => {
            chores.add(Chore::ReadConference)
        }
        _ => {
            if shared.options.automations.slides_to_second_monitor
                && let Some(slot) = automation::slide_slot(event)
            {
                chores.add(Chore::MoveSlot(slot));
            }
        }
    }
}

/// Authorises, reads the state, then does the chores. Returns only when the connection is of no use.
async fn drive(
    shared: &Shared,
    endpoint: &Endpoint,
    link: &Arc<Link>,
    chores: &Chores,
    first: &mut bool,
    stood_since: &mut Option<Instant>,
) -> Error {
    if let Some(version) = &shared.options.api_version {
        let params = Object::from_iter([("version".to_owned(), Value::from(version.as_str()))]);
        if let Err(error) = link.request("setUsedApiVersion", params, shared.timeout()).await {
            if matches!(error, Error::ConnectionLost { .. } | Error::NotConnected { .. }) {
                return error;
            }
            tracing::warn!("the room does not speak API version {version}: {error}");
        }
    }
    if let Err(error) = authorise(shared, endpoint, link).await {
        return error;
    }
    if !*first {
        let _ = shared.notices.send(Notice::Reconnected);
    }
    *first = false;
    *stood_since = Some(Instant::now());
    *lock(&shared.link) = Some(link.clone());
    shared.state.send_modify(|state| state.connected = true);
    shared.status.send_replace(Status::Authorised { url: endpoint.url(), http_port: endpoint.http_port });
    // A program that sends one command and goes need not tell of it.
    if shared.follows() {
        tracing::info!("connected to the room at {}", endpoint.url());
    } else {
        tracing::debug!("connected to the room at {}", endpoint.url());
    }

    let following = async {
        if shared.follows() {
            read_all(shared, link).await;
        }
        shared.state.send_modify(|state| state.synchronised = shared.follows());
        match &shared.options.server_login {
            Some(login) => {
                super::login::keep_logged_in(
                    login,
                    link,
                    shared.state.subscribe(),
                    shared.notices.subscribe(),
                )
                .await
            }
            None => std::future::pending().await,
        }
    };
    let doing = async {
        let mut running = FuturesUnordered::new();
        loop {
            tokio::select! {
                chore = chores.next(), if running.len() < CHORES_AT_ONCE => running.push(carry_out(shared, endpoint, link, chore)),
                Some(Err(error)) = running.next() => return error,
            }
        }
    };
    tokio::select! {
        () = following => Error::NotConnected { method: "logging in".to_owned(), cause: None },
        error = doing => error,
    }
}

async fn authorise(shared: &Shared, endpoint: &Endpoint, link: &Link) -> Result<(), Error> {
    let role = shared.options.role.as_ref().map(super::value::Wire::encode);
    let auth = |credentials: Option<&str>| {
        let mut params = Object::new();
        let kind = if credentials.is_some() { "secured" } else { "unsecured" };
        params.insert("type".to_owned(), kind.into());
        if let Some(credentials) = credentials {
            params.insert("credentials".to_owned(), credentials.into());
        }
        if let Some(role) = &role {
            params.insert("role".to_owned(), role.clone());
        }
        link.request("auth", params, shared.timeout())
    };
    let pin = match &shared.options.auth {
        Auth::Unsecured => None,
        Auth::Pin(pin) => Some(pin.expose_secret()),
    };
    if pin.is_some() {
        let token = lock(&shared.tokens).api.clone();
        if let Some(token) = token {
            match auth(Some(token.expose())).await {
                Ok(_) => return Ok(()),
                // The token may have expired, or the terminal was restarted: the PIN decides.
                Err(Error::Refused { .. }) => lock(&shared.tokens).api = None,
                Err(error) => return Err(error),
            }
        }
    }
    match auth(pin).await {
        Ok(_) => Ok(()),
        Err(Error::Refused { text, .. }) => {
            let url = endpoint.url();
            Err(if pin.is_some() { Error::WrongPin { url, text } } else { Error::PinNeeded { url, text } })
        }
        Err(Error::TimedOut { after, .. }) => Err(Error::NotARoom {
            url: endpoint.url(),
            cause: format!("it opened a WebSocket, but gave no answer to auth within {after:?}"),
        }),
        Err(error) => Err(error),
    }
}

/// Reads the state anew. All questions go out at once.
async fn read_all(shared: &Shared, link: &Link) {
    const QUERIES: [&str; 11] = [
        "getAppState",
        "getSettings",
        "getSystemInfo",
        "getMonitorsInfo",
        "getConnected",
        "getLogin",
        "getAbook",
        "getMicMute",
        "getAudioMute",
        "getVideoMute",
        "getSlideShowInfo",
    ];
    join_all(QUERIES.map(|method| query(shared, link, method))).await;
    let app_state = shared.state.borrow().app_state;
    if matches!(app_state, Some(AppState::Ringing | AppState::Conference)) {
        read_conference(shared, link).await;
    }
}

async fn read_conference(shared: &Shared, link: &Link) {
    tokio::join!(query(shared, link, "getConferences"), query(shared, link, "getConferenceParticipants"));
}

/// The answer reaches the state on its way; here only failures are of interest. The terminal refuses what has no
/// meaning in its present state.
async fn query(shared: &Shared, link: &Link, method: &str) {
    if let Err(error) = link.request(method, Object::new(), shared.timeout()).await {
        tracing::debug!("{error}");
    }
}

async fn carry_out(shared: &Shared, endpoint: &Endpoint, link: &Link, chore: Chore) -> Result<(), Error> {
    match chore {
        Chore::Authorise => {
            tracing::info!("the room asks for the authorisation again");
            authorise(shared, endpoint, link).await?;
        }
        Chore::ReadConference => read_conference(shared, link).await,
        Chore::ReadIdentity => {
            tokio::join!(
                query(shared, link, "getSystemInfo"),
                query(shared, link, "getConnected"),
                query(shared, link, "getAbook"),
            );
        }
        Chore::MoveSlot(slot) => automation::move_to_second_monitor(shared, link, &slot).await,
    }
    Ok(())
}

/// Returns when the peer has been silent for too long: a half-open socket gives no error by itself.
async fn watch_over(link: &Link, interval: Duration) -> String {
    let interval = interval.max(Duration::from_millis(10));
    loop {
        tokio::time::sleep(interval).await;
        let silence = link.silence();
        if silence >= interval * 3 {
            return format!("no sign of life for {silence:.1?}");
        }
        link.ping();
        // Whether every terminal answers pings is not certain; a cheap question is answered by all.
        if silence >= interval {
            let _ = link.request("getAppState", Object::new(), interval / 2).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit_and_stay_slow_after_a_refusal() {
        let options = Options::new(super::super::Address::default());
        let lost = Error::SessionLost { url: String::new(), cause: String::new() };
        let refused = Error::WrongPin { url: String::new(), text: String::new() };
        for (attempt, error, middle) in [
            (1, &lost, 0.5),
            (2, &lost, 1.0),
            (4, &lost, 4.0),
            (50, &lost, 30.0),
            (u32::MAX, &lost, 30.0),
            (1, &refused, 60.0),
        ] {
            for _ in 0..100 {
                let pause = pause(&options, attempt, error).as_secs_f64();
                assert!((middle * 0.74..middle * 1.26).contains(&pause), "attempt {attempt}: {pause} s");
            }
        }
    }
}
