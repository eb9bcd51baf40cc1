//! A finished piece of sound to play: an earcon, a spoken reply.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use super::resample::to_i16;
use super::{FormatError, RATES, Resampler, WavReader};

/// Mono sound of 16 bits. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcm {
    rate: u32,
    samples: Arc<[i16]>,
}

/// Sound that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PcmError {
    /// The WAV data is broken.
    #[error(transparent)]
    Wav(#[from] std::io::Error),
    /// The sample rate is none.
    #[error(transparent)]
    Format(#[from] FormatError),
}

impl Pcm {
    /// `samples` at `rate` Hz.
    ///
    /// # Errors
    ///
    /// [`FormatError::Rate`] for a rate outside [`RATES`].
    pub fn new(rate: u32, samples: Vec<i16>) -> Result<Self, FormatError> {
        if RATES.contains(&rate) {
            Ok(Self { rate, samples: samples.into() })
        } else {
            Err(FormatError::Rate(rate))
        }
    }

    /// Reads WAV data; channels are averaged.
    ///
    /// # Errors
    ///
    /// [`PcmError`] for data that is no WAV file that heyroom reads.
    pub fn from_wav(wav: impl Read) -> Result<Self, PcmError> {
        let mut reader = WavReader::new(wav)?;
        let channels = usize::from(reader.format().channels);
        let samples = reader.read_to_end()?;
        let mono =
            samples.chunks_exact(channels).map(|group| to_i16(group.iter().sum::<f32>() / channels as f32));
        Ok(Self::new(reader.format().rate, mono.collect())?)
    }

    /// Samples per second.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// The samples.
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// How long it plays.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(self.rate))
    }

    /// The same sound at another sample rate, band-limited.
    ///
    /// # Errors
    ///
    /// [`FormatError`] when `rate` cannot be reached.
    pub fn to_rate(&self, rate: u32) -> Result<Self, FormatError> {
        if rate == self.rate {
            return Ok(self.clone());
        }
        let mut resampler = Resampler::to_rate(self.rate, 1, rate)?;
        let mut out = Vec::new();
        let samples: Vec<f32> = self.samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
        resampler.push(&samples, &mut out);
        resampler.flush(&mut out);
        Ok(Self { rate, samples: out.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_rate_keeps_pitch_and_length() {
        let tone = |rate: u32| -> Vec<i16> {
            let step = std::f32::consts::TAU * 500.0 / rate as f32;
            (0..rate).map(|i| (8_000.0 * (step * i as f32).sin()) as i16).collect()
        };
        let pcm = Pcm::new(22_050, tone(22_050)).unwrap().to_rate(48_000).unwrap();
        assert_eq!((pcm.rate(), pcm.duration()), (48_000, Duration::from_secs(1)));
        let worst = pcm.samples()[2_000..46_000]
            .iter()
            .zip(&tone(48_000)[2_000..46_000])
            .map(|(a, b)| a.abs_diff(*b))
            .max();
        assert!(worst < Some(300), "{worst:?}");
    }
}
