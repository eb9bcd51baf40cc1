//! The microphone: sound from a device in a thread of its own, for as long as the program runs.
//!
//! The device's callback only copies samples into a wait-free ring and notes the time. The thread takes
//! them out, mixes and resamples, and cuts frames. A device that vanishes often says nothing: its
//! callbacks just stop, and closing it may block for ever. So the thread watches the callbacks, closes a
//! dead device in a thread that nobody waits for, and opens it again until it is back.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, SampleFormat, SizedSample, StreamConfig, SupportedBufferSize};

use super::detached::{detached, drop_detached};
use super::devices::{DeviceChoice, DeviceError, DeviceInfo, Direction, Found, OPEN_TIMEOUT, find};
use super::frame::Framer;
use super::input::{InputSender, Stopped};
use super::level::Level;
use super::quiet::quietly;
use super::{AudioEvent, Input, Resampler, SAMPLE_RATE};

/// How the microphone is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrophoneSettings {
    /// Which one.
    pub device: DeviceChoice,
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
            channel: None,
            stall: Duration::from_millis(700),
            retry: Duration::from_millis(500),
        }
    }
}

/// A device just opened needs longer to deliver its first sound.
const GRACE: Duration = Duration::from_secs(3);
/// How often the ring is emptied: the most that this adds to the latency.
const POLL: Duration = Duration::from_millis(5);
/// Sound that fits into the ring while the reader is busy.
const RING: Duration = Duration::from_secs(2);
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
            let _: Result<(), Stopped> = Keeper { settings, sender, lost: false }.run();
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
            tracing::debug!(%reason, "the microphone is still not there");
            return Ok(());
        }
        tracing::warn!(%reason, "the microphone is lost, trying to get it back");
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
                    self.lose(format!("cannot start a thread to open the microphone: {error}"))?;
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
                        "the microphone{} does not open: the sound service does not answer; check that it runs",
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
        tracing::debug!(device = %open.info.name, id = %open.info.id, host = %open.info.host, format = ?open.info.format,
            "microphone open");
        let mut framer = Framer::default();
        let mut overruns = OverrunLog::default();
        loop {
            thread::sleep(POLL);
            if self.sender.stopped() {
                return Err(Stopped);
            }
            // Sound first: what came before a failure is still good.
            let newest = open.read(framer.input());
            let frames = framer.take(newest);
            if !frames.is_empty() {
                if std::mem::take(&mut self.lost) {
                    let device = open.info.name.clone();
                    tracing::info!(%device, "the microphone is back");
                    self.sender.send(AudioEvent::Restored { device })?;
                }
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
                    "the microphone \"{}\" ({}) {reason}; plug it in again or check the sound service",
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

/// When the newest of `frames` sample groups was captured.
#[derive(Clone, Copy)]
struct Stamp {
    frames: u64,
    at: Instant,
}

#[derive(Default)]
struct Counters {
    callbacks: AtomicU64,
    /// Sample groups that did not fit into the ring.
    overrun: AtomicU64,
    /// The most sample groups that came in one callback.
    largest: AtomicU64,
}

/// A device that is open.
struct Open {
    info: DeviceInfo,
    rate: u32,
    _stream: StreamGuard,
    samples: rtrb::Consumer<f32>,
    stamps: rtrb::Consumer<Stamp>,
    errors: Receiver<cpal::Error>,
    counters: Arc<Counters>,
    resampler: Resampler,
    buffer: Vec<f32>,
    channels: u64,
    read: u64,
    newest: Stamp,
    seen: (u64, Instant),
    opened: Instant,
    stall: Duration,
}

impl Open {
    fn new(settings: &MicrophoneSettings) -> Result<Self, DeviceError> {
        let found = find(Direction::Input, &settings.device)?;
        let info = found.info(Direction::Input, settings.device.device.is_none());
        let (rate, channels) = (found.config.sample_rate(), found.config.channels());
        let unusable = |reason: String| DeviceError::Unusable {
            direction: Direction::Input,
            host: found.host.clone(),
            device: found.name.clone(),
            reason,
            remedy: "choose another one, see `heyroom devices`",
        };
        let mut resampler = Resampler::new(rate, channels).map_err(|error| unusable(error.to_string()))?;
        if let Some(channel) = settings.channel {
            resampler = resampler.only_channel(channel).map_err(|error| unusable(error.to_string()))?;
        }
        let capacity = (RING.as_secs() * u64::from(rate)) as usize * usize::from(channels);
        let (sample_in, samples) = rtrb::RingBuffer::new(capacity);
        let (stamp_in, stamps) = rtrb::RingBuffer::new(1_024);
        let (error_in, errors) = mpsc::sync_channel(16);
        let counters = Arc::new(Counters::default());
        let writer = Writer {
            samples: sample_in,
            stamps: stamp_in,
            counters: Arc::clone(&counters),
            channels,
            rate,
            total: 0,
        };
        let stream = open_stream(&found, writer, error_in)?;
        let now = Instant::now();
        Ok(Self {
            info,
            rate,
            _stream: StreamGuard(Some(stream)),
            samples,
            stamps,
            errors,
            counters,
            resampler,
            buffer: Vec::with_capacity(capacity),
            channels: u64::from(channels),
            read: 0,
            newest: Stamp { frames: 0, at: now },
            seen: (0, now),
            opened: now,
            stall: settings.stall,
        })
    }

    /// Appends what was captured since the last call; returns when the end of the last sample of `out`
    /// was captured.
    fn read(&mut self, out: &mut Vec<i16>) -> Instant {
        while let Ok(stamp) = self.stamps.pop() {
            self.newest = stamp;
        }
        self.buffer.clear();
        let waiting = self.samples.slots();
        if let Ok(chunk) = self.samples.read_chunk(waiting) {
            let (first, second) = chunk.as_slices();
            self.buffer.extend_from_slice(first);
            self.buffer.extend_from_slice(second);
            chunk.commit_all();
        }
        self.read += waiting as u64 / self.channels;
        self.resampler.push(&self.buffer, out);
        // The stamp may be of a moment later or earlier than the last sample that was read.
        let ahead = self.newest.frames.abs_diff(self.read) as f64 / f64::from(self.rate);
        let ahead = Duration::from_secs_f64(ahead);
        let at = if self.newest.frames >= self.read {
            self.newest.at.checked_sub(ahead)
        } else {
            self.newest.at.checked_add(ahead)
        };
        at.and_then(|at| at.checked_sub(self.resampler.held_back())).unwrap_or(self.newest.at)
    }

    /// Samples lost since the last call, as 16 kHz samples.
    fn take_overrun(&self) -> u64 {
        let groups = self.counters.overrun.swap(0, Ordering::Relaxed);
        groups * u64::from(SAMPLE_RATE) / u64::from(self.rate)
    }

    /// Why no more sound is to be expected, if that is so.
    fn failure(&mut self) -> Option<String> {
        while let Ok(error) = self.errors.try_recv() {
            match error.kind() {
                ErrorKind::Xrun => tracing::debug!(%error, "the sound system dropped samples"),
                ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => tracing::debug!(%error, "microphone"),
                _ => return Some(format!("failed: {error}")),
            }
        }
        let callbacks = self.counters.callbacks.load(Ordering::Relaxed);
        if callbacks != self.seen.0 {
            self.seen = (callbacks, Instant::now());
            return None;
        }
        let silent = self.seen.1.elapsed();
        if callbacks == 0 {
            return (self.opened.elapsed() > GRACE).then(|| "gives no sound".to_owned());
        }
        let block = self.counters.largest.load(Ordering::Relaxed) as f64 / f64::from(self.rate);
        let patience = self.stall + Duration::from_secs_f64(block * 2.0);
        (silent > patience).then(|| format!("stopped giving sound {:.1} s ago", silent.as_secs_f64()))
    }
}

/// Closes its stream in a thread that nobody waits for: with a dead sound server, closing blocks for ever.
struct StreamGuard(Option<cpal::Stream>);

impl Drop for StreamGuard {
    fn drop(&mut self) {
        drop_detached("heyroom-mic-close", self.0.take());
    }
}

/// The callback's side of the ring.
struct Writer {
    samples: rtrb::Producer<f32>,
    stamps: rtrb::Producer<Stamp>,
    counters: Arc<Counters>,
    channels: u16,
    rate: u32,
    total: u64,
}

impl Writer {
    /// Runs in the sound system's real-time thread: no allocation, no lock, no waiting.
    fn write<T: SizedSample>(&mut self, data: &[T], age: Duration)
    where
        f32: FromSample<T>,
    {
        let now = Instant::now();
        let channels = usize::from(self.channels);
        let groups = data.len() / channels;
        let fit = groups.min(self.samples.slots() / channels);
        if let Ok(chunk) = self.samples.write_chunk_uninit(fit * channels) {
            chunk.fill_from_iter(data.iter().map(|&sample| f32::from_sample_(sample)));
        }
        self.total += fit as u64;
        // `age` is that of the first sample; a system that does not know says 0.
        let length = Duration::from_nanos(groups as u64 * 1_000_000_000 / u64::from(self.rate));
        let newest = age.min(Duration::from_secs(1)).saturating_sub(length);
        let at = now.checked_sub(newest).unwrap_or(now);
        // A full ring means that nobody read for long; the stamps to come are as good.
        let _ = self.stamps.push(Stamp { frames: self.total, at });
        self.counters.largest.fetch_max(groups as u64, Ordering::Relaxed);
        self.counters.overrun.fetch_add((groups - fit) as u64, Ordering::Relaxed);
        self.counters.callbacks.fetch_add(1, Ordering::Relaxed);
    }
}

fn open_stream(
    found: &Found,
    writer: Writer,
    errors: mpsc::SyncSender<cpal::Error>,
) -> Result<cpal::Stream, DeviceError> {
    macro_rules! by_format {
        ($($format:ident => $sample:ty),+ $(,)?) => {
            match found.config.sample_format() {
                $(SampleFormat::$format => build::<$sample>(found, writer, errors),)+
                other => Err(cpal::Error::with_message(
                    ErrorKind::UnsupportedConfig,
                    format!("its sample format {other} is not one that heyroom reads"),
                )),
            }
        };
    }
    let stream = by_format!(
        I8 => i8, I16 => i16, I24 => cpal::I24, I32 => i32, I64 => i64,
        U8 => u8, U16 => u16, U24 => cpal::U24, U32 => u32, U64 => u64,
        F32 => f32, F64 => f64,
    );
    stream
        .and_then(|stream| stream.play().map(|()| stream))
        .map_err(|error| DeviceError::unusable(Direction::Input, found, &error))
}

fn build<T>(
    found: &Found,
    writer: Writer,
    errors: mpsc::SyncSender<cpal::Error>,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let rate = found.config.sample_rate();
    // 10 ms; 20 ms where each block costs more (the PulseAudio client clears a megabyte for each).
    let block = if found.host == "pulseaudio" { rate / 50 } else { rate / 100 }.max(1);
    let buffer_size = match *found.config.buffer_size() {
        SupportedBufferSize::Range { min, max } if min <= max => BufferSize::Fixed(block.clamp(min, max)),
        _ if cfg!(unix) => BufferSize::Fixed(block),
        _ => BufferSize::Default,
    };
    let config = StreamConfig { channels: found.config.channels(), sample_rate: rate, buffer_size };
    let mut writer = writer;
    found.device.build_input_stream::<T, _, _>(
        config,
        move |data, info| {
            let stamp = info.timestamp();
            let age = stamp.callback.checked_duration_since(stamp.capture).unwrap_or_default();
            writer.write(data, age);
        },
        // Not the data thread's business to wait: more errors than fit tell nothing new.
        move |error| drop(errors.try_send(error)),
        Some(Duration::from_secs(2)),
    )
}
