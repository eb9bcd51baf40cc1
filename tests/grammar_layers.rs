//! What all languages share, what builds on the pack inside heyroom, live lists, plural forms of replies.

use std::fs;
use std::path::Path;

use heyroom::grammar::pack::{bundled_languages, languages};
use heyroom::grammar::{Contact, Context, Grammar, Match, Outcome, Pack, Wake};
use serde_json::{Value, json};

const SHARED: &str = r#"
intents:
  Mute:
    common: true
    early: true
    wake: {optional: [ringing]}
    excludes_context: {in_call: false}
    actions:
      - room: setMicMute
        params: {mute: true}
  Restart:
    confirm: required
    actions: [{room: restart}]
  Nowhere:
    actions: [{room: accept}]
lists:
  slide: {range: {from: 1, to: 300}}
"#;

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap_or_else(|error| panic!("{error}"));
        fs::write(path, text).unwrap_or_else(|error| panic!("{error}"));
    }
    dir
}

fn load(files: &[(&str, &str)], language: &str) -> Pack {
    let dir = directory(files);
    Pack::load(dir.path(), language).unwrap_or_else(|problems| panic!("{problems}"))
}

fn problems(files: &[(&str, &str)], language: &str) -> String {
    let dir = directory(files);
    match Pack::load(dir.path(), language) {
        Ok(_) => panic!("accepted"),
        Err(problems) => problems.to_string(),
    }
}

fn context(value: Value) -> Context {
    value.as_object().cloned().unwrap_or_default()
}

#[track_caller]
fn matched(grammar: &Grammar, text: &str) -> Match {
    match grammar.matches(text, &Context::new()) {
        Outcome::Match(found) => *found,
        other => panic!("\"{text}\": {other:?}"),
    }
}

#[test]
fn every_language_takes_what_they_share() {
    let english = "language: en\nintents:\n  Mute: {data: [{sentences: [mute]}, {sentences: [hush], \
                   excludes_context: {ringing: true}}]}\n  Go: {data: [{sentences: [\"slide {slide}\"]}]}\n";
    let files = [
        ("shared.yaml", SHARED),
        ("en.yaml", english),
        ("de.yaml", "language: de\nintents:\n  Mute: {early: false, data: [{sentences: [stumm]}]}\n"),
    ];
    let pack = load(&files, "en");
    assert!(pack.warnings.is_empty(), "{}", pack.warnings);
    assert_eq!(pack.language, "en");
    let unspoken: Vec<&str> = pack.unspoken.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(unspoken, ["Restart", "Nowhere"]);
    assert!(pack.intents["Mute"].common);
    let grammar = Grammar::new(&pack);
    let found = matched(&grammar, "mute");
    assert_eq!(json!(found.actions), json!([{"room": "setMicMute", "params": {"mute": true}}]));
    assert!(found.early);
    assert_eq!(found.wake, Wake::OptionalIn(vec!["ringing".to_owned()]));
    assert_eq!(matched(&grammar, "slide five").slots["slide"].value, json!(5));
    // The conditions of the intent hold in every block, beside those of the block.
    for (text, facts, valid) in [
        ("mute", json!({"in_call": false}), false),
        ("mute", json!({"ringing": true}), true),
        ("hush", json!({"in_call": false}), false),
        ("hush", json!({"ringing": true}), false),
        ("hush", json!({"in_call": true}), true),
    ] {
        assert_eq!(
            grammar.matches(text, &context(facts.clone())).matched().is_some(),
            valid,
            "{text} {facts}"
        );
    }
    let german = Grammar::new(&load(&files, "de"));
    assert!(!matched(&german, "stumm").early, "a language may decide otherwise");
    assert!(german.matches("mute", &Context::new()).matched().is_none());
}

