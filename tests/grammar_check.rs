//! What `heyroom grammar check` and `grammar test` say: every kind of problem with file, line, column, the source
//! line and a way out.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::fs;
use std::path::Path;
use std::process::Command;

use heyroom::grammar::pack::bundled_languages;
use heyroom::grammar::{Coverage, Grammar, Pack};

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn heyroom(dir: &Path, arguments: &[&str]) -> (i32, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_heyroom")).args(arguments).current_dir(dir).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), text)
}

/// What `grammar check` says about a pack of one file.
fn check(text: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "g/en.yaml", text);
    heyroom(dir.path(), &["grammar", "check", "--grammars", "g"]).1
}

/// A pack whose fourth line holds the intents, in the flow notation, and more lines behind it.
fn pack(intents: &str, more: &str) -> String {
    format!(
        "language: en\nintents:\n  Base: {{actions: [{{room: accept}}], data: [{{sentences: [\"base camp\"]}}]}}\n  {intents}\n{more}\n"
    )
}

/// `@NEEDLE@message` with the place of the needle's last occurrence in the text.
fn placed(fragment: &str, text: &str) -> String {
    let Some((needle, message)) = fragment.strip_prefix('@').and_then(|rest| rest.split_once('@')) else {
        return fragment.to_owned();
    };
    let before = &text[..text.rfind(needle).unwrap()];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("g/en.yaml:{line}:{column}: {message}")
}

