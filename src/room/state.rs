//! What is known about the terminal just now, kept from its events and answers. The one place for it: whoever
//! wants to know asks here and keeps no copy.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::book::AddressBook;
use super::enums::{AppState, CallSide, ConferenceType, LoginResult};
use super::events::Event;
use super::message::Response;
use super::types::{
    Contact, DesktopSharing, Monitor, Participant, Person, PictureBroadcast, ServerInfo, Version,
};
use super::value::{Object, Wire};

/// Which way a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Somebody calls or invites this terminal.
    Incoming,
    /// This terminal calls.
    Outgoing,
}

/// A call or invitation that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ringing {
    /// Who calls whom.
    pub direction: Direction,
    /// User id of the other side.
    pub peer_id: String,
    /// Display name of the other side; empty when unknown.
    pub peer_dn: String,
    /// Kind of the session, when known.
    pub conference_type: Option<ConferenceType>,
    /// Id of the session, when known.
    pub conf_id: Option<String>,
    /// Title; only group conferences have one.
    pub title: Option<String>,
}

/// The call or conference that goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conference {
    /// Id of the session.
    pub conf_id: String,
    /// Kind of the session, when known.
    pub conference_type: Option<ConferenceType>,
    /// Title, when it has one.
    pub title: Option<String>,
    /// User id of the owner of a group conference.
    pub owner: Option<String>,
    /// Address for joining from elsewhere.
    pub join_url: Option<String>,
    /// The other side of a one-to-one call.
    pub peer_id: Option<String>,
}

/// The own slide show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slides {
    /// Whether a show can be started; `None` until known.
    pub available: Option<bool>,
    /// Whether a show runs.
    pub running: bool,
    /// Index of the slide on screen, from 0.
    pub current: Option<i64>,
    /// Number of slides, when known.
    pub count: Option<usize>,
    /// Title of the show.
    pub title: Option<String>,
}

/// What is known about the terminal. `None` always means "not known (yet)".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Whether there is an authorised connection. Without one everything else is as it was last known.
    pub connected: bool,
    /// Whether the state was read completely since the connection was made.
    pub synchronised: bool,
    /// What the terminal does.
    pub app_state: Option<AppState>,
    /// The TrueConf Server the terminal is connected to.
    pub server: Option<ServerInfo>,
    /// Who is logged in on the server.
    pub own: Option<Person>,
    /// How the last login failed, until one succeeds.
    pub login_failure: Option<LoginResult>,
    /// The address book. Cheap to clone; [`AddressBook::names_revision`] tells whether names changed.
    pub contacts: Arc<AddressBook>,
    /// Who is in the conference, by id in instance form.
    pub participants: IndexMap<String, Participant>,
    /// The call or conference that goes on.
    pub conference: Option<Conference>,
    /// The call or invitation that waits for an answer.
    pub ringing: Option<Ringing>,
    /// Whether the microphone is muted.
    pub mic_muted: Option<bool>,
    /// Whether the loudspeaker is muted.
    pub speaker_muted: Option<bool>,
    /// Whether the camera is off.
    pub camera_muted: Option<bool>,
    /// Playback level from 0 to 1: the setting `audioPlayLevel`.
    pub volume: Option<f64>,
    /// Capture level from 0 to 1: the setting `audioCapturerLevel`.
    pub mic_level: Option<f64>,
    /// The own slide show.
    pub slides: Slides,
    /// What this terminal shares of its screen.
    pub sharing: Option<DesktopSharing>,
    /// The picture that is sent in place of the camera, or was sent last.
    pub picture: Option<PictureBroadcast>,
    /// Who asks to be let into the conference hosted here, the first to ask first; ids in instance form.
    pub guests: Vec<Person>,
    /// Whether a recording runs.
    pub recording: Option<bool>,
    /// The screens of the terminal.
    pub monitors: Vec<Monitor>,
    /// Index of the monitor with the main window.
    pub current_monitor: Option<i64>,
    /// All settings of the terminal.
    pub settings: IndexMap<String, Value>,
    /// Version of the application.
    pub version: Option<Version>,
    /// Port of the built-in HTTP server.
    pub http_port: Option<u16>,
}

