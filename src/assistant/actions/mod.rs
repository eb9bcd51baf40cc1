//! Carries out what an intent asks for, step by step, and tells how it went.
//!
//! What a grammar asks of the assistant itself with `do:` is in the other files, by area; all of it is listed in
//! [`super::own_actions`].

mod calls;
mod former;
mod memory;
mod people;
mod picture;
mod questions;
mod sound;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use super::{
    facts,
    feedback::Feedback,
    journal::{Happening, Journal},
    outside::{self, Permissions},
    replies::Replies,
    requests::{Request, Requests},
};
use crate::{
    audio::Earcon,
    grammar::{
        actions::{Action, ActionKind, When},
        outcome::Match,
    },
    room::{Client, Error, OnWire, State},
};

pub use memory::{Memory, Ticket};

/// How many examples "what can I say" gives.
const HELP_EXAMPLES: usize = 6;

/// How commands are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionSettings {
    /// A command can be taken back for this long.
    pub undo_within: Duration,
    /// What may be done outside of the room.
    pub permissions: Permissions,
}

impl Default for ActionSettings {
    fn default() -> Self {
        Self { undo_within: Duration::from_secs(60), permissions: Permissions::default() }
    }
}

/// What carrying out needs.
#[derive(Debug, Clone)]
pub struct Performer {
    /// The room.
    pub room: Client,
    /// Earcons and voice.
    pub feedback: Feedback,
    /// The assistant's own sentences.
    pub replies: Arc<Replies>,
    /// One line per intent, for "what can I say".
    pub help: Arc<Vec<String>>,
    /// What happens is told here.
    pub journal: Journal,
    /// How commands are carried out.
    pub settings: ActionSettings,
    /// What commands leave behind for the next ones.
    pub memory: Memory,
    /// Where the running loop is asked for what only it can do.
    pub requests: Requests,
}

/// A command that is being carried out.
struct Errand<'a> {
    found: &'a Match,
    /// When the voice fell silent; taken by the first request, which is the answer to it. What follows is later on
    /// purpose.
    spoken: Option<Instant>,
    /// The command's, unless one is being taken back.
    ticket: Option<Ticket>,
}

/// How a step went well.
#[derive(Debug, Default)]
struct Done {
    /// It spoke or signalled itself; no earcon and no reply follow.
    answered: bool,
    /// It changed something.
    changed: bool,
    /// What brings back how things were, where that is known.
    back: Option<Vec<Action>>,
}

impl Done {
    /// The people in the room got their answer; nothing else happened.
    fn answered() -> Self {
        Self { answered: true, ..Self::default() }
    }

    /// Something was changed; what takes it back, if that is known.
    fn changed(back: Option<Vec<Action>>) -> Self {
        Self { answered: false, changed: true, back }
    }
}

/// How long the room may take to end a call.
const CALL_ENDS_WITHIN: Duration = Duration::from_secs(3);

/// An error is what people are to be told.
type Step = Result<Done, String>;

impl Performer {
    /// A name for a command that is to be carried out, to take it back by.
    pub fn ticket(&self) -> Ticket {
        self.memory.ticket()
    }

    /// Whether there is a way to take back that very command, which is being done or done.
    pub fn can_take_back(&self, ticket: Ticket, found: &Match) -> bool {
        !found.undo.is_empty() || self.memory.holds(ticket)
    }

    /// The room agrees to hang up before it has: what is told of the old call meanwhile must not be taken for news of
    /// one that is begun next.
    async fn call_is_over(&self) {
        let mut state = self.room.state();
        let over = state.wait_for(|state| {
            use crate::room::AppState::{Closing, Conference, Ringing};
            !matches!(state.app_state, Some(Ringing | Conference | Closing))
        });
        if tokio::time::timeout(CALL_ENDS_WITHIN, over).await.is_err() {
            tracing::debug!("the call is still there after {} s", CALL_ENDS_WITHIN.as_secs());
        }
    }

    /// Takes back that very command: it was not what was meant. Nothing is said of it unless it fails; whether it did not.
    pub async fn take_back(&self, ticket: Ticket, wrong: &Match) -> bool {
        self.forget_other_calls();
        // A command that came to nothing is remembered with nothing to do. One that is not known at all may be about to
        // begin; then what the grammar says is all there is.
        let back = self.memory.take(ticket).unwrap_or_else(|| wrong.undo.clone());
        let mut errand = Errand { found: wrong, spoken: None, ticket: None };
        for action in &back {
            if let Err(problem) = self.step(action, &mut errand).await {
                self.feedback.announce(Earcon::Error, &problem).await;
                return false;
            }
        }
        true
    }

