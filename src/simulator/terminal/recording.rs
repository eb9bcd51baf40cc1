//! Others who want to record this terminal.

use serde_json::json;

use super::{Answer, Ask, Method, Terminal, plain};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("allowRecord", |terminal, ask| answer(terminal, ask, true)),
    ("denyRecord", |terminal, ask| answer(terminal, ask, false)),
];

impl Terminal {
    /// A participant asks to record us.
    pub(super) fn wants_to_record(&mut self, id: &str) -> Result<String, String> {
        let Some(session) = self.session_mut() else { return Err("there is no call or conference".into()) };
        let conf_id = session.conf_id.clone();
        let Some(one) = session.participants.iter().skip(1).find(|one| one.id == id || one.call_id() == id)
        else {
            return Err(format!("{id} is not in this call or conference"));
        };
        let (id, name) = (one.id.clone(), one.name.clone());
        if !session.record_requests.contains(&id) {
            session.record_requests.push(id.clone());
        }
        self.event("recordRequest", json!({"peerId": id, "peerDn": name, "confId": conf_id}));
        Ok(format!("{name} asks to record"))
    }
}

fn answer(terminal: &mut Terminal, ask: &Ask<'_>, allow: bool) -> Answer {
    let id = ask.name("peerId")?;
    let id = terminal.other(ask, id)?.id.clone();
    let Some(session) = terminal.session_mut() else { return plain() };
    let asked = session.record_requests.contains(&id);
    session.record_requests.retain(|one| *one != id);
    let conf_id = session.conf_id.clone();
    let Some(one) = session.participant_mut(&id) else { return plain() };
    let (was, granted) = (one.records_us, allow && (asked || one.records_us));
    one.records_us = granted;
    if !asked && !was {
        return ask.refuse(format_args!("{id} did not ask to record"));
    }
    if was != granted {
        let status = i64::from(granted);
        terminal.event(
            "userRecordingMeStatusChanged",
            json!({"peerId": id, "status": status, "confId": conf_id}),
        );
    }
    plain()
}
