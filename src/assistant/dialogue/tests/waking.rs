//! What wakes the assistant, and what ends that.

use super::*;

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
fn the_wake_phrase_in_the_middle_of_fluent_talk_is_none() {
    let said = |pauses: &[usize]| {
        let words = "i take from hey room mute".split(' ').map(|word| (word.to_owned(), 0.9)).collect();
        let spoken = Spoken { words, pauses: Some(pauses.to_vec()), ..Spoken::default() };
        shown(&Room::new().event(Event::Said(spoken)))
    };
    assert_eq!(said(&[1]), "ignored");
    assert_eq!(said(&[3]), "Mute, sleep");
}