#[test]
fn each_kind_of_problem_is_told_at_its_place_with_a_way_out() {
    let act = "actions: [{room: accept}]";
    let cases: &[(&str, String, &[&str])] = &[
        (
            "unknown list",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"call {{persn}}\"]}}]}}"),
                "lists: {person: {values: [bob]}}",
            ),
            &["@{persn}@error: unknown list `persn`", "did you mean `person`?"],
        ),
        (
            "circular rule",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"<a>\"]}}]}}"),
                "expansion_rules:\n  a: \"x <b>\"\n  b: \"[<a>] y\"",
            ),
            &["error: circular rule: <a> -> <b> -> <a>", "may not contain itself"],
        ),
        (
            "endless list",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"take {{x}}\"]}}]}}"),
                "lists:\n  x: {values: [\"one <z>\", two]}\n  y: {values: [\"three {x}\", four]}\nexpansion_rules:\n  z: \"{y}\"",
            ),
            &["warning: the values of the list `x` hold `{x}` again, without end", "write the values out"],
        ),
        (
            "unreachable sentence",
            pack(&format!("A: {{{act}, data: [{{sentences: [\"base camp\"]}}]}}"), ""),
            &["@base camp@warning: never reached: all of it (such as \"base camp\") means Base", "different"],
        ),
        (
            "two intents claim a sentence",
            pack(&format!("A: {{{act}, data: [{{sentences: [\"(base|summer) camp\"]}}]}}"), ""),
            &["@(base|@warning: \"base camp\" can be read as A, but means Base"],
        ),
        (
            "a word the model cannot hear",
            pack(&format!("A: {{{act}, data: [{{sentences: [\"open the fruzzlegate\"]}}]}}"), ""),
            &["@fruzz@warning: the model does not know the word `fruzzlegate`", "use another word"],
        ),
        (
            "a sentence that begins with a bracket",
            "language: en\nintents:\n  A:\n    data:\n      - sentences:\n          - [now] do it\n"
                .to_owned(),
            &["@do it@error: this is not valid YAML", "a sentence that begins with [ or { must be in quotes"],
        ),
        (
            "a parameter of another type",
            pack(
                "A: {actions: [{room: setMicMute, params: {mute: \"yes\"}}], data: [{sentences: [\"quiet\"]}]}",
                "",
            ),
            &["the parameter `mute` is \"yes\", not true or false", "without quotes"],
        ),
        (
            "a value that the Room API does not know",
            pack(
                "A: {actions: [{room: createConference, params: {title: t, autoAccept: true, confType: symetric}}], \
                 data: [{sentences: [\"meet\"]}]}",
                "",
            ),
            &["the parameter `confType` is \"symetric\", not one of ", "did you mean `symmetric`?"],
        ),
        (
            "a fact that no room tells",
            pack(
                &format!(
                    "A: {{{act}, data: [{{sentences: [\"leave\"], requires_context: {{in_cal: true}}}}]}}"
                ),
                "",
            ),
            &[
                "@in_cal@warning: the intent `A`: no room tells whether it is `in_cal`",
                "did you mean `in_call`?",
            ],
        ),
        (
            "conditions against each other",
            pack(
                &format!(
                    "A: {{{act}, data: [{{sentences: [\"leave\"], excludes_context: {{in_call: [true, false]}}, \
                     requires_context: {{in_call: true}}}}]}}"
                ),
                "",
            ),
            &[
                "@in_call@warning: sentences of `A` are never valid: they need `in_call` to be true",
                "forbids it",
                "take one of the two conditions out",
            ],
        ),
        (
            "a command with the name of an answer",
            pack(&format!("Pick: {{{act}, data: [{{sentences: [\"pick a camera\"]}}]}}"), ""),
            &[
                "warning: the actions of the intent `Pick` are never carried out",
                "give the intent another name",
            ],
        ),
        (
            "a wake phrase the model cannot hear",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"call the office\"]}}]}}"),
                "wake_phrases: [hey fruzzlegate]",
            ),
            &[
                "the model does not know `fruzzlegate` of the wake phrase \"hey fruzzlegate\"",
                "choose other words",
                "0 error(s), 1 warning(s)",
            ],
        ),
        (
            "a value the model cannot hear",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"open {{x}}\"]}}]}}"),
                "lists:\n  x: {values: [fruzzlegate]}",
            ),
            &["@fruzz@warning: the model does not know the word `fruzzlegate`"],
        ),
        (
            "mixed scripts",
            pack(&format!("A: {{{act}, data: [{{sentences: [\"open the d\u{43e}or\"]}}]}}"), ""),
            &["@\u{43e}or@warning: `\u{43e}` is a Cyrillic letter in a Latin word", "type the word again"],
        ),
        (
            "mixed scripts in a value",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"open {{x}}\"]}}]}}"),
                "lists: {x: {values: [d\u{43e}or]}}",
            ),
            &["@\u{43e}or@warning: `\u{43e}` is a Cyrillic letter"],
        ),
        (
            "missing reply",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"open it\"], response: opned}}]}}"),
                "responses: {A: {opened: \"It is open\"}}",
            ),
            &["@opned@warning: the reply `opned` of `A` is missing", "did you mean `opened`?"],
        ),
        (
            "a reply about a slot that is not there",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"<o> {{x}}\"]}}]}}"),
                "expansion_rules: {o: open}\nlists: {x: {values: [door]}}\nresponses: {A: \"{y} is open\"}",
            ),
            &["@{y}@warning: the reply of `A` refers to `{y}`", "did you mean `x`?"],
        ),
        (
            "missing test",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"open it\"]}}]}}"),
                "tests: [{sentences: [\"base camp\"], intent: Base}]",
            ),
            &["g/en.yaml:4:3: warning: no test for the intent `A`", "under `tests:`"],
        ),
        (
            "a help that does not help",
            pack(
                &format!(
                    "A: {{help: 'Doors: \"open it\", \"close it\"', {act}, data: [{{sentences: [\"open it\"]}}]}}"
                ),
                "",
            ),
            &["@close it@warning: the help of `A` offers \"close it\", which is not understood"],
        ),
        (
            "a help that only the bare list of another intent takes",
            pack(
                &format!(
                    "A: {{help: 'Doors: \"close it\"', {act}, data: [{{sentences: [\"open it\"]}}]}}\n  B: {{{act}, data: [{{sentences: [\"{{x}}\"]}}]}}"
                ),
                "lists: {x: {values: [door]}}",
            ),
            &["@close it@warning: the help of `A` offers \"close it\", which is not understood"],
        ),
        (
            "an unknown method, at the step where it stands",
            pack("A: {actions: [{room: accept}, {room: acept}], data: [{sentences: [\"open it\"]}]}", ""),
            &[
                "@{room: acept}@error: the intent `A`: the Room API has no method `acept`",
                "did you mean `accept`?",
            ],
        ),
        (
            "a plural of something that is not there",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"open {{x}} doors\"]}}]}}"),
                "lists: {x: {range: {from: 1, to: 9}}}\nresponses: {A: {plural: y, one: \"One\", other: \"Many\"}}",
            ),
            &["@y, one@warning: the plural of the reply of `A` refers to `{y}`", "did you mean `x`?"],
        ),
        (
            "too few ways",
            pack(
                &format!(
                    "A: {{common: true, {act}, data: [{{sentences: [\"(open|part) it [now|please]\"]}}]}}"
                ),
                "",
            ),
            &["g/en.yaml:4:3: warning: `A` is said daily, and there are only 2 ways to say it", "at least 6"],
        ),
        (
            "nothing is done",
            pack("A: {data: [{sentences: [\"open it\"]}]}", ""),
            &["g/en.yaml:4:3: warning: the intent `A` does nothing", "write `actions:`"],
        ),
        (
            "an own sentence that nobody says",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"open it\"]}}]}}"),
                "responses: {assistant: {canceled: \"Fine\"}}",
            ),
            &["never says `assistant: canceled`", "did you mean `cancelled`?", "that are missing: and, or"],
        ),
        (
            "a built-in action with a value of another kind",
            pack(
                "A: {actions: [{do: volume, params: {level: loud}}], data: [{sentences: [\"open it\"]}]}",
                "",
            ),
            &[
                "@{do: volume@error: the intent `A`: the built-in action `volume`: the parameter `level` is \"loud\"",
            ],
        ),
        (
            "a layout that there is not",
            pack("A: {actions: [{do: layout, params: {layout: 9}}], data: [{sentences: [\"open it\"]}]}", ""),
            &["the parameter `layout` is 9, not one of 0 (one slot only", "change the value"],
        ),
        (
            "a truth value in quotes",
            pack(
                "A: {actions: [{do: mute_others, params: {mute: \"true\"}}], data: [{sentences: [\"open it\"]}]}",
                "",
            ),
            &["the parameter `mute` is \"true\", not true or false", "write it without quotes"],
        ),
        (
            "tones that there are not",
            pack(
                "A: {actions: [{do: send_tones, params: {tones: 12x}}], data: [{sentences: [\"open it\"]}]}",
                "",
            ),
            &["the parameter `tones` is \"12x\", not dial tones"],
        ),
        (
            "a fact about the room that there is not",
            pack(
                "A: {actions: [{say: \"It is {state.volum}\"}], data: [{sentences: [\"open it\"]}]}",
                "responses: {A: \"Slide {state.slid + 1}\"}",
            ),
            &[
                "@{state.volum}@warning: an action of `A` refers to `{state.volum}`, which no room tells",
                "@{state.slid @warning: the reply of `A` refers to `{state.slid}`",
                "did you mean `volume`?",
            ],
        ),
        (
            "a time without wake phrase that there is not",
            pack(
                &format!("A: {{{act}, wake: {{optional: [rings]}}, data: [{{sentences: [\"open it\"]}}]}}"),
                "",
            ),
            &["@rings@warning: `A` always needs the wake phrase", "known are: ringing"],
        ),
        (
            "a fact that is compared with a text",
            pack(
                &format!(
                    "A: {{{act}, data: [{{sentences: [\"leave\"], requires_context: {{in_call: yes}}}}]}}"
                ),
                "",
            ),
            &["@in_call: yes@warning: `in_call` is true or false, never \"yes\"", "write `in_call: true`"],
        ),
        (
            "a test with a fact that there is not",
            pack(
                &format!("A: {{{act}, data: [{{sentences: [\"leave\"]}}]}}"),
                "tests: [{sentences: [leave], intent: A, context: {in_cal: true}}, {sentences: [base camp], intent: Base}]",
            ),
            &["@leave], intent@warning: this test gives the fact `in_cal`", "did you mean `in_call`?"],
        ),
        (
            "a reply of an intent that there is not",
            pack(
                &format!("Leave: {{{act}, data: [{{sentences: [\"leave\"]}}]}}"),
                "responses: {Leve: \"Bye\", assistant: {cancelled: \"Fine\"}}",
            ),
            &["@Bye@warning: a reply for `Leve`, and there is no such intent", "did you mean `Leave`?"],
        ),
        (
            "a switch that is neither true nor false",
            pack(
                &format!("A: {{replace: yes, {act}, data: [{{sentences: [\"open it\"]}}]}}"),
                "extends: bundled",
            ),
            &["@yes@error: `replace` of `A` must be true or false", "write true or false"],
        ),
        (
            "a confidence in percent",
            pack(&format!("A: {{{act}, confidence: 80, data: [{{sentences: [\"alpha\"]}}]}}"), ""),
            &["@80@error: `confidence` of", "confidence: 0.8"],
        ),
        (
            "an unknown key",
            pack(&format!("A: {{{act}, data: [{{sentence: [\"open it\"]}}]}}"), ""),
            &[
                "@sentence:@warning: unknown key `sentence`",
                "did you mean `sentences`?",
                "without `sentences`",
            ],
        ),
    ];
    for (name, text, fragments) in cases {
        let said = check(text);
        for fragment in *fragments {
            let fragment = &placed(fragment, text);
            assert!(said.contains(fragment), "{name}: \"{fragment}\" is not in:\n{said}\nabout\n{text}");
        }
        // The line itself is shown, with a mark under it.
        if let Some(line) =
            placed(fragments[0], text).strip_prefix("g/en.yaml:").and_then(|rest| rest.split(':').next())
        {
            assert!(
                said.contains(&format!("\n {line} | ")) && said.contains("| ") && said.contains('^'),
                "{name}: {said}"
            );
        }
    }
}

