//! An open microphone: from the device's callback through a wait-free ring to 16 kHz samples with their time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, SampleFormat, SizedSample, StreamConfig, SupportedBufferSize};

use super::detached::{detached, drop_detached};
use super::devices::{DeviceError, DeviceInfo, Direction, Found, Presence, find};
use super::{MicrophoneSettings, Resampler, SAMPLE_RATE, Source};

/// A device just opened needs longer to deliver its first sound.
const GRACE: Duration = Duration::from_secs(3);
/// Sound that fits into the ring while the reader is busy.
const RING: Duration = Duration::from_secs(2);

/// How often a device that could be replaced unnoticed is looked for.
const WATCH: Duration = Duration::from_millis(1_500);

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
pub(super) struct Open {
    pub(super) info: DeviceInfo,
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
    watch: Option<Watch>,
}

impl Open {
    pub(super) fn new(settings: &MicrophoneSettings) -> Result<Self, DeviceError> {
        let direction =
            if settings.source == Source::Loopback { Direction::Output } else { Direction::Input };
        let found = find(direction, &settings.device)?;
        let info = found.info(direction, settings.device.device.is_none());
        let (rate, channels) = (found.config.sample_rate(), found.config.channels());
        let unusable = |reason: String| DeviceError::Unusable {
            direction,
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
        let watch = found.presence.and_then(Watch::start);
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
            watch,
        })
    }

    /// Appends what was captured since the last call; returns when the end of the last sample of `out`
    /// was captured.
    pub(super) fn read(&mut self, out: &mut Vec<i16>) -> Instant {
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
    pub(super) fn take_overrun(&self) -> u64 {
        let groups = self.counters.overrun.swap(0, Ordering::Relaxed);
        groups * u64::from(SAMPLE_RATE) / u64::from(self.rate)
    }

    /// Why no more sound is to be expected, if that is so.
    pub(super) fn failure(&mut self) -> Option<String> {
        while let Ok(error) = self.errors.try_recv() {
            match error.kind() {
                ErrorKind::Xrun => tracing::debug!(%error, "the sound system dropped samples"),
                ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => tracing::debug!(%error, "microphone"),
                _ => return Some(format!("failed: {error}")),
            }
        }
        if self.watch.as_ref().is_some_and(Watch::gone) {
            return Some("is no longer there".to_owned());
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

/// Looks for the device now and then, in a thread of its own: a sound server that hangs would never answer.
struct Watch {
    /// Ends the thread when it is dropped.
    _stop: SyncSender<()>,
    gone: Receiver<()>,
}

impl Watch {
    fn start(presence: Presence) -> Option<Self> {
        let (stop, stopped) = mpsc::sync_channel::<()>(0);
        let watching = detached("heyroom-mic-watch", move || {
            while stopped.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) && !presence.gone() {}
        });
        match watching {
            Ok(gone) => Some(Self { _stop: stop, gone }),
            Err(error) => {
                tracing::debug!(%error, "no thread to watch the microphone");
                None
            }
        }
    }

    fn gone(&self) -> bool {
        self.gone.try_recv().is_ok()
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
    // 10 ms; 30 ms where each block costs more (the PulseAudio client clears two megabytes for each).
    let block = if found.host == "pulseaudio" { rate * 3 / 100 } else { rate / 100 }.max(1);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::DeviceFormat;
    use crate::audio::frame::Framer;

    /// An open device without a device: what the callback writes, the worker reads.
    fn rig(rate: u32, channels: u16, ring: usize) -> (Writer, Open) {
        let (sample_in, samples) = rtrb::RingBuffer::new(ring);
        let (stamp_in, stamps) = rtrb::RingBuffer::new(16);
        let (error_in, errors) = mpsc::sync_channel(16);
        std::mem::forget(error_in);
        let counters = Arc::new(Counters::default());
        let writer = Writer {
            samples: sample_in,
            stamps: stamp_in,
            counters: Arc::clone(&counters),
            channels,
            rate,
            total: 0,
        };
        let now = Instant::now();
        let format = DeviceFormat { rate, channels, sample: "i16".to_owned() };
        let open = Open {
            info: DeviceInfo {
                host: "test".to_owned(),
                id: "rig".to_owned(),
                name: "rig".to_owned(),
                direction: Direction::Input,
                default: true,
                format: Some(format),
            },
            rate,
            _stream: StreamGuard(None),
            samples,
            stamps,
            errors,
            counters,
            resampler: Resampler::new(rate, channels).unwrap(),
            buffer: Vec::new(),
            channels: u64::from(channels),
            read: 0,
            newest: Stamp { frames: 0, at: now },
            seen: (0, now),
            opened: now,
            stall: Duration::from_millis(700),
            watch: None,
        };
        (writer, open)
    }

    #[test]
    fn every_sample_format_means_the_same() {
        fn heard<T: SizedSample>(values: [T; 4]) -> Vec<i16>
        where
            f32: FromSample<T>,
        {
            let (mut writer, mut open) = rig(16_000, 2, 64);
            writer.write(&values, Duration::ZERO);
            let mut out = Vec::new();
            open.read(&mut out);
            out
        }
        // Two groups of two channels: half and a quarter, then full negative scale twice.
        let expected = [12_288, -32_768];
        assert_eq!(heard([16_384i16, 8_192, -32_768, -32_768]), expected);
        assert_eq!(heard([64i8, 32, -128, -128]), expected);
        assert_eq!(heard([192u8, 160, 0, 0]), expected);
        assert_eq!(heard([49_152u16, 40_960, 0, 0]), expected);
        assert_eq!(heard([1i32 << 30, 1 << 29, i32::MIN, i32::MIN]), expected);
        assert_eq!(heard([0.5f32, 0.25, -1.0, -1.0]), expected);
        assert_eq!(heard([0.5f64, 0.25, -1.0, -1.0]), expected);
        let i24 = |value| cpal::I24::new(value).unwrap();
        assert_eq!(heard([i24(1 << 22), i24(1 << 21), i24(-(1 << 23)), i24(-(1 << 23))]), expected);
    }

    #[test]
    fn a_full_ring_drops_whole_groups_and_counts_them() {
        let (mut writer, mut open) = rig(16_000, 2, 101);
        writer.write(&[100i16; 2 * 30], Duration::ZERO);
        writer.write(&[200i16; 2 * 40], Duration::ZERO);
        let mut out = Vec::new();
        open.read(&mut out);
        assert_eq!(out, [vec![100; 30], vec![200; 20]].concat());
        assert_eq!(open.take_overrun(), 20);
        assert_eq!(open.take_overrun(), 0);
        writer.write(&[300i16; 2 * 10], Duration::ZERO);
        out.clear();
        open.read(&mut out);
        assert_eq!(out, [300; 10], "channels are not swapped after a loss");
    }

    #[test]
    fn the_time_of_a_sample_is_that_of_its_capture() {
        let (mut writer, mut open) = rig(16_000, 1, 16_000);
        let before = Instant::now();
        // The device says that the first sample of 20 ms is 50 ms old: the last is 30 ms old.
        writer.write(&[0i16; 320], Duration::from_millis(50));
        let after = Instant::now();
        let mut framer = Framer::default();
        let newest = open.read(framer.input());
        assert!(newest + Duration::from_millis(30) >= before && newest + Duration::from_millis(30) <= after);
        let frames = framer.take(newest);
        assert_eq!(frames[0].captured, newest - Duration::from_millis(20));

        // What the resampler holds back is not yet in time either.
        let (mut writer, mut open) = rig(48_000, 1, 48_000);
        writer.write(&[0i16; 4_800], Duration::from_millis(100));
        let now = Instant::now();
        let mut out = Vec::new();
        let newest = open.read(&mut out);
        let missing = Duration::from_millis(100) - Duration::from_micros(out.len() as u64 * 125 / 2);
        assert!(missing > Duration::ZERO);
        let off = now.duration_since(newest).abs_diff(missing);
        assert!(off < Duration::from_millis(5), "off by {off:?}");
    }

    #[test]
    fn a_device_that_falls_silent_is_given_up() {
        let (mut writer, mut open) = rig(16_000, 1, 16_000);
        assert_eq!(open.failure(), None, "just opened");
        writer.write(&[0i16; 160], Duration::ZERO);
        assert_eq!(open.failure(), None);
        open.seen.1 = Instant::now().checked_sub(Duration::from_millis(600)).unwrap();
        assert_eq!(open.failure(), None, "not yet");
        open.seen.1 = Instant::now().checked_sub(Duration::from_millis(800)).unwrap();
        assert_eq!(open.failure().unwrap(), "stopped giving sound 0.8 s ago");
        // A device with blocks of a second is given more time.
        writer.write(&vec![0i16; 16_000], Duration::ZERO);
        assert_eq!(open.failure(), None);
        open.seen.1 = Instant::now().checked_sub(Duration::from_millis(2_500)).unwrap();
        assert_eq!(open.failure(), None);

        let (_writer, mut open) = rig(16_000, 1, 16_000);
        open.opened = Instant::now().checked_sub(GRACE * 2).unwrap();
        assert_eq!(open.failure().unwrap(), "gives no sound");
    }
}
