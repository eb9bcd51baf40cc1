//! Voice activity: is somebody speaking, since when, how far above the room's noise.
//!
//! Cheap and pure: 10 ms frames in, a report out, time counted in samples. The sound is split into the
//! band of voiced sounds and the band of hisses ("s", "f"), because the end of a word is often only in
//! the second. In each band the noise is the least smoothed energy of the last seconds, which follows a
//! changing room and is not lifted by somebody who speaks for long, since speech has gaps. A frame counts
//! as active when one band stands out of its noise; a few active frames begin speech, a pause longer than
//! the hangover ends it. The report says how long the state lasts, counted from the first active and after
//! the last active frame, so that the caller decides how much silence ends an utterance.

use std::collections::VecDeque;

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
            quietest_dbfs: -72.0,
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
    minima: VecDeque<f32>,
    /// The least level of the present part, and how many frames it has.
    part: (f32, u32),
    part_frames: u32,
    /// How often each level was heard, in steps of 1 dB from [`SILENCE_DBFS`], the past fading out.
    heard: [f32; LEVELS],
    started: bool,
}

const LEVELS: usize = 97;
/// Parts that the noise window is divided into.
const PARTS: usize = 8;
/// How much of the old power remains after a frame.
const SMOOTHING: f32 = 0.45;
/// The least of many smoothed frames of steady noise lies this much below its mean, in dB.
const MINIMUM_BIAS: f32 = 2.0;
/// At the start nothing is known of the room; sound above this is not taken for its noise, in dBFS.
const LOUDEST_START: f32 = -48.0;
/// How much of what was heard fades with each frame: half of it in 4 s.
const FADING: f32 = 0.998_27;
/// The share of time for which even one who speaks on is not louder than the room.
const QUIET_SHARE: f32 = 0.3;
/// Noise that is not steady gets this much more margin per dB of its unsteadiness, up to a limit in dB.
const UNSTEADY: f32 = 1.0;
const UNSTEADY_MOST: f32 = 4.0;
/// Weight of the first frame among the heard levels, in frames.
const FIRST_WEIGHT: f32 = 50.0;

impl Band {
    fn new(window_ms: u32, quietest: f32) -> Self {
        Self {
            power: 0.0,
            floor: quietest,
            quietest,
            minima: VecDeque::with_capacity(PARTS),
            part: (0.0, 0),
            part_frames: (window_ms / FRAME_MS / PARTS as u32).max(1),
            heard: [0.0; LEVELS],
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
            self.heard[bin(first)] = FIRST_WEIGHT;
        }
        self.power = SMOOTHING * self.power + (1.0 - SMOOTHING) * power;
        let level = power_dbfs(self.power);
        self.part = (self.part.0.min(level), self.part.1 + 1);
        let least = self.minima.iter().copied().fold(self.part.0, f32::min);
        if self.part.1 >= self.part_frames {
            self.minima.pop_front();
            self.minima.push_back(self.part.0);
            self.part = (0.0, 0);
        }
        self.heard.iter_mut().for_each(|weight| *weight *= FADING);
        self.heard[bin(power_dbfs(power))] += 1.0;
        let steady = (least + MINIMUM_BIAS).max(self.quietest);
        let unsteady = (self.usual() - steady).max(0.0);
        self.floor = steady + unsteady + (unsteady * UNSTEADY).min(UNSTEADY_MOST);
        // Judged by itself: smoothing would draw out ends and clicks.
        power_dbfs(power) - self.floor
    }

    /// The level that is not exceeded in [`QUIET_SHARE`] of the last seconds: where the noise is not steady,
    /// such as many people talking far away, it is well above the least.
    fn usual(&self) -> f32 {
        let mut left = QUIET_SHARE * self.heard.iter().sum::<f32>();
        for (bin, weight) in self.heard.iter().enumerate() {
            left -= weight;
            if left <= 0.0 {
                return bin as f32 + SILENCE_DBFS;
            }
        }
        SILENCE_DBFS
    }
}

