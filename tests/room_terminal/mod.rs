//! A scripted terminal for the tests of the Room API client: answers as told, sends what it is told, breaks
//! when it is told. Not the simulator: what a test needs and nothing more.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use heyroom::room::{Object, Options};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, mpsc};
use tokio_tungstenite::tungstenite::Message;

/// What a terminal does with one request: the frames to send back.
pub type Script = Arc<dyn Fn(&Object) -> Vec<Value> + Send + Sync>;

#[derive(Clone)]
enum Order {
    Send(Message),
    Drop,
    Stall,
}

pub struct Terminal {
    pub port: u16,
    orders: broadcast::Sender<Order>,
    requests: mpsc::UnboundedReceiver<Object>,
    answers: Arc<Mutex<HashMap<String, Value>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.task.abort();
        let _ = self.orders.send(Order::Drop);
    }
}

/// `{"method", "requestId", "result": true}` plus `fields`.
pub fn answer(request: &Object, fields: &Value) -> Value {
    let mut object = Object::new();
    object.insert("method".into(), request["method"].clone());
    object.insert("requestId".into(), request.get("requestId").cloned().unwrap_or(json!("")));
    object.insert("result".into(), json!(true));
    for (key, value) in fields.as_object().into_iter().flatten() {
        object.insert(key.clone(), value.clone());
    }
    Value::Object(object)
}

/// An event with its envelope.
pub fn event(name: &str, fields: &Value) -> Value {
    let mut object = Object::new();
    object.insert("event".into(), json!(name));
    for (key, value) in fields.as_object().into_iter().flatten() {
        object.insert(key.clone(), value.clone());
    }
    object.insert("method".into(), json!("event"));
    Value::Object(object)
}

impl Terminal {
    /// A terminal that takes the PIN 1234 or none, and answers every request with `result: true` and the
    /// fields of [`Terminal::set`].
    pub async fn start() -> Self {
        Self::with_script(0, None).await
    }

    pub async fn with(script: impl Fn(&Object) -> Vec<Value> + Send + Sync + 'static) -> Self {
        Self::with_script(0, Some(Arc::new(script))).await
    }

    /// On a given port, for a terminal that comes back.
    pub async fn with_script(port: u16, script: Option<Script>) -> Self {
        let listener = bind(port).await;
        let port = listener.local_addr().unwrap().port();
        let (orders, _) = broadcast::channel(65536);
        let (seen, requests) = mpsc::unbounded_channel();
        let answers: Arc<Mutex<HashMap<String, Value>>> = Arc::default();
        let script = script.unwrap_or_else(|| {
            let answers = answers.clone();
            Arc::new(move |request: &Object| {
                let method = request["method"].as_str().unwrap();
                if method == "auth" && request["type"] == "secured" && request["credentials"] != "1234" {
                    return vec![answer(
                        request,
                        &json!({"result": false, "error": "access denied", "resultCode": 3}),
                    )];
                }
                let fields = answers.lock().unwrap().get(method).cloned().unwrap_or(json!({}));
                vec![answer(request, &fields)]
            })
        });
        let task = tokio::spawn({
            let orders = orders.clone();
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let _ = stream.set_nodelay(true);
                    let mut orders = orders.subscribe();
                    let (seen, script) = (seen.clone(), script.clone());
                    tokio::spawn(async move {
                        let Ok(socket) = tokio_tungstenite::accept_async(stream).await else { return };
                        let (mut sink, mut stream) = socket.split();
                        loop {
                            tokio::select! {
                                order = orders.recv() => match order {
                                    Ok(Order::Send(frame)) => if sink.send(frame).await.is_err() { return },
                                    Ok(Order::Stall) => return std::future::pending().await,
                                    Ok(Order::Drop) | Err(_) => return,
                                },
                                frame = stream.next() => match frame {
                                    Some(Ok(Message::Text(text))) => {
                                        let request: Object = serde_json::from_str(&text).unwrap();
                                        for frame in script(&request) {
                                            if sink.feed(Message::text(frame.to_string())).await.is_err() { return }
                                        }
                                        let _ = seen.send(request);
                                        if sink.flush().await.is_err() { return }
                                    }
                                    Some(Ok(_)) => {}
                                    _ => return,
                                },
                            }
                        }
                    });
                }
            }
        });
        Self { port, orders, requests, answers, task }
    }

    /// What a method answers from now on, besides the envelope.
    pub fn set(&self, method: &str, fields: Value) {
        self.answers.lock().unwrap().insert(method.to_owned(), fields);
    }

    pub fn send(&self, message: Value) {
        self.send_text(message.to_string());
    }

    pub fn send_text(&self, text: impl Into<String>) {
        self.send_frame(Message::text(text.into()));
    }

    pub fn send_frame(&self, frame: Message) {
        let _ = self.orders.send(Order::Send(frame));
    }

    /// Cuts all connections.
    pub fn drop_connections(&self) {
        let _ = self.orders.send(Order::Drop);
    }

    /// Keeps the sockets open and says nothing any more, not even to pings.
    pub fn stall(&self) {
        let _ = self.orders.send(Order::Stall);
    }

    /// The next request for `method`; others before it are passed over.
    pub async fn received(&mut self, method: &str) -> Object {
        let waiting = async {
            loop {
                let request = self.requests.recv().await.expect("the terminal runs");
                if request["method"] == method {
                    return request;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), waiting)
            .await
            .unwrap_or_else(|_| panic!("the terminal received no {method}"))
    }

    /// Everything received so far.
    pub fn received_so_far(&mut self) -> Vec<Object> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }

    /// Options for this terminal, with short pauses.
    pub fn options(&self) -> Options {
        options(self.port)
    }
}

async fn bind(port: u16) -> TcpListener {
    for _ in 0..50 {
        match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    panic!("port {port} is not free");
}

pub fn options(port: u16) -> Options {
    let mut options = Options::new(format!("ws://127.0.0.1:{port}").parse().unwrap());
    options.request_timeout = Duration::from_secs(5);
    options.reconnect_first = Duration::from_millis(20);
    options.reconnect_max = Duration::from_millis(100);
    options.refused_pause = Duration::from_millis(100);
    options
}

/// A web server that answers every request with `body`; returns its port.
pub async fn web_server(status: &'static str, body: String) -> u16 {
    http_server(move |_| (status, String::new(), body.clone().into_bytes())).await
}

/// A web server whose answers (status, header lines, body) are made from the whole request; returns its port.
pub async fn http_server(
    handler: impl Fn(&str) -> (&'static str, String, Vec<u8>) + Send + Sync + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let handler = Arc::new(handler);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let handler = handler.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                let mut chunk = [0; 4096];
                while !complete(&request) {
                    match socket.read(&mut chunk).await {
                        Ok(0) | Err(_) => break,
                        Ok(count) => request.extend_from_slice(&chunk[..count]),
                    }
                }
                let (status, headers, body) = handler(&String::from_utf8_lossy(&request));
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
                    body.len()
                );
                let _ = socket.write_all(&[head.into_bytes(), body].concat()).await;
            });
        }
    });
    port
}

/// Whether an HTTP request is there with its body.
fn complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse::<usize>().ok())
        .unwrap_or(0);
    request.len() >= head.len() + 4 + length
}