#[test]
fn the_same_mistake_is_told_once() {
    let text = pack(
        "A: {actions: [{room: accept}], data: [{sentences: [\"open {x}\"]}]}",
        "lists: {x: {range: {from: 9, to: 1}}}",
    );
    let said = check(&text);
    assert_eq!(said.matches("is greater than").count(), 1, "{said}");
    assert!(said.contains("1 error(s), 0 warning(s)"), "{said}");
}

#[test]
fn a_sound_pack_has_no_problem_at_all() {
    let text = pack(
        "A: {common: true, actions: [{room: accept}], help: 'Calls: \"take the call\"', data: [{sentences: [\
         \"(take|accept|answer) the (call|phone)\"]}]}",
        "responses: {A: \"Done\"}\ntests:\n  - {sentences: [\"take the call\"], intent: A}\n  - {sentences: [\"base camp\"], intent: Base}",
    );
    let said = check(&text);
    assert_eq!(said.trim(), "0 error(s), 0 warning(s)");
}

#[test]
fn a_pack_without_actions_says_how_to_get_them() {
    let said = check("language: en\nintents: {A: {data: [{sentences: [\"open it\"]}]}}\n");
    assert!(said.contains("no intent has `actions`") && said.contains("extends: bundled"), "{said}");
}

#[test]
fn what_a_customer_builds_on_is_not_their_problem() {
    let said = check(
        "language: en\nextends: bundled\nintents:\n  HangUp: {data: [{sentences: [\"that is all\"]}]}\n  Call: null\n",
    );
    assert_eq!(said.trim(), "0 error(s), 0 warning(s)");
    let said =
        check("language: en\nextends: bundled\nintents:\n  Answer: {data: [{sentences: [\"volume up\"]}]}\n");
    assert!(said.contains("\"volume up\"") && said.contains("VolumeUp"), "{said}");
    let said = check(
        "language: en\nextends: bundled\nintents:\n  HangUp: {data: [{sentences: [\"next slide\"]}]}\n",
    );
    let gone = check("language: en\nextends: bundled\nintents:\n  HangOp: null\n");
    assert!(gone.contains("g/en.yaml:4:3: warning: `HangOp: null` takes nothing out"), "{gone}");
    assert!(gone.contains("did you mean `HangUp`?"), "{gone}");
    // The sentence that is to be changed is the customer's.
    assert!(
        said.contains("g/en.yaml:4:33: warning: \"next slide\" is taken from NextSlide (grammars/en.yaml:"),
        "{said}"
    );
    assert!(said.contains("0 error(s), 1 warning(s)"), "{said}");
}

