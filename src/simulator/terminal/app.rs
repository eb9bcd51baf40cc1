//! The application as a whole: its state, what it says about itself, its window, and its end.

use serde_json::{Value, json};

use super::{Answer, Ask, Fields, Line, Method, Output, Terminal, account::Link, fields, plain};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("getAppState", |terminal, _| Ok(terminal.state_fields())),
    ("getSystemInfo", get_system_info),
    ("getProperties", |terminal, _| {
        Ok(fields(json!({"properties": {"product": "heyroom simulator", "seed": terminal.setup.seed}})))
    }),
    ("getRenderInfo", |_, _| {
        Ok(fields(
            json!({"render": "none", "version": env!("CARGO_PKG_VERSION"), "vendor": "heyroom simulator"}),
        ))
    }),
    ("getInfoWidgetsState", get_info_widgets_state),
    ("changeWindowState", change_window_state),
    ("restoreWindow", restore_window),
    ("sendCommand", send_command),
    ("fireMyEvent", fire_my_event),
    ("shutdown", shutdown),
    ("shutdownSystem", shutdown),
    ("rebootSystem", |terminal, _| {
        terminal.go_down();
        plain()
    }),
    ("getUpdateInfo", |_, _| Ok(fields(json!({"available": false})))),
    ("startUpdate", |_, ask| ask.refuse("there is no update")),
    ("cancelUpdate", |_, ask| ask.refuse("no update is running")),
];

/// The states of the application, numbered as on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AppState {
    None = 0,
    Connect = 1,
    Login = 2,
    Normal = 3,
    Wait = 4,
    Conference = 5,
    Close = 6,
}

impl AppState {
    /// The state as a number and in words, for messages.
    pub fn describe(self) -> &'static str {
        match self {
            Self::None => "state 0, no server connection",
            Self::Connect => "state 1, connecting to a server",
            Self::Login => "state 2, nobody is logged in",
            Self::Normal => "state 3, idle",
            Self::Wait => "state 4, calling or being called",
            Self::Conference => "state 5, in a call or conference",
            Self::Close => "state 6, a session is being closed",
        }
    }
}

/// What the application shows of itself.
#[derive(Debug, Default)]
pub(super) struct App {
    /// The state fields as last told to the clients.
    pub announced: Fields,
    /// Full screen (2) or minimised (1).
    window_state: Option<i64>,
    stay_on_top: bool,
    /// Requests that are refused on demand: method (or `*`) and how many more.
    pub refuse: Vec<(String, u32)>,
}

impl Terminal {
    /// Where the application is.
    pub fn state(&self) -> AppState {
        match (&self.line, &self.account.link) {
            (Line::Outgoing(_) | Line::Incoming(_) | Line::Creating(_), _) => AppState::Wait,
            (Line::Session(_), _) => AppState::Conference,
            (Line::Closing { .. }, _) => AppState::Close,
            (Line::Idle, Link::Off) => AppState::None,
            (Line::Idle, Link::Connecting(_)) => AppState::Connect,
            (Line::Idle, Link::Connected(_)) if self.account.user.is_none() => AppState::Login,
            (Line::Idle, Link::Connected(_)) => AppState::Normal,
        }
    }

    /// The fields that `getAppState` and `appStateChanged` share.
    pub(super) fn state_fields(&self) -> Fields {
        let state = self.state();
        let status = match state {
            AppState::None | AppState::Connect | AppState::Login => 0,
            AppState::Normal => 4,
            AppState::Wait | AppState::Close => 9,
            AppState::Conference => {
                if self.session().is_some_and(|session| session.is_group() && session.is_owner) {
                    10
                } else {
                    9
                }
            }
        };
        let mut shown = fields(json!({
            "embeddedHttpPort": self.setup.http_port,
            "appState": state as i64,
            "extStatus": status,
            "additionalStatus": "",
            "desktopSharing": self.av.sharing_fields(),
            "broadcastPicture": self.files.broadcast_fields(),
            "audioCaptureTest": self.devices.test_running(),
            "recording": self.settings.recording(),
        }));
        let requests = self.pending_requests();
        if !requests.is_empty() {
            shown.insert("requests".into(), Value::Object(requests));
        }
        shown
    }

    /// Tells the clients the state fields if any of them changed.
    pub(super) fn announce_state(&mut self) {
        let fields = self.state_fields();
        if fields != self.app.announced {
            self.app.announced = fields.clone();
            self.event("appStateChanged", Value::Object(fields));
        }
    }

