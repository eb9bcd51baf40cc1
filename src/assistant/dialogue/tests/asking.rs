//! Questions, choices and corrections.

use super::*;

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
fn only_whole_words_are_put_right_and_a_correction_can_be_said_again() {
    let mut room = Room::new();
    room.grammar.set_contacts(&[contact("al", "Al Cal"), contact("bo", "Bo Lee")]);
    room.says("hey room call al");
    assert_eq!(room.says("hey room no i meant al"), "NotNow", "it is the same");
    assert_eq!(room.says("hey room no i meant bo"), "not Call Al Cal, Call Bo Lee, sleep");
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
