//! Finding microphones and speakers: which sound systems (hosts) there are, which devices they have, and
//! which one a configuration means.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Device, DeviceId, ErrorKind, Host, HostId, SupportedStreamConfig};
use serde::Serialize;

use super::quiet::quietly;

/// Whether a device hears or speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// A microphone.
    Input,
    /// A speaker.
    Output,
}

impl Direction {
    /// What a person calls such a device.
    pub fn word(self) -> &'static str {
        match self {
            Self::Input => "microphone",
            Self::Output => "speaker",
        }
    }
}

/// Which device to use, as the configuration says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceChoice {
    /// The sound system: "alsa", "pulseaudio", "wasapi", ... `None` takes PulseAudio (or PipeWire's server
    /// of that kind) where one answers, else the system's own.
    pub host: Option<String>,
    /// A device id ("sysdefault:CARD=Jabra"), a name, or a part of either, in upper or lower case. `None`
    /// takes the system's default.
    pub device: Option<String>,
}

/// The format in which a device delivers or takes sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceFormat {
    /// Samples per second and channel.
    pub rate: u32,
    /// Number of channels.
    pub channels: u16,
    /// The sample type: "i16", "f32", ...
    pub sample: String,
}

/// A microphone or speaker that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceInfo {
    /// The sound system that it belongs to.
    pub host: String,
    /// What to write into the configuration.
    pub id: String,
    /// What a person calls it.
    pub name: String,
    /// Microphone or speaker.
    pub direction: Direction,
    /// Whether it is used when nothing is configured.
    pub default: bool,
    /// Its preferred format; `None` while another program keeps it busy.
    pub format: Option<DeviceFormat>,
}

/// Why no device can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The sound system of the configuration is not there.
    #[error("the sound system \"{wanted}\" is not available; available: {}", list_or_none(.available))]
    Host {
        /// The configured name.
        wanted: String,
        /// The names of those that are there.
        available: Vec<String>,
    },
    /// The machine has no such device.
    #[error(
        "no {} found ({host}: {reason}); plug one in, or see `heyroom devices`", direction.word()
    )]
    None {
        /// Microphone or speaker.
        direction: Direction,
        /// The sound system that was asked.
        host: String,
        /// What it says.
        reason: String,
    },
    /// No device has the configured name.
    #[error(
        "no {} matches \"{wanted}\" ({host}); available: {}; plug it in or configure one of these", direction.word(),
        list_or_none(.available)
    )]
    NotFound {
        /// Microphone or speaker.
        direction: Direction,
        /// The sound system that was asked.
        host: String,
        /// The configured name.
        wanted: String,
        /// The devices that are there.
        available: Vec<String>,
    },
    /// The device is there but cannot be opened.
    #[error("the {} \"{device}\" ({host}) cannot be used: {reason}; {remedy}", direction.word())]
    Unusable {
        /// Microphone or speaker.
        direction: Direction,
        /// The sound system that it belongs to.
        host: String,
        /// The device.
        device: String,
        /// What the system says.
        reason: String,
        /// What to do about it.
        remedy: &'static str,
    },
}

impl DeviceError {
    pub(super) fn unusable(direction: Direction, found: &Found, error: &cpal::Error) -> Self {
        Self::Unusable {
            direction,
            host: found.host.clone(),
            device: found.name.clone(),
            reason: error.to_string(),
            remedy: remedy(error.kind()),
        }
    }
}

fn list_or_none(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Whether a device that cannot be opened is there all the same.
fn is_trouble(kind: ErrorKind) -> bool {
    use ErrorKind::{BackendError, DeviceBusy, HostUnavailable, PermissionDenied, ResourceExhausted};
    matches!(kind, BackendError | DeviceBusy | HostUnavailable | PermissionDenied | ResourceExhausted)
}

fn remedy(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::DeviceBusy => {
            "another program uses it alone: close that, or choose its \"sysdefault:\" device"
        }
        ErrorKind::PermissionDenied => "allow access to it (on Linux: add the user to the group \"audio\")",
        ErrorKind::DeviceNotAvailable => "check that it is plugged in and switched on",
        ErrorKind::HostUnavailable | ErrorKind::BackendError => "check that the sound service runs",
        _ => "choose another one, see `heyroom devices`",
    }
}

