//! The Room API client: discovery, session, methods, events, state. Knows neither audio nor grammars.

mod address;
mod automation;
mod client;
mod enums;
mod error;
pub mod events;
mod http;
mod link;
mod login;
mod message;
pub mod methods;
mod noise;
mod options;
mod outcome;
mod session;
mod state;
mod subscription;
mod types;
mod value;

pub use address::{Address, DEFAULT_API_PORT, DEFAULT_HTTP_PORT, DEFAULT_WEB_PORT, Endpoint};
pub use client::Client;
pub use enums::*;
pub use error::Error;
pub use events::{EVENTS, Event, EventInfo, EventType, UnknownEvent, event_info};
pub use http::{Picture, SELF_VIEW};
pub use message::{Message, NotAMessage, Response};
pub use methods::{Accepted, Method, MethodInfo, Request, Source, method_info};
pub use options::{Auth, Automations, Options, ServerLogin};
pub use outcome::{CallOutcome, ConferenceOutcome, HangUpOutcome, LoginOutcome};
pub use session::Status;
pub use state::{AddressBook, Conference, Direction, Ringing, Slides, State};
pub use subscription::{Events, Gap, TypedEvents};
pub use types::*;
pub use value::{Field, Kind, Object, Secret, Texts, Wire, redacted};
