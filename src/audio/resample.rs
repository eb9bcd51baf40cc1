//! Any sample rate and channel count to 16 kHz mono, as a stream.
//!
//! Channels are mixed first (one channel to resample instead of many). The resampler is band-limited:
//! what lies above 8 kHz does not fold back into speech. The output is aligned with the input: the
//! filter's delay is trimmed at the start and given back by [`Resampler::flush`] at the end, so one
//! second in is one second out.

use std::time::Duration;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, Fft, FixedAsync, FixedSync, Resampler as _, SincInterpolationParameters, SincInterpolationType,
    WindowFunction,
};

use super::SAMPLE_RATE;

/// Sample rates that can be converted, in Hz.
pub const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;
/// Most channels that can be mixed.
pub const MAX_CHANNELS: u16 = 64;

/// Beyond this block length the FFT method (whose blocks are a multiple of rate / gcd) would delay sound
/// too much, and a sinc filter takes its place. Only odd rates such as 44 101 Hz get there.
const MAX_FFT_BLOCK: Duration = Duration::from_millis(45);

/// A sample rate or channel count that cannot be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The sample rate is outside [`RATES`].
    #[error("a sample rate of {0} Hz cannot be used (4000 to 384000 Hz can)")]
    Rate(u32),
    /// No channels, or more than [`MAX_CHANNELS`].
    #[error("{0} channels cannot be used (1 to 64 can)")]
    Channels(u16),
    /// The channel to listen to does not exist.
    #[error("there is no channel {channel}: the sound has {channels} (counted from 1)")]
    NoSuchChannel {
        /// The wanted channel, counted from 1.
        channel: u16,
        /// How many there are.
        channels: u16,
    },
    /// The resampler could not be built.
    #[error("cannot convert a sample rate of {rate} Hz: {reason}")]
    Unbuildable {
        /// The input rate in Hz.
        rate: u32,
        /// What rubato says.
        reason: String,
    },
}

enum Engine {
    /// Already 16 kHz.
    Same,
    Fft(Box<Fft<f32>>),
    Sinc(Box<Async<f32>>),
}

/// Streaming conversion of interleaved samples to 16 kHz mono.
pub struct Resampler {
    rate: u32,
    target: u32,
    channels: usize,
    /// The one channel to use; all are averaged otherwise.
    only: Option<usize>,
    engine: Engine,
    /// An incomplete group of interleaved samples.
    partial: Vec<f32>,
    /// Mono samples that wait for a whole block.
    pending: Vec<f32>,
    block: Vec<f32>,
    /// Output samples still to drop: the delay of the filter.
    skip: usize,
    consumed: u64,
    produced: u64,
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resampler")
            .field("rate", &self.rate)
            .field("channels", &self.channels)
            .field("latency", &self.latency())
            .finish_non_exhaustive()
    }
}

impl Resampler {
    /// A converter from `rate` Hz and `channels` interleaved channels; all channels are averaged.
    ///
    /// # Errors
    ///
    /// [`FormatError`] for a rate outside [`RATES`] or a channel count outside 1 to [`MAX_CHANNELS`].
    pub fn new(rate: u32, channels: u16) -> Result<Self, FormatError> {
        Self::to_rate(rate, channels, SAMPLE_RATE)
    }

    /// As [`Resampler::new`] with another output rate than 16 kHz: for playback.
    pub(super) fn to_rate(rate: u32, channels: u16, target: u32) -> Result<Self, FormatError> {
        if !RATES.contains(&target) {
            return Err(FormatError::Rate(target));
        }
        if !RATES.contains(&rate) {
            return Err(FormatError::Rate(rate));
        }
        if channels == 0 || channels > MAX_CHANNELS {
            return Err(FormatError::Channels(channels));
        }
        let engine = Engine::new(rate, target)?;
        let (skip, block) = match &engine {
            Engine::Same => (0, 0),
            Engine::Fft(fft) => (fft.output_delay(), fft.output_frames_max()),
            Engine::Sinc(sinc) => (sinc.output_delay(), sinc.output_frames_max()),
        };
        Ok(Self {
            rate,
            target,
            channels: usize::from(channels),
            only: None,
            engine,
            partial: Vec::with_capacity(usize::from(channels)),
            pending: Vec::new(),
            block: vec![0.0; block],
            skip,
            consumed: 0,
            produced: 0,
        })
    }

