//! The last seconds of what the loudspeaker played, and comparing it with what the microphone heard.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::echo::Correlator;
use crate::audio::{Frame, SAMPLE_RATE, duration_of};

/// How much is kept: longer than an utterance.
const KEPT: usize = 20 * SAMPLE_RATE as usize;
/// How much sooner than in the loudspeaker's stream the sound may be heard: the clocks of two streams agree only so
/// far.
const EARLY: usize = SAMPLE_RATE as usize / 5;
/// How much later it may be heard: the sound system's buffers and the way through the room.
const LATE: usize = SAMPLE_RATE as usize * 7 / 10;
/// The delay between the two is looked for in at most this much sound.
const LONGEST: usize = 4 * SAMPLE_RATE as usize;
/// A stretch is compared together with what is around it, up to this length: a short word has too little in it.
const STRETCH: usize = SAMPLE_RATE as usize * 6 / 10;
/// How far the delay may wander within an utterance, in samples.
const WANDER: usize = 48;
/// A peak that stands out so far is no chance: of different speech 98 % stay below 8.5, and of echoes across a bare
/// room (reverberation of a second, the direct sound 10 dB below it) 98 % are above 8.9.
const IS_ECHO: f32 = 8.5;
/// A stretch is the loudspeaker's if its own peak, at the delay of the whole, stands out this far.
const IS_ECHO_HERE: f32 = 4.0;
/// Softer than this nothing was played, as root mean square of 16-bit samples: -60 dBFS.
const SOFTEST: f32 = 33.0;
/// A person is believed to speak while the loudspeaker plays if the microphone hears this much more than the
/// loudspeaker alone brought before, in dB.
const LOUDER: f32 = 8.0;
/// How many echoes are remembered for that.
const ECHOES: usize = 15;
/// How long the microphone waits for the loudspeaker's stream, at most.
const BEHIND: Duration = Duration::from_millis(300);
/// How many must have been heard before loudness says anything.
const ECHOES_AT_LEAST: usize = 3;

/// What the loudspeaker played in the last seconds. Cloning shares it.
#[derive(Clone)]
pub struct PlaybackReference {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    samples: VecDeque<i16>,
    /// When the newest sample had been played; none while nothing is known of the loudspeaker.
    newest: Option<Instant>,
    correlator: Option<Correlator>,
    local: Option<Correlator>,
    /// How much louder than what was played the microphone heard the last echoes, in dB.
    echoes: VecDeque<f32>,
}

/// What the loudspeaker has to do with a stretch of the microphone's sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlayedIn {
    /// Nothing: it was silent, or what was heard is something else.
    Nothing,
    /// What was heard came out of the loudspeaker.
    Echo,
    /// It played at the same time, but somebody spoke over it.
    Over,
}

impl Default for PlaybackReference {
    fn default() -> Self {
        let shared = Shared {
            samples: VecDeque::new(),
            newest: None,
            correlator: None,
            local: None,
            echoes: VecDeque::new(),
        };
        Self { shared: Arc::new(Mutex::new(shared)) }
    }
}

impl fmt::Debug for PlaybackReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlaybackReference").field("known", &self.is_known()).finish_non_exhaustive()
    }
}

impl PlaybackReference {
    /// Whether it is known what the loudspeaker plays.
    pub fn is_known(&self) -> bool {
        self.lock().newest.is_some()
    }

