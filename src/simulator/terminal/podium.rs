//! The podium of role-based conferences, and audio remarks from the hall.

use serde_json::json;

use super::{
    Answer, Ask, Fields, Method, Refusal, Terminal, plain,
    session::{Session, role},
    timers::Timer,
};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("gotoPodium", goto_podium),
    ("leavePodium", leave_podium),
    ("inviteToPodium", invite_to_podium),
    ("kickFromPodium", kick_from_podium),
    ("acceptInvitationToPodium", |terminal, ask| answer_invitation(terminal, ask, true)),
    ("rejectInvitationToPodium", |terminal, ask| answer_invitation(terminal, ask, false)),
    ("acceptRequestToPodium", |terminal, ask| answer_request(terminal, ask, true)),
    ("rejectRequestToPodium", |terminal, ask| answer_request(terminal, ask, false)),
    ("startRemark", start_remark),
];

/// Seconds that an audio remark may last.
const REMARK: i64 = 30;

/// `roleEventOccured.type`.
mod kind {
    pub const REQUEST: i64 = 0;
    pub const RESPONSE: i64 = 1;
    pub const NOTIFICATION: i64 = 3;
}

/// `roleEventOccured.result`.
mod outcome {
    pub const POSITIVE: i64 = 0;
    pub const DECLINED: i64 = 3;
}

/// What is asked about the podium and not answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Requests {
    /// We asked the owner.
    asked_by_us: bool,
    /// The owner asked us.
    invites_us: bool,
    /// Instances that asked us.
    asking: Vec<String>,
    /// Instances that we asked.
    invited: Vec<String>,
    remark: bool,
}

impl Requests {
    /// A participant is gone.
    pub fn forget(&mut self, id: &str) {
        self.asking.retain(|one| one != id);
        self.invited.retain(|one| one != id);
    }
}

impl Terminal {
    /// `requests` of the application state.
    pub(super) fn pending_requests(&self) -> Fields {
        let mut pending = Fields::new();
        if let Some(session) = self.session() {
            let own = self.account.id();
            let people = |ids: &[String]| json!(ids);
            if !session.podium.asking.is_empty() {
                pending.insert("incomingPodiumRequest".into(), people(&session.podium.asking));
            }
            if session.podium.asked_by_us {
                pending.insert("outgoingPodiumRequest".into(), json!([own]));
            }
            if session.podium.invites_us {
                pending.insert("incomingPodiumInvitation".into(), json!([session.owner]));
            }
            if !session.podium.invited.is_empty() {
                pending.insert("outgoingPodiumInvitation".into(), people(&session.podium.invited));
            }
        }
        pending
    }

    /// One participant's place changes, or is asked for.
    fn role_event(&mut self, id: &str, role: i64, kind: i64, result: i64, on_podium: bool) {
        let Some(session) = self.session_mut() else { return };
        let conf_id = session.conf_id.clone();
        let Some(one) = session.participant_mut(id) else { return };
        one.role = role;
        one.on_podium = on_podium;
        let (id, name) = (one.id.clone(), one.name.clone());
        self.event(
            "roleEventOccured",
            json!({"peerId": id, "peerDn": name, "role": role, "type": kind, "result": result,
                   "broadcast": on_podium, "confId": conf_id}),
        );
        self.announce_state();
    }

    fn own_role(&self) -> i64 {
        if self.session().is_some_and(|session| session.is_owner) { role::OWNER } else { role::PARTICIPANT }
    }

    /// The owner decides about our wish.
    pub(super) fn podium_decided(&mut self, conf_id: &str, allow: bool) -> bool {
        let own = self.account.instance_id();
        let Some(session) = self.session_mut().filter(|session| session.conf_id == conf_id) else {
            return false;
        };
        if !std::mem::take(&mut session.podium.asked_by_us) {
            return false;
        }
        let allow = allow && session.on_podium() < session.max_podium;
        let result = if allow { outcome::POSITIVE } else { outcome::DECLINED };
        self.role_event(&own, role::PARTICIPANT, kind::RESPONSE, result, allow);
        true
    }

    /// A participant whom we invited decides.
    pub(super) fn podium_invite_decided(&mut self, conf_id: &str, id: &str, accept: bool) -> bool {
        let Some(session) = self.session_mut().filter(|session| session.conf_id == conf_id) else {
            return false;
        };
        if !session.podium.invited.iter().any(|one| one == id) {
            return false;
        }
        session.podium.forget(id);
        let result = if accept { outcome::POSITIVE } else { outcome::DECLINED };
        self.role_event(id, role::PARTICIPANT, kind::RESPONSE, result, accept);
        true
    }