    /// Uses only `channel` (counted from 1) instead of the average of all: for microphone arrays whose
    /// other channels carry raw or playback signals.
    ///
    /// # Errors
    ///
    /// [`FormatError::NoSuchChannel`].
    pub fn only_channel(mut self, channel: u16) -> Result<Self, FormatError> {
        let channels = u16::try_from(self.channels).unwrap_or(MAX_CHANNELS);
        if channel == 0 || channel > channels {
            return Err(FormatError::NoSuchChannel { channel, channels });
        }
        self.only = Some(usize::from(channel) - 1);
        Ok(self)
    }

    /// How long a sample takes from going in to coming out, at most: one block plus the filter's delay.
    /// 15 ms for 48 kHz and 44.1 kHz, 30 ms for 22.05 kHz, 60 ms for 11.025 kHz, 0 for 16 kHz.
    pub fn latency(&self) -> Duration {
        let (input, delay) = match &self.engine {
            Engine::Same => (0, 0),
            Engine::Fft(fft) => (fft.input_frames_max(), fft.output_delay()),
            Engine::Sinc(sinc) => (sinc.input_frames_max(), sinc.output_delay()),
        };
        Duration::from_secs_f64(input as f64 / f64::from(self.rate) + delay as f64 / f64::from(self.target))
    }

    /// How much of what went in has not come out yet.
    pub(super) fn held_back(&self) -> Duration {
        let input = self.consumed as f64 / f64::from(self.rate);
        let output = self.produced as f64 / f64::from(self.target);
        Duration::from_secs_f64((input - output).max(0.0))
    }

    /// Converts `interleaved` samples (full scale is -1 to 1) and appends the 16 kHz mono result to
    /// `out`. Chunks may be of any length; their borders leave no trace in the output.
    pub fn push(&mut self, interleaved: &[f32], out: &mut Vec<i16>) {
        let mut rest = interleaved;
        if !self.partial.is_empty() {
            let missing = (self.channels - self.partial.len()).min(rest.len());
            self.partial.extend_from_slice(&rest[..missing]);
            rest = &rest[missing..];
            if self.partial.len() < self.channels {
                return;
            }
            let mixed = mix(&self.partial, self.only);
            self.pending.push(mixed);
            self.partial.clear();
            self.consumed += 1;
        }
        let groups = rest.chunks_exact(self.channels);
        self.partial.extend_from_slice(groups.remainder());
        self.consumed += groups.len() as u64;
        let only = self.only;
        self.pending.extend(groups.map(|group| mix(group, only)));
        self.convert(out);
    }

    /// Ends the stream: appends what the filter still holds, so that the output is as long as the input.
    /// The resampler may be used for a new stream afterwards.
    pub fn flush(&mut self, out: &mut Vec<i16>) {
        let expected = self.consumed * u64::from(self.target) / u64::from(self.rate);
        let start = out.len();
        // Silence pushes the last samples out; a block more than the delay is always enough.
        let mut blocks = 0;
        while self.produced < expected && blocks < 64 {
            let before = self.produced;
            let need = self.needed().max(1);
            self.pending.resize(need.max(self.pending.len()), 0.0);
            self.convert(out);
            blocks = if self.produced > before { 0 } else { blocks + 1 };
        }
        let surplus = usize::try_from(self.produced.saturating_sub(expected)).unwrap_or(usize::MAX);
        out.truncate(out.len().saturating_sub(surplus).max(start));
        self.reset();
    }

    fn reset(&mut self) {
        match &mut self.engine {
            Engine::Same => {}
            Engine::Fft(fft) => {
                fft.reset();
                self.skip = fft.output_delay();
            }
            Engine::Sinc(sinc) => {
                sinc.reset();
                self.skip = sinc.output_delay();
            }
        }
        self.partial.clear();
        self.pending.clear();
        self.consumed = 0;
        self.produced = 0;
    }

    fn needed(&self) -> usize {
        match &self.engine {
            Engine::Same => 1,
            Engine::Fft(fft) => fft.input_frames_next(),
            Engine::Sinc(sinc) => sinc.input_frames_next(),
        }
    }

    fn convert(&mut self, out: &mut Vec<i16>) {
        let before = out.len();
        let mut used = 0;
        match &mut self.engine {
            Engine::Same => {
                out.extend(self.pending.iter().map(|&sample| to_i16(sample)));
                used = self.pending.len();
            }
            Engine::Fft(fft) => {
                while self.pending.len() - used >= fft.input_frames_next() {
                    used += step(fft.as_mut(), &self.pending[used..], &mut self.block, &mut self.skip, out);
                }
            }
            Engine::Sinc(sinc) => {
                while self.pending.len() - used >= sinc.input_frames_next() {
                    used += step(sinc.as_mut(), &self.pending[used..], &mut self.block, &mut self.skip, out);
                }
            }
        }
        self.pending.drain(..used);
        self.produced += (out.len() - before) as u64;
    }
}

