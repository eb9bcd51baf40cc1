//! How much of one sound is in another: the loudspeaker's in what the microphone hears. Pure.
//!
//! A room and its devices change a sound on its way (level, tone, reverberation), but what arrives first is still the
//! same wave, a little later. The cross-correlation of the two, with all frequencies made equally strong (GCC-PHAT), has
//! a sharp peak at that delay; for two different sounds it has none, whatever they say. Unlike a comparison of
//! loudness over time this tells two people who say the same words apart.

use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex};

use super::super::SAMPLE_RATE;

/// The band in which speech is strong and loudspeakers are faithful, in Hz.
const BAND: (f32, f32) = (200.0, 6_000.0);

/// Where one sound is found in another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Peak {
    /// How many samples later it comes.
    pub lag: usize,
    /// How far the peak stands out: its height over the root mean square of all others. About 4 to 6 by chance.
    pub ratio: f32,
}

/// Compares sounds of up to a given length.
pub(super) struct Correlator {
    forward: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
    size: usize,
}

impl Correlator {
    /// For sounds of at most `longest` samples, lags included.
    pub(super) fn new(longest: usize) -> Self {
        let size = (2 * longest).next_power_of_two();
        let mut planner = RealFftPlanner::new();
        Self { forward: planner.plan_fft_forward(size), back: planner.plan_fft_inverse(size), size }
    }

    /// Looks for `played` in `heard`, at most `lags` samples later; `played` begins `lags` samples before `heard` does.
    /// None for sounds that do not fit, and for silence.
    pub(super) fn find(&self, heard: &[i16], played: &[i16], lags: usize) -> Option<Peak> {
        if heard.is_empty() || heard.len().max(played.len()) * 2 > self.size {
            return None;
        }
        let heard = self.spectrum(heard)?;
        let played = self.spectrum(played)?;
        let per_bin = SAMPLE_RATE as f32 / self.size as f32;
        let mut cross: Vec<Complex<f32>> = (heard.iter().zip(&played).enumerate())
            .map(|(bin, (heard, played))| {
                let product = heard * played.conj();
                let strength = product.norm();
                let frequency = bin as f32 * per_bin;
                let counts = strength > 0.0 && (BAND.0..BAND.1).contains(&frequency);
                if counts { product / strength } else { Complex::default() }
            })
            .collect();
        let mut correlation = self.back.make_output_vec();
        self.back.process(&mut cross, &mut correlation).ok()?;
        // Because `played` begins earlier, even the longest delay looks as if the sound came too soon: such indices count
        // back from the end.
        let at = |lag: usize| correlation[(self.size - (lags - lag)) % self.size].abs();
        let mean = (0..=lags).map(|lag| at(lag).powi(2)).sum::<f32>() / (lags + 1) as f32;
        let (lag, height) = (0..=lags).map(|lag| (lag, at(lag))).max_by(|a, b| a.1.total_cmp(&b.1))?;
        (mean > 0.0).then(|| Peak { lag, ratio: height / mean.sqrt() })
    }

    fn spectrum(&self, samples: &[i16]) -> Option<Vec<Complex<f32>>> {
        let mut padded = self.forward.make_input_vec();
        for (target, sample) in padded.iter_mut().zip(samples) {
            *target = f32::from(*sample);
        }
        let mut spectrum = self.forward.make_output_vec();
        self.forward.process(&mut padded, &mut spectrum).ok()?;
        Some(spectrum)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Noise that comes and goes like syllables.
    pub(in super::super) fn speech_like(samples: usize, seed: u64) -> Vec<i16> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut level = 0.0;
        let mut before = 0.0;
        (0..samples)
            .map(|at| {
                if at % 2_400 == 0 {
                    level = f32::from(random.u8(0..4)) * 1_500.0;
                }
                before = 0.7 * before + (random.f32() * 2.0 - 1.0) * level;
                before as i16
            })
            .collect()
    }

    /// As a loudspeaker in a bare room sounds at the microphone: late, softer, with a tail as loud as itself.
    pub(in super::super) fn through_room(sound: &[i16], delay: usize, seed: u64) -> Vec<i16> {
        let mut random = fastrand::Rng::with_seed(seed);
        let tail: Vec<f32> =
            (0..100).map(|at| (random.f32() * 2.0 - 1.0) * 0.1 * (-(at as f32) / 40.0).exp()).collect();
        let mut heard = vec![0.0; sound.len() + delay + 16 + tail.len() * 32];
        for (at, sample) in sound.iter().enumerate() {
            heard[at + delay] += f32::from(*sample) * 0.3;
            for (tap, strength) in tail.iter().enumerate() {
                heard[at + delay + 16 + tap * 32] += f32::from(*sample) * strength;
            }
        }
        heard.truncate(sound.len());
        heard.into_iter().map(|sample| (sample + (random.f32() * 2.0 - 1.0) * 30.0) as i16).collect()
    }

    #[test]
    fn a_sound_is_found_in_its_echo_and_nowhere_else() {
        let lags = 9_600;
        let correlator = Correlator::new(32_000 + lags);
        for seed in 0..10 {
            let played = speech_like(32_000, seed);
            let before = [vec![0; lags], played.clone()].concat();
            let delay = 200 + 700 * seed as usize;
            let echo = correlator.find(&through_room(&played, delay, seed), &before, lags).unwrap();
            assert_eq!(echo.lag, delay, "seed {seed}");
            assert!(echo.ratio > 10.0, "seed {seed}: {echo:?}");
            let other = correlator.find(&speech_like(32_000, 100 + seed), &before, lags).unwrap();
            assert!(other.ratio < 7.0, "seed {seed}: {other:?}");
        }
    }

    #[test]
    fn silence_and_sounds_that_do_not_fit_are_no_echo() {
        let correlator = Correlator::new(4_000);
        assert_eq!(correlator.find(&[0; 1_000], &[0; 2_000], 1_000), None);
        assert_eq!(correlator.find(&[], &[1; 2_000], 1_000), None);
        assert_eq!(correlator.find(&vec![1; 9_000], &[1; 2_000], 1_000), None);
    }
}
