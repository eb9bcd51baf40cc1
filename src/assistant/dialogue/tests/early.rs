//! How long it waits, and what goes out before the end.

use super::*;

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
