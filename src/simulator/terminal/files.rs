//! Files on the built-in HTTP server: sent and received ones, and the pictures made of them.
//!
//! The library knows the method names and integer ids of an older revision, current documentation other
//! names and UUIDs. Both names are answered; messages carry `id` and `fileRequestId`.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Answer, Ask, Fields, Method, Refusal, Terminal, fields, plain, timers::Timer};
use crate::simulator::people::Person;

pub(super) const METHODS: &[(&str, Method)] = &[
    ("getFileList", |terminal, _| {
        let list: Vec<Value> = terminal.files.stored.iter().map(Stored::shown).collect();
        Ok(fields(json!({"fileList": list})))
    }),
    ("sendFile", send_file),
    ("sendConferenceFile", send_conference_file),
    ("sendFileToConference", send_conference_file),
    ("acceptFile", accept_file),
    ("acceptIncomingFileRequest", accept_file),
    ("rejectFile", reject_file),
    ("rejectIncomingFileRequest", reject_file),
    ("getFileInfo", get_file_info),
    ("getFileRequestInfo", get_file_info),
    ("getFileRequests", |terminal, _| Ok(terminal.files.requests(Some(Direction::Incoming)))),
    ("getIncomingFilesRequests", |terminal, _| Ok(terminal.files.requests(Some(Direction::Incoming)))),
    ("getFileUploads", |terminal, _| Ok(terminal.files.requests(Some(Direction::Outgoing)))),
    ("getOutgoingFilesRequests", |terminal, _| Ok(terminal.files.requests(Some(Direction::Outgoing)))),
    ("getFileTransferInfo", |terminal, _| Ok(terminal.files.requests(None))),
    ("getFileTransferHistory", |terminal, _| Ok(terminal.files.requests(None))),
    ("getFileTransferAvailability", |terminal, _| {
        Ok(fields(json!({"available": terminal.account.user.is_some()})))
    }),
    ("clearFileTransfer", clear_file_transfer),
    ("clearFileTransferHistory", clear_file_transfer),
    ("deleteFileTransferFile", delete_file_transfer_file),
    ("getFileTransferPIN", |terminal, _| Ok(fields(json!({"pin": terminal.files.pin})))),
    ("checkFileTransferPIN", |terminal, ask| {
        let right = ask.text_opt("pin")?.is_some_and(|pin| pin == terminal.files.pin);
        Ok(fields(json!({"valid": right})))
    }),
    ("resetFileTransferPIN", |terminal, _| {
        terminal.files.pin = terminal.rng.u32(1000..10_000).to_string();
        terminal.event("fileTransferPinChanged", json!({}));
        plain()
    }),
    ("getShowFileTransferTools", |terminal, _| Ok(fields(json!({"show": terminal.files.show_tools})))),
    ("setShowFileTransferTools", |terminal, ask| {
        terminal.files.show_tools = ask.flag_opt("show")?.unwrap_or(true);
        plain()
    }),
];

/// The pictures that a file can become.
pub(super) const PICTURES: &[(&str, Method)] = &[
    ("getBackground", |terminal, _| Ok(terminal.files.background.shown())),
    ("setBackground", |terminal, ask| {
        let file_id = ask.integer("fileId")?;
        terminal.need_file(ask, file_id)?;
        terminal.set_background(Some(file_id));
        plain()
    }),
    ("setDefaultBackground", |terminal, _| {
        terminal.set_background(None);
        plain()
    }),
    ("getLogo", |terminal, _| Ok(fields(json!({"isCustomImage": terminal.files.logo.file_id.is_some()})))),
    ("setLogo", |terminal, ask| {
        let (file_id, mode) = (ask.integer("fileId")?, ask.integer_opt("mode")?.unwrap_or(0));
        terminal.need_file(ask, file_id)?;
        terminal.set_logo(Some(file_id), mode);
        plain()
    }),
    ("setDefaultLogo", |terminal, _| {
        terminal.set_logo(None, 0);
        plain()
    }),
    ("getBroadcastPicture", |terminal, _| {
        let (file_id, name) = terminal.files.broadcast.clone().unwrap_or_default();
        Ok(fields(json!({"fileName": name, "fileId": file_id})))
    }),
    ("startBroadcastPicture", |terminal, ask| {
        let file_id = ask.integer("fileId")?;
        let name = terminal.need_file(ask, file_id)?;
        terminal.files.broadcast = Some((file_id, name));
        terminal.broadcast_changed();
        plain()
    }),
    ("stopBroadcastPicture", |terminal, ask| {
        if terminal.files.broadcast.take().is_none() {
            return ask.refuse("no picture is sent");
        }
        terminal.broadcast_changed();
        plain()
    }),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Incoming = 0,
    Outgoing = 1,
}

