//! Recordings through the real ear and dialogue, as fast as the machine can: time is counted in samples, so that what
//! happens is the same at any speed. No room: what the dialogue decides to do is what counts.

use std::{
    sync::{Arc, RwLock, atomic::AtomicBool, atomic::Ordering},
    time::{Duration, Instant},
};

use serde_json::{Map, Value};

use super::{
    manifest::Item,
    score::{Acted, Observed},
};
use crate::{
    assistant::{
        dialogue::{CANCEL, Dialogue, Effect, Event, Facts, Refusal, Settings, State},
        ear::{Ear, EarParts, Request, Sound},
        listening::Listening,
        verdicts::{self, Verdicts},
        wake::WakePhrases,
    },
    audio::{FRAME_DURATION, FRAME_SAMPLES, Frame, PlaybackReference, SAMPLE_RATE},
    grammar::{Context, Grammar, Match},
    recognizer::{DecodeError, Model, RecognizerOptions},
};

/// A recording as it is played.
#[derive(Debug)]
pub struct Played<'a> {
    /// What it is.
    pub item: &'a Item,
    /// 16 kHz mono, with the room before and after.
    pub samples: Vec<i16>,
    /// When speech really ends, in samples.
    pub speech_end: usize,
}

/// The assistant without a room, a microphone and a clock.
pub struct Offline {
    ear: Ear,
    dialogue: Dialogue,
    settings: Settings,
    grammar: Arc<Grammar>,
    attentive: Arc<AtomicBool>,
    /// The beginning of time, and how many frames came since.
    start: Instant,
    frames: u32,
    /// Time that the machine spent on recognition.
    busy: Duration,
    /// Nothing is played any more when this is true.
    stop: Arc<AtomicBool>,
}

impl Offline {
    /// An assistant that sleeps. It hears nothing more once `stop` is true.
    ///
    /// # Errors
    ///
    /// When the recogniser cannot be made.
    pub fn new(
        grammar: Grammar,
        model: &Model,
        settings: Settings,
        options: RecognizerOptions,
        stop: Arc<AtomicBool>,
    ) -> Result<Self, DecodeError> {
        let decoder = Listening::new(&grammar, &settings.wake, model).decoder(model)?;
        let grammar = Arc::new(grammar);
        let verdicts = Verdicts {
            grammar: Arc::new(RwLock::new(grammar.clone())),
            wake: Arc::new(RwLock::new(settings.wake.clone())),
            attentive: Arc::default(),
        };
        let ear = Ear::new(EarParts {
            decoder,
            options,
            speaking: None,
            own_sound: None,
            reference: PlaybackReference::default(),
            barge_in: false,
            understood: verdicts.understood(),
            may_be_command: verdicts.may_be_command(),
        });
        Ok(Self {
            ear,
            dialogue: Dialogue::new(settings.clone()),
            settings,
            grammar,
            attentive: verdicts.attentive,
            start: Instant::now(),
            frames: 0,
            busy: Duration::ZERO,
            stop,
        })
    }

    /// Time that the machine spent on recognition so far.
    pub fn busy(&self) -> Duration {
        self.busy
    }

    /// Plays a command to an assistant that sleeps in a room of the given state. If the wake phrase is not said, a button
    /// is pushed instead.
    pub fn command(&mut self, played: &Played<'_>) -> Observed {
        self.fall_asleep();
        let context = &played.item.context;
        let ringing = context.get("ringing").and_then(Value::as_bool).unwrap_or(false);
        let mut observed = Observed::default();
        self.step(Event::Room(Facts { ringing, context: context.clone() }), &mut observed, None);
        if is_without_wake(played.item, &self.settings.wake) {
            observed.needs_no_wake = true;
            if !(ringing && self.settings.wake_optional) {
                self.step(Event::PushToTalk, &mut observed, None);
                // The button is no wake phrase that was heard.
                observed.wakes = 0;
            }
        }
        self.play(played, &mut observed);
        observed
    }

    /// Forgets what was said: what is played next has nothing to do with it.
    pub fn fall_asleep(&mut self) {
        self.ear.forget();
        self.dialogue = Dialogue::new(self.settings.clone());
        self.attentive.store(false, Ordering::Relaxed);
    }

    /// Plays sound that goes on from what was played before. The room is idle, except for what the item says of it.
    pub fn listen(&mut self, played: &Played<'_>) -> Observed {
        let mut observed = Observed::default();
        let mut context = idle_room();
        context.extend(played.item.context.clone());
        let ringing = context.get("ringing").and_then(Value::as_bool).unwrap_or(false);
        self.step(Event::Room(Facts { ringing, context }), &mut observed, None);
        self.play(played, &mut observed);
        observed
    }

