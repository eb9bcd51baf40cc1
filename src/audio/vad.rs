//! Voice activity: is somebody speaking, since when, how far above the room's noise.
//!
//! Cheap and pure: 10 ms frames in, a report out, time counted in samples. The sound is split into the
//! band of voiced sounds and the band of hisses ("s", "f"), because the end of a word is often only in
//! the second. In each band the noise is the least smoothed energy of the last seconds, which follows a
//! changing room and is not lifted by somebody who speaks for long, since speech has gaps. A frame counts
//! as active when one band stands out of its noise; a few active frames begin speech, a pause longer than
//! the hangover ends it. The report says how long the state lasts, counted from the first active and after
//! the last active frame, so that the caller decides how much silence ends an utterance.

use super::level::{Level, SILENCE_DBFS, power_dbfs};
use super::{FRAME_SAMPLES, Frame, SAMPLE_RATE};

const FRAME_MS: u32 = 10;

/// Settings of a [`Vad`]. The defaults were chosen on recordings of 14 speakers in noise; see
/// docs/audio.md for the figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VadSettings {
    /// How far above the noise a frame must be to begin speech, in dB.
    pub onset_db: f32,
    /// How far above the noise a frame must be to go on as speech, in dB.
    pub offset_db: f32,
    /// How much activity within [`VadSettings::onset_window_ms`] begins speech, in ms.
    pub onset_ms: u32,
    /// The time in which the activity that begins speech must lie, in ms.
    pub onset_window_ms: u32,
    /// The longest pause that still belongs to speech, in ms.
    pub hangover_ms: u32,
    /// How long the noise is remembered, in ms: after a rise of the noise (a fan goes on) it takes this
    /// long until it is no more taken for speech.
    pub noise_window_ms: u32,
    /// Noise is never taken to be lower than this, in dBFS, so that a microphone that is muted in between
    /// does not make the faintest rustle speech.
    pub quietest_dbfs: f32,
}

impl Default for VadSettings {
    fn default() -> Self {
        Self {
            onset_db: 9.0,
            offset_db: 5.0,
            onset_ms: 30,
            onset_window_ms: 60,
            hangover_ms: 150,
            noise_window_ms: 2_000,
            quietest_dbfs: -66.0,
        }
    }
}

/// What a [`Vad`] thinks after a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VadReport {
    /// Somebody speaks (pauses up to the hangover included).
    pub speech: bool,
    /// Whether this very frame stands out of the noise.
    pub active: bool,
    /// In speech: ms since its first active frame began. In silence: ms since the last active frame of the
    /// last speech ended (since the beginning if there was none).
    pub since_ms: u32,
    /// Ms since the last active frame ended, within speech too: 0 while a word sounds. The "trailing
    /// silence" of an endpoint rule.
    pub pause_ms: u32,
    /// The level of this frame.
    pub level: Level,
    /// The noise of the room, in dBFS.
    pub noise_dbfs: f32,
    /// How far this frame is above the noise in the band where it is most, in dB; 0 when below.
    pub snr_db: f32,
}

/// Voice activity detector over 16 kHz frames.
#[derive(Debug, Clone)]
pub struct Vad {
    settings: VadSettings,
    voiced: Band,
    hiss: Band,
    /// Removes hum and handling noise below speech.
    rumble: Biquad,
    split_low: Biquad,
    split_high: Biquad,
    speech: bool,
    /// Which of the last frames were active, the newest in bit 0.
    recent: u64,
    since: u32,
    pause: u32,
}

impl Default for Vad {
    fn default() -> Self {
        Self::new(VadSettings::default())
    }
}

impl Vad {
    /// A detector that has heard nothing yet.
    pub fn new(settings: VadSettings) -> Self {
        let band = || Band::new(settings.noise_window_ms, settings.quietest_dbfs);
        Self {
            settings,
            voiced: band(),
            hiss: band(),
            rumble: Biquad::high_pass(140.0),
            split_low: Biquad::low_pass(2_500.0),
            split_high: Biquad::high_pass(2_500.0),
            speech: false,
            recent: 0,
            since: 0,
            pause: 0,
        }
    }

    /// Forgets speech, but not the noise of the room: for when frames are skipped.
    pub fn interrupt(&mut self) {
        self.speech = false;
        self.recent = 0;
        self.since = 0;
        self.pause = 0;
    }

    /// Judges the next frame.
    pub fn frame(&mut self, frame: &Frame) -> VadReport {
        self.samples(&frame.samples)
    }

    /// Judges the next 10 ms.
    pub fn samples(&mut self, samples: &[i16; FRAME_SAMPLES]) -> VadReport {
        let (mut voiced, mut hiss) = (0.0, 0.0);
        for &sample in samples {
            // The constant, far below hearing, keeps the filters off the slow denormal numbers.
            let sample = self.rumble.next(f32::from(sample) / 32_768.0 + 1e-12);
            let (low, high) = (self.split_low.next(sample), self.split_high.next(sample));
            voiced += low * low;
            hiss += high * high;
        }
        let count = FRAME_SAMPLES as f32;
        let snr = self.voiced.push(voiced / count).max(self.hiss.push(hiss / count));
        let needed = if self.speech { self.settings.offset_db } else { self.settings.onset_db };
        let active = snr >= needed;
        self.advance(active);
        VadReport {
            speech: self.speech,
            active,
            since_ms: self.since,
            pause_ms: self.pause,
            level: Level::of(samples),
            noise_dbfs: add_dbfs(self.voiced.floor, self.hiss.floor),
            snr_db: snr.max(0.0),
        }
    }

