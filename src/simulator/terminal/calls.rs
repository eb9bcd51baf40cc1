//! One-to-one calls, the line they use, and the call history.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Answer, Ask, Method, Refusal, Terminal, fields, plain,
    session::{Kind, Session},
    timers::Timer,
};
use crate::simulator::{
    options::{Doors, Meeting},
    people::{Cause, Person, Presence, Verdict},
};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("call", call),
    ("accept", accept),
    ("reject", reject),
    ("hangUp", hang_up),
    ("getCallHistory", get_call_history),
    ("clearCallHistory", |terminal, _| {
        terminal.history.calls.clear();
        terminal.event("callHistoryCleared", json!({}));
        plain()
    }),
    ("getLastCallsViewTime", |terminal, _| Ok(fields(json!({"time": terminal.history.last_view})))),
    ("setLastCallsViewed", set_last_calls_viewed),
];

/// What the terminal is doing with its one line.
#[derive(Debug)]
pub(crate) enum Line {
    Idle,
    Outgoing(Outgoing),
    Incoming(Incoming),
    /// A conference of our own that the server is making.
    Creating(Box<Session>),
    Session(Box<Session>),
    Closing {
        conf_id: String,
    },
}

/// A call that rings at the other side.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub person: Person,
    pub conf_id: String,
    /// A person, or a conference that others own.
    pub meeting: Option<Meeting>,
    /// What the other side will do; `None` when the scenario or a person decides later.
    pub verdict: Verdict,
    since: Duration,
}

/// A call or invitation that rings here.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub person: Person,
    pub conf_id: String,
    pub kind: Kind,
    pub title: Option<String>,
}

/// The recent calls, the newest first.
#[derive(Debug, Default)]
pub(super) struct History {
    calls: Vec<Value>,
    last_view: u64,
}

/// Which way a call went; numbered as on the wire.
#[derive(Debug, Clone, Copy)]
pub(super) enum Went {
    Incoming = 0,
    Outgoing = 1,
    Missed = 2,
}

impl Terminal {
    /// The running call or conference.
    pub(super) fn session(&self) -> Option<&Session> {
        match &self.line {
            Line::Session(session) => Some(session),
            _ => None,
        }
    }

    pub(super) fn session_mut(&mut self) -> Option<&mut Session> {
        match &mut self.line {
            Line::Session(session) => Some(session),
            _ => None,
        }
    }

    /// What `person` does when called, and how long it rings before.
    pub(super) fn verdict(&self, person: &Person) -> (Verdict, Duration) {
        let timing = self.setup.timing;
        let known = self.book.get(&person.peer_id);
        let listed = self.setup.directory.iter().find(|known| known.peer_id == person.peer_id);
        let (verdict, after, presence) = match (known, listed) {
            (Some(entry), _) => (entry.answer, entry.after, entry.presence),
            (None, Some(entry)) => (entry.answer, entry.after, entry.presence),
            (None, None) => (self.setup.strangers, None, Presence::Available),
        };
        let user = person.peer_id.split('@').next().unwrap_or_default();
        let own_domain = person.peer_id.ends_with(&format!("@{}", self.account.domain()));
        let is_number = user.chars().all(|digit| digit.is_ascii_digit() || digit == '+');
        let verdict = match verdict {
            // The own server knows its users; numbers go to a gateway, foreign ids to other servers.
            Verdict::ByPresence if known.is_none() && listed.is_none() && own_domain && !is_number => {
                Verdict::Refuse(Cause::NO_USER)
            }
            Verdict::ByPresence => match presence {
                Presence::Offline => Verdict::Refuse(Cause::UNAVAILABLE),
                Presence::Busy => Verdict::Refuse(Cause::BUSY),
                Presence::Available | Presence::Owner => Verdict::Accept,
            },
            other => other,
        };
        let after = match (after, verdict) {
            (_, Verdict::Ignore) => timing.no_answer,
            (Some(after), _) => after,
            // The server answers for those who cannot be asked.
            (None, Verdict::Refuse(cause)) if cause != Cause::DECLINED => timing.server,
            (None, _) => timing.ring,
        };
        (verdict, after)
    }