    /// Carries out the actions of `found`, under a [`Performer::ticket`] of its own; `spoken` is when the voice fell
    /// silent.
    pub async fn perform(&self, ticket: Ticket, found: Match, spoken: Option<Instant>) {
        let undo = with_facts(&found.undo, &facts::references(&self.room.snapshot()));
        // Already while it is being done: a call that rings can be taken back.
        self.memory.remember(ticket, undo.clone(), Instant::now());
        let mut errand = Errand { found: &found, spoken, ticket: Some(ticket) };
        let mut failure: Option<String> = None;
        let mut answered = false;
        let mut backs: Vec<Option<Vec<Action>>> = Vec::new();
        for action in &found.actions {
            let due = match action.when {
                When::Ok => failure.is_none(),
                When::Failed => failure.is_some(),
                When::Always => true,
            };
            if !due {
                continue;
            }
            match self.step(action, &mut errand).await {
                Ok(done) => {
                    answered |= done.answered;
                    if done.changed {
                        backs.push(done.back);
                    }
                }
                Err(problem) => {
                    // The first problem is the cause of the others.
                    failure.get_or_insert(problem);
                    answered = false;
                }
            }
        }
        let known: Option<Vec<Vec<Action>>> = backs.into_iter().rev().collect();
        let back = match known {
            // Of a question, and of what was so already, there is nothing to take back.
            Some(known) => known.concat(),
            // What the grammar says is meant for the whole command.
            None if failure.is_some() => Vec::new(),
            None => undo,
        };
        self.memory.settle(ticket, back, Instant::now());
        if let Some(problem) = failure {
            self.feedback.earcon(Earcon::Error).await;
            // A step for this case may have told it in better words.
            if !answered {
                self.feedback.say(&problem).await;
            }
            return;
        }
        if !answered {
            self.feedback.earcon(Earcon::Done).await;
            if let Some(reply) = &found.reply {
                let state = facts::references(&self.room.snapshot());
                self.feedback.say(&Replies::with_state(reply, &state)).await;
            }
        }
    }

    /// One step.
    async fn step(&self, action: &Action, errand: &mut Errand<'_>) -> Step {
        let mut state = facts::references(&self.room.snapshot());
        if action.references().iter().any(|name| name.contains("state.screen")) {
            state.insert("screen".to_owned(), self.screen().await?);
        }
        let action = action.resolve(&state).map_err(|unknown| {
            tracing::warn!("{} cannot be done: {unknown}", errand.found.intent);
            self.replies.get("not_now", &[])
        })?;
        let action = action.unescaped();
        match &action.kind {
            ActionKind::Room { method, params } if method == "call" => {
                self.call(params.clone(), errand).await
            }
            ActionKind::Room { method, params } => {
                let back = former::before(method, params, &self.room.snapshot());
                self.request(method, params.clone(), errand).await?;
                if method == "hangUp" {
                    self.call_is_over().await;
                }
                Ok(Done::changed(back))
            }
            ActionKind::Do { name, params } => self.own(name, params, errand).await,
            ActionKind::Say(text) => self.say(text).await,
            ActionKind::Earcon(name) => {
                if let Some(earcon) = Earcon::ALL.into_iter().find(|earcon| earcon.name() == name) {
                    self.feedback.earcon(earcon).await;
                }
                Ok(Done::answered())
            }
            ActionKind::Wait(milliseconds) => {
                tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
                Ok(Done::default())
            }
            ActionKind::Shell { .. } | ActionKind::Http { .. } => {
                self.outside(&action, errand.found).await?;
                Ok(Done::changed(None))
            }
        }
    }

    /// A step inside of a step: what takes back a command.
    fn inner_step<'a>(&'a self, action: &'a Action, errand: &'a mut Errand<'_>) -> BoxFuture<'a, Step> {
        Box::pin(self.step(action, errand))
    }

    async fn outside(&self, action: &Action, found: &Match) -> Result<(), String> {
        let Err(error) = outside::perform(action, self.settings.permissions).await else { return Ok(()) };
        let place = action.place.as_ref().map_or_else(|| found.place.to_string(), ToString::to_string);
        tracing::warn!("{} ({place}): {error}", found.intent);
        Err(self.replies.get(if error.is_refusal() { "not_allowed" } else { "failed" }, &[]))
    }

