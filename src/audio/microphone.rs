//! The microphone: sound from a device in a thread of its own, for as long as the program runs.
//!
//! The device's callback only copies samples into a wait-free ring and notes the time. The thread takes
//! them out, mixes and resamples, and cuts frames. A device that vanishes often says nothing: its
//! callbacks just stop, and closing it may block for ever. So the thread watches the callbacks, closes a
//! dead device in a thread that nobody waits for, and opens it again until it is back. PulseAudio replaces a
//! device that vanishes by another one: a device chosen by name is looked for now and then.

use std::io;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use super::capture::Open;
use super::detached::detached;
use super::devices::{DeviceChoice, DeviceError, DeviceInfo, Direction, OPEN_TIMEOUT};
use super::frame::Framer;
use super::input::{InputSender, Stopped};
use super::level::Level;
use super::quiet::quietly;
use super::{AudioEvent, Frame, Input};

/// How the microphone is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrophoneSettings {
    /// Which one.
    pub device: DeviceChoice,
    /// What kind of sound it gives.
    pub source: Source,
    /// The one channel to listen to, counted from 1; `None` takes the average of all.
    pub channel: Option<u16>,
    /// No sound for this long means that the device is gone. Devices that deliver in larger blocks get
    /// more time by themselves.
    pub stall: Duration,
    /// Pause between attempts to get a lost device back.
    pub retry: Duration,
}

impl Default for MicrophoneSettings {
    fn default() -> Self {
        Self {
            device: DeviceChoice::default(),
            source: Source::Microphone,
            channel: None,
            stall: Duration::from_millis(700),
            retry: Duration::from_millis(500),
        }
    }
}

/// What a capture device gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// What people say.
    #[default]
    Microphone,
    /// What the loudspeaker plays: the monitor that PulseAudio has for each output.
    Monitor,
    /// The same from the output itself, as WASAPI offers it.
    Loopback,
}

impl Source {
    /// What a person calls it.
    fn word(self) -> &'static str {
        match self {
            Self::Microphone => "microphone",
            Self::Monitor | Self::Loopback => "loudspeaker's monitor",
        }
    }
}

/// How often the ring is emptied: the most that this adds to the latency. Each time costs a little, all day.
const POLL: Duration = Duration::from_millis(10);
/// Least time between two log lines about lost samples.
const LOG_PAUSE: Duration = Duration::from_secs(10);
/// After so many attempts they become rarer.
const EAGER_ATTEMPTS: u32 = 60;

/// Capture from a sound device.
#[derive(Debug)]
pub struct Microphone;

impl Microphone {
    /// Starts capturing. A missing device is no error: the reader is told with [`AudioEvent::Lost`] and
    /// the device is tried again for ever; use [`Microphone::check`] to know now.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn start(settings: MicrophoneSettings) -> io::Result<Input> {
        let (sender, input) = Input::channel();
        thread::Builder::new().name("heyroom-mic".to_owned()).spawn(move || {
            // The reader going away is the way to stop.
            let _: Result<(), Stopped> = Keeper { settings, sender, lost: false, was_there: false }.run();
        })?;
        Ok(input)
    }

    /// Opens the microphone once, listens for `listen`, and reports the device and its level.
    ///
    /// # Errors
    ///
    /// [`DeviceError`] when there is none, it cannot be opened, or it gives no sound within three seconds.
    pub fn check(settings: &MicrophoneSettings, listen: Duration) -> Result<MicrophoneCheck, DeviceError> {
        let mut open = quietly(|| Open::new(settings))?;
        let silent = |open: &Open, reason: &str| DeviceError::Unusable {
            direction: Direction::Input,
            host: open.info.host.clone(),
            device: open.info.name.clone(),
            reason: reason.to_owned(),
            remedy: "check that it is plugged in and not used by another program alone",
        };
        let mut samples = Vec::new();
        let mut end = None;
        while end.is_none_or(|end| Instant::now() < end) {
            thread::sleep(POLL);
            if let Some(reason) = open.failure() {
                return Err(silent(&open, &format!("it {reason}")));
            }
            open.read(&mut samples);
            if end.is_none() && !samples.is_empty() {
                end = Some(Instant::now() + listen);
            }
        }
        Ok(MicrophoneCheck { device: open.info.clone(), level: Level::of(&samples) })
    }
}

/// What [`Microphone::check`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct MicrophoneCheck {
    /// The device that was opened.
    pub device: DeviceInfo,
    /// How loud it was. Digital silence means a muted microphone.
    pub level: Level,
}

/// Keeps the microphone open.
struct Keeper {
    settings: MicrophoneSettings,
    sender: InputSender,
    lost: bool,
    /// It gave sound before: then it can come back.
    was_there: bool,
}

impl Keeper {
    fn run(&mut self) -> Result<(), Stopped> {
        let mut attempts = 0;
        loop {
            let reason = match self.open()? {
                Ok(open) => {
                    attempts = 0;
                    self.capture(open)?
                }
                Err(error) => error.to_string(),
            };
            attempts += 1;
            self.lose(reason)?;
            let rarer = if attempts > EAGER_ATTEMPTS { 4 } else { 1 };
            self.pause(self.settings.retry * rarer)?;
        }
    }

    fn lose(&mut self, reason: String) -> Result<(), Stopped> {
        if self.lost {
            tracing::debug!(%reason, "the {} is still not there", self.settings.source.word());
            return Ok(());
        }
        let what = self.settings.source.word();
        if self.was_there {
            tracing::warn!(%reason, "the {what} is lost, trying to get it back");
        } else {
            tracing::warn!(%reason, "the {what} cannot be opened, trying until it can");
        }
        self.lost = true;
        self.sender.send(AudioEvent::Lost { reason })
    }

