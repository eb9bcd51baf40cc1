//! What a person at the shell sees: results, exit statuses, and a clear message for each kind of bad input.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

struct Ran {
    status: i32,
    out: String,
    err: String,
}

fn heyroom(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_heyroom"))
        .args(arguments)
        .current_dir(folder)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    Ran {
        status: output.status.code().expect("it was not killed by a signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn clip(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(name)
}

/// A folder with every kind of broken file.
fn broken_things() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let whole = fs::read(clip("answer.wav")).unwrap();
    write("cut.wav", &whole[..whole.len() / 3]);
    write("text.wav", b"this was never sound");
    write("empty.wav", b"");
    write("tab/en.yaml", b"language: en\nintents:\n\tCall:\n");
    write(
        "bracket/en.yaml",
        b"language: en\nintents:\n  Call:\n    data:\n      - sentences: [\"call bob\"\n",
    );
    write(
        "list/en.yaml",
        b"language: en\nintents:\n  Call:\n    data:\n      - sentences: [\"call {people}\"]\n",
    );
    write(
        "template/en.yaml",
        b"language: en\nintents:\n  Call:\n    data:\n      - sentences: [\"call (bob\"]\n",
    );
    write("contacts.json", b"{\"peerId\": 1}");
    write("typo.toml", b"[room]\nadress = \"127.0.0.1\"\n");
    write("half-model/am/final.mdl", b"");
    folder
}

#[test]
fn bad_input_gets_one_clear_message_and_status_1() {
    let folder = broken_things();
    let whole = clip("answer.wav");
    let whole = whole.to_str().unwrap();
    let cases: &[(&[&str], &[&str])] = &[
        (&["listen", "cut.wav"], &["cut.wav", "cut short", "missing"]),
        (&["listen", "text.wav"], &["text.wav", "not a WAV file", "text", "name a recording"]),
        (&["listen", "empty.wav"], &["empty.wav", "empty"]),
        (&["listen", "nowhere.wav"], &["nowhere.wav", "No such file"]),
        (&["listen", whole, "--model", "./nowhere"], &["./nowhere", "does not exist", "heyroom models list"]),
        (&["listen", whole, "--model", "./half-model"], &["half-model", "am/final.mdl", "empty"]),
        (&["listen", whole, "--model", "vosk-model-xx"], &["vosk-model-xx", "heyroom models install"]),
        (&["match", "call bob", "--grammars", "tab"], &["tab/en.yaml:3:1", "tab"]),
        (&["match", "call bob", "--grammars", "bracket"], &["bracket/en.yaml:5:20", "never closed"]),
        (&["match", "call bob", "--grammars", "list"], &["list/en.yaml:5:27", "unknown list `people`"]),
        (&["match", "call bob", "--grammars", "template"], &["template/en.yaml:5", "("]),
        (&["match", "call bob", "--grammars", "nowhere"], &["nowhere", "--grammars"]),
        (&["match", "call bob", "--contacts", "contacts.json"], &["contacts.json", "peerDn"]),
        (&["run", "--config", "typo.toml"], &["typo.toml:2:1", "room.adress", "room.address"]),
        (&["run", "--config", "nowhere.toml"], &["nowhere.toml", "cannot be read"]),
        (
            &["room", "getAppState", "--room", "ws://127.0.0.1:1"],
            &["ws://127.0.0.1:1", "Is TrueConf Room running"],
        ),
    ];
    for (arguments, fragments) in cases {
        let ran = heyroom(folder.path(), arguments, &[]);
        assert_eq!(ran.status, 1, "{arguments:?}: {} {}", ran.out, ran.err);
        for fragment in *fragments {
            assert!(ran.err.contains(fragment), "{arguments:?}: \"{fragment}\" is not in: {}", ran.err);
        }
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
    }
}

#[test]
fn without_libvosk_the_message_names_the_places_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let answer = clip("answer.wav");
    let environment = [("HEYROOM_LIBVOSK", "/nowhere/libvosk.so")];
    let ran = heyroom(folder.path(), &["listen", answer.to_str().unwrap()], &environment);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.contains("/nowhere/libvosk.so") && ran.err.contains("scripts/fetch-libvosk"),
        "{}",
        ran.err
    );
    assert_eq!(ran.err.matches("/nowhere/libvosk.so").count(), 1, "{}", ran.err);
    // What needs no recogniser works without it.
    assert_eq!(heyroom(folder.path(), &["match", "hang up"], &environment).status, 0);
}

