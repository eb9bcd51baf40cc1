//! How people come into a session and leave it, and how group conferences are made.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Answer, Ask, Fields, Line, Method, Refusal, Terminal,
    app::AppState,
    fields, plain,
    session::{Kind, Participant, Session, role},
    timers::Timer,
};
use crate::simulator::{
    options::{Doors, Meeting},
    people::{Cause, Person, Verdict},
};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("createConference", create_conference),
    ("expandCallToMulti", expand_call_to_multi),
    ("getConferences", get_conferences),
    ("getConferenceParticipants", get_conference_participants),
    ("getLastSelectedConference", |terminal, _| {
        Ok(fields(json!({"confType": terminal.services.last_conference_kind as i64})))
    }),
    ("getMaxConfTitleLength", |_, _| Ok(fields(json!({"length": MAX_TITLE})))),
    ("getScheduler", |terminal, _| Ok(terminal.planned())),
];

const MAX_TITLE: usize = 240;
/// The list of planned conferences comes again in this time.
pub(super) const PLANNED_AGAIN: Duration = Duration::from_secs(600);

impl Terminal {
    /// Whether our own devices are on, as a participant's `mic` and `video`.
    pub(super) fn own_device_status(&self) -> (i64, i64) {
        let status = |present: bool, muted: bool| if !present { 0 } else { 2 - i64::from(muted) };
        let (mic, camera) = self.devices.present();
        (status(mic, self.av.mic_mute), status(camera, self.av.video_mute))
    }

    /// The conferences that the server knows of.
    fn planned(&self) -> Fields {
        let conferences: Vec<Value> = self
            .setup
            .meetings
            .iter()
            .map(|meeting| {
                json!({"id": meeting.id, "type": 0, "topic": meeting.title, "owner": meeting.owner,
                       "state": if meeting.doors == Doors::Running { "running" } else { "stopped" },
                       "url": format!("https://{}/c/{}", self.account.domain(), meeting.id)})
            })
            .collect();
        fields(json!({"cnt": conferences.len(), "conferences": conferences}))
    }

    /// The server sends its list of conferences now and then.
    pub(super) fn planned_again(&mut self) {
        if self.account.user.is_some() {
            let mut planned = self.planned();
            planned.insert("succeed".into(), true.into());
            self.event("conferenceList", Value::Object(planned));
        }
        self.after(PLANNED_AGAIN, Timer::PlannedAgain);
    }

    /// The links of a group conference reach the terminal when it begins.
    pub(super) fn conference_links(&mut self) {
        let Some(session) = self.session().filter(|session| session.is_group()) else { return };
        let (conf_id, link, manager) = (session.conf_id.clone(), session.join_url(), session.manager_url());
        self.event("joinToConferenceLinkReceived", json!({"confId": conf_id, "link": link}));
        if !manager.is_empty() {
            self.event(
                "realtimeManagmentUrlAvailabilityChanged",
                json!({"available": true, "url": manager, "confId": conf_id}),
            );
        }
    }

    /// The conference of others that `meeting` describes, and those who are in it.
    pub(super) fn joined_meeting(&mut self, meeting: &Meeting, conf_id: String) -> (Session, Vec<Person>) {
        let owner = self.person(&meeting.owner);
        let domain = self.account.domain().to_owned();
        let mut session = Session::of_others(
            conf_id,
            Kind::from_number(meeting.kind),
            meeting.title.clone(),
            &owner,
            &domain,
        );
        session.public_id = format!("{}@{domain}", meeting.id);
        session.outgoing = true;
        let others = meeting.participants.iter().filter(|id| **id != meeting.owner).map(|id| self.person(id));
        let people = std::iter::once(owner).chain(others).collect();
        (session, people)
    }

    fn new_participant(&mut self, person: &Person, session: &Session) -> Participant {
        let id = format!("{}/{}", person.peer_id, self.hex(8));
        let mut one = Participant::new(id, person.peer_dn.clone(), 2, 2);
        if session.is_role_based() && person.peer_id == session.owner {
            one.role = role::OWNER;
            one.on_podium = true;
        }
        one
    }

    /// `person` comes into the running session.
    pub(super) fn join(&mut self, person: &Person) -> bool {
        let Some(session) = self.session().cloned() else { return false };
        let full = i64::try_from(session.participants.len()).unwrap_or(i64::MAX) >= session.max_participants;
        if full || session.participant(&person.peer_id).is_some() {
            return false;
        }
        let one = self.new_participant(person, &session);
        let mut shown = session.participant_fields(&one, 1);
        shown.insert("confId".into(), session.conf_id.as_str().into());
        shown.insert("audioReceiving".into(), one.audio_receiving.into());
        shown.insert("videoReceiving".into(), one.video_receiving.into());
        shown.insert("extraVideo".into(), 0.into());
        shown.insert("pinned".into(), false.into());
        if let Some(session) = self.session_mut() {
            session.invited.retain(|id| *id != person.peer_id);
            session.knocking.retain(|id| *id != person.peer_id);
            session.participants.push(one);
        }
        self.event("newParticipantInConference", Value::Object(shown));
        self.matrix_changed();
        true
    }

