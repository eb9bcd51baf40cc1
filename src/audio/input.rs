//! What the recogniser's thread reads from, whatever the sound comes from.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvError, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use super::Frame;

/// Events that may wait for a slow reader before the sender has to wait.
const CHANNEL_EVENTS: usize = 64;

/// What a source of sound tells its reader.
#[derive(Debug, Clone, PartialEq)]
pub enum AudioEvent {
    /// The next frames, in order, without a gap unless an [`AudioEvent::Overrun`] or
    /// [`AudioEvent::Lost`] came just before.
    Frames(Vec<Frame>),
    /// There is no sound any more (microphone gone); the source keeps trying to get it back.
    Lost {
        /// What happened, which device, and what to do about it.
        reason: String,
    },
    /// Sound is back after [`AudioEvent::Lost`]; what was said in between is gone.
    Restored {
        /// The device that is heard now.
        device: String,
    },
    /// The reader or the machine was too slow: sound is missing before the next frames.
    Overrun {
        /// How much is missing, in 16 kHz samples.
        samples: u64,
    },
    /// The sound is over (end of a file). Nothing follows.
    End,
}

/// A running source of sound. Dropping it stops the source.
#[derive(Debug)]
pub struct Input {
    events: Receiver<AudioEvent>,
    stop: Arc<AtomicBool>,
}

/// The sending side of an [`Input`].
#[derive(Debug, Clone)]
pub(super) struct InputSender {
    events: SyncSender<AudioEvent>,
    stop: Arc<AtomicBool>,
}

/// The reader is gone or asked the source to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stopped;

impl Input {
    pub(super) fn channel() -> (InputSender, Self) {
        let (sender, events) = sync_channel(CHANNEL_EVENTS);
        let stop = Arc::new(AtomicBool::new(false));
        (InputSender { events: sender, stop: Arc::clone(&stop) }, Self { events, stop })
    }

    /// Waits for the next event.
    ///
    /// # Errors
    ///
    /// When the source ended: nothing will come any more.
    pub fn recv(&self) -> Result<AudioEvent, RecvError> {
        self.events.recv()
    }

    /// Waits for the next event, at most `timeout`.
    ///
    /// # Errors
    ///
    /// `Timeout` when nothing came in time, `Disconnected` when the source ended.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<AudioEvent, RecvTimeoutError> {
        self.events.recv_timeout(timeout)
    }

    /// The next event if one is waiting.
    ///
    /// # Errors
    ///
    /// `Empty` when none is waiting, `Disconnected` when the source ended.
    pub fn try_recv(&self) -> Result<AudioEvent, TryRecvError> {
        self.events.try_recv()
    }

    /// A switch that stops this source from another thread.
    pub fn stopper(&self) -> InputStopper {
        InputStopper(Arc::clone(&self.stop))
    }
}

impl Iterator for Input {
    type Item = AudioEvent;

    fn next(&mut self) -> Option<AudioEvent> {
        self.events.recv().ok()
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Stops an [`Input`] from another thread.
#[derive(Debug, Clone)]
pub struct InputStopper(Arc<AtomicBool>);

impl InputStopper {
    /// Asks the source to end; its reader gets what is on the way and then the end of the events.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl InputSender {
    /// Hands an event over, waiting while the reader has too many to read.
    pub(super) fn send(&self, event: AudioEvent) -> Result<(), Stopped> {
        if self.stopped() {
            return Err(Stopped);
        }
        self.events.send(event).map_err(|_| Stopped)
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