impl State {
    /// Whether a call or conference goes on.
    #[must_use]
    pub fn in_conference(&self) -> bool {
        self.app_state == Some(AppState::Conference)
    }

    /// Whether somebody calls this terminal and waits for an answer.
    #[must_use]
    pub fn incoming_call(&self) -> Option<&Ringing> {
        self.ringing.as_ref().filter(|ringing| ringing.direction == Direction::Incoming)
    }

    /// Whether this terminal's user owns the conference that goes on; `None` outside of one, and where the
    /// terminal does not tell.
    #[must_use]
    pub fn is_owner(&self) -> Option<bool> {
        let owner = self.conference.as_ref()?.owner.as_deref().filter(|owner| !owner.is_empty())?;
        Some(self.is_own(owner))
    }

    /// Whether `peer_id`, in any form, is the user of this terminal.
    #[must_use]
    pub fn is_own(&self, peer_id: &str) -> bool {
        let own = self.own.as_ref().and_then(|own| own.peer_id.as_deref()).unwrap_or_default();
        !own.is_empty() && same_user(own, peer_id)
    }

    /// The participant whom `peer_id` means, in whichever form it is: `user`, `user@server` or with the instance.
    #[must_use]
    pub fn participant(&self, peer_id: &str) -> Option<&Participant> {
        self.participants.get(peer_id).or_else(|| {
            self.participants.iter().find(|(id, _)| same_user(id, peer_id)).map(|(_, person)| person)
        })
    }

    /// A new connection: all is to be read anew. The address book stays until it was read, so that those who
    /// built something large from it need not do so twice.
    pub(super) fn begin_connection(&mut self) {
        *self = Self { contacts: self.contacts.clone(), ..Self::default() };
    }

    /// Takes over what an event says, as the client does by itself; for replaying recorded traffic. Returns
    /// whether the event concerns the state.
    pub fn apply_event(&mut self, event: &Event) -> bool {
        match event {
            Event::AppStateChanged(e) => {
                self.set_app_state(e.app_state);
                set_if_some(&mut self.sharing, e.desktop_sharing.clone());
                set_if_some(&mut self.recording, e.recording);
                self.set_picture(e.broadcast_picture.clone());
                set_if_some(&mut self.http_port, port(e.embedded_http_port));
            }
            Event::ServerConnected(e) => {
                self.server = Some(ServerInfo {
                    server: e.server.clone(),
                    service: e.service,
                    port: e.port,
                    domain: e.domain.clone(),
                    rest: Object::new(),
                });
            }
            Event::ServerDisconnected(_) => {
                self.server = None;
                self.forget_login();
            }
            Event::Login(e) => match &e.result {
                Some(LoginResult::Success) => {
                    self.login_failure = None;
                    self.own = Some(Person {
                        peer_id: e.peer_id.clone(),
                        peer_dn: e.peer_dn.clone(),
                        rest: Object::new(),
                    });
                }
                failure => self.login_failure = *failure,
            },
            Event::Logout(_) => self.forget_login(),
            Event::CurrentUserDisplayNameChanged(e) => {
                if let (Some(own), Some(name)) =
                    (&mut self.own, e.peer_dn.as_ref().or(e.peer_dn_misspelt.as_ref()))
                {
                    own.peer_dn = Some(name.clone());
                }
            }
            Event::MonitorsInfoUpdated(e) => {
                set(&mut self.monitors, e.monitors.clone());
                set_if_some(&mut self.current_monitor, e.current_monitor);
            }
            Event::SettingsChanged(e) => {
                if let (Some(name), Some(value)) = (&e.name, &e.value) {
                    self.set_setting(name, value);
                }
            }
            Event::AbReceivedAfterLogin(e) => self.set_book(contacts(e.abook.as_ref(), &e.rest, "abook")),
            Event::ContactsAdded(e) => self.put_contacts(contacts(e.contacts.as_ref(), &e.rest, "contacts")),
            Event::ContactsRenamed(e) => self.put_known(contacts(e.contacts.as_ref(), &e.rest, "contacts")),
            Event::UsersStatusesChanged(e) => {
                self.put_known(contacts(e.users_statuses.as_ref(), &e.rest, "usersStatuses"));
            }
            Event::ContactsDeleted(e) => {
                let gone = contacts(e.contacts.as_ref(), &e.rest, "contacts");
                let book = Arc::make_mut(&mut self.contacts);
                gone.iter().filter_map(|contact| contact.peer_id.as_ref()).for_each(|id| book.remove(id));
            }
            Event::AudioCapturerMute(e) => set_if_some(&mut self.mic_muted, e.mute),
            Event::AudioRendererMute(e) => set_if_some(&mut self.speaker_muted, e.mute),
            Event::VideoCapturerMute(e) => set_if_some(&mut self.camera_muted, e.mute),
            Event::DsStarted(e) => {
                let (id, name) = (e.capture_id, e.name.clone());
                self.sharing = Some(DesktopSharing { running: Some(true), id, name, ..Default::default() });
            }
            Event::DsStopped(_) => {
                self.sharing = Some(DesktopSharing { running: Some(false), ..Default::default() });
            }
            Event::BroadcastPictureStateChanged(e) => {
                let (running, file_id, file_name) = (e.running, e.file_id, e.file_name.clone());
                self.set_picture(Some(PictureBroadcast {
                    running,
                    file_name,
                    file_id,
                    ..Default::default()
                }));
            }
            _ => return self.apply_session_event(event) || self.apply_slide_event(event),
        }
        true
    }

