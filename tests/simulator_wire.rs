//! The simulator over real sockets: discovery, several clients, faults, HTTP, control, scenarios.
#![allow(clippy::expect_used, reason = "a test may end with a panic")]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use heyroom::simulator::{Contact, Error, Fault, Options, RecordKind, Scenario, Simulator};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

const PATIENCE: Duration = Duration::from_secs(10);

/// A client that knows no more than the messages.
struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    sent: u64,
}

impl Client {
    async fn connect(simulator: &Simulator) -> Self {
        let (socket, _) = connect_async(simulator.ws_url()).await.expect("the socket opens");
        Self { socket, sent: 0 }
    }

    async fn authorised(simulator: &Simulator) -> Self {
        let mut client = Self::connect(simulator).await;
        let answer = client.ask(json!({"method": "auth", "type": "unsecured"})).await;
        assert_eq!(answer["result"], true, "{answer}");
        client
    }

    async fn send(&mut self, mut request: Value) -> String {
        self.sent += 1;
        let id = self.sent.to_string();
        request["requestId"] = id.clone().into();
        self.socket.send(Message::text(request.to_string())).await.expect("sent");
        id
    }

    /// The next frame; `None` when the connection is over.
    async fn frame(&mut self) -> Option<Message> {
        timeout(PATIENCE, self.socket.next()).await.expect("a frame in time")?.ok()
    }

    async fn next(&mut self) -> Value {
        match self.frame().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("wanted a text, got {other:?}"),
        }
    }

    /// Sends a request and waits for its answer; events before it are passed over.
    async fn ask(&mut self, request: Value) -> Value {
        let id = self.send(request).await;
        loop {
            let message = self.next().await;
            if message.get("event").is_none() && message["requestId"] == id.as_str() {
                return message;
            }
        }
    }

    async fn event(&mut self, name: &str) -> Value {
        loop {
            let message = self.next().await;
            if message["event"] == name {
                return message;
            }
        }
    }

    async fn state(&mut self, state: i64) {
        while self.event("appStateChanged").await["appState"] != state {}
    }
}

async fn start() -> Simulator {
    Simulator::start(Options::default()).await.expect("the simulator starts")
}

async fn scenario(text: &str) -> Simulator {
    let scenario = Scenario::parse(text).expect("a good scenario");
    Simulator::start(Options { scenario, ..Options::default() }).await.expect("the simulator starts")
}

async fn get(url: String) -> (u16, Value) {
    let reply = reqwest::get(url).await.expect("a reply");
    let status = reply.status().as_u16();
    (status, serde_json::from_slice(&reply.bytes().await.expect("a body")).unwrap_or(Value::Null))
}

async fn control(simulator: &Simulator, action: &str, values: Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{}/control/{action}", simulator.http_url()));
    let request = request.header("Content-Type", "application/json").body(values.to_string());
    let reply = request.send().await.expect("a reply");
    let status = reply.status().as_u16();
    (status, serde_json::from_slice(&reply.bytes().await.expect("a body")).expect("JSON"))
}

#[tokio::test]
async fn config_json_names_the_ports() {
    let simulator = start().await;
    let (status, config) = get(format!("{}/public/default/config.json", simulator.http_url())).await;
    let port = simulator.ws_addr().port();
    assert_eq!(status, 200);
    assert_eq!(config, json!({"config": {"websocket": {"port": port}, "http": {"port": port}}}));

    let options = Options { http_port: Some(0), ..Options::default() };
    let simulator = Simulator::start(options).await.expect("two ports");
    let (ws, http) = (simulator.ws_addr().port(), simulator.http_addr().port());
    assert_ne!(ws, http);
    // The file is found on either.
    for port in [ws, http] {
        let (_, config) = get(format!("http://127.0.0.1:{port}/public/default/config.json")).await;
        assert_eq!(config["config"]["http"]["port"], http);
    }
    let mut client = Client::authorised(&simulator).await;
    let state = client.ask(json!({"method": "getAppState"})).await;
    assert_eq!(state["embeddedHttpPort"], http);
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let simulator = start().await;
    let port = simulator.ws_addr().port();
    let error = Simulator::start(Options { port, ..Options::default() }).await.expect_err("it is taken");
    assert!(matches!(error, Error::Listen { .. }));
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
    let mut client = Client::authorised(&simulator).await;
    simulator.shutdown().await;
    assert!(matches!(client.frame().await, Some(Message::Close(_))), "the goodbye came");
    Simulator::start(Options { port, ..Options::default() }).await.expect("it is free again");
}

