//! The sentence-template format: what matches, what does not, and what comes out.

use heyroom::grammar::{Contact, Context, Grammar, Outcome, Pack};
use serde_json::{Value, json};

const LISTS: &str = r#"
lists:
  n: {range: {from: 0, to: 100}}
  big: {range: {from: 0, to: 1000}}
  name:
    values: ["bob", "bobby", "bob hill", {in: "(rob|robert) [hill]", out: "bh"}, "o'neill", "bob-on"]
  color:
    values:
      - {in: "red", out: 1, context: {kind: "warm"}}
      - {in: "blue", out: {deep: true}, context: {kind: "cold"}}
      - {in: "gr(e|a)y", out: true}
  w: {wildcard: true}
expansion_rules:
  call: "(call|dial)"
  spaced: " b "
  person: "{name}"
"#;

fn pack(yaml: &str) -> Grammar {
    match Pack::from_text("test.yaml", yaml) {
        Ok(pack) => Grammar::new(&pack),
        Err(problems) => panic!("{problems}"),
    }
}

/// A grammar with one intent `T` and these sentences.
fn grammar(sentences: &[&str]) -> Grammar {
    let sentences = serde_json::to_string(sentences).unwrap_or_default();
    pack(&format!(
        "language: en\nintents: {{T: {{data: [{{sentences: {sentences}}}]}}}}\nskip_words: [please, could you]\n{LISTS}"
    ))
}

