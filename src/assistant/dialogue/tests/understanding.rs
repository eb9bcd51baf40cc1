//! Which commands it takes, and how well they must be heard.

use super::*;

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
fn too_short_a_sound_is_no_command() {
    let mut room = Room::new();
    room.says("hey room");
    let words = vec![("mute".to_owned(), 0.9)];
    let click = Spoken { words, length: Some(Duration::from_millis(50)), ..Spoken::default() };
    assert_eq!(shown(&room.event(Event::Said(click))), "TooShort");
}
