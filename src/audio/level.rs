//! How loud sound is, in dB relative to full scale (dBFS).

/// The level of digital silence: nothing is reported below it.
pub const SILENCE_DBFS: f32 = -96.0;

/// The level of a stretch of sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Root mean square in dBFS: a full-scale square wave is 0, a full-scale sine -3.
    pub rms_dbfs: f32,
    /// The loudest sample in dBFS.
    pub peak_dbfs: f32,
}

impl Level {
    /// The level of digital silence.
    pub const SILENCE: Self = Self { rms_dbfs: SILENCE_DBFS, peak_dbfs: SILENCE_DBFS };

    /// Measures `samples`; none at all are silence.
    pub fn of(samples: &[i16]) -> Self {
        if samples.is_empty() {
            return Self::SILENCE;
        }
        let full = 32_768.0;
        let power =
            samples.iter().map(|&s| (f64::from(s) / full).powi(2)).sum::<f64>() / samples.len() as f64;
        let peak = samples.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
        Self {
            rms_dbfs: power_dbfs(power as f32),
            peak_dbfs: power_dbfs((f32::from(peak) / 32_768.0).powi(2)),
        }
    }
}

/// Power (1 is full scale) in dBFS.
pub(super) fn power_dbfs(power: f32) -> f32 {
    if power > 0.0 { (10.0 * power.log10()).max(SILENCE_DBFS) } else { SILENCE_DBFS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_signals_have_known_levels() {
        assert_eq!(Level::of(&[]), Level::SILENCE);
        assert_eq!(Level::of(&[0; 160]), Level::SILENCE);
        let square = Level::of(&[i16::MIN; 160]);
        assert!(square.rms_dbfs.abs() < 0.001 && square.peak_dbfs.abs() < 0.001);
        let sine: Vec<i16> =
            (0..1_600).map(|i| (3_276.8 * (std::f32::consts::TAU * i as f32 / 16.0).sin()) as i16).collect();
        let level = Level::of(&sine);
        assert!((level.rms_dbfs + 23.0).abs() < 0.1, "{level:?}");
        assert!((level.peak_dbfs + 20.0).abs() < 0.1, "{level:?}");
    }
}
