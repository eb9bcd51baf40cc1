//! What the loudspeaker of the room plays, so that it is not taken for somebody in the room.
//!
//! [`Loudspeaker`] captures it where the system offers that (the monitor of a PulseAudio or PipeWire output, the
//! loopback of a Windows one); [`PlaybackReference`] keeps the last seconds and tells of a stretch of the microphone's sound
//! whether it came out of the loudspeaker. [`OwnSound`] is what heyroom itself plays, which [`EchoCanceller`] takes out of
//! what the microphone hears. Knows no words.

mod canceller;
mod echo;
mod own;
mod reference;
mod tap;

pub use canceller::EchoCanceller;
pub use own::OwnSound;
pub(super) use own::Tap;
pub use reference::{PlaybackReference, PlayedIn};
pub use tap::{Loudspeaker, LoudspeakerSettings, NoMonitor};
