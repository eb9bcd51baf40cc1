//! Carries out what an intent asks for, step by step, and tells how it went.

use std::time::Instant;

use serde_json::{Map, Value};

use super::{
    facts,
    feedback::Feedback,
    journal::{Happening, Journal},
    replies::Replies,
};
use crate::{
    audio::Earcon,
    grammar::{
        actions::{Action, ActionKind, When},
        outcome::Match,
    },
    room::{Client, Error},
};

/// What a grammar can ask of the assistant itself with `do:`.
pub const OWN_ACTIONS: &[&str] = &["participants", "help", "cancel", "volume"];

/// How many examples "what can I say" gives.
const HELP_EXAMPLES: usize = 6;

/// What carrying out needs.
#[derive(Debug, Clone)]
pub struct Performer {
    /// The room.
    pub room: Client,
    /// Earcons and voice.
    pub feedback: Feedback,
    /// The assistant's own sentences.
    pub replies: std::sync::Arc<Replies>,
    /// One line per intent, for "what can I say".
    pub help: std::sync::Arc<Vec<String>>,
    /// What happens is told here.
    pub journal: Journal,
}

impl Performer {
    /// Carries out the actions of `found`; `spoken` is when the voice fell silent.
    pub async fn perform(&self, found: Match, mut spoken: Option<Instant>) {
        let mut failure: Option<String> = None;
        let mut said = false;
        for action in &found.actions {
            let due = match action.when {
                When::Ok => failure.is_none(),
                When::Failed => failure.is_some(),
                When::Always => true,
            };
            if !due {
                continue;
            }
            // Only the first step answers the speaker; what follows it is later on purpose.
            match self.step(action, &found, spoken.take()).await {
                Ok(spoke) => said |= spoke,
                Err(problem) => failure = Some(problem),
            }
        }
        match failure {
            Some(problem) => {
                self.feedback.earcon(Earcon::Error).await;
                self.feedback.say(&problem).await;
            }
            None if said => {}
            None => {
                self.feedback.earcon(Earcon::Done).await;
                if let Some(reply) = &found.reply {
                    let state = facts::references(&self.room.snapshot());
                    self.feedback.say(&Replies::with_state(reply, &state)).await;
                }
            }
        }
    }

    /// One step. Says whether it spoke itself; an error is what people are to be told.
    async fn step(&self, action: &Action, found: &Match, spoken: Option<Instant>) -> Result<bool, String> {
        let mut state = facts::references(&self.room.snapshot());
        if action.references().iter().any(|name| name.contains("state.screen")) {
            state.insert("screen".to_owned(), self.screen().await?);
        }
        let action = action.resolve(&state).map_err(|unknown| {
            tracing::warn!("{} cannot be done: {unknown}", found.intent);
            self.replies.get("not_now", &[])
        })?;
        match action.kind {
            ActionKind::Room { method, params } if method == "call" => self.call(params, found, spoken).await,
            ActionKind::Room { method, params } => {
                self.request(&method, params, spoken).await.map(|()| false).map_err(|error| self.told(&error))
            }
            ActionKind::Do { name, params } => self.own(&name, &params, spoken).await,
            ActionKind::Say(text) => {
                self.feedback.say(&text).await;
                Ok(true)
            }
            ActionKind::Earcon(name) => {
                if let Some(earcon) = Earcon::ALL.into_iter().find(|earcon| earcon.name() == name) {
                    self.feedback.earcon(earcon).await;
                }
                Ok(true)
            }
            ActionKind::Wait(milliseconds) => {
                tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
                Ok(false)
            }
            ActionKind::Shell(_) | ActionKind::Http { .. } => {
                tracing::warn!(
                    "{} wants to run a program or HTTP request, which is switched off",
                    found.intent
                );
                Err(self.replies.get("not_allowed", &[]))
            }
        }
    }

    async fn request(
        &self,
        method: &str,
        params: Map<String, Value>,
        spoken: Option<Instant>,
    ) -> Result<(), Error> {
        let sent = self.sent(method, &params, spoken);
        let result = self.room.request(method, params).await.map(|_| ());
        self.answered(method, result.as_ref().map(|()| "taken"), sent);
        result
    }