#[test]
fn a_wrong_command_line_has_status_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["listen"][..], &["match", "--bogus"], &["nonsense"], &["room", "hangup"]] {
        let ran = heyroom(folder.path(), arguments, &[]);
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "diagnostics go to stderr: {}", ran.out);
    }
    // The Room API's names have capitals in the middle.
    assert!(heyroom(folder.path(), &["room", "hangup"], &[]).err.contains("hangUp"));
}

#[test]
fn recordings_are_heard_with_a_foreign_grammar_and_contacts() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("grammars")).unwrap();
    let grammar =
        "language: \"en\"\nintents:\n  Ring:\n    data:\n      - sentences: [\"hey room call {contact}\"]\n";
    fs::write(
        folder.path().join("grammars/en.yaml"),
        format!("{grammar}  Pick:\n    data:\n      - sentences: [\"answer\"]\n"),
    )
    .unwrap();
    fs::write(
        folder.path().join("contacts.json"),
        r#"[{"peerId": "john@example.org", "peerDn": "John Smith"}, {"peerId": "ann@example.org", "peerDn": "Ann Lee"}]"#,
    )
    .unwrap();
    let (call, answer) = (clip("call.wav"), clip("answer.wav"));
    let (call, answer) = (call.to_str().unwrap(), answer.to_str().unwrap());
    let arguments = [
        "listen",
        "--json",
        "--grammars",
        "grammars",
        "--contacts",
        "contacts.json",
        call,
        "nowhere.wav",
        answer,
    ];
    let ran = heyroom(folder.path(), &arguments, &[]);
    assert_eq!(ran.status, 1, "one of the files is missing");
    let records: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 3, "{}", ran.out);
    assert_eq!(records[0]["intent"], "Ring", "{}", records[0]);
    assert_eq!(records[0]["slots"]["contact"]["value"], "john@example.org");
    assert_eq!(records[0]["slots"]["contact"]["text"], "john smith");
    assert!(records[0]["confidence"].as_f64().unwrap() > 0.7);
    assert!(records[0]["ms"]["audio"].as_u64().unwrap() > 4000 && records[0]["ms"]["decode"].is_u64());
    assert!(records[1]["error"].as_str().unwrap().contains("nowhere.wav"));
    assert_eq!((&records[2]["intent"], &records[2]["text"]), (&Value::from("Pick"), &Value::from("answer")));
}

#[test]
fn names_that_the_model_does_not_know_are_listed_with_what_is_listened_for() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir_all(folder.path().join("grammars/en")).unwrap();
    let call =
        "actions: [{room: call, params: {peerId: \"{contact}\"}}], data: [{sentences: [\"call {contact}\"]}]";
    write("grammars/en.yaml", &format!("language: en\nintents: {{Call: {{{call}}}}}\n"));
    write(
        "grammars/en/names.yaml",
        "language: en\nheard_as:\n  Wojnarowicz: [\"wine a rich\", \"blorpish\"]\n",
    );
    write(
        "contacts.json",
        r#"[{"peerId": "a", "peerDn": "Piotr Szczepański"}, {"peerId": "b", "peerDn": "David Wojnarowicz"},
            {"peerId": "c", "peerDn": "John Smith"}, {"peerId": "d", "peerDn": "محمد"}]"#,
    );
    let names = ["--grammars", "grammars", "--contacts", "contacts.json"];
    let ran = heyroom(folder.path(), &[&["grammar", "check"][..], &names].concat(), &[]);
    let line = |word: &str| {
        ran.out.lines().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{}", ran.out))
    };
    let approximated = line("`szczepański`");
    assert!(approximated.contains("(Piotr Szczepański); listens for \""), "{approximated}");
    assert!(approximated.contains(" % alike)"), "{approximated}");
    assert!(line("`wojnarowicz`").contains("is heard as \"wine a rich\", \"blorpish\""), "{}", ran.out);
    assert!(line("`blorpish`").contains("which the model does not know"), "{}", ran.out);
    assert!(line("`محمد`").contains("nor words that sound like it"), "{}", ran.out);
    assert!(ran.out.contains("heard_as: {NAME:") && !ran.out.contains("John Smith"), "{}", ran.out);

    // What is listened for is what is understood.
    let alike = approximated.split('"').nth(1).unwrap();
    let ran = heyroom(
        folder.path(),
        &[&["grammar", "phrases", "--model", "vosk-model-room-en"][..], &names].concat(),
        &[],
    );
    assert!(ran.out.contains("wine a rich") && !ran.out.contains("blorpish"), "{} {}", ran.err, ran.out);
    assert!(ran.out.contains(alike), "{alike}: {}", ran.out);
    let ran = heyroom(folder.path(), &[&["match", "call wine a rich", "--json"][..], &names].concat(), &[]);
    assert!(ran.out.contains("\"value\":\"b\""), "{}", ran.out);
}

