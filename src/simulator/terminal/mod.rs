//! The terminal itself: one state machine, no sockets and no clock.
//!
//! A request or something that happens goes in together with the time; messages for the clients come
//! out. What takes time (a peer that answers, a server that is reached) waits in [`timers`] until
//! [`Terminal::advance`] is called. Each area of the Room API is one file with its methods in a table.

mod account;
mod app;
mod auth;
mod av;
mod book;
mod calls;
mod camera;
mod chat;
mod conference;
mod data;
mod devices;
mod files;
mod happen;
mod layout;
mod licence;
mod peers;
mod podium;
mod ptz;
mod recording;
mod request;
mod services;
mod session;
mod settings;
mod slides;
#[cfg(test)]
mod tests;
mod timers;

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Map, Value, json};

pub(crate) use calls::Line;
pub(crate) use request::{Ask, Refusal};
pub(crate) use settings::check_setting;

use super::{action::Happening, options::Setup, people::Person};
use auth::Session;
use timers::{Timer, Timers};

/// The fields of a message.
pub(crate) type Fields = Map<String, Value>;
/// What a method answers besides `method`, `requestId` and `result`.
pub(crate) type Answer = Result<Fields, Refusal>;
/// One method of the Room API.
pub(crate) type Method = fn(&mut Terminal, &Ask<'_>) -> Answer;
/// Numbers the connections, from 1.
pub(crate) type ClientId = u64;

/// What the terminal wants sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Output {
    /// The answer to a request of this client.
    Answer(ClientId, Value),
    /// An event for this client only.
    EventTo(ClientId, Value),
    /// An event for every authorised client.
    Event(Value),
    /// The application ends: every socket closes, and nobody can connect for this long.
    Down(Duration),
}

/// The whole state of one simulated terminal.
#[derive(Debug)]
pub(crate) struct Terminal {
    setup: Setup,
    now: Duration,
    epoch: Duration,
    rng: fastrand::Rng,
    next_number: u64,
    out: Vec<Output>,
    timers: Timers,
    clients: BTreeMap<ClientId, Session>,
    auth: auth::Auth,
    account: account::Account,
    line: Line,
    app: app::App,
    history: calls::History,
    book: book::Book,
    chats: chat::Chats,
    av: av::Av,
    devices: devices::Devices,
    ptz: ptz::Ptz,
    camera: camera::CameraControl,
    layout: layout::Layout,
    slides: slides::Slides,
    files: files::Files,
    data: data::Data,
    settings: settings::Settings,
    licence: licence::Licence,
    services: services::Services,
}

impl Terminal {
    /// A terminal that has just started. `epoch` is the Unix time at `now` zero.
    pub fn new(setup: Setup, epoch: SystemTime) -> Self {
        let mut rng = fastrand::Rng::with_seed(setup.seed);
        let mut terminal = Self {
            now: Duration::ZERO,
            epoch: epoch.duration_since(UNIX_EPOCH).unwrap_or_default(),
            next_number: 351,
            out: Vec::new(),
            timers: Timers::default(),
            clients: BTreeMap::new(),
            auth: auth::Auth::new(setup.pin.as_ref()),
            account: account::Account::new(&setup, &mut rng),
            line: Line::Idle,
            app: app::App::default(),
            history: calls::History::default(),
            book: book::Book::new(&setup),
            chats: chat::Chats::default(),
            av: av::Av::default(),
            devices: devices::Devices::default(),
            ptz: ptz::Ptz::default(),
            camera: camera::CameraControl::default(),
            layout: layout::Layout::default(),
            slides: slides::Slides::default(),
            files: files::Files::default(),
            data: data::Data::default(),
            settings: settings::Settings::new(&setup),
            licence: licence::Licence::new(setup.licence),
            services: services::Services::default(),
            rng,
            setup,
        };
        terminal.load_first_slides();
        terminal.after(conference::PLANNED_AGAIN, Timer::PlannedAgain);
        terminal.app.announced = terminal.state_fields();
        terminal
    }

    /// A client opened a socket.
    pub fn connect(&mut self, client: ClientId) {
        self.clients.insert(client, Session::default());
    }

    /// A client's socket is gone.
    pub fn disconnect(&mut self, client: ClientId) {
        self.clients.remove(&client);
    }

    /// Whether events go to `client`.
    pub fn is_authorised(&self, client: ClientId) -> bool {
        self.clients.get(&client).is_some_and(|session| session.role.is_some())
    }

