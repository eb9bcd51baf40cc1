//! Takes heyroom's own voice out of what the microphone hears, so that somebody who speaks over it is understood: the
//! echo canceller AEC3 of WebRTC, in the crate `sonora-aec3`.

use std::collections::VecDeque;
use std::fmt;

use sonora_aec3::{block::Block, block_processor::BlockProcessor, config::EchoCanceller3Config};

use crate::audio::{FRAME_SAMPLES, Frame, SAMPLE_RATE};

/// AEC3 works on blocks of 4 ms.
const BLOCK: usize = 64;
/// What a frame of 10 ms leaves over of a block at most: so much later (2 ms) comes what goes out.
const LEFT_OVER: usize = FRAME_SAMPLES % BLOCK;

/// An echo canceller for one microphone. It learns the way of the sound through the room while heyroom speaks, and
/// remembers it.
pub struct EchoCanceller {
    processor: BlockProcessor,
    played: Vec<f32>,
    heard: Vec<f32>,
    cleaned: VecDeque<f32>,
}

impl fmt::Debug for EchoCanceller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EchoCanceller").finish_non_exhaustive()
    }
}

impl Default for EchoCanceller {
    fn default() -> Self {
        let mut config = EchoCanceller3Config::default();
        // Made for telephone calls, it spares nobody who speaks in the first seconds. Here people do, and a remnant of the echo
        // does less harm than a word that is lost: a recogniser listens, and it knows what heyroom says.
        config.filter.initial_state_seconds = 0.5;
        config.ep_strength.default_gain = 0.1;
        config.suppressor.normal_tuning = config.suppressor.nearend_tuning.clone();
        let mut new = Self {
            processor: BlockProcessor::new(&config, SAMPLE_RATE as usize, 1, 1),
            played: Vec::with_capacity(FRAME_SAMPLES + BLOCK),
            heard: Vec::with_capacity(FRAME_SAMPLES + BLOCK),
            cleaned: VecDeque::with_capacity(FRAME_SAMPLES + BLOCK),
        };
        new.pause();
        new
    }
}

impl EchoCanceller {
    /// What is left of `frame` without what was played: `played` is what was handed to the loudspeaker when the frame was
    /// captured. Its echo may come up to half a second later, and that time should not vary.
    pub fn clean(&mut self, frame: &Frame, played: &[i16; FRAME_SAMPLES]) -> Frame {
        self.played.extend(played.iter().map(|sample| f32::from(*sample)));
        self.heard.extend(frame.samples.iter().map(|sample| f32::from(*sample)));
        let whole = self.heard.len() / BLOCK * BLOCK;
        for (played, heard) in self.played[..whole].chunks(BLOCK).zip(self.heard[..whole].chunks(BLOCK)) {
            let (mut render, mut capture) = (Block::new(1, 1), Block::new(1, 1));
            render.view_mut(0, 0).copy_from_slice(played);
            capture.view_mut(0, 0).copy_from_slice(heard);
            self.processor.buffer_render(&render);
            let saturated = heard.iter().any(|sample| sample.abs() >= 32_700.0);
            self.processor.process_capture(false, saturated, None, &mut capture);
            self.cleaned.extend(capture.view(0, 0));
        }
        self.played.drain(..whole);
        self.heard.drain(..whole);
        let mut samples = [0; FRAME_SAMPLES];
        for (sample, cleaned) in samples.iter_mut().zip(self.cleaned.drain(..FRAME_SAMPLES)) {
            *sample = cleaned.round().clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16;
        }
        Frame { samples, ..frame.clone() }
    }

    /// Nothing is played for a while: what was learnt stays.
    pub fn pause(&mut self) {
        self.played.clear();
        self.heard.clear();
        self.cleaned.clear();
        self.cleaned.extend([0.0; LEFT_OVER]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::loudspeaker::echo::tests::{speech_like, through_room};
    use std::time::Instant;

    fn power(samples: &[i16]) -> f64 {
        samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64
    }

    fn clean(canceller: &mut EchoCanceller, heard: &[i16], played: &[i16]) -> Vec<i16> {
        let frames = heard.as_chunks::<FRAME_SAMPLES>().0.iter().zip(played.as_chunks::<FRAME_SAMPLES>().0);
        let frame =
            |samples: &[i16; FRAME_SAMPLES]| Frame { index: 0, captured: Instant::now(), samples: *samples };
        frames.flat_map(|(heard, played)| canceller.clean(&frame(heard), played).samples).collect()
    }

    #[test]
    fn its_own_voice_is_taken_out_and_another_one_stays() {
        let mut canceller = EchoCanceller::default();
        let second = SAMPLE_RATE as usize;
        let played = speech_like(6 * second, 5);
        // 60 ms later, through a room.
        let mut echo = vec![0; 960];
        echo.extend(through_room(&played, 0, 5));
        echo.truncate(played.len());
        let cleaned = clean(&mut canceller, &echo, &played);
        let (before, after) = (power(&echo[4 * second..]), power(&cleaned[4 * second..]));
        assert!(after * 100.0 < before, "{after} is left of {before}: less than 20 dB went");
        canceller.pause();
        let other = speech_like(2 * second, 77);
        let both: Vec<i16> =
            echo[..2 * second].iter().zip(&other).map(|(e, o)| (e / 4).saturating_add(*o)).collect();
        let quarter: Vec<i16> = played.iter().map(|sample| sample / 4).collect();
        let cleaned = clean(&mut canceller, &both, &quarter[..2 * second]);
        let kept = power(&cleaned[second..]) / power(&other[second..]);
        assert!(kept > 0.2, "{kept} of another voice is left");
    }

    #[test]
    fn where_nothing_is_played_everything_stays() {
        let mut canceller = EchoCanceller::default();
        let other = speech_like(16_000, 3);
        let cleaned = clean(&mut canceller, &other, &vec![0; 16_000]);
        let kept = power(&cleaned) / power(&other);
        assert!(kept > 0.8, "{kept}");
    }
}