impl Engine {
    fn new(rate: u32, target: u32) -> Result<Self, FormatError> {
        if rate == target {
            return Ok(Self::Same);
        }
        let unbuildable = |error: rubato::ResamplerConstructionError| FormatError::Unbuildable {
            rate,
            reason: error.to_string(),
        };
        let shortest = f64::from(rate / gcd(rate, target)) / f64::from(rate);
        if shortest <= MAX_FFT_BLOCK.as_secs_f64() {
            let chunk = (rate / 100) as usize;
            let fft = Fft::new(rate as usize, target as usize, chunk, 1, FixedSync::Both);
            return Ok(Self::Fft(Box::new(fft.map_err(unbuildable)?)));
        }
        // The filter is as long in time at every rate, so its edge at 8 kHz is as steep at every rate.
        let length = 128 * rate.div_ceil(target) as usize;
        let mut parameters = SincInterpolationParameters::new(length, WindowFunction::BlackmanHarris2);
        parameters.interpolation = SincInterpolationType::Linear;
        parameters.oversampling_factor = 256;
        let ratio = f64::from(target) / f64::from(rate);
        let chunk = (rate / 100) as usize;
        let sinc = Async::new_sinc(ratio, 1.0, &parameters, chunk, 1, FixedAsync::Input);
        Ok(Self::Sinc(Box::new(sinc.map_err(unbuildable)?)))
    }
}

/// Converts one block and returns how many input samples it used.
fn step(
    engine: &mut impl rubato::Resampler<f32>,
    pending: &[f32],
    block: &mut [f32],
    skip: &mut usize,
    out: &mut Vec<i16>,
) -> usize {
    let (need, room) = (engine.input_frames_next(), block.len());
    let result = match (
        InterleavedSlice::new(&pending[..need], 1, need),
        InterleavedSlice::new_mut(&mut *block, 1, room),
    ) {
        (Ok(input), Ok(mut output)) => engine.process_into_buffer(&input, &mut output, None),
        // Both sizes are the resampler's own, so neither this nor an error of the conversion can happen;
        // a stream must go on all the same.
        _ => return need,
    };
    let Ok((_, made)) = result else { return need };
    let dropped = made.min(*skip);
    *skip -= dropped;
    out.extend(block[dropped..made].iter().map(|&sample| to_i16(sample)));
    need
}

fn mix(group: &[f32], only: Option<usize>) -> f32 {
    let mixed = match only {
        Some(channel) => group.get(channel).copied().unwrap_or(0.0),
        None => group.iter().sum::<f32>() / group.len() as f32,
    };
    // One NaN from a broken driver would silence a whole FFT block, infinity even more.
    if mixed.is_finite() { mixed.clamp(-4.0, 4.0) } else { 0.0 }
}

