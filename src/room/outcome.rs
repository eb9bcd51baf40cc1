//! What became of a command. The terminal answers "taken" at once; whether the other side picked up, the login
//! worked or the conference exists is reported by events. Here the two are brought together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::enums::{AppState, CallSide, Cause, LoginResult};
use super::error::Error;
use super::events::{ConferenceCreated, Event, Login as LoginEvent};
use super::methods::{Call, CreateConference, HangUp, Login, Method, Request};
use super::session::Status;
use super::state::same_user;
use super::subscription::{Events, Gap};

/// How long a call may ring, a login or the creation of a conference may take, unless the request says otherwise.
const OUTCOME_TIME: Duration = Duration::from_secs(120);
/// The order of events is not promised: when the state says that it is over, the event that says why may follow.
const AFTERMATH: Duration = Duration::from_millis(500);

/// How a call ended its ringing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CallOutcome {
    /// The other side answered, or the conference was joined.
    Accepted(Box<ConferenceCreated>),
    /// The other side, or the server, turned it down: busy, not available, no answer, and so on.
    Rejected(Cause),
    /// One side gave up before an answer.
    GivenUp(CallSide),
    /// It ended, and the terminal did not say why.
    Ended,
}

impl CallOutcome {
    /// Whether there is a conversation now.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_))
    }
}

impl std::fmt::Display for CallOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Accepted(_) => f.write_str("accepted"),
            Self::Rejected(cause) => cause.fmt(f),
            Self::GivenUp(CallSide::ThisTerminal) => f.write_str("given up by this terminal"),
            Self::GivenUp(_) => f.write_str("given up by the other side"),
            Self::Ended => f.write_str("ended without a reason"),
        }
    }
}

/// How hanging up went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HangUpOutcome {
    /// The call or conference is over.
    Ended,
    /// There was nothing to end.
    NothingToEnd,
}

/// How a login on the TrueConf Server went.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginOutcome {
    /// The user is logged in.
    LoggedIn {
        /// The user's id, when the terminal named it.
        peer_id: Option<String>,
    },
    /// The server did not let the user in.
    Failed(LoginResult),
}

/// How the creation of a conference went.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ConferenceOutcome {
    /// The conference exists.
    Created(Box<ConferenceCreated>),
    /// It was turned down.
    Rejected(Cause),
    /// It came to nothing, and the terminal did not say why.
    Ended,
}

/// The events that follow a command, up to a deadline and as long as the connection stands.
struct Follow {
    method: &'static str,
    events: Events,
    status: watch::Receiver<Status>,
    timeout: Duration,
    deadline: Instant,
    /// Set once the state says that it is over: then the deadline is near, and reaching it is no error.
    closing: bool,
}

impl Follow {
    /// Subscribes before the request goes out, so that no event is missed.
    fn new<M: Method>(request: &Request<M>) -> Self {
        let timeout = request.timeout.unwrap_or(OUTCOME_TIME);
        Self {
            method: M::INFO.name,
            events: request.client.events(),
            status: request.client.status(),
            timeout,
            deadline: Instant::now() + timeout,
            closing: false,
        }
    }

    /// The next event; `None` when nothing more came after [`close`](Self::close).
    async fn next(&mut self) -> Result<Option<Arc<Event>>, Error> {
        let lost =
            |cause: &str| Error::ConnectionLost { method: self.method.to_owned(), cause: cause.to_owned() };
        loop {
            tokio::select! {
                biased;
                event = self.events.next() => match event {
                    Some(Ok(event)) => return Ok(Some(event)),
                    // The event that matters may be among the lost ones; the state decides at the deadline.
                    Some(Err(Gap::Lagged { .. })) => {}
                    Some(Err(Gap::Reconnected)) => return Err(lost("and made anew")),
                    None => return Err(lost("the client was closed")),
                },
                gone = self.status.wait_for(|status| !matches!(status, Status::Authorised { .. })) => {
                    let cause = match gone.as_deref() {
                        Ok(Status::Waiting { error, .. }) => error.to_string(),
                        _ => "there is none any more".to_owned(),
                    };
                    return Err(lost(&cause));
                }
                () = tokio::time::sleep_until(self.deadline) => {
                    if self.closing {
                        return Ok(None);
                    }
                    return Err(Error::NoOutcome { method: self.method.to_owned(), after: self.timeout });
                }
            }
        }
    }

    /// It is over; waits a little longer for the event that says why.
    fn close(&mut self) {
        if !self.closing {
            self.closing = true;
            self.deadline = self.deadline.min(Instant::now() + AFTERMATH);
        }
    }
}

/// A call that the terminal has taken; it rings, or will.
pub struct PlacedCall {
    target: String,
    follow: Follow,
    before: Option<AppState>,
}

impl std::fmt::Debug for PlacedCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlacedCall").field("target", &self.target).finish_non_exhaustive()
    }
}

impl Request<Call> {
    /// Sends the request and waits for the terminal to take the call; what becomes of it is another wait:
    /// [`PlacedCall::outcome`]. Awaiting the request itself does both.
    ///
    /// # Errors
    ///
    /// See [`Client::request`](super::Client::request).
    pub async fn placed(self) -> Result<PlacedCall, Error> {
        let target = self.params.get("peerId").and_then(|id| id.as_str()).unwrap_or_default().to_owned();
        let follow = Follow::new(&self);
        let before = self.client.snapshot().app_state;
        self.accepted().await?;
        Ok(PlacedCall { target, follow, before })
    }
}

