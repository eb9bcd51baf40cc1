//! From frames to utterances, on a thread of its own: voice activity, recognition, the gate against heyroom's own voice.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::UnboundedSender;

use crate::{
    audio::{AudioEvent, Frame, Input, Speaking, Vad, VadReport},
    recognizer::{Decoder, Heard, Hypothesis, Recognizer, RecognizerOptions, Voice},
};

/// How many other readings of an utterance are looked at when the likeliest is no sentence of the grammar.
const READINGS: u16 = 30;

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
    /// When the recogniser was done with it.
    pub recognised: Instant,
    /// Length of the audio that was decoded.
    pub audio: Duration,
    /// Time that decoding took.
    pub decoding: Duration,
    /// Heyroom itself was heard at the same time.
    pub over_own_voice: bool,
}

/// Says something about a text.
pub type Verdict = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// What to listen with.
pub struct HearingParts {
    /// The microphone or file.
    pub input: Input,
    /// The recogniser for the current phrases.
    pub decoder: Decoder,
    /// How utterances are cut.
    pub options: RecognizerOptions,
    /// When heyroom itself is heard.
    pub speaking: Option<Speaking>,
    /// Whether what is said while heyroom speaks is heard too, so that it can be interrupted. It then hears itself as
    /// well; what is reported of that time is marked.
    pub barge_in: bool,
    /// Whether a text is understood, so that a second opinion is asked only where it can help.
    pub understood: Verdict,
    /// Whether an utterance that begins with this text may be something to act upon before its end is certain.
    pub may_be_command: Verdict,
}

/// What the ear can be asked to do.
enum Request {
    Listen(Decoder),
    EndAfter(Duration),
    Drop,
    Keep,
}

/// A running ear. Dropping it ends the thread.
#[derive(Debug)]
pub struct Hearing {
    requests: mpsc::Sender<Request>,
}

impl Hearing {
    /// Starts listening; what is heard goes to `sounds`.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn start(parts: HearingParts, sounds: UnboundedSender<Sound>) -> std::io::Result<Self> {
        let (requests, requested) = mpsc::channel();
        let HearingParts { input, decoder, options, speaking, barge_in, understood, may_be_command } = parts;
        let ear = Ear {
            recognizer: Recognizer::new(decoder, options),
            vad: Vad::default(),
            speaking,
            barge_in,
            understood,
            may_be_command,
            sounds,
            requested,
            decoding: Duration::ZERO,
            readings: Vec::new(),
            own_voice: false,
            over_own_voice: false,
        };
        thread::Builder::new().name("heyroom-ear".to_owned()).spawn(move || ear.run(input))?;
        Ok(Self { requests })
    }

    /// Listens for other phrases from the next utterance on.
    pub fn replace_decoder(&self, decoder: Decoder) {
        self.request(Request::Listen(decoder));
    }

    /// Ends the current utterance after this much silence; the next one has the usual length again.
    pub fn end_after(&self, silence: Duration) {
        self.request(Request::EndAfter(silence));
    }

    /// Forgets the current utterance.
    pub fn drop_utterance(&self) {
        self.request(Request::Drop);
    }

    /// Keeps the current utterance although it began over heyroom's own voice: it is meant for the assistant.
    pub fn keep_utterance(&self) {
        self.request(Request::Keep);
    }

    fn request(&self, request: Request) {
        // The ear is gone only when its input ended; then there is nothing to hear.
        let _ = self.requests.send(request);
    }
}

struct Ear {
    recognizer: Recognizer,
    vad: Vad,
    speaking: Option<Speaking>,
    barge_in: bool,
    understood: Verdict,
    may_be_command: Verdict,
    sounds: UnboundedSender<Sound>,
    requested: mpsc::Receiver<Request>,
    /// Time spent on the current utterance.
    decoding: Duration,
    /// Other readings of what was said up to the present pause.
    readings: Vec<String>,
    /// The last frame held heyroom's own voice.
    own_voice: bool,
    /// The current utterance began over heyroom's own voice, and nobody asked to keep it.
    over_own_voice: bool,
}

/// Nobody wants to know any more.
struct Deaf;

