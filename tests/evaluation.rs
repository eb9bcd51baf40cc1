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
    for clip in ["answer.wav", "call.wav", "mute.wav", "chatter.wav"] {
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
fn what_is_odd_in_the_manifest_is_told_and_the_rest_is_measured() {
    let folder = recordings("{\"file\": \"mute.wav\", \"intent\": \"MuteMic\"}\n");
    let told = |arguments: &[&str], status: i32| {
        let output = eval(folder.path(), arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
        text
    };
    let text = told(&[], 0);
    assert!(
        text.contains(
            "manifest.jsonl:1: the grammar has no intent \"MuteMic\": did you mean \"MuteMicrophone\"?"
        ),
        "{text}"
    );
    assert!(text.contains("as recorded"), "it is played all the same: {text}");
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

#[test]
fn a_name_that_the_model_does_not_know_is_heard_by_its_sound_as_it_is_at_work() {
    let line = r#"{"file": "call.wav", "text": "hey room call john smith", "intent": "Call", "slots": {"contact": "djon@example.org"}}"#;
    let folder = recordings(line);
    let book = r#"[{"peerId": "djon@example.org", "peerDn": "Djon Smyth"}]"#;
    std::fs::write(folder.path().join("contacts.json"), book).unwrap();
    let output = eval(folder.path(), &["--fixed-window", "--json", "-"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let right = |report: &Value| report["right"].clone();
    assert_eq!(
        (right(&report["conditions"][0]), right(&report["fixed_window"])),
        (1.into(), 1.into()),
        "{report}"
    );
}

#[test]
#[cfg(unix)]
fn a_run_that_is_stopped_reports_what_it_has() {
    use std::io::{BufRead, BufReader, Read};
    // An hour and more.
    let folder = recordings(&"{\"file\": \"chatter.wav\"}\n".repeat(5_000));
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyroom"));
    let pipe = std::process::Stdio::piped;
    let mut child = command.arg("eval").arg(folder.path()).stdout(pipe()).stderr(pipe()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(told.any(|line| line.contains("as recorded")), "it begins");
    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let mut table = String::new();
    child.stdout.take().unwrap().read_to_string(&mut table).unwrap();
    assert!(table.contains("Stopped after ") && table.contains(" of 5000 recordings"), "{table}");
    assert!(table.contains("false accepts"), "{table}");
    assert!(child.wait().unwrap().success());
}

#[test]
fn at_the_pace_of_speech_the_button_is_pressed_and_what_cannot_be_is_left_out() {
    let item = r#"{"file": "answer.wav", "text": "answer", "intent": "Signal""#;
    let folder = recordings(&format!("{item}}}\n{item}, \"context\": {{\"sharing\": true}}}}\n"));
    let grammar = "language: en\nintents:\n  Signal:\n    data: [{sentences: [answer]}]\n    actions: [{room: setMicMute, \
                   params: {mute: true}}]\n";
    std::fs::write(folder.path().join("en.yaml"), grammar).unwrap();
    let pack = folder.path().join("en.yaml");
    let output = eval(folder.path(), &["--real-time", "--json", "-", "--grammars", pack.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let live = &report["real_time"];
    assert_eq!((&live["commands"], &live["right"]), (&1.into(), &1.into()), "{live}");
    assert_eq!(live["left_out"], 1);
    assert_eq!(live["latency_ms"]["count"], 1, "a frame went out: {live}");
    assert_eq!(report["stopped"], Value::Null);
}