    /// One text frame from `client`, at `now`. Whatever it holds, there is exactly one answer to it,
    /// and the answer comes before the events that it causes.
    pub fn receive(&mut self, client: ClientId, text: &str, now: Duration) -> Vec<Output> {
        let mut out = self.advance(now);
        self.clients.entry(client).or_default();
        let answer = match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(fields)) => self.answer(client, &fields),
            Ok(_) => json!({"error": "a request must be a JSON object", "result": false}),
            Err(error) => json!({"error": format!("not JSON: {error}"), "result": false}),
        };
        out.push(Output::Answer(client, answer));
        out.append(&mut self.out);
        out
    }

    fn answer(&mut self, client: ClientId, fields: &Fields) -> Value {
        let request_id = match fields.get("requestId") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(id)) => id.clone(),
            Some(other) => other.to_string(),
        };
        let Some(method) = fields.get("method").and_then(Value::as_str) else {
            let error = "the request has no method; send {\"method\": NAME, ...}";
            return json!({"requestId": request_id, "error": error, "result": false});
        };
        let ask = Ask { client, method, fields };
        let result = match find(method) {
            None => Err(Refusal::new(format!("unknown method {method}"))),
            Some(_) if self.refuses_by_fault(method) => {
                Err(Refusal::new(format!("{method} refused on demand")))
            }
            Some(run) => self.check_rights(&ask).and_then(|()| run(self, &ask)),
        };
        let mut answer = Fields::new();
        answer.insert("requestId".into(), request_id.into());
        answer.insert("method".into(), method.into());
        let accepted = result.is_ok();
        match result {
            Ok(fields) => answer.extend(fields),
            Err(refusal) => {
                answer.extend(refusal.fields);
                answer.insert("error".into(), refusal.error.into());
            }
        }
        answer.insert("result".into(), accepted.into());
        Value::Object(answer)
    }

    /// Lets the time pass to `now` and does everything that is due until then, in order.
    pub fn advance(&mut self, now: Duration) -> Vec<Output> {
        while let Some((at, timer)) = self.timers.pop_due(now) {
            self.now = self.now.max(at);
            self.fire(timer);
        }
        self.now = self.now.max(now);
        std::mem::take(&mut self.out)
    }

    /// When [`Terminal::advance`] has something to do next.
    pub fn next_wake(&self) -> Option<Duration> {
        self.timers.next()
    }

    /// Something happens to the terminal that no client asked for.
    ///
    /// # Errors
    ///
    /// A sentence that says why it cannot happen now.
    pub fn happen(&mut self, happening: &Happening, now: Duration) -> (Result<String, String>, Vec<Output>) {
        let mut out = self.advance(now);
        let result = self.apply(happening);
        out.append(&mut self.out);
        (result, out)
    }

    /// Sends an event to every authorised client.
    fn event(&mut self, name: &str, fields: Value) {
        let message = event_message(name, fields);
        self.out.push(Output::Event(message));
    }

    /// Makes `timer` fire after `delay`.
    fn after(&mut self, delay: Duration, timer: Timer) {
        self.timers.add(self.now + delay, timer);
    }

    /// Seconds since 1970.
    fn unix(&self) -> u64 {
        (self.epoch + self.now).as_secs()
    }

    /// Milliseconds since 1970.
    fn unix_millis(&self) -> u64 {
        u64::try_from((self.epoch + self.now).as_millis()).unwrap_or(u64::MAX)
    }

    /// The next number for ids that people may read.
    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }

    /// `digits` random hexadecimal digits.
    fn hex(&mut self, digits: usize) -> String {
        hex(&mut self.rng, digits)
    }

    /// The id of a new communication session.
    fn new_conf_id(&mut self) -> String {
        let number = self.number();
        format!("{number:08x}@{}#vcs", self.account.domain())
    }

    /// `user`, `user@server` or `user@server/instance` as `user@server`.
    fn call_id(&self, id: &str) -> String {
        let id = id.split('/').next().unwrap_or(id);
        if id.contains('@') || id.starts_with('#') || id.starts_with('\\') {
            id.to_owned()
        } else {
            format!("{id}@{}", self.account.domain())
        }
    }

    /// Who `id` is, as far as the terminal knows.
    fn person(&self, id: &str) -> Person {
        let peer_id = self.call_id(id);
        let peer_dn = if peer_id == self.account.id() {
            self.account.name().to_owned()
        } else if let Some(contact) = self.book.get(&peer_id) {
            contact.peer_dn.clone()
        } else if let Some(known) = self.setup.directory.iter().find(|known| known.peer_id == peer_id) {
            known.peer_dn.clone()
        } else {
            peer_id.split('@').next().unwrap_or(&peer_id).to_owned()
        };
        Person { peer_id, peer_dn }
    }
}

/// `digits` random hexadecimal digits from `rng`.
fn hex(rng: &mut fastrand::Rng, digits: usize) -> String {
    (0..digits).map(|_| char::from_digit(rng.u32(..16), 16).unwrap_or('0')).collect()
}

/// An event as it stands on the wire.
fn event_message(name: &str, fields: Value) -> Value {
    let mut message = Fields::new();
    message.insert("event".into(), name.into());
    if let Value::Object(fields) = fields {
        message.extend(fields);
    }
    message.insert("method".into(), "event".into());
    Value::Object(message)
}

/// The fields of a JSON object; none for anything else.
fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// An answer without fields of its own.
fn plain() -> Answer {
    Ok(Fields::new())
}

/// The tables of all areas.
const TABLES: [&[(&str, Method)]; 22] = [
    account::METHODS,
    app::METHODS,
    auth::METHODS,
    av::METHODS,
    book::METHODS,
    calls::METHODS,
    camera::METHODS,
    chat::METHODS,
    conference::METHODS,
    data::METHODS,
    devices::METHODS,
    files::METHODS,
    files::PICTURES,
    layout::METHODS,
    licence::METHODS,
    peers::METHODS,
    podium::METHODS,
    ptz::METHODS,
    recording::METHODS,
    services::METHODS,
    settings::METHODS,
    slides::METHODS,
];

/// The method called `name` on the wire.
fn find(name: &str) -> Option<Method> {
    TABLES.iter().copied().flatten().find(|(known, _)| *known == name).map(|(_, method)| *method)
}

/// The names of all methods, in the order of the tables.
pub(crate) fn method_names() -> impl Iterator<Item = &'static str> {
    TABLES.iter().copied().flatten().map(|(name, _)| *name)
}