    /// The called side decides: `verdict`, or what was planned.
    pub(super) fn peer_decides(&mut self, conf_id: &str, verdict: Option<Verdict>) {
        let Line::Outgoing(call) = &self.line else { return };
        if call.conf_id != conf_id {
            return;
        }
        let Line::Outgoing(call) = std::mem::replace(&mut self.line, Line::Idle) else { return };
        let refused = match verdict.unwrap_or(call.verdict) {
            Verdict::Accept | Verdict::ByPresence => None,
            Verdict::Refuse(cause) => Some(cause),
            Verdict::Ignore => Some(Cause::NO_ANSWER),
        };
        if let Some(cause) = refused {
            self.record(Went::Outgoing, &call.person, call.conf_id.clone(), None, 0);
            self.event(
                "rejectReceived",
                json!({"cause": cause.0, "peerId": call.person.peer_id, "peerDn": call.person.peer_dn}),
            );
            self.announce_state();
            return;
        }
        let (session, others) = match call.meeting {
            Some(meeting) => self.joined_meeting(&meeting, call.conf_id),
            None => (Session::one_to_one(call.conf_id, &call.person, true), vec![call.person]),
        };
        self.begin(session, others);
    }

    /// The session starts: everybody hears of it and of those who are in it.
    pub(super) fn begin(&mut self, mut session: Session, others: Vec<Person>) {
        session.started = self.now;
        let created = session.created_fields(&self.account.instance_id());
        session.join_self(self.account.instance_id(), self.account.name(), self.own_device_status());
        self.line = Line::Session(Box::new(session));
        self.event("conferenceCreated", created);
        self.announce_state();
        self.conference_links();
        self.bitrate_changed();
        for person in &others {
            self.join(person);
        }
        self.matrix_changed();
        self.slide_availability_changed();
    }

    /// Writes a call into the history.
    pub(super) fn record(
        &mut self,
        went: Went,
        person: &Person,
        conf_id: String,
        title: Option<String>,
        duration: u64,
    ) {
        let mut call = fields(json!({
            "type": went as i64,
            "confType": i64::from(title.is_some()),
            "peerId": person.peer_id,
            "peerDn": person.peer_dn,
            "startTime": self.unix().saturating_sub(duration),
            "duration": duration,
            "viewed": !matches!(went, Went::Missed),
            "streamId": conf_id,
        }));
        if let Some(title) = title {
            call.insert("confTitle".into(), title.into());
            call.insert("confId".into(), conf_id.into());
        }
        self.history.calls.insert(0, Value::Object(call));
        self.history.calls.truncate(1000);
    }

    /// The running session goes into the history.
    fn record_session(&mut self, session: &Session) {
        let duration = self.now.saturating_sub(session.started).as_secs();
        let person = session.peer.clone().unwrap_or_else(|| self.person(&session.owner));
        let title = session.is_group().then(|| session.title.clone());
        let went = if session.outgoing { Went::Outgoing } else { Went::Incoming };
        self.record(went, &person, session.conf_id.clone(), title, duration);
    }