    /// Whether a `refuse` fault is waiting for `method`; counts it down.
    pub(super) fn refuses_by_fault(&mut self, method: &str) -> bool {
        if method == "auth" {
            return false;
        }
        let Some(at) = self.app.refuse.iter().position(|(name, _)| name == "*" || name == method) else {
            return false;
        };
        self.app.refuse[at].1 -= 1;
        if self.app.refuse[at].1 == 0 {
            self.app.refuse.remove(at);
        }
        true
    }

    /// The application ends and comes back as fresh as it started.
    pub(super) fn go_down(&mut self) {
        self.out.push(Output::Down(self.setup.timing.restart));
        let out = std::mem::take(&mut self.out);
        let epoch = std::time::UNIX_EPOCH + self.epoch;
        let (now, number, rng) = (self.now, self.next_number, self.rng.clone());
        let data = std::mem::take(&mut self.data);
        *self = Self::new(self.setup.clone(), epoch);
        // Stored data outlive the application, and ids are never given twice.
        (self.now, self.next_number, self.rng, self.data, self.out) = (now, number, rng, data, out);
    }
}

fn get_system_info(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let version = json!({"major": 5, "minor": 0, "revision": 0, "build": 0});
    let mut info = fields(json!({
        "fileInfo": version,
        "productInfo": version,
        "bitrateLimits": {"max": 20480, "min": 32},
        "systemRating": {
            "videoQuality": {"send": "UHD", "receiveP2P": "UHD", "receiveGroup": "UHD"},
            "videoContentLevels": {"send": 66, "receiveP2P": 75, "receiveGroup": 91, "bench": 700000},
        },
        "cameraInfo": terminal.devices.camera_info(),
    }));
    // Both are there only while somebody is logged in.
    if let Some(user) = &terminal.account.user {
        info.insert("authInfo".into(), json!({"peerId": user.peer_id, "peerDn": user.peer_dn}));
        info.insert("permissionsInfo".into(), Value::Object(terminal.tariff()));
    }
    Ok(info)
}

fn get_info_widgets_state(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let settings = &terminal.settings;
    Ok(fields(json!({
        "logoDisplaying": settings.is_on("showLogo"),
        "timeDisplaying": settings.is_on("showTime"),
        "connectInfoDisplaying": settings.is_on("showInfoConnect"),
        "currentUserInfoWidgetDisplaying": settings.is_on("showCurrentUserWidget"),
        "incomingRequestWidgetDisplaying": settings.is_on("showIncomingRequestWidget"),
        "upcomingMeetingsComponentDisplaying": settings.is_on("showUpcomingMeetings"),
    })))
}

fn set_window(terminal: &mut Terminal, state: i64, stay_on_top: bool) {
    let app = &mut terminal.app;
    if (app.window_state, app.stay_on_top) != (Some(state), stay_on_top) {
        (app.window_state, app.stay_on_top) = (Some(state), stay_on_top);
        terminal.event("windowStateChanged", json!({"windowState": state, "stayOnTop": stay_on_top}));
    }
}

fn change_window_state(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let state = ask.integer("windowState")?;
    if !matches!(state, 1 | 2) {
        return ask.refuse(format_args!("windowState {state}: must be 1 (minimised) or 2 (full screen)"));
    }
    let stay_on_top = ask.flag_opt("stayOnTop")?.unwrap_or(false);
    set_window(terminal, state, stay_on_top);
    plain()
}

fn restore_window(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let stay_on_top = terminal.app.stay_on_top;
    set_window(terminal, 2, stay_on_top);
    plain()
}

fn send_command(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (peer_id, command) = (ask.name("peerId")?, ask.text("command")?);
    if !peer_id.contains('/') {
        return ask.refuse(format_args!("peerId {peer_id} must name one instance: user@server/instance"));
    }
    let Some(session) = terminal.session() else { return ask.refuse("there is no call or conference") };
    if session.participant(peer_id).is_none() {
        return ask.refuse(format_args!("{peer_id} is not in this call or conference"));
    }
    let conf_id = session.conf_id.clone();
    terminal.event("commandSent", json!({"peerId": peer_id, "command": command, "confId": conf_id}));
    plain()
}

fn fire_my_event(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let data = ask.text("data")?;
    terminal.event("myEvent", json!({"data": data}));
    plain()
}

fn shutdown(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    ask.flag_opt("forAll")?;
    terminal.go_down();
    plain()
}
