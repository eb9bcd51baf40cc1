//! Messages on the wire: telling events, responses and errors apart. Nothing here fails on odd input; what is
//! not a message is described so that the session can log it.

use std::sync::Arc;

use serde_json::Value;

use super::events::Event;
use super::value::{Object, redacted};

/// A text frame, read.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// Something happened.
    Event(Arc<Event>),
    /// The answer to a request.
    Response(Response),
    /// An error that names no method.
    Error {
        /// The request it belongs to, when it says so.
        request_id: Option<String>,
        /// The text.
        text: String,
    },
}

/// Why a frame is no message of the Room API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAMessage {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON, but an array, text, number or null.
    #[error("a JSON {0} where an object was expected")]
    NotAnObject(&'static str),
    /// An object with neither `event`, `method` nor `error`.
    #[error("an object with neither event, method nor error: {0}")]
    NoKind(String),
}

impl Message {
    /// Reads a text frame.
    ///
    /// # Errors
    ///
    /// When the text is no message of the Room API; the caller logs it and goes on.
    pub fn parse(text: &str) -> Result<Self, NotAMessage> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| NotAMessage::NotJson(error.to_string()))?;
        match value {
            Value::Object(object) => Self::from_object(object),
            Value::Array(_) => Err(NotAMessage::NotAnObject("array")),
            Value::String(_) => Err(NotAMessage::NotAnObject("text")),
            Value::Number(_) => Err(NotAMessage::NotAnObject("number")),
            Value::Bool(_) => Err(NotAMessage::NotAnObject("boolean")),
            Value::Null => Err(NotAMessage::NotAnObject("null")),
        }
    }

    /// Tells what kind of message `object` is. `event` is looked at first: `login`, `logout` and `toneDial`
    /// are names of methods and of events.
    ///
    /// # Errors
    ///
    /// When the object has neither `event`, `method` nor `error`.
    pub fn from_object(object: Object) -> Result<Self, NotAMessage> {
        if matches!(object.get("event"), Some(Value::String(_))) {
            return Ok(Self::Event(Arc::new(Event::from(object))));
        }
        if matches!(object.get("method"), Some(Value::String(_))) {
            return Ok(Self::Response(Response { object }));
        }
        match object.get("error") {
            Some(error) => {
                let text = text_of(error);
                Ok(Self::Error { request_id: request_id(&object), text })
            }
            None => Err(NotAMessage::NoKind(redacted(&object))),
        }
    }
}

/// The answer of the terminal to a request: a JSON object, with the parts that every answer has.
#[derive(Clone, PartialEq)]
pub struct Response {
    object: Object,
}

impl Response {
    /// The method it answers, as the terminal spells it.
    #[must_use]
    pub fn method(&self) -> &str {
        self.object.get("method").and_then(Value::as_str).unwrap_or_default()
    }

    /// The id of the request; `None` when the key is absent or empty.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        request_id(&self.object)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.object.get(key)
    }

    /// The whole object as it came.
    #[must_use]
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The whole object as it came.
    #[must_use]
    pub fn into_object(self) -> Object {
        self.object
    }

    /// The text of the refusal, if the terminal refused the command.
    ///
    /// `result: false` is a refusal; so is an `error` in an answer that does not say `result: true`.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let error = self.object.get("error").filter(|error| !error.is_null());
        match (self.object.get("result"), error) {
            (Some(Value::Bool(true)), _) => None,
            (Some(Value::Bool(false)), None) => Some("no reason given".to_owned()),
            (_, Some(error)) => Some(text_of(error)),
            (_, None) => None,
        }
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&redacted(&self.object))
    }
}

impl serde::Serialize for Response {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.object.serialize(serializer)
    }
}

fn request_id(object: &Object) -> Option<String> {
    match object.get("requestId")? {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        // Never seen from a terminal, but unmistakable.
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "no reason given".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