    /// Somebody calls the terminal or invites it into a conference.
    pub(super) fn ring_in(
        &mut self,
        person: Person,
        kind: Kind,
        title: Option<String>,
        give_up: Option<Duration>,
    ) -> Result<String, String> {
        if self.account.user.is_none() {
            return Err(format!("nobody can call in {}", self.state().describe()));
        }
        let conf_id = self.new_conf_id();
        if self.book.is_blocked(&person.peer_id) {
            return Ok(format!("{} is blocked: the call does not reach the terminal", person.peer_dn));
        }
        if !matches!(self.line, Line::Idle) {
            self.record(Went::Missed, &person, conf_id, title, 0);
            return Ok(format!(
                "{} hears that the terminal is busy ({})",
                person.peer_dn,
                self.state().describe()
            ));
        }
        if self.settings.is_on("rejectCallsNotFromAB") && self.book.get(&person.peer_id).is_none() {
            let cause = Cause::NOT_IN_ADDRESS_BOOK;
            self.reject_sent(&person, &conf_id, cause);
            return Ok(format!("{} is not in the address book and is turned away", person.peer_dn));
        }
        let mut invite = fields(json!({
            "peerId": person.peer_id, "peerDn": person.peer_dn, "type": kind as i64, "confId": conf_id,
        }));
        if let Some(title) = &title {
            invite.insert("confTitle".into(), title.as_str().into());
        }
        let told = format!("{} calls", person.peer_dn);
        self.line = Line::Incoming(Incoming { person, conf_id: conf_id.clone(), kind, title });
        self.event("inviteReceived", Value::Object(invite));
        self.announce_state();
        if self.settings.is_on("autoAccept") {
            self.after(self.setup.timing.server, Timer::AutoAccept { conf_id: conf_id.clone() });
        }
        self.after(give_up.unwrap_or(self.setup.timing.no_answer), Timer::CallerGivesUp { conf_id });
        Ok(told)
    }

    fn reject_sent(&mut self, person: &Person, conf_id: &str, cause: Cause) {
        // The library's handler also wants recordAllowed; clients that do not know it ignore it.
        self.event(
            "rejectSent",
            json!({"peerId": person.peer_id, "peerDn": person.peer_dn, "cause": cause.0, "confId": conf_id,
                   "recordAllowed": false}),
        );
    }

    /// The caller of this session (or of whatever rings) gives up.
    pub(super) fn caller_gives_up(&mut self, conf_id: Option<&str>) -> bool {
        let Line::Incoming(call) = &self.line else { return false };
        if conf_id.is_some_and(|conf_id| conf_id != call.conf_id) {
            return false;
        }
        let Line::Incoming(call) = std::mem::replace(&mut self.line, Line::Idle) else { return false };
        self.record(Went::Missed, &call.person, call.conf_id, call.title, 0);
        self.event("stopCalling", json!({"peerId": call.person.peer_id, "side": 1}));
        self.announce_state();
        true
    }

    /// The terminal takes what rings, if it is this session.
    pub(super) fn take_call(&mut self, conf_id: Option<&str>) -> bool {
        let Line::Incoming(call) = &self.line else { return false };
        if conf_id.is_some_and(|conf_id| conf_id != call.conf_id) {
            return false;
        }
        let Line::Incoming(call) = std::mem::replace(&mut self.line, Line::Idle) else { return false };
        let session = match call.kind {
            Kind::OneToOne => Session::one_to_one(call.conf_id, &call.person, false),
            kind => {
                let title = call.title.unwrap_or_default();
                Session::of_others(call.conf_id, kind, title, &call.person, self.account.domain())
            }
        };
        self.begin(session, vec![call.person]);
        true
    }

    /// The terminal turns down what rings.
    pub(super) fn turn_down(&mut self) -> bool {
        let Line::Incoming(_) = &self.line else { return false };
        let Line::Incoming(call) = std::mem::replace(&mut self.line, Line::Idle) else { return false };
        self.reject_sent(&call.person, &call.conf_id, Cause::DECLINED);
        self.record(Went::Incoming, &call.person, call.conf_id, call.title, 0);
        self.announce_state();
        true
    }

    /// Leaves whatever the line holds: cancels, turns down or closes.
    pub(super) fn drop_line(&mut self) -> bool {
        match std::mem::replace(&mut self.line, Line::Idle) {
            Line::Idle => false,
            Line::Closing { conf_id } => {
                self.line = Line::Closing { conf_id };
                false
            }
            Line::Outgoing(call) => {
                let rang = self.now.saturating_sub(call.since).as_secs();
                tracing::debug!("the call to {} was cancelled after {rang} s", call.person.peer_id);
                self.record(Went::Outgoing, &call.person, call.conf_id, None, 0);
                self.event("stopCalling", json!({"peerId": call.person.peer_id, "side": 0}));
                self.announce_state();
                true
            }
            Line::Incoming(call) => {
                self.line = Line::Incoming(call);
                self.turn_down()
            }
            Line::Creating(_) => {
                self.announce_state();
                true
            }
            Line::Session(session) => {
                self.close(*session);
                true
            }
        }
    }

