//! Somebody interrupts a reply: `heyroom run` speaks, its microphone hears the loudspeaker and the person, and its own
//! voice is taken out. Alone in its file, and so never beside other tests: what is a moment too late here is lost.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod audio_rig;
mod spoken;

use std::time::{Duration, Instant};

use audio_rig::have;
use spoken::{PATIENT, PROGRAMS, Stage};

/// As often as people try before they give up. Most of the time once is enough, even here, where nothing but what the
/// canceller left of the reply reaches the recogniser together with the voice; without it, next to never.
const TRIES: usize = 3;

/// The microphone hears the loudspeaker as well, but softer than the person who speaks.
#[test]
fn whoever_speaks_into_a_reply_interrupts_it_and_is_obeyed() {
    if !have(PROGRAMS) {
        return;
    }
    let aloud = "[speech]\nearcons = false\nengine = \"espeak-ng\"\nvolume = 10\n";
    let mut stage = Stage::new(&format!("{PATIENT}{aloud}"));
    stage.in_a_call();
    let interrupted = (0..TRIES).any(|_| interrupts(&mut stage, "hey room, hang up"));
    assert!(interrupted, "nobody was heard; the log:\n{}", stage.heyroom.seen().join("\n"));
    // What a word was lost of is said again, and need not be called for.
    if stage.first_of(&["does HangUp", "wakes"]) == "wakes" {
        stage.says("hang up");
        stage.comes("does HangUp").unwrap();
    }
    stage.comes("sends hangUp {\"forAll\":false}").unwrap();
}

/// Asks for a long reply, speaks into it, and tells whether that silenced it.
fn interrupts(stage: &mut Stage, text: &str) -> bool {
    let mut speaker = stage.say("hey room, what can I say", "flite:slt");
    stage.first_of(&["does Help"]);
    stage.comes("says \"You can say, for example: ...\"").unwrap();
    assert!(speaker.wait().unwrap().success());
    let mut ear = stage.pulse.listen();
    // Whoever interrupts has heard something to be tired of.
    ear.listen_for(2);
    stage.says(text);
    // The whole reply would last many times as long as the interruption.
    let began = Instant::now();
    ear.wait_for_silence();
    began.elapsed() < Duration::from_secs(3)
}