    fn play(&mut self, played: &Played<'_>, observed: &mut Observed) {
        let began = self.frames;
        let end_of_speech = |frames: u32| {
            let heard = (frames - began) as usize * FRAME_SAMPLES;
            let after = heard.saturating_sub(played.speech_end);
            Duration::from_secs_f64(after as f64 / f64::from(SAMPLE_RATE))
        };
        for chunk in played.samples.chunks(FRAME_SAMPLES) {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            observed.samples += chunk.len();
            let mut samples = [0; FRAME_SAMPLES];
            samples[..chunk.len()].copy_from_slice(chunk);
            let frame = Frame {
                index: self.frames.into(),
                captured: self.start + FRAME_DURATION * self.frames,
                samples,
            };
            self.frames += 1;
            while self.dialogue.deadline().is_some_and(|due| due <= self.now()) {
                let before = self.dialogue.deadline();
                self.step(Event::Tick, observed, None);
                if self.dialogue.deadline() == before {
                    break;
                }
            }
            let started = Instant::now();
            let sound = self.ear.frame(&frame);
            if let Some(sound) = sound {
                // What the machine needed comes on top of the time of the sound.
                let after = end_of_speech(self.frames) + started.elapsed();
                self.sound(&sound, observed, after);
            }
            self.busy += started.elapsed();
        }
    }

    fn now(&self) -> Instant {
        self.start + FRAME_DURATION * self.frames
    }

    fn sound(&mut self, sound: &Sound, observed: &mut Observed, after: Duration) {
        match sound {
            Sound::SpeechBegan => self.step(Event::SpeechBegan, observed, None),
            Sound::Partial(partial) => self.step(verdicts::under_way(partial), observed, Some((after, true))),
            Sound::Paused(utterance) => {
                self.step(verdicts::at_a_pause(utterance), observed, Some((after, true)));
            }
            Sound::Utterance(utterance) => {
                let text = utterance.hypothesis.text();
                if !text.is_empty() {
                    observed.heard = format!("{} {text}", observed.heard).trim().to_owned();
                }
                self.step(verdicts::whole(utterance), observed, Some((after, false)));
            }
            Sound::Forgotten => self.step(Event::Forgotten, observed, None),
            Sound::Listening | Sound::Lost { .. } | Sound::Restored { .. } | Sound::Ended => {}
        }
    }

    fn step(&mut self, event: Event, observed: &mut Observed, after: Option<(Duration, bool)>) {
        let before = self.dialogue.state();
        let mut effects = self.dialogue.step(event, self.now(), &self.grammar);
        if effects.iter().any(Effect::is_question) {
            // Asked at once: there is no voice here.
            effects.extend(self.dialogue.step(Event::Settled, self.now(), &self.grammar));
        }
        let slept = matches!(before, State::Asleep | State::InCall | State::Ringing);
        observed.wakes += usize::from(slept && effects.iter().any(tells_that_it_woke));
        self.attentive.store(self.dialogue.is_attentive(), Ordering::Relaxed);
        for effect in effects {
            match effect {
                Effect::Act(found) | Effect::Confirm(found) => {
                    let (latency, early) = after.unzip();
                    observed.act(Acted {
                        slots: slots(&found),
                        intent: found.intent,
                        latency,
                        early: early == Some(true),
                        taken_back: false,
                    });
                }
                // Otherwise it is an answer, or none came.
                Effect::Cancelled if !matches!(before, State::Confirming | State::Choosing) => {
                    let (latency, early) = after.unzip();
                    observed.act(Acted {
                        slots: Map::new(),
                        intent: CANCEL.to_owned(),
                        latency,
                        early: early == Some(true),
                        taken_back: false,
                    });
                }
                Effect::TakeBack(found) => observed.take_back(&found.intent),
                Effect::Choose { candidates, .. } => {
                    let names: Vec<&str> =
                        candidates.iter().map(|candidate| candidate.name.as_str()).collect();
                    observed.refused = Some(format!("asks which one: {}", names.join(", ")));
                }
                Effect::Refused { refusal, .. } => {
                    let why = match refusal {
                        Refusal::Unknown => "no sentence of the grammar",
                        Refusal::NotNow => "not valid in this state of the room",
                        Refusal::LowConfidence => "heard too badly",
                        Refusal::TooMany => "fits too many to ask which one",
                        Refusal::TooShort => "too short a sound for the words",
                    };
                    observed.refused = Some(why.to_owned());
                }
                Effect::Endpoint(silence) => self.ear.ask(Request::EndAfter(silence)),
                Effect::DropRest => self.ear.ask(Request::Drop),
                Effect::Interrupt | Effect::Keep => self.ear.ask(Request::Keep),
                _ => {}
            }
        }
    }
}

