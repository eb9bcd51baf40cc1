//! A WAV file in the place of the microphone: the same frames, at the pace of the room or as fast as
//! they are read.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::frame::Framer;
use super::input::{InputSender, Stopped};
use super::{
    AudioEvent, FRAME_DURATION, FormatError, Input, Resampler, SAMPLE_RATE, WavError, WavFormat, WavReader,
};

/// How fast a file is played into the recogniser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As a microphone would deliver it: a second of sound takes a second.
    RealTime,
    /// As fast as it is read.
    #[default]
    Full,
}

/// How to play a WAV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WavOptions {
    /// The speed.
    pub pace: Pace,
    /// Silence before the sound.
    pub lead: Duration,
    /// Silence after the sound, so that the end of the last utterance is heard as one.
    pub trail: Duration,
}

impl Default for WavOptions {
    fn default() -> Self {
        Self { pace: Pace::Full, lead: Duration::ZERO, trail: Duration::from_millis(500) }
    }
}

/// A WAV file that cannot be a source.
#[derive(Debug, thiserror::Error)]
pub enum WavSourceError {
    /// The file is no usable WAV file.
    #[error(transparent)]
    Wav(#[from] WavError),
    /// The file's sample rate or channel count cannot be converted.
    #[error("{}: {source}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What cannot be converted.
        source: FormatError,
    },
    /// The system gave no thread.
    #[error("cannot start a thread to read {}: {source}", path.display())]
    Thread {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// A WAV file, opened and checked, that becomes an [`Input`].
#[derive(Debug)]
pub struct WavSource {
    path: PathBuf,
    reader: WavReader<std::io::BufReader<std::fs::File>>,
    resampler: Resampler,
    options: WavOptions,
}

impl WavSource {
    /// Opens a file: PCM of 8, 16, 24 or 32 bits or float, any sample rate of
    /// [`RATES`](super::RATES), up to [`MAX_CHANNELS`](super::MAX_CHANNELS) channels.
    ///
    /// # Errors
    ///
    /// [`WavSourceError`] names the file, the fault and the way out.
    pub fn open(path: impl AsRef<Path>, options: WavOptions) -> Result<Self, WavSourceError> {
        let path = path.as_ref().to_owned();
        let reader = WavReader::open(&path)?;
        let WavFormat { rate, channels, .. } = reader.format();
        let resampler = Resampler::new(rate, channels)
            .map_err(|source| WavSourceError::Format { path: path.clone(), source })?;
        Ok(Self { path, reader, resampler, options })
    }

    /// What the file's header says.
    pub fn format(&self) -> WavFormat {
        self.reader.format()
    }

    /// Length of the sound without lead and trail; `None` when the header does not know.
    pub fn duration(&self) -> Option<Duration> {
        let format = self.format();
        format.samples.map(|samples| Duration::from_secs_f64(samples as f64 / f64::from(format.rate)))
    }

    /// Starts playing in a thread of its own.
    ///
    /// # Errors
    ///
    /// [`WavSourceError::Thread`] when the system gives no thread.
    pub fn start(self) -> Result<Input, WavSourceError> {
        let (sender, input) = Input::channel();
        let path = self.path.clone();
        thread::Builder::new()
            .name("heyroom-wav".to_owned())
            .spawn(move || {
                // The reader going away is the normal way to stop early.
                let _: Result<(), Stopped> = self.play(&sender);
            })
            .map_err(|source| WavSourceError::Thread { path, source })?;
        Ok(input)
    }

    /// The whole file as 16 kHz mono samples, without lead and trail.
    ///
    /// # Errors
    ///
    /// When reading fails.
    pub fn read_all(mut self) -> Result<Vec<i16>, WavSourceError> {
        let (mut samples, mut out) = (Vec::new(), Vec::new());
        loop {
            samples.clear();
            let read = self.reader.read(&mut samples);
            match read.map_err(|source| WavError::Io { path: self.path.clone(), source })? {
                0 => break,
                _ => self.resampler.push(&samples, &mut out),
            }
        }
        self.resampler.flush(&mut out);
        Ok(out)
    }

    fn play(mut self, sender: &InputSender) -> Result<(), Stopped> {
        let mut out = Outlet::new(sender, self.options.pace);
        out.silence(self.options.lead)?;
        let mut samples = Vec::new();
        loop {
            samples.clear();
            match self.reader.read(&mut samples) {
                Ok(0) => break,
                Ok(_) => self.resampler.push(&samples, out.framer.input()),
                Err(error) => {
                    tracing::warn!(file = %self.path.display(), %error, "the sound ends here");
                    break;
                }
            }
            out.send()?;
        }
        self.resampler.flush(out.framer.input());
        out.silence(self.options.trail)?;
        out.framer.pad();
        out.send()?;
        sender.send(AudioEvent::End)
    }
}

/// Samples (16 kHz, mono) in the place of the microphone, as [`WavSource`] plays a file.
///
/// # Errors
///
/// When the system gives no thread.
pub fn play_samples(samples: Vec<i16>, options: WavOptions) -> std::io::Result<Input> {
    let (sender, input) = Input::channel();
    thread::Builder::new().name("heyroom-samples".to_owned()).spawn(move || {
        let play = || -> Result<(), Stopped> {
            let mut out = Outlet::new(&sender, options.pace);
            out.silence(options.lead)?;
            out.framer.input().extend(&samples);
            out.send()?;
            out.silence(options.trail)?;
            out.framer.pad();
            out.send()?;
            sender.send(AudioEvent::End)
        };
        // The reader going away is the normal way to stop early.
        let _ = play();
    })?;
    Ok(input)
}

/// Sends frames at the right time.
struct Outlet<'a> {
    sender: &'a InputSender,
    pace: Pace,
    framer: Framer,
    start: Instant,
    sent: u32,
}

/// Frames per event at full speed: 100 ms.
const BATCH: usize = 10;

impl<'a> Outlet<'a> {
    fn new(sender: &'a InputSender, pace: Pace) -> Self {
        Self { sender, pace, framer: Framer::default(), start: Instant::now(), sent: 0 }
    }

    fn silence(&mut self, length: Duration) -> Result<(), Stopped> {
        let mut left = (length.as_secs_f64() * f64::from(SAMPLE_RATE)).round() as usize;
        while left > 0 {
            let some = left.min(SAMPLE_RATE as usize);
            let filled = self.framer.waiting() + some;
            self.framer.input().resize(filled, 0);
            left -= some;
            self.send()?;
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), Stopped> {
        let mut frames = self.framer.take(Instant::now());
        match self.pace {
            Pace::Full => {
                while !frames.is_empty() {
                    let rest = frames.split_off(frames.len().min(BATCH));
                    self.sender.send(AudioEvent::Frames(std::mem::replace(&mut frames, rest)))?;
                }
            }
            Pace::RealTime => {
                for mut frame in frames {
                    // Each frame has its own place on the clock: a late one does not delay the next.
                    frame.captured = self.start + FRAME_DURATION * self.sent;
                    self.sent += 1;
                    let due = frame.end();
                    let now = Instant::now();
                    if due > now {
                        thread::sleep(due - now);
                    }
                    self.sender.send(AudioEvent::Frames(vec![frame]))?;
                }
            }
        }
        Ok(())
    }
}