/// Numbered as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Failed = 0,
    Waiting = 1,
    Running = 2,
    Done = 3,
}

#[derive(Debug, Clone)]
struct Stored {
    file_id: i64,
    name: String,
    size: u64,
}

impl Stored {
    fn shown(&self) -> Value {
        json!({"fileId": self.file_id, "fileName": self.name, "fileSize": self.size})
    }
}

#[derive(Debug, Clone)]
struct Request {
    id: i64,
    status: Status,
    direction: Direction,
    name: String,
    file_id: i64,
    /// Nobody for a file to the conference.
    person: Option<Person>,
    timestamp: u64,
    conf_id: String,
    size: u64,
    done: u64,
    peers: usize,
}

/// The UUID form of an integer request id.
fn uuid(id: i64) -> String {
    format!("00000000-0000-4000-8000-{id:012x}")
}

impl Request {
    fn shown(&self) -> Fields {
        fields(json!({
            "id": self.id,
            "fileRequestId": uuid(self.id),
            "status": self.status as i64,
            "directionType": self.direction as i64,
            "fileName": self.name,
            "fileId": self.file_id,
            "peerId": self.person.as_ref().map_or("", |person| &person.peer_id),
            "peerDisplayName": self.person.as_ref().map_or("", |person| &person.peer_dn),
            "timestamp": self.timestamp,
            "confId": self.conf_id,
            "fileSize": self.size,
            "totalSize": self.size,
            "processedSize": self.done,
            "speed": if self.status == Status::Running { self.size } else { 0 },
            "peersCount": self.peers,
        }))
    }
}

/// A picture that may be replaced by a file.
#[derive(Debug, Default)]
struct Picture {
    file_id: Option<i64>,
}

impl Picture {
    fn shown(&self) -> Fields {
        fields(json!({"isCustomImage": self.file_id.is_some(), "fileId": self.file_id.unwrap_or(0)}))
    }
}

#[derive(Debug)]
pub(super) struct Files {
    stored: Vec<Stored>,
    last_id: i64,
    requests: Vec<Request>,
    background: Picture,
    logo: Picture,
    broadcast: Option<(i64, String)>,
    pin: String,
    show_tools: bool,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            stored: Vec::new(),
            last_id: 179_748_250,
            requests: Vec::new(),
            background: Picture::default(),
            logo: Picture::default(),
            broadcast: None,
            pin: "4821".into(),
            show_tools: true,
        }
    }
}

impl Files {
    /// Keeps a file; its id.
    pub fn store(&mut self, name: &str, size: usize) -> i64 {
        self.last_id += 1;
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        self.stored.push(Stored { file_id: self.last_id, name: name.to_owned(), size });
        self.last_id
    }

    pub fn forget(&mut self, file_id: i64) {
        self.stored.retain(|stored| stored.file_id != file_id);
    }

    fn get(&self, file_id: i64) -> Option<&Stored> {
        self.stored.iter().find(|stored| stored.file_id == file_id)
    }

    /// `broadcastPicture` of the application state.
    pub fn broadcast_fields(&self) -> Value {
        match &self.broadcast {
            None => json!({"running": false}),
            Some((file_id, name)) => json!({"running": true, "fileName": name, "fileId": file_id}),
        }
    }

    fn requests(&self, direction: Option<Direction>) -> Fields {
        let wanted =
            self.requests.iter().filter(|request| direction.is_none_or(|wanted| wanted == request.direction));
        let files: Vec<Fields> = wanted.map(Request::shown).collect();
        fields(json!({"files": files}))
    }
}

impl Terminal {
    /// A file was uploaded; its id.
    pub fn upload(&mut self, name: &str, size: usize) -> i64 {
        self.files.store(name, size)
    }

