//! What people notice of the dialogue, sentence by sentence.

mod asking;
mod early;
mod sound;
mod understanding;
mod waking;

use super::*;
use crate::{
    assistant::wake::WakePhrases,
    grammar::{Candidate, Contact, Context, Match, Pack},
};

const PACK: &str = r#"
language: "en"
intents:
  Call: {data: [{sentences: ["call {contact}"]}], actions: [{room: call, params: {peerId: "{contact}"}}]}
  Mute: {data: [{sentences: ["mute"]}]}
  Share: {confidence: 0.8, data: [{sentences: ["share"]}, {sentences: ["show the screen"], confidence: 0.45}]}
  CameraOff: {early: true, data: [{sentences: ["camera off"]}], actions: [{room: setVideoMute, params: {mute: true}}], undo: [{room: setVideoMute, params: {mute: false}}]}
  CameraOn: {early: true, data: [{sentences: ["camera on"]}], actions: [{room: setVideoMute, params: {mute: false}}]}
  Remove: {data: [{sentences: ["remove {contact}"], confirm: "Remove {contact.name}?"}]}
  Leave: {data: [{sentences: ["leave"], confirm: "Leave?", requires_context: {in_call: true}}]}
  Correction: {data: [{sentences: ["no i meant {contact}"]}]}
  HangUpForAll: {data: [{sentences: ["hang up for everyone"], confirm: "Hang up for everyone?"}]}
  HangUp: {data: [{sentences: ["hang up"], requires_context: {in_call: true}}]}
  Answer: {data: [{sentences: ["answer"], wake: {optional: [ringing]}}]}
  Pick: {data: [{sentences: ["the {number} one"]}]}
  Yes: {data: [{sentences: ["yes"]}]}
  No: {data: [{sentences: ["no"]}]}
  Cancel: {data: [{sentences: ["cancel"]}]}
lists:
  contact: {source: contacts}
  number: {values: [{in: "first", out: 1}, {in: "second", out: 2}, {in: "last", out: -1}]}
"#;

pub(super) struct Room {
    pub dialogue: Dialogue,
    pub grammar: Grammar,
    pub now: Instant,
}

fn contact(id: &str, name: &str) -> Contact {
    Contact { id: id.to_owned(), name: name.to_owned() }
}

impl Room {
    pub fn new() -> Self {
        let mut grammar = Grammar::new(&Pack::from_text("test.yaml", PACK).unwrap());
        grammar.set_contacts(&[
            contact("smith", "John Smith"),
            contact("brown", "John Brown"),
            contact("ann", "Ann Lee"),
        ]);
        let settings =
            Settings { follow_up: Duration::ZERO, ..Settings::new(WakePhrases::new(["hey room"])) };
        Self { dialogue: Dialogue::new(settings), grammar, now: Instant::now() }
    }

    pub fn event(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.dialogue.step(event, self.now, &self.grammar);
        if effects.iter().any(Effect::is_question) {
            // Asked in no time.
            effects.extend(self.dialogue.step(Event::Settled, self.now, &self.grammar));
        }
        effects
    }

    fn heard(&mut self, text: &str, confidence: f32, readings: &[&str]) -> String {
        let words = text.split_whitespace().map(|word| (word.to_owned(), confidence)).collect();
        let readings = readings.iter().map(|reading| (*reading).to_owned()).collect();
        let effects = self.event(Event::Said(Spoken { words, readings, ..Spoken::default() }));
        shown(&effects)
    }

    fn says(&mut self, text: &str) -> String {
        self.heard(text, 0.9, &[])
    }

    fn rings(&mut self, ringing: bool) {
        self.event(Event::Room(Facts { ringing, context: Context::new() }));
    }

    fn knows(&mut self, key: &str, value: bool) -> String {
        let context = [(key.to_owned(), value.into())].into_iter().collect();
        let effects = self.event(Event::Room(Facts { ringing: false, context }));
        shown(&effects)
    }

    fn waits(&mut self, seconds: u64) -> String {
        self.now += Duration::from_secs(seconds);
        let effects = self.event(Event::Tick);
        shown(&effects)
    }
}

/// The effects that people notice.
fn shown(effects: &[Effect]) -> String {
    let noticed = effects.iter().filter(|effect| !matches!(effect, Effect::Narrow(_) | Effect::Endpoint(_)));
    noticed.map(show).collect::<Vec<_>>().join(", ")
}

fn names(candidates: &[Candidate]) -> String {
    candidates.iter().map(|candidate| candidate.name.as_str()).collect::<Vec<_>>().join(" / ")
}

fn show(effect: &Effect) -> String {
    let command = |found: &Match| {
        let values: Vec<String> = found.slots.values().map(|slot| format!(" {}", slot.name())).collect();
        format!("{}{}", found.intent, values.concat())
    };
    match effect {
        Effect::Wake => "wake".to_owned(),
        Effect::Sleep => "sleep".to_owned(),
        Effect::Act(found) => command(found),
        Effect::TakeBack(found) => format!("not {}", command(found)),
        Effect::Confirm(found) => format!("ask {}", found.confirm.clone().unwrap_or_default()),
        Effect::ConfirmAgain(_) => "yes or no".to_owned(),
        Effect::Choose { candidates, .. } => format!("choose {}", names(candidates)),
        Effect::ChooseAgain { candidates } => format!("which: {}", names(candidates)),
        Effect::Cancelled => "cancelled".to_owned(),
        Effect::Continue => "...".to_owned(),
        Effect::Refused { refusal, aloud: true } => format!("{refusal:?}"),
        Effect::Refused { refusal, aloud: false } => format!("quietly {refusal:?}"),
        Effect::Ignored => "ignored".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Options by which the rooms of these tests differ from the usual one.
fn room_with(change: impl FnOnce(&mut Settings)) -> Room {
    let mut room = Room::new();
    change(&mut room.dialogue.settings);
    room
}

impl Room {
    fn hears(&mut self, text: &str, silence_ms: u64, stable: u32) -> String {
        let words = text.split_whitespace().map(str::to_owned).collect();
        let silence = Duration::from_millis(silence_ms);
        let effects = self.event(Event::Partial(Partial { words, silence, stable, ..Partial::default() }));
        shown(&effects)
    }

    /// The speaker pauses; the recogniser says how sure it is.
    fn pauses(&mut self, text: &str, confidence: f32) -> String {
        let words = text.split_whitespace().map(str::to_owned).collect();
        let silence = Duration::from_millis(150);
        let words: Vec<String> = words;
        let confidences = Some(vec![confidence; words.len()]);
        let partial = Partial { words, silence, stable: u32::MAX, confidences, ..Partial::default() };
        let effects = self.event(Event::Partial(partial));
        shown(&effects)
    }

    /// The pause that ends the utterance after these words.
    fn pause_after(&mut self, text: &str) -> Option<u128> {
        self.event(Event::SpeechBegan);
        let words = text.split_whitespace().map(str::to_owned).collect();
        let effects = self.event(Event::Partial(Partial { words, stable: 1, ..Partial::default() }));
        effects.iter().find_map(|effect| match effect {
            Effect::Endpoint(pause) => Some(pause.as_millis()),
            _ => None,
        })
    }
}
