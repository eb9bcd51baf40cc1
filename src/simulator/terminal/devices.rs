//! Microphones, loudspeakers, cameras, their modes and tests.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Answer, Ask, Fields, Method, Refusal, Terminal, fields, plain, timers::Timer};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("getHardware", |terminal, ask| Ok(terminal.devices.hardware(terminal.api_of(ask.client)))),
    ("setAudioCapturer", |terminal, ask| choose(terminal, ask, Class::Mic)),
    ("setAudioRenderer", |terminal, ask| choose(terminal, ask, Class::Speaker)),
    ("setVideoCapturer", |terminal, ask| choose(terminal, ask, Class::Camera)),
    ("getAppSndDev", |terminal, _| {
        let device = &terminal.devices.app_sound;
        Ok(fields(json!({"name": device.name, "description": device.description})))
    }),
    ("setAppSndDev", set_app_snd_dev),
    ("getModes", |terminal, _| Ok(fields(terminal.devices.modes()))),
    ("setModes", set_modes),
    ("testAudioCapturerStart", start_mic_test),
    ("testAudioCapturerStop", stop_mic_test),
    ("testAudioRenderer", |terminal, ask| {
        no_session(terminal, ask)?;
        plain()
    }),
    ("startAudioDelayDetectorTest", start_delay_test),
    ("stopAudioDelayDetectorTest", stop_delay_test),
    ("getAudioDelayDetectorInfo", |terminal, _| {
        Ok(fields(json!({"state": i64::from(terminal.devices.delay_test.is_some())})))
    }),
    ("getCrop", |terminal, _| Ok(fields(json!({"enabled": terminal.devices.crop})))),
    ("setCrop", |terminal, ask| {
        let enabled = ask.flag("enabled")?;
        if std::mem::replace(&mut terminal.devices.crop, enabled) != enabled {
            terminal.event("cropChanged", json!({"cropImageStatus": enabled}));
        }
        plain()
    }),
    ("getOutputSelfVideoRotateAngle", |terminal, _| {
        Ok(fields(json!({"outputSelfVideoRotateAngle": terminal.devices.rotation})))
    }),
    ("setOutputSelfVideoRotateAngle", set_rotation),
];

const MODES: [&str; 3] = ["1920x1080@30", "1280x720@30", "640x480@30"];
const PINS: [&str; 2] = ["HDMI", "SDI"];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Device {
    name: String,
    description: String,
}

impl Device {
    fn new(name: &str) -> Self {
        let id: String = name
            .to_lowercase()
            .chars()
            .map(|letter| if letter.is_alphanumeric() { letter } else { '-' })
            .collect();
        Self { name: name.into(), description: format!("sim:{id}") }
    }

    fn none() -> Self {
        Self { name: "none".into(), description: "none".into() }
    }
}

/// What a device is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Mic,
    Speaker,
    Camera,
}

impl Class {
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "microphone" => Some(Self::Mic),
            "speaker" => Some(Self::Speaker),
            "camera" => Some(Self::Camera),
            _ => None,
        }
    }
}

/// The devices of one class; which one is chosen, if any.
#[derive(Debug)]
struct Choice {
    list: Vec<Device>,
    chosen: Option<Device>,
}

impl Choice {
    fn new(names: &[&str]) -> Self {
        let list: Vec<Device> = names.iter().map(|name| Device::new(name)).collect();
        Self { chosen: list.first().cloned(), list }
    }

    fn shown(&self, connected: bool) -> Value {
        let shown = self.list.iter().map(|device| {
            let mut shown = json!({"name": device.name, "description": device.description, "type": 1});
            if connected {
                shown["connected"] = true.into();
            }
            shown
        });
        shown.collect()
    }

    fn current(&self) -> Device {
        self.chosen.clone().unwrap_or_else(Device::none)
    }
}

#[derive(Debug)]
pub(super) struct Devices {
    mics: Choice,
    speakers: Choice,
    cameras: Choice,
    app_sound: Device,
    captures: Vec<(i64, &'static str)>,
    mode: usize,
    pin: usize,
    crop: bool,
    rotation: i64,
    tests: u64,
    mic_test: Option<u64>,
    delay_test: Option<u64>,
}

impl Default for Devices {
    fn default() -> Self {
        let speakers = Choice::new(&["Room Loudspeakers", "HDMI Display Audio"]);
        Self {
            mics: Choice::new(&["Table Microphone", "Ceiling Microphone"]),
            app_sound: speakers.current(),
            speakers,
            cameras: Choice::new(&["PTZ Camera", "Document Camera"]),
            // The second id needs more than 32 bits, as real ones may.
            captures: vec![(66910, "Screen 1"), (0x1_0000_0102, "Screen 2"), (263_724, "Slides")],
            mode: 0,
            pin: 0,
            crop: false,
            rotation: 0,
            tests: 0,
            mic_test: None,
            delay_test: None,
        }
    }
}

impl Devices {
    fn class(&mut self, class: Class) -> &mut Choice {
        match class {
            Class::Mic => &mut self.mics,
            Class::Speaker => &mut self.speakers,
            Class::Camera => &mut self.cameras,
        }
    }