    /// Calls, conferences and the people in them.
    fn apply_session_event(&mut self, event: &Event) -> bool {
        match event {
            Event::InviteReceived(e) => {
                self.ringing = Some(Ringing {
                    direction: Direction::Incoming,
                    peer_id: e.peer_id.clone().unwrap_or_default(),
                    peer_dn: e.peer_dn.clone().unwrap_or_default(),
                    conference_type: e.kind,
                    conf_id: e.conf_id.clone(),
                    title: e.conf_title.clone(),
                });
            }
            // Inside a conference this invites one more person and nothing rings here.
            Event::InviteSent(e) if self.conference.is_none() => {
                self.ringing = Some(Ringing {
                    direction: Direction::Outgoing,
                    peer_id: e.peer_id.clone().unwrap_or_default(),
                    peer_dn: e.peer_dn.clone().unwrap_or_default(),
                    conference_type: e.conf_type,
                    conf_id: e.conf_id.clone(),
                    title: None,
                });
            }
            Event::RejectReceived(e) => self.stop_ringing(Direction::Outgoing, e.peer_id.as_deref()),
            Event::RejectSent(e) => {
                self.forget_guest(e.peer_id.as_deref());
                self.stop_ringing(Direction::Incoming, e.peer_id.as_deref());
            }
            Event::StopCalling(e) => {
                let direction = match e.side {
                    Some(CallSide::OtherSide) => Direction::Incoming,
                    _ => Direction::Outgoing,
                };
                self.stop_ringing(direction, e.peer_id.as_deref());
            }
            Event::ConferenceCreated(e) => {
                self.ringing = None;
                self.participants.clear();
                self.guests.clear();
                self.conference = Some(Conference {
                    conf_id: e.conf_id.clone().unwrap_or_default(),
                    conference_type: e.conf_type,
                    title: e.conf_title.clone(),
                    owner: e.conference_owner.clone(),
                    join_url: e.join_url.clone(),
                    peer_id: e.peer_id.clone(),
                });
            }
            Event::ConferenceDeleted(e) => {
                // A call that grows into a conference ends its old session after the new one began.
                let this = |conference: &Conference| {
                    e.conf_id
                        .as_ref()
                        .is_none_or(|id| conference.conf_id.is_empty() || *id == conference.conf_id)
                };
                if self.conference.as_ref().is_none_or(this) {
                    self.end_conference();
                }
            }
            Event::NewParticipantInConference(e) => {
                let mut object = e.to_object();
                for key in ["event", "method", "confId"] {
                    object.remove(key);
                }
                self.forget_guest(e.peer_id.as_deref());
                self.put_participant(Participant::from(object));
            }
            Event::RequestInviteReceived(e) => {
                self.forget_guest(e.peer_id.as_deref());
                if e.peer_id.is_some() {
                    let (peer_id, peer_dn) = (e.peer_id.clone(), e.peer_dn.clone());
                    self.guests.push(Person { peer_id, peer_dn, rest: Object::new() });
                }
            }
            Event::PeerAccepted(e) => self.forget_guest(e.peer_id.as_deref()),
            Event::ParticipantLeftConference(e) => {
                if let Some(id) = &e.peer_id {
                    self.participants.shift_remove(id);
                }
            }
            Event::DeviceStatusReceived(e) => {
                if let Some(person) = e.peer_id.as_ref().and_then(|id| self.participants.get_mut(id)) {
                    set_if_some(&mut person.mic, e.mic);
                    set_if_some(&mut person.video, e.video);
                }
            }
            Event::MicStateChangedByConferenceOwner(e) => set_if_some(&mut self.mic_muted, e.mute),
            Event::CameraStateChangedByConferenceOwner(e) => set_if_some(&mut self.camera_muted, e.mute),
            _ => return false,
        }
        true
    }

