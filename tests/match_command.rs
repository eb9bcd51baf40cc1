//! `heyroom match` with odd input: nothing that comes in ends the work, and whatever is wrong is told with its line.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

fn heyroom(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_heyroom"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line_in_another_encoding_is_told_and_the_next_one_answered() {
    let input = b"hang up\nf\xfcnf\nmute\r\n";
    let (status, out, err) = heyroom(&["match", "--json"], input);
    let answers = objects(&out);
    assert_eq!((status, answers.len()), (1, 3), "{out}");
    assert_eq!(answers[0]["intent"], "HangUp");
    assert_eq!(answers[1]["line"], 2);
    assert!(answers[1]["error"].as_str().unwrap().contains("not UTF-8"), "{out}");
    assert_eq!(answers[2]["intent"], "MuteMicrophone");
    assert!(err.contains("heyroom match: line 2: the line is not UTF-8 text: convert it"), "{err}");
    let (status, out, _) = heyroom(&["match"], input);
    assert!(status == 1 && out.contains("HangUp") && out.contains("MuteMicrophone"), "{out}");
}

#[test]
fn explain_names_the_condition_that_is_in_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("en.yaml");
    std::fs::write(
        &file,
        "language: en\nintents:\n  HangUp:\n    actions: [{room: hangUp}]\n    data:\n      - sentences: [\"hang up\"]\n        requires_context: {in_call: true}\n      - sentences: [\"leave now\"]\n        excludes_context: {in_call: false}\n      - sentences: [\"leave [at once]\"]\n        required_keywords: [once]\n",
    )
    .unwrap();
    let explain = |sentence: &str, facts: &[&str]| {
        let arguments = ["grammar", "explain", sentence, "--grammars", file.to_str().unwrap()];
        let (_, out, _) = heyroom(&[&arguments[..], facts].concat(), b"");
        assert!(!out.contains("explain says why"), "{out}");
        out
    };
    for (sentence, facts, condition) in [
        ("hang up", &[][..], "but needs `in_call` to be true, which is not given"),
        ("hang up", &["--context", "in_call=false"], "but needs `in_call` to be true, which is false"),
        ("leave now", &["--context", "in_call=false"], "but must not be said while `in_call` is false"),
        ("leave", &[], "but needs one of the words once"),
    ] {
        let out = explain(sentence, facts);
        assert!(out.contains("fits HangUp (") && out.contains(condition), "{sentence} {facts:?}: {out}");
    }
    assert!(!explain("hang up", &["--context", "in_call=true"]).contains("but "));
    assert!(!explain("leave now", &[]).contains("but "));
}

#[test]
fn facts_that_do_nothing_are_told() {
    for (fact, wanted) in [
        ("in_call=yes", "did you mean in_call=true?"),
        ("in_call=False", "did you mean in_call=false?"),
        ("in_call=perhaps", "write in_call=true or in_call=false"),
        (
            "in_cal=true",
            "no sentence asks for the fact `in_cal`, and no room tells it; did you mean `in_call`?",
        ),
        ("weather=true", "`heyroom match --help` lists those of the room"),
    ] {
        for command in [&["match"][..], &["grammar", "explain"]] {
            let (_, out, err) = heyroom(&[command, &["hang up", "--context", fact]].concat(), b"");
            assert!(err.contains(wanted) && !out.contains("did you mean"), "{fact}: {err}{out}");
        }
    }
    let (_, _, err) = heyroom(&["match", "hang up", "--context", "in_call=true"], b"");
    assert_eq!(err, "");
}