    /// A participant goes. A one-to-one call ends with it, as does a conference whose owner leaves.
    pub(super) fn leave(&mut self, id: &str) -> bool {
        let Some(session) = self.session_mut() else { return false };
        let Some(at) =
            session.participants.iter().skip(1).position(|one| one.id == id || one.call_id() == id)
        else {
            return false;
        };
        let one = session.participants.remove(at + 1);
        let over = !session.is_group() || (!session.is_owner && session.owner == one.call_id());
        session.podium.forget(&one.id);
        session.record_requests.retain(|asked| *asked != one.id);
        self.event("participantLeftConference", json!({"peerId": one.id}));
        self.camera_participant_left(&one.id);
        self.layout.forget(&one.id);
        if over {
            self.drop_line();
        } else {
            self.matrix_changed();
            self.announce_state();
        }
        true
    }

    /// What ends together with the session.
    pub(super) fn leave_behind(&mut self, session: &Session) {
        self.podium_ends(session);
        self.camera_ends();
        self.stop_slide_show();
        self.layout.reset();
        self.stop_sharing();
    }

    /// Invites `peer_id` into our running conference.
    pub(super) fn invite(&mut self, peer_id: &str) {
        let person = self.person(peer_id);
        let (_, after) = self.verdict(&person);
        let Some(session) = self.session_mut() else { return };
        let (conf_id, kind) = (session.conf_id.clone(), session.kind);
        session.invited.push(person.peer_id.clone());
        self.event(
            "inviteSent",
            json!({"peerId": person.peer_id, "peerDn": person.peer_dn, "confType": kind as i64, "confId": conf_id}),
        );
        self.after(after, Timer::InviteDecided { conf_id, peer_id: person.peer_id });
    }

    /// Somebody whom we invited decides: `verdict`, or as they usually do.
    pub(super) fn invite_decided(&mut self, conf_id: &str, peer_id: &str, verdict: Option<Verdict>) -> bool {
        let Some(session) = self.session_mut() else { return false };
        let Some(at) = session.invited.iter().position(|id| id == peer_id) else { return false };
        if session.conf_id != conf_id {
            return false;
        }
        session.invited.remove(at);
        let full = i64::try_from(session.participants.len()).unwrap_or(i64::MAX) >= session.max_participants;
        let person = self.person(peer_id);
        let cause = match verdict.unwrap_or_else(|| self.verdict(&person).0) {
            Verdict::Refuse(cause) => cause,
            Verdict::Ignore => Cause::NO_ANSWER,
            Verdict::Accept | Verdict::ByPresence if full => Cause::FULL,
            Verdict::Accept | Verdict::ByPresence => {
                self.join(&person);
                return true;
            }
        };
        self.event(
            "rejectReceived",
            json!({"cause": cause.0, "peerId": person.peer_id, "peerDn": person.peer_dn}),
        );
        true
    }

    /// The server has made the conference that we wanted.
    pub(super) fn conference_made(&mut self, conf_id: &str) {
        if !matches!(&self.line, Line::Creating(session) if session.conf_id == conf_id) {
            return;
        }
        let Line::Creating(mut session) = std::mem::replace(&mut self.line, Line::Idle) else { return };
        let invited = std::mem::take(&mut session.invited);
        self.begin(*session, Vec::new());
        for peer_id in invited {
            self.invite(&peer_id);
        }
    }

    /// Refuses what only the owner of a group conference (or a moderator) may do.
    pub(super) fn need_moderator(&self, ask: &Ask<'_>) -> Result<&Session, Refusal> {
        match self.session() {
            None => ask.refuse(format_args!("there is no conference ({})", self.state().describe())),
            Some(session) if !session.is_group() => ask.refuse("this is a one-to-one call, not a conference"),
            Some(session) if !session.may_moderate() => {
                ask.refuse(format_args!("only the owner {} or a moderator may do this", session.owner))
            }
            Some(session) => Ok(session),
        }
    }
}

/// The title and the people of a conference to make.
fn plan(terminal: &Terminal, ask: &Ask<'_>, invite: &[&str]) -> Result<(String, Vec<String>), Refusal> {
    let title = ask.text("title")?;
    if title.chars().count() > MAX_TITLE {
        return ask.refuse(format_args!("the title is longer than {MAX_TITLE} characters"));
    }
    let mut people: Vec<String> = Vec::new();
    for id in invite {
        let id = terminal.call_id(id);
        if id != terminal.account.id() && !people.contains(&id) {
            people.push(id);
        }
    }
    Ok((title.to_owned(), people))
}

fn new_session(terminal: &mut Terminal, kind: Kind, title: String, invited: Vec<String>) -> Session {
    let conf_id = terminal.new_conf_id();
    let own =
        Person { peer_id: terminal.account.id().to_owned(), peer_dn: terminal.account.name().to_owned() };
    let domain = terminal.account.domain().to_owned();
    let mut session = Session::of_others(conf_id, kind, title, &own, &domain);
    session.is_owner = true;
    session.outgoing = true;
    session.invited = invited;
    session.max_participants = terminal.tariff()[kind.limit()].as_i64().unwrap_or(10);
    terminal.services.last_conference_kind = kind;
    session
}

