//! The unit that hearing works with: 10 ms of 16 kHz mono sound and when it was captured.

use std::time::{Duration, Instant};

/// Samples per second of everything after capture.
pub const SAMPLE_RATE: u32 = 16_000;

/// Samples in one [`Frame`].
pub const FRAME_SAMPLES: usize = 160;

/// Length of one [`Frame`].
pub const FRAME_DURATION: Duration = Duration::from_millis(10);

/// 10 ms of 16 kHz mono sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Number of samples that the source delivered before this frame. Runs on over lost sound: what was
    /// lost is told by [`AudioEvent`](super::AudioEvent), not by a jump of the index.
    pub index: u64,
    /// When the first sample was captured.
    pub captured: Instant,
    /// The samples.
    pub samples: [i16; FRAME_SAMPLES],
}

impl Frame {
    /// When the last sample had been captured.
    pub fn end(&self) -> Instant {
        self.captured + FRAME_DURATION
    }
}

/// The length of `samples` 16 kHz samples.
pub fn duration_of(samples: u64) -> Duration {
    Duration::from_nanos(samples.saturating_mul(1_000_000_000 / u64::from(SAMPLE_RATE)))
}

/// Cuts a stream of 16 kHz samples into frames.
#[derive(Debug, Default)]
pub(super) struct Framer {
    pending: Vec<i16>,
    index: u64,
}

impl Framer {
    /// The buffer that the next samples go to; follow with [`Framer::take`].
    pub(super) fn input(&mut self) -> &mut Vec<i16> {
        &mut self.pending
    }

    /// Samples that wait for their frame to fill up.
    pub(super) fn waiting(&self) -> usize {
        self.pending.len()
    }

    /// Takes the whole frames; `newest` is the capture time of the end of the last sample put in.
    pub(super) fn take(&mut self, newest: Instant) -> Vec<Frame> {
        let oldest = newest.checked_sub(duration_of(self.pending.len() as u64)).unwrap_or(newest);
        let (whole, _) = self.pending.as_chunks::<FRAME_SAMPLES>();
        let frames: Vec<Frame> = whole
            .iter()
            .zip(0u32..)
            .map(|(samples, number)| Frame {
                index: self.index + u64::from(number) * FRAME_SAMPLES as u64,
                captured: oldest + FRAME_DURATION * number,
                samples: *samples,
            })
            .collect();
        let used = frames.len() * FRAME_SAMPLES;
        self.index += used as u64;
        self.pending.drain(..used);
        frames
    }

    /// Fills the last frame up with silence, so that no sample of the stream is held back.
    pub(super) fn pad(&mut self) {
        let whole = self.pending.len().next_multiple_of(FRAME_SAMPLES);
        self.pending.resize(whole, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_carry_the_time_of_their_first_sample() {
        let mut framer = Framer::default();
        framer.input().extend(0..400);
        let newest = Instant::now() + Duration::from_secs(5);
        let frames = framer.take(newest);
        assert_eq!(frames.len(), 2);
        assert_eq!(frames[0].captured, newest - Duration::from_millis(25));
        assert_eq!(frames[1].captured, newest - Duration::from_millis(15));
        assert_eq!((frames[1].index, frames[1].samples[0]), (160, 160));
        assert_eq!(framer.waiting(), 80);

        framer.pad();
        let last = framer.take(newest);
        assert_eq!(last.len(), 1);
        assert_eq!((last[0].index, last[0].samples[79], last[0].samples[80]), (320, 399, 0));
    }
}
