//! One WebSocket connection: requests out, answers matched to them, and who is told what when it breaks.
//! Knows neither authorisation nor state.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, protocol::WebSocketConfig};

use super::address::{Endpoint, bracketed};
use super::error::Error;
use super::message::Response;
use super::value::{Object, redacted};

pub(super) type Reader = SplitStream<WebSocketStream<TcpStream>>;
type Writer = SplitSink<WebSocketStream<TcpStream>, tungstenite::Message>;

/// Requests that wait for the socket to take them. Small: waiting callers are the back-pressure.
const WRITE_QUEUE: usize = 64;
/// A longer request is a mistake; files are uploaded over HTTP.
const MAX_REQUEST: usize = 8 * 1024 * 1024;

/// Request ids go on over reconnects, so that a late answer never meets the wrong request.
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// A socket that is open, and the two halves that must be driven.
pub(super) struct Opened {
    pub link: Link,
    pub reader: Reader,
    pub writing: Writing,
}

/// The sending half with its queue.
pub(super) struct Writing {
    sink: Writer,
    queue: mpsc::Receiver<Outgoing>,
}

/// Told when a request has been handed to the system, which is as near to the wire as a program comes. Called on
/// the connection's own task: it must be quick.
pub type OnWire = Arc<dyn Fn(std::time::Instant) + Send + Sync>;

enum Outgoing {
    Request { id: u64, text: String, on_wire: Option<OnWire> },
    Ping,
    Close,
}

/// What callers need of a connection.
pub(super) struct Link {
    queue: mpsc::Sender<Outgoing>,
    pending: Mutex<Pending>,
    in_flight: Semaphore,
    last_heard: Mutex<Instant>,
}

#[derive(Default)]
struct Pending {
    requests: HashMap<u64, Waiting>,
    /// Why the connection ended, once it did.
    ended: Option<String>,
}

impl Pending {
    /// The request that `response` answers.
    fn id_of(&self, response: &Response) -> Option<u64> {
        match response.request_id() {
            Some(text) => text.parse::<u64>().ok().filter(|id| self.requests.contains_key(id)),
            // Without an id only the method links them, and only where it is unmistakable.
            None => only(self.requests.iter().filter(|(_, w)| w.written && w.method == response.method())),
        }
    }
}

struct Waiting {
    method: String,
    written: bool,
    answer: oneshot::Sender<Result<Response, Error>>,
}

/// Takes a request out of the table when its caller goes away.
struct Registered<'a> {
    link: &'a Link,
    id: u64,
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        lock(&self.link.pending).requests.remove(&self.id);
    }
}

/// A poisoned lock only says that a thread panicked elsewhere; the tables stay consistent between statements.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Opens the socket: TCP without delay, WebSocket handshake, limits.
pub(super) async fn open(
    endpoint: &Endpoint,
    timeout: Duration,
    max_message: usize,
    max_in_flight: usize,
) -> Result<Opened, Error> {
    let url = endpoint.url();
    let unreachable =
        |cause: String| Error::Unreachable { url: url.clone(), cause, guessed: endpoint.guessed.clone() };
    let not_a_room = |cause: String| Error::NotARoom { url: url.clone(), cause };

    let address = (endpoint.host.as_str(), endpoint.port);
    let socket = tokio::time::timeout(timeout, TcpStream::connect(address))
        .await
        .map_err(|_| unreachable(format!("no answer within {timeout:?}")))?
        .map_err(|error| unreachable(error.to_string()))?;
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!("TCP_NODELAY could not be set: {error}");
    }

    let config =
        WebSocketConfig::default().max_message_size(Some(max_message)).max_frame_size(Some(max_message));
    let request = format!("ws://{}:{}/", bracketed(&endpoint.host), endpoint.port);
    let handshake = tokio_tungstenite::client_async_with_config(request, socket, Some(config));
    let (socket, _) = tokio::time::timeout(timeout, handshake)
        .await
        .map_err(|_| not_a_room(format!("no answer to the WebSocket handshake within {timeout:?}")))?
        .map_err(|error| not_a_room(handshake_cause(&error)))?;

    let (sink, reader) = socket.split();
    let (queue, receiver) = mpsc::channel(WRITE_QUEUE);
    let link = Link {
        queue,
        pending: Mutex::default(),
        in_flight: Semaphore::new(max_in_flight.max(1)),
        last_heard: Mutex::new(Instant::now()),
    };
    Ok(Opened { link, reader, writing: Writing { sink, queue: receiver } })
}

fn handshake_cause(error: &tungstenite::Error) -> String {
    match error {
        tungstenite::Error::Http(answer) => format!("it is a web server that answered {}", answer.status()),
        tungstenite::Error::Io(error) => format!("it ended the WebSocket handshake ({error})"),
        other => format!("no WebSocket handshake ({other})"),
    }
}