    /// The name of a file that must be there.
    pub(super) fn need_file(&self, ask: &Ask<'_>, file_id: i64) -> Result<String, Refusal> {
        match self.files.get(file_id) {
            Some(stored) => Ok(stored.name.clone()),
            None => ask.refuse(format_args!("there is no file {file_id}; upload it first")),
        }
    }

    fn set_background(&mut self, file_id: Option<i64>) {
        self.files.background.file_id = file_id;
        let shown = self.files.background.shown();
        self.event("backgroundImageChanged", Value::Object(shown));
    }

    fn set_logo(&mut self, file_id: Option<i64>, mode: i64) {
        let was = std::mem::replace(&mut self.files.logo.file_id, file_id);
        let mut shown = self.files.logo.shown();
        shown.insert("mode".into(), mode.into());
        self.event("logoImageChanged", Value::Object(shown));
        if was.is_some() != file_id.is_some() {
            self.event("customLogoUsageChanged", json!({"use": file_id.is_some()}));
        }
    }

    fn broadcast_changed(&mut self) {
        let (file_id, name) = self.files.broadcast.clone().unwrap_or_default();
        let running = self.files.broadcast.is_some();
        self.event(
            "broadcastPictureStateChanged",
            json!({"running": running, "fileName": name, "fileId": file_id}),
        );
        self.announce_state();
    }

    fn new_request(&mut self, direction: Direction, stored: &Stored, person: Option<Person>) -> &mut Request {
        let id = i64::try_from(self.number()).unwrap_or(0);
        let session = self.session();
        let request = Request {
            id,
            status: if direction == Direction::Incoming { Status::Waiting } else { Status::Running },
            direction,
            name: stored.name.clone(),
            file_id: stored.file_id,
            peers: match (&person, session) {
                (None, Some(session)) => session.participants.len().saturating_sub(1),
                _ => 1,
            },
            person,
            timestamp: self.unix_millis(),
            conf_id: session.map_or(String::new(), |session| session.conf_id.clone()),
            size: stored.size,
            done: 0,
        };
        self.files.requests.push(request);
        let last = self.files.requests.len() - 1;
        &mut self.files.requests[last]
    }

    /// Somebody offers a file.
    pub(super) fn file_offered(&mut self, person: &Person, name: &str, size: u64) -> Result<String, String> {
        if self.account.user.is_none() {
            return Err(format!("nobody can offer a file in {}", self.state().describe()));
        }
        let stored = Stored { file_id: 0, name: name.to_owned(), size };
        let request = self.new_request(Direction::Incoming, &stored, Some(person.clone())).clone();
        self.event(
            "receivedFileRequest",
            json!({"id": request.id, "fileRequestId": uuid(request.id), "peerId": person.peer_id,
                   "peerDn": person.peer_dn, "fileName": name, "fileSize": size, "timestamp": request.timestamp,
                   "confId": request.conf_id}),
        );
        Ok(format!("{} offers the file {name} (request {})", person.peer_dn, request.id))
    }

    fn file_status(&mut self, request: &Request) {
        self.event(
            "fileStatus",
            json!({"id": request.id, "status": request.status as i64, "directionType": request.direction as i64,
                   "confId": request.conf_id}),
        );
    }

    /// Another quarter of a file is transferred.
    pub(super) fn file_progress(&mut self, id: i64) {
        let Some(at) = self.files.requests.iter().position(|request| request.id == id) else { return };
        let request = &mut self.files.requests[at];
        if request.status != Status::Running {
            return;
        }
        request.done = request.done.saturating_add(request.size.div_ceil(4)).min(request.size);
        if request.done >= request.size {
            request.status = Status::Done;
        }
        let mut done = request.clone();
        if done.status == Status::Done && done.direction == Direction::Incoming {
            done.file_id = self.files.store(&done.name, usize::try_from(done.size).unwrap_or(0));
            self.files.requests[at].file_id = done.file_id;
        }
        let event = match done.direction {
            Direction::Incoming => "fileDownloadingProgress",
            Direction::Outgoing => "fileUploadingProgress",
        };
        self.event(event, Value::Object(done.shown()));
        if done.status == Status::Done {
            self.file_status(&done);
        } else {
            self.after(Duration::from_millis(100), Timer::FileProgress { id });
        }
    }
}