#[test]
fn what_a_customer_says_or_does_with_an_inherited_intent_needs_its_slots() {
    for (text, fragments) in [
        (
            "  HangUp:\n    confirm: \"End with {contct}?\"\n",
            &[
                "@{contct}@warning: the question of `HangUp` refers to `{contct}`",
                "no sentence of it has a slot",
            ][..],
        ),
        (
            "  HangUp: {actions: [{room: call, params: {peerId: \"{contct}\"}}]}\n",
            &["@{contct}@warning: an action of `HangUp` refers to `{contct}`"],
        ),
        (
            "  HangUp:\n    actions:\n      - room: call\n        params: {peerId: \"{contct}\"}\n",
            &["@room: call@warning: an action of `HangUp` refers to `{contct}`"],
        ),
        (
            "  HangUp: {confirm: false}\nresponses: {HangUp: \"And {nix}\"}\n",
            &["@{nix}@warning: the reply of `HangUp` refers to `{nix}`"],
        ),
        // What the inherited action needs, an own sentence must have.
        (
            "  Call: {data: [{sentences: [\"ring somebody or other\"]}]}\n",
            &["@ring somebody@warning: an action of `Call` refers to `{contact}`"],
        ),
    ] {
        let text = format!("language: en\nextends: bundled\nintents:\n{text}");
        let said = check(&text);
        for fragment in fragments {
            let fragment = &placed(fragment, &text);
            assert!(said.contains(fragment), "{fragment} is not in:\n{said}");
        }
        assert!(said.contains("0 error(s), 1 warning(s)"), "{said}");
    }
}

