//! The licence of the application.

use std::time::Duration;

use serde_json::json;

use super::{Answer, Ask, Method, Refusal, Terminal, fields, plain, timers::Timer};
use crate::simulator::options::LicenceKind;

pub(super) const METHODS: &[(&str, Method)] = &[
    ("activateLicense", activate_license),
    ("productRegistrationOffline", |terminal, ask| {
        let file_id = ask.integer("fileId")?;
        terminal.need_file(ask, file_id)?;
        terminal.after(terminal.setup.timing.server, Timer::LicenceChecked { valid: true });
        plain()
    }),
    ("getLicenseType", get_license_type),
    ("getLicenseServerStatus", |_, _| Ok(fields(json!({"status": 1})))),
    ("getHardwareKey", |terminal, _| Ok(fields(json!({"key": terminal.licence.hardware_key()})))),
    ("getTrueConfRoomProKey", |terminal, _| {
        // The answer spells the key otherwise than the method.
        let key = if terminal.licence.is_pro() { "SIMU-LATO-RPRO-0001" } else { "" };
        Ok(fields(json!({"trueconfRoomKey": key})))
    }),
];

/// A year, the life of a licence.
const YEAR: u64 = 365 * 24 * 60 * 60;

#[derive(Debug)]
pub(super) struct Licence {
    kind: LicenceKind,
}

impl Licence {
    pub fn new(kind: LicenceKind) -> Self {
        Self { kind }
    }

    pub fn is_pro(&self) -> bool {
        self.kind != LicenceKind::Free
    }

    fn hardware_key(&self) -> &'static str {
        "SIM0-0000-0000-0001"
    }
}

impl Terminal {
    fn licence_dates(&self) -> (u64, u64) {
        let start = self.epoch.as_secs();
        (start, start + YEAR)
    }

    /// The licence server has looked at a key.
    pub(super) fn licence_checked(&mut self, valid: bool) {
        if !valid {
            self.event("licenseActivation", json!({"status": "invalid"}));
            return;
        }
        let (start, end) = self.licence_dates();
        self.licence.kind = LicenceKind::Premium;
        self.event(
            "licenseActivation",
            json!({"status": "valid", "tariff": "pro", "start_date": start, "end_date": end}),
        );
        self.event("licenseStatusChanged", json!({"pro": true, "start_date": start, "end_date": end}));
        let tariff = serde_json::Value::Object(self.tariff());
        self.event("tariffRestrictionsChanged", tariff);
    }

    /// Refuses what the free licence does not have.
    pub(super) fn need_pro(&self, ask: &Ask<'_>) -> Result<(), Refusal> {
        if self.licence.is_pro() { Ok(()) } else { ask.refuse("a PRO licence is needed") }
    }
}

/// Groups of four letters or digits, joined by hyphens.
fn looks_like_a_key(key: &str) -> bool {
    key.split('-').all(|group| group.len() == 4 && group.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

fn activate_license(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let key = ask.name("key").map_err(|refusal| refusal.with("status", "invalid"))?;
    let valid = looks_like_a_key(key);
    terminal.after(terminal.setup.timing.server + Duration::from_millis(50), Timer::LicenceChecked { valid });
    Ok(fields(json!({"status": if valid { "valid" } else { "invalid" }})))
}

fn get_license_type(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let (start, end) = terminal.licence_dates();
    Ok(fields(json!({
        "product_id": "simulator-1", "value": terminal.licence.kind as i64, "start_date": start, "end_date": end,
    })))
}
