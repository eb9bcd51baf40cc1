//! What it hears of itself, of the loudspeaker and of the far end, and when it speaks.

use super::*;

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
fn who_asks_why_is_told_what_the_wake_phrase_was_measured_against() {
    let mut room = Room::new();
    room.event(Event::Speaking("In the call with you: Ann and John".to_owned()));
    room.event(Event::SpeechBegan);
    let said = |text: &str| {
        let words = text.split_whitespace().map(|word| (word.to_owned(), 0.65)).collect();
        Event::Said(Spoken { words, pauses: Some(Vec::new()), ..Spoken::default() })
    };
    let wanted = |text: &str| room.dialogue.measures(&said(text)).wake;
    assert_eq!(wanted("hey room mute"), 0.5);
    assert_eq!(wanted("call page number hey room mute"), 0.7);
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