impl Link {
    /// Sends a request and waits for its answer. A refusal comes as [`Error::Refused`].
    ///
    /// May be dropped at any point.
    pub async fn request(&self, method: &str, params: Object, timeout: Duration) -> Result<Response, Error> {
        self.request_told(method, params, timeout, None).await
    }

    /// As [`request`](Self::request); `on_wire` is told when it was sent, and never if it was not.
    pub async fn request_told(
        &self,
        method: &str,
        params: Object,
        timeout: Duration,
        on_wire: Option<OnWire>,
    ) -> Result<Response, Error> {
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let text = request_text(method, params, id)?;
        let timed_out = || Error::TimedOut { method: method.to_owned(), after: timeout };
        let deadline = Instant::now() + timeout;
        let sending = async {
            let turn = self.in_flight.acquire().await.map_err(|_| self.not_connected(method))?;
            let place = self.queue.reserve().await.map_err(|_| self.not_connected(method))?;
            Ok((turn, place))
        };
        let (_turn, place) = match tokio::time::timeout_at(deadline, sending).await {
            Ok(sent) => sent?,
            // It never left this program.
            Err(_) => {
                let cause = Some(format!("the link was busy for {timeout:?}"));
                return Err(Error::NotConnected { method: method.to_owned(), cause });
            }
        };
        let (sender, answer) = oneshot::channel();
        let _registered = {
            let mut pending = lock(&self.pending);
            if pending.ended.is_some() {
                drop(pending);
                return Err(self.not_connected(method));
            }
            let waiting = Waiting { method: method.to_owned(), written: false, answer: sender };
            pending.requests.insert(id, waiting);
            Registered { link: self, id }
        };
        place.send(Outgoing::Request { id, text, on_wire });
        match tokio::time::timeout_at(deadline, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(self.not_connected(method)),
            Err(_) => Err(timed_out()),
        }
    }

    fn not_connected(&self, method: &str) -> Error {
        Error::NotConnected { method: method.to_owned(), cause: lock(&self.pending).ended.clone() }
    }

    /// Gives an answer to the request it belongs to. Returns the method of that request and whether anybody
    /// waited.
    pub fn complete(&self, response: Response) -> Option<String> {
        let waiting = {
            let mut pending = lock(&self.pending);
            pending.id_of(&response).and_then(|id| pending.requests.remove(&id))
        };
        let Some(waiting) = waiting else {
            tracing::debug!("an answer that nobody waits for: {response:?}");
            return None;
        };
        let result = match response.refusal() {
            Some(text) => Err(Error::Refused { method: waiting.method.clone(), text }),
            None => Ok(response),
        };
        // The caller may have gone away; that is its right.
        let _ = waiting.answer.send(result);
        Some(waiting.method)
    }

    /// The method of the request that `response` belongs to, if it is waiting.
    pub fn method_of(&self, response: &Response) -> Option<String> {
        let pending = lock(&self.pending);
        let id = pending.id_of(response)?;
        pending.requests.get(&id).map(|waiting| waiting.method.clone())
    }

    /// An error that names no method: it belongs to the request of that id, or to the only one that waits.
    pub fn complete_error(&self, request_id: Option<&str>, text: &str) -> bool {
        let waiting = {
            let mut pending = lock(&self.pending);
            let id = match request_id {
                Some(id) => id.parse::<u64>().ok(),
                None => only(pending.requests.iter().filter(|(_, waiting)| waiting.written)),
            };
            id.and_then(|id| pending.requests.remove(&id))
        };
        match waiting {
            None => false,
            Some(waiting) => {
                let error = Error::Refused { method: waiting.method, text: text.to_owned() };
                let _ = waiting.answer.send(Err(error));
                true
            }
        }
    }

    /// The peer showed that it lives.
    pub fn heard(&self) {
        *lock(&self.last_heard) = Instant::now();
    }

    /// Asks the peer for a sign of life. A full queue needs no ping: requests are waiting already.
    pub fn ping(&self) {
        let _ = self.queue.try_send(Outgoing::Ping);
    }

    /// How long the peer has been silent.
    pub fn silence(&self) -> Duration {
        lock(&self.last_heard).elapsed()
    }

    /// Asks the sending half to close the socket after what is queued.
    pub async fn close(&self) {
        let _ = self.queue.send(Outgoing::Close).await;
    }

