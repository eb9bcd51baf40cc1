//! The sockets around the terminal: one task (the hub) owns the state machine and the clock, every
//! connection is a pair of tasks that talk to it.

mod http;
mod hub;
mod link;
mod picture;
mod script;
mod split;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot, watch},
};

use super::{
    Error, Options, Simulator, action::Action, fault::Fault, options::Setup, record::Record,
    terminal::ClientId,
};
use split::Protocol;

/// What the hub is asked.
#[derive(Debug)]
pub(crate) enum Command {
    /// A client opened a socket; its messages go into this channel.
    Connected(ClientId, mpsc::Sender<ToClient>),
    /// A client sent a text.
    Received(ClientId, String),
    /// A client is gone.
    Gone(ClientId),
    /// Something shall happen.
    Act(Action, oneshot::Sender<Result<String, String>>),
    /// The state in one object.
    State(oneshot::Sender<Value>),
    /// Everything from now on.
    Watch(mpsc::UnboundedSender<Record>),
    /// The latest records.
    Log(oneshot::Sender<Vec<Record>>),
    /// What a request to the HTTP server with this token may see.
    Access(String, oneshot::Sender<Access>),
    /// A file was uploaded: its name and size. Its id comes back.
    Uploaded(String, usize, oneshot::Sender<i64>),
}

/// What the HTTP server may give to somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access {
    pub token_valid: bool,
    pub server_on: bool,
    pub selfie_on: bool,
}

/// What a connection is told.
#[derive(Debug)]
pub(crate) enum ToClient {
    Text(String),
    Fault(Fault),
    Close,
}

/// Where a simulator listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listening {
    pub ws: SocketAddr,
    pub http: SocketAddr,
}

/// What every part of the server holds.
#[derive(Debug, Clone)]
struct Shared {
    commands: mpsc::UnboundedSender<Command>,
    stop: watch::Receiver<bool>,
    /// The application is away: connections are not taken.
    down: Arc<AtomicBool>,
    clients: Arc<AtomicU64>,
    /// Nothing is sent here: the other end learns when the last part is gone.
    _running: mpsc::Sender<()>,
}

/// How long a client may take to say what it wants.
const HEAD_TIME: Duration = Duration::from_secs(10);

async fn bind(port: u16) -> Result<(TcpListener, SocketAddr), Error> {
    let error = |source| Error::Listen { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(error)?;
    let address = listener.local_addr().map_err(error)?;
    Ok((listener, address))
}

pub(crate) async fn start(options: Options) -> Result<Simulator, Error> {
    let (listener, ws) = bind(options.port).await?;
    let second = match options.http_port {
        Some(port) => Some(bind(port).await?),
        None => None,
    };
    let http = second.as_ref().map_or(ws, |(_, address)| *address);
    let listening = Listening { ws, http };
    let (commands, received) = mpsc::unbounded_channel();
    let (stop, stopped) = watch::channel(false);
    let down = Arc::new(AtomicBool::new(false));
    let (running, ended) = mpsc::channel(1);
    let shared = Shared {
        commands: commands.clone(),
        stop: stopped,
        down,
        clients: Arc::new(AtomicU64::new(0)),
        _running: running,
    };
    let setup = Setup::new(&options, http.port());
    tokio::spawn(hub::run(setup, options.scenario, received, shared.clone()));
    let http_streams = http::serve(&shared, listening);
    for listener in std::iter::once(listener).chain(second.map(|(listener, _)| listener)) {
        tokio::spawn(accept(listener, shared.clone(), http_streams.clone()));
    }
    Ok(Simulator { listening, commands, stop, ended })
}

/// Takes connections until the simulator stops.
async fn accept(listener: TcpListener, shared: Shared, http: mpsc::Sender<split::Stream>) {
    let mut stop = shared.stop.clone();
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) if !shared.down.load(Ordering::Relaxed) => {
                tokio::spawn(connection(stream, shared.clone(), http.clone()));
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!("a connection could not be taken: {error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// One connection: finds out what it is, and serves it.
async fn connection(stream: TcpStream, shared: Shared, http: mpsc::Sender<split::Stream>) {
    // Small messages must not wait for more.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("no TCP_NODELAY: {error}");
    }
    match tokio::time::timeout(HEAD_TIME, split::protocol(stream)).await {
        Ok(Ok((Protocol::WebSocket, stream))) => link::serve(stream, shared).await,
        Ok(Ok((Protocol::Http, stream))) => {
            // The receiver is gone only when the simulator stops.
            let _ = http.send(stream).await;
        }
        Ok(Err(error)) => tracing::debug!("a connection ended before it said anything: {error}"),
        Err(_) => tracing::debug!("a connection said nothing for {HEAD_TIME:?}"),
    }
}