#[test]
fn a_word_that_the_model_does_not_know_is_reported_by_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("grammars")).unwrap();
    let grammar = "language: \"en\"\nintents:\n  Odd:\n    data:\n      - sentences: [\"answer\", \"defenestrifixate the room\"]\n";
    fs::write(folder.path().join("grammars/en.yaml"), grammar).unwrap();
    let answer = clip("answer.wav");
    let ran = heyroom(folder.path(), &["listen", "--grammars", "grammars", answer.to_str().unwrap()], &[]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("\"defenestrifixate\"") && ran.err.contains("en.yaml:5"), "{}", ran.err);
    assert!(ran.out.contains("Odd"), "{}", ran.out);
}

#[test]
fn a_grammar_whose_actions_cannot_work_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("grammars")).unwrap();
    let grammar = "language: \"en\"\nintents:\n  Call:\n    data:\n      - sentences: [\"answer\"]\n        actions:\n\
        \x20         - room: caall\n          - {room: call, params: {peer: bob}}\n          - do: nothing\n\
        \x20         - earcon: dong\n";
    fs::write(folder.path().join("grammars/en.yaml"), grammar).unwrap();
    let ran = heyroom(folder.path(), &["grammar", "check", "--grammars", "grammars"], &[]);
    assert_eq!(ran.status, 1, "{}", ran.out);
    for fragment in [
        "no method `caall`",
        "did you mean `call`?",
        "`call` has no parameter `peer`",
        "`call` needs the parameter `peerId`",
        "no built-in action `nothing`",
        "no earcon `dong`",
        "grammars/en.yaml:7:13",
        "grammars/en.yaml:8:13",
    ] {
        assert!(
            ran.out.contains(fragment) || ran.err.contains(fragment),
            "{fragment}: {} {}",
            ran.out,
            ran.err
        );
    }
    // The grammar inside heyroom has no such fault.
    assert_eq!(heyroom(folder.path(), &["grammar", "check", "--lang", "en"], &[]).status, 0);
}

#[test]
fn the_demo_hears_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let ran = heyroom(folder.path(), &["demo"], &[]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("Every command arrived"), "{}", ran.out);
    assert!(ran.err.is_empty(), "the demo tells its story on stdout: {}", ran.err);
}

#[test]
fn completions_and_manual_page_come_from_the_same_definition() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = heyroom(folder.path(), &["completions", shell], &[]);
        assert!(ran.status == 0 && ran.out.contains("simulate"), "{shell}: {}", ran.err);
    }
    let manual = heyroom(folder.path(), &["man"], &[]);
    assert!(
        manual.out.contains(".TH heyroom 1") && manual.out.contains("heyroom\\-simulate"),
        "{}",
        manual.out
    );
}

