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