impl Ear {
    fn run(mut self, input: Input) {
        let mut last = Instant::now();
        let mut listening = false;
        for event in input {
            let done = match event {
                AudioEvent::Frames(frames) => {
                    let told = if listening { Ok(()) } else { self.tell(Sound::Listening) };
                    listening = true;
                    told.and_then(|()| {
                        frames.iter().try_for_each(|frame| {
                            last = frame.end();
                            self.frame(frame)
                        })
                    })
                }
                AudioEvent::Lost { reason } => {
                    // Half an utterance is none: the rest of it cannot come.
                    self.forget();
                    self.tell(Sound::Lost { reason })
                }
                AudioEvent::Restored { device } => self.tell(Sound::Restored { device }),
                AudioEvent::Overrun { samples } => {
                    tracing::warn!("{} ms of sound were lost: this machine was too busy", samples / 16);
                    Ok(())
                }
                AudioEvent::End => {
                    let heard = self.recognizer.flush();
                    self.report(heard, last).and_then(|()| self.tell(Sound::Ended))
                }
            };
            if done.is_err() {
                return;
            }
        }
    }

    fn frame(&mut self, frame: &Frame) -> Result<(), Deaf> {
        while let Ok(request) = self.requested.try_recv() {
            match request {
                Request::Listen(decoder) => self.recognizer.replace_decoder(decoder),
                Request::EndAfter(silence) => self.recognizer.end_after(silence),
                Request::Drop => self.forget(),
                Request::Keep => self.over_own_voice = false,
            }
        }
        let own_voice = self.speaking.as_ref().is_some_and(|speaking| speaking.covers(frame));
        let fell_silent = self.own_voice && !own_voice;
        // Its own voice that begins in the middle of an utterance spoils the rest of it.
        if (own_voice && !self.own_voice && !self.barge_in) || (fell_silent && self.over_own_voice) {
            self.forget();
        }
        self.own_voice = own_voice;
        if own_voice && !self.barge_in {
            return Ok(());
        }
        let report = self.vad.frame(frame);
        let started = Instant::now();
        let may_be_command = self.may_be_command.clone();
        let heard = self.recognizer.push(&frame.samples, voice(&report), |text| may_be_command(text));
        self.decoding += started.elapsed();
        self.report(heard, frame.end())
    }

    fn forget(&mut self) {
        self.recognizer.discard();
        self.vad.interrupt();
        self.decoding = Duration::ZERO;
        self.over_own_voice = false;
    }

    fn report<E: std::fmt::Display>(
        &mut self,
        heard: Result<Option<Heard>, E>,
        now: Instant,
    ) -> Result<(), Deaf> {
        match heard {
            Ok(None) => Ok(()),
            Ok(Some(Heard::Begin)) => {
                self.over_own_voice = self.own_voice;
                self.readings.clear();
                self.tell(Sound::SpeechBegan)
            }
            Ok(Some(Heard::Partial { text, stable, silence })) => {
                // After a pause that was none, what was read at it is no longer the whole.
                self.readings.clear();
                let partial = Partial { text, stable, silence, over_own_voice: self.over_own_voice };
                self.tell(Sound::Partial(partial))
            }
            Ok(Some(Heard::Paused { hypothesis, silence })) => {
                let audio = self.recognizer.audio().to_vec();
                self.readings = self.second_opinion(&hypothesis, &audio);
                let utterance = self.utterance(hypothesis, silence, audio.len(), now);
                self.tell(Sound::Paused(utterance))
            }
            Ok(Some(Heard::Final { hypothesis, silence, audio })) => {
                // At a pause it was looked for already.
                if self.readings.is_empty() {
                    self.readings = self.second_opinion(&hypothesis, &audio);
                }
                let utterance = self.utterance(hypothesis, silence, audio.len(), now);
                self.decoding = Duration::ZERO;
                self.tell(Sound::Utterance(utterance))
            }
            Err(error) => {
                tracing::error!("an utterance was lost: {error}");
                self.decoding = Duration::ZERO;
                Ok(())
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
        samples: usize,
        now: Instant,
    ) -> Utterance {
        let audio = Duration::from_secs_f64(samples as f64 / f64::from(crate::recognizer::SAMPLE_RATE));
        Utterance {
            hypothesis,
            readings: self.readings.clone(),
            ended: now.checked_sub(silence).unwrap_or(now),
            recognised: Instant::now(),
            audio,
            decoding: self.decoding,
            over_own_voice: self.over_own_voice,
        }
    }

    fn tell(&self, sound: Sound) -> Result<(), Deaf> {
        self.sounds.send(sound).map_err(|_| Deaf)
    }
}

fn voice(report: &VadReport) -> Voice {
    let silence = if report.speech { report.pause_ms } else { report.since_ms };
    Voice { speech: report.speech, silence: Duration::from_millis(silence.into()) }
}
