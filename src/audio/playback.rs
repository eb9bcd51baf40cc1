//! The end of a sound, awaited by its player's user; and the sound as rodio pulls it.

use std::num::NonZero;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::{Pcm, loudspeaker::Tap};

/// How a sound ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Played {
    /// It was played to its end.
    Whole,
    /// It was stopped, or dropped from the queue.
    Stopped,
    /// Nobody could hear it: there is no speaker, or the player is silent.
    Unheard,
}

/// A sound on its way; a future of its end. Dropping it lets the sound play on.
#[derive(Debug)]
pub struct Playback {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    ended: Mutex<(Option<Played>, Option<Waker>)>,
    changed: Condvar,
}

/// The player's side of a [`Playback`]. Dropping it unheard ends the sound as [`Played::Stopped`].
#[derive(Debug)]
pub(super) struct Ender(Arc<State>);

impl Playback {
    pub(super) fn new() -> (Ender, Self) {
        let state = Arc::new(State::default());
        (Ender(Arc::clone(&state)), Self { state })
    }

    /// Blocks this thread until the sound ended; asynchronous code awaits the [`Playback`] itself.
    pub fn wait(self) -> Played {
        let mut ended = self.state.ended.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match ended.0 {
                Some(played) => return played,
                None => ended = self.state.changed.wait(ended).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

impl Future for Playback {
    type Output = Played;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Played> {
        let mut ended = self.state.ended.lock().unwrap_or_else(PoisonError::into_inner);
        match ended.0 {
            Some(played) => Poll::Ready(played),
            None => {
                ended.1 = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Ender {
    pub(super) fn end(self, played: Played) {
        self.set(played);
    }

    fn set(&self, played: Played) {
        let mut ended = self.0.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.0.is_none() {
            ended.0 = Some(played);
            if let Some(waker) = ended.1.take() {
                waker.wake();
            }
            self.0.changed.notify_all();
        }
    }
}

impl Drop for Ender {
    fn drop(&mut self) {
        self.set(Played::Stopped);
    }
}

/// How far a sound is, shared with the device's callback.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) position: AtomicUsize,
    pub(super) ended: AtomicBool,
    pub(super) stop: AtomicBool,
}

/// Loudness from 0 to 1, shared with the device's callback.
#[derive(Debug, Clone)]
pub(super) struct Volume {
    set: Arc<AtomicU32>,
    ducked: Arc<AtomicBool>,
}

/// What is left of the loudness while ducked: 14 dB less, so that somebody who speaks over it is heard.
const DUCKED: f32 = 0.2;

impl Volume {
    pub(super) fn new(volume: f32) -> Self {
        let new = Self { set: Arc::default(), ducked: Arc::default() };
        new.set(volume);
        new
    }

    pub(super) fn set(&self, volume: f32) {
        let volume = if volume.is_finite() { volume.clamp(0.0, 1.0) } else { 1.0 };
        self.set.store(volume.to_bits(), Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> f32 {
        f32::from_bits(self.set.load(Ordering::Relaxed))
    }

    pub(super) fn duck(&self, ducked: bool) {
        self.ducked.store(ducked, Ordering::Relaxed);
    }

    /// How loud it is at the moment.
    fn now(&self) -> f32 {
        if self.ducked.load(Ordering::Relaxed) { self.get() * DUCKED } else { self.get() }
    }
}

/// A sound as rodio pulls it in the device's callback.
pub(super) struct PcmSource {
    pcm: Pcm,
    next: usize,
    progress: Arc<Progress>,
    volume: Volume,
    gain: f32,
    /// Those who hear it through the microphone want to know.
    tap: Option<Tap>,
}

/// Part of the way to the wanted loudness that is gone per sample: a few ms at 48 kHz, so that neither a
/// change of volume nor a stop clicks.
const GLIDE: f32 = 0.01;

impl PcmSource {
    /// Plays `pcm` from the sample `start` on.
    pub(super) fn new(
        pcm: Pcm,
        start: usize,
        progress: Arc<Progress>,
        volume: Volume,
        tap: Option<Tap>,
    ) -> Self {
        let gain = volume.now();
        Self { pcm, next: start, progress, volume, gain, tap }
    }
}

impl Iterator for PcmSource {
    type Item = rodio::Sample;

    fn next(&mut self) -> Option<rodio::Sample> {
        let stopping = self.progress.stop.load(Ordering::Relaxed);
        let target = if stopping { 0.0 } else { self.volume.now() };
        self.gain += (target - self.gain) * GLIDE;
        let sample = self.pcm.samples().get(self.next).copied().filter(|_| !stopping || self.gain > 0.001);
        match sample {
            Some(sample) => {
                self.next += 1;
                self.progress.position.store(self.next, Ordering::Relaxed);
                let sample = f32::from(sample) / 32_768.0 * self.gain;
                if let Some(tap) = &mut self.tap {
                    tap.write(sample);
                }
                Some(sample)
            }
            None => {
                self.progress.ended.store(true, Ordering::Release);
                None
            }
        }
    }
}

impl rodio::Source for PcmSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> rodio::ChannelCount {
        NonZero::<u16>::MIN
    }

    fn sample_rate(&self) -> rodio::SampleRate {
        NonZero::new(self.pcm.rate()).unwrap_or(NonZero::<u32>::MIN)
    }

    fn total_duration(&self) -> Option<Duration> {
        Some(self.pcm.duration())
    }
}