    /// Whether a microphone and a camera are chosen.
    pub fn present(&self) -> (bool, bool) {
        (self.mics.chosen.is_some(), self.cameras.chosen.is_some())
    }

    pub fn test_running(&self) -> bool {
        self.mic_test.is_some()
    }

    pub fn capture_name(&self, id: i64) -> Option<&str> {
        self.captures.iter().find(|(known, _)| *known == id).map(|(_, name)| *name)
    }

    /// Name and id of the camera in use.
    pub fn camera(&self) -> (String, String) {
        let camera = self.cameras.current();
        (camera.name, camera.description)
    }

    /// Whether the camera in use can be steered.
    pub fn camera_is_steerable(&self) -> bool {
        self.cameras.chosen.as_ref().is_some_and(|camera| camera.name.contains("PTZ"))
    }

    pub fn camera_info(&self) -> Value {
        json!({"cameraWidth": 1920, "cameraHeight": 1080, "cameraFramerate": 30, "sendWidth": 1280,
               "sendHeight": 720, "sendFramerate": 30, "format": 0, "sendFormat": "H264", "stereo": false})
    }

    fn hardware(&self, api: u8) -> Fields {
        let (mic, speaker, camera) = (self.mics.current(), self.speakers.current(), self.cameras.current());
        let captures: Vec<Value> =
            self.captures.iter().map(|(id, name)| json!({"name": name, "id": id})).collect();
        fields(json!({
            "audioCapturers": self.mics.shown(false),
            "currentAudioCapturerName": mic.name,
            "currentAudioCapturerDescription": mic.description,
            "currentAudioCapturerType": i64::from(self.mics.chosen.is_some()),
            "audioRenderers": self.speakers.shown(false),
            "currentAudioRendererName": speaker.name,
            "currentAudioRendererDescription": speaker.description,
            "currentAudioRendererType": i64::from(self.speakers.chosen.is_some()),
            "videoCapturers": self.cameras.shown(api >= 2),
            "currentVideoCapturerName": camera.name,
            "currentVideoCapturerDescription": camera.description,
            "currentVideoCapturerType": i64::from(self.cameras.chosen.is_some()),
            "DSCaptureList": captures,
            "defaultContentSource": "",
            "comPorts": [],
        }))
    }

    fn modes(&self) -> Value {
        let (name, description) = self.camera();
        json!({"activeMode": MODES[self.mode], "activePin": PINS[self.pin], "modeList": MODES, "pinList": PINS,
               "supportPTZ": self.camera_is_steerable(), "videoCapturerName": name,
               "videoCapturerDescription": description})
    }
}

impl Terminal {
    /// A device is plugged in or out.
    pub(super) fn plug(&mut self, class: Class, name: &str, present: bool) -> Result<String, String> {
        let devices = self.devices.class(class);
        let known = devices.list.iter().position(|device| device.name == name);
        match (present, known) {
            (true, Some(_)) => return Err(format!("{name} is there already")),
            (true, None) => {
                devices.list.push(Device::new(name));
                if devices.chosen.is_none() {
                    devices.chosen = devices.list.first().cloned();
                }
            }
            (false, None) => {
                let names: Vec<&str> = devices.list.iter().map(|device| device.name.as_str()).collect();
                return Err(format!("there is no {name}; there are: {}", names.join(", ")));
            }
            (false, Some(at)) => {
                let gone = devices.list.remove(at);
                if devices.chosen.as_ref() == Some(&gone) {
                    devices.chosen = devices.list.first().cloned();
                }
            }
        }
        self.hardware_changed(class);
        Ok(format!("{name} was plugged {}", if present { "in" } else { "out" }))
    }

    fn hardware_changed(&mut self, class: Class) {
        let hardware = self.devices.hardware(1);
        self.event("hardwareChanged", Value::Object(hardware));
        self.own_devices_changed();
        if class == Class::Camera {
            self.after(self.setup.timing.server, Timer::ModesRead);
            self.ptz.stop();
            self.ptz_changed();
        }
    }

    pub(super) fn modes_read(&mut self) {
        let (modes, info) = (self.devices.modes(), self.devices.camera_info());
        self.event("deviceModesDone", modes);
        self.event("updateCameraInfo", info);
    }

