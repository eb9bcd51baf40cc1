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
    Partial(String),
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
}

/// Says whether a text is understood, so that a second opinion is asked only where it can help.
pub type Understood = Arc<dyn Fn(&str) -> bool + Send + Sync>;

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
    /// Whether a text is understood.
    pub understood: Understood,
}

/// A running ear. Dropping it ends the thread.
#[derive(Debug)]
pub struct Hearing {
    decoders: mpsc::Sender<Decoder>,
}

impl Hearing {
    /// Starts listening; what is heard goes to `sounds`.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn start(parts: HearingParts, sounds: UnboundedSender<Sound>) -> std::io::Result<Self> {
        let (decoders, new_decoders) = mpsc::channel();
        let HearingParts { input, decoder, options, speaking, understood } = parts;
        let ear = Ear {
            recognizer: Recognizer::new(decoder, options),
            vad: Vad::default(),
            speaking,
            understood,
            sounds,
            new_decoders,
            decoding: Duration::ZERO,
            gated: false,
        };
        thread::Builder::new().name("heyroom-ear".to_owned()).spawn(move || ear.run(input))?;
        Ok(Self { decoders })
    }

    /// Listens for other phrases from the next utterance on.
    pub fn replace_decoder(&self, decoder: Decoder) {
        // The ear is gone only when its input ended; then there is nothing to hear.
        let _ = self.decoders.send(decoder);
    }
}

struct Ear {
    recognizer: Recognizer,
    vad: Vad,
    speaking: Option<Speaking>,
    understood: Understood,
    sounds: UnboundedSender<Sound>,
    new_decoders: mpsc::Receiver<Decoder>,
    /// Time spent on the current utterance.
    decoding: Duration,
    /// The last frame held heyroom's own voice.
    gated: bool,
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
                    self.recognizer.discard();
                    self.vad.interrupt();
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
        while let Ok(decoder) = self.new_decoders.try_recv() {
            self.recognizer.replace_decoder(decoder);
        }
        if self.speaking.as_ref().is_some_and(|speaking| speaking.covers(frame)) {
            if !self.gated {
                self.recognizer.discard();
                self.vad.interrupt();
            }
            self.gated = true;
            return Ok(());
        }
        self.gated = false;
        let report = self.vad.frame(frame);
        let started = Instant::now();
        let heard = self.recognizer.push(&frame.samples, voice(&report));
        self.decoding += started.elapsed();
        self.report(heard, frame.end())
    }

    fn report<E: std::fmt::Display>(
        &mut self,
        heard: Result<Option<Heard>, E>,
        now: Instant,
    ) -> Result<(), Deaf> {
        match heard {
            Ok(None) => Ok(()),
            Ok(Some(Heard::Begin)) => self.tell(Sound::SpeechBegan),
            Ok(Some(Heard::Partial { text })) => self.tell(Sound::Partial(text)),
            Ok(Some(Heard::Final { hypothesis, silence, audio })) => {
                let text = hypothesis.text();
                let mut readings = Vec::new();
                if !hypothesis.is_empty() && !(self.understood)(&text) {
                    let started = Instant::now();
                    readings = self.recognizer.readings(&audio, READINGS).unwrap_or_default();
                    self.decoding += started.elapsed();
                }
                let utterance = Utterance {
                    hypothesis,
                    readings,
                    ended: now.checked_sub(silence).unwrap_or(now),
                    recognised: Instant::now(),
                    audio: Duration::from_secs_f64(
                        audio.len() as f64 / f64::from(crate::recognizer::SAMPLE_RATE),
                    ),
                    decoding: std::mem::take(&mut self.decoding),
                };
                self.tell(Sound::Utterance(utterance))
            }
            Err(error) => {
                tracing::error!("an utterance was lost: {error}");
                self.decoding = Duration::ZERO;
                Ok(())
            }
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
