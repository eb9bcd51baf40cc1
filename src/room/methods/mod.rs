//! The methods of the Room API: one table entry per method.
//!
//! Each entry reads like the reference:
//!
//! ```text
//! /// What it does. Quirk: what is odd about it.
//! HangUp "hangUp" hang_up(                            marker type, wire name, method of Client
//!     for_all "forAll": bool = "what it means"        required parameters: Rust name, wire key, type,
//!         or "false",                                 and what the command line sends when it is left out
//! ) optional (                                        setters of the request
//!     ...
//! ) -> Accepted                                       the answer, or its fields in braces
//!   then outcome::hang_up => HangUpOutcome            only where an event reports the outcome
//! , Library;                                          how well the entry is known
//! ```
//!
//! From an entry come the method of [`Client`], the setters of its optional parameters, the answer type, and
//! the [`MethodInfo`] that `heyroom room methods` and the command-line parser read.

mod prelude;
#[cfg(test)]
mod tests;

mod av;
mod broadcast;
mod calls;
mod chat;
mod conference;
mod contacts;
mod devices;
mod files;
mod http;
mod layout;
mod ndi;
mod podium;
mod ptz;
mod recording;
mod settings;
mod slides;
mod system;

pub use av::*;
pub use broadcast::*;
pub use calls::*;
pub use chat::*;
pub use conference::*;
pub use contacts::*;
pub use devices::*;
pub use files::*;
pub use http::*;
pub use layout::*;
pub use ndi::*;
pub use podium::*;
pub use ptz::*;
pub use recording::*;
pub use settings::*;
pub use slides::*;
pub use system::*;

use std::marker::PhantomData;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::client::Client;
use super::error::Error;
use super::link::OnWire;
use super::message::Response;
use super::value::{Field, Object, wire_struct};

/// How well an entry of the reference is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// Seen in the official documentation of the API.
    Documented,
    /// Taken from the public python-trueconf-room client: keys are reliable, types mostly reasoned.
    Library,
    /// Only the name is known.
    NameOnly,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Documented => "official documentation",
            Self::Library => "public Python client",
            Self::NameOnly => "name only",
        })
    }
}

/// What the reference tables know about one method.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct MethodInfo {
    /// The name on the wire.
    pub name: &'static str,
    /// The area it belongs to, such as `calls`.
    pub group: &'static str,
    /// What it does, with quirks.
    pub doc: &'static str,
    /// Its parameters.
    pub params: &'static [Field],
    /// The fields of the answer that are known, without `method`, `requestId` and `result`.
    pub answer: &'static [Field],
    /// How well the entry is known.
    pub source: Source,
}

/// The reference entry of the method `name`.
#[must_use]
pub fn method_info(name: &str) -> Option<&'static MethodInfo> {
    methods().find(|info| info.name == name)
}

/// Every method of the reference tables, area by area.
pub fn methods() -> impl Iterator<Item = &'static MethodInfo> {
    TABLES.iter().flat_map(|table| table.iter())
}

static TABLES: &[&[MethodInfo]] = &[
    av::TABLE,
    broadcast::TABLE,
    calls::TABLE,
    chat::TABLE,
    conference::TABLE,
    contacts::TABLE,
    devices::TABLE,
    files::TABLE,
    http::TABLE,
    layout::TABLE,
    ndi::TABLE,
    podium::TABLE,
    ptz::TABLE,
    recording::TABLE,
    settings::TABLE,
    slides::TABLE,
    system::TABLE,
];

#[cfg(test)]
static SAMPLES: &[fn(&Client) -> Vec<tests::Sample>] = &[
    av::samples,
    broadcast::samples,
    calls::samples,
    chat::samples,
    conference::samples,
    contacts::samples,
    devices::samples,
    files::samples,
    http::samples,
    layout::samples,
    ndi::samples,
    podium::samples,
    ptz::samples,
    recording::samples,
    settings::samples,
    slides::samples,
    system::samples,
];

#[cfg(test)]
static READINGS: &[fn() -> Vec<tests::Reading>] = &[
    av::readings,
    broadcast::readings,
    calls::readings,
    chat::readings,
    conference::readings,
    contacts::readings,
    devices::readings,
    files::readings,
    http::readings,
    layout::readings,
    ndi::readings,
    podium::readings,
    ptz::readings,
    recording::readings,
    settings::readings,
    slides::readings,
    system::readings,
];

/// A method of the Room API, as a type.
pub trait Method: Sized {
    /// Its entry in the reference.
    const INFO: MethodInfo;
    /// What the terminal answers at once.
    type Answer: From<Object> + Send + 'static;
    /// What awaiting the request gives: the answer, or the outcome that events report later.
    type Output: Send + 'static;

    /// Sends `request` and waits for the output.
    fn complete(request: Request<Self>) -> BoxFuture<'static, Result<Self::Output, Error>>;
}

wire_struct! {
    /// The terminal took the command. For anything that involves a server or another person the outcome comes
    /// later, as an event.
    Accepted {}
}

/// A request that was not sent yet. Awaiting it sends it.
///
/// Awaiting gives the answer of the terminal, except for the four methods whose outcome comes by event
/// (`call`, `createConference`, `hangUp`, `login`): those resolve with the outcome;
/// [`accepted`](Self::accepted) stops at the answer for them too.
///
/// Dropping the future is safe at any point: the connection stays in order, a late answer is discarded. The
/// command may have been executed, though, once it was sent.
#[must_use = "a request is sent when it is awaited"]
#[derive(Clone)]
pub struct Request<M> {
    pub(super) client: Client,
    pub(super) params: Object,
    pub(super) timeout: Option<Duration>,
    on_wire: Option<OnWire>,
    method: PhantomData<fn() -> M>,
}

impl<M: Method> Request<M> {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            params: Object::new(),
            timeout: None,
            on_wire: None,
            method: PhantomData,
        }
    }

    /// Sets a parameter by its name on the wire: for keys that the tables do not know.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.params.insert(key.into(), value.into());
        self
    }

    /// Waits at most `timeout` for the answer (and for the outcome, where awaiting gives one).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Calls `told` when the request was sent, and never if it was not. It must be quick: it runs on the
    /// connection's own task.
    pub fn on_wire(mut self, told: OnWire) -> Self {
        self.on_wire = Some(told);
        self
    }

    /// The parameters as they go over the wire.
    #[must_use]
    pub fn params(&self) -> &Object {
        &self.params
    }

    /// Sends the request and waits for the terminal to take or refuse the command.
    ///
    /// # Errors
    ///
    /// See [`Client::request`].
    pub async fn accepted(self) -> Result<M::Answer, Error> {
        self.raw().await.map(|response| M::Answer::from(response.into_object()))
    }

    /// Like [`accepted`](Self::accepted), with the answer as the JSON object that came.
    ///
    /// # Errors
    ///
    /// See [`Client::request`].
    pub async fn raw(self) -> Result<Response, Error> {
        self.client.request_within(M::INFO.name, self.params, self.timeout, self.on_wire).await
    }
}

impl<M: Method + 'static> IntoFuture for Request<M> {
    type Output = Result<M::Output, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        M::complete(self)
    }
}

impl<M: Method> std::fmt::Debug for Request<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", M::INFO.name, super::value::redacted(&self.params))
    }
}