    fn close(&mut self, session: Session) {
        self.leave_behind(&session);
        self.record_session(&session);
        self.line = Line::Closing { conf_id: session.conf_id.clone() };
        self.announce_state();
        self.after(self.setup.timing.closing, Timer::Closed { conf_id: session.conf_id });
    }

    pub(super) fn closed(&mut self, conf_id: &str) {
        if !matches!(&self.line, Line::Closing { conf_id: closing } if closing == conf_id) {
            return;
        }
        self.line = Line::Idle;
        self.event("conferenceDeleted", json!({"confId": conf_id}));
        self.announce_state();
        self.bitrate_changed();
        self.matrix_changed();
        self.slide_availability_changed();
    }

    /// Ends whatever runs because the server or the user is gone: without a closing state.
    pub(super) fn end_session_silently(&mut self) {
        match std::mem::replace(&mut self.line, Line::Idle) {
            Line::Idle | Line::Creating(_) => {}
            Line::Closing { conf_id } => self.event("conferenceDeleted", json!({"confId": conf_id})),
            Line::Outgoing(call) => {
                self.event("stopCalling", json!({"peerId": call.person.peer_id, "side": 0}));
            }
            Line::Incoming(call) => {
                self.event("stopCalling", json!({"peerId": call.person.peer_id, "side": 1}));
            }
            Line::Session(session) => {
                self.leave_behind(&session);
                self.record_session(&session);
                self.event("conferenceDeleted", json!({"confId": session.conf_id}));
                self.bitrate_changed();
                self.matrix_changed();
                self.slide_availability_changed();
            }
        }
    }
}

impl Outgoing {
    pub fn new(
        person: Person,
        conf_id: String,
        meeting: Option<Meeting>,
        verdict: Verdict,
        now: Duration,
    ) -> Self {
        Self { person, conf_id, meeting, verdict, since: now }
    }
}

/// The conference that a call target names: `\c\<id>`.
fn conference_target(peer_id: &str) -> Option<&str> {
    peer_id.strip_prefix("\\c\\")
}

fn call(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let target = ask.name("peerId")?;
    let pin = ask.text_opt("pin")?;
    terminal.need_login(ask)?;
    if !matches!(terminal.line, Line::Idle) {
        return ask.refuse(format_args!("not possible in {}", terminal.state().describe()));
    }
    if let Some(id) = conference_target(target) {
        return call_meeting(terminal, target, id, pin);
    }
    let person = terminal.person(target);
    if person.peer_id == terminal.account.id() {
        return ask.refuse("this is the own id of the terminal");
    }
    let hosted = terminal.setup.meetings.iter().find(|meeting| meeting.owner == person.peer_id).cloned();
    let owner = terminal.book.get(&person.peer_id).is_some_and(|entry| entry.presence == Presence::Owner);
    let conf_id = terminal.new_conf_id();
    let (verdict, after) = terminal.verdict(&person);
    if owner || hosted.is_some() {
        // Calling the owner of a running conference asks to be let in.
        let meeting = hosted.unwrap_or_else(|| Meeting {
            id: terminal.rng.u64(1_000_000_000..9_999_999_999).to_string(),
            title: format!("Conference of {}", person.peer_dn),
            kind: 1,
            owner: person.peer_id.clone(),
            pin: None,
            doors: Doors::Running,
            participants: Vec::new(),
        });
        let door = door(&meeting, pin);
        terminal.event("inviteRequestSent", json!({"peerId": person.peer_id, "peerDn": person.peer_dn}));
        let verdict = door.map_or(verdict, Verdict::Refuse);
        terminal.line =
            Line::Outgoing(Outgoing::new(person, conf_id.clone(), Some(meeting), verdict, terminal.now));
    } else {
        terminal.event(
            "inviteSent",
            json!({"peerId": person.peer_id, "peerDn": person.peer_dn, "confType": 0, "confId": conf_id}),
        );
        terminal.line = Line::Outgoing(Outgoing::new(person, conf_id.clone(), None, verdict, terminal.now));
    }
    terminal.announce_state();
    terminal.after(after, Timer::PeerDecides { conf_id });
    plain()
}