fn create_conference(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let name = ask.text("confType")?;
    let Some(kind) = Kind::parse(name) else {
        return ask.refuse(format_args!("confType \"{name}\": must be symmetric, asymmetric or role"));
    };
    let auto_join = ask.flag_opt("autoAccept")?.unwrap_or(false);
    let invite = ask.texts_opt("inviteList")?.unwrap_or_default();
    let (waiting_room, smart) = (ask.flag_opt("useWaitingRoom")?, ask.flag_opt("smartMeeting")?);
    let (mute_cam, mute_mic) = (ask.flag_opt("muteCamOnJoin")?, ask.flag_opt("muteMicOnJoin")?);
    let casters = ask.integer_opt("castersCount")?;
    terminal.need_login(ask)?;
    if terminal.state() != AppState::Normal {
        return ask.refuse(format_args!("not possible in {}", terminal.state().describe()));
    }
    let (title, people) = plan(terminal, ask, &invite)?;
    let mut session = new_session(terminal, kind, title, people);
    session.auto_join = auto_join;
    session.waiting_room = waiting_room.unwrap_or(false);
    session.smart = smart.unwrap_or(false);
    if let Some(casters) = casters.and_then(|casters| usize::try_from(casters).ok()) {
        session.max_podium = casters.max(1);
    }
    if mute_cam == Some(true) {
        terminal.set_video_mute(true);
    }
    if mute_mic == Some(true) {
        terminal.set_mic_mute(true);
    }
    let conf_id = session.conf_id.clone();
    terminal.line = Line::Creating(Box::new(session));
    terminal.announce_state();
    terminal.after(terminal.setup.timing.server, Timer::ConferenceMade { conf_id });
    plain()
}

fn expand_call_to_multi(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let invite = ask.texts("inviteList")?;
    let (title, people) = plan(terminal, ask, &invite)?;
    let Some(session) = terminal.session() else {
        return ask.refuse(format_args!("there is no call ({})", terminal.state().describe()));
    };
    if session.is_group() {
        return ask.refuse("this is a group conference already; send inviteToConference");
    }
    let old = session.clone();
    let kind = if matches!(terminal.services.last_conference_kind, Kind::OneToOne) {
        Kind::Symmetric
    } else {
        terminal.services.last_conference_kind
    };
    let mut session = new_session(terminal, kind, title, Vec::new());
    session.auto_join = true;
    terminal.leave_behind(&old);
    terminal.event("conferenceDeleted", json!({"confId": old.conf_id}));
    terminal.begin(session, old.peer.clone().into_iter().collect());
    for peer_id in people {
        if old.peer.as_ref().is_none_or(|peer| peer.peer_id != peer_id) {
            terminal.invite(&peer_id);
        }
    }
    plain()
}

fn get_conferences(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let pending = |direction: &str, conf_id: &str, person: &Person, kind: Kind| {
        json!({"confId": conf_id, "type": if kind == Kind::OneToOne { "p2p" } else { "conference" },
               "direction": direction, "peerId": person.peer_id, "peerDn": person.peer_dn, "confState": 0})
    };
    let mut shown = fields(match &terminal.line {
        Line::Idle => json!({"confId": ""}),
        Line::Closing { conf_id } => json!({"confId": conf_id}),
        Line::Creating(session) => json!({"confId": session.conf_id, "confState": 0}),
        Line::Outgoing(call) => pending("outgoing", &call.conf_id, &call.person, Kind::OneToOne),
        Line::Incoming(call) => pending("incoming", &call.conf_id, &call.person, call.kind),
        Line::Session(session) => {
            let mut shown = fields(session.created_fields(&terminal.account.instance_id()));
            // The event alone says whether this terminal waits to be let in.
            shown.remove("isInWaitingRoom");
            shown.insert("slideShowPresent".into(), terminal.slides.is_running().into());
            shown.insert("duration".into(), terminal.now.saturating_sub(session.started).as_secs().into());
            shown.insert("autoJoin".into(), session.auto_join.into());
            shown.insert("confState".into(), 1.into());
            Value::Object(shown)
        }
    });
    if terminal.api_of(ask.client) >= 2 {
        let id = match terminal.session() {
            Some(session) if session.is_group() => session.public_id.clone(),
            _ => shown["confId"].as_str().unwrap_or_default().to_owned(),
        };
        shown.insert("id".into(), id.into());
    }
    Ok(shown)
}

fn get_conference_participants(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let api = terminal.api_of(ask.client);
    let Some(session) = terminal.session() else {
        return Ok(fields(json!({"confId": "", "participants": []})));
    };
    let participants: Vec<Fields> =
        session.participants.iter().map(|one| session.participant_fields(one, api)).collect();
    Ok(fields(json!({"confId": session.conf_id, "participants": participants})))
}