    /// Fails everything that waits: what was sent may have been executed, what was not was not.
    pub fn end(&self, cause: &str, closed_here: bool) {
        let requests = {
            let mut pending = lock(&self.pending);
            pending.ended.get_or_insert_with(|| cause.to_owned());
            std::mem::take(&mut pending.requests)
        };
        self.in_flight.close();
        for (_, waiting) in requests {
            let method = waiting.method;
            let error = match (waiting.written, closed_here) {
                (true, _) => Error::ConnectionLost { method, cause: cause.to_owned() },
                (false, true) => Error::Closed { method },
                (false, false) => Error::NotConnected { method, cause: Some(cause.to_owned()) },
            };
            let _ = waiting.answer.send(Err(error));
        }
    }

    fn mark_written(&self, id: u64) -> bool {
        match lock(&self.pending).requests.get_mut(&id) {
            Some(waiting) => {
                waiting.written = true;
                true
            }
            None => false,
        }
    }
}

impl Writing {
    /// Sends what is queued until the socket breaks or is closed from here. Returns why it ended.
    pub async fn run(&mut self, link: &Link) -> String {
        while let Some(first) = self.queue.recv().await {
            let mut next = Some(first);
            let mut sent = Vec::new();
            while let Some(outgoing) = next {
                let frame = match outgoing {
                    // A request whose caller has gone before it was sent is not sent.
                    Outgoing::Request { id, .. } if !link.mark_written(id) => None,
                    Outgoing::Request { text, on_wire, .. } => {
                        sent.extend(on_wire);
                        Some(tungstenite::Message::text(text))
                    }
                    Outgoing::Ping => Some(tungstenite::Message::Ping(Vec::new().into())),
                    Outgoing::Close => {
                        let _ = self.sink.close().await;
                        return "closed by this program".to_owned();
                    }
                };
                if let Some(frame) = frame
                    && let Err(error) = self.sink.feed(frame).await
                {
                    return socket_cause(&error);
                }
                next = self.queue.try_recv().ok();
            }
            if let Err(error) = self.sink.flush().await {
                return socket_cause(&error);
            }
            let now = std::time::Instant::now();
            sent.iter().for_each(|on_wire| on_wire(now));
        }
        "closed by this program".to_owned()
    }
}

/// The frames that a session distinguishes.
pub(super) enum Incoming {
    Text(String),
    Binary(usize),
    /// Ping, pong: only a sign of life.
    Control,
}

/// The next frame, or why there will be none.
pub(super) async fn next_frame(reader: &mut Reader) -> Result<Incoming, String> {
    match reader.next().await {
        None => Err("the room closed the connection".to_owned()),
        Some(Err(error)) => Err(socket_cause(&error)),
        Some(Ok(tungstenite::Message::Text(text))) => Ok(Incoming::Text(text.as_str().to_owned())),
        Some(Ok(tungstenite::Message::Binary(bytes))) => Ok(Incoming::Binary(bytes.len())),
        Some(Ok(tungstenite::Message::Close(frame))) => Err(match frame {
            Some(frame) if !frame.reason.is_empty() => {
                format!("the room closed the connection: {} ({})", frame.reason, frame.code)
            }
            Some(frame) => format!("the room closed the connection (code {})", frame.code),
            None => "the room closed the connection".to_owned(),
        }),
        Some(Ok(_)) => Ok(Incoming::Control),
    }
}

fn socket_cause(error: &tungstenite::Error) -> String {
    match error {
        tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => {
            "the room closed the connection".to_owned()
        }
        tungstenite::Error::Capacity(error) => format!("the room sent too long a message ({error})"),
        tungstenite::Error::Utf8(_) => "the room sent text that is not UTF-8".to_owned(),
        tungstenite::Error::Protocol(error) => format!("the room broke the WebSocket protocol ({error})"),
        other => other.to_string(),
    }
}

fn request_text(method: &str, params: Object, id: u64) -> Result<String, Error> {
    let bad = |reason: String| Error::BadRequest { method: method.to_owned(), reason };
    if method.is_empty() {
        return Err(Error::BadRequest {
            method: "a request without a name".to_owned(),
            reason: "the method is empty".to_owned(),
        });
    }
    for key in ["method", "requestId", "event"] {
        if params.contains_key(key) {
            return Err(bad(format!("{key:?} is set by the client and cannot be a parameter")));
        }
    }
    let mut object = Object::new();
    object.insert("method".to_owned(), Value::from(method));
    object.insert("requestId".to_owned(), Value::from(id.to_string()));
    object.extend(params);
    tracing::trace!("-> {}", redacted(&object));
    let text = Value::Object(object).to_string();
    if text.len() > MAX_REQUEST {
        return Err(bad(format!("it has {} bytes; at most {MAX_REQUEST} are sent", text.len())));
    }
    Ok(text)
}

/// The id of the only item, if there is exactly one.
fn only<'a>(mut items: impl Iterator<Item = (&'a u64, &'a Waiting)>) -> Option<u64> {
    let (id, _) = items.next()?;
    items.next().is_none().then_some(*id)
}
