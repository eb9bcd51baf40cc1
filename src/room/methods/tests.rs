//! The tables against the reference: every method, parameter, answer and event, over a real socket.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

use super::super::events::{EVENTS, Event};
use super::super::value::{Kind, Wire};
use super::super::{Client, Error, Field, Object, Options, Response};

/// A request made by a typed method, ready to go.
pub(super) type Sample = (&'static str, BoxFuture<'static, Result<Response, Error>>);
/// Reads an answer; gives what is left untyped, and the object again.
pub(super) type Reading = (&'static str, fn(Object) -> (Object, Object));

/// Any value of the type, as a typed method takes it.
pub(super) fn sample<T: Wire>() -> T {
    let value = T::VALUES.first().map_or(json!("text"), |(value, _)| match T::KIND {
        Kind::Integer => json!(value.parse::<i64>().unwrap()),
        _ => json!(value),
    });
    let value = match (T::KIND, T::VALUES) {
        (_, [_, ..]) | (Kind::Text, []) => value,
        (Kind::Integer, []) => json!(7),
        (Kind::Number, []) => json!(0.5),
        (Kind::Boolean, []) => json!(true),
        (Kind::List, []) => json!(["a", "b"]),
        (Kind::Object, []) => json!({"a": 1}),
        (Kind::Any, []) => json!(null),
    };
    T::decode(value).unwrap_or_else(|value| panic!("{value} is no sample"))
}

fn reference() -> Value {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/room-api.json"));
    serde_json::from_str(text).unwrap()
}

fn objects<'a>(reference: &'a Value, section: &str) -> &'a Map<String, Value> {
    reference[section].as_object().unwrap()
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array<string>" => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        "array<object>" => value.as_array().is_some_and(|items| items.iter().all(Value::is_object)),
        other => panic!("the reference has a type {other}"),
    }
}

/// A value of a type of the reference.
fn made(kind: &str) -> Value {
    match kind {
        "string" => json!("text"),
        "integer" => json!(3),
        "number" => json!(0.25),
        "boolean" => json!(true),
        "object" => json!({"x": 1}),
        "array<string>" => json!(["a"]),
        "array<object>" => json!([{"peerId": "a"}]),
        _ => json!([1, {"any": null}]),
    }
}

/// The kind that a table must give a field of this type.
fn fits(kind: Kind, reference: &str) -> bool {
    match reference {
        "string" => kind == Kind::Text,
        "integer" => kind == Kind::Integer,
        "number" => kind == Kind::Number,
        "boolean" => kind == Kind::Boolean,
        "object" => kind == Kind::Object,
        "array<string>" | "array<object>" => kind == Kind::List,
        _ => kind == Kind::Any,
    }
}

/// A terminal that agrees to everything and keeps what it was sent.
async fn recorder() -> (Client, tokio::task::JoinHandle<Vec<Object>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let recording = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        let mut requests = Vec::new();
        while let Some(Ok(Message::Text(text))) = socket.next().await {
            let request: Object = serde_json::from_str(&text).unwrap();
            let answer =
                json!({"method": request["method"], "requestId": request["requestId"], "result": true});
            socket.send(Message::text(answer.to_string())).await.unwrap();
            requests.push(request);
        }
        requests
    });
    let mut options = Options::new(format!("ws://127.0.0.1:{port}").parse().unwrap());
    options.follow_state = false;
    (Client::connect(options).await.unwrap(), recording)
}

#[tokio::test]
async fn every_method_goes_over_the_wire_with_every_parameter_under_its_name_and_type() {
    let reference = reference();
    let (client, recording) = recorder().await;
    let samples: Vec<Sample> = super::SAMPLES.iter().flat_map(|samples| samples(&client)).collect();
    let mut names = Vec::new();
    for (name, request) in samples {
        request.await.unwrap();
        names.push(name);
    }
    client.close().await;
    let sent: BTreeMap<String, Object> = recording
        .await
        .unwrap()
        .into_iter()
        .skip(1) // The authorisation of the session.
        .map(|request| (request["method"].as_str().unwrap().to_owned(), request))
        .collect();
    assert_eq!(sent.len(), names.len(), "a method is in the tables twice");
    for (name, entry) in objects(&reference, "methods") {
        let request = sent.get(name).unwrap_or_else(|| panic!("there is no method {name}"));
        let params = entry["params"].as_object().unwrap();
        for (key, kind) in params {
            let value = request.get(key).unwrap_or_else(|| panic!("{name} does not send {key}"));
            assert!(is_a(value, kind.as_str().unwrap()), "{name} sends {key} as {value}, not as {kind}");
        }
        for key in request.keys().filter(|key| *key != "method" && *key != "requestId") {
            assert!(params.contains_key(key), "{name} sends {key}, which the reference does not know");
        }
    }
    for name in reference["beyond"]["methods"].as_array().unwrap() {
        assert!(sent.contains_key(name.as_str().unwrap()), "there is no method {name}");
    }
}

#[test]
fn the_tables_of_methods_say_what_the_reference_says() {
    let reference = reference();
    for (name, entry) in objects(&reference, "methods") {
        let info = super::method_info(name).unwrap_or_else(|| panic!("there is no method {name}"));
        let required: Vec<Value> =
            info.params.iter().filter(|field| field.required).map(|field| json!(field.name)).collect();
        assert_eq!(json!(required), entry["required"], "{name}");
        check_fields(name, info.answer, entry["answer"].as_object().unwrap());
    }
    let known =
        objects(&reference, "methods").len() + reference["beyond"]["methods"].as_array().unwrap().len();
    assert_eq!(super::methods().count(), known, "the tables hold a method that the reference does not know");
}

