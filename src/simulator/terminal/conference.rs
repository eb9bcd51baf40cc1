//! Sessions: who is in them, who owns them, and how group conferences are made.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Answer, Ask, Fields, Line, Method, Refusal, Terminal, app::AppState, fields, plain, timers::Timer,
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

/// The kinds of sessions, numbered as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Kind {
    #[default]
    OneToOne = 0,
    Symmetric = 1,
    Asymmetric = 2,
    Role = 3,
}

impl Kind {
    /// The kind with this name. The wire has two spellings of `asymmetric`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "symmetric" => Some(Self::Symmetric),
            "asymmetric" | "assymetric" => Some(Self::Asymmetric),
            "role" => Some(Self::Role),
            _ => None,
        }
    }

    pub fn from_number(number: i64) -> Self {
        match number {
            2 => Self::Asymmetric,
            3 => Self::Role,
            _ => Self::Symmetric,
        }
    }

    fn limit(self) -> &'static str {
        match self {
            Self::OneToOne | Self::Symmetric => "symMaxNumber",
            Self::Asymmetric => "asymMaxNumber",
            Self::Role => "roleMaxNumber",
        }
    }
}

/// Roles in role-based conferences, numbered as on the wire.
pub(super) mod role {
    pub const PARTICIPANT: i64 = 1;
    pub const OWNER: i64 = 2;
    pub const ASKED: i64 = 3;
    pub const INVITED: i64 = 4;
    pub const REMARK: i64 = 5;
}

/// Somebody in the session.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Participant {
    /// `user@server/instance`.
    pub id: String,
    pub name: String,
    /// 0 missing, 1 muted, 2 on.
    pub mic: i64,
    pub video: i64,
    pub role: i64,
    pub on_podium: bool,
    pub moderator: bool,
    pub records_us: bool,
    pub audio_receiving: bool,
    pub video_receiving: bool,
    pub level: i64,
    pub slide_show: bool,
    pub reaction: i64,
}

impl Participant {
    pub(super) fn new(id: String, name: String, mic: i64, video: i64) -> Self {
        Self {
            id,
            name,
            mic,
            video,
            role: role::PARTICIPANT,
            on_podium: false,
            moderator: false,
            records_us: false,
            audio_receiving: true,
            video_receiving: true,
            level: 100,
            slide_show: false,
            reaction: 0,
        }
    }

    /// `user@server`.
    pub fn call_id(&self) -> &str {
        self.id.split('/').next().unwrap_or(&self.id)
    }
}

/// A running call or conference.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Session {
    pub conf_id: String,
    /// The public id of a group conference.
    pub public_id: String,
    pub kind: Kind,
    pub title: String,
    /// `user@server` of the owner.
    pub owner: String,
    pub is_owner: bool,
    /// Whether the terminal called, or made the conference.
    pub outgoing: bool,
    /// The other side of a one-to-one call.
    pub peer: Option<Person>,
    pub started: Duration,
    pub participants: Vec<Participant>,
    /// `user@server` of those who are invited and have not decided.
    pub invited: Vec<String>,
    /// `user@server` of those who ask to be let in.
    pub knocking: Vec<String>,
    pub auto_join: bool,
    pub waiting_room: bool,
    pub smart: bool,
    pub max_participants: i64,
    pub max_podium: usize,
    pub podium: super::podium::Requests,
    pub record_requests: Vec<String>,
}

impl Session {
    fn empty(conf_id: String, kind: Kind, owner: &str) -> Self {
        Self {
            conf_id,
            public_id: String::new(),
            kind,
            title: String::new(),
            owner: owner.to_owned(),
            is_owner: false,
            outgoing: false,
            peer: None,
            started: Duration::ZERO,
            participants: Vec::new(),
            invited: Vec::new(),
            knocking: Vec::new(),
            auto_join: false,
            waiting_room: false,
            smart: false,
            max_participants: if kind == Kind::OneToOne { 2 } else { 450 },
            max_podium: 4,
            podium: super::podium::Requests::default(),
            record_requests: Vec::new(),
        }
    }

    /// A one-to-one call with `peer`.
    pub fn one_to_one(conf_id: String, peer: &Person, outgoing: bool) -> Self {
        let mut session = Self::empty(conf_id, Kind::OneToOne, &peer.peer_id);
        session.is_owner = outgoing;
        session.outgoing = outgoing;
        session.peer = Some(peer.clone());
        session
    }