    fn apply_slide_event(&mut self, event: &Event) -> bool {
        let slides = &mut self.slides;
        match event {
            Event::MySlideShowStarted(e) => {
                slides.running = true;
                set_if_some(&mut slides.current, e.current_slide_index);
                set_if_some(&mut slides.title, e.title.clone());
            }
            Event::MySlideShowStopped(_) => {
                slides.running = false;
                slides.current = None;
                slides.title = None;
            }
            Event::CurrentSlideIndexChanged(e) => set_if_some(&mut slides.current, e.current_idx),
            Event::MySlideShowTitleChanged(e) => set_if_some(&mut slides.title, e.new_title.clone()),
            Event::SlideShowAvailabilityChanged(e) => set_if_some(&mut slides.available, e.available),
            Event::SlideAdded(_) => slides.count = slides.count.map(|count| count.saturating_add(1)),
            Event::SlideRemoved(_) => slides.count = slides.count.map(|count| count.saturating_sub(1)),
            Event::SlideShowCleared(_) => slides.count = Some(0),
            Event::SlidesSorted(e) => set_if_some(&mut slides.count, e.slides.as_ref().map(Vec::len)),
            _ => return false,
        }
        true
    }

    /// Takes over what the answer to a query says. Returns whether anything changed.
    pub(super) fn apply_response(&mut self, method: &str, response: &Response) -> bool {
        if response.refusal().is_some() {
            // What is not there while nobody is logged in is refused.
            if method == "getAbook" && !self.contacts.is_empty() && !self.logged_in() {
                self.contacts = Arc::default();
                return true;
            }
            return false;
        }
        let get = |key: &str| response.get(key).cloned();
        let flag = |key: &str| response.get(key).and_then(Value::as_bool);
        match method {
            "getAppState" => {
                self.set_app_state(get("appState").and_then(|value| AppState::decode(value).ok()));
                set_if_some(&mut self.sharing, decoded(get("desktopSharing")));
                set_if_some(&mut self.recording, flag("recording"));
                self.set_picture(decoded(get("broadcastPicture")));
                set_if_some(&mut self.http_port, port(decoded(get("embeddedHttpPort"))));
            }
            "getSettings" => {
                for setting in get("settings").iter().filter_map(Value::as_array).flatten() {
                    if let (Some(name), Some(value)) =
                        (setting.get("name").and_then(Value::as_str), setting.get("value"))
                    {
                        self.set_setting(name, value);
                    }
                }
            }
            "getSystemInfo" => {
                self.own = decoded(get("authInfo"));
                set_if_some(&mut self.version, decoded(get("productInfo")));
            }
            "getLogin" => match flag("isLoggedIn").or_else(|| flag("isLoggedin")) {
                Some(true) => {
                    self.own = Some(Person {
                        peer_id: decoded(get("peerId")),
                        peer_dn: decoded(get("peerDn")),
                        rest: Object::new(),
                    });
                }
                Some(false) => self.own = None,
                None => return false,
            },
            "getConnected" => self.server = decoded(get("serverInfo")),
            "getMonitorsInfo" => {
                set(&mut self.monitors, decoded(get("monitors")));
                set_if_some(&mut self.current_monitor, decoded(get("currentMonitor")));
            }
            "getAbook" => self.set_book(contacts(None, response.object(), "abook")),
            "getMicMute" => set_if_some(&mut self.mic_muted, flag("mute")),
            "getAudioMute" => set_if_some(&mut self.speaker_muted, flag("mute")),
            "getVideoMute" => set_if_some(&mut self.camera_muted, flag("mute")),
            "getSlideShowInfo" => {
                self.slides.available = flag("available");
                self.slides.running = flag("started").unwrap_or(false);
                let current = decoded(get("currentSlideIdx"));
                self.slides.current = current.filter(|_| self.slides.running);
                self.slides.title = decoded(get("title"));
                self.slides.count = response.get("slides").and_then(Value::as_array).map(Vec::len);
            }
            "getConferences" => self.apply_conferences(response),
            "getConferenceParticipants" => {
                self.participants.clear();
                for item in response.get("participants").and_then(Value::as_array).into_iter().flatten() {
                    if let Ok(person) = Participant::decode(item.clone()) {
                        self.put_participant(person);
                    }
                }
            }
            _ => return false,
        }
        true
    }

