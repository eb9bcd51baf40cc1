//! The people around the terminal: the address book to begin with, and how each of them answers a call.

use std::{path::Path, time::Duration};

use serde::{Deserialize, Serialize};

use super::Error;

/// Somebody with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    /// `user@server`.
    pub peer_id: String,
    /// The display name.
    pub peer_dn: String,
}

/// Why somebody does not take part; the numbers are those of `rejectReceived.cause`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause(pub i64);

/// The causes by number, as scenarios and commands name them. 6 is not a refusal.
const CAUSES: [(i64, &str); 22] = [
    (0, "declined"),
    (1, "full"),
    (2, "busy"),
    (3, "unavailable"),
    (4, "no_conference"),
    (5, "no_user"),
    (7, "no_funds"),
    (8, "access_denied"),
    (9, "logged_out"),
    (10, "impossible"),
    (11, "no_resources"),
    (12, "pin_needed"),
    (13, "wrong_pin"),
    (14, "not_in_address_book"),
    (15, "low_rating"),
    (16, "no_answer"),
    (17, "not_started"),
    (18, "over"),
    (19, "not_found"),
    (20, "server_unreachable"),
    (21, "federation_not_allowed"),
    (22, "federation_refused"),
];

impl Cause {
    /// Turned down by the other side.
    pub const DECLINED: Self = Self(0);
    /// The conference is full.
    pub const FULL: Self = Self(1);
    /// Busy.
    pub const BUSY: Self = Self(2);
    /// Not available now.
    pub const UNAVAILABLE: Self = Self(3);
    /// No such user.
    pub const NO_USER: Self = Self(5);
    /// A conference password is needed.
    pub const PIN_NEEDED: Self = Self(12);
    /// Wrong conference password.
    pub const WRONG_PIN: Self = Self(13);
    /// Only callers in the address book are let through.
    pub const NOT_IN_ADDRESS_BOOK: Self = Self(14);
    /// Nobody answered.
    pub const NO_ANSWER: Self = Self(16);
    /// The conference has not started yet.
    pub const NOT_STARTED: Self = Self(17);
    /// The conference is over.
    pub const OVER: Self = Self(18);
    /// There is no such conference.
    pub const NOT_FOUND: Self = Self(19);

    /// The cause with this name ("busy") or number ("2").
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.parse::<i64>().ok();
        CAUSES
            .iter()
            .find(|(value, name)| *name == text || number == Some(*value))
            .map(|(value, _)| Self(*value))
    }

    /// The name, such as `busy`.
    pub fn name(self) -> &'static str {
        CAUSES.iter().find(|(value, _)| *value == self.0).map_or("unknown", |(_, name)| name)
    }

    /// Every cause there is, by number.
    pub fn all() -> impl Iterator<Item = Self> {
        CAUSES.iter().map(|(value, _)| Self(*value))
    }
}

/// What somebody does when the terminal calls or invites them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// Whatever the presence suggests: available people accept, busy and absent ones do not.
    #[default]
    ByPresence,
    /// Takes the call.
    Accept,
    /// Turns it down.
    Refuse(Cause),
    /// Lets it ring until nobody waits any longer.
    Ignore,
}

impl Verdict {
    /// `accept`, `ignore`, `by_presence`, or the name or number of a cause.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "accept" => Some(Self::Accept),
            "ignore" => Some(Self::Ignore),
            "by_presence" => Some(Self::ByPresence),
            other => Cause::parse(other).map(Self::Refuse),
        }
    }

    /// What [`Verdict::parse`] takes, for messages.
    pub fn choices() -> String {
        let causes: Vec<&str> = CAUSES.iter().map(|(_, name)| *name).collect();
        format!("accept, ignore, by_presence or a cause: {} (or its number)", causes.join(", "))
    }
}

/// Presence; the numbers are those of `Contact.status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Presence {
    /// Not logged in.
    Offline,
    /// Can be called.
    #[default]
    Available,
    /// In a call.
    Busy,
    /// Owner of a running group conference; a call becomes a request to join it.
    Owner,
}

