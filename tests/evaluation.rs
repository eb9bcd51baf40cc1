//! `heyroom eval` as whoever measures sees it: recordings with a manifest go in, figures come out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

/// A folder with the clips of the demo and this manifest.
fn recordings(manifest: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for clip in ["answer.wav", "mute.wav", "chatter.wav"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(clip);
        std::fs::copy(from, folder.path().join(clip)).unwrap();
    }
    std::fs::write(folder.path().join("manifest.jsonl"), manifest).unwrap();
    folder
}

fn eval(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heyroom")).arg("eval").arg(folder).args(arguments).output().unwrap()
}

/// The report of a run that went well.
fn report(manifest: &str) -> Value {
    let folder = recordings(manifest);
    let output = eval(folder.path(), &["--json", "-"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What comes of "answer", said to nobody, behind a command that was said while somebody called.
fn false_accepts(talk: &str) -> Value {
    let command =
        r#"{"file": "answer.wav", "text": "answer", "intent": "Answer", "context": {"ringing": true}}"#;
    let report = report(&format!("{command}\n{talk}\n"));
    let figures = &report["conditions"][0];
    assert_eq!(figures["right"], 1, "{report}");
    figures["false_accepts"].clone()
}

#[test]
fn talk_is_heard_in_the_room_that_its_own_line_tells_of() {
    assert_eq!(false_accepts(r#"{"file": "answer.wav", "intent": null, "context": {"ringing": true}}"#), 1);
    assert_eq!(false_accepts(r#"{"file": "answer.wav", "intent": null}"#), 0);
}

#[test]
fn what_cannot_be_measured_is_told_before_the_run() {
    let folder = recordings("{\"file\": \"mute.wav\", \"intent\": \"MuteMic\"}\n");
    let told = |arguments: &[&str], status: i32| {
        let output = eval(folder.path(), arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
        text
    };
    let text = told(&[], 1);
    assert!(
        text.contains(
            "manifest.jsonl:1: the grammar has no intent \"MuteMic\": did you mean \"MuteMicrophone\"?"
        ),
        "{text}"
    );
    assert!(!text.contains("as recorded"), "nothing was played: {text}");
    for wrong in [
        &["--echo", "inf"][..],
        &["--echo", "1e12"],
        &["--echo", "1", "--distance", "nan"],
        &["--fixed-window", "1e9"],
        &["--snr", "inf"],
    ] {
        let text = told(wrong, 2);
        assert!(text.contains(wrong[wrong.len() - 2]) && text.contains("write a number of"), "{text}");
    }
}

#[test]
fn a_slot_that_is_not_the_expected_one_is_shown_beside_it() {
    let line = r#"{"file": "mute.wav", "intent": "MuteMicrophone", "slots": {"level": 5}}"#;
    let folder = recordings(line);
    let text = String::from_utf8(eval(folder.path(), &[]).stdout).unwrap();
    assert!(text.contains("expected MuteMicrophone {\"level\":5}, got MuteMicrophone {}"), "{text}");
}