#[test]
fn who_gives_no_address_book_is_told_of_it_where_it_matters() {
    let said = |text: &str, more: &[&str]| heyroom(&[&["match", text], more].concat(), b"").1;
    let hint = "--contacts FILE";
    assert!(said("call john smith", &[]).contains(hint));
    assert!(!said("what a lovely day it is", &[]).contains(hint) && !said("hang up", &[]).contains(hint));
    let dir = tempfile::tempdir().unwrap();
    let book = dir.path().join("book.json");
    std::fs::write(&book, r#"[{"peerId": "ann@x", "peerDn": "Ann Lee"}]"#).unwrap();
    assert!(!said("call john smith", &["--contacts", book.to_str().unwrap()]).contains(hint));
    assert!(!said("call john smith", &["--json"]).contains(hint));
}

#[test]
fn odd_objects_are_told_with_their_line() {
    let lines = [
        r#"{"text": "hang up", "contxt": {"in_call": false}}"#,
        r#"{"text": "mute", "lists": [1]}"#,
        r#"{"text": "mute", "best_slot": 5}"#,
        r#"{"text": 5}"#,
        "not json",
        "",
        "\"f\u{fffd}\"",
        r#"{"text": "mute", "lists": {"x": {"range": 5}}}"#,
        r#"{"text": "mute"}"#,
    ];
    let (status, out, err) =
        heyroom(&["match", "--jsonl"], &[lines.join("\n").as_bytes(), b"\n\xff\n"].concat());
    let answers = objects(&out);
    assert_eq!(status, 1);
    // Every line but the empty one has its answer, in order.
    let heads: Vec<String> = answers
        .iter()
        .map(|answer| answer.get("line").map_or(answer["intent"].to_string(), ToString::to_string))
        .collect();
    assert_eq!(heads, ["\"HangUp\"", "2", "3", "4", "5", "7", "8", "\"MuteMicrophone\"", "10"], "{out}");
    for fragment in [
        "line 1: unknown key \"contxt\": ignored; did you mean `context`?",
        "line 2: \"lists\" must be an object",
        "line 3: \"best_slot\" must be a string",
        "line 4: the key \"text\" is missing",
        "line 5: not a JSON object",
        "line 8: lists.x",
    ] {
        assert!(err.contains(fragment), "{fragment}: {err}");
    }
}

#[test]
fn lists_that_come_with_a_line_are_templates_like_those_of_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let go =
        "language: en\nintents: {Go: {data: [{sentences: [\"go {x}\"]}]}}\nlists: {y: {values: [one]}}\n";
    std::fs::write(dir.path().join("en.yaml"), go).unwrap();
    let value = "[a|b|c] [a|b|c] [a|b|c] [a|b|c] (end;last) {y}";
    let line =
        |text: &str| json!({"text": text, "lists": {"x": [{"in": value, "out": 7}, "at;home"]}}).to_string();
    let lines = ["go a b c a last end one", "go at;home", "go end one"].map(line).join("\n");
    let (status, out, _) =
        heyroom(&["match", "--jsonl", "--grammars", dir.path().to_str().unwrap()], lines.as_bytes());
    let found: Vec<Value> =
        objects(&out).iter().map(|answer| answer["slots"]["x"]["value"].clone()).collect();
    assert_eq!((status, found), (0, vec![json!(7), json!("at;home"), Value::Null]), "{out}");
}

#[test]
fn a_percent_sign_may_be_typed() {
    for (language, text) in [
        ("en", "set volume to 50%"),
        ("en", "set the volume to 50 %"),
        ("de", "stell die Lautstärke auf 50%"),
        ("es", "pon el volumen al 50%"),
        ("ru", "громкость 50%"),
    ] {
        let (status, out, err) = heyroom(&["match", "--json", "--lang", language, text], b"");
        assert_eq!(status, 0, "{err}");
        let answer = &objects(&out)[0];
        assert_eq!(answer["intent"], "VolumeSet", "{text}: {out}");
        assert_eq!(answer["slots"]["level"]["value"], 50, "{text}: {out}");
    }
}

#[test]
fn a_grammar_error_says_once_that_it_is_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("en.yaml"), "").unwrap();
    let directory = folder.path().to_str().unwrap();
    let (status, _, err) = heyroom(&["match", "--grammars", directory, "hang up"], b"");
    assert_eq!(status, 1);
    assert!(
        err.starts_with("heyroom: the grammar for `en` is empty: nothing is in ") && err.contains("en.yaml"),
        "{err}"
    );
}

#[test]
fn the_facts_of_the_context_are_named() {
    let (_, help, _) = heyroom(&["match", "--help"], b"");
    for fact in ["connected", "in_call", "ringing", "calling", "mic_muted", "camera_off", "slides", "owner"] {
        assert!(help.contains(fact), "{fact}: {help}");
    }
}
