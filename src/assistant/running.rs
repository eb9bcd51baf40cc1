//! The running assistant: one task in which sounds, the room's news and time meet the dialogue.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::{
    actions::Performer,
    dialogue::{Dialogue, Effect, Event, Refusal, Settings, Spoken},
    ear::{EarParts, Sound, Utterance},
    facts,
    hearing::Hearing,
    journal::Happening,
    listening::{self, Listening, NameEar},
};
use crate::{
    audio::{Earcon, Input},
    grammar::{Candidate, Grammar, Outcome},
    recognizer::{DecodeError, Model, RecognizerOptions},
    room::AddressBook,
};

/// Address books change in bursts; the recogniser is made anew once they rest.
const BOOK_RESTS_AFTER: Duration = Duration::from_millis(300);

/// What the assistant is made of.
pub struct Parts {
    /// Behaviour.
    pub settings: Settings,
    /// What can be said, without contacts yet.
    pub grammar: Grammar,
    /// The speech model.
    pub model: Model,
    /// How utterances are cut.
    pub recognizer: RecognizerOptions,
    /// The microphone or a recording.
    pub input: Input,
    /// Does what is asked for.
    pub performer: Performer,
    /// The assistant stops when this becomes true.
    pub stop: watch::Receiver<bool>,
}

/// Why the assistant could not start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssistantError {
    /// The recogniser could not be made.
    #[error(transparent)]
    Decoder(#[from] DecodeError),
    /// The model knows no wake phrase.
    #[error(
        "the model cannot hear any of the wake phrases ({phrases}): it does not know {words}. Choose other words for \
         assistant.wake_phrases, or a model that knows them"
    )]
    DeafToWake {
        /// The wake phrases.
        phrases: String,
        /// The words that the model does not know.
        words: String,
    },
    /// The system gave no thread.
    #[error("the system gave no thread to listen with: {0}")]
    Thread(#[source] std::io::Error),
    /// The listening thread ended by itself, which only a fault in heyroom can cause.
    #[error("the listening thread ended unexpectedly; this is a fault in heyroom, start it again")]
    Deaf,
}

/// Runs until the recording ends or `stop` says so. Nothing that the outside world does ends it.
///
/// # Errors
///
/// [`AssistantError`]: at the start, or through a fault in heyroom itself.
pub async fn run(parts: Parts) -> Result<(), AssistantError> {
    let Parts { settings, grammar, model, recognizer, input, performer, mut stop } = parts;
    let room_state = performer.room.state();
    let mut understanding = Understanding {
        grammar: Arc::new(RwLock::new(Arc::new(grammar))),
        settings: settings.clone(),
        model,
        attentive: Arc::new(AtomicBool::new(false)),
        book: Arc::default(),
        ear: NameEar::default(),
    };
    understanding
        .take_book(&room_state.borrow().contacts.clone(), &listening::contacts(&room_state.borrow()));
    understanding.hear_names();
    let listening = understanding.listening();
    listening.warn();
    if listening.is_deaf_to(&settings.wake) {
        let words: Vec<&str> = listening.unknown.keys().map(String::as_str).collect();
        return Err(AssistantError::DeafToWake {
            phrases: settings.wake.texts().join(", "),
            words: words.join(", "),
        });
    }
    let (sounds, mut heard) = mpsc::unbounded_channel();
    let hearing = Hearing::start(
        input,
        EarParts {
            decoder: listening.decoder(&understanding.model)?,
            options: recognizer,
            speaking: Some(performer.feedback.speaking().clone()),
            barge_in: false,
            understood: understanding.understood(),
            may_be_command: Arc::new(|_| false),
        },
        sounds,
    )
    .map_err(AssistantError::Thread)?;

    let (quiet, mut became_quiet) = mpsc::unbounded_channel();
    let mut running = Running {
        dialogue: Dialogue::new(settings),
        understanding,
        performer,
        quiet,
        working: 0,
        heard: String::new(),
    };
    running.event(Event::Room(facts::facts(&room_state.borrow())));

    let mut room_state = room_state;
    let mut book_rests_at: Option<Instant> = None;
    let (prepared, mut decoders) = mpsc::channel(1);
    let mut input_ended = false;
    loop {
        if input_ended && running.working == 0 {
            running.performer.journal.note(Happening::Ended);
            return Ok(());
        }
        let tick = running.dialogue.deadline();
        tokio::select! {
            // `wait_for` would also return when the sender is gone, which means the same: stop.
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
            sound = heard.recv(), if !input_ended => match sound {
                Some(Sound::Ended) => input_ended = true,
                Some(sound) => running.sound(sound),
                None => return Err(AssistantError::Deaf),
            },
            Some(()) = became_quiet.recv() => {
                running.working = running.working.saturating_sub(1);
                running.event(Event::Quiet);
            }
            Ok(()) = room_state.changed() => {
                let state = room_state.borrow_and_update().clone();
                running.event(Event::Room(facts::facts(&state)));
                // Presence changes all day; the phrases depend on names alone.
                if state.contacts.names_revision() != running.understanding.book.names_revision() {
                    book_rests_at = Some(Instant::now() + BOOK_RESTS_AFTER);
                }
            }
            () = until(book_rests_at) => {
                book_rests_at = None;
                let state = room_state.borrow().clone();
                running.understanding.take_book(&state.contacts, &listening::contacts(&state));
                running.understanding.prepare_decoder(prepared.clone());
            }
            Some(decoder) = decoders.recv() => hearing.replace_decoder(decoder),
            () = until(tick) => running.event(Event::Tick),
        }
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant.into()).await,
        None => std::future::pending().await,
    }
}

