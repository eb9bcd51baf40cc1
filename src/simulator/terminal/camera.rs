//! Steering each other's cameras in a conference.

use serde_json::json;

use super::{Answer, Ask, Method, Refusal, Terminal, fields, plain, timers::Timer};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("requestParticipantCameraControl", ask_for_camera),
    ("acceptRequestCameraControl", accept),
    ("rejectRequestCameraControl", reject),
    ("getIncomingCameraControlRequests", |terminal, _| {
        Ok(fields(json!({"callIdList": terminal.camera.incoming})))
    }),
    ("getOutgoingCameraControlRequests", |terminal, _| {
        Ok(fields(json!({"callIdList": terminal.camera.outgoing})))
    }),
    ("getRemotelyControlledCameras", |terminal, _| {
        Ok(fields(json!({"callIdList": terminal.camera.controlled})))
    }),
    ("remotelyControlledCameraPtzUp", steer),
    ("remotelyControlledCameraPtzDown", steer),
    ("remotelyControlledCameraPtzLeft", steer),
    ("remotelyControlledCameraPtzRight", steer),
    ("remotelyControlledCameraPtzZoomInc", steer),
    ("remotelyControlledCameraPtzZoomDec", steer),
];

/// Why a request to steer our camera ends.
mod incoming {
    pub const DECLINED: i64 = 0;
    pub const CONFERENCE_ENDED: i64 = 2;
    pub const PARTICIPANT_LEFT: i64 = 3;
}

/// Why our request to steer somebody's camera ends.
mod outgoing {
    pub const DECLINED: i64 = 0;
    pub const CONFERENCE_ENDED: i64 = 4;
    pub const PARTICIPANT_LEFT: i64 = 5;
}

/// Who may steer what; ids are `user@server/instance`.
#[derive(Debug, Default)]
pub(super) struct CameraControl {
    incoming: Vec<String>,
    outgoing: Vec<String>,
    controlled: Vec<String>,
}

/// Takes `id` out of `list`; whether it was there.
fn take(list: &mut Vec<String>, id: &str) -> bool {
    let before = list.len();
    list.retain(|one| one != id);
    list.len() < before
}

impl Terminal {
    /// A participant wants to steer our camera.
    pub(super) fn wants_camera(&mut self, id: &str) -> Result<String, String> {
        let one = self.session().and_then(|session| {
            session.participants.iter().skip(1).find(|one| one.id == id || one.call_id() == id)
        });
        let Some(one) = one else { return Err(format!("{id} is not in a call with the terminal")) };
        let (id, name) = (one.id.clone(), one.name.clone());
        match self.settings.number("cameraRemoteControlAccess") {
            0 => self.event("incomingRequestCameraControlAccepted", json!({"callId": id})),
            2 => self.event(
                "incomingRequestCameraControlRejected",
                json!({"callId": id, "reason": incoming::DECLINED}),
            ),
            _ => {
                if !self.camera.incoming.contains(&id) {
                    self.camera.incoming.push(id.clone());
                }
                self.event("requestCameraControlReceived", json!({"callId": id}));
            }
        }
        Ok(format!("{name} wants to steer the camera"))
    }

    /// A participant decides about our wish to steer their camera.
    pub(super) fn camera_decided(&mut self, conf_id: &str, id: &str, allow: bool) -> bool {
        if self.session().is_none_or(|session| session.conf_id != conf_id)
            || !take(&mut self.camera.outgoing, id)
        {
            return false;
        }
        if allow {
            self.camera.controlled.push(id.to_owned());
            self.event("outgoingRequestCameraControlAccepted", json!({"callId": id}));
        } else {
            let reason = outgoing::DECLINED;
            self.event("outgoingRequestCameraControlRejected", json!({"callId": id, "reason": reason}));
        }
        true
    }

    pub(super) fn camera_participant_left(&mut self, id: &str) {
        self.camera_over(id, incoming::PARTICIPANT_LEFT, outgoing::PARTICIPANT_LEFT);
    }

    /// Everything about cameras ends with the session.
    pub(super) fn camera_ends(&mut self) {
        let control = &self.camera;
        let ids: Vec<String> =
            control.incoming.iter().chain(&control.outgoing).chain(&control.controlled).cloned().collect();
        for id in ids {
            self.camera_over(&id, incoming::CONFERENCE_ENDED, outgoing::CONFERENCE_ENDED);
        }
    }

    fn camera_over(&mut self, id: &str, incoming: i64, outgoing: i64) {
        if take(&mut self.camera.incoming, id) {
            self.event("incomingRequestCameraControlRejected", json!({"callId": id, "reason": incoming}));
        }
        if take(&mut self.camera.outgoing, id) {
            self.event("outgoingRequestCameraControlRejected", json!({"callId": id, "reason": outgoing}));
        }
        if take(&mut self.camera.controlled, id) {
            self.event("remotelyControlledCameraNotAvailableAnymore", json!({"callId": id}));
        }
    }
}

fn ask_for_camera(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("callId")?;
    let id = terminal.other(ask, id)?.id.clone();
    if terminal.camera.controlled.contains(&id) {
        return ask.refuse(format_args!("the camera of {id} may be steered already"));
    }
    if !terminal.camera.outgoing.contains(&id) {
        terminal.camera.outgoing.push(id.clone());
    }
    terminal.event("requestCameraControlSent", json!({"callId": id}));
    let conf_id = terminal.session().map_or(String::new(), |session| session.conf_id.clone());
    terminal.after(terminal.setup.timing.ring, Timer::CameraDecided { conf_id, call_id: id });
    plain()
}

/// Who waits for our answer: the one with this id, or the first when none is given.
fn waiting(terminal: &mut Terminal, ask: &Ask<'_>, id: Option<&str>) -> Result<String, Refusal> {
    let list = &mut terminal.camera.incoming;
    let found =
        list.iter().position(|one| id.is_none_or(|id| one == id || one.split('/').next() == Some(id)));
    match (found, id) {
        (Some(at), _) => Ok(list.remove(at)),
        (None, Some(id)) => ask.refuse(format_args!("{id} did not ask to steer the camera")),
        (None, None) => ask.refuse("nobody asks to steer the camera"),
    }
}

fn accept(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("callId")?;
    let id = waiting(terminal, ask, Some(id))?;
    terminal.event("incomingRequestCameraControlAccepted", json!({"callId": id}));
    plain()
}

/// The library sends no `callId` here; then the one who has waited longest is meant.
fn reject(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.text_opt("callId")?;
    let id = waiting(terminal, ask, id)?;
    terminal
        .event("incomingRequestCameraControlRejected", json!({"callId": id, "reason": incoming::DECLINED}));
    plain()
}

fn steer(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("cameraOwnerCallId")?;
    if terminal.camera.controlled.iter().any(|one| one == id || one.split('/').next() == Some(id)) {
        plain()
    } else {
        ask.refuse(format_args!(
            "the camera of {id} may not be steered; send requestParticipantCameraControl"
        ))
    }
}
