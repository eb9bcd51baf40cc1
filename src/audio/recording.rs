//! A whole recording at once, WAV or FLAC: for evaluations, where the audio is mixed before it is heard.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use rodio::Source;

use super::{FormatError, Resampler, WavOptions, WavSource, WavSourceError};

/// A recording that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file cannot be opened.
    #[error("cannot read {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is no usable WAV file.
    #[error(transparent)]
    Wav(#[from] WavSourceError),
    /// It begins like a FLAC file, but is none that can be decoded.
    #[error("{}: no FLAC file that heyroom can read: {source}", path.display())]
    Flac {
        /// The file.
        path: PathBuf,
        /// What the decoder says.
        source: rodio::decoder::DecoderError,
    },
    /// Its sample rate or channel count cannot be converted.
    #[error("{}: {source}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What cannot be converted.
        source: FormatError,
    },
}

/// Reads a WAV or FLAC file as 16 kHz mono samples.
///
/// # Errors
///
/// [`RecordingError`] names the file and the fault.
pub fn read_recording(path: &Path) -> Result<Vec<i16>, RecordingError> {
    let open = || File::open(path).map_err(|source| RecordingError::Open { path: path.to_owned(), source });
    let mut magic = [0; 4];
    let is_flac = open()?.read_exact(&mut magic).is_ok() && &magic == b"fLaC";
    if !is_flac {
        return Ok(WavSource::open(path, WavOptions::default())?.read_all()?);
    }
    let sound = rodio::Decoder::new(BufReader::new(open()?))
        .map_err(|source| RecordingError::Flac { path: path.to_owned(), source })?;
    let mut resampler = Resampler::new(sound.sample_rate().get(), sound.channels().get())
        .map_err(|source| RecordingError::Format { path: path.to_owned(), source })?;
    let mut samples = Vec::new();
    resampler.push(&sound.collect::<Vec<f32>>(), &mut samples);
    resampler.flush(&mut samples);
    Ok(samples)
}
