//! Calls and conferences: calling again, calling back, tones, starting a conference, those who ask to join.

use std::time::{Duration, Instant, SystemTime};

use serde_json::{Map, Value, json};

use super::{Done, Errand, Performer, Step, object};
use crate::{
    assistant::facts::{self, Other},
    audio::Earcon,
    room::{
        CallHistoryType, CallOutcome, CallRecord, ConferenceKind, ConferenceOutcome, ConferenceType, State,
        same_user,
    },
};

/// How far back the call history is looked at.
const HISTORY: i64 = 50;
/// Between two tones, so that two equal ones are two.
const TONE_PAUSE: Duration = Duration::from_millis(150);

impl Performer {
    /// The method `call` of a grammar. The name for the reply is that of the slot which was called.
    pub(super) async fn call(&self, params: Map<String, Value>, errand: &mut Errand<'_>) -> Step {
        let peer = params.get("peerId").and_then(Value::as_str).unwrap_or_default().to_owned();
        let slots = || errand.found.slots.values();
        // The address of a conference is made of a slot and more.
        let called =
            slots().find(|slot| slot.value.as_str() == Some(peer.as_str())).or_else(|| slots().next());
        let name = called.map_or_else(|| facts::name_of(&self.room.snapshot(), &peer), |slot| slot.name());
        let announce = errand.found.reply.clone().unwrap_or_default();
        self.place(&peer, &name, params, &announce, errand).await
    }

    /// "Cancel" where nothing is asked: a call that rings out is given up.
    pub(super) async fn give_up(&self, errand: &mut Errand<'_>) -> Step {
        if !facts::is_calling(&self.room.snapshot()) {
            return self.reply("cancelled", &[]).await;
        }
        self.request("hangUp", object(json!({"forAll": false})), errand).await?;
        self.call_is_over().await;
        Ok(Done::changed(Some(Vec::new())))
    }

    /// A call is done when the other side answered or did not; until then it rings, and people hear that.
    async fn place(
        &self,
        peer: &str,
        name: &str,
        params: Map<String, Value>,
        announce: &str,
        errand: &mut Errand<'_>,
    ) -> Step {
        let started = Instant::now();
        let on_wire = self.on_wire("call", &params, errand.spoken.take());
        let request = params
            .into_iter()
            .fold(self.room.call(peer), |request, (key, value)| request.with(key, value))
            .on_wire(on_wire);
        let failed = |error: &crate::room::Error| {
            self.answered("call", Err(error), started);
            self.told(error)
        };
        // "Calling John Smith" is said when the room does so, not before.
        let placed = request.placed().await.map_err(|error| failed(&error))?;
        self.memory.talked_about(peer, name, SystemTime::now());
        let announced = self.feedback.announce(Earcon::Done, announce);
        let (outcome, ()) = tokio::join!(placed.outcome(), announced);
        let outcome = outcome.map_err(|error| failed(&error))?;
        self.answered("call", Ok(&format!("{name}: {outcome}")), started);
        let words = self.replies.call_outcome(name, &outcome);
        match outcome {
            CallOutcome::Accepted(session) => {
                if let (Some(ticket), Some(id)) = (errand.ticket, &session.conf_id) {
                    self.memory.is_call(ticket, id);
                }
                Ok(Done { answered: true, changed: true, back: None })
            }
            // Somebody here hung up, and knows it.
            _ if words.is_empty() => Ok(Done::answered()),
            _ => Err(words),
        }
    }

    async fn place_to(&self, peer: &str, name: &str, errand: &mut Errand<'_>) -> Step {
        let announce = self.replies.get("calling", &[("name", name)]);
        self.place(peer, name, object(json!({"peerId": peer})), &announce, errand).await
    }

    /// The past calls, the last one first.
    pub(super) async fn history(&self) -> Result<(Vec<CallRecord>, i64), String> {
        let answer = self.asked(self.room.get_call_history(HISTORY)).await?;
        let mut calls = answer.calls.unwrap_or_default();
        calls.retain(|call| call.peer_id.as_deref().is_some_and(|id| !id.is_empty()));
        calls.sort_by_key(|call| std::cmp::Reverse(call.start_time.unwrap_or_default()));
        Ok((calls, answer.last_view.unwrap_or_default()))
    }

