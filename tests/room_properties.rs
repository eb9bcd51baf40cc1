//! Any JSON may come: nothing panics, nothing is lost, and the session goes on.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod room_terminal;

use heyroom::room::{Contact, EVENTS, Event, Message, Object, Participant, Wire, events, methods, redacted};
use proptest::prelude::*;
use room_terminal::{Terminal, event};
use serde_json::{Value, json};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Numbers survive text only if they are finite.
        prop::num::f64::NORMAL.prop_map(Value::from),
        (-3_i64..30).prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Keys of the Room API more often than not, so that typed fields meet values of every type.
fn key() -> impl Strategy<Value = String> {
    let known: Vec<&'static str> = EVENTS
        .iter()
        .flat_map(|info| info.fields.iter().map(|field| field.name))
        .chain(methods::methods().flat_map(|info| info.answer.iter().map(|field| field.name)))
        .chain(["event", "method", "requestId", "result", "error", "peerId", "x", "y", "name"])
        .collect();
    prop_oneof![3 => prop::sample::select(known).prop_map(str::to_owned), 1 => "[a-zA-Z:]{0,6}"]
}

fn any_object() -> impl Strategy<Value = Object> {
    prop::collection::vec((key(), any_json()), 0..12).prop_map(|pairs| pairs.into_iter().collect())
}

/// An event of a known or unknown name, with fields of every type.
fn any_event() -> impl Strategy<Value = Object> {
    let names: Vec<&'static str> = EVENTS.iter().map(|info| info.name).collect();
    let name = prop_oneof![9 => prop::sample::select(names).prop_map(str::to_owned), 1 => ".*"];
    (name, any_object()).prop_map(|(name, mut object)| {
        object.insert("event".to_owned(), Value::from(name));
        object
    })
}

/// An event whose fields have mostly the right type: each field of the table, or leaves some out.
fn well_typed_event() -> impl Strategy<Value = Object> {
    prop::sample::select((0..EVENTS.len()).collect::<Vec<_>>()).prop_flat_map(|index| {
        let info = &EVENTS[index];
        let fields: Vec<_> = info
            .fields
            .iter()
            .map(|field| {
                let key = field.name.to_owned();
                let value = match field.kind.to_string().as_str() {
                    "text" => ".*".prop_map(Value::from).boxed(),
                    "integer" => any::<i64>().prop_map(Value::from).boxed(),
                    "boolean" => any::<bool>().prop_map(Value::from).boxed(),
                    "object" => any_object().prop_map(Value::Object).boxed(),
                    "list" => prop::collection::vec(any_object().prop_map(Value::Object), 0..4)
                        .prop_map(Value::from)
                        .boxed(),
                    _ => any_json().boxed(),
                };
                prop::option::of(value).prop_map(move |value| (key.clone(), value))
            })
            .collect();
        fields.prop_map(move |fields| {
            let mut object: Object =
                fields.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
            object.insert("event".to_owned(), Value::from(EVENTS[index].name));
            object
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        let _ = Message::parse(&text);
    }

    #[test]
    fn any_object_is_read_without_loss(object in any_object()) {
        match Message::from_object(object.clone()) {
            Ok(Message::Event(event)) => prop_assert_eq!(event.to_object(), object),
            Ok(Message::Response(response)) => prop_assert_eq!(response.into_object(), object),
            Ok(Message::Error { .. }) => prop_assert!(object.contains_key("error")),
            Err(_) => prop_assert!(!matches!(object.get("event"), Some(Value::String(_)))),
        }
    }

    #[test]
    fn any_event_survives_the_round_trip(object in prop_oneof![any_event(), well_typed_event()]) {
        let event = Event::from(object.clone());
        prop_assert_eq!(event.to_object(), object.clone());
        let text = serde_json::to_string(&event).unwrap();
        let again: Event = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&again, &event);
        prop_assert_eq!(again.name(), event.name());
    }

    #[test]
    fn any_object_inside_survives_too(object in any_object()) {
        prop_assert_eq!(Contact::from(object.clone()).to_object(), object.clone());
        prop_assert_eq!(Participant::from(object.clone()).to_object(), object.clone());
        prop_assert_eq!(methods::SystemInfoAnswer::from(object.clone()).to_object(), object);
    }

    #[test]
    fn values_decode_and_encode_to_themselves(value in any_json()) {
        match Vec::<Contact>::decode(value.clone()) {
            Ok(contacts) => prop_assert_eq!(contacts.encode(), value),
            Err(back) => prop_assert_eq!(back, value),
        }
    }

    #[test]
    fn secrets_are_never_printed(secret in "[a-z0-9]{12,20}", key in prop::sample::select(vec!["credentials", "password", "token", "tokenForHttpServer", "newPin", "pin"])) {
        let object = json!({"method": "auth", key: secret.clone(), "list": [{key: secret.clone()}]});
        let object = object.as_object().unwrap();
        prop_assert!(!redacted(object).contains(&secret));
        if let Ok(Message::Response(response)) = Message::from_object(object.clone()) {
            let shown = format!("{response:?}");
            prop_assert!(!shown.contains(&secret));
        }
    }
}

/// Hundreds of odd events and answers into a living session: it stays connected, and the state goes on.
#[test]
fn a_session_outlives_any_sequence_of_odd_messages() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // An error without an id is an answer to whichever request waits, and after `authorizationNeeded` that is `auth`:
    // then the session has to end, and does so.
    let without_error = |mut message: Object| {
        message.shift_remove("error");
        message
    };
    let message = prop_oneof![any_event(), well_typed_event(), any_object()].prop_map(without_error);
    let strategy = prop::collection::vec(message, 0..40);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let terminal = runtime.block_on(Terminal::start());
    let client = runtime.block_on(heyroom::room::Client::connect(terminal.options())).unwrap();
    let result = runner.run(&strategy, |messages| {
        runtime.block_on(async {
            let mut marks = client.events().of::<events::MyEvent>();
            for message in messages {
                terminal.send(Value::Object(message));
            }
            terminal.send(event("myEvent", &json!({"data": "the end"})));
            loop {
                match marks.next().await {
                    Some(Ok(mark)) if mark.data.as_deref() == Some("the end") => break,
                    Some(Ok(_)) => {}
                    other => panic!("the session ended: {other:?}"),
                }
            }
            client.get_crop().await.expect("the session answers");
        });
        Ok(())
    });
    result.unwrap();
}
