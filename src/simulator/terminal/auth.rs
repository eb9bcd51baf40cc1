//! Who may use the socket: protection, tokens, roles, and the API generation of each connection.
//!
//! Documented: the messages, the lifetimes, the two roles. Assumed: what is refused before `auth`
//! (everything but `auth` and `setUsedApiVersion`) and what needs an administrator.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{Answer, Ask, ClientId, Method, Output, Refusal, Terminal, event_message, fields, plain};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("auth", auth),
    ("setUsedApiVersion", set_used_api_version),
    ("getAuthInfo", get_auth_info),
    ("setAuthParams", set_auth_params),
    ("clearTokens", clear_tokens),
    ("getTokenForHttpServer", |terminal, _| {
        let token = terminal.new_http_token();
        Ok(fields(json!({"token": token})))
    }),
];

/// Methods that change the terminal for everybody.
const ADMIN_ONLY: [&str; 12] = [
    "setAuthParams",
    "clearTokens",
    "shutdown",
    "shutdownSystem",
    "rebootSystem",
    "activateLicense",
    "productRegistrationOffline",
    "setHttpServerSettings",
    "startHttpServer",
    "stopHttpServer",
    "startUpdate",
    "cancelUpdate",
];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HTTP_TOKEN_LIFE: Duration = Duration::from_secs(5 * 60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Admin,
    User,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Session {
    /// What it may do; nothing before `auth`.
    pub role: Option<Role>,
    /// The API generation, 1 or 2.
    pub api: u8,
}

impl Default for Session {
    fn default() -> Self {
        Self { role: None, api: 1 }
    }
}

#[derive(Debug, Clone)]
enum Protection {
    Unsecured,
    Password(SecretString),
    Pin(SecretString),
}

impl Protection {
    fn name(&self) -> &'static str {
        match self {
            Self::Unsecured => "unsecured",
            Self::Password(_) => "password",
            Self::Pin(_) => "pin",
        }
    }

    fn admits(&self, credentials: Option<&str>) -> bool {
        match self {
            Self::Unsecured => true,
            Self::Password(secret) | Self::Pin(secret) => credentials == Some(secret.expose_secret()),
        }
    }

    fn token_life(&self) -> Duration {
        match self {
            Self::Pin(_) => DAY,
            Self::Unsecured | Self::Password(_) => 30 * DAY,
        }
    }
}

#[derive(Debug)]
struct Token {
    secret: SecretString,
    role: Role,
    until: Duration,
}

/// The protection of the terminal and the tokens it gave out.
#[derive(Debug)]
pub(super) struct Auth {
    admin: Protection,
    user: Protection,
    tokens: Vec<Token>,
    http_tokens: Vec<(SecretString, Option<Duration>)>,
    /// How many more `auth` are refused whatever they hold.
    pub refuse_next: u32,
}

impl Auth {
    pub fn new(pin: Option<&SecretString>) -> Self {
        let protection = pin.map_or(Protection::Unsecured, |pin| Protection::Pin(pin.clone()));
        Self {
            admin: protection.clone(),
            user: protection,
            tokens: Vec::new(),
            http_tokens: Vec::new(),
            refuse_next: 0,
        }
    }

    fn protection(&mut self, role: Role) -> &mut Protection {
        match role {
            Role::Admin => &mut self.admin,
            Role::User => &mut self.user,
        }
    }

    /// The role that `credentials` give, in the wanted role if there is one.
    fn role_for(&self, credentials: Option<&str>, wanted: Option<Role>, now: Duration) -> Option<Role> {
        let token = credentials.and_then(|credentials| {
            self.tokens.iter().find(|token| token.until > now && token.secret.expose_secret() == credentials)
        });
        if let Some(token) = token {
            return match (token.role, wanted) {
                (Role::User, Some(Role::Admin)) => None,
                (role, wanted) => Some(wanted.unwrap_or(role)),
            };
        }
        [(Role::Admin, &self.admin), (Role::User, &self.user)]
            .into_iter()
            .filter(|(_, protection)| protection.admits(credentials))
            .map(|(role, _)| role)
            .find(|role| wanted.is_none_or(|wanted| wanted == *role || *role == Role::Admin))
            .map(|role| wanted.unwrap_or(role))
    }
}