    /// The answer describes the session itself, not a list, or the call that is pending.
    fn apply_conferences(&mut self, response: &Response) {
        let get = |key: &str| response.get(key).cloned();
        let text = |key: &str| response.get(key).and_then(Value::as_str).map(str::to_owned);
        match self.app_state {
            Some(AppState::Conference) => {
                self.conference = Some(Conference {
                    conf_id: text("confId").unwrap_or_default(),
                    conference_type: decoded(get("confType")),
                    title: text("confTitle"),
                    owner: text("conferenceOwner"),
                    join_url: text("joinUrl"),
                    peer_id: text("peerId"),
                });
            }
            Some(AppState::Ringing) if self.ringing.is_none() => {
                let direction = match text("direction").as_deref() {
                    Some("incoming") => Direction::Incoming,
                    Some("outgoing") => Direction::Outgoing,
                    _ => return,
                };
                self.ringing = Some(Ringing {
                    direction,
                    peer_id: text("peerId").unwrap_or_default(),
                    peer_dn: text("peerDn").unwrap_or_default(),
                    conference_type: decoded(get("confType")),
                    conf_id: text("confId"),
                    title: text("confTitle"),
                });
            }
            _ => {}
        }
    }

    /// `appStateChanged` also fires for other fields, and states may be skipped: only what the new state
    /// excludes is forgotten.
    fn set_app_state(&mut self, new: Option<AppState>) {
        let Some(new) = new.filter(|new| Some(*new) != self.app_state) else { return };
        self.app_state = Some(new);
        match new {
            AppState::Conference => self.ringing = None,
            AppState::Idle => {
                self.ringing = None;
                self.end_conference();
            }
            AppState::None | AppState::Connecting | AppState::Login => {
                self.ringing = None;
                self.end_conference();
                self.own = None;
                if new != AppState::Login {
                    self.server = None;
                }
            }
            AppState::Ringing | AppState::Closing | AppState::Other(_) => {}
        }
    }

    fn end_conference(&mut self) {
        self.conference = None;
        self.participants.clear();
        self.guests.clear();
    }