    /// What the assistant itself can do.
    async fn own(&self, name: &str, params: &Map<String, Value>, errand: &mut Errand<'_>) -> Step {
        match name {
            "participants" => self.participants().await,
            "help" => self.help().await,
            "cancel" => self.give_up(errand).await,
            "repeat" => self.repeat().await,
            "undo" => self.undo(errand).await,
            "language" => self.language(params),
            "privacy" => self.ask_loop(Request::Privacy),
            "redial" => self.redial(errand).await,
            "call_back" => self.call_back(errand).await,
            "send_tones" => self.send_tones(params, errand).await,
            "create_conference" => self.create_conference(params, errand).await,
            "admit_guest" => self.answer_guests("acceptPeer", errand).await,
            "refuse_guest" => self.answer_guests("rejectPeer", errand).await,
            "volume" => self.volume(params, errand).await,
            "mute_others" => self.mute_others(params, errand).await,
            "participant_volume" => self.participant_volume(params, errand).await,
            "microphone_state" => self.microphone_state().await,
            "volume_state" => self.volume_state().await,
            "layout" => self.layout(params, errand).await,
            "show_participant" => self.show_participant(params, errand).await,
            "hide_participant" => self.hide_participant(params, errand).await,
            "participant_to_monitor" => self.participant_to_monitor(params, errand).await,
            "clear_monitor" => self.clear_monitor(params, errand).await,
            "self_view" => self.self_view(params, errand).await,
            "start_picture" => self.start_picture(errand).await,
            "is_online" => self.is_online(params, errand.found).await,
            "who_is_online" => self.who_is_online().await,
            "add_contact" => self.add_contact(params, errand).await,
            "add_caller" => self.add_caller(errand).await,
            "in_call" => self.in_call().await,
            "own_id" => self.own_id().await,
            "conference_id" => self.conference_id().await,
            "who_called" => self.who_called().await,
            "who_is_calling" => self.who_is_calling().await,
            other => {
                tracing::warn!("this version of heyroom has no built-in action \"{other}\"");
                Err(self.replies.get("failed", &[]))
            }
        }
    }

    async fn help(&self) -> Step {
        tracing::info!("what can be said: {}", self.help.join("; "));
        // Nobody remembers more than a few.
        let examples: Vec<&str> =
            self.help.iter().filter_map(|line| quoted(line)).take(HELP_EXAMPLES).collect();
        self.reply("help", &[("examples", &examples.join(", "))]).await
    }

    /// Says again what was said last.
    async fn repeat(&self) -> Step {
        match self.feedback.last_said() {
            Some(text) => self.say(&text).await,
            None => self.reply("nothing_to_repeat", &[]).await,
        }
    }

    /// Takes back the last command that can be taken back.
    async fn undo(&self, errand: &mut Errand<'_>) -> Step {
        self.forget_other_calls();
        let Some(back) = self.memory.take_back(Instant::now(), self.settings.undo_within) else {
            return self.reply("nothing_to_undo", &[]).await;
        };
        for action in &back {
            self.inner_step(action, errand).await?;
        }
        self.feedback.earcon(Earcon::Done).await;
        self.reply("undone", &[]).await
    }

    /// A call that is over cannot be taken back: hanging up would end another one.
    fn forget_other_calls(&self) {
        let state = self.room.snapshot();
        self.memory
            .forget_other_calls(state.conference.as_ref().map(|conference| conference.conf_id.as_str()));
    }

    fn language(&self, params: &Map<String, Value>) -> Step {
        let language = self.text(params, "language")?;
        self.ask_loop(Request::Language(language))
    }

    /// The loop does it, and says what came of it.
    fn ask_loop(&self, request: Request) -> Step {
        if self.requests.ask(request.clone()) {
            return Ok(Done::answered());
        }
        tracing::warn!("nothing here can do this: {request:?}");
        Err(self.replies.get("failed", &[]))
    }

    /// Sends a command to the room. The error is what people are to be told.
    async fn request(
        &self,
        method: &str,
        params: Map<String, Value>,
        errand: &mut Errand<'_>,
    ) -> Result<(), String> {
        let on_wire = self.on_wire(method, &params, errand.spoken.take());
        let started = Instant::now();
        let result = self.room.request_told(method, params, on_wire).await.map(drop);
        self.answered(method, result.as_ref().map(|()| "taken"), started);
        result.map_err(|error| self.told(&error))
    }

