//! What people notice of the dialogue, sentence by sentence.

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

#[test]
fn wake_phrase_then_command() {
    let mut room = Room::new();
    assert_eq!(room.says("hey room"), "wake");
    assert_eq!(room.says("call ann lee"), "Call Ann Lee, sleep");
}

#[test]
fn both_in_one_breath_also_behind_other_speech() {
    let mut room = Room::new();
    assert_eq!(room.says("hey room mute"), "Mute, sleep");
    assert_eq!(room.says("[unk] hey room call ann lee"), "Call Ann Lee, sleep");
}

#[test]
fn asleep_a_command_without_the_wake_phrase_does_nothing() {
    let mut room = Room::new();
    assert_eq!(room.says("mute"), "ignored");
    assert_eq!(room.says("answer"), "ignored");
    assert_eq!(room.heard("call [unk]", 0.9, &["hey room mute"]), "ignored");
}

#[test]
fn answering_needs_no_wake_phrase_while_it_rings() {
    let mut room = Room::new();
    room.rings(true);
    assert_eq!(room.says("mute"), "ignored");
    assert_eq!(room.says("answer"), "Answer, sleep");
    room.rings(false);
    assert_eq!(room.says("answer"), "ignored");
}

#[test]
fn silence_puts_it_back_to_sleep_but_not_in_the_middle_of_speech() {
    let mut room = Room::new();
    room.says("hey room");
    assert_eq!(room.waits(5), "");
    room.event(Event::SpeechBegan);
    assert_eq!(room.waits(8), "");
    assert_eq!(room.says("mute"), "Mute, sleep");
    room.says("hey room");
    assert_eq!(room.waits(6), "sleep");
    assert_eq!(room.says("mute"), "ignored");
    assert_eq!(room.dialogue.deadline(), None);
}

#[test]
fn what_is_not_understood_may_be_said_again_once() {
    let mut room = Room::new();
    room.says("hey room");
    room.waits(2);
    assert_eq!(room.says("[unk] call"), "Unknown");
    assert_eq!(room.says("[unk] call"), "Unknown, sleep");
    assert_eq!(room.says("mute"), "ignored");
}

#[test]
fn talk_that_only_sounds_like_the_wake_phrase_is_not_talked_into() {
    let mut room = Room::new();
    assert_eq!(room.says("hey room [unk] decline"), "quietly Unknown");
    assert_eq!(room.says("[unk] mute [unk]"), "quietly Unknown, sleep");
}

#[test]
fn a_pause_before_the_name_is_no_end() {
    let mut room = Room::new();
    assert_eq!(room.says("hey room call"), "...");
    assert_eq!(room.says("ann lee"), "Call Ann Lee, sleep");
    assert_eq!(room.says("hey room call"), "...");
    assert_eq!(room.says("mute"), "Mute, sleep", "another command after all");
    assert_eq!(room.says("hey room call"), "...");
    assert_eq!(room.waits(6), "quietly Unknown, sleep", "nobody waits for nothing");
    assert_eq!(room.says("ann lee"), "ignored");
}

#[test]
fn the_grammar_tells_how_clearly_an_intent_must_be_heard() {
    let mut room = Room::new();
    assert_eq!(room.heard("hey room share", 0.75, &[]), "quietly LowConfidence");
    assert_eq!(room.heard("hey room share", 0.8, &[]), "Share, sleep");
    assert_eq!(
        room.heard("hey room show the screen", 0.47, &[]),
        "Share, sleep",
        "this sentence less clearly"
    );
    assert_eq!(room.heard("hey room mute", 0.47, &[]), "quietly LowConfidence", "0.5 for all others");
}

#[test]
fn a_command_that_was_heard_badly_or_makes_no_sense_now_is_refused() {
    let mut room = Room::new();
    assert_eq!(room.heard("hey room mute", 0.3, &[]), "ignored", "not even the wake phrase is certain");
    room.says("hey room");
    assert_eq!(room.heard("mute", 0.3, &[]), "LowConfidence");
    assert_eq!(room.says("hey room hang up"), "NotNow");
}