impl Presence {
    /// `offline`, `available`, `busy` or `owner`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "offline" => Some(Self::Offline),
            "available" => Some(Self::Available),
            "busy" => Some(Self::Busy),
            "owner" => Some(Self::Owner),
            _ => None,
        }
    }

    /// What [`Presence::parse`] takes, for messages.
    pub const CHOICES: &'static str = "offline, available, busy or owner";

    /// `status` and `extStatus` on the wire.
    pub(crate) fn numbers(self) -> (i64, i64) {
        match self {
            Self::Offline => (0, 0),
            Self::Available => (1, 2),
            Self::Busy => (2, 7),
            Self::Owner => (5, 10),
        }
    }

    fn from_status(status: i64) -> Self {
        match status {
            1 => Self::Available,
            2 => Self::Busy,
            5 => Self::Owner,
            _ => Self::Offline,
        }
    }
}

/// One person of the address book to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// `user@server`.
    pub peer_id: String,
    /// The display name.
    pub peer_dn: String,
    /// Presence at the start.
    pub presence: Presence,
    /// What this person does when called.
    pub answer: Verdict,
    /// How long it rings before that; the usual time when left out.
    pub after: Option<Duration>,
}

impl Contact {
    /// Somebody who is available and behaves accordingly.
    pub fn new(peer_id: impl Into<String>, peer_dn: impl Into<String>) -> Self {
        Self {
            peer_id: peer_id.into(),
            peer_dn: peer_dn.into(),
            presence: Presence::Available,
            answer: Verdict::ByPresence,
            after: None,
        }
    }

    fn with(mut self, presence: Presence, answer: Verdict) -> Self {
        self.presence = presence;
        self.answer = answer;
        self
    }

    /// Reads a JSON array of `{"peerId", "peerDn", "status"}`, the shape of the room's own address
    /// book; `status` may be left out.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not such an array; the message says where.
    pub fn load(path: &Path) -> Result<Vec<Self>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Entry {
            peer_id: String,
            peer_dn: String,
            status: Option<i64>,
        }
        let error = |reason: String| Error::Contacts { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(path).map_err(|cause| error(cause.to_string()))?;
        let entries: Vec<Entry> = serde_json::from_str(&text).map_err(|cause| error(cause.to_string()))?;
        let mut contacts: Vec<Self> = Vec::with_capacity(entries.len());
        let mut seen = std::collections::HashSet::new();
        for Entry { peer_id, peer_dn, status } in entries {
            if peer_id.is_empty() {
                return Err(error(format!("the entry \"{peer_dn}\" has an empty peerId")));
            }
            if !seen.insert(peer_id.clone()) {
                return Err(error(format!("the peerId {peer_id} appears twice")));
            }
            let mut contact = Self::new(peer_id, peer_dn);
            contact.presence = status.map_or(Presence::Available, Presence::from_status);
            contacts.push(contact);
        }
        Ok(contacts)
    }

    /// The address book of a terminal that nobody configured: twelve people of one company, two of
    /// them called John, with one who is busy, one who is away, one who declines and one who never
    /// answers.
    pub fn default_book() -> Vec<Self> {
        let at = |user: &str, name: &str| Self::new(format!("{user}@example.org"), name);
        vec![
            at("john.smith", "John Smith"),
            at("john.baker", "John Baker"),
            at("maria.garcia", "Maria Garcia"),
            at("anna.novak", "Anna Novak"),
            at("david.chen", "David Chen"),
            at("emma.wilson", "Emma Wilson"),
            at("peter.brown", "Peter Brown"),
            at("sarah.miller", "Sarah Miller"),
            at("robert.taylor", "Robert Taylor").with(Presence::Busy, Verdict::ByPresence),
            at("laura.martin", "Laura Martin").with(Presence::Offline, Verdict::ByPresence),
            at("thomas.green", "Thomas Green").with(Presence::Available, Verdict::Refuse(Cause::DECLINED)),
            at("nina.kumar", "Nina Kumar").with(Presence::Available, Verdict::Ignore),
        ]
    }
}