impl PlacedCall {
    /// Waits until the other side has answered, refused, or one side has given up.
    ///
    /// # Errors
    ///
    /// [`Error::NoOutcome`], [`Error::ConnectionLost`].
    pub async fn outcome(self) -> Result<CallOutcome, Error> {
        call_outcome(self).await
    }
}

/// Calls, and waits until the other side has answered, refused, or one side has given up.
pub(super) async fn call(request: Request<Call>) -> Result<CallOutcome, Error> {
    request.placed().await?.outcome().await
}

async fn call_outcome(placed: PlacedCall) -> Result<CallOutcome, Error> {
    let PlacedCall { target, mut follow, mut before } = placed;
    // A conference id is answered in the name of its owner; a person by their own id.
    let concerns =
        |peer: Option<&str>| peer.is_none_or(|peer| target.contains('\\') || same_user(peer, &target));
    let mut entered = false;
    while let Some(event) = follow.next().await? {
        match &*event {
            Event::ConferenceCreated(created) => return Ok(CallOutcome::Accepted(Box::new(created.clone()))),
            Event::RejectReceived(e)
                if concerns(e.peer_id.as_deref()) && e.cause != Some(Cause::JoinAccepted) =>
            {
                return Ok(e.cause.map_or(CallOutcome::Ended, CallOutcome::Rejected));
            }
            Event::StopCalling(e) if concerns(e.peer_id.as_deref()) => {
                return Ok(CallOutcome::GivenUp(e.side.unwrap_or(CallSide::OtherSide)));
            }
            Event::AppStateChanged(e) if e.app_state.is_some() && e.app_state != before => {
                before = e.app_state;
                match e.app_state {
                    Some(AppState::Conference) => {
                        entered = true;
                        follow.close();
                    }
                    Some(AppState::Idle | AppState::None | AppState::Login) => follow.close(),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Ok(if entered { CallOutcome::Accepted(Box::default()) } else { CallOutcome::Ended })
}

/// Hangs up, and waits until the terminal says that the session is over.
pub(super) async fn hang_up(request: Request<HangUp>) -> Result<HangUpOutcome, Error> {
    let mut follow = Follow::new(&request);
    let before = request.client.snapshot().app_state;
    request.accepted().await?;
    if before.is_some_and(|state| {
        !matches!(state, AppState::Ringing | AppState::Conference | AppState::Closing | AppState::Other(_))
    }) {
        return Ok(HangUpOutcome::NothingToEnd);
    }
    while let Some(event) = follow.next().await? {
        match &*event {
            Event::ConferenceDeleted(_) | Event::StopCalling(_) => break,
            Event::AppStateChanged(e)
                if matches!(e.app_state, Some(AppState::Idle | AppState::Login | AppState::None)) =>
            {
                break;
            }
            _ => {}
        }
    }
    Ok(HangUpOutcome::Ended)
}

/// Logs in, and waits for the verdict of the server.
pub(super) async fn login(request: Request<Login>) -> Result<LoginOutcome, Error> {
    let mut follow = Follow::new(&request);
    request.accepted().await?;
    while let Some(event) = follow.next().await? {
        match &*event {
            Event::Login(LoginEvent { result: Some(LoginResult::Success), peer_id, .. }) => {
                return Ok(LoginOutcome::LoggedIn { peer_id: peer_id.clone() });
            }
            Event::Login(LoginEvent { result: Some(failure), .. }) => {
                return Ok(LoginOutcome::Failed(*failure));
            }
            Event::AppStateChanged(e) if e.app_state == Some(AppState::Idle) => follow.close(),
            _ => {}
        }
    }
    Ok(LoginOutcome::LoggedIn { peer_id: None })
}

/// Creates a conference, and waits until it exists.
pub(super) async fn create_conference(
    request: Request<CreateConference>,
) -> Result<ConferenceOutcome, Error> {
    let mut follow = Follow::new(&request);
    let mut before = request.client.snapshot().app_state;
    request.accepted().await?;
    let mut entered = false;
    let mut cause = None;
    while let Some(event) = follow.next().await? {
        match &*event {
            Event::ConferenceCreated(created) => {
                return Ok(ConferenceOutcome::Created(Box::new(created.clone())));
            }
            // Those who are invited refuse one by one; it counts only if the conference comes to nothing.
            Event::RejectReceived(e) => cause = e.cause.or(cause),
            Event::AppStateChanged(e) if e.app_state.is_some() && e.app_state != before => {
                before = e.app_state;
                match e.app_state {
                    Some(AppState::Conference) => {
                        entered = true;
                        follow.close();
                    }
                    Some(AppState::Idle | AppState::None | AppState::Login) => follow.close(),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Ok(match (entered, cause) {
        (true, _) => ConferenceOutcome::Created(Box::default()),
        (false, Some(cause)) => ConferenceOutcome::Rejected(cause),
        (false, None) => ConferenceOutcome::Ended,
    })
}