#[tokio::test]
async fn every_authorised_client_sees_the_same() {
    let simulator = start().await;
    let mut one = Client::authorised(&simulator).await;
    let mut two = Client::authorised(&simulator).await;
    let mut outside = Client::connect(&simulator).await;
    one.ask(json!({"method": "call", "peerId": "john.smith@example.org"})).await;
    let mut seen = Vec::new();
    for client in [&mut one, &mut two] {
        let mut events = Vec::new();
        loop {
            let event = client.next().await;
            let over = event["event"] == "appStateChanged" && event["appState"] == 5;
            events.push(event);
            if over {
                break;
            }
        }
        seen.push(events);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0][0]["event"], "inviteSent");
    // Who is not authorised hears nothing: the first thing that comes is the refusal.
    let id = outside.send(json!({"method": "getAbook"})).await;
    let answer = outside.next().await;
    assert_eq!((&answer["requestId"], &answer["result"]), (&json!(id), &json!(false)));
}

#[tokio::test]
async fn many_requests_in_flight_are_all_answered() {
    let contacts = (0..10_000)
        .map(|number| Contact::new(format!("p{number}@example.org"), format!("Person {number}")))
        .collect();
    let options = Options { contacts: Some(contacts), ..Options::default() };
    let simulator = Simulator::start(options).await.expect("the simulator starts");
    let mut client = Client::authorised(&simulator).await;
    let mut open = std::collections::HashSet::new();
    for number in 0..64 {
        let method = if number == 30 { "getAbook" } else { "getMicMute" };
        open.insert(client.send(json!({"method": method})).await);
    }
    while !open.is_empty() {
        let answer = client.next().await;
        let id = answer["requestId"].as_str().expect("an id").to_owned();
        assert!(open.remove(&id), "{id} was answered twice");
        if answer["method"] == "getAbook" {
            assert_eq!(answer["abook"].as_array().map(Vec::len), Some(10_000));
        }
    }
}

#[tokio::test]
async fn requests_are_recorded_without_secrets() {
    let options = Options { pin: Some("4711".to_owned().into()), ..Options::default() };
    let simulator = Simulator::start(options).await.expect("the simulator starts");
    let (mut records, mut requests) = (simulator.records(), simulator.requests());
    let mut client = Client::connect(&simulator).await;
    client.ask(json!({"method": "auth", "type": "secured", "credentials": "4712"})).await;
    let answer = client.ask(json!({"method": "auth", "type": "secured", "credentials": "4711"})).await;
    assert_eq!(answer["result"], true);
    client.ask(json!({"method": "call", "peerId": "john.smith@example.org"})).await;
    let first = requests.next().await.expect("a request");
    assert_eq!((first.method.as_str(), first.client), ("auth", 1));
    requests.next().await.expect("a request");
    let call = requests.next().await.expect("a request");
    assert_eq!(json!(call.params), json!({"peerId": "john.smith@example.org"}));
    let mut all = String::new();
    while let Some(record) = records.try_next() {
        all.push_str(&format!("{record}\n{}\n", json!(record)));
    }
    let token = answer["token"].as_str().expect("a token");
    for secret in ["4711", "4712", token] {
        assert!(!all.contains(secret), "{all}");
    }
}

#[tokio::test]
async fn a_dropped_connection_ends_without_a_goodbye() {
    let simulator = start().await;
    let mut client = Client::authorised(&simulator).await;
    simulator.fault(Fault::Drop).await.expect("a fault");
    let end = timeout(PATIENCE, client.socket.next()).await.expect("in time");
    assert!(matches!(end, None | Some(Err(_))), "{end:?}");
    // The next connection is as good as any.
    Client::authorised(&simulator).await;
}

#[tokio::test]
async fn a_half_open_connection_is_silent_but_open() {
    let simulator = start().await;
    let mut client = Client::authorised(&simulator).await;
    simulator.fault(Fault::HalfOpen).await.expect("a fault");
    client.socket.send(Message::Ping("x".into())).await.expect("sent");
    client.send(json!({"method": "getAppState"})).await;
    let silence = timeout(Duration::from_millis(300), client.socket.next()).await;
    assert!(silence.is_err(), "{silence:?}");
    // What was sent meanwhile is read when the fault is over.
    simulator.fault(Fault::Clear).await.expect("no fault");
    loop {
        if let Some(Message::Text(text)) = client.frame().await {
            assert!(text.contains("getAppState"));
            break;
        }
    }
}

