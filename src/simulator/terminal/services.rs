//! What the application offers to other programs: NDI sources, its HTTP server, frames of the own camera.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{Answer, Ask, Method, Terminal, fields, plain, session::Kind};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("getNDIState", |terminal, _| Ok(fields(json!({"enabled": terminal.services.ndi})))),
    ("setNDIState", set_ndi_state),
    ("createNDIDevice", create_ndi_device),
    ("deleteNDIDevice", delete_ndi_device),
    ("getCreatedNDIDevices", |terminal, _| {
        let devices: Vec<Value> = terminal.services.ndi_devices.values().cloned().collect();
        Ok(fields(json!({"createdNDIDevices": devices})))
    }),
    ("getHttpServerSettings", get_http_server_settings),
    ("setHttpServerSettings", set_http_server_settings),
    ("getHttpServerState", |terminal, _| Ok(fields(json!({"state": i64::from(terminal.services.http_on)})))),
    ("startHttpServer", |terminal, _| {
        terminal.switch_http_server(true);
        plain()
    }),
    ("stopHttpServer", |terminal, _| {
        terminal.switch_http_server(false);
        plain()
    }),
    ("getBroadcastSelfie", |terminal, _| {
        // The library's handler wants fps also while it is off.
        let fps = terminal.services.selfie;
        Ok(fields(json!({"enabled": fps.is_some(), "fps": fps.unwrap_or(0)})))
    }),
    ("setBroadcastSelfie", set_broadcast_selfie),
];

#[derive(Debug)]
pub(super) struct Services {
    ndi: bool,
    ndi_devices: IndexMap<String, Value>,
    http_on: bool,
    /// Settings of the HTTP server that wait for its restart.
    pending_port: Option<i64>,
    /// Frames of the own camera per second.
    selfie: Option<i64>,
    /// What kind of conference was made last.
    pub last_conference_kind: Kind,
}

impl Default for Services {
    fn default() -> Self {
        Self {
            ndi: false,
            ndi_devices: IndexMap::new(),
            http_on: true,
            pending_port: None,
            selfie: None,
            last_conference_kind: Kind::Symmetric,
        }
    }
}

impl Terminal {
    /// Whether the built-in HTTP server answers.
    pub fn http_server_is_on(&self) -> bool {
        self.services.http_on
    }

    /// Whether frames of the own camera are published.
    pub fn selfie_is_on(&self) -> bool {
        self.services.selfie.is_some()
    }

    fn switch_http_server(&mut self, on: bool) {
        if std::mem::replace(&mut self.services.http_on, on) != on {
            self.event("httpServerStateChanged", json!({"state": i64::from(on)}));
        }
    }
}

fn set_ndi_state(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let enabled = ask.flag("enabled")?;
    terminal.need_pro(ask)?;
    if std::mem::replace(&mut terminal.services.ndi, enabled) != enabled {
        terminal.event("NDIStateChanged", json!({"enabled": enabled}));
    }
    plain()
}

fn create_ndi_device(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("deviceId")?;
    terminal.need_pro(ask)?;
    if !terminal.services.ndi {
        return ask.refuse("NDI is off; send setNDIState first");
    }
    if terminal.services.ndi_devices.contains_key(id) {
        return ask.refuse(format_args!("{id} is published already"));
    }
    let mixed = matches!(id, "#mixed:0");
    if !mixed && id != "#contentSharing:slideShowOrDs:1" {
        terminal.other(ask, id)?;
    }
    let name = format!("{} {id}", terminal.account.name());
    let device =
        json!({"deviceId": id, "displayName": name, "mixedType": if mixed { "mixed" } else { "single" }});
    terminal.services.ndi_devices.insert(id.to_owned(), device.clone());
    terminal.event("NDIDeviceCreated", device);
    plain()
}

fn delete_ndi_device(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("deviceId")?;
    match terminal.services.ndi_devices.shift_remove(id) {
        Some(device) => {
            terminal.event("NDIDeviceDeleted", device);
            plain()
        }
        None => ask.refuse(format_args!("{id} is not published")),
    }
}

/// The port comes first: known clients read the value of the first item.
fn get_http_server_settings(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let port = terminal.setup.http_port;
    Ok(fields(json!({"settings": [{
        "name": "port", "value": port, "httpServerRestartNeededForApplying": true,
        "isPendingToBeApplied": terminal.services.pending_port.is_some(),
        "pendingValue": terminal.services.pending_port,
    }]})))
}

fn set_http_server_settings(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let settings = ask.object("settings")?;
    for (name, value) in settings {
        match (name.as_str(), value.as_i64()) {
            ("port", Some(1..=65535)) => {}
            ("port", _) => return ask.refuse("port must be 1 to 65535"),
            _ => return ask.refuse(format_args!("the HTTP server has no setting {name}; it has port")),
        }
    }
    if let Some(port) = settings.get("port").and_then(Value::as_i64) {
        // The simulator never moves: the wish stays pending, as it does until a restart.
        terminal.services.pending_port = Some(port);
        let value = terminal.setup.http_port;
        terminal.event(
            "httpServerSettingChanged",
            json!({"name": "port", "value": value, "httpServerRestartNeededForApplying": true,
                   "isPendingToBeApplied": true, "pendingValue": port}),
        );
    }
    plain()
}

fn set_broadcast_selfie(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let enabled = ask.flag("enabled")?;
    // The library sends 0 when nobody says how many.
    let fps = ask.integer_opt("fps")?.filter(|fps| *fps != 0).unwrap_or(1);
    if enabled && !(1..=60).contains(&fps) {
        return ask.refuse(format_args!("fps {fps} is out of range: 1 to 60"));
    }
    let selfie = enabled.then_some(fps);
    if std::mem::replace(&mut terminal.services.selfie, selfie) != selfie {
        terminal.event("broadcastSelfieChanged", json!({"enabled": enabled, "fps": selfie.unwrap_or(0)}));
    }
    plain()
}