#[test]
fn a_recording_without_a_room_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    // A port that nobody listens on: taken, and given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (input, room) = (clip("mute.wav"), format!("ws://127.0.0.1:{port}"));
    let arguments = ["run", "--input", input.to_str().unwrap(), "--room", &room, "--timeout", "0.5"];
    let ran = heyroom(folder.path(), &arguments, &[]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert!(ran.err.contains("the room was not reached within 0.5 s"), "{}", ran.err);
    assert!(ran.err.contains(&room) && ran.err.contains("heyroom doctor"), "{}", ran.err);
}

#[test]
#[cfg(unix)]
fn grammar_check_tells_from_which_files_programs_are_not_run() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let grammars = folder.path().join("grammars");
    fs::create_dir(&grammars).unwrap();
    fs::set_permissions(&grammars, fs::Permissions::from_mode(0o755)).unwrap();
    let file = grammars.join("en.yaml");
    let text = "language: en\nintents:\n  Light:\n    data: [{sentences: [\"light on\"]}]\n    help: 'Light: \"light on\"'\n    \
                actions: [{shell: [lights, \"on\"]}, {http: \"http://hub/x\"}]\ntests: [{sentences: [light on], intent: Light}]\n";
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o664)).unwrap();
    let check = || heyroom(folder.path(), &["grammar", "check", "--grammars", "grammars"], &[]);
    let ran = check();
    assert_eq!(ran.status, 1, "{}", ran.out);
    assert!(ran.out.contains("grammars/en.yaml:6:15: error: the intent `Light`"), "{}", ran.out);
    assert!(ran.out.contains("can be written by others (mode 664); `chmod go-w "), "{}", ran.out);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let ran = check();
    assert_eq!(ran.status, 0, "{}", ran.out);
}

/// What doctor says of a settings file: its lines by what they are about, each with its mark.
fn doctor(folder: &Path, settings: &str) -> Ran {
    fs::write(folder.join("heyroom.toml"), settings).unwrap();
    heyroom(folder, &["doctor", "--config", "heyroom.toml"], &[])
}

/// Whether one finding of doctor, with the lines set under it, has all of these texts.
fn finds(ran: &Ran, mark: &str, what: &str, texts: &[&str]) -> bool {
    let mut findings: Vec<String> = Vec::new();
    for line in ran.out.lines() {
        match findings.last_mut() {
            Some(finding) if line.starts_with(' ') => finding.push_str(&line.replace("  ", "")),
            _ => findings.push(line.to_owned()),
        }
    }
    findings.iter().any(|finding| {
        finding.split_once("  ").is_some_and(|(first, rest)| {
            first.trim() == mark
                && rest.trim_start().starts_with(what)
                && texts.iter().all(|it| rest.contains(it))
        })
    })
}

#[test]
fn doctor_finds_what_run_would_refuse_or_do_without() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    fs::create_dir(folder.path().join("g")).unwrap();
    fs::write(
        folder.path().join("g/en.yaml"),
        "language: en\nwake_phrases: [hey room]\nintents:\n  Light:\n    data: [{sentences: [\"light on\"]}]\n    \
         actions: [{shell: [lights, \"on\"]}, {http: \"http://hub/x\"}]\n",
    )
    .unwrap();
    let settings = |more: &str| format!("{more}\n[room]\naddress = \"simulator\"\n");
    let ran = doctor(folder.path(), &settings("languages = [\"zz\"]"));
    assert_eq!(ran.status, 1);
    assert!(
        finds(&ran, "FAILED", "languages", &["the language \"zz\" (`languages` in the settings)"]),
        "{}",
        ran.out
    );
    let ran = doctor(folder.path(), &settings("[models]\nde = \"no-such-model\""));
    assert!(finds(&ran, "warning", "languages", &["de cannot be spoken", "no-such-model"]), "{}", ran.out);
    let ran = doctor(folder.path(), &settings("[models]\nde = \"./nowhere\""));
    assert!(finds(&ran, "warning", "languages", &["de cannot be spoken", "nowhere"]), "{}", ran.out);
    let own_wake = settings("languages = [\"zz\"]\n[assistant]\nwake_phrases = [\"hey room\"]");
    let ran = doctor(folder.path(), &own_wake);
    assert!(finds(&ran, "warning", "languages", &["zz cannot be spoken"]), "{}", ran.out);
    let ran = doctor(folder.path(), &settings(&format!("[push_to_talk]\nlisten = \"{taken}\"")));
    assert!(
        finds(&ran, "FAILED", "push to talk", &[&taken.to_string(), "push_to_talk.listen"]),
        "{}",
        ran.out
    );
    let ran = doctor(folder.path(), &settings("[log]\ndecisions_file = \"file/decisions.jsonl\""));
    assert!(
        finds(&ran, "warning", "decisions", &["file/decisions.jsonl", "log.decisions_file"]),
        "{}",
        ran.out
    );
    let ran = doctor(folder.path(), &settings("[log]\ndecisions_file = \"new/folder/decisions.jsonl\""));
    assert!(finds(&ran, "ok", "decisions", &["new/folder/decisions.jsonl"]), "{}", ran.out);
    assert!(!folder.path().join("new").exists(), "looking changes nothing");
    let ran = doctor(folder.path(), &settings("[assistant]\ngrammars = \"g\""));
    let texts = &["`Light` (g/en.yaml:6:15) starts a program", "`shell = true`", "`http = true`"];
    assert!(finds(&ran, "warning", "actions", texts), "{}", ran.out);
    assert!(finds(&ran, "ok", "grammar", &["en: 1 intent,"]), "{}", ran.out);
}

