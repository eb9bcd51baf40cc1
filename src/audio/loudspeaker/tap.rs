//! Capturing what the loudspeaker plays, in a thread of its own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use super::PlaybackReference;
use crate::audio::devices::{self, DeviceChoice, DeviceError};
use crate::audio::microphone::{Microphone, MicrophoneSettings};
use crate::audio::{AudioEvent, DeviceInfo, Direction, Source, Speaking, Vad};

/// How often the thread looks whether it is to end.
const LOOK: Duration = Duration::from_millis(200);

/// A loudspeaker that is not there may be plugged in while the call goes on.
const RETRY: Duration = Duration::from_secs(5);

/// Which loudspeaker is listened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoudspeakerSettings {
    /// Where sound is played.
    pub output: DeviceChoice,
    /// The microphone: an output's monitor that serves as one tells nothing about the loudspeaker.
    pub input: DeviceChoice,
    /// The capture device that carries what is played, where it is known; none to find the one of the output.
    pub monitor: Option<String>,
}

/// Listens to what the loudspeaker plays, until it is dropped.
#[derive(Debug)]
pub struct Loudspeaker {
    stop: Arc<AtomicBool>,
}

impl Loudspeaker {
    /// Starts listening; what is played goes to `reference`, and `tell` is told when something like speech begins (true)
    /// and ends (false) to be played by others than heyroom. A system that does not offer this is named in the log.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn listen(
        settings: LoudspeakerSettings,
        reference: PlaybackReference,
        own: Speaking,
        tell: impl Fn(bool) + Send + 'static,
    ) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        thread::Builder::new().name("heyroom-loudspeaker".to_owned()).spawn(move || {
            match patiently(|| settings.source(), RETRY, &stopped) {
                Ok(source) => {
                    if let Err(error) = run(source, &reference, &own, &tell, &stopped) {
                        tracing::warn!("what the loudspeaker plays is not listened to: {error}");
                    }
                }
                Err(reason) => tracing::debug!("what the loudspeaker plays is not known: {reason}"),
            }
            reference.forget();
        })?;
        Ok(Self { stop })
    }
}

impl Drop for Loudspeaker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Why nothing is known of what the loudspeaker plays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoMonitor {
    /// There is no loudspeaker, or no microphone.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The sound system has no monitors.
    #[error(
        "the sound system \"{0}\" does not tell what is played: use PulseAudio or PipeWire, or name a capture device that \
         carries it as audio.monitor"
    )]
    Host(String),
    /// The monitor serves as the microphone.
    #[error("its monitor serves as the microphone")]
    IsMicrophone,
}

impl LoudspeakerSettings {
    /// Says which device tells what is played.
    ///
    /// # Errors
    ///
    /// [`NoMonitor`].
    pub fn check(&self) -> Result<DeviceInfo, NoMonitor> {
        let source = self.source()?;
        let direction = if source.source == Source::Loopback { Direction::Output } else { Direction::Input };
        Ok(devices::identify(direction, &source.device)?)
    }

    fn source(&self) -> Result<MicrophoneSettings, NoMonitor> {
        let from = |host: Option<String>, device: String, source: Source| MicrophoneSettings {
            device: DeviceChoice { host, device: Some(device) },
            source,
            ..MicrophoneSettings::default()
        };
        if let Some(monitor) = &self.monitor {
            return Ok(from(self.output.host.clone(), monitor.clone(), Source::Monitor));
        }
        let output = devices::identify(Direction::Output, &self.output)?;
        match output.host.as_str() {
            "pulseaudio" => {
                let monitor = format!("{}.monitor", output.id);
                if devices::identify(Direction::Input, &self.input)?.id == monitor {
                    return Err(NoMonitor::IsMicrophone);
                }
                Ok(from(Some(output.host), monitor, Source::Monitor))
            }
            "wasapi" => Ok(from(Some(output.host), output.id, Source::Loopback)),
            _ => Err(NoMonitor::Host(output.host)),
        }
    }
}

/// Finds the source, again and again as long as it is a device that is missing, until it is time to `stop`.
fn patiently<T>(
    mut find: impl FnMut() -> Result<T, NoMonitor>,
    retry: Duration,
    stop: &AtomicBool,
) -> Result<T, NoMonitor> {
    let mut found = find();
    if let Err(NoMonitor::Device(error)) = &found {
        tracing::debug!("what the loudspeaker plays is not known yet: {error}");
    }
    while matches!(found, Err(NoMonitor::Device(_))) {
        let due = Instant::now() + retry;
        while Instant::now() < due {
            if stop.load(Ordering::Relaxed) {
                return found;
            }
            thread::sleep(LOOK.min(retry));
        }
        found = find();
    }
    found
}

fn run(
    source: MicrophoneSettings,
    reference: &PlaybackReference,
    own: &Speaking,
    tell: &impl Fn(bool),
    stop: &AtomicBool,
) -> io::Result<()> {
    let input = Microphone::start(source)?;
    let mut vad = Vad::default();
    let mut speech = false;
    while !stop.load(Ordering::Relaxed) {
        let event = match input.recv_timeout(LOOK) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let now = match event {
            AudioEvent::Frames(frames) => {
                let mut now = speech;
                for frame in &frames {
                    reference.push(frame);
                    now = vad.frame(frame).speech && !own.covers(frame);
                }
                now
            }
            AudioEvent::Lost { .. } | AudioEvent::End => {
                reference.forget();
                false
            }
            AudioEvent::Overrun { .. } | AudioEvent::Restored { .. } => speech,
        };
        if std::mem::replace(&mut speech, now) != now {
            tell(now);
        }
    }
    if speech {
        tell(false);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(1);

    fn missing() -> NoMonitor {
        DeviceError::Host { wanted: "pulseaudio".to_owned(), available: Vec::new() }.into()
    }

    #[test]
    fn a_loudspeaker_that_is_not_there_yet_is_looked_for_again() {
        let stop = AtomicBool::new(false);
        let mut tries = 0;
        let third = || {
            tries += 1;
            if tries < 3 { Err(missing()) } else { Ok(tries) }
        };
        assert_eq!(patiently(third, SOON, &stop), Ok(3));
        // A sound system that tells nothing will never do.
        let mut tries = 0;
        let never = || {
            tries += 1;
            Err::<(), _>(NoMonitor::Host("alsa".to_owned()))
        };
        assert!(patiently(never, SOON, &stop).is_err());
        assert_eq!(tries, 1);
    }

    #[test]
    fn nobody_waits_for_a_loudspeaker_when_the_call_is_over() {
        let stop = AtomicBool::new(true);
        assert_eq!(patiently(|| Err::<(), _>(missing()), Duration::from_secs(600), &stop), Err(missing()));
    }
}