    pub(super) fn test_level(&mut self, test: u64) {
        if self.devices.mic_test == Some(test) {
            let level = f64::from(self.rng.u8(..100)) / 100.0;
            self.event("testAudioCapturerLevel", json!({"lvl": level}));
            self.after(Duration::from_millis(200), Timer::TestLevel { test });
        }
    }

    pub(super) fn delay_measured(&mut self, test: u64) {
        if self.devices.delay_test == Some(test) {
            self.devices.delay_test = None;
            self.event("audioDelayDetectorTestStateChanged", json!({"state": 0, "delay": 120}));
        }
    }
}

fn no_session(terminal: &Terminal, ask: &Ask<'_>) -> Result<(), Refusal> {
    if terminal.session().is_some() { ask.refuse("not possible during a call or conference") } else { Ok(()) }
}

/// The device with this name and id string.
fn named(devices: &Choice, ask: &Ask<'_>) -> Result<Device, Refusal> {
    let (name, description) = (ask.name("name")?, ask.text("description")?);
    let found = devices.list.iter().find(|device| device.name == name && device.description == description);
    match found {
        Some(device) => Ok(device.clone()),
        None => {
            ask.refuse(format_args!("getHardware lists no device \"{name}\" with the id \"{description}\""))
        }
    }
}

fn choose(terminal: &mut Terminal, ask: &Ask<'_>, class: Class) -> Answer {
    let devices = terminal.devices.class(class);
    let chosen = if ask.name("name")? == "none" && class != Class::Mic {
        if ask.text("description")? != "none" {
            return ask.refuse("description must be \"none\" when name is \"none\"");
        }
        None
    } else {
        Some(named(devices, ask)?)
    };
    if std::mem::replace(&mut devices.chosen, chosen.clone()) != chosen {
        terminal.hardware_changed(class);
    }
    plain()
}

fn set_app_snd_dev(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let device = named(&terminal.devices.speakers, ask)?;
    terminal.event("appSndDevChanged", json!({"name": device.name, "description": device.description}));
    terminal.devices.app_sound = device;
    plain()
}

fn set_modes(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (pin, mode) = (ask.text("pin")?, ask.text("mode")?);
    let Some(pin) = PINS.iter().position(|known| *known == pin) else {
        return ask.refuse(format_args!("pin \"{pin}\" is not in pinList of getModes"));
    };
    let Some(mode) = MODES.iter().position(|known| *known == mode) else {
        return ask.refuse(format_args!("mode \"{mode}\" is not in modeList of getModes"));
    };
    (terminal.devices.pin, terminal.devices.mode) = (pin, mode);
    terminal.after(terminal.setup.timing.server, Timer::ModesRead);
    plain()
}

fn start_mic_test(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    no_session(terminal, ask)?;
    if terminal.devices.mics.chosen.is_none() {
        return ask.refuse("there is no microphone");
    }
    if terminal.devices.mic_test.is_none() {
        terminal.devices.tests += 1;
        let test = terminal.devices.tests;
        terminal.devices.mic_test = Some(test);
        terminal.event("testAudioCapturerStateChanged", json!({"started": true}));
        terminal.announce_state();
        terminal.after(Duration::from_millis(200), Timer::TestLevel { test });
    }
    plain()
}

fn stop_mic_test(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    if terminal.devices.mic_test.take().is_none() {
        return ask.refuse("no microphone test is running");
    }
    terminal.event("testAudioCapturerStateChanged", json!({"started": false}));
    terminal.announce_state();
    plain()
}

fn start_delay_test(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    if terminal.devices.delay_test.is_none() {
        terminal.devices.tests += 1;
        let test = terminal.devices.tests;
        terminal.devices.delay_test = Some(test);
        terminal.event("audioDelayDetectorTestStateChanged", json!({"state": 1, "delay": 0}));
        terminal.after(Duration::from_secs(2), Timer::DelayMeasured { test });
    }
    plain()
}

fn stop_delay_test(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    if terminal.devices.delay_test.take().is_none() {
        return ask.refuse("no measurement is running");
    }
    terminal.event("audioDelayDetectorTestStateChanged", json!({"state": 0, "delay": 0}));
    plain()
}

fn set_rotation(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let angle = ask.integer("rotateAngle")?;
    if !matches!(angle, 0 | 90 | 180 | 270) {
        return ask.refuse(format_args!("rotateAngle {angle} must be 0, 90, 180 or 270"));
    }
    if std::mem::replace(&mut terminal.devices.rotation, angle) != angle {
        terminal.event("outputSelfVideoRotateAngleChanged", json!({"rotateAngle": angle}));
    }
    plain()
}