#[test]
fn every_language_of_a_directory_is_tested_and_compared() {
    let dir = tempfile::tempdir().unwrap();
    let language = |name: &str, intents: &[(&str, &str)], replies: &str| {
        let mut text = format!("language: {name}\nresponses: {{{replies}}}\nintents:\n");
        for (intent, sentence) in intents {
            text.push_str(&format!("  {intent}: {{data: [{{sentences: [\"{sentence}\"]}}]}}\n"));
        }
        text.push_str("tests:\n");
        for (intent, sentence) in intents {
            text.push_str(&format!("  - {{sentences: [\"{sentence}\"], intent: {intent}}}\n"));
        }
        write(dir.path(), &format!("g/{name}.yaml"), &text);
    };
    write(
        dir.path(),
        "g/shared.yaml",
        "intents:\n  Mute: {actions: [{room: accept}]}\n  Never: {actions: [{room: accept}]}\n",
    );
    language("en", &[("Mute", "be quiet"), ("Leave", "go home")], "Mute: \"quiet\"");
    language("de", &[("Mute", "sei still")], "");
    let (status, said) = heyroom(dir.path(), &["grammar", "test", "--grammars", "g"]);
    assert_eq!(status, 1, "{said}");
    for fragment in [
        "g/en.yaml:5:3: error: the intent `Leave` cannot be said in: de",
        "g/shared.yaml:3:3: error: the intent `Never` cannot be said in any language",
        "replies that are missing in de: `Mute`",
        "add sentences for it to de.yaml",
        "2 intents, 2 languages, 3 gap(s)",
    ] {
        assert!(said.contains(fragment), "{fragment}: {said}");
    }
    let help = heyroom(dir.path(), &["grammar", "test", "--help"]).1;
    assert!(!help.contains("[default: en"), "{help}");
    let table: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(
        table.contains(&vec!["Mute", "1/1", "1/1"]) && table.contains(&vec!["Leave", "-", "1/1"]),
        "{said}"
    );
    // One language by itself is sound.
    let (status, said) = heyroom(dir.path(), &["grammar", "test", "--grammars", "g", "--lang", "de"]);
    assert_eq!(status, 0, "{said}");
    language(
        "de",
        &[("Mute", "sei still"), ("Leave", "geh nach hause"), ("Never", "niemals")],
        "Mute: \"still\"",
    );
    language("en", &[("Mute", "be quiet"), ("Leave", "go home"), ("Never", "never ever")], "Mute: \"quiet\"");
    let (status, said) = heyroom(dir.path(), &["grammar", "test", "--grammars", "g"]);
    assert_eq!(status, 0, "{said}");
}

#[test]
fn a_sentence_without_a_test_fails() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "g/en.yaml",
        "language: en\nintents: {A: {data: [{sentences: [\"open it\", \"close it\"]}]}}\ntests: [{sentences: [\"open it\"], intent: A}]\n",
    );
    let (status, said) = heyroom(dir.path(), &["grammar", "test", "--grammars", "g"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("g/en.yaml:2:47: no test exercises this sentence of A: close it"), "{said}");
}

#[test]
fn the_languages_inside_heyroom_can_say_the_same() {
    assert_eq!(bundled_languages(), ["de", "en", "es", "ru"]);
    let tested: Vec<_> = bundled_languages()
        .iter()
        .map(|language| {
            let pack = Pack::bundled(language).unwrap_or_else(|problems| panic!("{problems}"));
            assert!(pack.warnings.is_empty(), "{}", pack.warnings);
            let grammar = Grammar::new(&pack);
            let problems = grammar.lint();
            assert!(problems.is_empty(), "{problems}");
            let report = grammar.run_tests();
            assert!(report.failures.is_empty(), "{:#?}", report.failures);
            assert!(report.untested.is_empty(), "{:#?}", report.untested);
            (grammar, report)
        })
        .collect();
    let packs: Vec<_> = tested.iter().map(|(grammar, report)| (grammar, report)).collect();
    let coverage = Coverage::of(&packs);
    assert!(coverage.problems.is_empty(), "{}", coverage.problems);
    for (grammar, report) in packs {
        assert!(report.sentences >= 300, "{}: {} sentences", grammar.language(), report.sentences);
    }
}

