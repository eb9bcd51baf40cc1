//! From frames to utterances: heyroom's own voice taken out, voice activity, recognition. Takes the time from the
//! frames, so that it works on recordings at any speed; [`super::hearing`] gives it a thread and a microphone.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    audio::{EchoCanceller, Frame, OwnSound, PlaybackReference, PlayedIn, Speaking, Vad, VadReport},
    recognizer::{Decoder, Heard, Hypothesis, Recognizer, RecognizerOptions, Voice, Word},
};

/// How many other readings of an utterance are looked at when the likeliest is no sentence of the grammar.
pub const READINGS: u16 = 30;

/// What was heard.
#[derive(Debug, Clone, PartialEq)]
pub enum Sound {
    /// The first sound came in: from now on something can be heard.
    Listening,
    /// Somebody began to speak.
    SpeechBegan,
    /// What is being said, so far.
    Partial(Partial),
    /// The speaker paused: the utterance as it is if nothing follows. If something does, partial results and another
    /// pause or the whole utterance come.
    Paused(Utterance),
    /// An utterance is over.
    Utterance(Utterance),
    /// The utterance that began is over, and what it was cannot be told: heyroom itself was heard, or the recogniser
    /// failed.
    Forgotten,
    /// The microphone is gone.
    Lost {
        /// What happened and what to do about it.
        reason: String,
    },
    /// The microphone is back.
    Restored {
        /// The device that is heard now.
        device: String,
    },
    /// The recording is over.
    Ended,
}

/// What an utterance looks like while it lasts; it may still change.
#[derive(Debug, Clone, PartialEq)]
pub struct Partial {
    /// The text so far.
    pub text: String,
    /// How many reports in a row, 100 ms apart, had this text; 1 for a new one.
    pub stable: u32,
    /// How long the voice has been silent.
    pub silence: Duration,
    /// Heyroom itself was heard at the same time.
    pub over_own_voice: bool,
}

/// One stretch of speech.
#[derive(Debug, Clone, PartialEq)]
pub struct Utterance {
    /// What it most likely was.
    pub hypothesis: Hypothesis,
    /// What it may have been too, the likeliest first; looked for only when the hypothesis is not understood.
    pub readings: Vec<String>,
    /// When the voice fell silent.
    pub ended: Instant,
    /// From then to the last sample taken in.
    pub silence: Duration,
    /// What was decoded, 16 kHz, for another model to listen to; in memory only, never to be stored. Empty at a pause.
    pub samples: Vec<i16>,
    /// Length of the audio that was decoded.
    pub audio: Duration,
    /// Time that decoding took.
    pub decoding: Duration,
    /// Heyroom itself was heard at the same time.
    pub over_own_voice: bool,
    /// What the loudspeaker has to do with each word of the hypothesis, where it is known what it plays.
    pub played: Option<Vec<PlayedIn>>,
    /// How many words at the beginning were heard while an earcon of heyroom sounded: they may be nothing else.
    pub signal: usize,
}

/// Says something about a text.
pub type Verdict = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// What an ear listens with.
pub struct EarParts {
    /// The recogniser for the current phrases.
    pub decoder: Decoder,
    /// How utterances are cut.
    pub options: RecognizerOptions,
    /// When heyroom itself is heard.
    pub speaking: Option<Speaking>,
    /// What heyroom plays then; none if that is not known.
    pub own_sound: Option<OwnSound>,
    /// What the loudspeaker plays.
    pub reference: PlaybackReference,
    /// Whether what is said while heyroom speaks is heard too, so that it can be interrupted. What is
    /// left of its own voice is heard as well; what is reported of that time is marked.
    pub barge_in: bool,
    /// Whether a text is understood, so that a second opinion is asked only where it can help.
    pub understood: Verdict,
    /// Whether an utterance that begins with this text may be something to act upon before its end is certain.
    pub may_be_command: Verdict,
}

/// What the ear can be asked to do.
#[derive(Debug)]
pub enum Request {
    /// Listen for other phrases from the next utterance on.
    Listen(Decoder),
    /// Listen with this alone from the next utterance on, or with the one for everything again.
    Narrow(Option<Decoder>),
    /// End the current utterance after this much silence; the next one has the usual length again.
    EndAfter(Duration),
    /// Forget the current utterance.
    Drop,
    /// Keep the current utterance although it began over heyroom's own voice: it is meant for the assistant.
    Keep,
    /// Recognise what is said (true), or nothing at all (false): then only the noise of the room is measured.
    Recognise(bool),
}

