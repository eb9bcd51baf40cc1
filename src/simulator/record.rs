//! What was seen on the wire, for transcripts and tests. Secrets are masked before they get here.

use std::{fmt, time::Duration};

use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A client opened a socket.
    Connected,
    /// A client's socket is gone.
    Disconnected,
    /// A client sent something.
    Request,
    /// The terminal answered it.
    Answer,
    /// The terminal told its clients something.
    Event,
    /// Something was made to happen from outside.
    Note,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// Milliseconds since the start of the simulator.
    pub ms: u64,
    /// What it is.
    pub kind: Kind,
    /// The client it concerns; none for an event to all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<u64>,
    /// The message, or a sentence.
    pub message: Value,
}

impl fmt::Display for Record {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.ms / 1000, self.ms % 1000);
        write!(out, "{seconds:>5}.{ms:03}  ")?;
        let client = self.client.map_or_else(|| "all".to_owned(), |client| format!("#{client}"));
        match self.kind {
            Kind::Connected => write!(out, "{client:<4} connected"),
            Kind::Disconnected => write!(out, "{client:<4} disconnected"),
            Kind::Note => write!(out, "note {}", self.message.as_str().unwrap_or_default()),
            Kind::Request => write!(out, "{client:<4} -> {}", Shown(&self.message, "method", &["requestId"])),
            Kind::Answer => {
                write!(out, "{client:<4} <- {}", Shown(&self.message, "method", &["requestId"]))
            }
            Kind::Event => write!(out, "{client:<4} << {}", Shown(&self.message, "event", &["method"])),
        }
    }
}

/// A message on one line: its name, then the other fields, long values cut.
struct Shown<'a>(&'a Value, &'a str, &'a [&'a str]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown(message, name, left_out) = self;
        let Value::Object(fields) = message else { return write!(out, "{}", cut(&message.to_string())) };
        write!(out, "{}", fields.get(*name).and_then(Value::as_str).unwrap_or("?"))?;
        for (key, value) in fields.iter().filter(|(key, _)| key != name && !left_out.contains(&key.as_str()))
        {
            let value = match value {
                Value::String(text) if !text.is_empty() && !text.contains(' ') => text.clone(),
                other => other.to_string(),
            };
            write!(out, " {key}={}", cut(&value))?;
        }
        Ok(())
    }
}

/// The first part of a long text.
fn cut(text: &str) -> String {
    const MOST: usize = 100;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}

/// One request as a client sent it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Which client.
    pub client: u64,
    /// Since the start of the simulator.
    pub at: Duration,
    /// The method; empty when the message had none.
    pub method: String,
    /// Everything besides `method` and `requestId`; secrets are masked.
    pub params: Map<String, Value>,
}

/// A stream of [`Record`]s.
#[derive(Debug)]
pub struct Records {
    receiver: mpsc::UnboundedReceiver<Record>,
}

impl Records {
    pub(crate) fn new(receiver: mpsc::UnboundedReceiver<Record>) -> Self {
        Self { receiver }
    }

    /// Waits for the next one; `None` when the simulator has ended.
    pub async fn next(&mut self) -> Option<Record> {
        self.receiver.recv().await
    }

    /// The next one, if there is one already.
    pub fn try_next(&mut self) -> Option<Record> {
        self.receiver.try_recv().ok()
    }
}

/// A stream of [`Request`]s.
#[derive(Debug)]
pub struct Requests {
    records: Records,
}

impl Requests {
    pub(crate) fn new(records: Records) -> Self {
        Self { records }
    }

    /// Waits for the next one; `None` when the simulator has ended.
    pub async fn next(&mut self) -> Option<Request> {
        loop {
            if let Some(request) = request(self.records.next().await?) {
                return Some(request);
            }
        }
    }

    /// The next one, if there is one already.
    pub fn try_next(&mut self) -> Option<Request> {
        loop {
            if let Some(request) = request(self.records.try_next()?) {
                return Some(request);
            }
        }
    }
}

fn request(record: Record) -> Option<Request> {
    if record.kind != Kind::Request {
        return None;
    }
    let mut params = match record.message {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let method = params.shift_remove("method").and_then(|method| method.as_str().map(str::to_owned));
    params.shift_remove("requestId");
    Some(Request {
        client: record.client.unwrap_or_default(),
        at: Duration::from_millis(record.ms),
        method: method.unwrap_or_default(),
        params,
    })
}

/// Keys whose values nobody may read in a log.
const SECRETS: [&str; 8] =
    ["credentials", "password", "newPin", "pin", "token", "tokenForHttpServer", "key", "trueconfRoomKey"];

/// `message` with its secrets masked.
pub(crate) fn masked(mut message: Value) -> Value {
    if let Value::Object(fields) = &mut message {
        for (key, value) in fields.iter_mut() {
            if SECRETS.contains(&key.as_str()) && !value.is_null() {
                *value = "***".into();
            }
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_secret_gets_into_a_record() {
        let message = json!({"method": "auth", "type": "secured", "credentials": "4711", "token": "1*abc"});
        let record = Record { ms: 12_034, kind: Kind::Request, client: Some(3), message: masked(message) };
        assert_eq!(record.to_string(), "   12.034  #3   -> auth type=secured credentials=*** token=***");
    }

    #[test]
    fn a_line_shows_the_name_first_and_cuts_what_is_long() {
        let message = json!({"event": "myEvent", "data": "x".repeat(500), "method": "event"});
        let line = Record { ms: 1, kind: Kind::Event, client: None, message }.to_string();
        assert!(line.starts_with("    0.001  all  << myEvent data=xxx"), "{line}");
        assert!(line.len() < 150, "{line}");
    }
}