    /// A call is done when the other side answered or did not; until then it rings, and people hear that.
    async fn call(
        &self,
        params: Map<String, Value>,
        found: &Match,
        spoken: Option<Instant>,
    ) -> Result<bool, String> {
        let peer = params.get("peerId").and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = found.slots.values().next().map_or_else(|| peer.clone(), |slot| slot.name());
        let sent = self.sent("call", &params, spoken);
        // Announced before the request: "Calling John Smith" and the ringing tone are the answer to the speaker.
        let announce = async {
            self.feedback.earcon(Earcon::Done).await;
            if let Some(reply) = &found.reply {
                self.feedback.say(reply).await;
            }
        };
        let request =
            params.into_iter().fold(self.room.call(peer), |request, (key, value)| request.with(key, value));
        let (outcome, ()) = tokio::join!(request, announce);
        match outcome {
            Ok(outcome) => {
                self.answered("call", Ok(&format!("{name}: {outcome}")), sent);
                let words = self.replies.call_outcome(&name, &outcome);
                if words.is_empty() {
                    return Ok(true);
                }
                Err(words)
            }
            Err(error) => {
                let told = self.told(&error);
                self.answered("call", Err(&error), sent);
                Err(told)
            }
        }
    }

    fn sent(&self, method: &str, params: &Map<String, Value>, spoken: Option<Instant>) -> Instant {
        let after = spoken.map(|spoken| spoken.elapsed());
        self.journal.note(Happening::Sent { method: method.to_owned(), params: params.clone(), after });
        Instant::now()
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

    /// The first thing of this PC that the room can share, normally its screen.
    async fn screen(&self) -> Result<Value, String> {
        let hardware = self.room.get_hardware().await.map_err(|error| self.told(&error))?;
        let first = hardware
            .ds_capture_list
            .and_then(|sources| sources.into_iter().next())
            .and_then(|first| first.id);
        first.map(Value::from).ok_or_else(|| self.replies.get("no_screen", &[]))
    }

    /// Sets the loudspeaker to `level`, or changes it by `change`; both in percent.
    async fn volume(&self, params: &Map<String, Value>, spoken: Option<Instant>) -> Result<bool, String> {
        let percent = |key: &str| params.get(key).and_then(Value::as_f64);
        let now = self.room.snapshot().volume.unwrap_or(0.5) * 100.0;
        let Some(wanted) = percent("level").or_else(|| percent("change").map(|change| now + change)) else {
            tracing::warn!("the built-in action \"volume\" needs a level or a change");
            return Err(self.replies.get("failed", &[]));
        };
        // To whole percents, so that ten steps up and down end where they began.
        let level = wanted.clamp(0.0, 100.0).round() / 100.0;
        let settings = serde_json::json!({"settings": {"audioPlayLevel": level}});
        let params = settings.as_object().cloned().unwrap_or_default();
        self.request("setSettings", params, spoken).await.map(|()| false).map_err(|error| self.told(&error))
    }

    /// What the assistant itself can do.
    async fn own(
        &self,
        name: &str,
        params: &Map<String, Value>,
        spoken: Option<Instant>,
    ) -> Result<bool, String> {
        match name {
            "volume" => self.volume(params, spoken).await,
            "participants" => {
                let state = self.room.snapshot();
                let text = if !state.in_conference() {
                    self.replies.get("no_call", &[])
                } else {
                    let others = facts::others(&state);
                    let count = others.len().to_string();
                    let names = self.replies.list(&others);
                    let key = if others.is_empty() { "participants_none" } else { "participants" };
                    self.replies.get(key, &[("names", &names), ("count", &count)])
                };
                self.feedback.say(&text).await;
                Ok(true)
            }
            "help" => {
                tracing::info!("what can be said: {}", self.help.join("; "));
                // While it speaks it is deaf, so a few examples must do.
                let examples: Vec<&str> =
                    self.help.iter().filter_map(|line| quoted(line)).take(HELP_EXAMPLES).collect();
                let examples = examples.join(", ");
                self.feedback.say(&self.replies.get("help", &[("examples", &examples)])).await;
                Ok(true)
            }
            "cancel" => Ok(false),
            other => {
                tracing::warn!("this version of heyroom has no built-in action \"{other}\"");
                Err(self.replies.get("failed", &[]))
            }
        }
    }
}

/// The first phrase in quotation marks of a line of help.
fn quoted(line: &str) -> Option<&str> {
    line.split('"').nth(1)
}
