//! What a session is: its kind, who is in it, and how it shows on the wire.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Fields, fields, podium};
use crate::simulator::people::Person;

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

    pub fn limit(self) -> &'static str {
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
    pub podium: podium::Requests,
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
            podium: podium::Requests::default(),
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

    pub fn join_url(&self) -> String {
        let (id, domain) = self.public_id.split_once('@').unwrap_or(("", ""));
        if id.is_empty() { String::new() } else { format!("https://{domain}/c/{id}") }
    }

    pub fn manager_url(&self) -> String {
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
