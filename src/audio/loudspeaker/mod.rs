//! What the loudspeaker of the room plays, so that it is not taken for somebody in the room.
//!
//! [`Loudspeaker`] captures it where the system offers that (the monitor of a PulseAudio or PipeWire output, the
//! loopback of a Windows one); [`PlaybackReference`] keeps the last seconds and tells of a stretch of the microphone's sound
//! whether it came out of the loudspeaker. Knows no words.

mod echo;
mod reference;
mod tap;

pub use reference::{PlaybackReference, PlayedIn};
pub use tap::{Loudspeaker, LoudspeakerSettings, NoMonitor};
