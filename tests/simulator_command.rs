//! `heyroom simulate` as a program: what it prints, what it reads, how it ends.
#![allow(clippy::expect_used, reason = "a test may end with a panic")]

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

fn simulate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyroom"));
    command.arg("simulate").args(arguments).env_remove("HEYROOM_PIN");
    command
}

fn finished(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = simulate(arguments).stdin(Stdio::null()).output().expect("it runs");
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}

/// A running simulator with its lines.
fn running(arguments: &[&str]) -> (Child, impl Iterator<Item = String>) {
    let command = &mut simulate(arguments);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    (child, lines)
}

fn say(child: &mut Child, line: &str) {
    let input = child.stdin.as_mut().expect("a pipe");
    writeln!(input, "{line}").expect("it reads");
}

#[test]
fn typed_lines_make_things_happen() {
    let (mut child, lines) = running(&["--port", "0", "--repl", "--json"]);
    let mut lines = lines.map(|line| serde_json::from_str::<Value>(&line).unwrap_or(Value::Null));
    let listening = lines.next().expect("a line");
    assert_eq!(listening["kind"], "listening");
    assert!(listening["ws"].as_str().is_some_and(|url| url.starts_with("ws://127.0.0.1:")));
    say(&mut child, "ring maria");
    let invited = lines.next().expect("a line");
    assert_eq!((&invited["kind"], &invited["message"]["peerDn"]), (&"event".into(), &"Maria Garcia".into()));
    assert_eq!(lines.next().expect("a line")["message"]["appState"], 4);
    assert_eq!(lines.next().expect("a line")["message"], "Maria Garcia calls");
    say(&mut child, "state");
    assert_eq!(lines.next().expect("a line")["appState"], 4);
    say(&mut child, "dance");
    say(&mut child, "quit");
    assert_eq!(lines.next(), None);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("unknown action dance"), "{errors}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let (mut child, mut lines) = running(&["--port", "0"]);
        assert!(lines.next().is_some_and(|line| line.starts_with("Room API simulator: ws://127.0.0.1:")));
        let killed =
            Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill runs");
        assert!(killed.success());
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    }
}

#[test]
fn what_cannot_work_is_named() {
    let (mut child, mut lines) = running(&["--port", "0", "--json"]);
    let listening: Value = serde_json::from_str(&lines.next().expect("a line")).expect("JSON");
    let port = listening["ws"].as_str().and_then(|url| url.rsplit(':').next()).expect("a port").to_owned();
    let (code, errors) = finished(&["--port", &port]);
    assert_eq!(code, Some(1));
    assert!(errors.contains(&format!("127.0.0.1:{port}")) && errors.contains("another port"), "{errors}");
    child.kill().expect("it can be ended");
    child.wait().expect("it ends");

    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a path").to_owned()
    };
    let protected = write("pin.yaml", "pin: \"1234\"\n");
    for (arguments, count, wanted) in
        [(&["--json"][..], 1, "\"pin\":true"), (&[], 5, "access        with a PIN")]
    {
        let arguments = [&["--port", "0", "--scenario", &protected], arguments].concat();
        let (mut child, lines) = running(&arguments);
        assert!(lines.take(count).any(|line| line.contains(wanted)), "a PIN of the scenario is a PIN");
        child.kill().expect("it can be ended");
        child.wait().expect("it ends");
    }

    let scenario = write("bad.yaml", "steps:\n  - do: rang\n");
    let contacts = write("bad.json", "{\"peerId\": 1}");
    let empty = write("pin", "\n");
    for (arguments, words) in [
        (["--scenario", &scenario], "bad.yaml:2:9: unknown action rang; the nearest is ring"),
        (["--scenario", "missing.yaml"], "missing.yaml"),
        (["--contacts", &contacts], "wanted is a JSON array"),
        (["--pin-file", &empty], "is empty"),
        (["--pin-file", "missing.pin"], "missing.pin"),
    ] {
        let (code, errors) = finished(&arguments);
        assert_eq!(code, Some(1), "{errors}");
        assert!(errors.contains(words), "{errors}");
    }
    assert_eq!(finished(&["--port", "big"]).0, Some(2));
}
