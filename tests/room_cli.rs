//! `heyroom room` as scripts use it: exit status, stdout, stderr.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod room_terminal;

use std::process::{Output, Stdio};

use room_terminal::{Terminal, event};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

fn heyroom(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyroom"));
    command.arg("room").args(arguments).env_remove("HEYROOM_ROOM").env_remove("HEYROOM_ROOM_PIN");
    // No settings of the machine that runs the tests.
    command.args(["--config", concat!(env!("CARGO_MANIFEST_DIR"), "/heyroom.example.toml")]);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn output(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn address(terminal: &Terminal) -> String {
    format!("ws://127.0.0.1:{}", terminal.port)
}

#[tokio::test]
async fn a_method_is_sent_typed_and_its_answer_printed_as_json() {
    let mut terminal = Terminal::start().await;
    terminal.set("getDisplayNameById", json!({"peerDn": "Bob", "peerId": "bob@x"}));
    let (status, stdout, stderr) =
        output(&mut heyroom(&["getDisplayNameById", "peerId=bob@x", "--room", &address(&terminal)])).await;
    assert_eq!((status, stderr.contains("ERROR")), (0, false), "{stderr}");
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&answer["peerDn"], &answer["result"]), (&json!("Bob"), &json!(true)));
    output(&mut heyroom(&["hangUp", "forAll=true", "--room", &address(&terminal)])).await;
    let sent = terminal.received_so_far();
    let methods: Vec<&Value> = sent.iter().map(|request| &request["method"]).collect();
    // One command does just that: no login, no reading of the state.
    assert_eq!(methods, ["auth", "getDisplayNameById", "auth", "hangUp"]);
    assert_eq!(sent[3]["forAll"], json!(true));
}

#[tokio::test]
async fn the_pin_comes_from_the_environment_or_a_file_and_a_wrong_one_ends_with_1() {
    let terminal = Terminal::start().await;
    let room = address(&terminal);
    let (status, ..) = output(heyroom(&["getCrop", "--room", &room]).env("HEYROOM_ROOM_PIN", "1234")).await;
    assert_eq!(status, 0);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "9999\n").unwrap();
    let pin_file = file.path().to_str().unwrap();
    let wrong = &mut heyroom(&["getCrop", "--room", &room, "--pin-file", pin_file]);
    let (status, stdout, stderr) = output(wrong).await;
    assert_eq!((status, stdout.as_str()), (1, ""));
    assert!(stderr.contains("refused the PIN") && !stderr.contains("9999"), "{stderr}");
    std::fs::write(file.path(), "1234\n").unwrap();
    let (status, ..) = output(&mut heyroom(&["getCrop", "--room", &room, "--pin-file", pin_file])).await;
    assert_eq!(status, 0);
    let (status, _, stderr) =
        output(&mut heyroom(&["getCrop", "--room", &room, "--pin-file", "/no/such"])).await;
    assert!(status == 1 && stderr.contains("/no/such"), "{stderr}");
}

#[tokio::test]
async fn failures_end_with_1_and_name_the_thing_once() {
    let terminal = Terminal::start().await;
    terminal.set("call", json!({"result": false, "error": "not logged in"}));
    let (status, stdout, stderr) =
        output(&mut heyroom(&["call", "peerId=bob@x", "--room", &address(&terminal)])).await;
    assert_eq!((status, stdout.as_str()), (1, ""));
    assert!(stderr.contains("the room refused call: not logged in"), "{stderr}");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (status, _, stderr) =
        output(&mut heyroom(&["getCrop", "--room", &format!("ws://127.0.0.1:{closed}")])).await;
    assert_eq!((status, stderr.lines().count()), (1, 1), "{stderr}");
    assert!(stderr.contains(&closed.to_string()) && stderr.contains("TrueConf Room running"), "{stderr}");
}

#[tokio::test]
async fn a_wrong_command_line_ends_with_2() {
    for (arguments, part) in [
        (&["hangup"][..], "\"hangUp\""),
        (&["hangUp", "forall=true"], "\"forAll\""),
        (&["call"], "peerId"),
        (&["getCrop", "--room", "wss://room"], "without TLS"),
        (&["getCrop", "--timeout", "never"], "seconds"),
    ] {
        let (status, stdout, stderr) = output(&mut heyroom(arguments)).await;
        assert_eq!((status, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(stderr.contains(part), "{arguments:?}: {stderr}");
    }
}

#[tokio::test]
async fn a_dry_run_prints_the_request_and_needs_no_room() {
    let (status, stdout, _) = output(&mut heyroom(&["setVideoMute", "mute=true", "--dry-run"])).await;
    assert_eq!((status, stdout.as_str()), (0, "{\"method\":\"setVideoMute\",\"mute\":true}\n"));
}

#[tokio::test]
async fn watching_prints_events_as_they_come() {
    let mut terminal = Terminal::start().await;
    let mut child = heyroom(&["watch", "--event", "myEvent", "--room", &address(&terminal)])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    terminal.received("auth").await;
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    terminal.send(event("somethingElse", &json!({})));
    terminal.send(event("myEvent", &json!({"data": "x"})));
    let line = tokio::time::timeout(std::time::Duration::from_secs(10), lines.next_line()).await;
    let line = line.expect("an event is printed").unwrap().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), event("myEvent", &json!({"data": "x"})));
}

#[tokio::test]
async fn watching_loses_no_event_of_a_flood_with_damage_in_it() {
    const FLOOD: usize = 20_000;
    let mut terminal = Terminal::start().await;
    let mut child = heyroom(&["watch", "--room", &address(&terminal)])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    terminal.received("auth").await;
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for n in 0..FLOOD {
        terminal.send(event("commandReceived", &json!({"peerId": "bob@x", "command": n.to_string()})));
        if n % 100 == 0 {
            terminal.send_text("{\"event\":\"commandReceived\",\"comm");
            terminal.send_text("[]");
        }
    }
    for n in 0..FLOOD {
        let line = tokio::time::timeout(std::time::Duration::from_secs(10), lines.next_line()).await;
        let line: Value = serde_json::from_str(&line.expect("in time").unwrap().unwrap()).unwrap();
        assert_eq!(line["command"], json!(n.to_string()));
    }
}

#[tokio::test]
async fn the_reference_is_printed_and_filtered() {
    let (status, stdout, _) = output(&mut heyroom(&["methods"])).await;
    assert_eq!(status, 0);
    for name in ["hangUp", "getAbook", "setPanPos", "checkFileTransferPIN"] {
        assert!(stdout.contains(name), "{name}");
    }
    let (_, stdout, _) = output(&mut heyroom(&["methods", "createConference"])).await;
    assert!(
        stdout.contains("asymmetric") && stdout.contains("inviteList") && !stdout.contains("hangUp"),
        "{stdout}"
    );
    // Flags may stand before the subcommand as well.
    let (status, ..) = output(&mut heyroom(&["--room", "ws://127.0.0.1:1", "methods", "hangUp"])).await;
    assert_eq!(status, 0);
    let (status, _, stderr) = output(&mut heyroom(&["methods", "no such thing"])).await;
    assert!(status == 1 && stderr.contains("no such thing"), "{stderr}");
}
