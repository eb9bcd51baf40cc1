//! Earcons: short sounds that say what happened without words.

use std::io;
use std::path::{Path, PathBuf};

use super::{Pcm, PcmError};

/// A signal sound, named after what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Earcon {
    /// The wake phrase was heard: speak.
    Awake,
    /// The command was carried out.
    Done,
    /// It did not work.
    Error,
    /// Go on, heyroom listens again.
    Listening,
    /// Something needs attention: the room or the microphone is lost.
    Alert,
}

impl Earcon {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Awake, Self::Done, Self::Error, Self::Listening, Self::Alert];

    /// Its name, also that of its file without ".wav".
    pub fn name(self) -> &'static str {
        match self {
            Self::Awake => "awake",
            Self::Done => "done",
            Self::Error => "error",
            Self::Listening => "listening",
            Self::Alert => "alert",
        }
    }

    fn bundled(self) -> &'static [u8] {
        match self {
            Self::Awake => include_bytes!("../../assets/earcons/awake.wav"),
            Self::Done => include_bytes!("../../assets/earcons/done.wav"),
            Self::Error => include_bytes!("../../assets/earcons/error.wav"),
            Self::Listening => include_bytes!("../../assets/earcons/listening.wav"),
            Self::Alert => include_bytes!("../../assets/earcons/alert.wav"),
        }
    }
}

/// A directory of earcons that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EarconError {
    /// The directory is not there.
    #[error("the earcon directory {} cannot be read: {source}; correct its path or leave it out", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file of it is no usable sound.
    #[error("the earcon {} cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: PcmError,
    },
    /// A file of it is too long to be a signal.
    #[error("the earcon {} lasts {seconds:.1} s; at most 3 s make sense", path.display())]
    Long {
        /// The file.
        path: PathBuf,
        /// Its length in seconds.
        seconds: f64,
    },
}

/// The sounds of all earcons.
#[derive(Debug, Clone)]
pub struct Earcons([Pcm; Earcon::ALL.len()]);

impl Earcons {
    /// The sounds made for heyroom.
    ///
    /// # Errors
    ///
    /// None in practice: the sounds are part of the program and tested.
    pub fn bundled() -> Result<Self, PcmError> {
        let [awake, done, error, listening, alert] =
            Earcon::ALL.map(|earcon| Pcm::from_wav(earcon.bundled()));
        Ok(Self([awake?, done?, error?, listening?, alert?]))
    }

    /// Replaces sounds by the operator's own: `awake.wav`, `done.wav`, `error.wav`, `listening.wav`,
    /// `alert.wav` in `directory`; those that are missing stay as they are.
    ///
    /// # Errors
    ///
    /// [`EarconError`] names the file and what is wrong with it.
    pub fn replace_from(&mut self, directory: &Path) -> Result<(), EarconError> {
        let unreadable = |source| EarconError::Directory { path: directory.to_owned(), source };
        std::fs::read_dir(directory).map_err(unreadable)?;
        for (earcon, sound) in Earcon::ALL.into_iter().zip(&mut self.0) {
            let path = directory.join(format!("{}.wav", earcon.name()));
            let bytes = match std::fs::read(&path) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(EarconError::File { path, source: error.into() }),
            };
            let pcm = Pcm::from_wav(bytes.as_slice())
                .map_err(|source| EarconError::File { path: path.clone(), source })?;
            let seconds = pcm.duration().as_secs_f64();
            if seconds > 3.0 {
                return Err(EarconError::Long { path, seconds });
            }
            *sound = pcm;
        }
        Ok(())
    }

    /// The sound of `earcon`.
    pub fn get(&self, earcon: Earcon) -> Pcm {
        let [awake, done, error, listening, alert] = &self.0;
        match earcon {
            Earcon::Awake => awake,
            Earcon::Done => done,
            Earcon::Error => error,
            Earcon::Listening => listening,
            Earcon::Alert => alert,
        }
        .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::Level;

    #[test]
    fn bundled_sounds_are_short_soft_and_different() {
        let earcons = Earcons::bundled().unwrap();
        let mut seen = Vec::new();
        for earcon in Earcon::ALL {
            let pcm = earcons.get(earcon);
            let ms = pcm.duration().as_millis();
            assert_eq!(pcm.rate(), 48_000, "{earcon:?}");
            assert!((80..=250).contains(&ms), "{earcon:?} lasts {ms} ms");
            let peak = Level::of(pcm.samples()).peak_dbfs;
            assert!((-12.0..-6.0).contains(&peak), "{earcon:?} peaks at {peak} dBFS");
            let (start, end) = (&pcm.samples()[..48], &pcm.samples()[pcm.samples().len() - 48..]);
            assert!(Level::of(start).peak_dbfs < -25.0, "{earcon:?} begins with a click");
            assert!(Level::of(end).peak_dbfs < -25.0, "{earcon:?} ends with a click");
            assert!(!seen.contains(&pcm), "{earcon:?} sounds like another");
            seen.push(pcm);
        }
    }

    #[test]
    fn the_operator_may_replace_some() {
        let directory = tempfile::tempdir().unwrap();
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 44_100,
            bits_per_sample: 24,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(directory.path().join("done.wav"), spec).unwrap();
        (0..200).for_each(|_| writer.write_sample(1 << 22).unwrap());
        writer.finalize().unwrap();
        let mut earcons = Earcons::bundled().unwrap();
        let awake = earcons.get(Earcon::Awake);
        earcons.replace_from(directory.path()).unwrap();
        assert_eq!(earcons.get(Earcon::Done), Pcm::new(44_100, vec![1 << 14; 100]).unwrap());
        assert_eq!(earcons.get(Earcon::Awake), awake);

        std::fs::write(directory.path().join("alert.wav"), "no sound").unwrap();
        let error = earcons.replace_from(directory.path()).unwrap_err().to_string();
        assert!(error.contains("alert.wav") && error.contains("not a WAV file"), "{error}");
        let error = earcons.replace_from(Path::new("/nowhere/earcons")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/earcons"), "{error}");
    }
}
