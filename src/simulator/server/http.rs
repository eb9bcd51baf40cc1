//! HTTP: `config.json`, frames of the own camera, files, and the control endpoint.

use std::{
    collections::HashMap,
    future::pending,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Multipart, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Map, Value, json};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{Access, Command, Listening, Shared, picture, split::Stream};
use crate::simulator::action::{self, ACTIONS};

/// The largest upload.
const UPLOAD_LIMIT: usize = 64 * 1024 * 1024;
/// All uploads together.
const STORE_LIMIT: usize = 256 * 1024 * 1024;

#[derive(Clone)]
struct Web {
    commands: mpsc::UnboundedSender<Command>,
    listening: Listening,
    files: Arc<Mutex<HashMap<i64, Bytes>>>,
    start: Instant,
}

/// Serves the streams that come through the returned channel.
pub(super) fn serve(shared: &Shared, listening: Listening) -> mpsc::Sender<Stream> {
    let (sender, streams) = mpsc::channel(64);
    let web =
        Web { commands: shared.commands.clone(), listening, files: Arc::default(), start: Instant::now() };
    let router = Router::new()
        .route("/public/default/config.json", get(config))
        .route("/frames/", get(frame))
        .route("/files/", post(upload))
        .route("/files/{id}", get(file))
        .route("/control", get(actions))
        .route("/control/state", get(state))
        .route("/control/log", get(log))
        .route("/control/{action}", post(control))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
        .with_state(web);
    let mut stop = shared.stop.clone();
    tokio::spawn(async move {
        let incoming = Incoming { streams, address: listening.http };
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        if let Err(error) = axum::serve(incoming, router).with_graceful_shutdown(stopped).await {
            tracing::warn!("the HTTP server ended: {error}");
        }
    });
    sender
}

/// Connections that turned out to be HTTP.
struct Incoming {
    streams: mpsc::Receiver<Stream>,
    address: SocketAddr,
}

impl axum::serve::Listener for Incoming {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        match self.streams.recv().await {
            Some(stream) => (stream, self.address),
            None => pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

impl Web {
    /// Asks the hub; nothing when the simulator is stopping.
    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Response> {
        let (answer, answered) = oneshot::channel();
        let stopping = || problem(StatusCode::SERVICE_UNAVAILABLE, "the simulator is stopping");
        self.commands.send(command(answer)).map_err(|_| stopping())?;
        answered.await.map_err(|_| stopping())
    }

    /// Lets a request with a valid token in.
    async fn admit(&self, query: &HashMap<String, String>) -> Result<Access, Response> {
        let token = query.get("token").cloned().unwrap_or_default();
        let access = self.ask(|answer| Command::Access(token, answer)).await?;
        if !access.server_on {
            return Err(problem(
                StatusCode::SERVICE_UNAVAILABLE,
                "the HTTP server was stopped by stopHttpServer",
            ));
        }
        if !access.token_valid {
            let why = "the token is missing, wrong or too old; getTokenForHttpServer gives a new one";
            return Err(problem(StatusCode::FORBIDDEN, why));
        }
        Ok(access)
    }
}

fn problem(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}

async fn config(State(web): State<Web>) -> Json<Value> {
    let Listening { ws, http } = web.listening;
    Json(json!({"config": {"websocket": {"port": ws.port()}, "http": {"port": http.port()}}}))
}

async fn frame(
    State(web): State<Web>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Response> {
    let access = web.admit(&query).await?;
    let peer = query.get("peerId").map_or("", String::as_str);
    if peer != "#self:0" {
        return Err(problem(
            StatusCode::NOT_FOUND,
            "the simulator has pictures of #self:0 only (%23self%3A0)",
        ));
    }
    if !access.selfie_on {
        return Err(problem(StatusCode::NOT_FOUND, "no frames are published; send setBroadcastSelfie first"));
    }
    let tick = u64::try_from(web.start.elapsed().as_millis() / 40).unwrap_or(0);
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], picture::frame(tick))
        .into_response())
}

async fn upload(
    State(web): State<Web>,
    Query(query): Query<HashMap<String, String>>,
    mut form: Multipart,
) -> Result<Response, Response> {
    web.admit(&query).await?;
    let bad = |error: axum::extract::multipart::MultipartError| problem(error.status(), &error.body_text());
    while let Some(field) = form.next_field().await.map_err(bad)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or("file").to_owned();
        let content = field.bytes().await.map_err(bad)?;
        let full = {
            let files = web.files.lock().unwrap_or_else(PoisonError::into_inner);
            files.values().map(Bytes::len).sum::<usize>() + content.len() > STORE_LIMIT
        };
        if full {
            return Err(problem(StatusCode::INSUFFICIENT_STORAGE, "the simulator keeps 256 MiB of files"));
        }
        let id = web.ask(|answer| Command::Uploaded(name, content.len(), answer)).await?;
        web.files.lock().unwrap_or_else(PoisonError::into_inner).insert(id, content);
        return Ok(
            (StatusCode::OK, [("FileId", id.to_string())], Json(json!({"fileId": id}))).into_response()
        );
    }
    Err(problem(StatusCode::BAD_REQUEST, "the form has no field \"file\""))
}

async fn file(
    State(web): State<Web>,
    Path(id): Path<i64>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Response> {
    web.admit(&query).await?;
    let content = web.files.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
    match content {
        Some(content) => Ok(([(header::CONTENT_TYPE, "application/octet-stream")], content).into_response()),
        None => Err(problem(StatusCode::NOT_FOUND, "no such file was uploaded")),
    }
}

async fn actions() -> Json<Value> {
    let actions: Map<String, Value> = ACTIONS
        .iter()
        .map(|spec| (spec.name.to_owned(), json!({"values": spec.values, "does": spec.help})))
        .collect();
    Json(Value::Object(actions))
}

async fn state(State(web): State<Web>) -> Result<Json<Value>, Response> {
    web.ask(Command::State).await.map(Json)
}

async fn log(State(web): State<Web>) -> Result<Response, Response> {
    let records = web.ask(Command::Log).await?;
    Ok(Json(records).into_response())
}

/// Does one action. A body must call itself JSON, so that no web page can post here unasked.
async fn control(
    State(web): State<Web>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Response> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        let why = "send the values as a JSON object with Content-Type: application/json";
        return Err(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    let values = if body.is_empty() {
        Map::new()
    } else {
        match serde_json::from_slice(&body) {
            Ok(Value::Object(values)) => values,
            Ok(_) => return Err(problem(StatusCode::BAD_REQUEST, "the body must be a JSON object")),
            Err(error) => {
                return Err(problem(StatusCode::BAD_REQUEST, &format!("the body is not JSON: {error}")));
            }
        }
    };
    let action =
        action::parse(&name, &values).map_err(|bad| problem(StatusCode::BAD_REQUEST, &bad.to_string()))?;
    match web.ask(|answer| Command::Act(action, answer)).await? {
        Ok(done) => Ok(Json(json!({"done": done}))),
        Err(why) => Err(problem(StatusCode::CONFLICT, &why)),
    }
}
