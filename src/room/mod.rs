//! The Room API client: discovery, session, methods, events, state. Knows neither audio nor grammars.
//!
//! A TrueConf Room terminal is driven over one WebSocket with JSON messages. This module is a complete client for
//! it: every method and event is typed, nothing that the terminal sends is lost, and the connection takes care of
//! itself.
//!
//! # A first session
//!
//! [`Client::connect`] finds the port, opens the socket, authorises, and reads the state. The examples below run
//! against the simulator of this crate; a real terminal is addressed in the same way.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = heyroom::simulator::Simulator::start(Default::default()).await?;
//! # let address = simulator.ws_url();
//! use heyroom::room::{Auth, Client, Options};
//!
//! // `address` is "ws://HOST:PORT", or "HOST" to ask the terminal's web manager for the port.
//! let mut options = Options::new(address.parse()?);
//! options.auth = Auth::Unsecured; // or Auth::Pin("1234".into())
//! let room = Client::connect(options).await?;
//!
//! let answer = room.get_system_info().await?;
//! println!("version {:?}", answer.product_info.and_then(|version| version.major));
//! room.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! What happens on the wire:
//!
//! ```text
//! Client                      web manager, port 80          terminal, port 8765
//!   |  GET /public/default/config.json  |                           |
//!   |---------------------------------->|                           |
//!   |<-- {"config":{"websocket":{"port":8765},...}}                 |
//!   |  WebSocket                                                    |
//!   |-------------------------------------------------------------->|
//!   |  setUsedApiVersion  (only with Options::api_version)          |
//!   |<------------------------------------------------------------->|
//!   |  auth  (a token of the connection before, else the PIN)       |
//!   |<------------------------------------------------------------->|  Status::Authorised
//!   |  getAppState, getSettings, getAbook, ...  (all at once)       |
//!   |<------------------------------------------------------------->|  State::synchronised
//!   |  requests, each with its requestId                            |
//!   |-------------------------------------------------------------->|
//!   |  answers in any order, events in between; pings both ways     |
//!   |<--------------------------------------------------------------|
//!   x  the link breaks: what was sent fails with Error::ConnectionLost, new requests with
//!      Error::NotConnected; Status::Waiting, then everything again from the top; event
//!      streams report Gap::Reconnected
//! ```
//!
//! # Calling methods
//!
//! Each of the methods of the API is a method of [`Client`]: `hangUp` is
//! [`Client::hang_up`](Client::hang_up). It makes a [`Request`], which is sent when it is awaited. Optional
//! parameters are setters of the request. Answers are structs whose fields are all optional, because field sets
//! differ between versions of the application; what a struct does not know is in its field `rest`.
//!
//! `result: true` of the terminal only means that a command was understood. The four methods whose outcome is
//! reported by events resolve with that outcome: `call`, `hang_up`, `login`, `create_conference`.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = heyroom::simulator::Simulator::start(Default::default()).await?;
//! # use heyroom::room::{Client, Options};
//! # let room = Client::connect(Options::new(simulator.ws_url().parse()?)).await?;
//! use heyroom::room::{CallOutcome, Cause};
//!
//! match room.call("robert.taylor@example.org").await? {
//!     CallOutcome::Accepted(_) => println!("talking"),
//!     CallOutcome::Rejected(Cause::Busy) => println!("busy"),
//!     other => println!("no conversation: {other}"),
//! }
//! // Only until the terminal has taken it:
//! room.set_mic_mute(true).accepted().await?;
//! // Any method by its name, any parameters:
//! let answer = room.request("getMicMute", Default::default()).await?;
//! assert_eq!(answer.get("mute"), Some(&true.into()));
//! # Ok(())
//! # }
//! ```
//!
//! [`method_info`] and [`event_info`] give the reference entry of a name at run time; `heyroom room methods`
//! prints it. The tables themselves are in [`methods`] and [`events`], by area.
//!
//! # Events and state
//!
//! [`Client::events`] is a stream of all events, [`Events::only`] and [`Events::of`] narrow it. Its buffer is
//! bounded: a reader that is too slow is told how many events it missed. [`Client::state`] is what the events add
//! up to: who calls, who is there, what is muted, the address book; right again after each reconnect.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = heyroom::simulator::Simulator::start(Default::default()).await?;
//! # use heyroom::room::{Client, Options};
//! # let room = Client::connect(Options::new(simulator.ws_url().parse()?)).await?;
//! use heyroom::room::events::InviteReceived;
//!
//! let mut calls = room.events().of::<InviteReceived>();
//! let mut state = room.state();
//! # simulator.ring("Maria Garcia").await?;
//! if let Some(Ok(call)) = calls.next().await {
//!     println!("{} calls", call.peer_dn.unwrap_or_default());
//!     room.accept().await?;
//!     state.wait_for(|state| state.in_conference()).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # When things go wrong
//!
//! All failures are [`Error`]s, with texts for people. [`Error::maybe_executed`] tells whether a command may have
//! been carried out although no success was reported; nothing is ever sent twice. A client made by
//! [`Client::start`] or [`Client::connect`] connects again by itself for as long as it lives;
//! [`Client::status`] tells how that goes. Frames that are no messages are logged, a few at a time, and passed
//! over.

mod address;
mod automation;
mod book;
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

pub(crate) use address::causes;
pub use address::{Address, DEFAULT_API_PORT, DEFAULT_HTTP_PORT, DEFAULT_WEB_PORT, Endpoint};
pub use book::AddressBook;
pub use client::Client;
pub use enums::*;
pub use error::Error;
pub use events::{EVENTS, Event, EventInfo, EventType, UnknownEvent, event_info};
pub use http::{Picture, SELF_VIEW};
pub use link::OnWire;
pub use message::{Message, NotAMessage, Response};
pub use methods::{Accepted, Method, MethodInfo, Request, Source, method_info};
pub use options::{Auth, Automations, Options, ServerLogin};
pub use outcome::{CallOutcome, ConferenceOutcome, HangUpOutcome, LoginOutcome, PlacedCall};
pub use session::Status;
pub use state::{Conference, Direction, Ringing, Slides, State, same_user};
pub use subscription::{Events, Gap, TypedEvents};
pub use types::*;
pub use value::{Field, Kind, Object, Secret, Texts, Wire, redacted};
