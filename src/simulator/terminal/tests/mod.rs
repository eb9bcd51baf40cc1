//! The terminal without sockets: what a request or a happening leads to, and when.

mod calls;
mod conferences;
mod properties;

use std::{
    collections::BTreeMap,
    sync::LazyLock,
    time::{Duration, UNIX_EPOCH},
};

use serde_json::{Value, json};

use super::{Output, Terminal};
use crate::simulator::{
    action::{self, Action},
    options::{Options, Setup},
    scenario::Scenario,
};

/// A terminal with one authorised client, and a clock that only the test moves.
struct Lab {
    terminal: Terminal,
    now: Duration,
}

const CLIENT: u64 = 1;

impl Lab {
    fn new(scenario: &str) -> Self {
        let mut lab = Self::closed(scenario);
        let (answer, _) = lab.ask("auth", json!({"type": "unsecured"}));
        assert_eq!(answer["result"], true, "{answer}");
        lab
    }

    /// Before `auth`.
    fn closed(scenario: &str) -> Self {
        let scenario = Scenario::parse(scenario).expect("a good scenario");
        let setup = Setup::new(&Options { scenario, ..Options::default() }, 8766);
        let mut terminal = Terminal::new(setup, UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        terminal.connect(CLIENT);
        Self { terminal, now: Duration::ZERO }
    }

    /// Sends a request; its answer and the events that come with it.
    fn ask(&mut self, method: &str, params: Value) -> (Value, Vec<Value>) {
        let mut request = params;
        request["method"] = method.into();
        let out = self.terminal.receive(CLIENT, &request.to_string(), self.now);
        let (mut answer, mut events) = (None, Vec::new());
        for output in out {
            match output {
                Output::Answer(CLIENT, message) => assert!(answer.replace(message).is_none(), "two answers"),
                Output::Event(message) | Output::EventTo(CLIENT, message) => events.push(message),
                Output::Answer(..) | Output::EventTo(..) | Output::Down(_) => {}
            }
        }
        for event in &events {
            check_event(event);
        }
        (answer.expect("an answer"), events)
    }

    /// Sends a request that must be accepted; its events by name.
    fn good(&mut self, method: &str, params: Value) -> Vec<String> {
        let (answer, events) = self.ask(method, params);
        assert_eq!(answer["result"], true, "{answer}");
        check_answer(&answer);
        names(&events)
    }

    /// Sends a request that must be refused; the reason.
    fn refused(&mut self, method: &str, params: Value) -> String {
        let (answer, events) = self.ask(method, params);
        assert_eq!(answer["result"], false, "{answer}");
        assert!(events.is_empty(), "a refused request caused {events:?}");
        answer["error"].as_str().expect("a reason").to_owned()
    }

    fn get(&mut self, method: &str, key: &str) -> Value {
        self.ask(method, json!({})).0[key].clone()
    }

    /// Lets time pass; the events of that time.
    fn pass(&mut self, time: Duration) -> Vec<Value> {
        self.now += time;
        let out = self.terminal.advance(self.now);
        out.into_iter()
            .filter_map(|output| match output {
                Output::Event(message) | Output::EventTo(_, message) => Some(message),
                _ => None,
            })
            .inspect(check_event)
            .collect()
    }

    /// Makes something happen that must be possible; its events.
    fn happen(&mut self, line: &str) -> Vec<Value> {
        self.try_happen(line).unwrap_or_else(|why| panic!("{line}: {why}"))
    }

    fn try_happen(&mut self, line: &str) -> Result<Vec<Value>, String> {
        let Ok(Action::Happen(happening)) = action::parse_line(line) else {
            panic!("{line} is no happening")
        };
        let (result, out) = self.terminal.happen(&happening, self.now);
        result.map(|_| {
            let messages = out.into_iter().filter_map(|output| match output {
                Output::Event(message) | Output::EventTo(_, message) => Some(message),
                _ => None,
            });
            messages.inspect(check_event).collect()
        })
    }

    fn state(&mut self) -> i64 {
        self.get("getAppState", "appState").as_i64().expect("a state")
    }

    /// The other participants, in instance form.
    fn others(&mut self) -> Vec<String> {
        let people = self.get("getConferenceParticipants", "participants");
        let ids = people.as_array().expect("a list").iter().skip(1);
        ids.map(|one| one["peerId"].as_str().expect("an id").to_owned()).collect()
    }
}

/// Event names; a state change also shows the state.
fn names(events: &[Value]) -> Vec<String> {
    let name = |event: &Value| match event["event"].as_str() {
        Some("appStateChanged") => format!("appStateChanged {}", event["appState"]),
        other => other.expect("an event name").to_owned(),
    };
    // What happens beside the calls is not what these tests look at.
    let quiet = [
        "videoMatrixChanged",
        "slideShowAvailabilityChanged",
        "outgoingBitrateChanged",
        "joinToConferenceLinkReceived",
        "realtimeManagmentUrlAvailabilityChanged",
        "fileTransferAvailable",
    ];
    events.iter().map(name).filter(|name| !quiet.contains(&name.as_str())).collect()
}

/// Types by field, for one method or event.
type Shape = BTreeMap<String, String>;

/// The reference: shapes of answers and of events.
static REFERENCE: LazyLock<(BTreeMap<String, Shape>, BTreeMap<String, Shape>)> = LazyLock::new(|| {
    let text = include_str!("../../../../tests/data/room-api.json");
    let reference: Value = serde_json::from_str(text).expect("the reference");
    let shapes = |kind: &str, fields: &str| {
        let entries = reference[kind].as_object().expect("a map").iter();
        entries
            .map(|(name, entry)| {
                (name.clone(), serde_json::from_value(entry[fields].clone()).expect("a shape"))
            })
            .collect()
    };
    (shapes("methods", "answer"), shapes("events", "fields"))
});

fn fits(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "object" => value.is_object() || value.is_null(),
        "array<object>" => value.as_array().is_some_and(|items| items.iter().all(Value::is_object)),
        "array<string>" => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        _ => true,
    }
}

/// Fields beyond the reference: those of newer versions of the same messages.
const NEWER: [&str; 8] =
    ["fileRequestId", "fileSize", "peersCount", "directionType", "requestId", "callId", "reactions", "show"];

fn check_shape(message: &Value, shape: &Shape, envelope: &[&str]) {
    for (key, value) in message.as_object().expect("an object") {
        if envelope.contains(&key.as_str()) || NEWER.contains(&key.as_str()) {
            continue;
        }
        let kind = shape.get(key).unwrap_or_else(|| panic!("{key} is not in the reference: {message}"));
        assert!(fits(value, kind), "{key} should be {kind}: {message}");
    }
}

fn check_event(event: &Value) {
    let name = event["event"].as_str().expect("an event name");
    assert_eq!(event["method"], "event");
    let Some(shape) = REFERENCE.1.get(name) else {
        assert!(["contactsSearched", "reactionsChanged"].contains(&name), "unknown event {event}");
        return;
    };
    check_shape(event, shape, &["event", "method"]);
}

fn check_answer(answer: &Value) {
    if let Some(shape) = REFERENCE.0.get(answer["method"].as_str().expect("a method"))
        && !shape.is_empty()
    {
        check_shape(answer, shape, &["method", "requestId", "result", "error"]);
    }
}

const RING: Duration = Duration::from_millis(1500);
const SOON: Duration = Duration::from_millis(100);
