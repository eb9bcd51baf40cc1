//! The video server and the user who is logged in on it.

use serde_json::{Value, json};

use super::{Answer, Ask, Fields, Method, Refusal, Terminal, fields, hex, plain, timers::Timer};
use crate::simulator::{
    options::{Setup, Start},
    people::Person,
};
use secrecy::ExposeSecret;

pub(super) const METHODS: &[(&str, Method)] = &[
    ("connectToServer", connect_to_server),
    ("connectToService", connect_to_service),
    ("getConnected", get_connected),
    ("login", login),
    ("logout", logout),
    ("getLogin", get_login),
    ("getServerDomain", |terminal, _| Ok(fields(json!({"domain": terminal.account.server_domain()})))),
    ("getAvailableServersList", get_available_servers),
    ("getLastUsedServersList", get_last_used_servers),
    ("removeFromServersList", remove_from_servers),
    ("getCurrentUserProfileUrl", |terminal, _| Ok(fields(json!({"url": terminal.account.profile_url()})))),
    ("getTariffRestrictions", |terminal, _| Ok(terminal.tariff())),
];

/// The public cloud, for `connectToService`.
const SERVICE: &str = "cloud.example.net";
/// The usual port of a video server.
const SERVER_PORT: i64 = 4307;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Server {
    pub host: String,
    pub port: i64,
    pub service: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Link {
    Off,
    Connecting(Server),
    Connected(Server),
}

/// The link to the video server and the identity on it.
#[derive(Debug)]
pub(super) struct Account {
    pub link: Link,
    pub user: Option<Person>,
    /// The identity that logs in when nobody says otherwise, and its domain.
    own: Person,
    instance: String,
    last_servers: Vec<Server>,
    /// Whether the video server can be reached at all.
    pub reachable: bool,
    /// What the next login answers instead of what it would.
    pub next_login_result: Option<i64>,
}

impl Account {
    pub fn new(setup: &Setup, rng: &mut fastrand::Rng) -> Self {
        let server = Server { host: setup.server.clone(), port: SERVER_PORT, service: false };
        Self {
            link: match setup.start {
                Start::None => Link::Off,
                Start::Login | Start::Normal => Link::Connected(server.clone()),
            },
            user: (setup.start == Start::Normal).then(|| setup.account.clone()),
            own: setup.account.clone(),
            instance: hex(rng, 8),
            last_servers: vec![server],
            reachable: true,
            next_login_result: None,
        }
    }

    /// `user@server` of this terminal.
    pub fn id(&self) -> &str {
        &self.user.as_ref().unwrap_or(&self.own).peer_id
    }

    pub fn name(&self) -> &str {
        &self.user.as_ref().unwrap_or(&self.own).peer_dn
    }

    /// `user@server/instance` of this terminal.
    pub fn instance_id(&self) -> String {
        format!("{}/{}", self.id(), self.instance)
    }

    pub fn domain(&self) -> &str {
        self.id().split('@').nth(1).unwrap_or("example.org")
    }

    /// The domain of the connected server; empty without one.
    fn server_domain(&self) -> &str {
        match self.link {
            Link::Connected(_) => self.domain(),
            Link::Off | Link::Connecting(_) => "",
        }
    }

    fn profile_url(&self) -> String {
        match &self.user {
            Some(user) => {
                format!(
                    "https://{}/user/{}",
                    self.domain(),
                    user.peer_id.split('@').next().unwrap_or_default()
                )
            }
            None => String::new(),
        }
    }
}

impl Terminal {
    /// Refuses what needs a logged-in user.
    pub(super) fn need_login(&self, ask: &Ask<'_>) -> Result<(), Refusal> {
        if self.account.user.is_some() {
            Ok(())
        } else {
            ask.refuse("no user is logged in; send login first")
        }
    }

    /// What the server's plan allows.
    pub(super) fn tariff(&self) -> Fields {
        let licensed = self.licence.is_pro();
        fields(json!({
            "tariffName": if licensed { "pro" } else { "free" },
            "p2p": true,
            "createMulti": true,
            "symMaxNumber": if licensed { 49 } else { 10 },
            "asymMaxNumber": if licensed { 120 } else { 10 },
            "roleMaxNumber": if licensed { 450 } else { 10 },
            "rlMaxNumber": 4,
            "canUseSlideShow": true,
            "canUseDesktopSharing": true,
            "canChangeAddressBook": true,
            "canEditGroups": true,
            "canUseDialer": true,
        }))
    }

    fn start_connecting(&mut self, server: Server) {
        if self.account.user.take().is_some() {
            self.end_session_silently();
            self.event("logout", json!({"result": 0, "cause": 0}));
        }
        self.account.last_servers.retain(|known| known.host != server.host);
        self.account.last_servers.insert(0, server.clone());
        self.account.link = Link::Connecting(server);
        self.announce_state();
        self.after(self.setup.timing.server, Timer::ServerAnswers);
    }

    pub(super) fn server_answers(&mut self) {
        let Link::Connecting(server) = self.account.link.clone() else { return };
        // Names that end in .invalid belong to nobody by RFC 2606.
        if !self.account.reachable || server.host.ends_with(".invalid") {
            self.account.link = Link::Off;
            self.event(
                "serverDisconnected",
                json!({"service": server.service, "server": server.host, "port": server.port}),
            );
            self.announce_state();
            return;
        }
        self.event(
            "serverConnected",
            json!({"service": server.service, "server": server.host, "port": server.port,
                   "domain": self.account.domain()}),
        );
        self.account.link = Link::Connected(server);
        self.announce_state();
        if self.settings.is_on("enableAutologin") {
            let login = self.account.own.peer_id.clone();
            self.after(self.setup.timing.server, Timer::LoginAnswered { login, result: 0 });
        }
    }

    /// The server goes away: no user, no session, state 0.
    pub(super) fn lose_server(&mut self) -> bool {
        let (Link::Connecting(server) | Link::Connected(server)) = self.account.link.clone() else {
            return false;
        };
        self.end_session_silently();
        self.account.link = Link::Off;
        self.account.user = None;
        self.event(
            "serverDisconnected",
            json!({"service": server.service, "server": server.host, "port": server.port}),
        );
        self.announce_state();
        true
    }

    /// The server comes back and the terminal connects to it by itself.
    pub(super) fn find_server(&mut self) -> bool {
        if self.account.link != Link::Off {
            return false;
        }
        let server = self.account.last_servers.first().cloned();
        let server =
            server.unwrap_or(Server { host: self.setup.server.clone(), port: SERVER_PORT, service: false });
        self.start_connecting(server);
        true
    }

    pub(super) fn login_answered(&mut self, login: &str, result: i64) {
        if !matches!(self.account.link, Link::Connected(_)) {
            return;
        }
        let peer_id = self.call_id(login);
        if result != 0 {
            self.event("login", json!({"result": result, "peerId": peer_id, "peerDn": ""}));
            return;
        }
        let person = if peer_id == self.account.own.peer_id {
            self.account.own.clone()
        } else {
            self.person(&peer_id)
        };
        self.event("login", json!({"result": 0, "peerId": person.peer_id, "peerDn": person.peer_dn}));
        self.account.user = Some(person);
        self.announce_state();
        let abook = self.book.wire();
        self.event("abReceivedAfterLogin", json!({"abook": abook}));
        let tariff = Value::Object(self.tariff());
        self.event("tariffRestrictionsChanged", tariff);
        self.event("fileTransferAvailable", json!({"available": true}));
    }

    /// The server gives the logged-in user another display name.
    pub(super) fn rename_self(&mut self, name: &str) -> bool {
        let Some(user) = &mut self.account.user else { return false };
        name.clone_into(&mut user.peer_dn);
        self.event("currentUserDisplayNameChanged", json!({"peerDn": name}));
        true
    }

    pub(super) fn servers_found(&mut self) {
        let servers = [json!({"server": self.setup.server, "port": SERVER_PORT})];
        self.event("availableServersListLoaded", json!({"serverList": servers}));
    }
}

fn connect_to_server(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let host = ask.name("server")?.to_owned();
    let port = ask.integer_opt("port")?.unwrap_or(SERVER_PORT);
    if !(1..=65535).contains(&port) {
        return ask.refuse(format_args!("port {port} is out of range: 1 to 65535"));
    }
    terminal.start_connecting(Server { host, port, service: false });
    plain()
}

fn connect_to_service(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    terminal.start_connecting(Server { host: SERVICE.into(), port: SERVER_PORT, service: true });
    plain()
}

fn get_connected(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let info = |server: &Server, domain: &str| json!({"server": server.host, "service": server.service, "port": server.port, "domain": domain});
    Ok(fields(match &terminal.account.link {
        Link::Off => json!({"state": 0}),
        Link::Connecting(server) => json!({"state": 1, "serverInfo": info(server, "")}),
        Link::Connected(server) => json!({"state": 2, "serverInfo": info(server, terminal.account.domain())}),
    }))
}

fn login_fields(terminal: &Terminal) -> Fields {
    let user = terminal.account.user.as_ref();
    fields(json!({
        "isLoggedIn": user.is_some(),
        "peerId": user.map_or("", |user| &user.peer_id),
        "peerDn": user.map_or("", |user| &user.peer_dn),
    }))
}

fn get_login(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    Ok(login_fields(terminal))
}

fn login(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let with_fields = |mut refusal: Refusal| {
        refusal.fields.extend(login_fields(terminal));
        refusal
    };
    let login = ask.name("login").map_err(with_fields)?;
    let password = ask.text("password").map_err(with_fields)?;
    ask.flag_opt("encryptPassword").map_err(with_fields)?;
    if !matches!(terminal.account.link, Link::Connected(_)) {
        let refusal = Refusal::new("login: not connected to a server; send connectToServer first");
        return Err(with_fields(refusal));
    }
    let known = terminal.setup.password.as_ref();
    let result = if let Some(result) = terminal.account.next_login_result.take() {
        result
    } else if terminal.account.user.is_some() {
        1
    } else if known.is_some() && terminal.call_id(login) != terminal.account.own.peer_id {
        2
    } else if password.is_empty() || known.is_some_and(|known| known.expose_secret() != password) {
        3
    } else {
        0
    };
    terminal.after(terminal.setup.timing.server, Timer::LoginAnswered { login: login.to_owned(), result });
    Ok(login_fields(terminal))
}

fn logout(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    terminal.need_login(ask)?;
    terminal.end_session_silently();
    terminal.account.user = None;
    terminal.event("logout", json!({"result": 0, "cause": 0}));
    terminal.announce_state();
    terminal.event("fileTransferAvailable", json!({"available": false}));
    plain()
}

fn get_available_servers(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    terminal.after(terminal.setup.timing.server, Timer::ServersFound);
    plain()
}

fn get_last_used_servers(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let count = usize::try_from(ask.integer("count")?).unwrap_or(0);
    let servers: Vec<_> = terminal
        .account
        .last_servers
        .iter()
        .take(count)
        .map(|server| json!({"server": server.host, "port": server.port, "service": server.service}))
        .collect();
    Ok(fields(json!({"lastUsedServersList": servers})))
}

fn remove_from_servers(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let name = ask.text("serverName")?;
    let before = terminal.account.last_servers.len();
    terminal.account.last_servers.retain(|server| server.host != name);
    if terminal.account.last_servers.len() == before {
        return ask.refuse(format_args!("{name} is not among the servers used before"));
    }
    plain()
}