/// Why a conference does not let us in.
fn door(meeting: &Meeting, pin: Option<&str>) -> Option<Cause> {
    match (meeting.doors, meeting.pin.as_deref(), pin) {
        (Doors::NotStarted, ..) => Some(Cause::NOT_STARTED),
        (Doors::Over, ..) => Some(Cause::OVER),
        (_, Some(_), None) => Some(Cause::PIN_NEEDED),
        (_, Some(wanted), Some(given)) if wanted != given => Some(Cause::WRONG_PIN),
        (Doors::Full, ..) => Some(Cause::FULL),
        (Doors::Running, ..) => None,
    }
}

fn call_meeting(terminal: &mut Terminal, target: &str, id: &str, pin: Option<&str>) -> Answer {
    let id = id.split('@').next().unwrap_or(id);
    let meeting = terminal.setup.meetings.iter().find(|meeting| meeting.id == id).cloned();
    let verdict = match &meeting {
        None => Verdict::Refuse(Cause::NOT_FOUND),
        Some(meeting) => door(meeting, pin).map_or(Verdict::Accept, Verdict::Refuse),
    };
    let title = meeting.as_ref().map_or(target, |meeting| &meeting.title).to_owned();
    let kind = meeting.as_ref().map_or(1, |meeting| meeting.kind);
    let person = Person { peer_id: target.to_owned(), peer_dn: title };
    let conf_id = terminal.new_conf_id();
    terminal.event(
        "inviteSent",
        json!({"peerId": person.peer_id, "peerDn": person.peer_dn, "confType": kind, "confId": conf_id}),
    );
    terminal.line = Line::Outgoing(Outgoing::new(person, conf_id.clone(), meeting, verdict, terminal.now));
    terminal.announce_state();
    terminal.after(terminal.setup.timing.server, Timer::PeerDecides { conf_id });
    plain()
}

fn accept(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    if terminal.take_call(None) { plain() } else { nothing_rings(terminal, ask) }
}

fn reject(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    if terminal.turn_down() { plain() } else { nothing_rings(terminal, ask) }
}

fn nothing_rings(terminal: &Terminal, ask: &Ask<'_>) -> Answer {
    Err(Refusal::new(format!(
        "{}: no call or invitation is waiting ({})",
        ask.method,
        terminal.state().describe()
    )))
}

fn hang_up(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let for_all = ask.flag_opt("forAll")?.unwrap_or(false);
    if for_all && terminal.session().is_some_and(|session| session.is_group() && !session.is_owner) {
        return ask.refuse("only the owner may end the conference for everybody; send forAll false to leave");
    }
    if terminal.drop_line() {
        plain()
    } else {
        ask.refuse(format_args!("there is no call or conference ({})", terminal.state().describe()))
    }
}

fn get_call_history(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let count = usize::try_from(ask.integer_opt("count")?.unwrap_or(i64::MAX)).unwrap_or(0);
    let calls: Vec<&Value> = terminal.history.calls.iter().take(count).collect();
    Ok(fields(json!({"calls": calls, "lastView": terminal.history.last_view})))
}

fn set_last_calls_viewed(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    terminal.history.last_view = terminal.unix();
    for call in &mut terminal.history.calls {
        call["viewed"] = true.into();
    }
    let last_view = terminal.history.last_view;
    terminal.event("lastCallsViewed", json!({"lastView": last_view}));
    plain()
}