fn check_fields(name: &str, fields: &[Field], reference: &Map<String, Value>) {
    for (key, kind) in reference {
        let field = fields.iter().find(|field| field.name == key);
        let field = field.unwrap_or_else(|| panic!("{name} has no field {key}"));
        let kind = kind.as_str().unwrap();
        assert!(fits(field.kind, kind), "{name}.{key} is {}, not {kind}", field.kind);
    }
}

#[test]
fn every_documented_field_of_every_answer_becomes_typed_and_nothing_is_lost() {
    let reference = reference();
    let readings: BTreeMap<&str, _> = super::READINGS.iter().flat_map(|readings| readings()).collect();
    for (name, entry) in objects(&reference, "methods") {
        let fields = entry["answer"].as_object().unwrap();
        let synthetic: Object =
            fields.iter().map(|(key, kind)| (key.clone(), made(kind.as_str().unwrap()))).collect();
        for object in [entry["example"].as_object().cloned().unwrap_or_default(), synthetic] {
            let (rest, again) = readings[name.as_str()](object.clone());
            assert_eq!(again, object, "{name}");
            for key in fields.keys() {
                assert!(!rest.contains_key(key), "{name}.{key} stays untyped: {object:?}");
            }
        }
    }
}

#[test]
fn every_event_is_typed_and_nothing_is_lost() {
    let reference = reference();
    let envelope = |name: &str| json!({"event": name, "method": "event"}).as_object().unwrap().clone();
    for (name, entry) in objects(&reference, "events") {
        let fields = entry["fields"].as_object().unwrap();
        let mut synthetic = envelope(name);
        for (key, kind) in fields {
            synthetic.insert(key.clone(), made(kind.as_str().unwrap()));
        }
        let example = entry["example"].as_object().cloned().unwrap_or_else(|| envelope(name));
        for object in [example, synthetic] {
            let event = Event::from(object.clone());
            assert_eq!(event.name(), name);
            assert!(!matches!(event, Event::Unknown(_)), "there is no event {name}");
            assert_eq!(event.to_object(), object);
            assert_eq!(serde_json::to_value(&event).unwrap(), Value::Object(object.clone()));
            let again: Event = serde_json::from_value(Value::Object(object)).unwrap();
            assert_eq!(again, event);
            assert_eq!(untyped(&event, fields), Vec::<String>::new(), "{name}");
        }
        check_fields(name, super::super::event_info(name).unwrap().fields, fields);
    }
    for name in reference["beyond"]["events"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        assert!(!matches!(Event::from(envelope(name)), Event::Unknown(_)), "there is no event {name}");
    }
    let known = objects(&reference, "events").len() + reference["beyond"]["events"].as_array().unwrap().len();
    assert_eq!(EVENTS.len(), known);
}

/// The documented keys that the event left in `rest`, as its debug form shows them.
fn untyped(event: &Event, fields: &Map<String, Value>) -> Vec<String> {
    let debug = format!("{event:?}");
    let rest = debug.rsplit_once("rest: Object {").map_or("", |(_, rest)| rest);
    fields.keys().filter(|key| rest.contains(&format!("{key:?}: "))).cloned().collect()
}

#[test]
fn every_enumeration_knows_every_value_of_the_reference() {
    use super::super::enums::*;
    fn values<T: Wire>() -> Vec<&'static str> {
        T::VALUES.iter().map(|(value, _)| *value).collect()
    }
    let known: BTreeMap<&str, Vec<&str>> = BTreeMap::from([
        ("app_state", values::<AppState>()),
        ("conference_type_string", values::<ConferenceKind>()),
        ("conference_type_int", values::<ConferenceType>()),
        ("cause", values::<Cause>()),
        ("login_result", values::<LoginResult>()),
        ("auth_result_code", values::<AuthResultCode>()),
        ("matrix_type", values::<MatrixType>()),
        ("window_state", values::<WindowState>()),
        ("participant_role", values::<ParticipantRole>()),
        ("role_event_type", values::<RoleEventType>()),
        ("role_event_result", values::<RoleEventResult>()),
        ("device_status", values::<DeviceStatus>()),
        ("user_status", values::<UserStatus>()),
        ("ext_status", values::<ExtStatus>()),
        ("server_connection_state", values::<ServerConnectionState>()),
        ("call_history_type", values::<CallHistoryType>()),
        ("call_history_conf_type", values::<CallHistoryConferenceType>()),
        ("chat_direction", values::<ChatDirection>()),
        ("stop_calling_side", values::<CallSide>()),
        ("file_status", values::<FileTransferState>()),
        ("file_direction", values::<FileDirection>()),
        ("license_type", values::<LicenseType>()),
        ("ndi_mixed_type", values::<NdiMixedType>()),
        ("podium_invitation_removed_reason", values::<PodiumInvitationRemovedReason>()),
        ("incoming_camera_control_reject_reason", values::<IncomingCameraControlRejectReason>()),
        ("outgoing_camera_control_reject_reason", values::<OutgoingCameraControlRejectReason>()),
        ("self_view_mode", values::<SelfViewMode>()),
        ("auth_type", values::<AuthType>()),
        ("auth_role", values::<AuthRole>()),
        ("auth_protection", values::<AuthProtection>()),
        ("searching_result", values::<SearchingResult>()),
        ("camera_remote_control_access", values::<CameraRemoteControlAccess>()),
        ("reaction", values::<Reaction>()),
        ("conf_state", values::<ConferenceState>()),
    ]);
    for (name, listed) in objects(&reference(), "enums") {
        let known = known.get(name.as_str()).unwrap_or_else(|| panic!("there is no enumeration {name}"));
        assert_eq!(json!(known), *listed, "{name}");
    }
}
