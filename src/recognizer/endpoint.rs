//! Decides when an utterance begins and when it is over, from the verdicts of a voice activity detector. Pure.

use std::time::Duration;

/// Lengths that the endpointer works with.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointerOptions {
    /// Silence after speech that ends the utterance.
    pub trailing_silence: Duration,
    /// The longest utterance; longer speech is cut here, so that a television does not fill the memory.
    pub longest: Duration,
}

impl Default for EndpointerOptions {
    fn default() -> Self {
        Self { trailing_silence: Duration::from_millis(400), longest: Duration::from_secs(15) }
    }
}

/// What a frame means for the utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Nobody speaks.
    Idle,
    /// With this frame an utterance begins.
    Begin,
    /// The utterance goes on.
    Within,
    /// With this frame the utterance is over.
    End,
}

/// Follows one stream of frames.
#[derive(Debug)]
pub struct Endpointer {
    options: EndpointerOptions,
    within: bool,
    length: Duration,
    silence: Duration,
}

impl Endpointer {
    /// An endpointer that waits for speech.
    pub fn new(options: EndpointerOptions) -> Self {
        Self { options, within: false, length: Duration::ZERO, silence: Duration::ZERO }
    }

    /// Sets how much silence ends the utterance; counts from the next frame on.
    pub fn set_trailing_silence(&mut self, silence: Duration) {
        self.options.trailing_silence = silence;
    }

    /// Takes the verdict on the next frame of the given length.
    pub fn frame(&mut self, speech: bool, length: Duration) -> Moment {
        if !self.within {
            if !speech {
                return Moment::Idle;
            }
            (self.within, self.length, self.silence) = (true, length, Duration::ZERO);
            return Moment::Begin;
        }
        self.length += length;
        self.silence = if speech { Duration::ZERO } else { self.silence + length };
        if self.silence >= self.options.trailing_silence || self.length >= self.options.longest {
            self.within = false;
            return Moment::End;
        }
        Moment::Within
    }

    /// Silence since the last speech of the current utterance.
    pub fn silence(&self) -> Duration {
        self.silence
    }

    /// Whether an utterance is under way.
    pub fn is_within(&self) -> bool {
        self.within
    }

    /// Forgets the current utterance.
    pub fn reset(&mut self) {
        self.within = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Duration = Duration::from_millis(10);

    fn run(endpointer: &mut Endpointer, verdicts: &str) -> String {
        let moment = |v| match endpointer.frame(v == 's', FRAME) {
            Moment::Idle => '.',
            Moment::Begin => 'B',
            Moment::Within => 'w',
            Moment::End => 'E',
        };
        verdicts.chars().map(moment).collect()
    }

    #[test]
    fn an_utterance_lasts_from_speech_to_enough_silence() {
        let options = EndpointerOptions { trailing_silence: FRAME * 3, longest: FRAME * 100 };
        let mut endpointer = Endpointer::new(options);
        assert_eq!(run(&mut endpointer, "--ss--s----ss---"), "..BwwwwwwE.BwwwE");
    }

    #[test]
    fn endless_speech_is_cut() {
        let options = EndpointerOptions { trailing_silence: FRAME * 3, longest: FRAME * 5 };
        assert_eq!(run(&mut Endpointer::new(options), "ssssssss"), "BwwwEBww");
    }
}
