//! The phrases for the recogniser: every pair of words, balanced, and only words that it knows.

use std::collections::{HashMap, HashSet};

use heyroom::grammar::{Contact, Context, CoverOptions, Grammar, Origin, Pack};
use serde_json::json;

fn grammar(sentences: &str) -> Grammar {
    let text = format!(
        "language: en\nintents:\n{sentences}\nlists:\n  contact: {{source: contacts}}\n  n: {{range: {{from: 0, to: 20}}}}\n\
         skip_words: [please]\n"
    );
    match Pack::from_text("test.yaml", &text) {
        Ok(pack) => Grammar::new(&pack),
        Err(problems) => panic!("{problems}"),
    }
}

fn contacts(names: &[&str]) -> Vec<Contact> {
    names.iter().map(|name| Contact { id: format!("{name}@x"), name: (*name).to_owned() }).collect()
}

fn pairs(phrases: &[String]) -> HashSet<(String, String)> {
    phrases
        .iter()
        .flat_map(|phrase| {
            let words: Vec<&str> = std::iter::once("<").chain(phrase.split(' ')).chain([">"]).collect();
            words.windows(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect::<Vec<_>>()
        })
        .collect()
}

#[track_caller]
fn covers(phrases: &[String], sentence: &str) {
    let known = pairs(phrases);
    for pair in pairs(&[sentence.to_owned()]) {
        assert!(known.contains(&pair), "{pair:?} of {sentence:?} is not covered");
    }
}

const CALL: &str =
    "  Call: {data: [{sentences: [\"(call|dial) {contact} [now]\", \"mute\", \"set it to {n}\"]}]}";

#[test]
fn every_pair_with_names_and_numbers() {
    let mut grammar = grammar(CALL);
    grammar.set_contacts(&contacts(&["John Smith", "Sinéad O'Neill", "Müller-Lüdenscheidt, Eva", "Room 3"]));
    let phrases = grammar.phrases();
    for sentence in [
        "call john smith",
        "dial john now",
        "dial smith john",
        "call sinéad o'neill now",
        "call eva müller lüdenscheidt",
        "dial room three now",
        "mute",
        "set it to seventeen",
        "please mute",
        "call smith please",
    ] {
        covers(&phrases, sentence);
    }
    assert!(
        phrases
            .iter()
            .all(|phrase| !phrase.chars().any(|c| c.is_ascii_digit() || c.is_uppercase() || c == '-'))
    );
}

#[test]
fn wake_phrases_may_come_first() {
    let mut grammar = grammar(CALL);
    grammar.set_contacts(&contacts(&["John Smith"]));
    let phrases = grammar.cover_with_prefixes(&["Hey room".into()]);
    for sentence in
        ["hey room", "hey room call john smith", "hey room mute", "call john", "hey room please mute"]
    {
        covers(&phrases, sentence);
    }
    let only =
        CoverOptions { prefixes: vec!["hey room".into()], only_with_prefix: true, ..CoverOptions::default() };
    assert!(grammar.cover(&only).iter().all(|phrase| phrase.starts_with("hey room")));
}

#[test]
fn values_that_stand_for_many_texts() {
    let text = r#"
language: en
intents: {Show: {data: [{sentences: ["show {what} now"]}]}}
lists:
  what: {values: [{in: "(a|b|c|d) (a|b|c|d) (a|b|c|d) (a|b|c|d)", out: many}, {in: "(camera;number {n})", out: one}]}
  n: {range: {from: 1, to: 20}}
"#;
    let grammar = match Pack::from_text("test.yaml", text) {
        Ok(pack) => Grammar::new(&pack),
        Err(problems) => panic!("{problems}"),
    };
    let phrases = grammar.phrases();
    for sentence in ["show d a c b now", "show camera number seventeen now", "show number two camera now"] {
        covers(&phrases, sentence);
    }
    assert!(grammar.words().contains_key("camera"));
}

#[test]
fn names_do_not_outweigh_commands() {
    let mut grammar = grammar(CALL);
    let many: Vec<Contact> = (0..3000)
        .map(|n| Contact { id: n.to_string(), name: format!("Name{} Sur{}", letters(n), letters(n * 7 + 3)) })
        .collect();
    grammar.set_contacts(&many);
    let phrases = grammar.phrases();
    let mut begins: HashMap<&str, usize> = HashMap::new();
    for phrase in &phrases {
        *begins.entry(phrase.split(' ').next().unwrap_or_default()).or_default() += 1;
    }
    let share = begins["mute"] as f64 / phrases.len() as f64;
    assert!(share > 0.01, "one sentence in {} is \"mute\"", (1.0 / share).round());
    assert!(phrases.len() < 60_000, "{} phrases", phrases.len());
}

fn letters(mut n: usize) -> String {
    let mut text = String::new();
    for _ in 0..3 {
        text.push(char::from(b'a' + u8::try_from(n % 26).unwrap_or(0)));
        n /= 26;
    }
    text
}

#[test]
fn unknown_words_tear_no_holes() {
    let mut grammar = grammar("  Call: {data: [{sentences: [\"[frobnicate] make [a] call to {contact}\"]}]}");
    grammar.set_contacts(&contacts(&["Xyzzy Qwx", "John Smith"]));
    let unknown = ["frobnicate", "xyzzy", "qwx"];
    let knows = |word: &str| !unknown.contains(&word);
    let phrases = grammar.cover_known(&CoverOptions::default(), &knows);
    let phrases: Vec<String> = phrases.repeated().map(str::to_owned).collect();
    covers(&phrases, "make a call to john smith");
    covers(&phrases, "make call to smith");
    assert!(phrases.iter().all(|phrase| phrase.split(' ').all(knows)), "{phrases:?}");
    let reported = grammar.unknown_words(&knows);
    assert_eq!(reported["xyzzy"].iter().collect::<Vec<_>>(), [&Origin::Contact("Xyzzy Qwx".into())]);
    assert!(
        matches!(reported["frobnicate"].first(), Some(Origin::Template(place)) if place.starts_with("test.yaml:3:"))
    );
}

#[test]
fn what_is_not_valid_now_can_be_left_out() {
    let grammar = grammar(
        "  Answer: {data: [{sentences: [answer], excludes_context: {ringing: false}}]}\n  Mute: {data: [{sentences: [mute]}]}",
    );
    let context: Context = json!({"ringing": false}).as_object().cloned().unwrap_or_default();
    let quiet = grammar.cover(&CoverOptions { context: Some(context), ..CoverOptions::default() });
    assert!(!quiet.contains(&"answer".to_owned()) && quiet.contains(&"mute".to_owned()));
    let ringing = CoverOptions { intents: Some(vec!["Answer".into()]), ..CoverOptions::default() };
    assert!(grammar.cover(&ringing).contains(&"answer".to_owned()));
    assert!(!grammar.cover(&ringing).contains(&"mute".to_owned()));
}

#[test]
fn skip_words_may_stand_in_the_middle() {
    let mut grammar =
        grammar("  Camera: {data: [{sentences: [\"turn the camera (on|off)\", \"call {contact} [back]\"]}]}");
    grammar.set_contacts(&contacts(&["John Smith"]));
    let phrases = grammar.phrases();
    for sentence in [
        "turn please the camera off",
        "turn the please camera on",
        "turn the camera please off",
        "please turn the camera off please",
        "call john smith please back",
    ] {
        covers(&phrases, sentence);
    }
    let plain = CoverOptions { without_skip_words: true, ..CoverOptions::default() };
    assert!(!grammar.cover(&plain).iter().any(|phrase| phrase.contains("please")));
}

#[test]
fn two_names_in_one_sentence() {
    let mut grammar = grammar("  With: {data: [{sentences: [\"meet {contact} and {contact:second}\"]}]}");
    grammar.set_contacts(&contacts(&["John Smith", "Ann Lee", "Olga Petrova"]));
    let phrases = grammar.phrases();
    for first in ["john smith", "ann lee", "olga", "petrova"] {
        for second in ["smith", "lee ann", "olga petrova"] {
            covers(&phrases, &format!("meet {first} and {second}"));
        }
    }
}

#[test]
fn only_those_who_are_asked_about() {
    let mut grammar = grammar(CALL);
    grammar.set_contacts(&contacts(&["John Smith", "Ann Lee", "Olga Petrova"]));
    let asked = CoverOptions { contacts: Some(vec!["Ann Lee@x".into()]), ..CoverOptions::default() };
    let phrases = grammar.cover(&asked);
    covers(&phrases, "call ann lee");
    covers(&phrases, "dial lee now");
    assert!(!phrases.iter().any(|phrase| phrase.contains("john") || phrase.contains("olga")));
}

/// What the recogniser could not hear nobody could say.
#[test]
fn every_sentence_of_the_packs_is_covered() {
    for language in heyroom::grammar::pack::bundled_languages() {
        let mut grammar = match Pack::bundled(language) {
            Ok(pack) => Grammar::new(&pack),
            Err(problems) => panic!("{problems}"),
        };
        grammar.set_contacts(&contacts(&["John Smith", "Ann Lee", "Olga Petrova"]));
        let known = pairs(&grammar.phrases());
        let mut random = fastrand::Rng::with_seed(5);
        let mut looked_at = 0;
        for sample in grammar.sample(700, &mut |below| random.usize(..below.max(1))) {
            let spoken = heyroom::text::spoken_words(&sample.text).join(" ");
            if spoken.is_empty() || spoken.bytes().any(|byte| byte.is_ascii_digit()) {
                continue;
            }
            // An ending at a name ("{participant}['s]", "{participant}[s]") is covered as a word of its own; the name
            // without it is whole.
            if sample.template.contains("}[") {
                continue;
            }
            looked_at += 1;
            for pair in pairs(std::slice::from_ref(&spoken)) {
                assert!(
                    known.contains(&pair),
                    "{language}: {pair:?} of {spoken:?} ({}) is not covered",
                    sample.template
                );
            }
        }
        assert!(looked_at > 300, "{language}: {looked_at}");
    }
}
