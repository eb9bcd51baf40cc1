//! Questions about the call, the calls before it, and the ids of the room.

use std::time::SystemTime;

use super::{Performer, Step, calls::person};
use crate::room::{CallHistoryType, ConferenceType, State};

impl Performer {
    pub(super) async fn in_call(&self) -> Step {
        let state = self.known()?;
        if !state.in_conference() {
            return self.reply("in_call_no", &[]).await;
        }
        self.tell_others(&state, "in_call_yes").await
    }

    pub(super) async fn own_id(&self) -> Step {
        let state = self.known()?;
        match state.own.and_then(|own| own.peer_id).filter(|id| !id.is_empty()) {
            Some(id) => self.reply("own_id", &[("id", &spelled(user_part(&id)))]).await,
            None => self.reply("own_id_none", &[]).await,
        }
    }

    /// The id under which others can join.
    pub(super) async fn conference_id(&self) -> Step {
        let state = self.in_session()?;
        match joinable(&state) {
            Some(id) => self.reply("conference_id", &[("id", &spelled(&id))]).await,
            // A call between two cannot be joined.
            None => Err(self.not_now()),
        }
    }

    /// Names whose calls were missed since somebody last looked at the history.
    pub(super) async fn who_called(&self) -> Step {
        let state = self.known()?;
        let (history, last_view) = self.history().await?;
        let mut people: Vec<(String, String)> = Vec::new();
        let mut calls = 0;
        for call in &history {
            let new = call.viewed.map_or(call.start_time.unwrap_or_default() > last_view, |viewed| !viewed);
            if call.kind == Some(CallHistoryType::Missed) && new {
                calls += 1;
                let person = person(call, &state);
                if !people.iter().any(|(id, _)| *id == person.0) {
                    people.push(person);
                }
            }
        }
        let Some((id, name)) = people.first() else { return self.reply("who_called_none", &[]).await };
        self.memory.talked_about(id, name, SystemTime::now());
        let names: Vec<String> = people.iter().map(|(_, name)| name.clone()).collect();
        self.tell_names("who_called", &names, calls).await
    }

    pub(super) async fn who_is_calling(&self) -> Step {
        let state = self.known()?;
        let Some(call) = state.incoming_call() else { return self.reply("who_is_calling_none", &[]).await };
        let known = crate::assistant::facts::name_of(&state, &call.peer_id);
        let name = if call.peer_dn.trim().is_empty() { &known } else { &call.peer_dn };
        self.memory.talked_about(&call.peer_id, name, SystemTime::now());
        self.reply("who_is_calling", &[("name", name)]).await
    }
}

fn user_part(id: &str) -> &str {
    id.split(['@', '/']).next().unwrap_or(id)
}

/// The id that others dial: of the page for joining, else that of the session.
fn joinable(state: &State) -> Option<String> {
    let conference = state.conference.as_ref()?;
    if conference.conference_type == Some(ConferenceType::VideoCall) {
        return None;
    }
    let page = conference.join_url.as_deref().and_then(|url| url.split_once("/c/"));
    let page = page.map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let id = page.filter(|id| !id.is_empty()).unwrap_or_else(|| user_part(&conference.conf_id));
    (!id.is_empty()).then(|| id.to_owned())
}

/// An id so that it is spoken digit by digit, in groups of three: a number of ten digits is "3 billion ..." to an
/// engine.
fn spelled(id: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = id;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        rest = behind;
        if digits {
            parts.push(grouped(run));
        } else {
            // A dash or an underscore is not spoken; a dot is part of a name.
            let words = run.replace(['-', '_'], " ");
            if !words.trim().is_empty() {
                parts.push(words.trim().to_owned());
            }
        }
    }
    parts.join(" ")
}

/// "1 2 3, 4 5 6, 7 8 9 0": groups of three, the last of two to four. Short numbers are spoken as such.
fn grouped(digits: &str) -> String {
    if digits.len() <= 2 && !digits.starts_with('0') {
        return digits.to_owned();
    }
    let all: Vec<String> = digits.chars().map(String::from).collect();
    let mut groups: Vec<String> = Vec::new();
    let mut rest = all.as_slice();
    while rest.len() > 4 {
        let (group, behind) = rest.split_at(3);
        groups.push(group.join(" "));
        rest = behind;
    }
    groups.push(rest.join(" "));
    groups.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::Conference;

    #[test]
    fn ids_are_spoken_digit_by_digit() {
        for (id, spoken) in [
            ("1234567890", "1 2 3, 4 5 6, 7 8 9 0"),
            ("00000351", "0 0 0, 0 0 3, 5 1"),
            ("12345", "1 2 3, 4 5"),
            ("room-12", "room 12"),
            ("room_007", "room 0 0 7"),
            ("john.smith", "john.smith"),
            ("-", ""),
            ("", ""),
        ] {
            assert_eq!(spelled(id), spoken, "{id}");
        }
    }

    #[test]
    fn the_id_of_a_conference_is_the_one_that_others_dial() {
        let id = |kind, url: Option<&str>| {
            let conference = Conference {
                conf_id: "00000351@video.example#vcs".into(),
                conference_type: Some(kind),
                join_url: url.map(str::to_owned),
                ..Conference::default()
            };
            joinable(&State { conference: Some(conference), ..State::default() })
        };
        let page = Some("https://video.example/c/7001234?x=1");
        assert_eq!(id(ConferenceType::AllOnScreen, page).as_deref(), Some("7001234"));
        assert_eq!(id(ConferenceType::AllOnScreen, Some("")).as_deref(), Some("00000351"));
        assert_eq!(id(ConferenceType::VideoCall, page), None);
        assert_eq!(joinable(&State::default()), None);
    }
}