    /// A participant asks us for the podium.
    pub(super) fn asks_for_podium(&mut self, id: &str) -> Result<String, String> {
        let automatic = self.settings.is_on("autoAllowPartToTakePodium");
        let Some(session) =
            self.session_mut().filter(|session| session.is_role_based() && session.may_moderate())
        else {
            return Err("the terminal leads no role-based conference".into());
        };
        let Some(one) = session.participants.iter().skip(1).find(|one| one.id == id || one.call_id() == id)
        else {
            return Err(format!("{id} is not in the conference"));
        };
        let (id, name, there) = (one.id.clone(), one.name.clone(), one.on_podium);
        if there {
            return Err(format!("{name} is on the podium already"));
        }
        session.podium.asking.push(id.clone());
        self.role_event(&id, role::ASKED, kind::REQUEST, outcome::POSITIVE, false);
        if automatic {
            self.answer_podium_request(&id, true);
        }
        Ok(format!("{name} asks for the podium"))
    }

    /// The owner invites us to the podium.
    pub(super) fn invited_to_podium(&mut self) -> Result<String, String> {
        let automatic = self.settings.is_on("autoAcceptPodiumFromOwner");
        let own = self.account.instance_id();
        let Some(session) = self.session_mut().filter(|session| session.is_role_based() && !session.is_owner)
        else {
            return Err("the terminal is not in a role-based conference of somebody else".into());
        };
        if session.participants.first().is_some_and(|own| own.on_podium) {
            return Err("the terminal is on the podium already".into());
        }
        session.podium.invites_us = true;
        self.role_event(&own, role::INVITED, kind::REQUEST, outcome::POSITIVE, false);
        if automatic {
            self.answer_podium_invitation(true);
        }
        Ok("the owner invites the terminal to the podium".into())
    }

    fn answer_podium_invitation(&mut self, accept: bool) -> bool {
        let own = self.account.instance_id();
        let Some(session) = self.session_mut() else { return false };
        if !std::mem::take(&mut session.podium.invites_us) {
            return false;
        }
        let conf_id = session.conf_id.clone();
        self.event(
            "incomingPodiumInvitationRemoved",
            json!({"confId": conf_id, "reason": i64::from(!accept)}),
        );
        let result = if accept { outcome::POSITIVE } else { outcome::DECLINED };
        self.role_event(&own, role::PARTICIPANT, kind::RESPONSE, result, accept);
        true
    }

    fn answer_podium_request(&mut self, id: &str, allow: bool) -> bool {
        let Some(session) = self.session_mut() else { return false };
        let Some(id) =
            session.podium.asking.iter().find(|one| *one == id || one.split('/').next() == Some(id)).cloned()
        else {
            return false;
        };
        session.podium.forget(&id);
        let conf_id = session.conf_id.clone();
        self.event(
            "incomingRequestToPodiumAnswered",
            json!({"peerId": id, "allow": allow, "confId": conf_id}),
        );
        let result = if allow { outcome::POSITIVE } else { outcome::DECLINED };
        self.role_event(&id, role::PARTICIPANT, kind::RESPONSE, result, allow);
        true
    }

    /// Another second of the remark is over.
    pub(super) fn remark_tick(&mut self, conf_id: &str, left: i64) {
        let own = self.account.instance_id();
        let Some(session) = self.session().filter(|session| session.conf_id == conf_id) else { return };
        if !session.podium.remark {
            return;
        }
        self.event("remarkCountDown", json!({"timeout": left, "confId": conf_id}));
        if left > 0 {
            let conf_id = conf_id.to_owned();
            self.after(std::time::Duration::from_secs(1), Timer::RemarkTick { conf_id, left: left - 1 });
        } else {
            if let Some(session) = self.session_mut() {
                session.podium.remark = false;
            }
            self.role_event(&own, role::PARTICIPANT, kind::NOTIFICATION, outcome::POSITIVE, false);
        }
    }

    /// The session ends with an invitation still open.
    pub(super) fn podium_ends(&mut self, session: &Session) {
        if session.podium.invites_us {
            self.event("incomingPodiumInvitationRemoved", json!({"confId": session.conf_id, "reason": 3}));
        }
    }
}

