//! What the dialogue decides, carried out: sounds, words, commands, entries in the journal.

use std::time::Instant;

use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::{
    actions::{Performer, Ticket},
    decisions::Judgement,
    dialogue::{Effect, Notice, Refusal},
    journal::{Happening, Journal},
    secrets,
};
use crate::{
    audio::Earcon,
    grammar::{Match, Pack},
};

/// Carries out effects beside the loop that decides them.
pub(super) struct Responder {
    performer: Performer,
    /// Told whenever a task ends.
    quiet: mpsc::UnboundedSender<()>,
    /// Tasks that act or speak.
    working: usize,
    /// The last utterance, for the journal.
    heard: String,
    /// Decisions that were told to the journal.
    decisions: u64,
    /// The last command, to take it back by.
    last: Option<Ticket>,
    /// A command that is to be taken back before the next thing is done.
    wrong: Option<(Ticket, Match)>,
}

impl Responder {
    pub(super) fn new(performer: Performer, quiet: mpsc::UnboundedSender<()>) -> Self {
        Self { performer, quiet, working: 0, heard: String::new(), decisions: 0, last: None, wrong: None }
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.performer.journal
    }

    /// Takes the replies and the help of another grammar.
    pub(super) fn speak_as(&mut self, pack: &Pack) {
        self.performer.speak_as(pack);
    }

    /// What help tells from now on, one line per intent.
    pub(super) fn offer(&mut self, help: Vec<String>) {
        self.performer.help = help.into();
    }

    /// What the next refusal is about.
    pub(super) fn heard(&mut self, text: &str) {
        text.clone_into(&mut self.heard);
    }

    /// What comes next follows from this decision, or from none that is worth telling.
    pub(super) fn decided(&mut self, judgement: Option<Judgement>) {
        let number = judgement.is_some().then(|| {
            self.decisions += 1;
            self.decisions
        });
        self.performer.journal.goes_on_about(number);
        self.performer.feedback.goes_on_about(number);
        if let Some(judgement) = judgement {
            self.performer.journal.note(Happening::Judged(Box::new(judgement)));
        }
    }

    /// Whether nothing is being done or said.
    pub(super) fn is_idle(&self) -> bool {
        self.working == 0
    }

    /// Whether replies may begin: not in the middle of what somebody is saying to the assistant.
    pub(super) fn let_speak(&self, may: bool) {
        self.performer.feedback.let_speak(may);
    }

    /// A task told that it ended.
    pub(super) fn one_is_done(&mut self) {
        self.working = self.working.saturating_sub(1);
    }