/// A device that was found, with the format to open it in.
pub(super) struct Found {
    pub(super) device: Device,
    pub(super) config: SupportedStreamConfig,
    pub(super) host: String,
    pub(super) id: String,
    pub(super) name: String,
    /// How to notice that it was replaced; `None` where that does not happen or is wanted.
    pub(super) presence: Option<Presence>,
}

impl Found {
    pub(super) fn info(&self, direction: Direction, default: bool) -> DeviceInfo {
        DeviceInfo {
            host: self.host.clone(),
            id: self.id.clone(),
            name: self.name.clone(),
            direction,
            default,
            format: Some(format_of(&self.config)),
        }
    }
}

fn format_of(config: &SupportedStreamConfig) -> DeviceFormat {
    DeviceFormat {
        rate: config.sample_rate(),
        channels: config.channels(),
        sample: config.sample_format().to_string(),
    }
}

/// The names of the sound systems that answer, the preferred one first.
pub fn hosts() -> Vec<String> {
    quietly(|| available().iter().map(ToString::to_string).collect())
}

/// PulseAudio first where a server answers: it shares devices between programs and follows the desktop's
/// choice. ALSA alone otherwise.
fn available() -> Vec<HostId> {
    cpal::available_hosts()
}

/// The host that moves the streams of a vanished device to another one.
const PULSEAUDIO: &str = "pulseaudio";

/// Connections to the PulseAudio server that nobody uses at the moment.
///
/// cpal's client often misses that it was dropped while it had nothing to do: its thread and its connection
/// stay for ever. A microphone that is looked for twice a second would take all the connections that the
/// server gives within minutes, so they are used again.
static IDLE: Mutex<Vec<Host>> = Mutex::new(Vec::new());

/// Connects to a sound system, with a connection that [`keep`] kept if there is one.
fn connect(id: HostId) -> Option<Host> {
    let kept = || {
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        let place = idle.iter().position(|host| host.id() == id)?;
        Some(idle.swap_remove(place))
    };
    while let Some(host) = kept() {
        // That of a server that ended is of no more use, and closes by itself.
        if host.devices().is_ok() {
            return Some(host);
        }
    }
    cpal::host_from_id(id).ok()
}

/// Keeps a connection that no stream uses.
fn keep(host: Host) {
    if host.id().to_string() == PULSEAUDIO {
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(host);
    }
}

fn open_host(choice: &DeviceChoice) -> Result<(Host, String), DeviceError> {
    let mut ids = available();
    if let Some(wanted) = &choice.host {
        ids.retain(|id| id.to_string().eq_ignore_ascii_case(wanted));
    }
    let host = ids.into_iter().find_map(|id| connect(id).map(|host| (host, id.to_string())));
    host.ok_or_else(|| DeviceError::Host {
        wanted: choice.host.clone().unwrap_or_else(|| "any".to_owned()),
        available: available().iter().map(ToString::to_string).collect(),
    })
}

/// Lists the devices of the sound system `host` (of all that answer if `None`). Devices that cannot be
/// opened are left out unless another program keeps them busy; `all` adds the many aliases that ALSA
/// has for each card.
pub fn list(host: Option<&str>, all: bool) -> Result<Vec<DeviceInfo>, DeviceError> {
    quietly(|| {
        let names = match host {
            Some(name) => vec![name.to_owned()],
            None => available().iter().map(ToString::to_string).collect(),
        };
        let mut devices = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let choice = DeviceChoice { host: Some(name.clone()), device: None };
            let (host, name) = match open_host(&choice) {
                Ok(opened) => opened,
                // Found a moment ago and gone: the others are still worth listing.
                Err(_) if names.len() > 1 => continue,
                Err(error) => return Err(error),
            };
            for direction in [Direction::Input, Direction::Output] {
                devices.extend(list_of(&host, &name, direction, all, place == 0));
            }
            keep(host);
        }
        Ok(devices)
    })
}