/// Turns frames into what was heard.
pub struct Ear {
    recognizer: Recognizer,
    vad: Vad,
    speaking: Option<Speaking>,
    own_sound: Option<OwnSound>,
    canceller: EchoCanceller,
    reference: PlaybackReference,
    barge_in: bool,
    understood: Verdict,
    may_be_command: Verdict,
    /// Time spent on the current utterance.
    decoding: Duration,
    /// Other readings of what was said up to the present pause.
    readings: Vec<String>,
    /// The last frame held heyroom's own voice.
    own_voice: bool,
    /// The current utterance began over heyroom's own voice, and nobody asked to keep it.
    over_own_voice: bool,
    /// Whether what is said is recognised.
    recognises: bool,
    /// An utterance began and is not over.
    within: bool,
}

impl Ear {
    /// An ear that has heard nothing yet.
    pub fn new(parts: EarParts) -> Self {
        let EarParts {
            decoder,
            options,
            speaking,
            own_sound,
            reference,
            barge_in,
            understood,
            may_be_command,
        } = parts;
        Self {
            recognizer: Recognizer::new(decoder, options),
            vad: Vad::default(),
            speaking,
            own_sound,
            canceller: EchoCanceller::default(),
            reference,
            barge_in,
            understood,
            may_be_command,
            decoding: Duration::ZERO,
            readings: Vec::new(),
            own_voice: false,
            over_own_voice: false,
            recognises: true,
            within: false,
        }
    }

    /// Does what it is asked.
    pub fn ask(&mut self, request: Request) {
        match request {
            Request::Listen(decoder) => self.recognizer.replace_decoder(decoder),
            Request::Narrow(decoder) => self.recognizer.narrow(decoder),
            Request::EndAfter(silence) => self.recognizer.end_after(silence),
            Request::Drop => self.forget(),
            Request::Keep => self.over_own_voice = false,
            Request::Recognise(recognises) => {
                if !std::mem::replace(&mut self.recognises, recognises) || !recognises {
                    self.forget();
                }
            }
        }
    }

    /// Takes in the next 10 ms.
    pub fn frame(&mut self, frame: &Frame) -> Option<Sound> {
        if !self.recognises {
            self.vad.frame(frame);
            return None;
        }
        let own_voice = self.speaking.as_ref().is_some_and(|speaking| speaking.covers(frame));
        let fell_silent = self.own_voice && !own_voice;
        // Its own voice that begins in the middle of an utterance spoils the rest of it.
        let spoilt = (own_voice && !self.own_voice && !self.barge_in) || (fell_silent && self.over_own_voice);
        let forgotten = (spoilt && self.within).then_some(Sound::Forgotten);
        if spoilt {
            self.forget();
        }
        self.own_voice = own_voice;
        if own_voice && !self.barge_in {
            return forgotten;
        }
        let cleaned = self.without_own_voice(frame, fell_silent);
        let frame = cleaned.as_ref().unwrap_or(frame);
        let report = self.vad.frame(frame);
        let started = Instant::now();
        let may_be_command = self.may_be_command.clone();
        let heard = self.recognizer.push(&frame.samples, voice(&report), |text| may_be_command(text));
        self.decoding += started.elapsed();
        // What begins anew says by itself that the other is over.
        self.report(heard, frame.end()).or(forgotten)
    }

    /// The frame without heyroom's own voice, if that is in it.
    fn without_own_voice(&mut self, frame: &Frame, fell_silent: bool) -> Option<Frame> {
        if fell_silent {
            self.canceller.pause();
        }
        let own = self.own_sound.as_ref().filter(|_| self.own_voice)?;
        let played = own.next(frame.captured);
        Some(self.canceller.clean(frame, &played))
    }

    /// The sound is over, as of `now`: what was being said, if anything.
    pub fn flush(&mut self, now: Instant) -> Option<Sound> {
        let heard = self.recognizer.flush();
        self.report(heard, now)
    }