/// Packs come in many layouts: one file per language with others beside it, a folder per kind and language, JSON.
#[test]
fn all_files_of_a_language_count_wherever_they_stand() {
    let says = |files: &[(&str, &str)], texts: &[&str]| {
        let grammar = Grammar::new(&load(files, "en"));
        texts.iter().map(|text| matched(&grammar, text).intent).collect::<Vec<_>>()
    };
    let go = "intents: {Go: {data: [{sentences: [\"go {x}\"]}]}}";
    let x = "lists: {x: {values: [one]}}\n";
    let stop = "language: en\nintents: {Stop: {data: [{sentences: [stop]}]}}\n";
    let named: &[(&str, &str)] = &[
        ("en.yaml", &format!("language: en\n{go}\n")),
        ("de.yaml", "intents: {Halt: {data: [{sentences: [stop]}]}}\n"),
        ("more.yaml", stop),
        ("numbers.yaml", x),
        ("other.yaml", "name: not a grammar\n"),
    ];
    assert_eq!(says(named, &["go one", "stop"]), ["Go", "Stop"]);
    let folders: &[(&str, &str)] = &[
        ("sentences/en/go.yaml", &format!("\"language\": \"en\"\n{go}\n")),
        ("lists/x.yaml", x),
        (
            "sentences/en/Stop/short.yaml",
            "language: \"en\"\ndata:\n  - sentences: [stop]\n    example: stop\n",
        ),
        ("sentences/en/light_Halt.yaml", "data:\n  - sentences: [halt]\n"),
        ("sentences/de/Stop/short.yaml", "data:\n  - sentences: [go one]\n"),
    ];
    assert_eq!(says(folders, &["go one", "stop", "halt"]), ["Go", "Stop", "Halt"]);
    let json = format!("{{\n  \"language\": \"en\",\n  {}}}", go.replacen("intents", "\"intents\"", 1));
    assert_eq!(says(&[("a.yaml", &json), ("x.yaml", x)], &["go one"]), ["Go"]);
    assert!(load(folders, "en").warnings.is_empty(), "{}", load(folders, "en").warnings);
}

#[test]
fn a_language_may_replace_what_an_intent_does() {
    let pack = load(
        &[
            ("shared.yaml", SHARED),
            (
                "en.yaml",
                "language: en\nintents: {Mute: {actions: [{say: no}], wake: required, data: [{sentences: [mute]}]}}\n",
            ),
        ],
        "en",
    );
    let found = matched(&Grammar::new(&pack), "mute");
    assert_eq!(json!(found.actions), json!([{"say": "no"}]), "the steps of both would make no sense");
    assert_eq!(found.wake, Wake::Required);
}

#[test]
fn a_dangerous_intent_needs_its_question_in_every_language() {
    let en = |intent: &str| format!("language: en\nintents:\n  Restart: {intent}\n");
    let text =
        problems(&[("shared.yaml", SHARED), ("en.yaml", &en("{data: [{sentences: [restart]}]}"))], "en");
    assert!(text.contains("en.yaml:3:3: error: intent `Restart` must ask before it acts"), "{text}");
    assert!(text.contains("confirm:"), "{text}");
    let asks = en("{confirm: \"Really?\", data: [{sentences: [restart]}]}");
    let found =
        matched(&Grammar::new(&load(&[("shared.yaml", SHARED), ("en.yaml", &asks)], "en")), "restart");
    assert_eq!(found.confirm.as_deref(), Some("Really?"));
    let decided = en("{confirm: false, data: [{sentences: [restart]}]}");
    let found =
        matched(&Grammar::new(&load(&[("shared.yaml", SHARED), ("en.yaml", &decided)], "en")), "restart");
    assert_eq!(found.confirm, None);
}