fn list_of(host: &Host, name: &str, direction: Direction, all: bool, preferred: bool) -> Vec<DeviceInfo> {
    let default = default_device(host, direction);
    let default_id = default.as_ref().and_then(|device| device.id().ok());
    let mut devices: Vec<Device> = candidates(host, direction, all);
    // ALSA's default is not among those that it lists.
    if let Some(default) = default
        && !devices.iter().any(|device| device.id().ok() == default_id)
    {
        devices.insert(0, default);
    }
    let describe = |device: Device| {
        let id = device.id().ok();
        let format = match default_config(&device, direction) {
            Ok(config) => Some(format_of(&config)),
            Err(error) if error.kind() == ErrorKind::DeviceBusy => None,
            Err(_) => return None,
        };
        Some(DeviceInfo {
            host: name.to_owned(),
            id: id.as_ref().map_or_else(|| device.to_string(), |id| id.id().to_owned()),
            name: name_of(&device),
            direction,
            default: preferred && id.is_some() && id == default_id,
            format,
        })
    };
    devices.into_iter().filter_map(describe).collect()
}

fn default_device(host: &Host, direction: Direction) -> Option<Device> {
    match direction {
        Direction::Input => host.default_input_device(),
        Direction::Output => host.default_output_device(),
    }
}

fn default_config(device: &Device, direction: Direction) -> Result<SupportedStreamConfig, cpal::Error> {
    match direction {
        Direction::Input => device.default_input_config(),
        Direction::Output => device.default_output_config(),
    }
}

/// The devices of a direction, without opening any.
fn candidates(host: &Host, direction: Direction, all: bool) -> Vec<Device> {
    let Ok(devices) = host.devices() else { return Vec::new() };
    let fits = |device: &Device| match direction {
        Direction::Input => device.supports_input(),
        Direction::Output => device.supports_output(),
    };
    let alsa = host.id().to_string() == "alsa";
    devices
        .filter(fits)
        .filter(|device| {
            let id = device.id().map(|id| id.id().to_owned()).unwrap_or_default();
            !alsa || !is_no_device(&id) && (all || !is_alias(&id))
        })
        .collect()
}

/// ALSA's converters and bridges: no devices. Some of them print to stderr or hang when opened.
fn is_no_device(id: &str) -> bool {
    const CONVERTERS: [&str; 12] = [
        "null",
        "lavrate",
        "samplerate",
        "speexrate",
        "speex",
        "jack",
        "oss",
        "upmix",
        "vdownmix",
        "a52",
        "equal",
        "usbstream",
    ];
    CONVERTERS.contains(&id.split(':').next().unwrap_or(id))
}

/// Whether a device belongs to no card and cannot be opened: that of ALSA for a sound server that does not run. Cards are
/// left in peace: this is asked twice a second while a microphone is looked for, and others may want to open them.
fn is_dead_bridge(device: &Device, direction: Direction) -> bool {
    let id = device.id().map(|id| id.to_string()).unwrap_or_default();
    id.starts_with("alsa:")
        && !id.contains("CARD=")
        && default_config(device, direction).is_err_and(|error| error.kind() != ErrorKind::DeviceBusy)
}