    fn advance(&mut self, active: bool) {
        self.recent = self.recent << 1 | u64::from(active);
        self.since = self.since.saturating_add(FRAME_MS);
        self.pause = if active { 0 } else { self.pause.saturating_add(FRAME_MS) };
        if self.speech {
            if self.pause > self.settings.hangover_ms {
                self.speech = false;
                self.since = self.pause;
                self.recent = 0;
            }
            return;
        }
        let window = (self.settings.onset_window_ms / FRAME_MS).clamp(1, 64);
        let within = self.recent & (u64::MAX >> (64 - window));
        if active && within.count_ones() * FRAME_MS >= self.settings.onset_ms {
            self.speech = true;
            self.since = (64 - within.leading_zeros()) * FRAME_MS;
        }
    }
}

/// Energy and noise of one frequency band.
#[derive(Debug, Clone)]
struct Band {
    /// Smoothed power.
    power: f32,
    /// The noise in dBFS.
    floor: f32,
    quietest: f32,
    /// The least levels of past parts of the noise window, oldest first.
    minima: std::collections::VecDeque<f32>,
    /// The least level of the present part, and how many frames it has.
    part: (f32, u32),
    part_frames: u32,
    started: bool,
}

/// Parts that the noise window is divided into.
const PARTS: usize = 8;
/// How much of the old power remains after a frame.
const SMOOTHING: f32 = 0.45;
/// The least of many smoothed frames of steady noise lies this much below its mean, in dB.
const MINIMUM_BIAS: f32 = 2.0;
/// At the start nothing is known of the room; sound above this is not taken for its noise, in dBFS.
const LOUDEST_START: f32 = -48.0;

impl Band {
    fn new(window_ms: u32, quietest: f32) -> Self {
        Self {
            power: 0.0,
            floor: quietest,
            quietest,
            minima: std::collections::VecDeque::with_capacity(PARTS),
            part: (0.0, 0),
            part_frames: (window_ms / FRAME_MS / PARTS as u32).max(1),
            started: false,
        }
    }

    /// Takes the power of a frame; returns how far it is above the noise, in dB.
    fn push(&mut self, power: f32) -> f32 {
        if !self.started {
            self.started = true;
            self.power = power;
            let first = power_dbfs(power).clamp(SILENCE_DBFS, LOUDEST_START);
            self.minima.extend(std::iter::repeat_n(first, PARTS));
            self.part = (0.0, 0);
        }
        self.power = SMOOTHING * self.power + (1.0 - SMOOTHING) * power;
        let level = power_dbfs(self.power);
        self.part = (self.part.0.min(level), self.part.1 + 1);
        let least = self.minima.iter().copied().fold(self.part.0, f32::min);
        self.floor = (least + MINIMUM_BIAS).max(self.quietest);
        if self.part.1 >= self.part_frames {
            self.minima.pop_front();
            self.minima.push_back(self.part.0);
            self.part = (0.0, 0);
        }
        level - self.floor
    }
}

fn add_dbfs(a: f32, b: f32) -> f32 {
    power_dbfs(10f32.powf(a / 10.0) + 10f32.powf(b / 10.0))
}

/// Second-order Butterworth filter.
#[derive(Debug, Clone)]
struct Biquad {
    b: [f32; 3],
    a: [f32; 2],
    z: [f32; 2],
}

impl Biquad {
    fn low_pass(hertz: f32) -> Self {
        let (cos, alpha) = Self::angle(hertz);
        Self::with([(1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0], cos, alpha)
    }

    fn high_pass(hertz: f32) -> Self {
        let (cos, alpha) = Self::angle(hertz);
        Self::with([f32::midpoint(1.0, cos), -1.0 - cos, f32::midpoint(1.0, cos)], cos, alpha)
    }

    fn angle(hertz: f32) -> (f32, f32) {
        let (sin, cos) = (std::f32::consts::TAU * hertz / SAMPLE_RATE as f32).sin_cos();
        (cos, sin * std::f32::consts::FRAC_1_SQRT_2)
    }

    fn with(b: [f32; 3], cos: f32, alpha: f32) -> Self {
        let a0 = 1.0 + alpha;
        Self { b: b.map(|b| b / a0), a: [-2.0 * cos / a0, (1.0 - alpha) / a0], z: [0.0; 2] }
    }

    fn next(&mut self, x: f32) -> f32 {
        let y = self.b[0] * x + self.z[0];
        self.z[0] = self.b[1] * x - self.a[0] * y + self.z[1];
        self.z[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}