    /// A group conference that somebody else owns.
    pub fn of_others(conf_id: String, kind: Kind, title: String, owner: &Person, domain: &str) -> Self {
        let mut session = Self::empty(conf_id, kind, &owner.peer_id);
        session.title = title;
        // The number of the session makes a public id as good as any.
        let digits: String = session.conf_id.chars().take(8).collect();
        session.public_id =
            format!("{}@{domain}", u64::from_str_radix(&digits, 16).unwrap_or(0) + 1_000_000_000);
        session
    }

    pub fn is_group(&self) -> bool {
        self.kind != Kind::OneToOne
    }

    pub fn is_role_based(&self) -> bool {
        self.kind == Kind::Role
    }

    /// The participant with this id: one instance, or the first of a user.
    pub fn participant(&self, id: &str) -> Option<&Participant> {
        self.participants.iter().find(|one| one.id == id || one.call_id() == id)
    }

    pub fn participant_mut(&mut self, id: &str) -> Option<&mut Participant> {
        self.participants.iter_mut().find(|one| one.id == id || one.call_id() == id)
    }

    /// The terminal itself is the first participant.
    pub fn join_self(&mut self, id: String, name: &str, (mic, video): (i64, i64)) {
        let mut own = Participant::new(id, name.to_owned(), mic, video);
        if self.is_owner && self.is_role_based() {
            own.role = role::OWNER;
            own.on_podium = true;
        }
        self.participants.insert(0, own);
    }

    /// Whether the terminal may steer others: the owner, and moderators.
    pub fn may_moderate(&self) -> bool {
        self.is_owner || self.participants.first().is_some_and(|own| own.moderator)
    }

    pub fn on_podium(&self) -> usize {
        self.participants.iter().filter(|one| one.on_podium).count()
    }

    fn join_url(&self) -> String {
        let (id, domain) = self.public_id.split_once('@').unwrap_or(("", ""));
        if id.is_empty() { String::new() } else { format!("https://{domain}/c/{id}") }
    }

    fn manager_url(&self) -> String {
        let domain = self.public_id.split_once('@').map_or("", |(_, domain)| domain);
        if self.may_moderate() && !domain.is_empty() {
            format!("https://{domain}/tools/real-time?k={}", &self.conf_id[..8.min(self.conf_id.len())])
        } else {
            String::new()
        }
    }

    /// What `conferenceCreated` says.
    pub fn created_fields(&self, own_instance: &str) -> Value {
        let mut created = fields(json!({
            "confId": self.conf_id,
            "confTitle": self.title,
            "confType": self.kind as i64,
            "isSmartMeeting": self.smart,
            "conferenceOwner": if self.is_owner { own_instance } else { &self.owner },
            "joinUrl": self.join_url(),
            "realTimeConferenceManagmentUrl": self.manager_url(),
            "maxParticipants": self.max_participants,
        }));
        if let Some(peer) = self.peer.as_ref().filter(|_| self.outgoing) {
            created.insert("peerId".into(), peer.peer_id.as_str().into());
        }
        if self.is_group() && self.is_owner {
            created.insert("isWaitingRoomSwitchingSupported".into(), true.into());
            created.insert("isWaitingRoomEnabled".into(), self.waiting_room.into());
        } else if self.is_group() {
            created.insert("isInWaitingRoom".into(), false.into());
        }
        if self.is_role_based() {
            created.insert("maxParticipantsOnPodium".into(), self.max_podium.into());
        }
        Value::Object(created)
    }

    /// One participant as `getConferenceParticipants` shows it.
    pub fn participant_fields(&self, one: &Participant, api: u8) -> Fields {
        let owner = one.call_id() == self.owner || (self.is_owner && self.participants.first() == Some(one));
        let mut shown = fields(json!({
            "peerId": one.id,
            "peerDn": one.name,
            "mic": one.mic,
            "video": one.video,
            "slideShow": one.slide_show,
            "leaderType": i64::from(owner || one.moderator),
            "recordingMe": one.records_us,
            "recordingByMe": false,
            "isInWaitingRoom": false,
        }));
        if self.is_role_based() {
            shown.insert("role".into(), one.role.into());
            shown.insert("broadcast".into(), one.on_podium.into());
        }
        if api >= 2 {
            shown.insert("reaction".into(), one.reaction.into());
        }
        shown
    }
}

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