/// The role-based conference that is running.
fn running<'a>(terminal: &'a Terminal, ask: &Ask<'_>) -> Result<&'a Session, Refusal> {
    match terminal.session() {
        Some(session) if session.is_role_based() => Ok(session),
        Some(_) => ask.refuse("there is a podium in role-based conferences only"),
        None => ask.refuse(format_args!("there is no conference ({})", terminal.state().describe())),
    }
}

fn goto_podium(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let session = running(terminal, ask)?;
    let own = terminal.account.instance_id();
    let (conf_id, is_owner, full) =
        (session.conf_id.clone(), session.is_owner, session.on_podium() >= session.max_podium);
    if session.participants.first().is_some_and(|own| own.on_podium) {
        return ask.refuse("the terminal is on the podium already");
    }
    if full {
        return ask.refuse(format_args!("the podium is full: {} people", session.max_podium));
    }
    if is_owner {
        terminal.role_event(&own, role::OWNER, kind::NOTIFICATION, outcome::POSITIVE, true);
        return plain();
    }
    if session.podium.asked_by_us {
        return ask.refuse("the owner has not answered the last request");
    }
    if let Some(session) = terminal.session_mut() {
        session.podium.asked_by_us = true;
    }
    terminal.role_event(&own, role::ASKED, kind::REQUEST, outcome::POSITIVE, false);
    terminal.after(terminal.setup.timing.ring, Timer::PodiumDecided { conf_id });
    plain()
}

fn leave_podium(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let session = running(terminal, ask)?;
    if !session.participants.first().is_some_and(|own| own.on_podium) {
        return ask.refuse("the terminal is not on the podium");
    }
    let (own, role) = (terminal.account.instance_id(), terminal.own_role());
    terminal.role_event(&own, role, kind::NOTIFICATION, outcome::POSITIVE, false);
    plain()
}

fn invite_to_podium(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("peerId")?;
    running(terminal, ask)?;
    let session = terminal.need_moderator(ask)?;
    let (conf_id, full) = (session.conf_id.clone(), session.on_podium() >= session.max_podium);
    let one = terminal.other(ask, id)?;
    let (id, there) = (one.id.clone(), one.on_podium);
    if there {
        return ask.refuse(format_args!("{id} is on the podium already"));
    }
    if full {
        return ask.refuse("the podium is full");
    }
    if let Some(session) = terminal.session_mut()
        && !session.podium.invited.contains(&id)
    {
        session.podium.invited.push(id.clone());
    }
    terminal.role_event(&id, role::INVITED, kind::REQUEST, outcome::POSITIVE, false);
    terminal.after(terminal.setup.timing.ring, Timer::PodiumInviteDecided { conf_id, peer_id: id });
    plain()
}

fn kick_from_podium(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("peerId")?;
    running(terminal, ask)?;
    terminal.need_moderator(ask)?;
    let one = terminal.other(ask, id)?;
    let (id, there) = (one.id.clone(), one.on_podium);
    if !there {
        return ask.refuse(format_args!("{id} is not on the podium"));
    }
    terminal.role_event(&id, role::PARTICIPANT, kind::NOTIFICATION, outcome::POSITIVE, false);
    plain()
}

fn answer_invitation(terminal: &mut Terminal, ask: &Ask<'_>, accept: bool) -> Answer {
    if terminal.answer_podium_invitation(accept) {
        plain()
    } else {
        ask.refuse("there is no invitation to the podium")
    }
}

fn answer_request(terminal: &mut Terminal, ask: &Ask<'_>, allow: bool) -> Answer {
    let id = ask.name("peerId")?;
    if let Some(session) = terminal.session()
        && allow
        && session.on_podium() >= session.max_podium
    {
        return ask.refuse("the podium is full");
    }
    if terminal.answer_podium_request(id, allow) {
        plain()
    } else {
        ask.refuse(format_args!("{id} did not ask for the podium"))
    }
}

fn start_remark(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let session = running(terminal, ask)?;
    if session.participants.first().is_some_and(|own| own.on_podium) {
        return ask.refuse("who is on the podium needs no remark");
    }
    if session.podium.remark {
        return ask.refuse("a remark is running");
    }
    let conf_id = session.conf_id.clone();
    if let Some(session) = terminal.session_mut() {
        session.podium.remark = true;
    }
    let own = terminal.account.instance_id();
    terminal.role_event(&own, role::REMARK, kind::NOTIFICATION, outcome::POSITIVE, false);
    terminal.remark_tick(&conf_id, REMARK);
    plain()
}