/// Full scale 1.0 to 16 bits; louder sound is clipped.
pub(super) fn to_i16(sample: f32) -> i16 {
    (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    const ALL_RATES: [u32; 15] = [
        8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000,
        176_400, 192_000, 44_101,
    ];

    fn tone(rate: u32, hertz: f64, seconds: f64) -> Vec<f32> {
        let count = (f64::from(rate) * seconds) as usize;
        (0..count).map(|i| (0.5 * (TAU * hertz * i as f64 / f64::from(rate)).sin()) as f32).collect()
    }

    fn convert(rate: u32, channels: u16, samples: &[f32], chunk: usize) -> Vec<i16> {
        let mut resampler = Resampler::new(rate, channels).unwrap();
        let mut out = Vec::new();
        for piece in samples.chunks(chunk) {
            resampler.push(piece, &mut out);
        }
        resampler.flush(&mut out);
        out
    }

    /// Level in dB relative to the tone that went in, without the first and last 0.1 s.
    fn gain(out: &[i16]) -> f64 {
        let middle = &out[1_600..out.len() - 1_600];
        let power =
            middle.iter().map(|&s| (f64::from(s) / 32768.0).powi(2)).sum::<f64>() / middle.len() as f64;
        10.0 * (power / 0.125).log10()
    }

    #[test]
    fn a_tone_of_1_khz_keeps_its_level_and_time_at_every_rate() {
        for rate in ALL_RATES {
            let out = convert(rate, 1, &tone(rate, 1_000.0, 1.0), 480);
            assert!((15_999..=16_000).contains(&out.len()), "{rate}: {}", out.len());
            assert!(gain(&out).abs() < 0.1, "{rate}: {} dB", gain(&out));
            let expected = tone(16_000, 1_000.0, 1.0);
            let worst = out[1_600..14_400]
                .iter()
                .zip(&expected[1_600..14_400])
                .map(|(&a, &b)| (f32::from(a) / 32768.0 - b).abs())
                .fold(0.0, f32::max);
            // One sample of delay would be 0.196; filters of odd length leave up to 0.75 samples.
            assert!(worst < 0.15, "{rate}: off by {worst}");
        }
    }

    #[test]
    fn speech_band_is_flat_at_every_rate_that_has_it() {
        for rate in ALL_RATES {
            for hertz in [100.0, 300.0, 3_400.0, 6_500.0] {
                if hertz < f64::from(rate) * 0.42 {
                    let level = gain(&convert(rate, 1, &tone(rate, hertz, 1.0), 480));
                    assert!(level.abs() < 0.1, "{rate} Hz, tone of {hertz} Hz: {level} dB");
                }
            }
        }
    }

    #[test]
    fn tones_above_8_khz_do_not_fold_back() {
        for rate in ALL_RATES {
            for hertz in [8_600.0, 9_000.0, 10_000.0, 12_000.0, 15_000.0, 20_000.0] {
                if hertz < f64::from(rate) / 2.0 && rate != 16_000 {
                    let level = gain(&convert(rate, 1, &tone(rate, hertz, 1.0), 480));
                    assert!(level < -60.0, "{rate} Hz, tone of {hertz} Hz: {level} dB");
                }
            }
        }
    }

    #[test]
    fn chunks_of_any_length_give_the_same_samples() {
        for (rate, channels) in [(48_000, 2), (44_100, 1), (16_000, 3), (11_025, 2), (44_101, 1)] {
            let samples: Vec<f32> =
                (0..rate as usize / 2).map(|i| ((i * i) as f32 * 0.01).sin() * 0.3).collect();
            let whole = convert(rate, channels, &samples, usize::MAX);
            for chunk in [1, 7, 160, 441, 1_024] {
                assert!(convert(rate, channels, &samples, chunk) == whole, "{rate} Hz in chunks of {chunk}");
            }
        }
    }

    #[test]
    fn channels_are_averaged_or_picked() {
        let interleaved: Vec<f32> = (0..16_000 * 4).map(|i| [0.4, 0.2, -0.2, 0.0][i % 4]).collect();
        let out = convert(16_000, 4, &interleaved, 999);
        assert!(out.iter().all(|&s| (f32::from(s) / 32768.0 - 0.1).abs() < 0.001));

        let mut second = Resampler::new(16_000, 4).unwrap().only_channel(2).unwrap();
        let mut out = Vec::new();
        second.push(&interleaved, &mut out);
        assert!(out.iter().all(|&s| (f32::from(s) / 32768.0 - 0.2).abs() < 0.001));
        assert_eq!(
            Resampler::new(16_000, 4).unwrap().only_channel(5).unwrap_err().to_string(),
            "there is no channel 5: the sound has 4 (counted from 1)"
        );
    }

    #[test]
    fn broken_samples_do_not_outlive_their_moment() {
        let mut samples = tone(48_000, 1_000.0, 1.0);
        samples[100] = f32::NAN;
        samples[200] = f32::INFINITY;
        let out = convert(48_000, 1, &samples, 480);
        assert!(gain(&out).abs() < 0.1);
    }

    #[test]
    fn too_loud_sound_is_clipped_not_wrapped() {
        let out = convert(16_000, 1, &[1.5, -1.5, 1.0, -1.0], 4);
        assert_eq!(out, [32_767, -32_768, 32_767, -32_768]);
    }

    #[test]
    fn latency_is_as_documented() {
        for (rate, most) in
            [(48_000, 15), (44_100, 15), (22_050, 30), (11_025, 60), (16_000, 0), (192_000, 15)]
        {
            let latency = Resampler::new(rate, 1).unwrap().latency();
            assert!(latency <= Duration::from_millis(most), "{rate}: {latency:?}");
        }
        // The odd rate takes the other engine: no second-long blocks.
        assert!(Resampler::new(44_101, 1).unwrap().latency() < Duration::from_millis(20));
    }

    #[test]
    fn impossible_formats_are_refused() {
        assert_eq!(Resampler::new(0, 1).unwrap_err(), FormatError::Rate(0));
        assert_eq!(Resampler::new(4_000_000_000, 1).unwrap_err(), FormatError::Rate(4_000_000_000));
        assert_eq!(Resampler::new(48_000, 0).unwrap_err(), FormatError::Channels(0));
    }
}
