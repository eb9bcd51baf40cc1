//! The running assistant: one task in which sounds, the room's news and time meet the dialogue.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};
use std::time::Instant;

use tokio::sync::{mpsc, watch};

use super::{
    actions::Performer,
    buttons::Button,
    composing::{Answers, Composing, Made, Names, Rest},
    decisions::Before,
    dialogue::{self, Dialogue, Effect, Event, Scope, Settings, Spoken},
    ear::{EarParts, Sound, Utterance},
    facts,
    far_end::FarEnd,
    feedback::VoiceEvent,
    hearing::Hearing,
    journal::Happening,
    languages::{LanguageSettings, Languages, People},
    listening::{self, Listening, NameEar},
    reload::{self, Reload},
    requests::{Request, Requests},
    responding::Responder,
    secrets,
    verdicts::{self, Verdicts},
    wake::WakePhrases,
};
use crate::{
    audio::{Input, LoudspeakerSettings},
    grammar::{ActionKind, Contact, Grammar, Match, Outcome, Reason},
    recognizer::{DecodeError, Decoder, Model, RecognizerOptions},
    room::{AddressBook, State},
};

/// How the microphone or the recording is started, once there is an ear for it.
pub type Opening = Box<dyn FnOnce() -> std::io::Result<Input> + Send>;

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
    pub input: Opening,
    /// The loudspeaker through which the far end is heard; none if nothing is known of it.
    pub loudspeaker: Option<LoudspeakerSettings>,
    /// Does what is asked for.
    pub performer: Performer,
    /// Buttons that stand for the wake phrase.
    pub buttons: mpsc::UnboundedReceiver<Button>,
    /// Whether the assistant can be interrupted while it speaks.
    pub barge_in: bool,
    /// The other languages.
    pub languages: LanguageSettings,
    /// Changes of the grammar files, where they are watched ([`reload::Files::watch`]).
    pub changes: Option<mpsc::UnboundedReceiver<Reload>>,
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
    let Parts {
        settings,
        grammar,
        model,
        recognizer,
        input,
        loudspeaker,
        mut performer,
        mut buttons,
        barge_in,
        languages,
        mut changes,
        mut stop,
    } = parts;
    let (observer, mut voice) = mpsc::unbounded_channel();
    performer.feedback = performer.feedback.observed_by(observer);
    let (requests, mut asked) = Requests::line();
    performer.requests = requests;
    let room_state = performer.room.state();
    let ear = NameEar::default();
    let sounds = || Arc::clone(ear.sound_alikes(&grammar, &model));
    let (languages, mut arrived) =
        Languages::new(languages, settings.wake_on, &model, &settings.wake, &sounds);
    let mut understanding = Understanding {
        grammar: Arc::new(RwLock::new(Arc::new(grammar))),
        wake: Arc::new(RwLock::new(settings.wake.clone())),
        listens_for: settings.wake.and(&languages.foreign().texts()),
        model,
        attentive: Arc::new(AtomicBool::new(false)),
        book: Arc::default(),
        ear,
        people: Vec::new(),
        people_version: 0,
    };
    understanding.take_names(&room_state.borrow());
    let listening = understanding.listening();
    if settings.wake_on && listening.is_deaf_to(&settings.wake) {
        let words: Vec<&str> = listening.unknown.keys().map(String::as_str).collect();
        return Err(AssistantError::DeafToWake {
            phrases: settings.wake.texts().join(", "),
            words: words.join(", "),
        });
    }
    let (far_end, mut far_end_speaks) = FarEnd::new(loudspeaker, performer.feedback.speaking().clone());
    let (sounds, mut heard) = mpsc::unbounded_channel();
    // A recording does not wait until the recogniser is made.
    let decoder = listening.decoder(&understanding.model)?;
    let hearing = Hearing::start(
        input().map_err(AssistantError::Thread)?,
        EarParts {
            decoder,
            options: recognizer,
            speaking: Some(performer.feedback.speaking().clone()),
            own_sound: Some(performer.feedback.own_sound().clone()),
            reference: far_end.reference(),
            barge_in,
            understood: understanding.verdicts().understood(),
            may_be_command: understanding.verdicts().may_be_command(),
        },
        sounds,
    )
    .map_err(AssistantError::Thread)?;

    let (composing, mut made) = Composing::new();
    let (quiet, mut became_quiet) = mpsc::unbounded_channel();
    let mut running = Running {
        dialogue: Dialogue::new(settings),
        hearing,
        far_end,
        recognises: true,
        question: 0,
        asks: false,
        composing,
        understanding,
        languages,
        responder: Responder::new(performer, quiet),
    };
    running.room(&room_state.borrow());
    if !listening.unknown.is_empty() {
        // To find what sounds like unknown names takes a while; everything else can be heard already. What is
        // unknown then is told.
        running.prepare_decoder();
    }

    let mut room_state = room_state;
    let mut names = Rest::default();
    let mut input_ended = false;
    loop {
        if input_ended && running.responder.is_idle() && !running.languages.is_pending() {
            running.responder.journal().note(Happening::Ended);
            return Ok(());
        }
        let tick = running.dialogue.deadline();
        let languages_due = running.languages.deadline(&running.understanding.model);
        tokio::select! {
            // `wait_for` would also return when the sender is gone, which means the same: stop.
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
            sound = heard.recv(), if !input_ended => match sound {
                Some(Sound::Ended) => input_ended = true,
                Some(sound) => running.sound(sound),
                None => return Err(AssistantError::Deaf),
            },
            Some(()) = became_quiet.recv() => {
                running.responder.one_is_done();
                running.event(Event::Settled);
            }
            Some(button) = buttons.recv() => running.pressed(button),
            Some(request) = asked.recv() => match request {
                Request::Privacy => running.event(Event::Privacy(true)),
                Request::Language(language) => running.speak(language),
            },
            Some((order, news)) = arrived.recv() => {
                if let Some(switched) = running.language_arrived(order, news) {
                    if switched.stale {
                        names.end(Instant::now());
                    }
                    changes = switched.changes;
                }
            }
            () = until(languages_due) => running.languages_due(),
            Some(speaks) = far_end_speaks.recv() => running.event(Event::FarEnd(speaks)),
            Some(voice) = voice.recv() => running.event(match voice {
                VoiceEvent::Began(text) => Event::Speaking(text),
                VoiceEvent::Ended => Event::Quiet,
            }),
            Ok(()) = room_state.changed() => {
                let state = room_state.borrow_and_update().clone();
                running.room(&state);
                if let Some(others) = running.understanding.other_names(&state) {
                    names.see(others, Instant::now());
                }
            }
            () = until(names.due()) => {
                names.taken();
                let state = room_state.borrow().clone();
                running.understanding.take_names(&state);
                running.prepare_decoder();
            }
            Some((generation, made)) = made.recv() => running.take_decoder(generation, made),
            change = reload::next(&mut changes) => {
                if running.reload(change) {
                    running.prepare_decoder();
                }
            }
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
pub(super) struct Understanding {
    grammar: Arc<RwLock<Arc<Grammar>>>,
    wake: Arc<RwLock<WakePhrases>>,
    /// These, and those of other languages.
    listens_for: WakePhrases,
    pub(super) model: Model,
    attentive: Arc<AtomicBool>,
    book: Arc<AddressBook>,
    ear: NameEar,
    /// Those in the call.
    people: Vec<Contact>,
    /// Counts the changes of both.
    people_version: u64,
}

impl Understanding {
    pub(super) fn grammar(&self) -> Arc<Grammar> {
        self.grammar.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What wakes the assistant in the present language.
    pub(super) fn wake(&self) -> WakePhrases {
        self.wake.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whose names can be said.
    pub(super) fn people(&self) -> People {
        People { grammar: self.grammar(), version: self.people_version }
    }

    /// Takes everything that a language has of its own; with `stale` its grammar does not know the people of now.
    pub(super) fn change_language(
        &mut self,
        grammar: Grammar,
        (model, ear): (Model, NameEar),
        wake: WakePhrases,
        foreign: &[String],
        stale: bool,
    ) {
        if stale {
            self.replace_grammar(grammar);
        } else {
            *self.grammar.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(grammar);
        }
        (self.model, self.ear) = (model, ear);
        self.answer_to(wake, foreign);
    }

    /// Listens for these wake phrases from the next recogniser on.
    fn answer_to(&mut self, wake: WakePhrases, foreign: &[String]) {
        self.listens_for = wake.and(foreign);
        *self.wake.write().unwrap_or_else(PoisonError::into_inner) = wake;
    }

    /// The names of the address book and of those in the call, if they are not those that can be said now.
    fn other_names(&self, state: &State) -> Option<Names> {
        let revision = state.contacts.names_revision();
        let people = state.in_conference().then(|| listening::participants(state));
        let are_known = revision == self.book.names_revision()
            && people.as_ref().is_none_or(|people| *people == self.people);
        (!are_known).then_some((revision, people))
    }

    fn take_names(&mut self, state: &State) {
        let mut grammar = (*self.grammar()).clone();
        self.people_version += 1;
        if state.contacts.names_revision() != self.book.names_revision() {
            self.book = state.contacts.clone();
            grammar.set_contacts(&listening::contacts(&self.book));
        }
        // After a call its people are still known: what is said about them then is "not now", not unknown.
        if state.in_conference() {
            self.people = listening::participants(state);
            grammar.set_participants(&self.people);
        }
        *self.grammar.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(grammar);
    }

    /// Puts another grammar in the place of this one; the people it knows stay.
    fn replace_grammar(&mut self, mut grammar: Grammar) {
        grammar.take_people_of(&self.grammar());
        *self.grammar.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(grammar);
    }

    fn verdicts(&self) -> Verdicts {
        Verdicts { grammar: self.grammar.clone(), wake: self.wake.clone(), attentive: self.attentive.clone() }
    }

    fn listening(&self) -> Listening {
        Listening::new(&self.grammar(), &self.listens_for, &self.model)
    }

    /// The work that makes a recogniser for answers to a question.
    fn work_for_answers(&self, answers: Answers) -> impl FnOnce() -> Option<Decoder> + Send + 'static {
        let (grammar, wake, model) = (self.grammar(), self.listens_for.clone(), self.model.clone());
        move || {
            let Answers { intents, candidates, .. } = answers;
            let answers = Listening::for_answers(&grammar, &wake, &model, intents, &candidates)?;
            let decoder = answers.decoder(&model).inspect_err(|error| {
                tracing::error!("the question is answered with the phrases for everything: {error}");
            });
            decoder.ok()
        }
    }

    /// The work that makes a recogniser for the phrases of the moment when it begins.
    fn work_for_everything(&self) -> impl FnOnce() -> Option<Decoder> + Send + 'static {
        let (wake, model) = (self.listens_for.clone(), self.model.clone());
        let (shared, ear) = (self.grammar.clone(), self.ear.clone());
        move || {
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
            let decoder = listening.decoder(&model);
            match &decoder {
                Ok(_) => tracing::debug!("new phrases after {} ms", started.elapsed().as_millis()),
                Err(error) => tracing::error!("the old phrases stay in use: {error}"),
            }
            decoder.ok()
        }
    }
}

/// The assistant at work.
pub(super) struct Running {
    pub(super) dialogue: Dialogue,
    pub(super) hearing: Hearing,
    far_end: FarEnd,
    recognises: bool,
    /// Counts the changes of what is listened for.
    question: u64,
    asks: bool,
    pub(super) composing: Composing,
    pub(super) understanding: Understanding,
    pub(super) languages: Languages,
    pub(super) responder: Responder,
}

impl Running {
    fn room(&mut self, state: &State) {
        self.far_end.in_call(state.in_conference());
        self.event(Event::Room(facts::facts(state)));
    }

    fn sound(&mut self, sound: Sound) {
        match sound {
            Sound::Listening => {
                let wake = self.understanding.listens_for.texts().join("\" or \"");
                tracing::info!("listening; say \"{wake}\"");
            }
            Sound::SpeechBegan | Sound::Partial(_) | Sound::Paused(_) if self.is_private() => {
                self.hearing.drop_utterance();
            }
            Sound::SpeechBegan => self.event(Event::SpeechBegan),
            Sound::Partial(partial) => {
                tracing::trace!("hearing \"{}\"", partial.text);
                self.event(verdicts::under_way(&partial));
            }
            Sound::Paused(utterance) => {
                self.event_of(verdicts::at_a_pause(&utterance), Some(&utterance));
            }
            Sound::Utterance(utterance) => self.utterance(&utterance),
            Sound::Forgotten => self.event(Event::Forgotten),
            // The microphone logs its own fate.
            Sound::Lost { .. } => self.event(Event::MicrophoneLost),
            Sound::Restored { .. } => self.event(Event::MicrophoneRestored),
            Sound::Ended => {}
        }
    }

    pub(super) fn utterance(&mut self, utterance: &Utterance) {
        if self.is_private() {
            // What people say among themselves is written down nowhere.
            self.event(Event::Said(Spoken::default()));
            return;
        }
        let hypothesis = &utterance.hypothesis;
        if hypothesis.is_empty() {
            self.event(Event::Said(Spoken::default()));
            return;
        }
        if self.is_called_elsewhere(utterance) {
            self.event(Event::Said(Spoken::default()));
            return;
        }
        let text = hypothesis.text();
        // A refusal is logged with it, and what people said to each other before the wake phrase is theirs.
        let addressed = self.understanding.wake().addressed(&text);
        let words: Vec<&str> = addressed.split_whitespace().collect();
        let language = self.understanding.grammar().language().to_owned();
        self.responder.heard(&secrets::without_pins(&language, &words).join(" "));
        self.responder.journal().note(Happening::Heard {
            text,
            confidence: hypothesis.confidence(),
            audio: utterance.audio,
            decoding: utterance.decoding,
            ended: utterance.ended,
        });
        self.event_of(verdicts::whole(utterance), Some(utterance));
    }

    /// Nothing that is said may be listened to.
    fn is_private(&self) -> bool {
        self.dialogue.state() == dialogue::State::Muted
    }

    fn pressed(&mut self, button: Button) {
        let private = self.is_private();
        self.event(match button {
            Button::Talk => Event::PushToTalk,
            Button::Privacy(on) => Event::Privacy(on.unwrap_or(!private)),
        });
    }

    /// Takes a changed grammar into use; whether there is one.
    fn reload(&mut self, change: Reload) -> bool {
        let (grammar, note) = change.outcome();
        let Some(grammar) = grammar else {
            self.responder.journal().note(note);
            return false;
        };
        let wake = self.languages.wake_of(grammar.pack());
        if let Some(words) = self.languages.deaf_for(&wake, self.understanding.model.vocabulary()) {
            let problem =
                AssistantError::DeafToWake { phrases: wake.texts().join(", "), words: words.join(", ") };
            self.responder.journal().note(Happening::NotReloaded { problems: problem.to_string() });
            return false;
        }
        self.responder.journal().note(note);
        self.responder.speak_as(grammar.pack());
        self.dialogue.answer_to(wake.clone());
        self.understanding.answer_to(wake, &self.languages.foreign().texts());
        self.understanding.replace_grammar(grammar);
        self.event(Event::Reloaded);
        true
    }

    fn narrow(&mut self, scope: &Scope) {
        self.question += 1;
        self.asks = *scope != Scope::Everything;
        match scope {
            Scope::Everything => {
                self.composing.answers.forget();
                self.hearing.narrow(None);
            }
            Scope::Answers { intents, candidates } => {
                let (intents, candidates) = (intents.clone(), candidates.clone());
                let answers = Answers { question: self.question, intents, candidates };
                let begin = self.composing.answers.offer(answers);
                self.compose_answers(begin);
            }
        }
    }

    /// Makes a recogniser for the phrases of now; once the one that is under way is done, if there is one.
    fn prepare_decoder(&mut self) {
        let begin = self.composing.everything.offer(());
        self.compose_everything(begin);
    }

    fn compose_everything(&self, begin: Option<()>) {
        if let Some(()) = begin {
            self.composing.begin(self.understanding.work_for_everything(), Made::Everything);
        }
    }

    fn compose_answers(&self, begin: Option<Answers>) {
        if let Some(answers) = begin {
            let question = answers.question;
            let of = move |decoder| Made::Answers { question, decoder };
            self.composing.begin(self.understanding.work_for_answers(answers), of);
        }
    }

    fn take_decoder(&mut self, generation: u64, made: Made) {
        if !self.composing.is_of_now(generation) {
            return;
        }
        match made {
            Made::Answers { question, decoder } => {
                let next = self.composing.answers.done();
                self.compose_answers(next);
                // Or the answer came first.
                if let Some(decoder) = decoder.filter(|_| self.asks && question == self.question) {
                    tracing::debug!("listens for answers only");
                    self.hearing.narrow(Some(decoder));
                }
            }
            Made::Everything(decoder) => {
                let next = self.composing.everything.done();
                self.compose_everything(next);
                // Even if there are newer phrases by now: these are newer than those in use, and in a book that changes
                // all the time the newest ones would never come.
                if let Some(decoder) = decoder {
                    self.hearing.replace_decoder(decoder);
                }
            }
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        self.event_of(event, None);
    }

    fn event_of(&mut self, event: Event, utterance: Option<&Utterance>) {
        let grammar = self.understanding.grammar();
        let overheard = self.responder.journal().tells_decisions();
        let before = overheard.and_then(|_| Before::of(&self.dialogue, &event, utterance));
        let effects = self.dialogue.step(event, Instant::now(), &grammar);
        self.responder.decided(before.and_then(|before| {
            let wake = self.understanding.wake.read().unwrap_or_else(PoisonError::into_inner);
            before.judgement(&effects, &wake, &grammar, overheard.unwrap_or_default())
        }));
        let spoken = utterance.map(|utterance| utterance.ended);
        self.understanding.attentive.store(self.dialogue.is_attentive(), Ordering::Relaxed);
        self.responder.let_speak(!self.dialogue.is_spoken_to());
        for effect in effects {
            match &effect {
                Effect::Act(found) if asks_for_help(found) => {
                    self.responder.offer(sayable_now(&grammar, self.dialogue.context()));
                }
                Effect::Endpoint(silence) => self.hearing.end_after(*silence),
                Effect::DropRest => self.hearing.drop_utterance(),
                Effect::Interrupt | Effect::Keep => self.hearing.keep_utterance(),
                Effect::Narrow(scope) => self.narrow(scope),
                _ => {}
            }
            self.responder.respond(effect, spoken);
        }
        self.responder.settle();
        if self.is_engaged() {
            self.languages.touch(Instant::now());
        }
        let listens = self.dialogue.listens();
        if std::mem::replace(&mut self.recognises, listens) != listens {
            tracing::debug!("{}", if listens { "recognises speech" } else { "does not recognise speech" });
            self.hearing.recognise(listens);
        }
    }
}

fn asks_for_help(found: &Match) -> bool {
    found.actions.iter().any(|action| matches!(&action.kind, ActionKind::Do { name, .. } if name == "help"))
}

/// The lines of help whose first example makes sense in the room's state.
fn sayable_now(grammar: &Grammar, context: &crate::grammar::Context) -> Vec<String> {
    let lines = grammar.pack().intents.values().filter_map(|intent| intent.help.clone());
    let not_now = Outcome::NoMatch { reason: Reason::NotNow };
    lines
        .filter(|line| {
            line.split('"').nth(1).is_none_or(|example| grammar.matches(example, context) != not_now)
        })
        .collect()
}
