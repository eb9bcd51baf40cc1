//! Sound in and out: capture, WAV files, resampling, voice activity, playback. Knows neither words nor rooms.

mod frame;
mod input;
mod resample;
mod wav;
mod wav_source;

pub use frame::{FRAME_DURATION, FRAME_SAMPLES, Frame, SAMPLE_RATE, duration_of};
pub use input::{AudioEvent, Input, InputStopper};
pub use resample::{FormatError, MAX_CHANNELS, RATES, Resampler};
pub use wav::{WavError, WavFault, WavFormat, WavReader};
pub use wav_source::{Pace, WavOptions, WavSource, WavSourceError};