#[test]
fn messages_point_into_the_file_at_fault() {
    let text = problems(&[("shared.yaml", SHARED), ("en.yaml", "# nothing yet\n")], "en");
    assert!(text.contains("en.yaml") && text.contains("is empty"), "{text}");
    let text = problems(
        &[("shared.yaml", SHARED), ("en.yaml", "language: en\nskip_words: [x]\nintents: 5\n")],
        "en",
    );
    assert!(text.contains("en.yaml:3:10"), "{text}");
    let text = problems(&[("shared.yaml", "intents: {A: {data: 1}}\n"), ("en.yaml", "language: en\n")], "en");
    assert!(text.contains("shared.yaml:1:"), "{text}");
    // A file of that name with a language is like any other, and a directory may hold nothing else.
    let dir = directory(&[("shared.yaml", "language: fi\nintents: {A: {data: [{sentences: [yksi]}]}}\n")]);
    assert_eq!(languages(dir.path()).unwrap_or_default(), ["fi"]);
    assert!(Pack::load(dir.path(), "fi").is_ok());
}

#[test]
fn the_pack_inside_heyroom_can_be_built_on() {
    let pack = load(
        &[(
            "en.yaml",
            "language: en\nextends: bundled\nintents:\n  HangUp: {data: [{sentences: [\"that is all for today\"]}]}\n\
             skip_words: [kindly]\n",
        )],
        "en",
    );
    assert!(pack.warnings.is_empty(), "{}", pack.warnings);
    let grammar = Grammar::new(&pack);
    let found = matched(&grammar, "kindly that is all for today");
    assert_eq!(found.intent, "HangUp");
    assert_eq!(json!(found.actions), json!([{"room": "hangUp", "params": {"forAll": false}}]));
    assert_eq!(matched(&grammar, "hang up").intent, "HangUp");
    assert!(pack.tests.is_empty(), "the tests of the bundled pack are not the customer's");
    let untested = grammar.run_tests().untested;
    assert!(matches!(untested.as_slice(), [(_, text, _)] if text == "that is all for today"), "{untested:?}");
}

#[test]
fn what_the_pack_inside_heyroom_has_can_be_taken_out() {
    let pack = load(
        &[(
            "en.yaml",
            "language: en\nextends: bundled\n\
             intents:\n  HangUpAll: null\n  HangUp: {replace: true, data: [{sentences: [\"cut the line\"]}]}\n\
             responses: {Call: null, assistant: {cancelled: \"As you like\"}}\n\
             tests:\n  - {sentences: [\"cut the line\"], intent: HangUp}\n",
        )],
        "en",
    );
    let grammar = Grammar::new(&pack);
    assert!(!pack.intents.contains_key("HangUpAll"));
    assert!(grammar.matches("hang up", &Context::new()).matched().is_none());
    assert_eq!(json!(matched(&grammar, "cut the line").actions)[0]["room"], json!("hangUp"));
    assert!(!pack.responses.contains_key("Call"));
    assert_eq!(pack.responses["assistant"]["cancelled"].text, "As you like");
    assert!(pack.responses["assistant"].contains_key("not_understood"));
    assert_eq!(grammar.run_tests().sentences, 1);
}

#[test]
fn only_the_pack_inside_heyroom_can_be_built_on() {
    let text = problems(&[("en.yaml", "language: en\nextends: more\n")], "en");
    assert!(text.contains("en.yaml:2:10: error: `extends` names an unknown pack"), "{text}");
    let text = problems(&[("eo.yaml", "language: eo\nextends: bundled\n")], "eo");
    assert!(text.contains("no grammar for `eo` inside heyroom") && text.contains("inside are: "), "{text}");
}

#[test]
fn every_grammar_file_is_in_the_program() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammars");
    assert_eq!(bundled_languages(), languages(&dir).unwrap_or_else(|problems| panic!("{problems}")));
    for language in bundled_languages() {
        let bundled = Pack::bundled(language).unwrap_or_else(|problems| panic!("{problems}"));
        let read = Pack::load(&dir, language).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(bundled.intents.keys().collect::<Vec<_>>(), read.intents.keys().collect::<Vec<_>>());
        assert_eq!(bundled.tests.len(), read.tests.len());
        assert_eq!(bundled.responses, read.responses);
    }
}