#[test]
fn the_grammars_inside_heyroom_pass_their_own_check() {
    let dir = tempfile::tempdir().unwrap();
    let (status, said) = heyroom(dir.path(), &["grammar", "check"]);
    assert_eq!(status, 0, "{said}");
    let (status, said) = heyroom(dir.path(), &["grammar", "test"]);
    assert_eq!(status, 0, "{said}");
}

#[test]
fn a_file_that_is_named_after_another_language_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let text = |language: &str| {
        format!(
            "# A grammar.\nlanguage: \"{language}\"\nintents: {{A: {{actions: [{{room: accept}}], data: [{{sentences: [\"hallo\"]}}]}}}}\n"
        )
    };
    write(dir.path(), "g/en.yaml", &text("de"));
    for arguments in
        [&["--grammars", "g"][..], &["--grammars", "g", "--lang", "en"], &["--grammars", "g/en.yaml"]]
    {
        let (status, said) = heyroom(dir.path(), &[&["grammar", "check"], arguments].concat());
        assert_eq!(status, 1, "{said}");
        let wanted =
            "en.yaml:2:1: error: the file is named after the language `en`, and its `language` is `de`";
        assert!(said.contains(wanted) && said.contains("rename it to de.yaml"), "{arguments:?}: {said}");
    }
    // A region, another spelling, a name that is no language.
    for (name, language) in
        [("h/pt-BR.yaml", "pt-BR"), ("i/pt.yaml", "pt_BR"), ("j/tv.yaml", "en"), ("k/en/it.yaml", "en")]
    {
        write(dir.path(), name, &text(language));
        let (status, said) = heyroom(dir.path(), &["grammar", "check", "--grammars", &name[..1]]);
        assert_eq!(status, 0, "{name}: {said}");
    }
}

#[test]
fn as_many_samples_as_are_asked_for_whoever_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let people = (0..40).map(|n| format!("\"ring {n} {{contact}}\", ")).collect::<String>();
    let of =
        |more: &str| format!("language: en\nintents:\n  A:\n    data: [{{sentences: [{people}{more}]}}]\n");
    write(dir.path(), "g/en.yaml", &of("hello, bye"));
    write(dir.path(), "none/en.yaml", &of(""));
    for seed in ["1", "2", "3"] {
        let (status, said) =
            heyroom(dir.path(), &["grammar", "sample", "5", "--seed", seed, "--grammars", "g"]);
        assert_eq!((status, said.lines().count()), (0, 5), "{said}");
    }
    let (status, said) = heyroom(dir.path(), &["grammar", "sample", "5", "--grammars", "none"]);
    assert!(status == 0 && said.contains("--contacts FILE"), "{said}");
}

#[test]
fn what_is_checked_against_is_told_once_and_checks_its_own_language() {
    let dir = tempfile::tempdir().unwrap();
    let grammar = |language: &str, word: &str| {
        format!(
            "language: {language}\nintents: {{A: {{actions: [{{room: accept}}], data: [{{sentences: [\"{word} {{contact}}\"]}}]}}}}\nlists: {{contact: {{source: contacts}}}}\n"
        )
    };
    write(dir.path(), "g/en.yaml", &grammar("en", "call"));
    write(dir.path(), "g/de.yaml", &grammar("de", "rufe"));
    write(dir.path(), "contacts.json", r#"[{"peerId": "x@y", "peerDn": "Zzrt"}]"#);
    let check = |arguments: &[&str]| {
        heyroom(dir.path(), &[&["grammar", "check", "--grammars", "g"], arguments].concat())
    };
    let (status, said) = check(&["--model", "vosk-model-room-en"]);
    assert!(status == 0 && !said.contains("de:") && said.contains("0 error(s), 0 warning(s)"), "{said}");
    let (_, said) = check(&["--model", "vosk-model-room-en", "--contacts", "contacts.json"]);
    assert!(said.contains("warning: name: the model does not know `zzrt` (Zzrt)"), "{said}");
    assert!(said.contains("0 error(s), 1 warning(s)"), "{said}");
    for wrong in [["--model", "no-such-model"], ["--contacts", "missing.json"]] {
        let (status, said) = check(&wrong);
        assert_eq!(
            (status, said.matches(wrong[1]).count() > 0, said.contains("de:")),
            (1, true, false),
            "{said}"
        );
    }
}