/// Slot values, or none if the sentence is not understood.
fn slots(grammar: &Grammar, text: &str) -> Option<Value> {
    match grammar.matches(text, &Context::new()) {
        Outcome::Match(found) => Some(
            found
                .slots
                .iter()
                .map(|(name, slot)| (name.clone(), slot.value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        ),
        Outcome::NoMatch { .. } => None,
        Outcome::Ambiguous { .. } => Some(json!("ambiguous")),
    }
}

#[track_caller]
fn yes(template: &str, texts: &[&str]) {
    let grammar = grammar(&[template]);
    for text in texts {
        assert!(slots(&grammar, text).is_some(), "{template:?} must match {text:?}");
    }
}

#[track_caller]
fn no(template: &str, texts: &[&str]) {
    let grammar = grammar(&[template]);
    for text in texts {
        assert_eq!(slots(&grammar, text), None, "{template:?} must not match {text:?}");
    }
}

#[track_caller]
fn gives(template: &str, text: &str, expected: Value) {
    assert_eq!(slots(&grammar(&[template]), text), Some(expected), "{template:?} on {text:?}");
}

#[test]
fn spaces_around_optional_parts_are_absorbed() {
    yes("set [the] light", &["set light", "set the light", " set  the   light ", "SET Light"]);
    no("set [the] light", &["setlight", "set thelight"]);
    yes("a[b]c", &["ac", "abc"]);
    no("a[b]c", &["a bc", "a c", "ab c"]);
    yes("a [b]c", &["a c", "a bc"]);
    no("a [b]c", &["ac", "abc", "a b c"]);
    yes("a[ b] c", &["a c", "a b c"]);
    no("a[ b] c", &["ab c"]);
    yes("a( b )c", &["a b c"]);
    no("a( b )c", &["abc", "a bc"]);
    yes("day[ ]light", &["daylight", "day light"]);
    yes("day( |-)light", &["day light", "day-light"]);
    no("day( |-)light", &["daylight"]);
    yes("{n}[( )°|( degree[s])]", &["5", "5°", "5 °", "5 degrees"]);
}

#[test]
fn an_article_with_an_apostrophe_stands_at_its_word() {
    yes(
        "accendi [(la |l'[ ])] {name}",
        &["accendi l'bob", "accendi l’bob", "accendi l' bob", "accendi la bob"],
    );
    no("accendi [(la |l'[ ])] {name}", &["accendi labob", "accendi l'ann"]);
}

#[test]
fn pieces_of_words() {
    yes("light[s] on", &["light on", "lights on"]);
    no("light[s] on", &["light s on", "lightson"]);
    yes("slide(s|d) now", &["slides now", "slided now"]);
    no("slide(s|d) now", &["slide now"]);
}

#[test]
fn alternatives_and_their_empty_branches() {
    yes("x a|b", &["x a", "b"]);
    no("x a|b", &["x b"]);
    yes("a (b|) c", &["a b c", "a c"]);
    yes("a (|b) c", &["a b c", "a c"]);
    yes("(a||b) c", &["a c", "b c", "c"]);
}

#[test]
fn any_order() {
    yes("(call bob;kindly)", &["call bob kindly", "kindly call bob"]);
    no("(call bob;kindly)", &["call bob", "call kindly bob"]);
    yes("x (b;[c]) d", &["x b d", "x b c d", "x c b d"]);
    yes("a;b", &["a b", "b a"]);
    yes("a(b;c)d", &["a b c d", "a c b d"]);
    no("a;b", &["ab", "a", "a b a"]);
}

#[test]
fn rules_are_inserted_without_their_outer_spaces() {
    yes("<call> bob", &["call bob", "dial bob"]);
    yes("a<spaced>c", &["abc"]);
    no("a<spaced>c", &["a b c"]);
    gives("see <person>", "see bob hill", json!({"name": "bob hill"}));
}

#[test]
fn list_values() {
    gives("call {name}", "call bobby", json!({"name": "bobby"}));
    gives("call {name:who}", "call robert hill", json!({"who": "bh"}));
    gives("call {name}", "call O’Neill!", json!({"name": "o'neill"}));
    gives("call {name}", "call bob-hill", json!({"name": "bob hill"}));
    gives("call {name}", "call bob-on", json!({"name": "bob-on"}));
    no("call {name}", &["call bob on", "call robhill", "call oneill", "call bob hil", "call"]);
    gives("pick {color}", "pick grey", json!({"color": true}));
    gives("pick {color}", "pick blue", json!({"color": {"deep": true}}));
    gives("{name:a} and {name:b}", "bob and rob", json!({"a": "bob", "b": "bh"}));
    gives("{name:a} {name:a}", "bob bobby", json!({"a": "bobby"}));
    // Behind a value that begins a word, spaces are free: "<area>[ ]<lamp>" takes "keukenlampen".
    yes("{name}ish", &["bobish", "bob ish"]);
    yes("in {name}[ ][the] lights", &["in boblights", "in bob lights", "in bob the lights"]);
    yes("call {name} now", &["call bob now", "call bobnow", "call bob-now"]);
    yes("pre{name} now", &["prebob now"]);
    no("pre{name} now", &["prebobnow"]);
    gives("{name} {w}", "bobby joe", json!({"name": "bobby", "w": "joe"}));
    no("pre{name}", &["pre bob"]);
    no("pre {name}", &["prebob"]);
}

#[test]
fn numbers_have_one_type() {
    for text in ["set to 42", "set to forty-two", "set to forty two"] {
        gives("set to {n}", text, json!({"n": 42}));
    }
    gives("set to {big}", "set to four hundred and twelve", json!({"big": 412}));
    gives("set to {big}", "set to a hundred", json!({"big": 100}));
    gives("set to {big}", "set to one two three", json!({"big": 123}));
    no(
        "set to {n}",
        &[
            "set to 101",
            "set to -5",
            "set to 5.5",
            "set to fortytwo",
            "set to 5 0",
            "set to hundred",
            "set to five five",
        ],
    );
    gives("{1..10,2:x}", "nine", json!({"x": 9}));
    no("{1..10,2:x}", &["two", "10", "eleven"]);
    gives("{-5..5:x} degrees", "minus three degrees", json!({"x": -3}));
    gives("{n:a} {n:b}", "twenty one five", json!({"a": 21, "b": 5}));
}

#[test]
fn units_attached_to_numbers() {
    yes("{n}min", &["5min", "5 min", "fivemin"]);
    no("{n}min", &["five min"]);
    yes("{n} min", &["5min", "5 min", "five min"]);
    no("{n} min", &["fivemin"]);
    yes("set to {n}%", &["set to 5%", "set to 5 %"]);
    gives("pre{n}", "pre 5", json!({"n": 5}));
    yes("pre{n} min", &["pre5 min"]);
    no("pre{n} min", &["pre5min"]);
}

#[test]
fn free_text() {
    gives("say {w} now", "say Hello World! now", json!({"w": "Hello World"}));
    gives("call {w:a} and {w:b}", "call x and y and z", json!({"a": "x", "b": "y and z"}));
    gives("a {w} {n}", "a x y five", json!({"w": "x y", "n": 5}));
    gives("{w} {name}", "hey bob hill", json!({"w": "hey", "name": "bob hill"}));
    gives("pre{w}", "prebob", json!({"w": "bob"}));
    gives("{w}now", "do it now", json!({"w": "do it"}));
    no("say {w} now", &["say now", "say xnow", "say x"]);
    no("{w:a} {w:b}", &["x y z"]);
}

#[test]
fn the_most_specific_reading_wins() {
    let prefer = |sentences: &[&str], text: &str, expected: Value| {
        assert_eq!(slots(&grammar(sentences), text), Some(expected), "{sentences:?} on {text:?}");
    };
    prefer(&["call {w}", "call {name}"], "call bob", json!({"name": "bob"}));
    prefer(&["call {w}", "call up {w:x}"], "call up bob", json!({"x": "bob"}));
    prefer(&["x {name:a} [hill]"], "x bob hill", json!({"a": "bob"}));
    prefer(&["call [to] {name:a}", "call {name:b}"], "call bob", json!({"a": "bob"}));
    prefer(&["call {name:a}", "call bob"], "call bob", json!({}));
    prefer(&["say [hello] {w}"], "say hello bob", json!({"w": "bob"}));
    // Said in the same words, a value written out is meant before a template.
    let grammar = pack(
        r#"
language: en
intents: {T: {data: [{sentences: ["use {tool}"]}]}}
lists: {tool: {values: [{in: "[big] saw", out: 1}, {in: "saw", out: 2}, {in: "big saw", out: 3}]}}
"#,
    );
    assert_eq!(slots(&grammar, "use saw"), Some(json!({"tool": 2})));
    assert_eq!(slots(&grammar, "use big saw"), Some(json!({"tool": 3})));
}

#[test]
fn free_text_goes_to_the_sentence_with_more_pieces() {
    let grammar = pack(
        r#"
language: en
intents: {T: {data: [{sentences: ["[x] (play|start) {w:a}", "play {w:b}", "play [the] {w:c}"]}]}}
lists: {w: {wildcard: true}}
"#,
    );
    assert_eq!(slots(&grammar, "play it"), Some(json!({"a": "it"})));
}

#[test]
fn in_the_end_the_order_of_the_file_decides() {
    let grammar = pack(
        r#"
language: en
intents:
  Second: {data: [{sentences: ["do it"]}]}
  First: {data: [{sentences: ["do it"]}]}
"#,
    );
    let found = grammar.matches("do it", &Context::new());
    assert_eq!(found.matched().map(|found| found.intent.as_str()), Some("Second"));
}

#[test]
fn a_preferred_slot_takes_the_longest_text() {
    let grammar = grammar(&["x {name:a} [hill]", "x bob hill"]);
    let preferences = heyroom::grammar::Preferences { metadata: None, slot: Some("a".into()) };
    let outcome = grammar.matches_preferring("x bob hill", &Context::new(), &preferences);
    let value = outcome.matched().and_then(|found| found.slots.get("a")).map(|slot| slot.value.clone());
    assert_eq!(value, Some(json!("bob hill")));
}

#[test]
fn a_preferred_slot_may_have_a_fixed_value() {
    let grammar = pack(
        r#"
language: en
intents:
  A: {data: [{sentences: ["turn on the lamp"]}]}
  B: {data: [{sentences: ["turn (on|off) {what}"], slots: {room: "hall"}}]}
lists: {what: {values: ["the lamp"]}}
"#,
    );
    let asked = |slot: Option<&str>| {
        let preferences = heyroom::grammar::Preferences { metadata: None, slot: slot.map(Into::into) };
        let outcome = grammar.matches_preferring("turn on the lamp", &Context::new(), &preferences);
        outcome.matched().map(|found| found.intent.clone())
    };
    assert_eq!(asked(None).as_deref(), Some("A"));
    assert_eq!(asked(Some("room")).as_deref(), Some("B"));
    assert_eq!(asked(Some("nowhere")).as_deref(), Some("A"));
}

#[test]
fn skip_words() {
    yes(
        "call {name}",
        &["please call bob", "call please bob", "could you please call bob", "call bob, please!"],
    );
    no("call {name}", &["could call bob", "callplease bob", "please", "couldyou call bob"]);
    yes("call-[ ]{name}", &["call-please bob"]);
    // A skip word may belong to a template.
    yes("could you call", &["could you call"]);
    gives("say {w}", "say hello please", json!({"w": "hello please"}));
    gives("say {w}", "please say hello", json!({"w": "hello"}));
    gives("{w} stop", "hello stop please", json!({"w": "hello"}));
}

#[test]
fn punctuation_case_and_unicode() {
    yes("what's up", &["what’s up?", "What's up"]);
    no("what's up", &["whats up"]);
    yes("élan", &["ÉLAN", "e\u{301}lan"]);
    no("ёлка", &["елка"]);
    yes("living room", &["living-room", "living_room"]);
    no("living-room", &["living room"]);
    yes("hello, world", &["hello world", "hello, world!"]);
    yes("at five a.m. sharp", &["at five a.m. sharp"]);
    no("hello world", &["hello,world"]);
}

#[test]
fn context_and_fixed_slots() {
    let grammar = pack(&format!(
        r#"
language: en
intents:
  Ring:
    data:
      - sentences: ["pick {{color}}"]
        requires_context: {{kind: "warm", area: {{slot: "room"}}}}
        excludes_context: {{quiet: true}}
        slots: {{mode: "loud", color: "never"}}
{LISTS}"#
    ));
    let ask = |text: &str, context: Value| {
        let context = context.as_object().cloned().unwrap_or_default();
        grammar.matches(text, &context).matched().map(|found| {
            let values: serde_json::Map<_, _> =
                found.slots.iter().map(|(k, v)| (k.clone(), v.value.clone())).collect();
            Value::Object(values)
        })
    };
    let full = json!({"color": 1, "room": "hall", "mode": "loud"});
    assert_eq!(ask("pick red", json!({"area": "hall"})), Some(full));
    assert_eq!(ask("pick blue", json!({"area": "hall"})), None, "the value makes the context cold");
    assert_eq!(ask("pick red", json!({})), None);
    assert_eq!(ask("pick red", json!({"area": "hall", "quiet": true})), None);
    assert_eq!(
        ask("pick red", json!({"area": "hall", "kind": "cold"})),
        None,
        "what the caller knows holds, too"
    );
}

#[test]
fn a_list_value_knows_best_where_it_is() {
    let grammar = pack(
        r#"
language: en
intents:
  On:
    data:
      - sentences: ["turn on {name}"]
        requires_context: {domain: ["light", "fan"], area: {slot: true}}
lists:
  name:
    values:
      - {in: "lamp", context: {domain: "light", area: "hall"}}
      - {in: "fan", context: {domain: "fan"}}
      - {in: "door", context: {domain: "cover"}}
"#,
    );
    let ask = |text: &str, context: Value| {
        let context = context.as_object().cloned().unwrap_or_default();
        let found = grammar.matches(text, &context);
        found
            .matched()
            .and_then(|found| found.slots.get("area").map(|slot| (slot.value.clone(), slot.text.clone())))
    };
    let kitchen = json!({"area": {"value": "kitchen", "text": "Kitchen"}, "domain": "light"});
    assert_eq!(ask("turn on lamp", kitchen.clone()), Some((json!("hall"), String::new())));
    assert_eq!(ask("turn on fan", kitchen.clone()), Some((json!("kitchen"), "Kitchen".into())));
    assert_eq!(
        ask("turn on door", kitchen),
        None,
        "neither the caller's domain nor that of the door is enough"
    );
    assert_eq!(ask("turn on fan", json!({})), None);
}

#[test]
fn an_empty_list_value_is_never_said() {
    let grammar = pack(
        r#"
language: en
intents: {T: {data: [{sentences: ["turn on {name} light"]}]}}
lists: {name: {values: ["", "  ", "hall"]}}
"#,
    );
    assert_eq!(slots(&grammar, "turn on hall light"), Some(json!({"name": "hall"})));
    assert_eq!(slots(&grammar, "turn on light"), None);
}

#[test]
fn keywords_local_rules_local_lists_captures() {
    let grammar = pack(&format!(
        r#"
language: en
intents:
  A:
    data:
      - sentences: ["<outer> {{name}} {{name:@other}}"]
        required_keywords: ["ring", "buzz"]
        expansion_rules: {{call: "(ring|dial)"}}
        lists: {{name: {{values: ["zed", "bob"]}}}}
        response: done
responses:
  A: {{done: "Ringing {{name}}, not {{other}}"}}
{LISTS}
  outer: "<call>"
"#
    ));
    let found = grammar.matches("ring zed bob", &Context::new());
    let found = found.matched().unwrap_or_else(|| panic!("not understood"));
    assert_eq!(found.reply.as_deref(), Some("Ringing zed, not bob"));
    assert!(!found.slots.contains_key("other") && found.captures.contains_key("other"));
    assert_eq!(slots(&grammar, "dial zed bob"), None, "no keyword");
    assert_eq!(slots(&grammar, "ring rob bob"), None, "the local list holds");
}

#[test]
fn languages_without_spaces() {
    let grammar = pack(
        r#"
language: zh
settings: {ignore_whitespace: true}
intents: {T: {data: [{sentences: ["打开 {name} 灯", "音量 {n}"]}]}}
lists: {name: {values: ["客厅", "living room"]}, n: {range: {from: 0, to: 100}}}
skip_words: ["请"]
"#,
    );
    for text in ["打开客厅灯", "打开 客厅 灯", "请打开客厅灯"] {
        assert_eq!(slots(&grammar, text), Some(json!({"name": "客厅"})), "{text}");
    }
    assert_eq!(slots(&grammar, "打开living room灯"), Some(json!({"name": "living room"})));
    assert_eq!(slots(&grammar, "音量二十五"), Some(json!({"n": 25})));
    assert_eq!(slots(&grammar, "音量25"), Some(json!({"n": 25})));
    assert_eq!(slots(&grammar, "打开 living room 灯"), Some(json!({"name": "living room"})));
    assert_eq!(slots(&grammar, "打开livingroom灯"), None, "words of another script keep their spaces");
}

#[test]
fn free_text_without_spaces() {
    let grammar = pack(
        r#"
language: zh
settings: {ignore_whitespace: true}
intents: {T: {data: [{sentences: ["播放{w}"]}]}}
lists: {w: {wildcard: true}}
"#,
    );
    assert_eq!(slots(&grammar, "播放 五 月 天"), Some(json!({"w": "五月天"})));
    assert_eq!(slots(&grammar, "播放Taylor Swift"), Some(json!({"w": "Taylor Swift"})));
}

#[test]
fn two_of_the_same_name_are_asked_about() {
    let mut grammar = grammar(&["call {contact}"]);
    let contact = |id: &str, name: &str| Contact { id: id.into(), name: name.into() };
    grammar.set_contacts(&[
        contact("1", "John Smith"),
        contact("2", "John Brown"),
        contact("3", "John"),
        contact("4", "Ann Lee"),
        contact("5", "ann lee"),
    ]);
    assert_eq!(slots(&grammar, "call john smith"), Some(json!({"contact": "1"})));
    assert_eq!(slots(&grammar, "call brown john"), Some(json!({"contact": "2"})));
    assert_eq!(slots(&grammar, "call john"), Some(json!({"contact": "3"})), "the exact name wins over parts");
    match grammar.matches("call ann", &Context::new()) {
        Outcome::Ambiguous { intent, slot, candidates, matches } => {
            assert_eq!((intent.as_str(), slot.as_str()), ("T", "contact"));
            assert_eq!(
                candidates.iter().map(|c| c.value.clone()).collect::<Vec<_>>(),
                [json!("4"), json!("5")]
            );
            assert_eq!(matches[1].slots["contact"].value, json!("5"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_may_be_ambiguous_words_of_the_author_are_not() {
    let grammar = pack(
        r#"
language: en
intents:
  Call: {data: [{sentences: ["call {who}"]}]}
  Close: {data: [{sentences: ["close the {kind}"]}]}
lists:
  who: {values: [{in: "john", out: "1"}, {in: "John", out: "2"}]}
  kind: {values: [{in: "blind[s]", out: "blind"}, {in: "blind[s]", out: "shutter"}]}
"#,
    );
    assert_eq!(slots(&grammar, "call john"), Some(json!("ambiguous")));
    assert_eq!(slots(&grammar, "close the blinds"), Some(json!({"kind": "blind"})));
}

#[test]
fn a_list_value_may_hold_other_lists() {
    let grammar = pack(
        r#"
language: en
intents:
  Show: {data: [{sentences: ["show {what} [on the left]"], tolerance: 0.5}]}
  Around: {data: [{sentences: ["go {round}"]}]}
lists:
  what: {values: [{in: "[the] camera {number} of {where}", out: camera}, {in: "slide {number}"}]}
  number: {range: {from: 1, to: 20}}
  where: {values: [{in: "hall|main hall", out: hall}, "lobby"]}
  round: {values: [{in: "{round} and on"}, {in: "(a;b)"}]}
"#,
    );
    let number_and_place = json!({"number": 3, "where": "hall", "what": "camera"});
    assert_eq!(slots(&grammar, "show the camera three of main hall on the left"), Some(number_and_place));
    assert_eq!(slots(&grammar, "show slide 5"), Some(json!({"number": 5, "what": "slide 5"})));
    assert_eq!(slots(&grammar, "show camera 3 of"), None);
    assert_eq!(slots(&grammar, "go b a and on and on"), Some(json!({"round": "b a and on and on"})));
    assert_eq!(slots(&grammar, "go and on"), None);
    let prefix = grammar.prefix("show camera three", &Context::new());
    assert!(!prefix.complete && prefix.extendable);
    let doubled = grammar.matches_tolerant("show camera camera three of lobby", &Context::new(), &[]);
    let found = doubled.matched().and_then(|found| found.near.as_ref());
    assert_eq!(found.map(|near| near.sentence.as_str()), Some("show camera three of lobby"));
}

/// What stands before a value decides whether a space may follow it.
#[test]
fn an_earlier_branch_does_not_spoil_a_later_one() {
    let many: Vec<String> = (0..70).map(|n| format!("w{n}")).collect();
    let grammar = pack(&format!(
        "language: en\nintents: {{A: {{data: [{{sentences: [\"(foo|{{a}}){{b}}bar\"]}}]}}}}\nlists:\n  a: {{values: [foo]}}\n  \
         b: {{values: [\"(qux|{})\"]}}\n",
        many.join("|")
    ));
    assert!(slots(&grammar, "fooqux bar").is_some());
}

#[test]
fn numbers_around_zero_in_a_wide_range() {
    let grammar = pack(
        "language: en\nintents: {A: {data: [{sentences: [\"level {n}\"]}]}}\nlists: {n: {range: {from: -50000, to: 50000}}}\n",
    );
    for (text, number) in [
        ("level minus five", -5),
        ("level minus forty thousand and two", -40_002),
        ("level forty nine thousand", 49_000),
        ("level zero", 0),
    ] {
        assert_eq!(slots(&grammar, text), Some(json!({"n": number})), "{text}");
    }
    let huge = pack(
        "language: en\nintents: {A: {data: [{sentences: [\"level {n}\"]}]}}\n\
         lists: {n: {range: {from: 5, to: 9, step: 9223372036854775807}}}\n",
    );
    assert_eq!(slots(&huge, "level five"), Some(json!({"n": 5})));
}

#[test]
fn braces_that_are_said_refer_to_nothing() {
    let grammar = pack(
        "language: en\nintents:\n  Note:\n    actions: [{room: note, params: {text: \"{words}\", sign: \"a {{b}}\"}}]\n    data: \
         [{sentences: [\"note {words}\"]}]\nlists: {words: {wildcard: true}}\n",
    );
    let outcome = grammar.matches("note {state.slide} now", &Context::new());
    let state = json!({"slide": 3}).as_object().cloned().unwrap_or_default();
    let action = outcome
        .matched()
        .and_then(|found| found.actions.first()?.resolve(&state).ok())
        .map(|action| action.unescaped());
    assert_eq!(
        json!(action),
        json!({"room": "note", "params": {"text": "{state.slide} now", "sign": "a {b}"}})
    );
}

#[test]
fn what_can_still_follow() {
    let mut grammar =
        grammar(&["hang up [for everyone]", "call {contact}", "mute", "volume {n}", "light[s]"]);
    grammar.set_contacts(&[Contact { id: "1".into(), name: "John Paul Smith".into() }]);
    let prefix = |text: &str| {
        let prefix = grammar.prefix(text, &Context::new());
        (prefix.complete, prefix.extendable)
    };
    assert_eq!(prefix("hang"), (false, true));
    assert_eq!(prefix("hang up"), (true, true));
    assert_eq!(prefix("hang up for everyone"), (true, false));
    assert_eq!(prefix("mute"), (true, false));
    assert_eq!(prefix("please mute"), (true, false));
    assert_eq!(prefix("light"), (true, false), "\"lights\" is another word, not one more");
    assert_eq!(prefix("call"), (false, true));
    assert_eq!(prefix("call john paul"), (true, true));
    assert_eq!(prefix("call john paul smith"), (true, false));
    assert_eq!(prefix("volume twenty"), (true, true));
    assert_eq!(prefix("volume five"), (true, false));
    assert_eq!(prefix("something else"), (false, false));
    assert_eq!(prefix("could"), (false, true), "the beginning of a skip phrase");
}