/// Whether the assistant felt addressed.
fn tells_that_it_woke(effect: &Effect) -> bool {
    effect.is_question()
        || matches!(
            effect,
            Effect::Wake | Effect::Act(_) | Effect::Refused { .. } | Effect::Continue | Effect::Cancelled
        )
}

fn slots(found: &Match) -> Map<String, Value> {
    found.slots.iter().map(|(name, slot)| (name.clone(), slot.value.clone())).collect()
}

/// Whether the manifest tells that something is said without a wake phrase.
pub fn is_without_wake(item: &Item, wake: &WakePhrases) -> bool {
    let words: Vec<String> = item.text.iter().flat_map(|text| words(text)).collect();
    !words.is_empty() && wake.find(&words).is_none()
}

/// A room in which nothing happens.
fn idle_room() -> Context {
    let fact = |(name, is_so): (&str, bool)| (name.to_owned(), Value::from(is_so));
    let facts = [
        ("connected", true),
        ("in_call", false),
        ("ringing", false),
        ("calling", false),
        ("slides", false),
        ("recording", false),
        ("sharing", false),
    ];
    facts.into_iter().map(fact).collect()
}

fn words(text: &str) -> Vec<String> {
    let word = |word: &str| word.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    text.split_whitespace().map(word).filter(|word| !word.is_empty()).collect()
}

/// The same recording the way of a fixed window: the wake phrase is waited for, then so many seconds are recorded, and
/// only then is it looked at what was said.
pub struct FixedWindow {
    decoder: crate::recognizer::Decoder,
    grammar: Arc<Grammar>,
    wake: WakePhrases,
    window: Duration,
}

impl FixedWindow {
    /// With a window of this length.
    ///
    /// # Errors
    ///
    /// When the recogniser cannot be made.
    pub fn new(
        grammar: &Grammar,
        model: &Model,
        settings: &Settings,
        window: Duration,
    ) -> Result<Self, DecodeError> {
        let decoder = Listening::new(grammar, &settings.wake, model).decoder(model)?;
        Ok(Self { decoder, grammar: Arc::new(grammar.clone()), wake: settings.wake.clone(), window })
    }

    /// The command that is understood at the end of the window, and how long after the end of speech.
    ///
    /// # Errors
    ///
    /// When libvosk fails.
    pub fn command(&mut self, played: &Played<'_>) -> Result<Option<Acted>, DecodeError> {
        let samples = |duration: Duration| (duration.as_secs_f64() * f64::from(SAMPLE_RATE)) as usize;
        let chunk = samples(Duration::from_millis(100));
        self.decoder.reset();
        let mut taken = 0;
        let mut woke = None;
        for part in played.samples.chunks(chunk) {
            self.decoder.accept(part)?;
            taken += part.len();
            let partial = self.decoder.partial()?;
            if self.wake.find(&partial.split_whitespace().collect::<Vec<_>>()).is_some() {
                woke = Some(taken);
                break;
            }
        }
        let Some(woke) = woke else { return Ok(None) };
        let end = woke + samples(self.window);
        let heard = played.samples.get(woke..end.min(played.samples.len())).unwrap_or_default();
        let started = Instant::now();
        // The wake phrase is in the window too: partial results come late.
        for part in heard.chunks(chunk) {
            self.decoder.accept(part)?;
        }
        // The room goes on beyond the recording.
        for _ in 0..end.saturating_sub(played.samples.len()) / chunk {
            self.decoder.accept(&vec![0; chunk])?;
        }
        let text = self.decoder.finish()?.text();
        let words: Vec<&str> = text.split_whitespace().collect();
        let from = self.wake.find(&words).unwrap_or(0);
        let outcome = self.grammar.matches(&words[from..].join(" "), &played.item.context);
        let Some(found) = outcome.matched() else { return Ok(None) };
        let waited =
            Duration::from_secs_f64(end.saturating_sub(played.speech_end) as f64 / f64::from(SAMPLE_RATE));
        Ok(Some(Acted {
            intent: found.intent.clone(),
            slots: slots(found),
            latency: Some(waited + started.elapsed()),
            early: false,
            taken_back: false,
        }))
    }
}
