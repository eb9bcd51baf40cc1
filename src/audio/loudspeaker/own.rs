//! What heyroom itself plays, sample by sample, for whoever hears it again through the microphone. The device's callback
//! writes, the ear reads; neither waits for the other.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::audio::{FRAME_SAMPLES, Resampler, SAMPLE_RATE};

/// How much may be written before it is read: longer than an ear lags behind.
const ROOM: Duration = Duration::from_secs(2);
/// Whoever has not read for so long (in privacy, say) goes on with what is played now.
const TOO_LATE: Duration = Duration::from_millis(300);
/// Sounds that nobody has read yet; older ones are of no more use.
const KEPT: usize = 8;

/// The sounds that heyroom plays. Cloning shares them.
#[derive(Clone, Default)]
pub struct OwnSound {
    sounds: Arc<Mutex<VecDeque<Sound>>>,
}

impl fmt::Debug for OwnSound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnSound").finish_non_exhaustive()
    }
}

/// One of them, on its way from the device's callback.
struct Sound {
    written: rtrb::Consumer<f32>,
    began: Arc<Began>,
    resampler: Resampler,
    /// At 16 kHz, to be read next.
    ready: VecDeque<i16>,
    /// How many samples at 16 kHz were read.
    read: usize,
}

/// When the device took the first sample.
struct Began {
    made: Instant,
    /// Nanoseconds after `made`, plus one; 0 until then.
    after: AtomicU64,
}

impl Began {
    fn now(&self) {
        let after = u64::try_from(self.made.elapsed().as_nanos()).unwrap_or(u64::MAX - 1);
        self.after.store(after + 1, Ordering::Release);
    }

    fn at(&self) -> Option<Instant> {
        let after = self.after.load(Ordering::Acquire).checked_sub(1)?;
        Some(self.made + Duration::from_nanos(after))
    }
}

/// Where the device's callback writes what it plays: it neither waits nor allocates.
pub(in crate::audio) struct Tap {
    written: rtrb::Producer<f32>,
    began: Arc<Began>,
    begun: bool,
}

impl Tap {
    /// The next sample that is played, as loud as it is played.
    pub(in crate::audio) fn write(&mut self, sample: f32) {
        if !std::mem::replace(&mut self.begun, true) {
            self.began.now();
        }
        // A reader that is too late loses it.
        let _ = self.written.push(sample);
    }
}

impl OwnSound {
    /// A new sound is about to be played, at this rate in Hz. None where that is no rate of a sound.
    pub(in crate::audio) fn tap(&self, rate: u32) -> Option<Tap> {
        let resampler = Resampler::new(rate, 1).ok()?;
        let room = (f64::from(rate) * ROOM.as_secs_f64()) as usize;
        let (written, reader) = rtrb::RingBuffer::new(room);
        let began = Arc::new(Began { made: Instant::now(), after: AtomicU64::new(0) });
        let mut sounds = self.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        if sounds.len() >= KEPT {
            sounds.pop_front();
        }
        let ready = VecDeque::new();
        sounds.push_back(Sound { written: reader, began: Arc::clone(&began), resampler, ready, read: 0 });
        Some(Tap { written, began, begun: false })
    }

    /// The 10 ms that were handed to the device from `at` on, at 16 kHz; silence where nothing was.
    pub fn next(&self, at: Instant) -> [i16; FRAME_SAMPLES] {
        let mut sounds = self.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(sound) = sounds.front_mut() {
            if let Some(samples) = sound.next(at) {
                return samples;
            }
            sounds.pop_front();
        }
        [0; FRAME_SAMPLES]
    }
}

impl Sound {
    /// None if it is over.
    fn next(&mut self, at: Instant) -> Option<[i16; FRAME_SAMPLES]> {
        let mut samples = [0; FRAME_SAMPLES];
        let ended = self.written.is_abandoned();
        if let Ok(chunk) = self.written.read_chunk(self.written.slots()) {
            let (one, other) = chunk.as_slices();
            let mut resampled = Vec::new();
            self.resampler.push(one, &mut resampled);
            self.resampler.push(other, &mut resampled);
            chunk.commit_all();
            self.ready.extend(resampled);
        }
        let Some(began) = self.began.at().filter(|began| *began <= at) else {
            // It may have been stopped before it began.
            return (!ended || !self.ready.is_empty()).then_some(samples);
        };
        let due = ((at - began).as_secs_f64() * f64::from(SAMPLE_RATE)) as usize;
        let late = due.saturating_sub(self.read);
        if late > (TOO_LATE.as_secs_f64() * f64::from(SAMPLE_RATE)) as usize {
            let lost = late.min(self.ready.len());
            self.ready.drain(..lost);
            self.read += lost;
        }
        if ended && self.ready.is_empty() {
            return None;
        }
        let known = self.ready.len().min(FRAME_SAMPLES);
        for (sample, ready) in samples.iter_mut().zip(self.ready.drain(..known)) {
            *sample = ready;
        }
        self.read += known;
        Some(samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_played_is_read_at_its_time() {
        let own = OwnSound::default();
        let mut tap = own.tap(16_000).unwrap();
        let before = Instant::now();
        assert_eq!(own.next(before), [0; FRAME_SAMPLES]);
        for _ in 0..480 {
            tap.write(0.5);
        }
        assert_eq!(own.next(before), [0; FRAME_SAMPLES], "it had not begun then");
        let began = Instant::now();
        let half = 16_384;
        let near = |samples: [i16; FRAME_SAMPLES]| samples.iter().all(|s| (i32::from(*s) - half).abs() < 400);
        assert!(near(own.next(began)));
        assert!(near(own.next(began + Duration::from_millis(10))));
        drop(tap);
        own.next(began + Duration::from_millis(20));
        assert_eq!(own.next(began + Duration::from_millis(30)), [0; FRAME_SAMPLES], "it is over");
    }

    #[test]
    fn whoever_was_away_goes_on_with_the_present() {
        let own = OwnSound::default();
        let mut tap = own.tap(16_000).unwrap();
        for sample in 0..16_000 {
            tap.write(if sample < 15_000 { 0.1 } else { 0.9 });
        }
        let later = own.next(Instant::now() + Duration::from_millis(970));
        assert!(later[FRAME_SAMPLES / 2] > 28_000, "{later:?}");
        // And a sound that nobody read is gone when the next one plays.
        drop(tap);
        let mut tap = own.tap(16_000).unwrap();
        (0..400).for_each(|_| tap.write(-0.5));
        let next = own.next(Instant::now() + Duration::from_secs(2));
        assert!(next.iter().all(|sample| *sample <= 0), "{next:?}");
    }

    #[test]
    fn a_sound_that_never_began_is_forgotten() {
        let own = OwnSound::default();
        drop(own.tap(48_000).unwrap());
        let mut tap = own.tap(16_000).unwrap();
        (0..800).for_each(|_| tap.write(0.5));
        assert!(own.next(Instant::now())[100] > 10_000);
    }
}
