//! How typed values and JSON meet, without losing anything.
//!
//! A field whose value has the type that this crate expects becomes a typed field. Everything else (unknown
//! keys, `null`, a number where a text was expected) stays as it came in `rest`. So decoding never fails, and
//! encoding again gives the object that was received.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

/// A JSON object: one message of the Room API, or one object inside it.
pub type Object = Map<String, Value>;

/// What a parameter or field holds on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A JSON string.
    Text,
    /// A JSON number without a fraction.
    Integer,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An array; of strings where it is a parameter.
    List,
    /// A JSON object.
    Object,
    /// The type is not established: any JSON.
    Any,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "list",
            Self::Object => "object",
            Self::Any => "any JSON",
        })
    }
}

/// A type that is one JSON value on the wire.
pub trait Wire: Sized {
    /// The JSON type.
    const KIND: Kind;

    /// The values that are known, each with its meaning; empty where every value of the JSON type is allowed.
    const VALUES: &'static [(&'static str, &'static str)] = &[];

    /// Takes the typed value out of `value`.
    ///
    /// # Errors
    ///
    /// The value itself, unchanged, when it is of another type.
    fn decode(value: Value) -> Result<Self, Value>;

    /// The JSON value; [`decode`](Self::decode) is its inverse.
    fn encode(&self) -> Value;
}

/// One field of a message, or one parameter of a method, as the reference tables list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The key on the wire.
    pub name: &'static str,
    /// The JSON type.
    pub kind: Kind,
    /// Whether a request must carry it. Fields of answers and events are all optional.
    pub required: bool,
    /// The known values with their meanings; empty where there is no such list.
    pub values: &'static [(&'static str, &'static str)],
    /// What known clients send when nothing is said, as JSON.
    pub default: Option<&'static str>,
    /// What it means.
    pub doc: &'static str,
}

impl Field {
    pub(crate) const fn of<T: Wire>(name: &'static str, required: bool, doc: &'static str) -> Self {
        Self { name, kind: T::KIND, required, values: T::VALUES, default: None, doc }
    }

    pub(crate) const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }
}

