//! Reading packs: files, merging, and what is said about mistakes.

use std::fs;
use std::path::Path;

use heyroom::grammar::{Context, Grammar, Pack};

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).unwrap_or_else(|error| panic!("{error}"));
    }
    fs::write(path, text).unwrap_or_else(|error| panic!("{error}"));
}

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    for (name, text) in files {
        write(dir.path(), name, text);
    }
    dir
}

fn understands(pack: &Pack, text: &str) -> Option<String> {
    Grammar::new(pack).matches(text, &Context::new()).matched().map(|found| found.intent.clone())
}

#[track_caller]
fn error(text: &str) -> String {
    match Pack::from_text("test.yaml", text).and_then(|mut pack| pack.require_lists()) {
        Ok(()) => panic!("accepted:\n{text}"),
        Err(problems) => problems.to_string(),
    }
}

fn one(sentence: &str) -> String {
    format!("language: en\nintents:\n  T:\n    data:\n      - sentences:\n          - \"{sentence}\"\n")
}

#[test]
fn a_named_file_and_its_folder_make_a_pack() {
    let dir = directory(&[
        ("en.yaml", "language: en\nintents: {A: {data: [{sentences: [one]}]}}\nskip_words: [please]\n"),
        (
            "en/more.yaml",
            "language: en\nintents: {A: {data: [{sentences: [two]}]}, B: {data: [{sentences: [three]}]}}\n",
        ),
        ("other.yaml", "language: en\nintents: {C: {data: [{sentences: [four]}]}}\n"),
        ("de.yaml", "language: de\nintents: {A: {data: [{sentences: [eins]}]}}\n"),
    ]);
    let pack = Pack::load(dir.path(), "en").unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(understands(&pack, "please one").as_deref(), Some("A"));
    assert_eq!(understands(&pack, "two").as_deref(), Some("A"));
    assert_eq!(understands(&pack, "three").as_deref(), Some("B"));
    assert_eq!(understands(&pack, "four").as_deref(), Some("C"));
    assert_eq!(understands(&pack, "eins"), None);
}

#[test]
fn otherwise_the_language_key_decides() {
    let dir = directory(&[
        ("a/lists.yml", "language: \"pt-BR\"\nlists: {x: {values: [um]}}\n"),
        (
            "b/intents.yaml",
            "language: pt-BR # Brasil\nintents: {A: {data: [{sentences: [\"chamar {x}\"]}]}}\n",
        ),
        ("c/broken.yaml", "language: fi\nintents: [\n"),
    ]);
    for language in ["pt-BR", "pt_br", "pt"] {
        let pack = Pack::load(dir.path(), language).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(understands(&pack, "chamar um").as_deref(), Some("A"), "{language}");
    }
    let problems = Pack::load(dir.path(), "sv").map(|_| ()).map_err(|problems| problems.to_string());
    assert!(
        problems.as_ref().is_err_and(|text| text.contains("`sv`") && text.contains("fi, pt-BR")),
        "{problems:?}"
    );
}

#[test]
fn mistakes_are_reported_at_their_place_with_a_way_out() {
    let text = error(&one("call {contakt}"));
    assert!(text.contains("test.yaml:6:19: error: unknown list `contakt`"), "{text}");
    let text = error(&format!("{}lists: {{person: {{values: [a]}}}}\n", one("call {persn}")));
    assert!(text.contains("did you mean `person`?"), "{text}");
    let text = error(&one("x <rul>"));
    assert!(text.contains("test.yaml:6:16: error: unknown rule <rul>"), "{text}");
    let text = error(&one("x (a|b"));
    assert!(
        text.contains("test.yaml:6:16:") && text.contains("never closed") && text.contains("help:"),
        "{text}"
    );
    let text = error(&one("volume {1..20}"));
    assert!(text.contains("a range needs a slot: {1..20:slot}"), "{text}");
    let text = error(&format!("{}expansion_rules: {{a: \"<b>\", b: \"x [<a>]\"}}\n", one("<a>")));
    assert!(text.contains("circular rule: <a> -> <b> -> <a>"), "{text}");
    let text = error("language: en\nintents:\n\tT: {}\n");
    assert!(text.contains("test.yaml:3:1: error: a tab"), "{text}");
    let text = error("language: en\nintents: {T: {data: [\n");
    assert!(text.contains("bracket"), "{text}");
    let text = error("language: en\n");
    assert!(text.contains("intents"), "{text}");
    let text = error("- just\n- a list\n");
    assert!(text.contains("a grammar file is a map"), "{text}");
    let text = error(&format!("{}lists: {{x: {{range: {{from: 5, to: 1}}}}}}\n", one("{x}")));
    assert!(text.contains("greater than"), "{text}");
}

