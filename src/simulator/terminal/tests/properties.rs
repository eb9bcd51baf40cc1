//! Whatever comes in, the terminal answers once, in the right envelope, and stays alive.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CLIENT, Lab, check_answer, check_event};
use crate::simulator::terminal::{Output, method_names};

/// Any JSON value, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "john.smith@example.org",
            "maria.garcia@example.org",
            "#self:0",
            "SlideShowSlot",
            "\\c\\1",
            "role",
            "secured",
            "unsecured",
        ])
        .prop_map(Value::from),
        (0_i64..6).prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-zA-Z]{1,8}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A request that may well mean something.
fn any_request() -> impl Strategy<Value = Value> {
    let names: Vec<&str> = method_names().collect();
    let keys = vec![
        "peerId",
        "peerDn",
        "callId",
        "mute",
        "enabled",
        "enable",
        "on",
        "idx",
        "fileId",
        "id",
        "level",
        "pos",
        "title",
        "confType",
        "inviteList",
        "forAll",
        "settings",
        "name",
        "description",
        "groupId",
        "message",
        "monitorIndex",
        "matrixType",
        "participants",
        "requestId",
        "type",
        "role",
        "autoAccept",
        "startingIdx",
        "deviceId",
        "containerName",
        "data",
        "count",
        "searchingString",
        "callId1",
        "callId2",
        "fromIdx",
        "toIdx",
    ];
    let fields = prop::collection::vec((prop::sample::select(keys), any_json()), 0..5);
    (prop::sample::select(names), fields).prop_map(|(method, fields)| {
        let mut request: serde_json::Map<String, Value> =
            fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        request.insert("method".into(), method.into());
        Value::Object(request)
    })
}

fn check_envelope(text: &str, out: &[Output]) -> Result<(), TestCaseError> {
    let answers: Vec<&Value> = out
        .iter()
        .filter_map(|output| match output {
            Output::Answer(_, message) => Some(message),
            _ => None,
        })
        .collect();
    prop_assert_eq!(answers.len(), 1, "{}", text);
    let answer = answers[0];
    match answer["result"].as_bool() {
        Some(true) => prop_assert!(answer.get("error").is_none()),
        Some(false) => prop_assert!(answer["error"].as_str().is_some_and(|error| !error.is_empty())),
        None => prop_assert!(false, "no result: {}", answer),
    }
    if let Ok(request) = serde_json::from_str::<Value>(text)
        && let Some(method) = request.get("method").and_then(Value::as_str)
    {
        prop_assert_eq!(&answer["method"], method);
        let wanted = request.get("requestId").and_then(Value::as_str);
        if let Some(wanted) = wanted {
            prop_assert_eq!(&answer["requestId"], wanted);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_gets_one_answer(text in prop_oneof![".{0,60}", any_json().prop_map(|value| value.to_string())]) {
        let mut lab = Lab::new("");
        let out = lab.terminal.receive(CLIENT, &text, lab.now);
        check_envelope(&text, &out)?;
    }

    #[test]
    fn any_sequence_of_requests_and_events_is_survived(
        steps in prop::collection::vec((any_request(), 0_u64..3000, 0_usize..12), 1..40),
    ) {
        let mut lab = Lab::new("{settings: {autoAcceptPodiumFromOwner: true, autoAllowPartToTakePodium: true}}");
        let lines = [
            "ring maria type=role", "ring anna", "leave", "answer", "refuse busy", "knock david", "ask_podium maria",
            "invite_podium", "ask_camera maria", "file maria x", "lose_server", "find_server",
        ];
        for (request, wait, line) in steps {
            let text = request.to_string();
            lab.now += Duration::from_millis(wait);
            let out = lab.terminal.receive(CLIENT, &text, lab.now);
            check_envelope(&text, &out)?;
            for output in &out {
                match output {
                    Output::Event(message) | Output::EventTo(_, message) => check_event(message),
                    Output::Answer(_, message) if message["result"] == true => check_answer(message),
                    Output::Answer(..) => {}
                    Output::Down(_) => lab.terminal.connect(CLIENT),
                }
            }
            // A session that lost its rights gets them again, so that the rest is tried too.
            lab.ask("auth", json!({"type": "unsecured"}));
            let _ = lab.try_happen(lines[line]);
        }
        for event in lab.pass(Duration::from_secs(120)) {
            check_event(&event);
        }
    }
}