    fn pause(&self, length: Duration) -> Result<(), Stopped> {
        let end = Instant::now() + length;
        loop {
            if self.sender.stopped() {
                return Err(Stopped);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(Duration::from_millis(100)));
        }
    }

    /// Opens the device in another thread, because a sound server that hangs would never let go of this one.
    fn open(&mut self) -> Result<Result<Open, DeviceError>, Stopped> {
        let settings = self.settings.clone();
        let result = loop {
            let settings = settings.clone();
            match detached("heyroom-mic-open", move || quietly(|| Open::new(&settings))) {
                Ok(result) => break result,
                Err(error) => {
                    let what = self.settings.source.word();
                    self.lose(format!("cannot start a thread to open the {what}: {error}"))?;
                    self.pause(self.settings.retry)?;
                }
            }
        };
        let start = Instant::now();
        loop {
            match result.recv_timeout(Duration::from_millis(100)) {
                Ok(opened) => return Ok(opened),
                Err(RecvTimeoutError::Timeout) if start.elapsed() > OPEN_TIMEOUT => {
                    self.lose(format!(
                        "the {}{} does not open: the sound service does not answer; check that it runs",
                        self.settings.source.word(),
                        self.settings.device.device.as_ref().map(|d| format!(" \"{d}\"")).unwrap_or_default()
                    ))?;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let host = self.settings.device.host.clone().unwrap_or_else(|| "any".to_owned());
                    let reason = "opening it failed".to_owned();
                    return Ok(Err(DeviceError::None { direction: Direction::Input, host, reason }));
                }
            }
            if self.sender.stopped() {
                return Err(Stopped);
            }
        }
    }

    /// Delivers frames until the device is lost; returns why.
    fn capture(&mut self, mut open: Open) -> Result<String, Stopped> {
        let what = self.settings.source.word();
        tracing::debug!(device = %open.info.name, id = %open.info.id, host = %open.info.host, format = ?open.info.format,
            "{what} open");
        let mut framer = Framer::default();
        let mut overruns = OverrunLog::default();
        let mut mute = MuteWatch::default();
        loop {
            thread::sleep(POLL);
            if self.sender.stopped() {
                return Err(Stopped);
            }
            // Sound first: what came before a failure is still good.
            let newest = open.read(framer.input());
            let frames = framer.take(newest);
            if !frames.is_empty() {
                // A loudspeaker is silent most of the time.
                if self.settings.source == Source::Microphone && mute.notice(&frames) {
                    tracing::warn!(device = %open.info.name, "the microphone gives only digital silence: is it muted?");
                }
                if std::mem::take(&mut self.lost) {
                    let device = open.info.name.clone();
                    tracing::info!(%device, "the {what} is {}", if self.was_there { "back" } else { "there now" });
                    self.sender.send(AudioEvent::Restored { device })?;
                }
                self.was_there = true;
                self.sender.send(AudioEvent::Frames(frames))?;
            }
            // What did not fit into the ring belongs after what was in it.
            let missing = open.take_overrun();
            if missing > 0 {
                overruns.note(missing);
                self.sender.send(AudioEvent::Overrun { samples: missing })?;
            }
            if let Some(reason) = open.failure() {
                return Ok(format!(
                    "the {what} \"{}\" ({}) {reason}; plug it in again or check the sound service",
                    open.info.name, open.info.host
                ));
            }
        }
    }
}

/// Logs lost samples, but not every time.
#[derive(Default)]
struct OverrunLog {
    last: Option<Instant>,
    unlogged: u64,
    total: u64,
}

impl OverrunLog {
    fn note(&mut self, samples: u64) {
        self.unlogged += samples;
        self.total += samples;
        if self.last.is_none_or(|last| last.elapsed() > LOG_PAUSE) {
            self.last = Some(Instant::now());
            let (lost_ms, total_ms) = (self.unlogged / 16, self.total / 16);
            tracing::warn!(
                lost_ms,
                total_ms,
                "the machine is too slow: sound from the microphone was dropped"
            );
            self.unlogged = 0;
        }
    }
}

/// Notices a microphone that is switched off but still delivers samples.
#[derive(Default)]
struct MuteWatch {
    silent: usize,
}

impl MuteWatch {
    /// Frames of digital silence that make a microphone muted: 10 s. A real one always has some noise.
    const FRAMES: usize = 1_000;

    /// Whether it just became clear that the microphone is muted.
    fn notice(&mut self, frames: &[Frame]) -> bool {
        let before = self.silent;
        for frame in frames {
            let silent = frame.samples.iter().all(|&sample| sample == 0);
            self.silent = if silent { self.silent.saturating_add(1) } else { 0 };
        }
        before < Self::FRAMES && self.silent >= Self::FRAMES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::FRAME_SAMPLES;

    #[test]
    fn a_muted_microphone_is_told_once() {
        let frame = |sample| Frame { index: 0, captured: Instant::now(), samples: [sample; FRAME_SAMPLES] };
        let mut watch = MuteWatch::default();
        let silence = vec![frame(0); 999];
        assert!(!watch.notice(&silence));
        assert!(watch.notice(&silence) && !watch.notice(&silence));
        assert!(!watch.notice(&[frame(1)]));
        assert!(!watch.notice(&silence) && watch.notice(&silence));
    }
}