fn send_file(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let file_id = ask.integer("fileId")?;
    // The library says peerId, the documentation callId.
    let id = match ask.text_opt("peerId")? {
        Some(id) => id,
        None => ask.name("callId")?,
    };
    terminal.need_login(ask)?;
    terminal.need_file(ask, file_id)?;
    let Some(stored) = terminal.files.get(file_id).cloned() else { return plain() };
    let person = terminal.person(id);
    let request = terminal.new_request(Direction::Outgoing, &stored, Some(person.clone())).clone();
    terminal.event(
        "fileSent",
        json!({"name": stored.name, "id": request.id, "peerId": person.peer_id, "peerDn": person.peer_dn,
               "fileId": file_id, "confId": request.conf_id}),
    );
    terminal.after(Duration::from_millis(100), Timer::FileProgress { id: request.id });
    Ok(fields(json!({"sentFileRequestId": uuid(request.id)})))
}

fn send_conference_file(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let file_id = ask.integer("fileId")?;
    terminal.need_file(ask, file_id)?;
    if terminal.session().is_none() {
        return ask.refuse(format_args!("there is no conference ({})", terminal.state().describe()));
    }
    let Some(stored) = terminal.files.get(file_id).cloned() else { return plain() };
    let request = terminal.new_request(Direction::Outgoing, &stored, None).clone();
    terminal.event(
        "fileConferenceSent",
        json!({"name": stored.name, "id": request.id, "fileId": file_id, "confId": request.conf_id}),
    );
    terminal.after(Duration::from_millis(100), Timer::FileProgress { id: request.id });
    Ok(fields(json!({"sentFileRequestId": uuid(request.id)})))
}

/// The request that is meant by `id` (a number) or `fileRequestId` (a UUID).
fn find(terminal: &Terminal, ask: &Ask<'_>) -> Result<Option<usize>, Refusal> {
    let wanted = match ask.text_opt("fileRequestId")? {
        Some(wanted) => wanted.to_owned(),
        None => uuid(ask.integer("id")?),
    };
    Ok(terminal.files.requests.iter().position(|request| uuid(request.id) == wanted))
}

/// An incoming request that waits for a decision.
fn waiting(terminal: &Terminal, ask: &Ask<'_>) -> Result<usize, Refusal> {
    let found = find(terminal, ask)?.filter(|at| {
        let request = &terminal.files.requests[*at];
        request.direction == Direction::Incoming && request.status == Status::Waiting
    });
    found.map_or_else(|| ask.refuse("no such file is offered"), Ok)
}

fn accept_file(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let at = waiting(terminal, ask)?;
    terminal.files.requests[at].status = Status::Running;
    let request = terminal.files.requests[at].clone();
    terminal.event("fileAccepted", json!({"id": request.id, "confId": request.conf_id}));
    terminal.file_status(&request);
    terminal.after(Duration::from_millis(100), Timer::FileProgress { id: request.id });
    plain()
}

fn reject_file(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let at = waiting(terminal, ask)?;
    let request = terminal.files.requests.remove(at);
    terminal.event("fileRejected", json!({"id": request.id, "confId": request.conf_id}));
    plain()
}

fn get_file_info(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    if let Some(at) = find(terminal, ask)? {
        return Ok(terminal.files.requests[at].shown());
    }
    let nothing = Request {
        id: ask.integer_opt("id")?.unwrap_or(0),
        status: Status::Failed,
        direction: Direction::Incoming,
        name: String::new(),
        file_id: 0,
        person: None,
        timestamp: 0,
        conf_id: String::new(),
        size: 0,
        done: 0,
        peers: 0,
    };
    Err(Refusal { error: "getFileInfo: there is no such file request".into(), fields: nothing.shown() })
}

fn clear_file_transfer(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    terminal.files.requests.clear();
    terminal.event("fileTransferCleared", json!({}));
    plain()
}

fn delete_file_transfer_file(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let file_id = ask.integer("fileId")?;
    let Some(at) = terminal.files.requests.iter().position(|request| request.file_id == file_id) else {
        return ask.refuse(format_args!("the history has no file {file_id}"));
    };
    let request = terminal.files.requests.remove(at);
    terminal.files.forget(file_id);
    terminal.event("fileTransferFileDeleted", json!({"file": request.shown()}));
    plain()
}