    /// This person asks no more.
    fn forget_guest(&mut self, peer_id: Option<&str>) {
        let same = |guest: &Person| match (guest.peer_id.as_deref(), peer_id) {
            (Some(guest), Some(id)) => same_user(guest, id),
            _ => false,
        };
        self.guests.retain(|guest| !same(guest));
    }

    fn logged_in(&self) -> bool {
        self.app_state.is_some_and(|state| state.is_logged_in())
    }

    fn forget_login(&mut self) {
        self.own = None;
        if !self.contacts.is_empty() {
            self.contacts = Arc::default();
        }
    }

    fn stop_ringing(&mut self, direction: Direction, peer_id: Option<&str>) {
        let this = |ringing: &Ringing| {
            ringing.direction == direction
                && peer_id.is_none_or(|id| ringing.peer_id.is_empty() || same_user(id, &ringing.peer_id))
        };
        if self.ringing.as_ref().is_some_and(this) {
            self.ringing = None;
        }
    }

    fn set_book(&mut self, contacts: Vec<Contact>) {
        // The same book again (it is read after each connection) is no change for those who compare.
        if let Some(book) = self.contacts.replaced_by(contacts) {
            self.contacts = Arc::new(book);
        }
    }

    fn put_contacts(&mut self, contacts: Vec<Contact>) {
        if !contacts.is_empty() {
            let book = Arc::make_mut(&mut self.contacts);
            contacts.into_iter().for_each(|contact| book.put(contact));
        }
    }

    /// News about contacts that are in the book; presence is sometimes told of others.
    fn put_known(&mut self, contacts: Vec<Contact>) {
        let known =
            |contact: &Contact| contact.peer_id.as_ref().is_some_and(|id| self.contacts.get(id).is_some());
        let contacts: Vec<Contact> = contacts.into_iter().filter(known).collect();
        self.put_contacts(contacts);
    }

    fn put_participant(&mut self, person: Participant) {
        let Some(id) = person.peer_id.clone() else { return };
        self.participants.insert(id, person);
    }

    /// Which picture it was is worth knowing when it is sent no more; then the terminal does not tell.
    fn set_picture(&mut self, news: Option<PictureBroadcast>) {
        let Some(news) = news else { return };
        let picture = self.picture.get_or_insert_default();
        set_if_some(&mut picture.running, news.running);
        set_if_some(&mut picture.file_name, news.file_name.filter(|name| !name.is_empty()));
        set_if_some(&mut picture.file_id, news.file_id.filter(|id| *id != 0));
    }

    fn set_setting(&mut self, name: &str, value: &Value) {
        match name {
            "audioPlayLevel" => set_if_some(&mut self.volume, value.as_f64()),
            "audioCapturerLevel" => set_if_some(&mut self.mic_level, value.as_f64()),
            _ => {}
        }
        self.settings.insert(name.to_owned(), value.clone());
    }
}

/// Whether two ids mean the same user: `user@server/instance` is one device of `user@server`.
pub fn same_user(one: &str, other: &str) -> bool {
    let user = |id: &str| id.split('/').next().unwrap_or_default().to_lowercase();
    let (one, other) = (user(one), user(other));
    // The short form has no server part.
    let short = |id: &str| id.split('@').next().unwrap_or_default().to_owned();
    one == other
        || ((!one.contains('@') || !other.contains('@'))
            && !one.starts_with('\\')
            && short(&one) == short(&other))
}

/// The contacts of a message. Where one entry is damaged, the array is in `rest`: the others still count.
fn contacts(typed: Option<&Vec<Contact>>, rest: &Object, key: &str) -> Vec<Contact> {
    match typed {
        Some(contacts) => contacts.clone(),
        None => rest
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|item| Contact::decode(item.clone()).ok())
            .collect(),
    }
}

fn decoded<T: Wire>(value: Option<Value>) -> Option<T> {
    T::decode(value?).ok()
}

fn port(number: Option<i64>) -> Option<u16> {
    u16::try_from(number?).ok().filter(|port| *port > 0)
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn set_if_some<T>(place: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *place = value;
    }
}