    /// Calls whoever was called last.
    pub(super) async fn redial(&self, errand: &mut Errand<'_>) -> Step {
        let state = self.known()?;
        let (calls, _) = self.history().await?;
        let last = calls.iter().find(|call| {
            call.kind == Some(CallHistoryType::Outgoing)
                && !state.is_own(call.peer_id.as_deref().unwrap_or_default())
        });
        match last {
            Some(call) => {
                let (peer, name) = person(call, &state);
                self.place_to(&peer, &name, errand).await
            }
            None => Err(self.replies.get("nobody_to_call", &[])),
        }
    }

    /// Calls whoever called last, or was talked about since.
    pub(super) async fn call_back(&self, errand: &mut Errand<'_>) -> Step {
        let state = self.known()?;
        let (calls, _) = self.history().await?;
        let last = calls.iter().find(|call| {
            matches!(call.kind, Some(CallHistoryType::Incoming | CallHistoryType::Missed))
                && !state.is_own(call.peer_id.as_deref().unwrap_or_default())
        });
        let began = |call: &CallRecord| call.start_time.and_then(|seconds| u64::try_from(seconds).ok());
        let talked = self.memory.person(SystemTime::now()).filter(|talked| {
            let at = talked.at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
            last.and_then(began).is_none_or(|began| at >= began)
        });
        let (peer, name) = match (talked, last) {
            (Some(talked), _) => (talked.peer_id, talked.name),
            (None, Some(call)) => person(call, &state),
            (None, None) => return Err(self.replies.get("nobody_to_call", &[])),
        };
        self.place_to(&peer, &name, errand).await
    }

    /// Sends dial tones, one after the other.
    pub(super) async fn send_tones(&self, params: &Map<String, Value>, errand: &mut Errand<'_>) -> Step {
        let tones = self.text(params, "tones")?.to_uppercase();
        let tones: Vec<char> = tones.chars().filter(|tone| !tone.is_whitespace()).collect();
        if tones.is_empty() || !tones.iter().all(|tone| matches!(tone, '0'..='9' | '*' | '#' | 'A'..='D')) {
            return Err(self.lacks("tones"));
        }
        let state = self.in_session()?;
        let Some(receiver) = tone_receiver(&facts::others(&state)) else { return Err(self.not_now()) };
        for (index, tone) in tones.iter().enumerate() {
            if index > 0 {
                tokio::time::sleep(TONE_PAUSE).await;
            }
            let params = object(json!({"symbol": tone.to_string(), "callId": receiver}));
            self.request("toneDial", params, errand).await?;
        }
        Ok(Done::default())
    }

    /// Starts a conference; from a call between two, makes one of it; in a conference, invites into it.
    pub(super) async fn create_conference(
        &self,
        params: &Map<String, Value>,
        errand: &mut Errand<'_>,
    ) -> Step {
        let state = self.known()?;
        let mut people: Vec<String> = Vec::new();
        for id in params.get("contacts").and_then(Value::as_array).into_iter().flatten() {
            let id = id.as_str().unwrap_or_default();
            // The own account is in it anyway.
            let known = state.is_own(id) || people.iter().any(|other| same_user(other, id));
            if !id.is_empty() && !known {
                people.push(id.to_owned());
            }
        }
        let title = params.get("title").and_then(Value::as_str).map(str::to_owned).unwrap_or_else(|| {
            let own = state.own.as_ref().and_then(|own| own.peer_dn.clone().or_else(|| own.peer_id.clone()));
            own.unwrap_or_else(|| "heyroom".to_owned())
        });
        let conference = state.conference.as_ref().filter(|_| state.in_conference());
        match conference.map(|conference| conference.conference_type) {
            None => self.new_conference(&title, &people, params, errand).await,
            // It is one already.
            Some(_) if people.is_empty() => Err(self.not_now()),
            Some(Some(ConferenceType::VideoCall)) => {
                let params = object(json!({"title": title, "inviteList": people}));
                self.request("expandCallToMulti", params, errand).await?;
                Ok(Done::changed(None))
            }
            Some(_) => {
                for id in people {
                    let params = object(json!({"peerId": id}));
                    self.request("inviteToConference", params, errand).await?;
                }
                Ok(Done::changed(None))
            }
        }
    }