impl Terminal {
    /// Refuses what the connection may not do.
    pub(super) fn check_rights(&self, ask: &Ask<'_>) -> Result<(), Refusal> {
        let role = self.clients.get(&ask.client).and_then(|session| session.role);
        match (ask.method, role) {
            ("auth" | "setUsedApiVersion", _) => Ok(()),
            (_, None) => ask.refuse("not authorised; send auth first"),
            (method, Some(Role::User)) if ADMIN_ONLY.contains(&method) => {
                ask.refuse("administrator rights are needed; this connection has user rights")
            }
            _ => Ok(()),
        }
    }

    /// The API generation of `client`.
    pub(super) fn api_of(&self, client: ClientId) -> u8 {
        self.clients.get(&client).map_or(1, |session| session.api)
    }

    fn new_token(&mut self, role: Role, until: Duration) -> String {
        let token = format!("1*{}", self.hex(32));
        self.auth.tokens.retain(|token| token.until > self.now);
        self.auth.tokens.push(Token { secret: token.clone().into(), role, until });
        token
    }

    fn new_http_token(&mut self) -> String {
        let token = format!("4*{}", self.hex(32));
        let now = self.now;
        // With PIN protection the token lives as long as the application.
        let until = (!matches!(self.auth.admin, Protection::Pin(_))).then(|| now + HTTP_TOKEN_LIFE);
        self.auth.http_tokens.retain(|(_, until)| until.is_none_or(|until| until > now));
        self.auth.http_tokens.push((token.clone().into(), until));
        token
    }

    /// Whether the built-in HTTP server lets a request with `token` in.
    pub fn http_token_is_valid(&mut self, token: &str, now: Duration) -> bool {
        self.auth
            .http_tokens
            .iter()
            .any(|(known, until)| known.expose_secret() == token && until.is_none_or(|until| until > now))
    }

    /// Every authorisation ends, except that of `keep`; each client is told.
    pub(super) fn withdraw_authorisation(&mut self, keep: Option<ClientId>) {
        self.auth.tokens.clear();
        self.auth.http_tokens.clear();
        let authorised: Vec<ClientId> = self
            .clients
            .iter()
            .filter(|(_, session)| session.role.is_some())
            .map(|(client, _)| *client)
            .collect();
        for client in authorised {
            self.out.push(Output::EventTo(client, event_message("authorizationNeeded", json!({"cause": 0}))));
            if keep != Some(client)
                && let Some(session) = self.clients.get_mut(&client)
            {
                session.role = None;
            }
        }
    }
}

fn role(ask: &Ask<'_>, key: &str) -> Result<Option<Role>, Refusal> {
    match ask.text_opt(key)? {
        None => Ok(None),
        Some("admin") => Ok(Some(Role::Admin)),
        Some("user") => Ok(Some(Role::User)),
        Some(other) => ask.refuse(format_args!("{key} must be \"admin\" or \"user\", not \"{other}\"")),
    }
}

