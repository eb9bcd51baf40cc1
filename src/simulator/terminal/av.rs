//! Own sound and picture: mutes, shared screens, the outgoing bitrate.

use serde_json::{Value, json};

use super::{Answer, Ask, Method, Terminal, fields, plain};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("getAudioMute", |terminal, _| Ok(fields(json!({"mute": terminal.av.audio_mute})))),
    ("getMicMute", |terminal, _| Ok(fields(json!({"mute": terminal.av.mic_mute})))),
    ("getVideoMute", |terminal, _| Ok(fields(json!({"mute": terminal.av.video_mute})))),
    ("setAudioMute", |terminal, ask| {
        let mute = ask.flag("mute")?;
        terminal.set_audio_mute(mute);
        plain()
    }),
    ("setMicMute", |terminal, ask| {
        let mute = ask.flag("mute")?;
        terminal.set_mic_mute(mute);
        plain()
    }),
    ("setVideoMute", |terminal, ask| {
        let mute = ask.flag("mute")?;
        terminal.set_video_mute(mute);
        plain()
    }),
    ("getOutgoingBitrate", |terminal, _| Ok(fields(json!({"bitrate": terminal.bitrate()})))),
    ("startCapture", start_capture),
    ("stopCapture", stop_capture),
];

/// A screen or window that is shared.
#[derive(Debug, Clone, PartialEq)]
struct Sharing {
    id: i64,
    name: String,
}

#[derive(Debug, Default)]
pub(super) struct Av {
    pub audio_mute: bool,
    pub mic_mute: bool,
    pub video_mute: bool,
    sharing: Option<Sharing>,
}

impl Av {
    /// `desktopSharing` of the application state.
    pub fn sharing_fields(&self) -> Value {
        match &self.sharing {
            None => json!({"running": false}),
            Some(sharing) => {
                let key = if sharing.name.starts_with("Screen") { "name" } else { "windowName" };
                let mut shown = fields(json!({
                    "running": true,
                    "sourceType": i64::from(key == "windowName"),
                    "id": sharing.id,
                }));
                shown.insert(key.into(), sharing.name.as_str().into());
                Value::Object(shown)
            }
        }
    }
}

impl Terminal {
    /// Kilobits per second that go out.
    fn bitrate(&self) -> i64 {
        if self.session().is_some() { 2048 } else { 0 }
    }

    pub(super) fn bitrate_changed(&mut self) {
        let bitrate = self.bitrate();
        self.event("outgoingBitrateChanged", json!({"bitrate": bitrate}));
    }

    pub(super) fn set_audio_mute(&mut self, mute: bool) {
        if std::mem::replace(&mut self.av.audio_mute, mute) != mute {
            self.event("audioRendererMute", json!({"mute": mute}));
        }
    }

    pub(super) fn set_mic_mute(&mut self, mute: bool) {
        if std::mem::replace(&mut self.av.mic_mute, mute) != mute {
            self.event("audioCapturerMute", json!({"mute": mute}));
            self.own_devices_changed();
        }
    }

    pub(super) fn set_video_mute(&mut self, mute: bool) {
        if std::mem::replace(&mut self.av.video_mute, mute) != mute {
            self.event("videoCapturerMute", json!({"mute": mute}));
            self.own_devices_changed();
        }
    }

    /// Our entry among the participants shows what our devices are.
    pub(super) fn own_devices_changed(&mut self) {
        let (mic, video) = self.own_device_status();
        if let Some(own) = self.session_mut().and_then(|session| session.participants.first_mut()) {
            (own.mic, own.video) = (mic, video);
        }
    }

    /// Stops sharing, if anything is shared.
    pub(super) fn stop_sharing(&mut self) -> bool {
        let Some(sharing) = self.av.sharing.take() else { return false };
        self.event("dsStopped", json!({"captureId": sharing.id}));
        self.announce_state();
        true
    }
}

fn start_capture(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.integer("captureId")?;
    let Some(name) = terminal.devices.capture_name(id) else {
        return ask.refuse(format_args!("captureId {id} is not in DSCaptureList of getHardware"));
    };
    if terminal.session().is_none() {
        return ask.refuse(format_args!("nothing can be shared in {}", terminal.state().describe()));
    }
    let name = name.to_owned();
    terminal.stop_sharing();
    terminal.event("dsStarted", json!({"captureId": id, "name": name}));
    terminal.av.sharing = Some(Sharing { id, name });
    terminal.announce_state();
    plain()
}

fn stop_capture(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    if terminal.stop_sharing() { plain() } else { ask.refuse("nothing is shared") }
}