/// Other names of a card that is listed as `hw:` and `sysdefault:` already.
fn is_alias(id: &str) -> bool {
    let plugin = id.split(':').next().unwrap_or(id);
    let numbered =
        id.split_once("CARD=").is_some_and(|(_, card)| card.starts_with(|c: char| c.is_ascii_digit()));
    numbered
        || plugin.starts_with("surround")
        || [
            "front",
            "rear",
            "side",
            "center_lfe",
            "iec958",
            "spdif",
            "modem",
            "phoneline",
            "dmix",
            "dsnoop",
            "plughw",
        ]
        .contains(&plugin)
}

fn name_of(device: &Device) -> String {
    match device.description() {
        // ALSA descriptions have two lines.
        Ok(description) => description.name().lines().collect::<Vec<_>>().join(", "),
        Err(_) => device.to_string(),
    }
}

/// Finds the device that `choice` means and asks for its format.
pub(super) fn find(direction: Direction, choice: &DeviceChoice) -> Result<Found, DeviceError> {
    let (host, host_name) = open_host(choice)?;
    let found = find_on(&host, host_name, direction, choice);
    // A device that was found takes its connection with it: each stream has its own.
    if found.is_err() {
        keep(host);
    }
    found
}

/// Says which device `choice` means, without using it.
pub(super) fn identify(direction: Direction, choice: &DeviceChoice) -> Result<DeviceInfo, DeviceError> {
    quietly(|| {
        let (host, host_name) = open_host(choice)?;
        let found = find_on(&host, host_name, direction, choice);
        let info = found.map(|found| found.info(direction, choice.device.is_none()));
        keep(host);
        info
    })
}

fn find_on(
    host: &Host,
    host_name: String,
    direction: Direction,
    choice: &DeviceChoice,
) -> Result<Found, DeviceError> {
    let Some(wanted) = choice.device.as_deref().filter(|wanted| !wanted.eq_ignore_ascii_case("default"))
    else {
        let none = |reason: String| DeviceError::None { direction, host: host_name.clone(), reason };
        let device =
            default_device(host, direction).ok_or_else(|| none("it has no default device".to_owned()))?;
        let config = match default_config(&device, direction) {
            Ok(config) => config,
            Err(error) if is_trouble(error.kind()) => {
                return Err(DeviceError::Unusable {
                    direction,
                    host: host_name,
                    device: name_of(&device),
                    reason: error.to_string(),
                    remedy: remedy(error.kind()),
                });
            }
            // ALSA has a default even on a machine without a sound card.
            Err(error) => return Err(none(error.to_string())),
        };
        return Ok(found(device, config, host_name));
    };
    let mut matching: Vec<(u32, Device)> = candidates(host, direction, true)
        .into_iter()
        .filter_map(|device| Some((rank(&device, wanted)?, device)))
        .collect();
    matching.sort_by_key(|(rank, _)| *rank);
    let mut failure = None;
    // Of several names of one card, the first that can be opened is as good as any other.
    for (_, device) in matching {
        match default_config(&device, direction) {
            Ok(config) => {
                let presence = Presence::of(&device, &host_name);
                return Ok(Found { presence, ..found(device, config, host_name) });
            }
            Err(error) => {
                failure.get_or_insert(DeviceError::Unusable {
                    direction,
                    host: host_name.clone(),
                    device: name_of(&device),
                    reason: error.to_string(),
                    remedy: remedy(error.kind()),
                });
            }
        }
    }
    Err(failure.unwrap_or_else(|| DeviceError::NotFound {
        direction,
        host: host_name,
        wanted: wanted.to_owned(),
        available: candidates(host, direction, false)
            .iter()
            .filter(|device| !is_dead_bridge(device, direction))
            .map(|device| format!("\"{}\"", name_of(device)))
            .collect(),
    }))
}

fn found(device: Device, config: SupportedStreamConfig, host: String) -> Found {
    let id = device.id().map_or_else(|_| device.to_string(), |id| id.id().to_owned());
    let name = name_of(&device);
    Found { device, config, host, id, name, presence: None }
}

