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

/// What a voice activity detector says of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Somebody speaks, short pauses between words included.
    pub speech: bool,
    /// How long the voice has been silent: counted from the last voiced sound, within those pauses too.
    pub silence: Duration,
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
    /// Length of the current utterance; none between utterances.
    length: Option<Duration>,
    silence: Duration,
}

impl Endpointer {
    /// An endpointer that waits for speech.
    pub fn new(options: EndpointerOptions) -> Self {
        Self { options, length: None, silence: Duration::ZERO }
    }

    /// Sets how much silence ends the utterance; counts from the next frame on.
    pub fn set_trailing_silence(&mut self, silence: Duration) {
        self.options.trailing_silence = silence;
    }

    /// Takes the verdict on the next frame of the given length.
    pub fn frame(&mut self, voice: Voice, length: Duration) -> Moment {
        self.silence = voice.silence;
        let Some(so_far) = self.length else {
            if !voice.speech {
                return Moment::Idle;
            }
            self.length = Some(length);
            return Moment::Begin;
        };
        let now = so_far + length;
        if voice.silence >= self.options.trailing_silence || now >= self.options.longest {
            self.length = None;
            return Moment::End;
        }
        self.length = Some(now);
        Moment::Within
    }

    /// Silence since the last voiced sound, as of the last frame.
    pub fn silence(&self) -> Duration {
        self.silence
    }

    /// Whether an utterance is under way.
    pub fn is_within(&self) -> bool {
        self.length.is_some()
    }

    /// Forgets the current utterance.
    pub fn reset(&mut self) {
        self.length = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Duration = Duration::from_millis(10);

    /// `s` is a voiced frame, `-` a silent one; a detector calls pauses of up to two frames speech.
    fn run(options: EndpointerOptions, frames: &str) -> String {
        let mut endpointer = Endpointer::new(options);
        let mut silent = 100;
        let moment = |frame| {
            silent = if frame == 's' { 0 } else { silent + 1 };
            match endpointer.frame(Voice { speech: silent <= 2, silence: FRAME * silent }, FRAME) {
                Moment::Idle => '.',
                Moment::Begin => 'B',
                Moment::Within => 'w',
                Moment::End => 'E',
            }
        };
        frames.chars().map(moment).collect()
    }

    #[test]
    fn an_utterance_lasts_from_speech_to_enough_silence() {
        let options = EndpointerOptions { trailing_silence: FRAME * 3, longest: FRAME * 100 };
        assert_eq!(run(options, "--ss--s----ss---"), "..BwwwwwwE.BwwwE");
    }

    #[test]
    fn endless_speech_is_cut() {
        let options = EndpointerOptions { trailing_silence: FRAME * 3, longest: FRAME * 5 };
        assert_eq!(run(options, "ssssssss"), "BwwwEBww");
    }
}