#[tokio::test]
async fn messages_are_lost_doubled_and_mixed() {
    let simulator = start().await;
    let mut client = Client::authorised(&simulator).await;
    simulator.fault(Fault::Lose(1)).await.expect("a fault");
    client.send(json!({"method": "getMicMute"})).await;
    let id = client.send(json!({"method": "getMicMute"})).await;
    assert_eq!(client.next().await["requestId"], id.as_str());

    simulator.fault(Fault::Duplicate(1)).await.expect("a fault");
    let id = client.send(json!({"method": "getMicMute"})).await;
    for _ in 0..2 {
        assert_eq!(client.next().await["requestId"], id.as_str());
    }

    simulator.fault(Fault::Reorder(4)).await.expect("a fault");
    let mut sent = Vec::new();
    for _ in 0..4 {
        sent.push(client.send(json!({"method": "getMicMute"})).await);
    }
    let mut came = Vec::new();
    for _ in 0..4 {
        came.push(client.next().await["requestId"].as_str().expect("an id").to_owned());
    }
    assert_ne!(sent, came);
    came.sort_by_key(|id| id.parse::<u64>().expect("a number"));
    assert_eq!(sent, came);
}

#[tokio::test]
async fn garbage_and_oversize_come_on_demand() {
    let simulator = start().await;
    let mut client = Client::authorised(&simulator).await;
    simulator.fault(Fault::Garbage).await.expect("a fault");
    simulator.fault(Fault::Oversize(2_000_000)).await.expect("a fault");
    client.send(json!({"method": "getMicMute"})).await;
    let (mut texts, mut binary, mut big) = (0, 0, 0);
    loop {
        match client.frame().await.expect("a frame") {
            Message::Binary(_) => binary += 1,
            Message::Text(text) if text.len() == 2_000_000 => big += 1,
            Message::Text(text) if text.contains("getMicMute") => break,
            Message::Text(_) => texts += 1,
            _ => {}
        }
    }
    assert_eq!((texts, binary, big), (6, 1, 1));
}

#[tokio::test]
async fn delays_hold_and_end() {
    let simulator = start().await;
    let mut client = Client::authorised(&simulator).await;
    for fault in [Fault::Delay(Duration::from_millis(700)), Fault::SlowReader(Duration::from_millis(700))] {
        simulator.fault(fault).await.expect("a fault");
        let start = std::time::Instant::now();
        client.ask(json!({"method": "getMicMute"})).await;
        client.ask(json!({"method": "getMicMute"})).await;
        assert!(start.elapsed() >= Duration::from_millis(700), "{fault:?}: {:?}", start.elapsed());
        simulator.fault(Fault::Clear).await.expect("no fault");
    }
    let start = std::time::Instant::now();
    client.ask(json!({"method": "getMicMute"})).await;
    assert!(start.elapsed() < Duration::from_millis(600), "{:?}", start.elapsed());
}

#[tokio::test]
async fn pictures_and_files_need_a_token() {
    let simulator = start().await;
    let mut client = Client::authorised(&simulator).await;
    let http = simulator.http_url();
    let token = client.ask(json!({"method": "getTokenForHttpServer"})).await["token"].clone();
    let token = token.as_str().expect("a token").replace('*', "%2A");
    let frame = format!("{http}/frames/?peerId=%23self%3A0&token={token}");
    assert_eq!(get(frame.clone()).await.0, 404);
    client.ask(json!({"method": "setBroadcastSelfie", "enabled": true, "fps": 5})).await;
    let picture = reqwest::get(frame).await.expect("a reply");
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert!(picture.bytes().await.expect("a picture").starts_with(b"\x89PNG"));
    let (status, why) = get(format!("{http}/frames/?peerId=%23self%3A0&token=wrong")).await;
    assert_eq!(status, 403);
    assert!(why["error"].as_str().is_some_and(|why| why.contains("getTokenForHttpServer")), "{why}");

    let form =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nabc\r\n--x--\r\n";
    let upload = |token: &str| {
        let request = reqwest::Client::new().post(format!("{http}/files/?token={token}"));
        request.header("Content-Type", "multipart/form-data; boundary=x").body(form).send()
    };
    assert_eq!(upload("").await.expect("a reply").status(), 403);
    let reply = upload(&token).await.expect("a reply");
    let id: i64 = reply.headers()["FileId"].to_str().expect("text").parse().expect("a number");
    let answer = client.ask(json!({"method": "setBackground", "fileId": id})).await;
    assert_eq!(answer["result"], true, "{answer}");
    let content = reqwest::get(format!("{http}/files/{id}?token={token}")).await.expect("a reply");
    assert_eq!(content.bytes().await.expect("content").as_ref(), b"abc");
    // The content of what the list shows can be had, and nothing else.
    assert_eq!(get(format!("{http}/files/1?token={token}")).await.0, 404);
    client.ask(json!({"method": "stopHttpServer"})).await;
    assert_eq!(get(format!("{http}/files/{id}?token={token}")).await.0, 503);
}