#[test]
fn replies_have_plural_forms() {
    let pack = load(
        &[(
            "ru.yaml",
            "language: ru\nwake_phrases: [\"привет зал\"]\n\
             intents: {Go: {data: [{sentences: [\"вперёд на {n}\"]}]}}\nlists: {n: {range: {from: 1, to: 99}}}\n\
             responses:\n  Go: {plural: n, one: \"{n} слайд\", few: \"{n} слайда\", many: \"{n} слайдов\", other: \"{n}\"}\n",
        )],
        "ru",
    );
    assert!(pack.warnings.is_empty(), "{}", pack.warnings);
    assert_eq!(pack.wake_phrases, ["привет зал"]);
    let grammar = Grammar::new(&pack);
    for (text, reply) in
        [("вперёд на 21", "21 слайд"), ("вперёд на два", "2 слайда"), ("вперёд на 11", "11 слайдов")]
    {
        assert_eq!(matched(&grammar, text).reply.as_deref(), Some(reply));
    }
    let one = |reply: &str| {
        format!("language: ru\nintents: {{A: {{data: [{{sentences: [a]}}]}}}}\nresponses: {{A: {reply}}}\n")
    };
    let warned =
        load(&[("ru.yaml", &one("{plural: n, one: a, few: b, other: c}"))], "ru").warnings.to_string();
    assert!(warned.contains("ru.yaml:3:16: warning: the plural form `many` is missing"), "{warned}");
    let text = problems(&[("ru.yaml", &one("{plural: n, one: a}"))], "ru");
    assert!(text.contains("needs the form `other`"), "{text}");
    let text = problems(&[("ru.yaml", &one("{default: {one: a}}"))], "ru");
    assert!(text.contains("a reply must be a text, not a map"), "{text}");
    let text = problems(&[("ru.yaml", &one("{plural: state.slide, other: a}"))], "ru");
    assert!(text.contains("cannot be counted"), "{text}");
}

#[test]
fn who_is_in_the_call_is_a_list_of_its_own() {
    let pack = load(
        &[(
            "en.yaml",
            "language: en\nintents:\n  Remove: {confirm: \"Remove {participant.name}?\", \
             data: [{sentences: [\"remove {participant}\"]}]}\n  Call: {data: [{sentences: [\"call {contact}\"]}]}\n\
             lists: {contact: {source: contacts}, participant: {source: participants, values: [{in: everybody, out: all}]}}\n",
        )],
        "en",
    );
    let person = |id: &str, name: &str| Contact { id: id.to_owned(), name: name.to_owned() };
    let mut grammar = Grammar::new(&pack);
    grammar.set_contacts(&[person("ann@x", "Ann Lee"), person("bob@x", "Bob Hill")]);
    // Tools that know no call take the address book.
    assert_eq!(matched(&grammar, "remove ann").slots["participant"].value, json!("ann@x"));
    grammar.set_participants(&[person("carl@y", "Carl Moss (Guest)"), person("bob@x", "Bob Hill")]);
    assert!(grammar.matches("remove ann", &Context::new()).matched().is_none());
    let found = matched(&grammar, "remove carl");
    assert_eq!(found.slots["participant"].value, json!("carl@y"));
    assert_eq!(found.confirm.as_deref(), Some("Remove Carl Moss (Guest)?"));
    assert_eq!(matched(&grammar, "remove everybody").slots["participant"].value, json!("all"));
    assert_eq!(matched(&grammar, "call ann").slots["contact"].value, json!("ann@x"));
    grammar.set_participants(&[person("1", "John Smith"), person("2", "John Brown")]);
    match grammar.matches("remove john", &Context::new()) {
        Outcome::Ambiguous { candidates, .. } => {
            let names: Vec<&str> = candidates.iter().map(|candidate| candidate.name.as_str()).collect();
            assert_eq!(names, ["John Smith", "John Brown"]);
        }
        other => panic!("{other:?}"),
    }
    assert!(
        grammar.phrases().iter().any(|phrase| phrase.contains("brown")),
        "the recogniser knows the names"
    );
    grammar.set_participants(&[]);
    assert!(grammar.matches("remove john", &Context::new()).matched().is_none(), "nobody is in the call");
}
