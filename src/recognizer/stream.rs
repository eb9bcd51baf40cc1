//! A recogniser for a continuous stream: sleeps through silence, decodes utterances.

use std::{collections::VecDeque, time::Duration};

use super::{DecodeError, Decoder, Endpointer, EndpointerOptions, Hypothesis, Moment, SAMPLE_RATE, Voice};

/// How a stream is recognised.
#[derive(Debug, Clone, PartialEq)]
pub struct RecognizerOptions {
    /// When an utterance is over.
    pub endpointer: EndpointerOptions,
    /// Audio from before the detected begin of speech that is decoded too: detection comes a little late.
    pub pre_roll: Duration,
    /// How much new audio there must be before a partial result is reported again.
    pub partial_every: Duration,
}

impl Default for RecognizerOptions {
    fn default() -> Self {
        Self {
            endpointer: EndpointerOptions::default(),
            pre_roll: Duration::from_millis(400),
            partial_every: Duration::from_millis(100),
        }
    }
}

/// What the recogniser reports.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// Somebody began to speak.
    Begin,
    /// What the utterance looks like so far; it may still change.
    Partial {
        /// The text so far.
        text: String,
    },
    /// The utterance is over.
    Final {
        /// What was said.
        hypothesis: Hypothesis,
        /// From the end of speech to the last sample taken in.
        silence: Duration,
        /// The samples of the utterance, pre-roll included: for a second opinion, never to be stored.
        audio: Vec<i16>,
    },
}

/// Recognises one stream of 16 kHz mono samples.
///
/// While nobody speaks, libvosk does not run. A new decoder (for a new list of phrases) takes over between two
/// utterances, so that nothing that is being said is lost.
#[derive(Debug)]
pub struct Recognizer {
    decoder: Decoder,
    next: Option<Decoder>,
    endpointer: Endpointer,
    options: RecognizerOptions,
    pre_roll: VecDeque<i16>,
    utterance: Vec<i16>,
    since_partial: usize,
    partial: String,
}

impl Recognizer {
    /// A recogniser that waits for speech.
    pub fn new(decoder: Decoder, options: RecognizerOptions) -> Self {
        Self {
            decoder,
            next: None,
            endpointer: Endpointer::new(options.endpointer.clone()),
            pre_roll: VecDeque::with_capacity(samples(options.pre_roll)),
            utterance: Vec::new(),
            since_partial: 0,
            partial: String::new(),
            options,
        }
    }

    /// Takes `decoder` for the next utterance.
    pub fn replace_decoder(&mut self, decoder: Decoder) {
        self.next = Some(decoder);
        if !self.endpointer.is_within() {
            self.swap();
        }
    }

    /// Sets how much silence ends an utterance, the current one included.
    pub fn set_trailing_silence(&mut self, silence: Duration) {
        self.endpointer.set_trailing_silence(silence);
    }

    /// Takes in the next samples (10 ms or so) and what the voice activity detector says of them.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: the utterance is lost; the recogniser goes on with the next one.
    pub fn push(&mut self, frame: &[i16], voice: Voice) -> Result<Option<Heard>, DecodeError> {
        let length = Duration::from_secs_f64(frame.len() as f64 / f64::from(SAMPLE_RATE));
        match self.endpointer.frame(voice, length) {
            Moment::Idle => {
                let most = samples(self.options.pre_roll);
                self.pre_roll.extend(frame);
                let excess = self.pre_roll.len().saturating_sub(most);
                self.pre_roll.drain(..excess);
                Ok(None)
            }
            Moment::Begin => {
                self.utterance.clear();
                self.utterance.extend(self.pre_roll.drain(..));
                self.utterance.extend(frame);
                (self.since_partial, self.partial) = (self.utterance.len(), String::new());
                self.decode(0)?;
                Ok(Some(Heard::Begin))
            }
            Moment::Within => {
                self.extend(frame)?;
                self.since_partial += frame.len();
                if self.since_partial < samples(self.options.partial_every) {
                    return Ok(None);
                }
                self.since_partial = 0;
                let text = self.decoder.partial();
                let text = self.checked(text)?;
                if text == self.partial {
                    return Ok(None);
                }
                self.partial.clone_from(&text);
                Ok(Some(Heard::Partial { text }))
            }
            Moment::End => {
                self.extend(frame)?;
                self.finish().map(Some)
            }
        }
    }

    /// Ends the current utterance, if there is one, because the stream is over.
    ///
    /// # Errors
    ///
    /// As [`Recognizer::push`].
    pub fn flush(&mut self) -> Result<Option<Heard>, DecodeError> {
        if !self.endpointer.is_within() {
            return Ok(None);
        }
        self.finish().map(Some)
    }

    /// Forgets the current utterance and what was heard before it: the assistant itself began to speak, say.
    pub fn discard(&mut self) {
        if self.endpointer.is_within() {
            self.decoder.reset();
        }
        self.endpointer.reset();
        self.pre_roll.clear();
        self.swap();
    }

    /// Other readings of an utterance, the likeliest first. Costs another decoding.
    ///
    /// # Errors
    ///
    /// As [`Recognizer::push`]. Not to be called within an utterance.
    pub fn readings(&mut self, audio: &[i16], count: u16) -> Result<Vec<String>, DecodeError> {
        let readings = self.decoder.readings(audio, count);
        self.decoder.reset();
        self.checked(readings)
    }

    fn extend(&mut self, frame: &[i16]) -> Result<(), DecodeError> {
        let from = self.utterance.len();
        self.utterance.extend(frame);
        self.decode(from)
    }

    fn decode(&mut self, from: usize) -> Result<(), DecodeError> {
        // libvosk's own endpoint is not used: the voice activity detector knows silence from a pause sooner.
        let accepted = self.decoder.accept(&self.utterance[from..]);
        self.checked(accepted).map(|_| ())
    }

    fn finish(&mut self) -> Result<Heard, DecodeError> {
        let hypothesis = self.decoder.finish();
        let hypothesis = self.checked(hypothesis)?;
        let silence = self.endpointer.silence();
        self.endpointer.reset();
        let audio = std::mem::take(&mut self.utterance);
        self.swap();
        Ok(Heard::Final { hypothesis, silence, audio })
    }

    /// After a failure the decoder is made anew, so that the next utterance is heard.
    fn checked<T>(&mut self, result: Result<T, DecodeError>) -> Result<T, DecodeError> {
        if result.is_err() {
            self.endpointer.reset();
            self.utterance.clear();
            match self.decoder.renewed() {
                Ok(decoder) => self.decoder = decoder,
                Err(error) => tracing::error!("{error}"),
            }
        }
        result
    }

    fn swap(&mut self) {
        if let Some(decoder) = self.next.take() {
            self.decoder = decoder;
        }
    }
}

fn samples(duration: Duration) -> usize {
    (duration.as_secs_f64() * f64::from(SAMPLE_RATE)) as usize
}