    /// Forgets the current utterance: the rest of it cannot come, or it was heyroom itself.
    pub fn forget(&mut self) {
        self.recognizer.discard();
        self.vad.interrupt();
        self.decoding = Duration::ZERO;
        self.over_own_voice = false;
        self.within = false;
    }

    fn report<E: std::fmt::Display>(
        &mut self,
        heard: Result<Option<Heard>, E>,
        now: Instant,
    ) -> Option<Sound> {
        match heard {
            Ok(None) => None,
            Ok(Some(Heard::Begin)) => {
                self.over_own_voice = self.own_voice;
                self.within = true;
                self.readings.clear();
                Some(Sound::SpeechBegan)
            }
            Ok(Some(Heard::Partial { text, stable, silence })) => {
                // After a pause that was none, what was read at it is no longer the whole.
                self.readings.clear();
                Some(Sound::Partial(Partial { text, stable, silence, over_own_voice: self.over_own_voice }))
            }
            Ok(Some(Heard::Paused { hypothesis, silence })) => {
                let audio = self.recognizer.audio().to_vec();
                self.readings = self.second_opinion(&hypothesis, &audio);
                Some(Sound::Paused(self.utterance(hypothesis, silence, &audio, now)))
            }
            Ok(Some(Heard::Final { hypothesis, silence, audio })) => {
                // At a pause it was looked for already.
                if self.readings.is_empty() {
                    self.readings = self.second_opinion(&hypothesis, &audio);
                }
                let mut utterance = self.utterance(hypothesis, silence, &audio, now);
                utterance.samples = audio;
                self.decoding = Duration::ZERO;
                self.within = false;
                Some(Sound::Utterance(utterance))
            }
            Err(error) => {
                tracing::error!("an utterance was lost: {error}");
                self.decoding = Duration::ZERO;
                std::mem::take(&mut self.within).then_some(Sound::Forgotten)
            }
        }
    }

    fn second_opinion(&mut self, hypothesis: &Hypothesis, audio: &[i16]) -> Vec<String> {
        if hypothesis.is_empty() || (self.understood)(&hypothesis.text()) {
            return Vec::new();
        }
        let started = Instant::now();
        let readings = self.recognizer.readings(audio, READINGS).unwrap_or_default();
        self.decoding += started.elapsed();
        readings
    }

    fn utterance(
        &self,
        hypothesis: Hypothesis,
        silence: Duration,
        samples: &[i16],
        now: Instant,
    ) -> Utterance {
        let audio = crate::audio::duration_of(samples.len() as u64);
        let from = now.checked_sub(audio).unwrap_or(now);
        let played = self.played_in(&hypothesis, samples, from);
        let signal = self.signal_in(&hypothesis, from);
        Utterance {
            hypothesis,
            readings: self.readings.clone(),
            ended: now.checked_sub(silence).unwrap_or(now),
            silence,
            samples: Vec::new(),
            audio,
            decoding: self.decoding,
            over_own_voice: self.over_own_voice,
            played,
            signal,
        }
    }

    /// How many words at the beginning of what was said from `from` on lie within an earcon: their middles do.
    fn signal_in(&self, heard: &Hypothesis, from: Instant) -> usize {
        let Some(speaking) = &self.speaking else { return 0 };
        let middle = |word: &Word| from + Duration::from_millis(u64::from(word.start_ms + word.end_ms) / 2);
        heard.words.iter().take_while(|word| speaking.signals(middle(word))).count()
    }

    /// What the loudspeaker has to do with each word of `samples`, which begin at `from`.
    fn played_in(&self, heard: &Hypothesis, samples: &[i16], from: Instant) -> Option<Vec<PlayedIn>> {
        if !self.reference.is_known() || heard.is_empty() {
            return None;
        }
        let at = |ms: u32| ms as usize * (crate::recognizer::SAMPLE_RATE / 1_000) as usize;
        let words: Vec<_> = heard.words.iter().map(|word| at(word.start_ms)..at(word.end_ms)).collect();
        let said = words.last().map_or(0, |word| word.end as u64);
        self.reference.catch_up(from + crate::audio::duration_of(said));
        Some(self.reference.in_stretches(samples, from, &words))
    }
}

fn voice(report: &VadReport) -> Voice {
    let silence = if report.speech { report.pause_ms } else { report.since_ms };
    Voice { speech: report.speech, silence: Duration::from_millis(silence.into()) }
}