impl Wire for String {
    const KIND: Kind = Kind::Text;
    fn decode(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        }
    }
    fn encode(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Wire for bool {
    const KIND: Kind = Kind::Boolean;
    fn decode(value: Value) -> Result<Self, Value> {
        value.as_bool().ok_or(value)
    }
    fn encode(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Wire for i64 {
    const KIND: Kind = Kind::Integer;
    fn decode(value: Value) -> Result<Self, Value> {
        value.as_i64().ok_or(value)
    }
    fn encode(&self) -> Value {
        Value::from(*self)
    }
}

impl Wire for f64 {
    const KIND: Kind = Kind::Number;
    fn decode(value: Value) -> Result<Self, Value> {
        // An integer that came as such stays a JSON integer when it is sent again only if it is not turned
        // into a float here; the callers that want "any number" read it with `as_f64` from `rest`.
        if value.is_f64() { value.as_f64().ok_or(value) } else { Err(value) }
    }
    fn encode(&self) -> Value {
        Value::from(*self)
    }
}

impl Wire for Object {
    const KIND: Kind = Kind::Object;
    fn decode(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(object) => Ok(object),
            other => Err(other),
        }
    }
    fn encode(&self) -> Value {
        Value::Object(self.clone())
    }
}

impl Wire for Value {
    const KIND: Kind = Kind::Any;
    fn decode(value: Value) -> Result<Self, Value> {
        Ok(value)
    }
    fn encode(&self) -> Value {
        self.clone()
    }
}

impl<T: Wire> Wire for Vec<T> {
    const KIND: Kind = Kind::List;
    fn decode(value: Value) -> Result<Self, Value> {
        let Value::Array(items) = value else { return Err(value) };
        let mut typed = Vec::with_capacity(items.len());
        let mut items = items.into_iter();
        while let Some(item) = items.next() {
            match T::decode(item) {
                Ok(item) => typed.push(item),
                Err(item) => {
                    // One item of another type: give the whole array back as it was.
                    let mut all: Vec<Value> = typed.iter().map(Wire::encode).collect();
                    all.push(item);
                    all.extend(items);
                    return Err(Value::Array(all));
                }
            }
        }
        Ok(typed)
    }
    fn encode(&self) -> Value {
        Value::Array(self.iter().map(Wire::encode).collect())
    }
}

/// A list of texts as a parameter; made from an array, slice or vector of anything that reads as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts(pub Vec<String>);

impl Wire for Texts {
    const KIND: Kind = Kind::List;
    fn decode(value: Value) -> Result<Self, Value> {
        Vec::decode(value).map(Self)
    }
    fn encode(&self) -> Value {
        self.0.encode()
    }
}

impl<S: Into<String>> From<Vec<S>> for Texts {
    fn from(list: Vec<S>) -> Self {
        Self(list.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Texts {
    fn from(list: [S; N]) -> Self {
        Self(list.into_iter().map(Into::into).collect())
    }
}

impl<S: AsRef<str>> From<&[S]> for Texts {
    fn from(list: &[S]) -> Self {
        Self(list.iter().map(|text| text.as_ref().to_owned()).collect())
    }
}

/// A PIN, password or token: readable on purpose only, hidden in `Debug` prints and logs.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The text itself. Do not log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<SecretString> for Secret {
    fn from(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl Wire for Secret {
    const KIND: Kind = Kind::Text;
    fn decode(value: Value) -> Result<Self, Value> {
        String::decode(value).map(Self::from)
    }
    fn encode(&self) -> Value {
        Value::String(self.expose().to_owned())
    }
}

/// The field `key` of `object`, if it has the type `T`, and the rest; a field of another type stays in it.
pub(crate) fn split<T: Wire>(mut object: Object, key: &str) -> (Option<T>, Object) {
    let field = object
        .remove(key)
        .and_then(|value| T::decode(value).map_err(|value| object.insert(key.to_owned(), value)).ok());
    (field, object)
}

/// `object` with the field `key`, where there is one.
pub(crate) fn with<T: Wire>(mut object: Object, key: &str, field: Option<&T>) -> Object {
    object.extend(field.map(|field| (key.to_owned(), field.encode())));
    object
}

/// Keys whose values never appear in logs and `Debug` prints.
const SECRET_KEYS: [&str; 7] =
    ["credentials", "password", "pin", "newPin", "token", "tokenForHttpServer", "key"];

/// `object` as JSON text for logs: secrets hidden, long texts and lists cut.
#[must_use]
pub fn redacted(object: &Object) -> String {
    fn shorten(key: &str, value: &Value) -> Value {
        match value {
            Value::String(_) if SECRET_KEYS.contains(&key) => Value::from("(hidden)"),
            Value::String(text) if text.chars().count() > 200 => {
                Value::from(text.chars().take(200).chain(['…']).collect::<String>())
            }
            Value::Object(inner) => {
                Value::Object(inner.iter().map(|(k, v)| (k.clone(), shorten(k, v))).collect())
            }
            Value::Array(items) if items.len() > 8 => {
                let mut cut: Vec<Value> = items.iter().take(8).map(|item| shorten("", item)).collect();
                cut.push(Value::from(format!("… {} more", items.len() - 8)));
                Value::Array(cut)
            }
            Value::Array(items) => Value::Array(items.iter().map(|item| shorten("", item)).collect()),
            other => other.clone(),
        }
    }
    Value::Object(object.iter().map(|(key, value)| (key.clone(), shorten(key, value))).collect()).to_string()
}

/// Defines structs with optional typed fields plus `rest`, and their two-way conversion to JSON objects.
macro_rules! wire_struct {
    ($(
        $(#[$meta:meta])*
        $name:ident { $( $field:ident $key:literal : $ty:ty = $doc:literal ),* $(,)? }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $( #[doc = concat!("`", $key, "`: ", $doc, ".")] pub $field: Option<$ty>, )*
            /// Everything else that the object held, and fields whose value had another type than expected.
            pub rest: $crate::room::Object,
        }

        impl $name {
            /// The fields that this type knows.
            pub const FIELDS: &'static [$crate::room::Field] =
                &[ $( $crate::room::Field::of::<$ty>($key, false, $doc) ),* ];

            /// The whole object as on the wire.
            #[must_use]
            pub fn to_object(&self) -> $crate::room::Object {
                let object = self.rest.clone();
                $( let object = $crate::room::value::with(object, $key, self.$field.as_ref()); )*
                object
            }
        }

        impl From<$crate::room::Object> for $name {
            fn from(object: $crate::room::Object) -> Self {
                $( let ($field, object) = $crate::room::value::split::<$ty>(object, $key); )*
                Self { $( $field, )* rest: object }
            }
        }

        impl $crate::room::Wire for $name {
            const KIND: $crate::room::Kind = $crate::room::Kind::Object;
            fn decode(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                <$crate::room::Object as $crate::room::Wire>::decode(value).map(Self::from)
            }
            fn encode(&self) -> serde_json::Value {
                serde_json::Value::Object(self.to_object())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.to_object().serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::room::Object::deserialize(deserializer).map(Self::from)
            }
        }
    )*};
}
pub(crate) use wire_struct;

/// Defines an enumeration of integers or texts with an `Other` case, so that an unknown value is kept as it is.
macro_rules! wire_enum {
    (@base $owned:ty; $(
        $(#[$meta:meta])*
        $name:ident { $( $variant:ident = $value:literal $doc:literal ),* $(,)? }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( #[doc = concat!("`", $value, "`: ", $doc, ".")] $variant, )*
            /// A value that this crate does not know, kept as it came.
            Other($owned),
        }

        impl $name {
            /// What the value means, in a few words for people.
            #[must_use]
            pub fn meaning(&self) -> std::borrow::Cow<'static, str> {
                match self {
                    $( Self::$variant => $doc.into(), )*
                    Self::Other(value) => format!("unknown value {value}").into(),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.meaning())
            }
        }

        impl $crate::room::Wire for $name {
            const KIND: $crate::room::Kind = <$owned as $crate::room::Wire>::KIND;
            const VALUES: &'static [(&'static str, &'static str)] = &[ $( (concat!($value), $doc) ),* ];
            fn decode(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                <$owned as $crate::room::Wire>::decode(value).map(Self::from)
            }
            fn encode(&self) -> serde_json::Value {
                match self {
                    $( Self::$variant => serde_json::Value::from($value), )*
                    Self::Other(value) => serde_json::Value::from(value.to_owned()),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::room::Wire::encode(self).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$owned>::deserialize(deserializer).map(Self::from)
            }
        }
    )*};
    (integer $(
        $(#[$meta:meta])*
        $name:ident { $( $variant:ident = $value:literal $doc:literal ),* $(,)? }
    )*) => {
        $crate::room::value::wire_enum! { @base i64; $( $(#[$meta])* #[derive(Copy)] $name { $( $variant = $value $doc ),* } )* }
        $(
            impl From<i64> for $name {
                fn from(value: i64) -> Self {
                    match value {
                        $( $value => Self::$variant, )*
                        other => Self::Other(other),
                    }
                }
            }
        )*
    };
    (text $(
        $(#[$meta:meta])*
        $name:ident { $( $variant:ident = $value:literal $doc:literal ),* $(,)? }
    )*) => {
        $crate::room::value::wire_enum! { @base String; $( $(#[$meta])* $name { $( $variant = $value $doc ),* } )* }
        $(
            impl From<String> for $name {
                fn from(value: String) -> Self {
                    match value.as_str() {
                        $( $value => Self::$variant, )*
                        _ => Self::Other(value),
                    }
                }
            }

            impl From<&str> for $name {
                fn from(value: &str) -> Self {
                    Self::from(value.to_owned())
                }
            }
        )*
    };
}
pub(crate) use wire_enum;
