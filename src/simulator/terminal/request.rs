//! Reading the parameters of a request, and refusing it with words that help.

use serde_json::Value;

use super::{ClientId, Fields};

/// One request of one client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// Who asks.
    pub client: ClientId,
    /// The method's name on the wire.
    pub method: &'a str,
    /// The whole message.
    pub fields: &'a Fields,
}

/// Why a request is not carried out: `result` false and this `error`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    /// The text for people.
    pub error: String,
    /// Further fields of the answer.
    pub fields: Fields,
}

impl Refusal {
    pub fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), fields: Fields::new() }
    }

    /// The same refusal with a further field.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(key.into(), value.into());
        self
    }
}

impl From<String> for Refusal {
    fn from(error: String) -> Self {
        Self::new(error)
    }
}

impl<'a> Ask<'a> {
    /// Refuses this request.
    pub fn refuse<T>(&self, why: impl std::fmt::Display) -> Result<T, Refusal> {
        Err(Refusal::new(format!("{}: {why}", self.method)))
    }

    fn required<T>(&self, key: &str, found: Result<Option<T>, Refusal>) -> Result<T, Refusal> {
        match found? {
            Some(value) => Ok(value),
            None => self.refuse(format_args!("the parameter {key} is missing")),
        }
    }

    fn optional<T>(
        &self,
        key: &str,
        what: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        match self.fields.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match read(value) {
                Some(value) => Ok(Some(value)),
                None => self.refuse(format_args!("{key} must be {what}")),
            },
        }
    }

    /// A string that must be there.
    pub fn text(&self, key: &str) -> Result<&'a str, Refusal> {
        self.required(key, self.text_opt(key))
    }

    /// A string that may be left out.
    pub fn text_opt(&self, key: &str) -> Result<Option<&'a str>, Refusal> {
        self.optional(key, "a string", Value::as_str)
    }

    /// A string that must be there and hold something.
    pub fn name(&self, key: &str) -> Result<&'a str, Refusal> {
        match self.text(key)? {
            "" => self.refuse(format_args!("{key} is empty")),
            name => Ok(name),
        }
    }

    /// A boolean that must be there.
    pub fn flag(&self, key: &str) -> Result<bool, Refusal> {
        self.required(key, self.flag_opt(key))
    }

    /// A boolean that may be left out.
    pub fn flag_opt(&self, key: &str) -> Result<Option<bool>, Refusal> {
        self.optional(key, "true or false", Value::as_bool)
    }

    /// An integer that must be there.
    pub fn integer(&self, key: &str) -> Result<i64, Refusal> {
        self.required(key, self.integer_opt(key))
    }

    /// An integer that may be left out.
    pub fn integer_opt(&self, key: &str) -> Result<Option<i64>, Refusal> {
        self.optional(key, "an integer", Value::as_i64)
    }

    /// An index from 0 into something that has `len` items.
    pub fn index(&self, key: &str, len: usize) -> Result<usize, Refusal> {
        let given = self.integer(key)?;
        match usize::try_from(given).ok().filter(|index| *index < len) {
            Some(index) => Ok(index),
            None if len == 0 => self.refuse(format_args!("{key} {given}: there are none")),
            None => self.refuse(format_args!("{key} {given} is out of range: 0 to {}", len - 1)),
        }
    }

    /// An array of strings that must be there.
    pub fn texts(&self, key: &str) -> Result<Vec<&'a str>, Refusal> {
        self.required(key, self.texts_opt(key))
    }

    /// An array of strings that may be left out.
    pub fn texts_opt(&self, key: &str) -> Result<Option<Vec<&'a str>>, Refusal> {
        self.optional(key, "an array of strings", |value| {
            value.as_array()?.iter().map(Value::as_str).collect()
        })
    }

    /// An object that must be there.
    pub fn object(&self, key: &str) -> Result<&'a Fields, Refusal> {
        self.required(key, self.optional(key, "an object", Value::as_object))
    }
}