fn bin(level: f32) -> usize {
    ((level - SILENCE_DBFS).round() as usize).min(LEVELS - 1)
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

#[cfg(test)]
mod tests {
    use super::*;

    const MS: usize = 16;

    /// White noise of an rms level in dBFS.
    fn noise(ms: usize, dbfs: f32, seed: u64) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(seed);
        // Evenly distributed noise has an rms of 1/sqrt(3) of its peak.
        let peak = 10f32.powf(dbfs / 20.0) * 3f32.sqrt();
        (0..ms * MS).map(|_| (random.f32() * 2.0 - 1.0) * peak).collect()
    }

    /// A buzz of 120 Hz with the resonances of an "a", as loud as `dbfs`.
    fn vowel(ms: usize, dbfs: f32) -> Vec<f32> {
        let mut sound: Vec<f32> = (0..ms * MS)
            .map(|i| {
                (1..30)
                    .map(|harmonic| {
                        let hertz = 120.0 * harmonic as f32;
                        let near = |formant: f32| 1.0 / (1.0 + ((hertz - formant) / 120.0).powi(2));
                        (near(700.0) + 0.6 * near(1_200.0))
                            * (std::f32::consts::TAU * hertz * i as f32 / 16_000.0).sin()
                    })
                    .sum()
            })
            .collect();
        let rms = (sound.iter().map(|s| s * s).sum::<f32>() / sound.len() as f32).sqrt();
        sound.iter_mut().for_each(|s| *s *= 10f32.powf(dbfs / 20.0) / rms);
        sound
    }

    fn judge(vad: &mut Vad, sound: &[f32]) -> Vec<VadReport> {
        let pcm: Vec<i16> = sound.iter().map(|&s| crate::audio::resample::to_i16(s)).collect();
        pcm.as_chunks::<FRAME_SAMPLES>().0.iter().map(|frame| vad.samples(frame)).collect()
    }

    /// Puts `speech` into `room` at `at` ms.
    fn mix(room: &mut [f32], at: usize, speech: &[f32]) {
        for (out, sample) in room[at * MS..].iter_mut().zip(speech) {
            *out += sample;
        }
    }

    #[test]
    fn start_and_end_are_found_within_20_ms_in_noise() {
        for room_dbfs in [-96.0, -70.0, -55.0, -45.0] {
            let mut sound = noise(4_000, room_dbfs, 1);
            mix(&mut sound, 2_000, &vowel(800, -28.0));
            let reports = judge(&mut Vad::default(), &sound);
            let first = reports.iter().position(|report| report.speech).unwrap();
            let decided = (first + 1) * 10;
            assert!((2_020..=2_050).contains(&decided), "{room_dbfs}: decided at {decided}");
            let start = decided - reports[first].since_ms as usize;
            assert!((1_980..=2_020).contains(&start), "{room_dbfs}: start at {start}");
            let over = first + reports[first..].iter().position(|report| !report.speech).unwrap();
            let end = (over + 1) * 10 - reports[over].since_ms as usize;
            assert!((2_790..=2_830).contains(&end), "{room_dbfs}: end at {end}");
            let last = reports.last().unwrap();
            assert!(!last.speech && last.since_ms == last.pause_ms);
            assert_eq!(last.since_ms as usize, 4_000 - end, "time runs on in silence");
        }
    }

    #[test]
    fn a_hiss_is_speech_too() {
        let mut sound = noise(3_000, -70.0, 2);
        mix(&mut sound, 1_500, &vowel(200, -25.0));
        // An "s": noise above 4 kHz, by taking the difference twice.
        let white = noise(300, -45.0, 3);
        let hiss: Vec<f32> = white.windows(3).map(|w| w[0] - 2.0 * w[1] + w[2]).collect();
        mix(&mut sound, 1_700, &hiss);
        let reports = judge(&mut Vad::default(), &sound);
        let last = reports.iter().rposition(|report| report.active).unwrap();
        assert!((1_970..=2_040).contains(&((last + 1) * 10)), "ends at {}", (last + 1) * 10);
    }

    #[test]
    fn steady_noise_hum_and_clicks_are_no_speech() {
        for seed in 0..4 {
            let mut sound = noise(20_000, -50.0 + 5.0 * seed as f32, seed);
            for (i, sample) in sound.iter_mut().enumerate() {
                *sample += 0.05 * (std::f32::consts::TAU * 50.0 * i as f32 / 16_000.0).sin();
            }
            // A pen on the table: 5 ms, once a second.
            for second in 3..20 {
                mix(&mut sound, second * 1_000, &noise(5, -15.0, 9));
            }
            let reports = judge(&mut Vad::default(), &sound);
            let false_ones = reports[200..].iter().filter(|report| report.speech).count();
            assert_eq!(false_ones, 0, "seed {seed}");
        }
    }

    #[test]
    fn a_fan_that_goes_on_is_speech_for_the_noise_window_only() {
        let mut sound = noise(3_000, -70.0, 1);
        sound.extend(noise(5_000, -40.0, 2));
        let reports = judge(&mut Vad::default(), &sound);
        assert!(reports[310].speech, "louder than the room by 30 dB");
        assert!(reports[560..].iter().all(|report| !report.speech), "2.6 s later it is the room");
        assert!((reports[799].noise_dbfs + 40.0).abs() < 3.0, "{}", reports[799].noise_dbfs);
    }

    #[test]
    fn pauses_within_the_hangover_do_not_end_speech() {
        let mut sound = noise(4_000, -70.0, 4);
        for word in 0..6 {
            mix(&mut sound, 2_000 + word * 200, &vowel(80, -28.0));
        }
        let reports = judge(&mut Vad::default(), &sound);
        let first = reports.iter().position(|report| report.speech).unwrap();
        assert!(reports[first..308].iter().all(|report| report.speech));
        assert!(reports[310].pause_ms < 40 && !reports[340].speech);
    }

    #[test]
    fn who_speaks_for_long_stays_heard() {
        let mut sound = noise(14_000, -60.0, 5);
        // Syllables of 150 ms with dips of 70 ms for 10 s, some louder than others, as people speak.
        for syllable in 0..45 {
            let dbfs = [-26.0, -32.0, -38.0, -29.0, -35.0][syllable % 5];
            mix(&mut sound, 2_000 + syllable * 220, &vowel(150, dbfs));
        }
        let reports = judge(&mut Vad::default(), &sound);
        assert!(reports[206..1_180].iter().all(|report| report.speech));
        assert!(!reports[1_220].speech);
    }

    #[test]
    fn speech_at_the_very_beginning_is_heard() {
        let mut sound = vowel(600, -25.0);
        sound.extend(noise(1_000, -70.0, 6));
        let reports = judge(&mut Vad::default(), &sound);
        assert!(reports[5].speech);
        assert!(!reports[85].speech && reports[85].since_ms > 200);
    }

    #[test]
    fn a_microphone_of_low_gain_is_enough() {
        let mut sound = noise(4_000, -84.0, 8);
        mix(&mut sound, 2_000, &vowel(600, -58.0));
        let reports = judge(&mut Vad::default(), &sound);
        let first = reports.iter().position(|report| report.speech).unwrap();
        assert!((2_020..=2_050).contains(&((first + 1) * 10)), "decided at {}", (first + 1) * 10);
    }

    #[test]
    fn digital_silence_and_full_scale_do_not_break_it() {
        let mut vad = Vad::default();
        for _ in 0..300 {
            assert!(!vad.samples(&[0; FRAME_SAMPLES]).speech);
        }
        let report = vad.samples(&[i16::MIN; FRAME_SAMPLES]);
        assert!(report.snr_db.is_finite() && report.level.peak_dbfs.abs() < 0.01);
        vad.interrupt();
        assert!(!vad.samples(&[0; FRAME_SAMPLES]).speech);
    }
}
