//! The conversations of `tests/spoken/*.talk`, really spoken: `heyroom run` with a virtual microphone, libvosk and the
//! bundled model, `heyroom simulate` as the room. The format is described in `docs/conversations.md`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod audio_rig;
mod spoken;

use std::{fs, path::Path, sync::Mutex, thread};

use audio_rig::have;
use spoken::{PATIENT, PROGRAMS, QUIET, Situation, Stage};

/// Fewer would mean that a file was not found.
const AT_LEAST: usize = 12;

#[test]
fn every_spoken_conversation_goes_as_written() {
    if !have(PROGRAMS) {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spoken");
    let mut situations = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "talk") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let read = Situation::read(&fs::read_to_string(&path).unwrap());
            let read = read.unwrap_or_else(|problem| panic!("{name}:{problem}"));
            situations.extend(read.into_iter().map(|situation| (name.clone(), situation)));
        }
    }
    let count = situations.len();
    assert!(count >= AT_LEAST, "only {count} conversations were found");
    // A developer may want one of them alone.
    if let Ok(part) = std::env::var("HEYROOM_TALK") {
        situations.retain(|(_, situation)| situation.title.contains(&part));
    }
    // Mostly they wait for somebody to finish speaking.
    let at_a_time = 2 * thread::available_parallelism().map_or(1, usize::from);
    let (left, wrong) = (Mutex::new(situations), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..at_a_time {
            scope.spawn(|| {
                loop {
                    let next = left.lock().unwrap().pop();
                    let Some((name, situation)) = next else { return };
                    if let Err(problem) = situation.play() {
                        wrong.lock().unwrap().push(format!("{name}:{problem} (in \"{}\")", situation.title));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {count} conversations went wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

fn comes(stage: &mut Stage, lines: &[&str]) {
    for line in lines {
        stage.comes(line).unwrap();
    }
}

#[test]
fn a_room_that_goes_away_during_a_call_is_told_and_comes_back() {
    if !have(PROGRAMS) {
        return;
    }
    let mut stage = Stage::new(&format!("{PATIENT}{QUIET}"));
    let call = "sends call {\"peerId\":\"maria.garcia@example.org\"}";
    let calls = ["does Call, contact = maria garcia", call, "says \"Calling Maria Garcia\""];
    stage.says("hey room, call maria garcia");
    comes(&mut stage, &calls);
    stage.end_room();
    // What became of the call, and what became of the room.
    let lines =
        ["says \"I have lost the connection to the room\"", "says \"I have no connection to the room\""];
    assert_eq!(stage.next_of_note(2), lines);
    stage.new_room();
    stage.comes("says \"The room is connected again\"").unwrap();
    stage.says("hey room, call maria garcia");
    comes(&mut stage, &calls);
    stage.room.expect("\"method\":\"call\"");
}

#[test]
fn a_microphone_that_vanishes_after_a_question_is_no_yes() {
    if !have(PROGRAMS) {
        return;
    }
    let mut stage = Stage::new(&format!("{PATIENT}{QUIET}"));
    stage.in_a_call();
    stage.says("hey room, hang up for everyone");
    stage.comes("says \"End the meeting for everyone?\"").unwrap();
    stage.unplug();
    let mut lines = ["says \"I cannot hear anything: the microphone is gone\"", "says \"Okay, never mind\""];
    lines.sort_unstable();
    assert_eq!(stage.next_of_note(2), lines);
    stage.plug();
    stage.comes("says \"The microphone is back\"").unwrap();
    stage.says("yes");
    stage.comes("ignores").unwrap();
    stage.says("hey room, camera off");
    comes(&mut stage, &["does CameraOff", "sends setVideoMute {\"mute\":true}"]);
    assert_eq!(stage.arrived(), ["accept", "setVideoMute"]);
}

#[test]
fn a_voice_that_hangs_holds_nothing_up() {
    if !have(PROGRAMS) {
        return;
    }
    let hangs = "[speech]\nearcons = false\nengine = \"command\"\ncommand = [\"sleep\", \"600\"]\n";
    let mut stage = Stage::new(&format!("{PATIENT}{hangs}"));
    stage.in_a_call();
    stage.says("hey room, who is in the call");
    comes(&mut stage, &["does Participants", "says \"In the call with you: Maria Garcia\""]);
    stage.says("hey room, camera off");
    comes(&mut stage, &["does CameraOff", "sends setVideoMute {\"mute\":true}"]);
    stage.says("hey room, hang up for everyone");
    stage.comes("says \"End the meeting for everyone?\"").unwrap();
    stage.says("yes");
    comes(&mut stage, &["does HangUpAll", "sends hangUp {\"forAll\":true}"]);
    let warned = |line: &String| line.contains("\"sleep\" gave no answer within");
    assert!(
        stage.heyroom.seen().iter().any(warned) || warned(&stage.heyroom.expect("gave no answer within"))
    );
}

#[test]
fn a_grammar_that_is_saved_while_choosing_does_not_disturb_the_choice() {
    if !have(PROGRAMS) {
        return;
    }
    let grammars = tempfile::tempdir().unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammars");
    copy(&own, grammars.path());
    let folder = format!("grammars = \"{}\"\n", grammars.path().display());
    let mut stage = Stage::new(&format!("{PATIENT}{folder}{QUIET}"));
    stage.says("hey room, call john");
    stage.comes("says \"Which one: John Smith or John Baker?\"").unwrap();
    let file = grammars.path().join("en.yaml");
    fs::write(&file, format!("{}\n# Seen again.\n", fs::read_to_string(&file).unwrap())).unwrap();
    stage.heyroom.expect("the changed grammar is in use");
    stage.says("the second one");
    let call = "sends call {\"peerId\":\"john.baker@example.org\"}";
    comes(&mut stage, &["does Call, contact = john", call, "says \"Calling John Baker\""]);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (source, target) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(source, target).unwrap();
        }
    }
}

#[test]
fn the_far_end_gives_no_commands_and_people_in_the_room_do() {
    if !have(PROGRAMS) {
        return;
    }
    let mut stage = Stage::beside_a_loudspeaker(&format!("{PATIENT}{QUIET}"));
    stage.in_a_call();
    stage.pulse.wait_for_listener("vspk.monitor");
    stage.heyroom.expect("loudspeaker's monitor open");
    let far_end = |stage: &mut Stage, text: &str| {
        assert!(stage.far_end_says(text, "flite:rms").wait().unwrap().success());
    };
    far_end(&mut stage, "hey room, hang up");
    stage.comes("ignores").unwrap();
    stage.says("hey room, hang up for everyone");
    stage.comes("says \"End the meeting for everyone?\"").unwrap();
    far_end(&mut stage, "yes");
    stage.comes("ignores").unwrap();
    stage.says("no");
    stage.comes("says \"Okay, never mind\"").unwrap();
    stage.says("hey room, camera off");
    comes(&mut stage, &["does CameraOff", "sends setVideoMute {\"mute\":true}"]);
    far_end(&mut stage, "camera on");
    stage.comes("ignores").unwrap();
    assert_eq!(stage.arrived(), ["accept", "setVideoMute"]);
}
