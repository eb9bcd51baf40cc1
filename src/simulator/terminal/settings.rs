//! The settings of the application: read as an array of name and value, written as an object.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{Answer, Ask, Method, Terminal, fields, plain};
use crate::simulator::options::Setup;

pub(super) const METHODS: &[(&str, Method)] = &[("getSettings", get_settings), ("setSettings", set_settings)];

/// Settings whose change shows or hides something, with the event that says so.
const WIDGETS: [(&str, &str); 6] = [
    ("showCurrentUserWidget", "showCurrentUserWidget"),
    ("showIncomingRequestWidget", "showIncomingRequestWidget"),
    ("showInfoConnect", "showInfoConnect"),
    ("showLogo", "showLogo"),
    ("showTime", "showTime"),
    ("showUpcomingMeetings", "showUpcomingMeetings"),
];

#[derive(Debug)]
pub(super) struct Settings {
    values: IndexMap<String, Value>,
}

fn defaults() -> Value {
    json!({
        "aecEnable": true,
        "agcEnable": false,
        "appShowUserNameLabels": true,
        "audioCapturerLevel": 0.8,
        "audioPlayLevel": 0.5,
        "autoAccept": false,
        "autoAcceptPodiumFromOwner": false,
        "autoAllowPartToTakePodium": false,
        "bestQualityForHttpServerImages": false,
        "cameraRemoteControlAccess": 1,
        "changeUserAuthPinAfterConf": false,
        "defaultMultiConfMatrix": 1,
        "defaultOutputSelfVideoRotateAngle": 0,
        "defaultP2PMatrix": 4,
        "disableSelfViewOnBlind": false,
        "displayNameAlign": 0,
        "enableAutologin": false,
        "forbidDirectConnection": false,
        "highlightActiveSpeakers": true,
        "inputBandWidth": 20480,
        "language": "en",
        "outputBandWidth": 20480,
        "qrCodeRecognition": false,
        "record": 0,
        "rejectCallsNotFromAB": false,
        "restoreWindowWhenCall": true,
        "selfViewMirror": true,
        "showCurrentUserWidget": true,
        "showIncomingRequestWidget": true,
        "showInfoConnect": true,
        "showInfoWidgets": true,
        "showLogo": true,
        "showTime": true,
        "showUpcomingMeetings": true,
    })
}

/// The largest value of an integer setting that has a documented range.
fn upper(name: &str) -> Option<i64> {
    match name {
        "cameraRemoteControlAccess" => Some(2),
        "defaultMultiConfMatrix" | "defaultP2PMatrix" => Some(5),
        _ => None,
    }
}

impl Settings {
    pub fn new(setup: &Setup) -> Self {
        let mut settings = Self::usual();
        settings.values.extend(setup.settings.clone());
        settings
    }

    /// The settings of a terminal that nobody configured.
    fn usual() -> Self {
        Self { values: fields(defaults()).into_iter().collect() }
    }

    pub fn is_on(&self, name: &str) -> bool {
        self.values.get(name) == Some(&Value::Bool(true))
    }

    pub fn number(&self, name: &str) -> i64 {
        self.values.get(name).and_then(Value::as_i64).unwrap_or(0)
    }

    pub fn recording(&self) -> bool {
        self.number("record") != 0
    }

    /// Why `value` cannot be the setting `name`.
    pub(super) fn check(&self, name: &str, value: &Value) -> Result<(), String> {
        let Some(old) = self.values.get(name) else {
            let near = self.values.keys().min_by_key(|known| strsim::levenshtein(known, name));
            let hint = near.map_or(String::new(), |near| format!("; the nearest is {near}"));
            return Err(format!("there is no setting {name}{hint}"));
        };
        if name == "audioCapturerLevel" && self.is_on("agcEnable") {
            return Err("audioCapturerLevel is read-only while agcEnable is true".into());
        }
        match (old, value) {
            (Value::Bool(_), Value::Bool(_)) | (Value::String(_), Value::String(_)) => Ok(()),
            (Value::Number(old), Value::Number(new)) => match (old.as_i64(), new.as_i64(), new.as_f64()) {
                (Some(_), Some(new), _) => match upper(name) {
                    Some(max) if !(0..=max).contains(&new) => {
                        Err(format!("{name} {new} is out of range: 0 to {max}"))
                    }
                    _ => Ok(()),
                },
                (None, _, Some(new)) if (0.0..=1.0).contains(&new) => Ok(()),
                (None, _, Some(new)) => Err(format!("{name} {new} is out of range: 0 to 1")),
                _ => Err(format!("{name} must be an integer")),
            },
            (Value::Bool(_), _) => Err(format!("{name} must be true or false")),
            (Value::String(_), _) => Err(format!("{name} must be a string")),
            _ => Err(format!("{name} must be a number")),
        }
    }
}

/// Why a terminal cannot start with the setting `name` at `value`.
pub(crate) fn check_setting(name: &str, value: &Value) -> Result<(), String> {
    Settings::usual().check(name, value)
}

impl Terminal {
    /// Changes one setting that was checked, and tells the clients.
    pub(super) fn set_setting(&mut self, name: &str, value: &Value) {
        if self.settings.values.get(name) == Some(value) {
            return;
        }
        self.settings.values.insert(name.to_owned(), value.clone());
        self.event("settingsChanged", json!({"name": name, "value": value}));
        if let Some((_, event)) = WIDGETS.iter().find(|(setting, _)| *setting == name) {
            self.event(event, json!({"show": value}));
        }
        if name.starts_with("default") {
            self.matrix_changed();
        }
        self.announce_state();
    }

    /// Checks and changes one setting.
    pub(super) fn change_setting(&mut self, name: &str, value: &Value) -> Result<(), String> {
        self.settings.check(name, value)?;
        self.set_setting(name, value);
        Ok(())
    }
}

fn get_settings(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let settings: Vec<Value> =
        terminal.settings.values.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    Ok(fields(json!({"settings": settings})))
}

/// All or nothing: one wrong setting refuses the request.
fn set_settings(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let settings = ask.object("settings")?;
    // One example of the library nests a second "settings".
    let settings = match (settings.len(), settings.get("settings")) {
        (1, Some(Value::Object(inner))) => inner,
        _ => settings,
    };
    for (name, value) in settings {
        if let Err(why) = terminal.settings.check(name, value) {
            return ask.refuse(why);
        }
    }
    for (name, value) in settings {
        terminal.set_setting(name, value);
    }
    plain()
}