#[tokio::test]
async fn the_control_endpoint_makes_things_happen() {
    let simulator = start().await;
    let mut client = Client::authorised(&simulator).await;
    let (status, done) = control(&simulator, "ring", json!({"who": "maria", "type": "role"})).await;
    assert_eq!((status, done), (200, json!({"done": "Maria Garcia calls"})));
    assert_eq!(client.event("inviteReceived").await["type"], 3);
    let (status, why) = control(&simulator, "ring", json!({"who": "john"})).await;
    assert_eq!((status, why), (409, json!({"error": "john could be John Smith or John Baker"})));
    assert_eq!(control(&simulator, "rung", json!({})).await.0, 400);
    assert_eq!(control(&simulator, "give_up", json!([])).await.0, 400);
    let (_, state) = get(format!("{}/control/state", simulator.http_url())).await;
    assert_eq!((&state["appState"], &state["rings"]), (&json!(4), &json!({"incoming": "Maria Garcia"})));
    let (_, log) = get(format!("{}/control/log", simulator.http_url())).await;
    assert!(
        log.as_array().is_some_and(|log| log.iter().any(|one| one["message"]["method"] == "auth")),
        "{log}"
    );
    let (_, actions) = get(format!("{}/control", simulator.http_url())).await;
    assert_eq!(actions["presence"]["values"], json!(["who", "status"]));
    // A web page cannot post here: its body would not call itself JSON.
    let plain = reqwest::Client::new().post(format!("{}/control/give_up", simulator.http_url()));
    let reply = plain.header("Content-Type", "text/plain").body("{}").send().await.expect("a reply");
    assert_eq!(reply.status(), 415);
}

#[tokio::test]
async fn a_scenario_runs_beside_the_client() {
    let simulator = scenario(
        "account: {peerId: lab@example.net, peerDn: The Lab}\n\
         timing: {ring: 10ms}\n\
         contacts: [{peerId: eve@example.net, peerDn: Eve, answer: no_funds}]\n\
         steps:\n\
         - {do: presence, who: Eve, status: busy, on_request: getAbook}\n\
         - {do: ring, who: Eve, after: 10ms}\n\
         - {do: message, who: Eve, text: never mind, on_state: 3}\n",
    )
    .await;
    let mut client = Client::authorised(&simulator).await;
    assert_eq!(client.ask(json!({"method": "getLogin"})).await["peerDn"], "The Lab");
    client.ask(json!({"method": "call", "peerId": "eve"})).await;
    assert_eq!(client.event("rejectReceived").await["cause"], 7);
    client.state(3).await;
    client.ask(json!({"method": "getAbook"})).await;
    assert_eq!(client.event("usersStatusesChanged").await["usersStatuses"][0]["status"], 2);
    client.event("inviteReceived").await;
    client.ask(json!({"method": "reject"})).await;
    assert_eq!(client.event("incomingChatMessage").await["message"], "never mind");
}

#[tokio::test]
async fn the_application_quits_and_comes_back() {
    let simulator = scenario("timing: {restart: 100ms}").await;
    let mut client = Client::authorised(&simulator).await;
    let token = client.ask(json!({"method": "getTokenForHttpServer"})).await["token"].clone();
    assert_eq!(client.ask(json!({"method": "shutdown", "forAll": false})).await["result"], true);
    assert!(matches!(client.frame().await, None | Some(Message::Close(_))));
    assert!(connect_async(simulator.ws_url()).await.is_err(), "it is away");
    let mut records = simulator.records();
    while records.next().await.is_some_and(|record| record.kind != RecordKind::Note) {}
    let mut client = Client::connect(&simulator).await;
    assert_eq!(client.ask(json!({"method": "getAppState"})).await["result"], false);
    let url = format!("{}/files/1?token={}", simulator.http_url(), token.as_str().expect("a token"));
    assert_eq!(get(url).await.0, 403);
}

#[tokio::test]
async fn what_is_no_request_is_answered_too() {
    let simulator = start().await;
    let mut client = Client::authorised(&simulator).await;
    for (text, words) in [
        ("{", "not JSON"),
        ("[1]", "JSON object"),
        ("{\"requestId\": 7}", "no method"),
        ("{\"method\": \"fly\"}", "unknown method fly"),
    ] {
        client.socket.send(Message::text(text)).await.expect("sent");
        let answer = client.next().await;
        assert_eq!(answer["result"], false);
        assert!(answer["error"].as_str().is_some_and(|error| error.contains(words)), "{text}: {answer}");
    }
}