    /// Notes in the journal when a request is on the wire; one that never gets there is not noted as sent.
    fn on_wire(&self, method: &str, params: &Map<String, Value>, spoken: Option<Instant>) -> OnWire {
        let (journal, method, params) = (self.journal.clone(), method.to_owned(), params.clone());
        Arc::new(move |at| {
            let after = spoken.map(|spoken| at.saturating_duration_since(spoken));
            journal.note(Happening::Sent { method: method.clone(), params: params.clone(), after });
        })
    }

    fn answered(&self, method: &str, result: Result<&str, &Error>, sent: Instant) {
        let result = result.map(str::to_owned).map_err(ToString::to_string);
        self.journal.note(Happening::Answered { method: method.to_owned(), result, took: sent.elapsed() });
    }

    /// An error in words for people in the room; the log has the details.
    fn told(&self, error: &Error) -> String {
        match error {
            Error::NotConnected { .. } | Error::Closed { .. } | Error::ConnectionLost { .. } => {
                self.replies.get("no_room", &[])
            }
            Error::TimedOut { .. } | Error::NoOutcome { .. } => self.replies.get("no_room_answer", &[]),
            // The room's own words are made for programmers; the journal has them.
            Error::Refused { .. } => self.replies.get("refused", &[]),
            _ => self.replies.get("failed", &[]),
        }
    }

    /// A question to the room that changes nothing.
    async fn asked<M: crate::room::Method<Output = A> + 'static, A>(
        &self,
        request: crate::room::Request<M>,
    ) -> Result<A, String> {
        request.await.map_err(|error| {
            tracing::warn!("{error}");
            self.told(&error)
        })
    }

    async fn say(&self, text: &str) -> Step {
        self.feedback.say(text).await;
        Ok(Done::answered())
    }

    async fn reply(&self, key: &str, values: &[(&str, &str)]) -> Step {
        self.say(&self.replies.get(key, values)).await
    }

    /// The room's state for a question; without the room what was known is no answer.
    fn known(&self) -> Result<State, String> {
        let state = self.room.snapshot();
        if state.connected { Ok(state) } else { Err(self.replies.get("no_room", &[])) }
    }

    /// The state inside a call or conference.
    fn in_session(&self) -> Result<State, String> {
        let state = self.known()?;
        if state.in_conference() { Ok(state) } else { Err(self.replies.get("no_call", &[])) }
    }

    /// What makes no sense at this moment.
    fn not_now(&self) -> String {
        self.replies.get("not_now", &[])
    }

    /// A parameter that the grammar must give.
    fn text(&self, params: &Map<String, Value>, key: &str) -> Result<String, String> {
        match params.get(key) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            _ => Err(self.lacks(key)),
        }
    }

    fn whole(&self, params: &Map<String, Value>, key: &str) -> Result<i64, String> {
        params.get(key).and_then(whole).ok_or_else(|| self.lacks(key))
    }

    fn flag(&self, params: &Map<String, Value>, key: &str) -> Result<bool, String> {
        params.get(key).and_then(Value::as_bool).ok_or_else(|| self.lacks(key))
    }

    fn lacks(&self, key: &str) -> String {
        tracing::warn!("the grammar gives no usable `{key}` to the built-in action");
        self.replies.get("failed", &[])
    }

    /// The first thing of this PC that the room can share, normally its screen.
    async fn screen(&self) -> Result<Value, String> {
        let hardware = self.asked(self.room.get_hardware()).await?;
        let first = hardware
            .ds_capture_list
            .and_then(|sources| sources.into_iter().next())
            .and_then(|first| first.id);
        first.map(Value::from).ok_or_else(|| self.replies.get("no_screen", &[]))
    }
}

/// What takes a command back, with the facts as they are before it; a fact that is not known now stays for later.
fn with_facts(undo: &[Action], state: &Map<String, Value>) -> Vec<Action> {
    undo.iter().map(|action| action.resolve(state).unwrap_or_else(|_| action.clone())).collect()
}

/// A whole number, also of a JSON number with a fraction of zero and of a text.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let number = number.as_f64()?;
            #[expect(clippy::cast_possible_truncation, reason = "checked")]
            (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A JSON object from [`serde_json::json!`].
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The first phrase in quotation marks of a line of help.
fn quoted(line: &str) -> Option<&str> {
    line.split('"').nth(1)
}
