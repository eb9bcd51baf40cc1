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
    /// Silence after which it is worth knowing what the utterance is if it is over now.
    pub pause: Duration,
    /// Utterances longer than this are not judged at a pause: commands are short, and each judgement of a pause that
    /// was none costs another decoding.
    pub longest_judged: Duration,
}

impl Default for RecognizerOptions {
    fn default() -> Self {
        Self {
            endpointer: EndpointerOptions::default(),
            pre_roll: Duration::from_millis(400),
            partial_every: Duration::from_millis(100),
            pause: Duration::from_millis(150),
            longest_judged: Duration::from_secs(6),
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
        /// How many reports in a row had this text; 1 for a new one.
        stable: u32,
        /// How long the voice has been silent.
        silence: Duration,
    },
    /// The voice paused: what the utterance is if nothing follows. Comes before [`Heard::Final`], or before further
    /// partial results if the speaker goes on.
    Paused {
        /// What was said so far.
        hypothesis: Hypothesis,
        /// From the end of speech to the last sample taken in.
        silence: Duration,
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
    /// Listens for everything.
    wide: Decoder,
    /// Listens for less, and is used instead while it is there.
    narrow: Option<Decoder>,
    /// What takes the place of both after the utterance.
    next_wide: Option<Decoder>,
    next_narrow: Option<Option<Decoder>>,
    endpointer: Endpointer,
    options: RecognizerOptions,
    pre_roll: VecDeque<i16>,
    utterance: Vec<i16>,
    since_partial: usize,
    partial: String,
    stable: u32,
    /// What was heard up to the pause that lasts; the decoder has ended its utterance then.
    paused: Option<Hypothesis>,
}

impl Recognizer {
    /// A recogniser that waits for speech.
    pub fn new(decoder: Decoder, options: RecognizerOptions) -> Self {
        Self {
            wide: decoder,
            narrow: None,
            next_wide: None,
            next_narrow: None,
            endpointer: Endpointer::new(options.endpointer.clone()),
            pre_roll: VecDeque::with_capacity(samples(options.pre_roll)),
            utterance: Vec::new(),
            since_partial: 0,
            partial: String::new(),
            stable: 0,
            paused: None,
            options,
        }
    }

    /// Takes `decoder` for everything from the next utterance on; while it listens for less, that goes on.
    pub fn replace_decoder(&mut self, decoder: Decoder) {
        self.next_wide = Some(decoder);
        self.swap_between_utterances();
    }

    /// Listens with `decoder` alone from the next utterance on, or with the one for everything again, which is kept:
    /// nothing that is said after an answer is to be lost.
    pub fn narrow(&mut self, decoder: Option<Decoder>) {
        self.next_narrow = Some(decoder);
        self.swap_between_utterances();
    }

    fn swap_between_utterances(&mut self) {
        if !self.endpointer.is_within() {
            self.swap();
        }
    }

    fn decoder(&mut self) -> &mut Decoder {
        self.narrow.as_mut().unwrap_or(&mut self.wide)
    }

    /// Sets how much silence ends the current utterance; the next one has the usual length again.
    pub fn end_after(&mut self, silence: Duration) {
        if self.endpointer.is_within() {
            self.endpointer.set_trailing_silence(silence);
        }
    }

    /// The samples of the current utterance, pre-roll included.
    pub fn audio(&self) -> &[i16] {
        &self.utterance
    }

    /// Takes in the next samples (10 ms or so) and what the voice activity detector says of them. `judge` is asked at a
    /// pause, with the text so far, whether it may be the end of something worth acting upon at once.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]: the utterance is lost; the recogniser goes on with the next one.
    pub fn push(
        &mut self,
        frame: &[i16],
        voice: Voice,
        judge: impl FnOnce(&str) -> bool,
    ) -> Result<Option<Heard>, DecodeError> {
        let length = Duration::from_secs_f64(frame.len() as f64 / f64::from(SAMPLE_RATE));
        // Not as soon as an utterance is over: its other readings are asked for then, and are those of its own phrases.
        self.swap_between_utterances();
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
                self.since_partial = self.utterance.len();
                (self.partial, self.stable, self.paused) = (String::new(), 0, None);
                self.endpointer.set_trailing_silence(self.options.endpointer.trailing_silence);
                self.decode(0)?;
                Ok(Some(Heard::Begin))
            }
            Moment::Within if self.paused.is_some() && voice.silence >= self.options.pause => {
                self.utterance.extend(frame);
                Ok(None)
            }
            Moment::Within => {
                self.extend(frame)?;
                self.since_partial += frame.len();
                if voice.silence >= self.options.pause
                    && self.utterance.len() <= samples(self.options.longest_judged)
                    && judge(&self.partial)
                {
                    let hypothesis = self.decoder().finish();
                    let hypothesis = self.checked(hypothesis)?;
                    self.paused = Some(hypothesis.clone());
                    return Ok(Some(Heard::Paused { hypothesis, silence: voice.silence }));
                }
                if self.since_partial < samples(self.options.partial_every) {
                    return Ok(None);
                }
                self.since_partial = 0;
                let text = self.decoder().partial();
                let text = self.checked(text)?;
                self.stable = if text == self.partial { self.stable + 1 } else { 1 };
                self.partial.clone_from(&text);
                Ok(Some(Heard::Partial { text, stable: self.stable, silence: voice.silence }))
            }
            Moment::End => {
                match self.paused {
                    Some(_) => self.utterance.extend(frame),
                    None => self.extend(frame)?,
                }
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
            self.decoder().reset();
        }
        self.endpointer.reset();
        self.paused = None;
        self.pre_roll.clear();
        self.swap();
    }

    /// Other readings of an utterance, the likeliest first. Costs another decoding.
    ///
    /// # Errors
    ///
    /// As [`Recognizer::push`]. Not to be called within an utterance, except at a pause.
    pub fn readings(&mut self, audio: &[i16], count: u16) -> Result<Vec<String>, DecodeError> {
        let readings = self.decoder().readings(audio, count);
        self.decoder().reset();
        self.checked(readings)
    }

    fn extend(&mut self, frame: &[i16]) -> Result<(), DecodeError> {
        let mut from = self.utterance.len();
        if self.paused.take().is_some() {
            // The speaker went on: libvosk cannot take back the end of an utterance, so it hears it all again.
            self.decoder().reset();
            from = 0;
        }
        self.utterance.extend(frame);
        self.decode(from)
    }

    fn decode(&mut self, from: usize) -> Result<(), DecodeError> {
        // libvosk's own endpoint is not used: the voice activity detector knows silence from a pause sooner.
        let decoder = self.narrow.as_mut().unwrap_or(&mut self.wide);
        let accepted = decoder.accept(&self.utterance[from..]);
        self.checked(accepted).map(|_| ())
    }

    fn finish(&mut self) -> Result<Heard, DecodeError> {
        let hypothesis = match self.paused.take() {
            Some(hypothesis) => hypothesis,
            None => {
                let hypothesis = self.decoder().finish();
                self.checked(hypothesis)?
            }
        };
        let silence = self.endpointer.silence();
        self.endpointer.reset();
        let audio = std::mem::take(&mut self.utterance);
        Ok(Heard::Final { hypothesis, silence, audio })
    }

    /// After a failure the decoder is made anew, so that the next utterance is heard.
    fn checked<T>(&mut self, result: Result<T, DecodeError>) -> Result<T, DecodeError> {
        if result.is_err() {
            self.endpointer.reset();
            self.utterance.clear();
            self.paused = None;
            match self.decoder().renewed() {
                Ok(decoder) => *self.decoder() = decoder,
                Err(error) => tracing::error!("{error}"),
            }
        }
        result
    }

    fn swap(&mut self) {
        if let Some(decoder) = self.next_wide.take() {
            self.wide = decoder;
        }
        if let Some(narrow) = self.next_narrow.take() {
            self.narrow = narrow;
        }
    }
}

fn samples(duration: Duration) -> usize {
    (duration.as_secs_f64() * f64::from(SAMPLE_RATE)) as usize
}