/// Tells whether a device that was opened by name is still the one that is heard.
///
/// PulseAudio moves the stream of a source that goes away to another source, if one is running, and cpal
/// neither forbids that nor tells it: a stranger would be heard for ever. The other hosts report a device
/// that is gone. The default device has none of this: there, following the desktop's choice is wanted.
#[derive(Debug)]
pub(super) struct Presence {
    id: DeviceId,
    /// The number that the server gave to the source.
    number: Option<u32>,
}

impl Presence {
    fn of(device: &Device, host: &str) -> Option<Self> {
        let id = device.id().ok().filter(|_| host == PULSEAUDIO)?;
        Some(Self { id, number: number_of(device) })
    }

    /// Whether the device went away, even if one of the same name came since: that has another number, and
    /// the stream is not on it. Blocks for as long as the sound server does not answer; a server that is gone
    /// is not the device's fault.
    pub(super) fn gone(&self) -> bool {
        let Some(host) = connect(self.id.host()) else { return false };
        let Ok(mut devices) = host.devices() else { return false };
        let here = devices.any(|device| {
            device.id().is_ok_and(|id| id == self.id)
                && (self.number.is_none() || self.number == number_of(&device))
        });
        keep(host);
        !here
    }
}

/// The server's number of a source, which it never gives twice. cpal tells it nowhere but in its debug output;
/// should that change, `None` leaves only the name to compare.
fn number_of(device: &Device) -> Option<u32> {
    let text = format!("{device:?}");
    let (_, number) = text.split_once("SourceInfo { index: ")?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// How well a device matches the configured text; the lowest is best, `None` is not at all.
fn rank(device: &Device, wanted: &str) -> Option<u32> {
    let wanted = wanted.to_lowercase();
    let full = device.id().map(|id| id.to_string().to_lowercase()).unwrap_or_default();
    let id = full.split_once(':').map_or(full.as_str(), |(_, id)| id);
    let name = name_of(device).to_lowercase();
    let text = if id == wanted || full == wanted {
        0
    } else if name == wanted {
        10
    } else if id.contains(&wanted) || name.contains(&wanted) {
        20
    } else {
        return None;
    };
    // Prefer the way that shares the card with the room's own software.
    let way = match id.split(':').next() {
        Some("sysdefault") => 0,
        Some("dsnoop" | "dmix") => 2,
        Some("plughw") => 3,
        Some("hw") => 4,
        _ => 1,
    };
    Some(text + way)
}

/// How long a device may take to open before it is reported as not answering.
pub(super) const OPEN_TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converters_and_aliases_are_no_devices() {
        for id in ["null", "jack", "lavrate", "usbstream:CARD=PCH"] {
            assert!(is_no_device(id), "{id}");
        }
        for id in ["default", "pulse", "hw:CARD=Jabra,DEV=0", "sysdefault:CARD=Jabra", "nullmic"] {
            assert!(!is_no_device(id), "{id}");
            assert!(!is_alias(id), "{id}");
        }
        for id in
            ["front:CARD=PCH,DEV=0", "surround51:CARD=PCH,DEV=0", "hw:CARD=0,DEV=0", "plughw:CARD=PCH,DEV=0"]
        {
            assert!(is_alias(id), "{id}");
        }
    }

    #[test]
    fn an_unknown_sound_system_is_named_with_those_that_exist() {
        let choice = DeviceChoice { host: Some("aplsa".to_owned()), device: None };
        let error = find(Direction::Input, &choice).err().unwrap().to_string();
        assert!(error.starts_with("the sound system \"aplsa\" is not available; available: "), "{error}");
    }

    #[test]
    fn errors_name_the_device_and_the_way_out() {
        let error = DeviceError::NotFound {
            direction: Direction::Input,
            host: "alsa".to_owned(),
            wanted: "Jabra".to_owned(),
            available: vec![],
        };
        assert_eq!(
            error.to_string(),
            "no microphone matches \"Jabra\" (alsa); available: none; plug it in or configure one of these"
        );
    }
}