fn auth(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let refused = |refusal: Refusal| refusal.with("resultCode", 3);
    let wanted = role(ask, "role").map_err(refused)?;
    let current = terminal.clients.get(&ask.client).and_then(|session| session.role);
    let credentials = ask.text_opt("credentials").map_err(refused)?;
    let granted = match ask.text_opt("type").map_err(refused)? {
        Some("secured") if credentials.is_none() => {
            return Err(refused(Refusal::new("auth: type \"secured\" needs credentials")));
        }
        Some("secured") => terminal.auth.role_for(credentials, wanted, terminal.now),
        Some("unsecured") => terminal.auth.role_for(None, wanted, terminal.now),
        // An administrator goes on as a plain user; a user stays one.
        None if current.is_some() && wanted == Some(Role::User) => wanted,
        None => {
            let error = "auth: type is missing; send \"secured\" with credentials, or \"unsecured\"";
            return Err(refused(Refusal::new(error)));
        }
        Some(other) => {
            let error = format!("auth: type must be \"secured\" or \"unsecured\", not \"{other}\"");
            return Err(refused(Refusal::new(error)));
        }
    };
    let forced = terminal.auth.refuse_next > 0;
    terminal.auth.refuse_next = terminal.auth.refuse_next.saturating_sub(1);
    let Some(granted) = granted.filter(|_| !forced) else {
        let protected = !matches!(terminal.auth.admin, Protection::Unsecured);
        let why = match (credentials, wanted) {
            (None, _) if protected => "auth: a PIN, a password or a token is needed",
            (_, Some(Role::Admin)) => "auth: these credentials do not give administrator rights",
            _ => "auth: wrong PIN, password or token",
        };
        if let Some(session) = terminal.clients.get_mut(&ask.client) {
            session.role = None;
        }
        return Err(refused(Refusal::new(why)));
    };
    let from_token = credentials.and_then(|credentials| {
        terminal.auth.tokens.iter().find(|token| token.secret.expose_secret() == credentials)
    });
    // A token obtained with a token lives no longer than the first.
    let until = match from_token {
        Some(token) => token.until,
        None => terminal.now + terminal.auth.admin.token_life(),
    };
    if let Some(session) = terminal.clients.get_mut(&ask.client) {
        session.role = Some(granted);
    }
    let token = terminal.new_token(granted, until);
    let http = terminal.new_http_token();
    Ok(fields(json!({"previleges": 2, "token": token, "tokenForHttpServer": http, "resultCode": 0})))
}

fn set_used_api_version(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let api = match ask.text("version")? {
        "1" => 1,
        "2" => 2,
        other => return ask.refuse(format_args!("version must be \"1\" or \"2\", not \"{other}\"")),
    };
    if let Some(session) = terminal.clients.get_mut(&ask.client) {
        session.api = api;
    }
    plain()
}

fn get_auth_info(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let auth = &terminal.auth;
    Ok(fields(json!({"adminAuth": auth.admin.name(), "userAuth": auth.user.name()})))
}

fn set_auth_params(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let Some(whose) = role(ask, "userType")? else { return ask.refuse("the parameter userType is missing") };
    let mut new_pin = None;
    let protection = match ask.text("authType")? {
        "unsecured" => Protection::Unsecured,
        "password" => Protection::Password(ask.name("password")?.into()),
        "pin" => {
            // The library sends a PIN; by the documentation the terminal makes one.
            let pin = match ask.text_opt("newPin")? {
                Some(pin) if !pin.is_empty() => pin.to_owned(),
                _ => terminal.hex(6).to_uppercase(),
            };
            new_pin = Some(pin.clone());
            Protection::Pin(pin.into())
        }
        other => {
            return ask.refuse(format_args!(
                "authType must be \"password\", \"pin\" or \"unsecured\", not \"{other}\""
            ));
        }
    };
    let open = |protection: &Protection| matches!(protection, Protection::Unsecured);
    if whose == Role::User && open(&terminal.auth.admin) && !open(&protection) {
        return ask.refuse("protect the administrator access first");
    }
    if whose == Role::Admin && open(&protection) {
        // An unprotected administrator access leaves the user access unprotected too.
        terminal.auth.user = Protection::Unsecured;
    }
    let life = protection.token_life();
    *terminal.auth.protection(whose) = protection;
    terminal.withdraw_authorisation(Some(ask.client));
    let mut answer = fields(json!({}));
    if let Some(pin) = new_pin {
        answer.insert("newPin".into(), pin.into());
    }
    if terminal.clients.get(&ask.client).and_then(|session| session.role) == Some(whose) {
        let until = terminal.now + life;
        let token = terminal.new_token(whose, until);
        let http = terminal.new_http_token();
        answer.insert("token".into(), token.into());
        answer.insert("tokenForHttpServer".into(), http.into());
    }
    Ok(answer)
}

fn clear_tokens(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    terminal.withdraw_authorisation(Some(ask.client));
    plain()
}