/// The grammar with the contacts of the moment, and what follows from it for the recogniser.
struct Understanding {
    grammar: Arc<RwLock<Arc<Grammar>>>,
    settings: Settings,
    model: Model,
    attentive: Arc<AtomicBool>,
    book: Arc<AddressBook>,
    ear: NameEar,
}

impl Understanding {
    fn grammar(&self) -> Arc<Grammar> {
        self.grammar.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take_book(&mut self, book: &Arc<AddressBook>, contacts: &[crate::grammar::Contact]) {
        self.book = book.clone();
        let mut grammar = (*self.grammar()).clone();
        grammar.set_contacts(contacts);
        *self.grammar.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(grammar);
    }

    /// Before the listening begins, so that the first phrases are the right ones.
    fn hear_names(&self) {
        let mut grammar = (*self.grammar()).clone();
        self.ear.approximate(&mut grammar, &self.model);
        *self.grammar.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(grammar);
    }

    fn listening(&self) -> Listening {
        Listening::new(&self.grammar(), &self.settings.wake, &self.model)
    }

    /// Makes a recogniser for the new phrases off every thread that matters.
    fn prepare_decoder(&self, prepared: mpsc::Sender<crate::recognizer::Decoder>) {
        let (wake, model) = (self.settings.wake.clone(), self.model.clone());
        let (shared, ear) = (self.grammar.clone(), self.ear.clone());
        tokio::task::spawn_blocking(move || {
            let started = Instant::now();
            let current = shared.read().unwrap_or_else(PoisonError::into_inner).clone();
            let mut grammar = (*current).clone();
            ear.approximate(&mut grammar, &model);
            let grammar = Arc::new(grammar);
            {
                let mut shared = shared.write().unwrap_or_else(PoisonError::into_inner);
                // If the names have changed meanwhile, this is done again for the new ones.
                if Arc::ptr_eq(&shared, &current) {
                    *shared = Arc::clone(&grammar);
                }
            }
            let listening = Listening::new(&grammar, &wake, &model);
            listening.warn();
            match listening.decoder(&model) {
                Ok(decoder) => {
                    tracing::debug!("new phrases after {} ms", started.elapsed().as_millis());
                    // The assistant may have stopped meanwhile.
                    let _ = prepared.blocking_send(decoder);
                }
                Err(error) => tracing::error!("the old phrases stay in use: {error}"),
            }
        });
    }

    /// For the ear: whether a second opinion on a text would change nothing.
    fn understood(&self) -> super::ear::Verdict {
        let (grammar, wake, attentive) =
            (self.grammar.clone(), self.settings.wake.clone(), self.attentive.clone());
        Arc::new(move |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let from = match wake.find(&words) {
                Some(at) if at == words.len() => return true,
                Some(at) => at,
                // Nobody asked: what was said does not matter.
                None if !attentive.load(Ordering::Relaxed) => return true,
                None => 0,
            };
            let grammar = grammar.read().unwrap_or_else(PoisonError::into_inner).clone();
            let context = serde_json::Map::new();
            !matches!(grammar.matches(&words[from..].join(" "), &context), Outcome::NoMatch { .. })
        })
    }
}

struct Running {
    dialogue: Dialogue,
    understanding: Understanding,
    performer: Performer,
    quiet: mpsc::UnboundedSender<()>,
    /// Tasks that act or speak.
    working: usize,
    /// The last utterance, for the journal.
    heard: String,
}

impl Running {
    fn sound(&mut self, sound: Sound) {
        match sound {
            Sound::Listening => {
                let wake = self.understanding.settings.wake.texts().join("\" or \"");
                tracing::info!("listening; say \"{wake}\"");
            }
            Sound::SpeechBegan => self.event(Event::SpeechBegan),
            Sound::Partial(partial) => tracing::trace!("hearing \"{}\"", partial.text),
            // The dialogue waits for the whole utterance.
            Sound::Paused(_) => {}
            Sound::Utterance(utterance) => self.utterance(&utterance),
            // The microphone logs its own fate.
            Sound::Lost { .. } | Sound::Restored { .. } | Sound::Ended => {}
        }
    }

