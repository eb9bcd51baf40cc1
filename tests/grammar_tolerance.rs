//! Misheard sentences: what is understood with tolerance, what is not, and what never may be.
//!
//! `tests/data/tolerance/README.md` describes the data. Run with `--nocapture` to see the rates.

use std::collections::BTreeMap;
use std::path::Path;

use heyroom::grammar::{Contact, Context, Edit, Grammar, Outcome, Pack};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Case {
    text: String,
    /// None: nothing may be understood.
    intent: Option<String>,
    #[serde(default)]
    kind: String,
    half: char,
}

fn cases(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tolerance").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

fn bundled() -> Grammar {
    let mut grammar = match Pack::bundled("en") {
        Ok(pack) => Grammar::new(&pack),
        Err(problems) => panic!("{problems}"),
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tolerance/contacts.json");
    let contacts: Vec<Contact> = std::fs::read_to_string(path)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    assert!(!contacts.is_empty());
    grammar.set_contacts(&contacts);
    grammar
}

fn intent(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Match(found) => Some(&found.intent),
        Outcome::Ambiguous { intent, .. } => Some(intent),
        Outcome::NoMatch { .. } => None,
    }
}

/// How often something was understood, and rightly.
#[derive(Debug, Default, Clone, Copy)]
struct Rate {
    all: usize,
    strict: usize,
    right: usize,
    wrong: usize,
}

impl Rate {
    fn share(self) -> f64 {
        self.right as f64 / self.all.max(1) as f64
    }
}

/// Rates by kind and half.
fn positives(grammar: &Grammar, file: &str, show: char) -> BTreeMap<(String, char), Rate> {
    let context = Context::new();
    let mut rates: BTreeMap<(String, char), Rate> = BTreeMap::new();
    let mut by_intent: BTreeMap<String, Rate> = BTreeMap::new();
    for case in cases(file) {
        let strict = grammar.matches(&case.text, &context);
        let tolerant = grammar.matches_tolerant(&case.text, &context, &[]);
        let expected = case.intent.clone().unwrap_or_default();
        let count = |rate: &mut Rate| {
            rate.all += 1;
            rate.strict += usize::from(intent(&strict) == case.intent.as_deref());
            rate.right += usize::from(intent(&tolerant) == case.intent.as_deref());
            // What is understood wrongly to the letter is the grammar's business.
            rate.wrong += usize::from(
                intent(&strict).is_none()
                    && intent(&tolerant).is_some()
                    && intent(&tolerant) != case.intent.as_deref(),
            );
        };
        count(rates.entry((case.kind.clone(), case.half)).or_default());
        count(rates.entry(("all".to_owned(), case.half)).or_default());
        count(by_intent.entry(expected).or_default());
        if case.half == show && intent(&tolerant) != case.intent.as_deref() {
            println!("  {:?} -> {:?}, meant {:?}", case.text, intent(&tolerant), case.intent);
        }
    }
    println!("{file}:");
    for ((kind, half), rate) in &rates {
        println!(
            "  {kind} ({half}): {} sentences, exactly {}, tolerantly {}, wrongly {}",
            rate.all, rate.strict, rate.right, rate.wrong
        );
    }
    for (intent, rate) in &by_intent {
        println!(
            "    {intent}: {} sentences, exactly {}, tolerantly {}, wrongly {}",
            rate.all, rate.strict, rate.right, rate.wrong
        );
    }
    rates
}

/// How many are understood although they should not: to the letter, and by tolerance only, in each half.
fn negatives(grammar: &Grammar, file: &str) -> (usize, usize, [usize; 2]) {
    let context = Context::new();
    let (mut all, mut strict, mut near) = (0, 0, [0, 0]);
    for case in cases(file) {
        all += 1;
        if intent(&grammar.matches(&case.text, &context)).is_some() {
            strict += 1;
        } else if let outcome = grammar.matches_tolerant(&case.text, &context, &[])
            && let Some(intent) = intent(&outcome)
        {
            near[usize::from(case.half == 'b')] += 1;
            println!(
                "  {:?} -> {intent} {:?}",
                case.text,
                outcome.matched().and_then(|found| found.near.clone())
            );
        }
    }
    println!("{file}: {all} sentences, understood to the letter {strict}, by tolerance {near:?}");
    (all, strict, near)
}

/// The rates of both halves together.
fn total(rates: &BTreeMap<(String, char), Rate>, kind: &str) -> Rate {
    let mut sum = Rate::default();
    for ((_, _), rate) in rates.iter().filter(|((known, _), _)| known == kind) {
        sum.all += rate.all;
        sum.strict += rate.strict;
        sum.right += rate.right;
        sum.wrong += rate.wrong;
    }
    sum
}

/// `SHOW=a` lists the sentences of half `a` that are not understood.
#[test]
fn misheard_commands_are_understood() {
    let grammar = bundled();
    let show = std::env::var("SHOW").ok().and_then(|show| show.chars().next()).unwrap_or('-');
    let made = positives(&grammar, "generated.jsonl", show);
    for (kind, least) in [
        ("article", 0.7),
        ("begun again", 0.8),
        ("doubled", 0.75),
        ("dropped", 0.8),
        ("filler", 0.8),
        ("misheard", 0.5),
    ] {
        let rate = total(&made, kind);
        assert!(rate.share() >= least, "{kind}: {rate:?}");
    }
    let all = total(&made, "all");
    assert!(all.all >= 400 && all.strict * 3 < all.right, "tolerance is worth it: {all:?}");
    assert!(all.wrong * 200 <= all.all, "{all:?}");
    let heard = positives(&grammar, "heard.jsonl", show);
    let near = total(&heard, "one word off");
    assert!(near.all >= 100 && near.share() >= 0.15, "{near:?}");
    let all = total(&heard, "all");
    // What is left of a command can be near to another one ("hang up", heard as "turn up").
    assert!(all.wrong * 100 <= all.all, "{all:?}");
}

#[test]
fn talk_is_not_understood() {
    let grammar = bundled();
    let (all, _, near) = negatives(&grammar, "talk.jsonl");
    assert!(all >= 2000);
    assert_eq!(near, [0, 0], "of {all} sentences of talk");
    let (all, _, near) = negatives(&grammar, "near_misses.jsonl");
    assert!(all >= 300);
    assert_eq!(near, [0, 0], "of {all} near misses");
}

const PACK: &str = r#"
language: en
skip_words: [please, "right now"]
intents:
  Mute:
    actions: [{room: mute}]
    data: [{sentences: ["mute [the] microphone", "mute"]}]
  Unmute:
    tolerance: none
    actions: [{room: unmute}]
    data: [{sentences: ["unmute the microphone"]}]
  Restart:
    confirm: "Restart?"
    actions: [{room: restart}]
    data: [{sentences: ["restart the whole system"]}]
  Light:
    actions: [{shell: ["/usr/bin/light"]}]
    data: [{sentences: ["switch the light on"]}]
  CameraLeft:
    tolerance: 0.2
    actions: [{room: left}]
    data: [{sentences: ["move the camera to the left"]}]
  Share:
    actions: [{room: share}]
    data: [{sentences: ["start sharing the screen"], excludes_context: {in_call: false}}]
  Unshare:
    actions: [{room: unshare}]
    data: [{sentences: ["stop sharing the screen"]}]
  Call:
    actions: [{room: call, params: {peerId: "{contact}"}}]
    data: [{sentences: ["(call|ring) {contact} [now]"]}]
  Dial:
    actions: [{room: call, params: {peerId: "{id}"}}]
    data: [{sentences: ["dial the number {id}"]}]
  Slide:
    actions: [{room: showSlide, params: {idx: "{n}"}}]
    data: [{sentences: ["go to the slide {n}"]}]
  HangUp:
    actions: [{room: hangUp}]
    data: [{sentences: ["hang up", "hang up the slide show"]}]
lists:
  contact: {source: contacts}
  id: {digit_string: {min: 3, max: 8}}
  n: {range: {from: 1, to: 99}}
"#;

fn small() -> Grammar {
    let mut grammar = match Pack::from_text("near.yaml", PACK) {
        Ok(pack) => Grammar::new(&pack),
        Err(problems) => panic!("{problems}"),
    };
    let names = ["John Smith", "John Brown", "Helen Wright", "Anna Lee", "Hanna Lee", "Karen Hill"];
    grammar.set_contacts(&names.map(|name| Contact { id: name.to_lowercase(), name: name.into() }));
    grammar
}

fn understood(text: &str) -> Option<String> {
    let outcome = small().matches_tolerant(text, &Context::new(), &[]);
    let found = outcome.matched()?;
    let slots: Vec<String> = found.slots.values().map(|slot| format!(" {}", slot.value)).collect();
    Some(format!("{}{}", found.intent, slots.concat()))
}

#[test]
fn small_mistakes() {
    for (text, expected) in [
        ("mute the the microphone", "Mute"),
        ("mute microphone um", "Mute"),
        ("mute my microphone", "Mute"),
        ("mute the micro phone", "Mute"),
        ("start sharing screen", "Share"),
        ("start start sharing the screen please", "Share"),
        ("stop sharing stop sharing the screen", "Unshare"),
        ("hangup", "HangUp"),
        ("call helen right", "Call \"helen wright\""),
        ("call the helen wright", "Call \"helen wright\""),
        ("dial number one two three", "Dial \"123\""),
        ("go to to the slide seventeen", "Slide 17"),
        ("go to slide seven", "Slide 7"),
    ] {
        assert_eq!(understood(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_never_guessed() {
    for text in [
        // Negations, numbers, speech that could not be read.
        "do not mute the microphone",
        "don't start sharing the screen",
        "never hang up",
        "mute the microphone [unk]",
        "go to the slide seven seven",
        "go to the slide",
        "dial the number one two",
        "dial the number one two three john",
        // Other words of weight.
        "who started sharing the screen",
        "the mute microphone was bad",
        "sharing the screen",
        "mute the loud microphone",
        // Intents that ask first, run programs, or do not want to be guessed; and 0.2 is less than two articles.
        "restart the the whole system",
        "switch the light light on",
        "unmute microphone",
        "move camera to left",
        // A name that could be two people's, and one that is nobody's.
        "call jon",
        "call panna lee",
        "call susan clark",
        // Broken off.
        "hang up the",
        "call",
        // Nothing.
        "",
        "um the a",
        "the",
    ] {
        assert_eq!(understood(text), None, "{text}");
    }
    assert_eq!(understood("move camera to the left").as_deref(), Some("CameraLeft"));
}

#[test]
fn what_is_understood_to_the_letter_stays_so() {
    let grammar = small();
    for text in ["mute", "call john smith", "hang up", "call john"] {
        let (strict, tolerant) =
            (grammar.matches(text, &Context::new()), grammar.matches_tolerant(text, &Context::new(), &[]));
        assert_eq!(strict, tolerant, "{text}");
        assert!(strict.matched().is_none_or(|found| found.near.is_none()));
    }
    // Not now is not never: a sentence that is not valid is not taken for another.
    let idle = serde_json::json!({"in_call": false}).as_object().cloned().unwrap_or_default();
    for text in ["start sharing the screen", "start sharing screen"] {
        assert!(grammar.matches_tolerant(text, &idle, &[]).matched().is_none(), "{text}");
    }
}

#[test]
fn the_difference_is_told() {
    let outcome = small().matches_tolerant("start start sharing screen", &Context::new(), &[]);
    let Some(near) = outcome.matched().and_then(|found| found.near.clone()) else { panic!("{outcome:?}") };
    assert_eq!((near.intent.as_str(), near.sentence.as_str()), ("Share", "start sharing the screen"));
    assert_eq!(
        near.edits,
        [Edit::Extra { said: "start".into(), at: 0 }, Edit::Missing { expected: "the".into(), at: 3 }]
    );
    assert!(near.cost > 0.1 && near.cost < 0.5 && near.place.starts_with("near.yaml:"), "{near:?}");
    let nearest = small().nearest("restart the system", 3);
    assert_eq!(nearest.first().map(|near| near.sentence.as_str()), Some("restart the whole system"));
    let nearest = small().nearest("call susan clark now", 3);
    assert_eq!(nearest.first().map(|near| near.sentence.as_str()), Some("call {contact} now"));
    assert!(small().nearest("what a lovely day", 3).is_empty());
}

#[test]
fn what_the_recogniser_was_not_sure_of_counts_less() {
    let grammar = small();
    let heard = |sure: f32| {
        let outcome =
            grammar.matches_tolerant("mute the blue microphone", &Context::new(), &[1.0, 1.0, sure, 1.0]);
        intent(&outcome).map(str::to_owned)
    };
    assert_eq!(heard(0.2).as_deref(), Some("Mute"));
    assert_eq!(heard(0.9), None);
    let sure = [0.1, 0.1, 1.0, 1.0];
    let outcome = grammar.matches_tolerant("not now mute microphone", &Context::new(), &sure);
    assert_eq!(intent(&outcome), None, "a negation is one however badly it was heard");
}
