//! Sound in and out: capture, WAV files, resampling, voice activity, playback. Knows neither words nor rooms.

mod capture;
mod detached;
pub mod devices;
mod earcons;
mod frame;
mod input;
mod level;
mod loudspeaker;
mod microphone;
mod pcm;
mod playback;
mod player;
mod quiet;
mod recording;
mod resample;
mod speaking;
pub mod speech;
mod vad;
mod wav;
mod wav_source;

pub use devices::{DeviceChoice, DeviceError, DeviceFormat, DeviceInfo, Direction};
pub use earcons::{Earcon, EarconError, Earcons};
pub use frame::{FRAME_DURATION, FRAME_SAMPLES, Frame, SAMPLE_RATE, duration_of};
pub use input::{AudioEvent, Input, InputStopper};
pub use level::{Level, SILENCE_DBFS};
pub use loudspeaker::{
    EchoCanceller, Loudspeaker, LoudspeakerSettings, NoMonitor, OwnSound, PlaybackReference, PlayedIn,
};
pub use microphone::{Microphone, MicrophoneCheck, MicrophoneSettings, Source};
pub use pcm::{Pcm, PcmError};
pub use playback::{Playback, Played};
pub use player::{Player, PlayerSettings};
pub use recording::{RecordingError, read_recording};
pub use resample::{FormatError, MAX_CHANNELS, RATES, Resampler};
pub use speaking::{Speaking, SpeakingGuard};
pub use vad::{Vad, VadReport, VadSettings};
pub use wav::{WavError, WavFault, WavFormat, WavReader};
pub use wav_source::{Pace, WavOptions, WavSource, WavSourceError, play_samples};