#[test]
fn all_mistakes_come_at_once() {
    let text = error("language: en\nintents: {T: {data: [{sentences: [\"(a\", \"b]\", \"<c>\"]}]}}\n");
    assert_eq!(text.matches("error:").count(), 3, "{text}");
}

#[test]
fn unknown_keys_are_warnings() {
    let pack = Pack::from_text(
        "test.yaml",
        "language: en\nintents: {T: {data: [{sentences: [a], requires_contxt: {}}]}}\n",
    );
    let pack = pack.unwrap_or_else(|problems| panic!("{problems}"));
    let text = pack.warnings.to_string();
    assert!(text.contains("unknown key `requires_contxt`") && text.contains("`requires_context`"), "{text}");
}

#[test]
fn a_chain_of_rules_that_doubles_stays_small() {
    // Written out, this would be 2^40 words.
    let mut text = String::from(
        "language: en\nintents: {T: {data: [{sentences: [\"<r40>\"]}]}}\nexpansion_rules:\n  r0: \"[a]\"\n",
    );
    for level in 1..=40 {
        text.push_str(&format!("  r{level}: \"<r{}> <r{}>\"\n", level - 1, level - 1));
    }
    let pack = Pack::from_text("test.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(understands(&pack, "b"), None);
}

#[test]
fn a_very_long_sentence_is_no_danger() {
    let optional = "[a] ".repeat(4000);
    let nested = format!("{}x{}", "(b [".repeat(20), "])".repeat(20));
    let words = "a ".repeat(4000);
    let text = format!(
        "language: en\nintents:\n  T: {{data: [{{sentences: [\"{optional}{{w}}\", \"{nested}\", \"{words}\"]}}]}}\n\
         lists: {{w: {{wildcard: true}}}}\n"
    );
    let pack = Pack::from_text("test.yaml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    let grammar = Grammar::new(&pack);
    // Whatever comes out: it comes out soon, and without a full stack.
    for sentence in ["a x", "x", &"a ".repeat(900), &"b ".repeat(900), &"word ".repeat(100_000)] {
        grammar.matches(sentence, &Context::new());
        grammar.prefix(sentence, &Context::new());
    }
    grammar.phrases();
    grammar.lint();
}

#[test]
fn a_bundled_language_in_any_case_and_with_a_region() {
    for language in ["en", "EN", "en-US", "en_gb", "Ru-ru"] {
        let pack = Pack::bundled(language).unwrap_or_else(|problems| panic!("{language}: {problems}"));
        assert_eq!(pack.language, language[..2].to_lowercase());
    }
}

#[test]
fn a_file_named_after_its_language_is_enough() {
    let dir = directory(&[
        ("de.yaml", "intents: {Hi: {data: [{sentences: [hallo]}]}}\n"),
        ("old/lists.yaml", "lists: {n: {range: {from: 1, to: 3}}}\n"),
    ]);
    let found = heyroom::grammar::pack::languages(dir.path()).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(found, ["de"]);
}

#[test]
fn a_test_fails_where_a_fixed_slot_is_another() {
    let text = |expected: i64| {
        format!(
            "language: en\nintents: {{Go: {{data: [{{sentences: [go], slots: {{n: 1}}}}]}}}}\ntests:\n  - {{sentences: [go], \
             intent: {{name: Go, slots: {{n: {expected}}}}}}}\n"
        )
    };
    for (expected, passes) in [(1, true), (2, false)] {
        let pack =
            Pack::from_text("test.yaml", &text(expected)).unwrap_or_else(|problems| panic!("{problems}"));
        let report = Grammar::new(&pack).run_tests();
        assert_eq!(report.failures.is_empty(), passes, "{:?}", report.failures);
    }
}