    /// Waits until it is known what was played up to `until`, at most 300 ms: two streams of a busy machine do not come
    /// at the same time.
    pub fn catch_up(&self, until: Instant) {
        let end = Instant::now() + BEHIND;
        while self.lock().newest.is_some_and(|newest| newest < until) && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Takes in what was played.
    pub fn push(&self, frame: &Frame) {
        let mut shared = self.lock();
        // After a gap the samples would stand at the wrong times.
        let gap = shared.newest.is_some_and(|newest| {
            frame.captured.saturating_duration_since(newest) > Duration::from_millis(100)
        });
        if gap {
            shared.samples.clear();
        }
        shared.samples.extend(frame.samples);
        let excess = shared.samples.len().saturating_sub(KEPT);
        shared.samples.drain(..excess);
        shared.newest = Some(frame.end());
    }

    /// From now on nothing is known any more.
    pub fn forget(&self) {
        let mut shared = self.lock();
        shared.samples.clear();
        shared.newest = None;
        shared.echoes.clear();
    }

    /// What it has to do with each of `stretches` (sample ranges) of `heard`, sound from the microphone whose first
    /// sample was captured at `from`. A short stretch is judged together with what is around it.
    pub fn in_stretches(&self, heard: &[i16], from: Instant, stretches: &[Range<usize>]) -> Vec<PlayedIn> {
        let nothing = vec![PlayedIn::Nothing; stretches.len()];
        let mut shared = self.lock();
        let Some(played) = shared.around(heard.len(), from) else { return nothing };
        let lags = EARLY + LATE;
        let whole = heard.len().saturating_sub(LONGEST)..heard.len();
        let of_whole = &played[whole.start..whole.end + lags];
        if loudness(of_whole) < SOFTEST {
            return nothing;
        }
        let correlator = shared.correlator.take().unwrap_or_else(|| Correlator::new(LONGEST + lags));
        let peak = correlator.find(&heard[whole], of_whole, lags);
        shared.correlator = Some(correlator);
        tracing::debug!(
            peak = peak.map(|peak| peak.ratio),
            late_ms = peak.map(|peak| (peak.lag as i64 - EARLY as i64) / 16),
            "compared with what was played"
        );
        let Some(peak) = peak.filter(|peak| peak.ratio >= IS_ECHO) else { return nothing };
        let local = shared.local.take().unwrap_or_else(|| Correlator::new(STRETCH + 2 * WANDER));
        let judged = stretches
            .iter()
            .map(|stretch| {
                let stretch = widened(stretch, heard.len());
                let here = &heard[stretch.clone()];
                // Where what is heard here stands in what was played, with some samples before it.
                let start = (stretch.start + lags).saturating_sub(peak.lag + WANDER);
                let end = (start + here.len() + 2 * WANDER).min(played.len());
                let there = &played[start..end];
                if loudness(there) < SOFTEST {
                    return PlayedIn::Nothing;
                }
                let found = local.find(here, there, 2 * WANDER);
                if found.is_none_or(|found| found.ratio < IS_ECHO_HERE) {
                    return PlayedIn::Nothing;
                }
                let louder = 20.0 * (loudness(here).max(1.0) / loudness(there)).log10();
                if shared.is_more_than_echo(louder) {
                    return PlayedIn::Over;
                }
                shared.echoes.push_back(louder);
                if shared.echoes.len() > ECHOES {
                    shared.echoes.pop_front();
                }
                PlayedIn::Echo
            })
            .collect();
        shared.local = Some(local);
        judged
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// What was played from [`LATE`] before `from` on, to [`EARLY`] after `length` samples; what is not known is
    /// silence.
    fn around(&self, length: usize, from: Instant) -> Option<Vec<i16>> {
        let newest = self.newest?;
        let oldest = newest.checked_sub(duration_of(self.samples.len() as u64))?;
        let wanted = from.checked_sub(duration_of(LATE as u64))?;
        // How many samples the wanted begin stands behind the oldest one, or before it.
        let behind = samples(wanted.saturating_duration_since(oldest));
        let before = samples(oldest.saturating_duration_since(wanted));
        let total = LATE + length + EARLY;
        let mut played = vec![0; total.min(before)];
        played.extend(self.samples.iter().skip(behind).take(total - played.len()));
        played.resize(total, 0);
        Some(played)
    }

    fn is_more_than_echo(&self, louder: f32) -> bool {
        if self.echoes.len() < ECHOES_AT_LEAST {
            return false;
        }
        let mut usual: Vec<f32> = self.echoes.iter().copied().collect();
        usual.sort_by(f32::total_cmp);
        louder > usual[usual.len() / 2] + LOUDER
    }
}

fn samples(duration: Duration) -> usize {
    (duration.as_secs_f64() * f64::from(SAMPLE_RATE)).round() as usize
}

/// Root mean square.
fn loudness(samples: &[i16]) -> f32 {
    let power: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    (power / samples.len().max(1) as f64).sqrt() as f32
}

/// The stretch with as much around it, within `length`, as [`STRETCH`] wants; a longer one loses its end.
fn widened(stretch: &Range<usize>, length: usize) -> Range<usize> {
    let (start, end) = (stretch.start.min(length), stretch.end.min(length));
    let missing = STRETCH.saturating_sub(end.saturating_sub(start));
    let start = start.saturating_sub(missing / 2).min(length.saturating_sub(STRETCH));
    start..(start + STRETCH).min(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::FRAME_SAMPLES;
    use crate::audio::loudspeaker::echo::tests::{speech_like, through_room};

    const SECOND: usize = SAMPLE_RATE as usize;

    /// Plays the sound from `from` on.
    fn play(played: &PlaybackReference, sound: &[i16], from: Instant) {
        for (number, samples) in sound.as_chunks::<FRAME_SAMPLES>().0.iter().enumerate() {
            let index = (number * FRAME_SAMPLES) as u64;
            played.push(&Frame { index, captured: from + duration_of(index), samples: *samples });
        }
    }

    fn mixed(one: &[i16], other: &[i16], louder: f32) -> Vec<i16> {
        one.iter()
            .zip(other)
            .map(|(one, other)| one.saturating_add((f32::from(*other) * louder) as i16))
            .collect()
    }

    fn halves() -> [Range<usize>; 2] {
        [0..SECOND / 2, SECOND..SECOND * 3 / 2]
    }

    #[test]
    fn what_the_loudspeaker_plays_is_told_from_what_people_say() {
        let (played, began) = (PlaybackReference::default(), Instant::now());
        assert!(!played.is_known());
        let sound = speech_like(2 * SECOND, 1);
        play(&played, &[vec![0; SECOND], sound.clone()].concat(), began);
        let from = began + Duration::from_secs(1);
        let echo = through_room(&sound, 3_000, 1);
        assert_eq!(played.in_stretches(&echo, from, &halves()), [PlayedIn::Echo; 2]);
        let person = speech_like(2 * SECOND, 7);
        assert_eq!(played.in_stretches(&person, from, &halves()), [PlayedIn::Nothing; 2]);
        assert!(played.is_known());
    }

    #[test]
    fn the_clocks_of_the_two_streams_need_not_agree() {
        for delay in [-0.15, 0.0, 0.3, 0.6] {
            let (played, began) = (PlaybackReference::default(), Instant::now());
            let sound = speech_like(2 * SECOND, 2);
            play(&played, &[vec![0; SECOND], sound.clone(), vec![0; SECOND]].concat(), began);
            let from = began + Duration::from_secs_f64(1.0 + delay);
            let echo = through_room(&sound, 0, 2);
            assert_eq!(played.in_stretches(&echo, from, &halves()), [PlayedIn::Echo; 2], "{delay} s");
        }
    }

    #[test]
    fn silence_and_the_past_are_no_echo() {
        let (played, began) = (PlaybackReference::default(), Instant::now());
        let sound = speech_like(2 * SECOND, 3);
        assert_eq!(played.in_stretches(&sound, began, &halves()), [PlayedIn::Nothing; 2]);
        play(&played, &vec![0; 2 * SECOND], began);
        assert_eq!(played.in_stretches(&sound, began, &halves()), [PlayedIn::Nothing; 2]);
        // The same words, a minute later.
        play(&played, &sound, began + Duration::from_secs(2));
        let later = began + Duration::from_secs(62);
        assert_eq!(played.in_stretches(&sound, later, &halves()), [PlayedIn::Nothing; 2]);
        played.forget();
        assert!(!played.is_known());
        assert_eq!(
            played.in_stretches(&sound, began + Duration::from_secs(2), &halves()),
            [PlayedIn::Nothing; 2]
        );
    }

    #[test]
    fn whoever_speaks_much_louder_than_the_echo_is_told_apart() {
        let (played, began) = (PlaybackReference::default(), Instant::now());
        let mut at = began;
        for seed in 10..13 {
            let sound = speech_like(2 * SECOND, seed);
            play(&played, &sound, at);
            let echo = through_room(&sound, 1_000, seed);
            assert_eq!(played.in_stretches(&echo, at, &halves()), [PlayedIn::Echo; 2]);
            at += Duration::from_secs(2);
        }
        let sound = speech_like(2 * SECOND, 20);
        play(&played, &sound, at);
        let echo = through_room(&sound, 1_000, 20);
        let loud = mixed(&echo, &speech_like(2 * SECOND, 21), 4.0);
        assert!(!played.in_stretches(&loud, at, &halves()).contains(&PlayedIn::Echo));
        // As loud as the echo is not enough to be sure.
        let soft = mixed(&echo, &speech_like(2 * SECOND, 22), 0.2);
        assert_eq!(played.in_stretches(&soft, at, &halves()), [PlayedIn::Echo; 2]);
    }
}