    fn utterance(&mut self, utterance: &Utterance) {
        let hypothesis = &utterance.hypothesis;
        if hypothesis.is_empty() {
            self.event(Event::Said(Spoken::default()));
            return;
        }
        self.heard = hypothesis.text();
        self.performer.journal.note(Happening::Heard {
            text: self.heard.clone(),
            confidence: hypothesis.confidence(),
            audio: utterance.audio,
            decoding: utterance.decoding,
            ended: utterance.ended,
        });
        let words = hypothesis.words.iter().map(|word| (word.text.clone(), word.confidence)).collect();
        let spoken = Spoken { words, readings: utterance.readings.clone() };
        self.event_of(Event::Said(spoken), Some(utterance.ended));
    }

    fn event(&mut self, event: Event) {
        self.event_of(event, None);
    }

    fn event_of(&mut self, event: Event, spoken: Option<Instant>) {
        let grammar = self.understanding.grammar();
        let effects = self.dialogue.step(event, Instant::now(), &grammar);
        self.understanding.attentive.store(self.dialogue.is_attentive(), Ordering::Relaxed);
        for effect in effects {
            self.effect(effect, spoken);
        }
    }

    fn effect(&mut self, effect: Effect, spoken: Option<Instant>) {
        let journal = self.performer.journal.clone();
        let replies = self.performer.replies.clone();
        match effect {
            Effect::Wake => {
                journal.note(Happening::Woke);
                self.work(|performer| async move { performer.feedback.earcon(Earcon::Awake).await });
            }
            Effect::Sleep => journal.note(Happening::Slept),
            Effect::Ignored => journal.note(Happening::Ignored),
            Effect::Continue => tracing::debug!("waits for the rest of the sentence"),
            Effect::Act(found) => {
                let slots =
                    found.slots.iter().map(|(name, slot)| (name.clone(), slot.text.clone())).collect();
                journal.note(Happening::Understood { intent: found.intent.clone(), slots });
                self.work(move |performer| async move { performer.perform(*found, spoken).await });
            }
            Effect::Confirm(found) => {
                let question = found.confirm.unwrap_or_default();
                self.work(|performer| async move {
                    performer.feedback.say(&question).await;
                    performer.feedback.earcon(Earcon::Listening).await;
                });
            }
            Effect::Choose { candidates, .. } => {
                let names = distinct(&candidates);
                let question = replies.get("which_one", &[("names", &replies.list_or(&names))]);
                self.work(|performer| async move {
                    performer.feedback.say(&question).await;
                    performer.feedback.earcon(Earcon::Listening).await;
                });
            }
            Effect::Cancelled => {
                let text = replies.get("cancelled", &[]);
                self.work(|performer| async move { performer.feedback.say(&text).await });
            }
            Effect::Refused { refusal, aloud } => {
                let connected = self.performer.room.snapshot().connected;
                let (why, key) = match refusal {
                    // Without the room its names are not known, so that is what there is to say.
                    Refusal::Unknown if !connected => {
                        ("no connection to the room, and so no names", "no_room")
                    }
                    Refusal::Unknown => ("no sentence of the grammar", "not_understood"),
                    Refusal::NotNow => ("it makes no sense in the room's state", "not_now"),
                    Refusal::LowConfidence => ("it was heard too badly", "not_understood"),
                };
                journal.note(Happening::Refused { text: self.heard.clone(), why });
                let text = if aloud { replies.get(key, &[]) } else { String::new() };
                self.work(|performer| async move {
                    performer.feedback.earcon(Earcon::Error).await;
                    performer.feedback.say(&text).await;
                });
            }
        }
    }

    /// Acts or speaks beside the loop: the next utterance may come while a call still rings.
    fn work<F>(&mut self, work: impl FnOnce(Performer) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.working += 1;
        let (work, quiet) = (work(self.performer.clone()), self.quiet.clone());
        tokio::spawn(async move {
            work.await;
            let _ = quiet.send(());
        });
    }
}

/// What to call the candidates so that they can be told apart: the name, with the id where names are equal.
fn distinct(candidates: &[Candidate]) -> Vec<String> {
    let same = |name: &str| candidates.iter().filter(|other| other.name == name).count() > 1;
    let id = |candidate: &Candidate| {
        let id = candidate.value.as_str().map_or_else(|| candidate.value.to_string(), ToOwned::to_owned);
        id.split('@').next().unwrap_or_default().to_owned()
    };
    let name = |candidate: &Candidate| match same(&candidate.name) {
        true => format!("{}, {}", candidate.name, id(candidate)),
        false => candidate.name.clone(),
    };
    candidates.iter().map(name).collect()
}
