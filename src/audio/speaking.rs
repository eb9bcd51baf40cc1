//! When heyroom itself made sound, so that the microphone's frames of that time are not recognised.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Frame;

/// How many past sounds are remembered: more than a recogniser can lag behind.
const REMEMBERED: usize = 32;

/// Shared knowledge of when heyroom was heard. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Speaking {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    tail: Duration,
    /// Whether there ever was a sound: spares the lock in rooms without a speaker.
    ever: AtomicBool,
    sounds: Mutex<VecDeque<Sound>>,
}

#[derive(Debug, Clone, Copy)]
struct Sound {
    from: Instant,
    /// An earcon, not a reply.
    signal: bool,
    /// `None` while it sounds.
    to: Option<Instant>,
}

impl Speaking {
    /// Nothing said yet. A sound counts for `tail` longer than it was handed to the device, for the
    /// device's own buffer and the echo of the room.
    pub fn new(tail: Duration) -> Self {
        Self { shared: Arc::new(Shared { tail, ever: AtomicBool::new(false), sounds: Mutex::default() }) }
    }

    /// Whether a frame holds heyroom's own sound: captured from its beginning to its end plus tail.
    pub fn covers(&self, frame: &Frame) -> bool {
        self.between(frame.captured, frame.end())
    }

    /// Whether heyroom is heard at this moment.
    pub fn now(&self) -> bool {
        let now = Instant::now();
        self.between(now, now)
    }

    /// Whether heyroom was heard at some moment from `from` to `to`.
    pub fn between(&self, from: Instant, to: Instant) -> bool {
        if !self.shared.ever.load(Ordering::Acquire) {
            return false;
        }
        let sounds = self.shared.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        sounds
            .iter()
            .any(|sound| sound.from <= to && sound.to.is_none_or(|end| end + self.shared.tail >= from))
    }

    /// Whether an earcon, not a reply, was heard at this moment.
    pub fn signals(&self, at: Instant) -> bool {
        if !self.shared.ever.load(Ordering::Acquire) {
            return false;
        }
        let sounds = self.shared.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        let covers =
            |sound: &Sound| sound.from <= at && sound.to.is_none_or(|end| end + self.shared.tail >= at);
        sounds.iter().any(|sound| sound.signal && covers(sound))
    }

    /// A sound begins now: an earcon (`signal`) or a reply. It ends when the guard is dropped.
    pub fn begin(&self, signal: bool) -> SpeakingGuard {
        let from = Instant::now();
        let mut sounds = self.shared.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        if sounds.len() >= REMEMBERED {
            sounds.pop_front();
        }
        sounds.push_back(Sound { from, signal, to: None });
        self.shared.ever.store(true, Ordering::Release);
        SpeakingGuard { speaking: self.clone(), from }
    }
}

/// A sound that is being made.
#[derive(Debug)]
pub struct SpeakingGuard {
    speaking: Speaking,
    from: Instant,
}

impl Drop for SpeakingGuard {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut sounds = self.speaking.shared.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = sounds.iter_mut().rev().find(|sound| sound.from == self.from && sound.to.is_none());
        if let Some(sound) = mine {
            sound.to = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::FRAME_SAMPLES;

    fn frame(captured: Instant) -> Frame {
        Frame { index: 0, captured, samples: [0; FRAME_SAMPLES] }
    }

    #[test]
    fn frames_are_covered_from_the_first_sample_to_the_tail() {
        let tail = Duration::from_millis(200);
        let speaking = Speaking::new(tail);
        let before = Instant::now();
        assert!(!speaking.now());
        let guard = speaking.begin(true);
        let start = guard.from;
        assert!(speaking.now());
        assert!(speaking.covers(&frame(start + Duration::from_secs(60))), "it still sounds");
        drop(guard);
        let end = Instant::now();
        assert!(!speaking.covers(&frame(before.checked_sub(Duration::from_millis(20)).unwrap())));
        assert!(speaking.covers(&frame(start)));
        assert!(speaking.covers(&frame(start + tail)));
        assert!(speaking.signals(start + tail) && !speaking.signals(end + tail + Duration::from_millis(1)));
        assert!(!speaking.covers(&frame(end + tail + Duration::from_millis(1))));
        // Both sounds of a queue are remembered, for a recogniser that lags behind.
        drop(speaking.begin(false));
        assert!(speaking.covers(&frame(start)));
        let reply = Speaking::new(tail);
        let _guard = reply.begin(false);
        assert!(reply.now() && !reply.signals(Instant::now()));
    }
}