#[test]
fn another_reading_helps_where_the_likeliest_is_no_sentence() {
    let mut room = Room::new();
    assert_eq!(room.heard("hey room call ann", 0.9, &[]), "Call Ann Lee, sleep");
    assert_eq!(room.heard("hey room moot", 0.9, &["hey mute", "hey room mute"]), "Mute, sleep");
}

#[test]
fn dangerous_commands_ask_and_only_yes_means_yes() {
    let mut room = Room::new();
    for (answer, effect) in
        [("yes", "HangUpForAll, sleep"), ("no", "cancelled, sleep"), ("cancel", "cancelled, sleep")]
    {
        assert_eq!(room.says("hey room hang up for everyone"), "ask Hang up for everyone?");
        assert_eq!(room.says(answer), effect);
    }
    room.says("hey room hang up for everyone");
    assert_eq!(room.says("mute"), "yes or no");
    assert_eq!(room.says("mute"), "cancelled, sleep");
    room.says("hey room hang up for everyone");
    assert_eq!(room.waits(6), "cancelled, sleep", "silence means no, and is told");
    assert_eq!(room.says("yes"), "ignored");
}

#[test]
fn two_people_of_one_name_are_asked_about() {
    let mut room = Room::new();
    assert_eq!(room.says("hey room call john"), "choose John Smith / John Brown");
    assert_eq!(room.says("john"), "which: John Smith / John Brown");
    assert_eq!(room.says("brown"), "Call John Brown, sleep");
    room.says("hey room call john");
    assert_eq!(room.says("the first one"), "Call John Smith, sleep");
    room.says("hey room call john");
    assert_eq!(room.says("the last one"), "Call John Brown, sleep");
    room.says("hey room call john");
    assert_eq!(room.says("hey room mute"), "Mute, sleep", "a new wish voids the question");
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

#[test]
fn the_pause_depends_on_what_can_follow() {
    let mut room = Room::new();
    assert_eq!(room.pause_after("hey room"), Some(700), "the command follows");
    assert_eq!(room.pause_after("hey room call"), Some(700), "so does the name");
    assert_eq!(room.pause_after("hey room call john"), Some(700), "or the surname");
    assert_eq!(room.pause_after("hey room call ann lee"), Some(150));
    assert_eq!(room.pause_after("hey room decline"), Some(400));
    assert_eq!(room.pause_after("hey room hang up for everyone"), Some(500));
    assert_eq!(room.pause_after("mute"), None, "nobody is asked");
}

#[test]
fn a_harmless_command_goes_out_before_the_end_and_only_once() {
    let mut room = Room::new();
    room.says("hey room");
    assert_eq!(room.hears("camera off", 100, 1), "", "a passing hypothesis");
    assert_eq!(room.hears("camera off", 20, 2), "", "the voice goes on");
    assert_eq!(room.hears("camera off", 100, 2), "CameraOff, sleep");
    assert_eq!(room.hears("camera off", 200, 3), "");
    assert_eq!(room.says("camera off"), "");
    assert_eq!(room.says("camera off"), "ignored", "another utterance");
}

#[test]
fn in_one_breath_with_the_wake_phrase_it_must_be_certain() {
    let mut room = Room::new();
    assert_eq!(room.hears("hey room camera off", 100, 5), "");
    assert_eq!(room.pauses("hey room camera off", 0.4), "");
    assert_eq!(room.pauses("hey room camera off", 0.9), "CameraOff, sleep");
    assert_eq!(room.says("hey room camera off"), "");
    assert_eq!(room.pauses("hey room hang up for everyone", 0.9), "", "danger waits for the end");
    assert_eq!(room.says("hey room hang up for everyone"), "ask Hang up for everyone?");
}

#[test]
fn what_went_out_early_is_put_right_when_it_was_something_else() {
    let mut room = Room::new();
    assert_eq!(room.pauses("hey room camera off", 0.9), "CameraOff, sleep");
    assert_eq!(room.says("hey room camera on"), "not CameraOff, CameraOn, sleep");
    assert_eq!(room.pauses("hey room camera off", 0.9), "CameraOff, sleep");
    assert_eq!(room.says("[unk] camera [unk]"), "not CameraOff, sleep", "not even addressed");
    assert_eq!(room.pauses("hey room camera off", 0.9), "CameraOff, sleep");
    assert_eq!(room.heard("hey room camera off", 0.3, &[]), "not CameraOff, sleep");
    assert_eq!(room.pauses("hey room camera off", 0.9), "CameraOff, sleep");
    assert_eq!(room.says("hey room camera off [unk] [unk]"), "", "and then talk to somebody else");
    assert_eq!(room.pauses("hey room camera off", 0.9), "CameraOff, sleep");
    assert_eq!(room.says("hey room camera off hey room mute"), "Mute, sleep", "two commands in one breath");
}

#[test]
fn a_command_may_follow_another_without_the_wake_phrase() {
    let mut room = room_with(|settings| settings.follow_up = Duration::from_secs(4));
    assert_eq!(room.says("hey room camera off"), "CameraOff");
    room.waits(2);
    assert_eq!(room.says("camera on"), "CameraOn");
    assert_eq!(room.heard("call ann lee", 0.7, &[]), "ignored, sleep", "what touches others must be clear");
    room.says("hey room camera off");
    assert_eq!(room.heard("call ann lee", 0.95, &[]), "Call Ann Lee");
    assert_eq!(room.waits(4), "sleep");
    assert_eq!(room.says("camera on"), "ignored");
    room.says("hey room camera off");
    assert_eq!(room.says("[unk] [unk]"), "ignored, sleep", "people talk to each other");
    assert_eq!(room.says("camera on"), "ignored");
}

#[test]
fn no_i_meant_somebody_else() {
    let mut room = room_with(|settings| settings.follow_up = Duration::from_secs(4));
    room.says("hey room call ann lee");
    assert_eq!(room.says("no i meant john brown"), "not Call Ann Lee, Call John Brown");
    assert_eq!(
        room.says("hey room no i meant john"),
        "not Call John Brown, Call John Smith",
        "only one is left"
    );
    room.waits(40);
    assert_eq!(room.says("hey room no i meant ann"), "NotNow", "nobody remembers what");
    room.says("hey room call john");
    assert_eq!(room.says("no i meant ann lee"), "Call Ann Lee", "while choosing");
    assert_eq!(room.says("hey room remove john smith"), "ask Remove John Smith?");
    assert_eq!(room.says("no i meant ann lee"), "ask Remove Ann Lee?", "while confirming");
    assert_eq!(room.says("yes"), "Remove Ann Lee");
}

/// "Call" often looks like "pull" at first sight; what was meant by it is what is said anew.
#[test]
fn a_command_that_was_understood_at_second_sight_can_be_corrected() {
    let mut room = Room::new();
    assert_eq!(room.heard("hey room pull ann lee", 0.9, &["hey room call ann lee"]), "Call Ann Lee, sleep");
    assert_eq!(room.says("hey room no i meant john brown"), "not Call Ann Lee, Call John Brown, sleep");
}

#[test]
fn what_tells_people_apart_chooses_too() {
    let mut room = Room::new();
    room.grammar.set_contacts(&[contact("js@berlin", "John Smith"), contact("js@paris", "John Smith")]);
    assert_eq!(room.says("hey room call john smith"), "choose John Smith / John Smith");
    assert_eq!(room.says("paris"), "Call John Smith, sleep");
    room.says("hey room call john");
    assert_eq!(room.says("john smith"), "which: John Smith / John Smith");
    assert_eq!(room.says("john smith"), "cancelled, sleep", "doubt means no");
}

#[test]
fn the_room_may_change_before_the_yes() {
    let mut room = Room::new();
    room.knows("in_call", true);
    room.says("hey room leave");
    room.knows("in_call", false);
    assert_eq!(room.says("yes"), "NotNow, sleep");
    room.says("hey room hang up for everyone");
    assert_eq!(room.heard("yes", 0.5, &[]), "yes or no", "a yes must be clear");
    assert_eq!(room.says("yes"), "HangUpForAll, sleep");
}

#[test]
fn its_own_voice_neither_wakes_it_nor_answers() {
    let mut room = Room::new();
    room.event(Event::Speaking("Say: hey room, mute".to_owned()));
    room.event(Event::SpeechBegan);
    assert_eq!(room.says("hey room mute"), "ignored");
    room.event(Event::Quiet);
    room.says("hey room hang up for everyone");
    room.event(Event::Speaking("Hang up? Say yes or no".to_owned()));
    assert_eq!(room.says("yes"), "ignored");
    room.event(Event::Quiet);
    assert_eq!(room.says("yes"), "HangUpForAll, sleep");
}

#[test]
fn it_knows_its_own_voice_until_the_last_reply_is_over() {
    let mut room = room_with(|settings| settings.follow_up = Duration::from_secs(4));
    room.says("hey room camera off");
    room.event(Event::Speaking("You can say: mute".to_owned()));
    room.event(Event::Settled);
    assert_eq!(room.says("mute"), "ignored", "something else was done meanwhile");
    room.event(Event::Speaking("Ann Lee is busy".to_owned()));
    room.event(Event::Quiet);
    assert_eq!(room.says("busy"), "ignored", "two texts, one of them over");
    room.event(Event::Quiet);
    assert_eq!(room.says("camera on"), "CameraOn");
}

#[test]
fn whoever_speaks_to_it_interrupts_it() {
    let mut room = Room::new();
    room.event(Event::Speaking("In the call with you: Ann and John".to_owned()));
    assert_eq!(room.hears("hey room", 0, 1), "Keep, Duck(true)");
    assert_eq!(room.hears("hey room", 0, 2), "Interrupt, Duck(false)");
    assert_eq!(room.hears("hey room", 0, 3), "", "once");
    room.event(Event::Quiet);
    assert_eq!(room.says("hey room [unk]"), "wake", "the rest was drowned by its voice");
    assert_eq!(room.says("mute"), "Mute, sleep");
    room.event(Event::Speaking("In the call with you: Ann and John".to_owned()));
    assert_eq!(room.hears("hey room", 0, 1), "Keep, Duck(true)");
    assert_eq!(room.hears("hey room", 0, 2), "Interrupt, Duck(false)");
    room.event(Event::Quiet);
    assert_eq!(room.says("accept the room hang up"), "wake", "it is silent now, and listens");
    assert_eq!(room.heard("mute", 0.75, &[]), "quietly Unknown", "but may have been mistaken");
    assert_eq!(room.says("mute"), "Mute, sleep");
    room.says("hey room hang up for everyone");
    room.event(Event::Speaking("Hang up for everyone?".to_owned()));
    assert_eq!(room.hears("no", 0, 2), "Interrupt");
    room.event(Event::Quiet);
    assert_eq!(room.says("no"), "cancelled, sleep");
}

#[test]
fn whoever_speaks_over_it_is_heard_behind_what_is_left_of_its_voice() {
    let said = |confidence, speaks| {
        let mut room = Room::new();
        if speaks {
            room.event(Event::Speaking("In the call with you: Ann and John".to_owned()));
        }
        room.event(Event::SpeechBegan);
        let words = ["call", "page", "number", "hey", "room", "mute"];
        let words: Vec<_> = words.into_iter().map(|word| (word.to_owned(), confidence)).collect();
        // All in one breath.
        shown(&room.event(Event::Said(Spoken { words, pauses: Some(Vec::new()), ..Spoken::default() })))
    };
    assert_eq!(said(0.9, true), "Mute, sleep");
    assert_eq!(said(0.75, true), "wake", "a command over its voice must be heard well");
    assert_eq!(
        said(0.65, true),
        "ignored",
        "in talk there is soon something that sounds like the wake phrase"
    );
    assert_eq!(said(0.9, false), "ignored");
}

#[test]
fn a_voice_that_hangs_does_not_keep_it_awake() {
    let mut room = Room::new();
    room.says("hey room hang up for everyone");
    room.event(Event::Speaking("Hang up for everyone?".to_owned()));
    assert_eq!(room.waits(29), "");
    assert_eq!(room.waits(2), "cancelled, sleep");
    assert_eq!(room.dialogue.state(), State::Asleep);
    assert_eq!(room.dialogue.deadline(), None);
}

#[test]
fn the_far_end_must_not_wake_it() {
    let mut room = Room::new();
    room.event(Event::FarEnd(true));
    assert_eq!(room.heard("hey room mute", 0.8, &[]), "ignored");
    assert_eq!(room.heard("hey room mute", 0.95, &[]), "Mute, sleep");
    room.event(Event::FarEnd(false));
    assert_eq!(room.heard("hey room mute", 0.8, &[]), "Mute, sleep");
    let mut room = room_with(|settings| settings.far_end_guard = false);
    room.event(Event::FarEnd(true));
    assert_eq!(room.heard("hey room mute", 0.8, &[]), "Mute, sleep");
}

#[test]
fn privacy_hears_nothing_until_it_is_ended() {
    let mut room = room_with(|settings| settings.privacy_for = Some(Duration::from_secs(600)));
    assert_eq!(shown(&room.event(Event::Privacy(true))), "Privacy { on: true, aloud: true }");
    assert_eq!(room.says("hey room mute"), "");
    assert_eq!(room.pauses("hey room camera off", 1.0), "");
    assert_eq!(room.dialogue.state(), State::Muted);
    assert_eq!(shown(&room.event(Event::PushToTalk)), "Privacy { on: false, aloud: false }, wake");
    assert_eq!(room.says("mute"), "Mute, sleep");
    room.event(Event::Privacy(true));
    assert!(!room.dialogue.listens(), "privacy");
    assert_eq!(room.waits(600), "Privacy { on: false, aloud: true }", "its own end");
    assert!(room.dialogue.listens());
    assert_eq!(room.says("hey room mute"), "Mute, sleep");
}

#[test]
fn a_button_stands_for_the_wake_phrase() {
    let mut room = room_with(|settings| settings.wake_on = false);
    assert_eq!(room.says("hey room mute"), "ignored");
    assert!(!room.dialogue.listens(), "what is said now cannot matter");
    assert_eq!(shown(&room.event(Event::PushToTalk)), "wake");
    assert!(room.dialogue.listens());
    assert_eq!(room.says("[unk] mute"), "Mute, sleep", "the signal itself is heard as noise");
    room.event(Event::PushToTalk);
    assert_eq!(room.says("hey room mute"), "Mute, sleep", "out of habit");
}

#[test]
fn a_wake_phrase_of_another_language_is_held_to_the_same_rules() {
    let called = |room: &mut Room, played: Option<crate::audio::PlayedIn>, pauses: Vec<usize>| {
        let words: Vec<_> = "so i said privet zal".split(' ').map(|word| (word.to_owned(), 0.4)).collect();
        let played = played.map(|played| vec![played; words.len()]);
        let spoken = Spoken { words, pauses: Some(pauses), played, ..Spoken::default() };
        room.event(Event::SpeechBegan);
        room.dialogue.may_be_called(&spoken, &(3..5))
    };
    let mut room = Room::new();
    assert!(called(&mut room, None, vec![3]));
    assert!(!called(&mut room, None, vec![]), "in the middle of fluent talk");
    assert!(!called(&mut room, Some(crate::audio::PlayedIn::Echo), vec![3]), "the loudspeaker says it");
    room.knows("in_call", true);
    assert!(called(&mut room, Some(crate::audio::PlayedIn::Nothing), vec![3]));
    assert!(!called(&mut room, None, vec![3]), "it may be the far end");
}

#[test]
fn at_second_sight_the_wake_phrase_must_be_clear() {
    let said = |wake: f32| {
        let words = ["hey", "room", "moot"].map(str::to_owned);
        let words = words.into_iter().zip([0.9, wake, 0.7]).collect();
        let readings = vec!["hey room mute".to_owned()];
        shown(&Room::new().event(Event::Said(Spoken { words, readings, ..Spoken::default() })))
    };
    assert_eq!(said(0.9), "Mute, sleep");
    assert_eq!(said(0.6), "quietly Unknown");
    let mut room = Room::new();
    room.says("hey room");
    assert_eq!(
        room.heard("pull ann lee", 0.6, &["call ann lee"]),
        "Call Ann Lee, sleep",
        "it listens anyhow"
    );
}

/// The recogniser knows no tones: it hears some word in them.
#[test]
fn its_own_signals_are_no_words_of_anybody() {
    let said = |text: &str, signal: usize| {
        let words = text.split(' ').map(|word| (word.to_owned(), 0.9)).collect();
        Event::Said(Spoken { words, signal, ..Spoken::default() })
    };
    let mut room = Room::new();
    room.says("hey room");
    assert_eq!(shown(&room.event(said("john", 1))), "ignored");
    assert_eq!(shown(&room.event(said("john", 1))), "ignored", "it takes no patience");
    assert_eq!(shown(&room.event(said("john mute", 1))), "Mute, sleep");
    room.says("hey room");
    assert_eq!(shown(&room.event(said("john", 0))), "Unknown", "no signal sounded");
    room.says("hey room");
    assert_eq!(shown(&room.event(said("mute", 1))), "Mute, sleep", "spoken into the signal");
    room.says("hey room hang up for everyone");
    assert_eq!(shown(&room.event(said("john", 1))), "ignored");
    assert_eq!(shown(&room.event(said("john yes", 1))), "HangUpForAll, sleep");
}

#[test]
fn the_wake_phrase_in_the_middle_of_fluent_talk_is_none() {
    let said = |pauses: &[usize]| {
        let words = "i take from hey room mute".split(' ').map(|word| (word.to_owned(), 0.9)).collect();
        let spoken = Spoken { words, pauses: Some(pauses.to_vec()), ..Spoken::default() };
        shown(&Room::new().event(Event::Said(spoken)))
    };
    assert_eq!(said(&[1]), "ignored");
    assert_eq!(said(&[3]), "Mute, sleep");
}

#[test]
fn what_is_not_believed_at_the_end_is_not_acted_upon_before_it() {
    let mut room = Room::new();
    let talk = |pauses: &[usize]| {
        let words: Vec<String> = "i take from hey room camera off".split(' ').map(str::to_owned).collect();
        let confidences = Some(vec![0.9; words.len()]);
        let pauses = Some(pauses.to_vec());
        let silence = Duration::from_millis(150);
        Event::Partial(Partial {
            words,
            silence,
            stable: u32::MAX,
            confidences,
            pauses,
            ..Partial::default()
        })
    };
    assert_eq!(shown(&room.event(talk(&[]))), "", "in the middle of fluent talk");
    assert_eq!(shown(&Room::new().event(talk(&[3]))), "CameraOff, sleep", "after a pause");
    room.knows("in_call", true);
    let wanted = room.dialogue.settings.thresholds.wake_in_call;
    assert!(wanted > 0.6, "{wanted}");
    room.event(Event::SpeechBegan);
    assert_eq!(room.pauses("hey room camera off", 0.6), "", "it may have been the far end");
    assert_eq!(room.pauses("hey room camera off", 0.9), "CameraOff, sleep");
}

#[test]
fn talk_that_does_not_count_keeps_no_question_open() {
    let mut room = Room::new();
    room.says("hey room hang up for everyone");
    // The far end talks on, with short pauses.
    let mut after = 0;
    loop {
        room.event(Event::SpeechBegan);
        let ended = room.waits(2);
        after += 2;
        assert!(after < 12, "{ended}");
        let echo = Spoken {
            words: vec![("leave".to_owned(), 0.9)],
            played: Some(vec![crate::audio::PlayedIn::Echo]),
            ..Spoken::default()
        };
        let effects = shown(&room.event(Event::Said(echo)));
        if room.waits(1) == "cancelled, sleep" {
            break;
        }
        assert_eq!((effects.as_str(), ended.as_str()), ("ignored", ""));
        after += 1;
    }
    assert_eq!(room.says("yes"), "ignored");
}

#[test]
fn an_utterance_that_was_its_own_voice_takes_no_time() {
    let mut room = room_with(|settings| settings.follow_up = Duration::from_secs(4));
    room.says("hey room camera off");
    room.event(Event::Speaking("The camera is off".to_owned()));
    room.event(Event::SpeechBegan);
    room.waits(2);
    room.event(Event::Forgotten);
    room.event(Event::Quiet);
    assert_eq!(room.waits(3), "");
    assert_eq!(room.waits(2), "sleep");
}

#[test]
fn only_whole_words_are_put_right_and_a_correction_can_be_said_again() {
    let mut room = Room::new();
    room.grammar.set_contacts(&[contact("al", "Al Cal"), contact("bo", "Bo Lee")]);
    room.says("hey room call al");
    assert_eq!(room.says("hey room no i meant al"), "NotNow", "it is the same");
    assert_eq!(room.says("hey room no i meant bo"), "not Call Al Cal, Call Bo Lee, sleep");
}

#[test]
fn too_short_a_sound_is_no_command() {
    let mut room = Room::new();
    room.says("hey room");
    let words = vec![("mute".to_owned(), 0.9)];
    let click = Spoken { words, length: Some(Duration::from_millis(50)), ..Spoken::default() };
    assert_eq!(shown(&room.event(Event::Said(click))), "TooShort");
}

#[test]
fn who_uses_the_room_is_told_that_it_is_lost() {
    let mut room = Room::new();
    room.knows("connected", true);
    assert_eq!(room.knows("connected", false), "", "nobody uses it");
    room.knows("connected", true);
    room.says("hey room call ann");
    assert_eq!(room.knows("connected", false), "Tell(RoomLost)");
    assert_eq!(room.knows("connected", true), "Tell(RoomBack)");
    room.says("hey room hang up for everyone");
    assert_eq!(room.knows("connected", false), "Tell(RoomLost), sleep");
}

#[test]
fn a_question_ends_with_the_microphone_and_with_its_intent() {
    let mut room = Room::new();
    room.says("hey room hang up for everyone");
    assert_eq!(shown(&room.event(Event::MicrophoneLost)), "Tell(MicrophoneLost), cancelled, sleep");
    assert_eq!(shown(&room.event(Event::MicrophoneRestored)), "Tell(MicrophoneBack)");
    room.says("hey room call john");
    assert_eq!(shown(&room.event(Event::Reloaded)), "", "the intent is still there");
    room.grammar = Grammar::new(&Pack::from_text("test.yaml", "language: en\nintents: {}\n").unwrap());
    assert_eq!(shown(&room.event(Event::Reloaded)), "cancelled, sleep");
}

#[test]
fn a_reply_waits_for_a_command_and_not_for_talk() {
    let mut room = room_with(|settings| settings.follow_up = Duration::from_secs(4));
    room.says("hey room camera off");
    assert!(!room.dialogue.is_spoken_to());
    room.event(Event::SpeechBegan);
    assert!(room.dialogue.is_spoken_to(), "nobody knows yet");
    room.hears("call", 0, 1);
    assert!(room.dialogue.is_spoken_to());
    room.hears("and then we", 0, 1);
    assert!(!room.dialogue.is_spoken_to(), "people talk to each other");
    room.says("call ann lee");
    assert!(!room.dialogue.is_spoken_to(), "it is over");
}
