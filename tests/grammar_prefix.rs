//! What can still follow the words that were heard: the dialogue decides by it how long to wait.

use heyroom::grammar::{Contact, Context, Follow, Grammar, Pack, Prefix};
use proptest::prelude::*;

const PACK: &str = r#"
language: en
skip_words: [please, "right now"]
intents:
  Mute:
    actions: [{room: mute}]
    data:
      - sentences: ["mute [[the] microphone]", "silence"]
  MuteSpeaker:
    actions: [{room: muteSpeaker}]
    data: [{sentences: ["mute the speaker[s]"]}]
  MuteSomebody:
    actions: [{room: muteOther, params: {peerId: "{contact}"}}]
    data: [{sentences: ["make {contact} quiet"]}]
  Call:
    actions: [{room: call, params: {peerId: "{contact}"}}]
    data: [{sentences: ["(call|ring) {contact} [now|at once]"]}]
  Dial:
    actions: [{room: call, params: {peerId: "{id}"}}]
    data: [{sentences: ["dial {id}", "dial {id} and wait {n} minutes"]}]
  Slide:
    actions: [{room: showSlide, params: {idx: "{n}"}}]
    data: [{sentences: ["slide {n}"]}]
  End:
    data:
      - sentences: ["hang up [the phone]"]
        actions: [{room: hangUp}]
      - sentences: ["hang up for all"]
        actions: [{room: hangUp, params: {forAll: true}}]
  Ring:
    actions: [{room: accept}]
    data:
      - sentences: ["silence the ringing"]
        requires_context: {ringing: true}
lists:
  contact: {source: contacts}
  id: {digit_string: {min: 3, max: 4}}
  n: {range: {from: 1, to: 99}}
"#;

fn grammar() -> Grammar {
    let mut grammar = match Pack::from_text("prefix.yaml", PACK) {
        Ok(pack) => Grammar::new(&pack),
        Err(problems) => panic!("{problems}"),
    };
    let names = ["John Smith", "John Brown", "Ann", "Paul"];
    grammar.set_contacts(&names.map(|name| Contact { id: format!("{name}@x"), name: name.into() }));
    grammar
}

fn prefix(text: &str) -> Prefix {
    let quiet = serde_json::json!({"ringing": false}).as_object().cloned().unwrap_or_default();
    grammar().prefix(text, &quiet)
}

#[test]
fn how_long_it_pays_to_wait() {
    for (text, complete, follow) in [
        // Nothing can follow, or nothing that matters.
        ("silence", true, Follow::Nothing),
        ("please silence", true, Follow::Nothing),
        ("mute the microphone", true, Follow::Nothing),
        ("mute the speaker", true, Follow::Nothing),
        ("call ann", true, Follow::Same),
        ("call john smith", true, Follow::Same),
        ("call ann at", false, Follow::Words),
        ("call ann now", true, Follow::Nothing),
        // Another command can follow.
        ("mute", true, Follow::Words),
        ("mute the", false, Follow::Words),
        ("hang up", true, Follow::Words),
        ("hang up the phone", true, Follow::Nothing),
        ("hang", false, Follow::Words),
        // A name or a number is missing, or may go on.
        ("call", false, Follow::Slot),
        ("make", false, Follow::Slot),
        ("make ann", false, Follow::Words),
        ("call john", true, Follow::Slot),
        ("slide", false, Follow::Slot),
        ("slide twenty", true, Follow::Slot),
        ("slide twenty one", true, Follow::Nothing),
        ("dial one two", false, Follow::Slot),
        ("dial one two three", true, Follow::Slot),
        ("dial one two three four", true, Follow::Words),
        // Skip words of several words.
        ("right", false, Follow::Words),
        ("the weather", false, Follow::Nothing),
    ] {
        let prefix = prefix(text);
        assert_eq!((prefix.complete, prefix.follow), (complete, follow), "{text}: {prefix:?}");
        assert_eq!(prefix.extendable, follow != Follow::Nothing, "{text}");
    }
}

#[test]
fn what_it_is_and_what_it_can_become() {
    let mute = prefix("mute");
    assert_eq!(mute.intents, ["Mute"]);
    assert_eq!(mute.becomes, ["Mute", "MuteSpeaker"]);
    let call = prefix("call ann");
    assert_eq!((call.intents, call.becomes), (vec!["Call".to_owned()], vec!["Call".to_owned()]));
    assert_eq!(prefix("the weather"), Prefix::default());
    let ringing = serde_json::json!({"ringing": true}).as_object().cloned().unwrap_or_default();
    assert_eq!(grammar().prefix("silence", &ringing).becomes, ["Ring"]);
    assert_eq!(grammar().prefix("silence", &ringing).follow, Follow::Words);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// What could change the meaning is announced: the dialogue may act at once where nothing of the kind is.
    #[test]
    fn nothing_that_matters_follows_unannounced(seed in any::<u64>()) {
        let grammar = grammar();
        let bundled = Pack::bundled("en").map(|pack| Grammar::new(&pack));
        let mut random = fastrand::Rng::with_seed(seed);
        for grammar in bundled.iter().chain([&grammar]) {
            let context = Context::new();
            for sample in grammar.sample(8, &mut |below| random.usize(..below.max(1))) {
                let words: Vec<&str> = sample.text.split(' ').collect();
                for count in 1..words.len() {
                    let begun = words[..count].join(" ");
                    let prefix = grammar.prefix(&begun, &context);
                    prop_assert!(prefix.extendable && prefix.follow > Follow::Nothing, "{begun:?}: {prefix:?}");
                    if prefix.complete && prefix.follow == Follow::Same {
                        let (short, long) = (grammar.matches(&begun, &context), grammar.matches(&sample.text, &context));
                        if let (Some(short), Some(long)) = (short.matched(), long.matched()) {
                            prop_assert_eq!(&short.intent, &long.intent, "{} / {}", begun, sample.text);
                            prop_assert_eq!(&short.actions, &long.actions, "{} / {}", begun, sample.text);
                        }
                    }
                }
            }
        }
    }
}