#[test]
fn doctor_says_what_it_looked_at_after_unreadable_settings() {
    let folder = tempfile::tempdir().unwrap();
    let ran = doctor(folder.path(), "[room]\nadress = \"127.0.0.1:1\"\n");
    assert_eq!(ran.status, 1);
    assert!(finds(&ran, "FAILED", "settings", &["adress", "with the default settings"]), "{}", ran.out);
    assert!(finds(&ran, "warning", "room", &["not looked for"]), "{}", ran.out);
}

#[test]
#[cfg(unix)]
fn scripts_tell_what_they_do_and_refuse_what_they_do_not_know() {
    for (script, word) in [("fetch-libvosk", "--wheel FILE"), ("make-demo-clips", "flite")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script);
        let run = |argument: &str| Command::new("sh").arg(&path).arg(argument).output().unwrap();
        let help = run("--help");
        assert!(help.status.success(), "{script}");
        let text = String::from_utf8(help.stdout).unwrap();
        assert!(text.contains(word) && !text.contains('#') && !text.contains("set -eu"), "{text}");
        let refused = run("--bogus");
        assert_eq!(refused.status.code(), Some(2), "{script}");
        assert!(String::from_utf8(refused.stderr).unwrap().contains("--bogus"), "{script}");
    }
}

#[test]
fn a_wrong_room_command_shows_the_usage_of_room() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["room", "hangUp", "bogus=1"][..], &["room", "getAppState", "--room", "http://a b"]] {
        let ran = heyroom(folder.path(), arguments, &[]);
        assert_eq!(ran.status, 2, "{}", ran.err);
        assert!(ran.err.contains("Usage: heyroom room"), "{}", ran.err);
    }
}

#[test]
fn a_filter_of_the_log_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let ran = heyroom(folder.path(), &["match", "hang up"], &[("HEYROOM_LOG", "heyroom=loud=1")]);
    assert_eq!(ran.status, 0);
    assert!(ran.err.contains("HEYROOM_LOG=heyroom=loud=1 is no filter"), "{}", ran.err);
    assert_eq!(heyroom(folder.path(), &["match", "hang up"], &[("HEYROOM_LOG", "warn")]).err, "");
    assert_eq!(heyroom(folder.path(), &["match", "hang up"], &[("HEYROOM_LOG", "")]).err, "");
}

#[test]
#[cfg(unix)]
fn a_demo_that_is_stopped_says_so() {
    use std::io::{BufRead, BufReader, Read};
    let mut child = Command::new(env!("CARGO_BIN_EXE_heyroom"))
        .arg("demo")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("heard") {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended before it heard anything");
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("stopped after 0 of 8 scenes"), "{rest}");
    assert!(!rest.contains("Every command arrived") && !rest.contains("went wrong"), "{rest}");
    assert!(child.wait().unwrap().success());
}