    async fn new_conference(
        &self,
        title: &str,
        people: &[String],
        params: &Map<String, Value>,
        errand: &mut Errand<'_>,
    ) -> Step {
        // Others ask to join, and somebody here lets them in, unless the grammar says otherwise.
        let open = params.get("open").and_then(Value::as_bool).unwrap_or(false);
        let mut request = self.room.create_conference(title, ConferenceKind::AllOnScreen, open);
        if !people.is_empty() {
            request = request.invite_list(people);
        }
        let started = Instant::now();
        let on_wire = self.on_wire("createConference", request.params(), errand.spoken.take());
        match request.on_wire(on_wire).await {
            Ok(outcome) => {
                let (text, done) = match &outcome {
                    ConferenceOutcome::Created(_) => ("created".to_owned(), true),
                    ConferenceOutcome::Rejected(cause) => (cause.to_string(), false),
                    _ => ("it came to nothing".to_owned(), false),
                };
                self.answered("createConference", Ok(&text), started);
                if done { Ok(Done::changed(None)) } else { Err(self.replies.get("failed", &[])) }
            }
            Err(error) => {
                self.answered("createConference", Err(&error), started);
                Err(self.told(&error))
            }
        }
    }

    /// Lets in, or turns away, all who ask to join.
    pub(super) async fn answer_guests(&self, method: &str, errand: &mut Errand<'_>) -> Step {
        let state = self.known()?;
        if state.guests.is_empty() {
            return Err(self.replies.get("no_guest", &[]));
        }
        let mut failure = None;
        for guest in &state.guests {
            let params = object(json!({"peerId": guest.peer_id}));
            // The others get their answer even if one has gone.
            if let Err(problem) = self.request(method, params, errand).await {
                failure = Some(problem);
            }
        }
        failure.map_or(Ok(Done::changed(None)), Err)
    }
}

/// The other side of a past call: id and name.
pub(super) fn person(call: &CallRecord, state: &State) -> (String, String) {
    let peer = call.peer_id.clone().unwrap_or_default();
    // The address book may have a better name than the history.
    let name = match (state.contacts.get(&peer), &call.peer_dn) {
        (None, Some(name)) if !name.trim().is_empty() => name.clone(),
        _ => facts::name_of(state, &peer),
    };
    (peer, name)
}

/// Who gets dial tones: the telephone or the other system in the call, else the only other side.
fn tone_receiver(others: &[Other]) -> Option<String> {
    let gateways: Vec<&Other> = others.iter().filter(|other| other.peer_id.starts_with('#')).collect();
    let receiver = match (gateways.as_slice(), others) {
        ([one], _) => *one,
        ([], [one]) => one,
        _ => return None,
    };
    Some(receiver.peer_id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_go_to_the_telephone_or_to_the_only_other_side() {
        let others = |ids: &[&str]| -> Vec<Other> {
            ids.iter().map(|id| Other { peer_id: (*id).into(), name: String::new() }).collect()
        };
        let receiver = |ids: &[&str]| tone_receiver(&others(ids));
        assert_eq!(receiver(&["ann@x/1"]).as_deref(), Some("ann@x/1"));
        assert_eq!(receiver(&["ann@x/1", "#sip:5@host", "bob@x/2"]).as_deref(), Some("#sip:5@host"));
        assert_eq!(receiver(&["ann@x/1", "bob@x/2"]), None);
        assert_eq!(receiver(&["#sip:5@host", "#sip:6@host"]), None);
        assert_eq!(receiver(&[]), None);
    }
}