    /// Carries out an effect; `spoken` is when the voice fell silent.
    pub(super) fn respond(&mut self, effect: Effect, spoken: Option<Instant>) {
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
                let slots = secrets::loggable_slots(&found);
                journal.note(Happening::Understood {
                    intent: found.intent.clone(),
                    slots,
                    values: values(&found),
                });
                let ticket = self.performer.ticket();
                self.last = Some(ticket);
                let wrong = self.wrong.take();
                self.work(move |performer| async move {
                    // One after the other: a wrong call is ended before the right one begins.
                    if let Some((ticket, wrong)) = wrong {
                        performer.take_back(ticket, &wrong).await;
                    }
                    performer.perform(ticket, *found, spoken).await;
                });
            }
            Effect::TakeBack(found) => self.take_back(*found),
            Effect::Confirm(found) => {
                journal.note(Happening::Asked { intent: found.intent.clone(), values: values(&found) });
                self.ask(found.confirm.unwrap_or_default());
            }
            Effect::ConfirmAgain(found) => {
                let again = replies.get("ask_again", &[]);
                let question = found.confirm.unwrap_or_default();
                self.ask(if again.is_empty() { question } else { again });
            }
            Effect::Choose { candidates, .. } => {
                let names = replies.told_apart(&candidates);
                self.ask(replies.get("which_one", &[("names", &replies.list_or(&names))]));
            }
            Effect::ChooseAgain { candidates } => {
                let names = replies.list_or(&replies.told_apart(&candidates));
                let again = replies.get("ask_which_again", &[("names", &names)]);
                let first = replies.get("which_one", &[("names", &names)]);
                self.ask(if again.is_empty() { first } else { again });
            }
            // Nothing is done: that must not sound as if it were.
            Effect::Cancelled => self.say_or("cancelled", Earcon::Error),
            Effect::Refused { refusal, aloud } => self.refuse(refusal, aloud),
            Effect::Interrupt => self.performer.feedback.stop(),
            Effect::Duck(ducked) => self.performer.feedback.duck(ducked),
            Effect::Privacy { on, aloud } => {
                journal.note(Happening::Privacy { on });
                if aloud {
                    let (key, sound) =
                        if on { ("privacy_on", Earcon::Done) } else { ("privacy_off", Earcon::Listening) };
                    self.say_or(key, sound);
                }
            }
            Effect::Tell(notice) => match notice {
                Notice::RoomLost => self.announce(Earcon::Alert, "room_lost"),
                Notice::RoomBack => self.say_or("room_back", Earcon::Done),
                Notice::MicrophoneLost => self.announce(Earcon::Alert, "microphone_lost"),
                Notice::MicrophoneBack => self.say_or("microphone_back", Earcon::Done),
            },
            // These are for the ear.
            Effect::Endpoint(_) | Effect::DropRest | Effect::Keep | Effect::Narrow(_) => {}
        }
    }

    /// It was not what was meant. What is to be done instead comes next.
    fn take_back(&mut self, found: Match) {
        let undone = self.last.is_some_and(|ticket| self.performer.can_take_back(ticket, &found));
        self.performer.journal.note(Happening::TakenBack { intent: found.intent.clone(), undone });
        self.wrong = self.last.take().filter(|_| undone).map(|ticket| (ticket, found));
        if !undone {
            self.announce(Earcon::Error, "not_taken_back");
        }
    }

    /// The effects of one event were all told: what is to be taken back without anything in its place, is now. People heard
    /// that it was done, so they are told that it is so no more.
    pub(super) fn settle(&mut self) {
        if let Some((ticket, wrong)) = self.wrong.take() {
            self.work(move |performer| async move {
                if performer.take_back(ticket, &wrong).await {
                    let undone = performer.replies.get("undone", &[]);
                    performer.feedback.announce(Earcon::Error, &undone).await;
                }
            });
        }
    }

    fn refuse(&mut self, refusal: Refusal, aloud: bool) {
        let connected = self.performer.room.snapshot().connected;
        let (why, key) = match refusal {
            // Without the room its names are not known, so that is what there is to say.
            Refusal::Unknown if !connected => ("no connection to the room, and so no names", "no_room"),
            Refusal::NotNow if !connected => ("no connection to the room", "no_room"),
            Refusal::Unknown => ("no sentence of the grammar", "not_understood"),
            Refusal::NotNow => ("it makes no sense in the room's state", "not_now"),
            Refusal::LowConfidence => ("it was heard too badly", "not_understood"),
            Refusal::TooMany => ("it fits too many to ask which one", "too_many"),
            Refusal::TooShort => ("the sound was too short for that many words", "not_understood"),
        };
        // Whoever has no room waits for it in vain.
        let aloud = aloud || key == "no_room";
        self.performer.journal.note(Happening::Refused { text: self.heard.clone(), why });
        if aloud {
            self.announce(Earcon::Error, key);
        } else {
            self.work(|performer| async move { performer.feedback.earcon(Earcon::Error).await });
        }
    }

    fn ask(&mut self, question: String) {
        self.work(|performer| async move {
            performer.feedback.say(&question).await;
            performer.feedback.earcon(Earcon::Listening).await;
        });
    }

    /// Says a sentence of the pack with its values.
    pub(super) fn tell(&mut self, key: &str, values: &[(&str, &str)]) {
        let text = self.performer.replies.get(key, values);
        self.work(|performer| async move { performer.feedback.say(&text).await });
    }

    /// Says a sentence of the pack; where nothing can be spoken, `instead` is heard.
    fn say_or(&mut self, key: &str, instead: Earcon) {
        let text = self.performer.replies.get(key, &[]);
        self.work(move |performer| async move { performer.feedback.say_or(&text, instead).await });
    }

    /// A signal, which is heard also where replies are text alone, and a sentence of the pack.
    fn announce(&mut self, earcon: Earcon, key: &str) {
        let text = self.performer.replies.get(key, &[]);
        self.work(move |performer| async move { performer.feedback.announce(earcon, &text).await });
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

/// What the slots of a command mean.
fn values(found: &Match) -> Map<String, Value> {
    found.slots.iter().map(|(name, slot)| (name.clone(), slot.value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        assistant::{
            actions::{ActionSettings, Memory},
            feedback::Feedback,
            journal::Entry,
            replies::Replies,
            requests::Requests,
        },
        audio::{Player, PlayerSettings, speech::Voice},
        grammar::{Context, Grammar, Outcome},
        room::{Client, Options},
        simulator::{self, Simulator},
    };

    /// What is said after the command `content` was carried out and turned out not to be meant.
    async fn said_of(content: &str) -> Vec<String> {
        let simulator = Simulator::start(simulator::Options::default()).await.unwrap();
        let (told, mut journal) = mpsc::unbounded_channel::<Entry>();
        let log = Journal::told_to(told);
        let player = Player::start(PlayerSettings { silent: true, ..PlayerSettings::default() }).unwrap();
        let text = format!("language: en\nintents: {{X: {{data: [{{sentences: [go]}}], {content}}}}}");
        let pack = Pack::from_text("test.yaml", &text).unwrap();
        let performer = Performer {
            room: Client::connect(Options::new(simulator.ws_url().parse().unwrap())).await.unwrap(),
            feedback: Feedback::new(player, None, Voice::text_only(), "en", log.clone()),
            replies: Arc::new(Replies::of(&pack)),
            help: Arc::default(),
            journal: log,
            settings: ActionSettings::default(),
            memory: Memory::default(),
            requests: Requests::default(),
        };
        let (quiet, mut quieted) = mpsc::unbounded_channel();
        let mut responder = Responder::new(performer, quiet);
        let Outcome::Match(found) = Grammar::new(&pack).matches("go", &Context::new()) else { panic!() };
        responder.respond(Effect::Act(found.clone()), None);
        quieted.recv().await.unwrap();
        responder.one_is_done();
        responder.respond(Effect::TakeBack(found), None);
        responder.settle();
        quieted.recv().await.unwrap();
        let entries = std::iter::from_fn(|| journal.try_recv().ok());
        let said = entries.filter_map(|entry| match entry.what {
            Happening::Said { text } => Some(text),
            _ => None,
        });
        said.collect()
    }

    #[tokio::test]
    async fn people_are_told_that_what_they_heard_being_done_is_so_no_more() {
        let mute = "actions: [{room: setMicMute, params: {mute: true}}]";
        assert_eq!(said_of(mute).await, ["Undone"]);
        assert_eq!(said_of("actions: [{room: ptzStop}]").await, ["That can no longer be taken back"]);
    }
}
