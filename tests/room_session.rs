//! The session with a terminal: connecting, authorising, requests, and what happens when things break.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod room_terminal;

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use heyroom::room::{Address, AppState, Auth, Client, Error, Gap, Object, Options, Status};
use room_terminal::{Terminal, answer, event, http_server, options, web_server};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

async fn connected(terminal: &Terminal) -> Client {
    Client::connect(terminal.options()).await.expect("the terminal is there")
}

fn params(value: Value) -> Object {
    serde_json::from_value(value).unwrap()
}

async fn until(client: &Client, what: impl FnMut(&heyroom::room::State) -> bool) {
    let mut state = client.state();
    tokio::time::timeout(Duration::from_secs(10), state.wait_for(what))
        .await
        .expect("in time")
        .expect("open");
}

async fn until_status(client: &Client, what: impl FnMut(&Status) -> bool) -> Status {
    let mut status = client.status();
    tokio::time::timeout(Duration::from_secs(10), status.wait_for(what))
        .await
        .expect("in time")
        .expect("open")
        .clone()
}

#[tokio::test]
async fn connecting_authorises_and_reads_the_state() {
    let mut terminal = Terminal::start().await;
    terminal.set("getAppState", json!({"appState": 3, "embeddedHttpPort": 8766}));
    terminal.set("getAbook", json!({"abook": [{"peerId": "bob@x", "peerDn": "Bob", "status": 1}]}));
    terminal.set("getSettings", json!({"settings": [{"name": "audioPlayLevel", "value": 0.5}]}));
    terminal.set("getSystemInfo", json!({"authInfo": {"peerId": "room@x", "peerDn": "Room"}}));
    terminal.set("getMicMute", json!({"mute": true}));
    let mut options = terminal.options();
    options.auth = Auth::Pin("1234".into());
    let client = Client::connect(options).await.unwrap();
    let state = client.snapshot();
    assert!(state.connected && state.synchronised);
    assert_eq!(state.app_state, Some(AppState::Idle));
    assert_eq!(state.contacts.get("bob@x").unwrap().peer_dn.as_deref(), Some("Bob"));
    assert_eq!(state.own.unwrap().peer_id.as_deref(), Some("room@x"));
    assert_eq!((state.volume, state.mic_muted, state.http_port), (Some(0.5), Some(true), Some(8766)));
    let auth = terminal.received("auth").await;
    assert_eq!((&auth["type"], &auth["credentials"]), (&json!("secured"), &json!("1234")));
}

#[tokio::test]
async fn events_that_come_with_the_authorisation_are_not_lost() {
    let terminal = Terminal::with(|request| {
        let first = event("myEvent", &json!({"data": "before"}));
        let last = event("myEvent", &json!({"data": "after"}));
        match request["method"].as_str() {
            Some("auth") => vec![first, answer(request, &json!({})), last],
            _ => vec![answer(request, &json!({}))],
        }
    })
    .await;
    let (_client, mut events) = Client::connect_and_listen(terminal.options()).await.unwrap();
    for expected in ["before", "after"] {
        assert_eq!(events.next().await.unwrap().unwrap().to_object()["data"], expected);
    }
}

#[tokio::test]
async fn a_connection_that_is_closed_during_the_authorisation_is_said() {
    let terminal = Terminal::with(|_| vec![]).await;
    let connecting = tokio::spawn(Client::connect(terminal.options()));
    let mut terminal = terminal;
    terminal.received("auth").await;
    terminal.drop_connections();
    let error = connecting.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::SessionLost { .. }), "{error:?}");
}

#[tokio::test]
async fn a_wrong_pin_is_said_and_never_shown() {
    let terminal = Terminal::start().await;
    let mut options = terminal.options();
    options.auth = Auth::Pin("9876".into());
    let error = Client::connect(options).await.unwrap_err();
    assert!(matches!(&error, Error::WrongPin { text, .. } if text == "access denied"), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("9876"));
    assert!(error.to_string().contains("HEYROOM_ROOM_PIN"), "{error}");
}

#[tokio::test]
async fn a_pin_that_is_wanted_but_not_given_is_said() {
    let terminal =
        Terminal::with(|request| vec![answer(request, &json!({"result": false, "error": "secured"}))]).await;
    let error = Client::connect(terminal.options()).await.unwrap_err();
    assert!(matches!(error, Error::PinNeeded { .. }), "{error:?}");
}

#[tokio::test]
async fn a_closed_port_names_the_port_and_the_remedy() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let error = Client::connect(options(port)).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::Unreachable { .. }), "{text}");
    assert!(
        text.contains(&format!("ws://127.0.0.1:{port}")) && text.contains("TrueConf Room running"),
        "{text}"
    );
}

#[tokio::test]
async fn a_web_server_is_not_taken_for_a_room() {
    let port = web_server("200 OK", "<html>".into()).await;
    let error = Client::connect(options(port)).await.unwrap_err();
    assert!(matches!(error, Error::NotARoom { .. }), "{error}");
    assert!(error.to_string().contains("web server that answered 200"), "{error}");
}

#[tokio::test]
async fn the_port_is_read_from_config_json() {
    let terminal = Terminal::start().await;
    let config =
        json!({"config": {"websocket": {"port": terminal.port}, "http": {"port": 1234}}}).to_string();
    let web = web_server("200 OK", config).await;
    let address: Address = format!("127.0.0.1:{web}").parse().unwrap();
    let client = Client::connect(Options { address, ..terminal.options() }).await.unwrap();
    let Status::Authorised { url, http_port } = client.status().borrow().clone() else {
        panic!("not connected")
    };
    assert_eq!(url, format!("ws://127.0.0.1:{}", terminal.port));
    assert_eq!(http_port, Some(1234));
}

#[tokio::test]
async fn a_config_json_that_cannot_be_read_leaves_a_guess_that_says_so() {
    for (status, body, reason) in [
        ("404 Not Found", "", "answered 404"),
        ("200 OK", "<html>", "is not JSON"),
        ("200 OK", "{}", "names no port"),
        ("200 OK", r#"{"config":{"websocket":{"port":99999}}}"#, "names no port"),
    ] {
        let web = web_server(status, body.into()).await;
        let endpoint = format!("127.0.0.1:{web}").parse::<Address>().unwrap().resolve().await;
        assert_eq!(endpoint.port, 8765);
        let guessed = endpoint.guessed.unwrap();
        assert!(guessed.contains(reason) && guessed.contains("config.json"), "{guessed}");
    }
}

#[tokio::test]
async fn the_port_is_read_again_when_the_terminal_comes_back_elsewhere() {
    let first = Terminal::start().await;
    let port = Arc::new(AtomicU16::new(first.port));
    let web = http_server({
        let port = port.clone();
        move |_| {
            let config = json!({"config": {"websocket": {"port": port.load(Ordering::Relaxed)}}});
            ("200 OK", String::new(), config.to_string().into_bytes())
        }
    })
    .await;
    let address: Address = format!("http://127.0.0.1:{web}").parse().unwrap();
    let client = Client::connect(Options { address, ..first.options() }).await.unwrap();
    let second = Terminal::start().await;
    port.store(second.port, Ordering::Relaxed);
    drop(first);
    let there = format!("ws://127.0.0.1:{}", second.port);
    until_status(&client, |status| matches!(status, Status::Authorised { url, .. } if *url == there)).await;
}

#[tokio::test]
async fn answers_find_their_requests_in_any_order() {
    let held: std::sync::Mutex<Vec<Value>> = std::sync::Mutex::default();
    let terminal = Terminal::with(move |request| {
        if request["method"] != "getDisplayNameById" {
            return vec![answer(request, &json!({}))];
        }
        let mut held = held.lock().unwrap();
        held.push(answer(request, &json!({"peerDn": request["peerId"]})));
        if held.len() < 64 {
            return vec![];
        }
        held.drain(..).rev().collect()
    })
    .await;
    let client = connected(&terminal).await;
    let requests = (0..64).map(|n| {
        let client = client.clone();
        async move {
            let answer = client.get_display_name_by_id(format!("user{n}")).await.unwrap();
            assert_eq!(answer.peer_dn.unwrap(), format!("user{n}"));
        }
    });
    futures_util::future::join_all(requests).await;
}

#[tokio::test]
async fn a_refusal_carries_the_words_of_the_room() {
    let terminal = Terminal::start().await;
    terminal.set("hangUp", json!({"result": false, "error": "you are not the owner"}));
    let client = connected(&terminal).await;
    let error = client.hang_up(true).await.unwrap_err();
    assert_eq!(error, Error::Refused { method: "hangUp".into(), text: "you are not the owner".into() });
}

#[tokio::test]
async fn a_request_without_an_answer_times_out_and_the_connection_goes_on() {
    let terminal = Terminal::with(|request| match request["method"].as_str() {
        Some("getModes") => vec![],
        _ => vec![answer(request, &json!({}))],
    })
    .await;
    let client = connected(&terminal).await;
    let error = client.get_modes().timeout(Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }) && error.maybe_executed(), "{error:?}");
    client.get_crop().await.unwrap();
}

#[tokio::test]
async fn what_was_sent_when_the_connection_broke_may_have_been_executed_and_is_not_repeated() {
    let mut terminal = Terminal::with(|request| match request["method"].as_str() {
        Some("shutdownSystem") => vec![],
        _ => vec![answer(request, &json!({}))],
    })
    .await;
    let client = connected(&terminal).await;
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.shutdown_system(true).await }
    });
    terminal.received("shutdownSystem").await;
    let mut events = client.events();
    terminal.drop_connections();
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::ConnectionLost { .. }) && error.maybe_executed(), "{error:?}");
    assert_eq!(events.next().await, Some(Err(Gap::Reconnected)));
    client.get_crop().await.unwrap();
    let again = terminal.received_so_far();
    assert!(again.iter().all(|request| request["method"] != "shutdownSystem"), "{again:?}");
}

#[tokio::test]
async fn a_request_without_a_connection_fails_at_once() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let client = Client::start(options(port));
    until_status(&client, |status| matches!(status, Status::Waiting { .. })).await;
    let error = client.request("getAbook", Object::new()).await.unwrap_err();
    assert!(matches!(error, Error::NotConnected { .. }) && !error.maybe_executed(), "{error:?}");
    client.close().await;
    let error = client.request("getAbook", Object::new()).await.unwrap_err();
    assert!(matches!(error, Error::Closed { .. }), "{error:?}");
}

#[tokio::test]
async fn the_client_waits_for_a_terminal_that_starts_later_and_returns_to_one_that_restarts() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let client = Client::start(options(port));
    until_status(&client, |status| matches!(status, Status::Waiting { .. })).await;
    let terminal = Terminal::with_script(port, None).await;
    terminal.set("getAppState", json!({"appState": 5}));
    terminal.set("getConferences", json!({"confId": "c1", "confType": 1, "confTitle": "Weekly"}));
    terminal
        .set("getConferenceParticipants", json!({"participants": [{"peerId": "a@x/1", "peerDn": "Ann"}]}));
    until(&client, |state| state.synchronised).await;
    let state = client.snapshot();
    assert_eq!(state.conference.unwrap().title.as_deref(), Some("Weekly"));
    assert_eq!(state.participants.len(), 1);
    drop(terminal);
    until(&client, |state| !state.connected).await;
    let terminal = Terminal::with_script(port, None).await;
    terminal.set("getAppState", json!({"appState": 3}));
    until(&client, |state| state.synchronised).await;
    let state = client.snapshot();
    assert_eq!((state.conference, state.participants.len()), (None, 0));
}

#[tokio::test]
async fn a_silent_socket_is_noticed() {
    let terminal = Terminal::start().await;
    let mut options = terminal.options();
    options.ping_interval = Duration::from_millis(50);
    let client = Client::connect(options).await.unwrap();
    let mut events = client.events();
    terminal.stall();
    let status = until_status(&client, |status| !matches!(status, Status::Authorised { .. })).await;
    assert!(
        matches!(&status, Status::Waiting { error, .. } if error.to_string().contains("no sign of life")),
        "{status:?}"
    );
    assert_eq!(events.next().await, Some(Err(Gap::Reconnected)));
    client.get_crop().await.unwrap();
}

#[tokio::test]
async fn a_quiet_but_living_terminal_is_kept() {
    let terminal = Terminal::start().await;
    let mut options = terminal.options();
    options.ping_interval = Duration::from_millis(20);
    let client = Client::connect(options).await.unwrap();
    let mut status = client.status();
    status.borrow_and_update();
    assert!(tokio::time::timeout(Duration::from_millis(300), status.changed()).await.is_err());
}

#[tokio::test]
async fn odd_frames_are_passed_over() {
    let terminal = Terminal::start().await;
    let client = connected(&terminal).await;
    let mut events = client.events();
    for text in [
        "",
        "nonsense",
        "[1,2]",
        "null",
        "\"text\"",
        "{}",
        "{\"event\": 7}",
        "{\"method\": null}",
        "{\"error\": \"what\"}",
        "{\"method\":\"getAbook\",\"requestId\":\"999999999\",\"result\":true}",
        "{\"event\":\"appStateChanged\",\"appState\":\"five\",\"method\":\"event\"}",
    ] {
        terminal.send_text(text);
    }
    terminal.send_frame(Message::binary(vec![1, 2, 3]));
    terminal.send(event("brandNewEvent", &json!({"a": [1, null]})));
    terminal.send(event("appStateChanged", &json!({"appState": 77})));
    let damaged = events.next().await.unwrap().unwrap();
    assert_eq!(damaged.to_object()["appState"], "five");
    let unknown = events.next().await.unwrap().unwrap();
    assert_eq!(Value::Object(unknown.to_object()), event("brandNewEvent", &json!({"a": [1, null]})));
    until(&client, |state| state.app_state == Some(AppState::Other(77))).await;
    assert!(matches!(*client.status().borrow(), Status::Authorised { .. }));
}

#[tokio::test]
async fn too_long_a_message_ends_the_connection_and_a_new_one_is_made() {
    let terminal = Terminal::start().await;
    let mut options = terminal.options();
    options.max_message = 10_000;
    let client = Client::connect(options).await.unwrap();
    let mut events = client.events();
    terminal.send_text("x".repeat(20_000));
    assert_eq!(events.next().await, Some(Err(Gap::Reconnected)));
    client.get_crop().await.unwrap();
}

#[tokio::test]
async fn a_subscriber_that_is_too_slow_is_told_how_much_it_missed() {
    let terminal = Terminal::start().await;
    let mut options = terminal.options();
    options.event_buffer = 16;
    let client = Client::connect(options).await.unwrap();
    let mut slow = client.events();
    let mut quick = client.events().only(["last"]);
    for n in 0..100 {
        terminal.send(event("commandReceived", &json!({"command": n.to_string()})));
        if n % 10 == 9 {
            client.get_crop().await.unwrap();
        }
    }
    terminal.send(event("last", &json!({})));
    client.get_crop().await.unwrap();
    let Some(Err(Gap::Lagged { missed })) = slow.next().await else { panic!("nothing was missed") };
    let mut read = 0;
    while let Some(Ok(event)) = slow.next().await {
        read += 1;
        if event.name() == "last" {
            break;
        }
    }
    assert_eq!(missed + read, 101);
    drop(quick.next().await);
}

#[tokio::test]
async fn closing_ends_streams_and_requests() {
    let mut terminal = Terminal::with(|request| match request["method"].as_str() {
        Some("getModes") => vec![],
        _ => vec![answer(request, &json!({}))],
    })
    .await;
    let client = connected(&terminal).await;
    let mut events = client.events();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.get_modes().await }
    });
    terminal.received("getModes").await;
    client.close().await;
    assert!(waiting.await.unwrap().is_err());
    assert_eq!(events.next().await, None);
    assert_eq!(*client.status().borrow(), Status::Closed);
}

#[tokio::test]
async fn dropping_the_last_client_closes_the_socket() {
    let terminal = Terminal::start().await;
    let client = connected(&terminal).await;
    let mut status = client.status();
    drop(client);
    status.wait_for(|status| *status == Status::Closed).await.unwrap();
}

#[tokio::test]
async fn the_token_takes_the_place_of_the_pin_and_the_pin_that_of_an_expired_token() {
    let mut terminal = Terminal::with(|request| {
        let fields = match request["method"].as_str() {
            Some("auth") if request["credentials"] == "1234" => {
                json!({"token": "good", "tokenForHttpServer": "h"})
            }
            Some("auth") => json!({"result": false, "error": "token expired"}),
            _ => json!({}),
        };
        vec![answer(request, &fields)]
    })
    .await;
    let mut options = terminal.options();
    options.auth = Auth::Pin("1234".into());
    let client = Client::connect(options).await.unwrap();
    let mut events = client.events();
    assert_eq!(terminal.received("auth").await["credentials"], "1234");
    terminal.drop_connections();
    assert_eq!(events.next().await, Some(Err(Gap::Reconnected)));
    assert_eq!(terminal.received("auth").await["credentials"], "good");
    assert_eq!(terminal.received("auth").await["credentials"], "1234");
    // Authorisation that is withdrawn is renewed on the same connection, with the PIN: tokens are void.
    terminal.send(event("authorizationNeeded", &json!({"cause": 1})));
    assert_eq!(terminal.received("auth").await["credentials"], "1234");
}

#[tokio::test]
async fn a_parameter_cannot_take_the_place_of_the_envelope() {
    let terminal = Terminal::start().await;
    let client = connected(&terminal).await;
    for key in ["method", "requestId", "event"] {
        let error = client.request("getAbook", params(json!({key: "x"}))).await.unwrap_err();
        assert!(matches!(&error, Error::BadRequest { reason, .. } if reason.contains(key)), "{error}");
    }
}

#[tokio::test]
async fn answers_without_an_id_are_matched_only_where_it_is_unmistakable() {
    let terminal = Terminal::with(|request| {
        let mut reply = answer(request, &json!({"mute": true}));
        match request["method"].as_str() {
            // An older terminal: the key is there, and empty.
            Some("getMicMute" | "auth") => reply["requestId"] = json!(""),
            Some("getAudioMute") => {
                reply["requestId"] = request["requestId"].as_str().unwrap().parse::<u64>().unwrap().into()
            }
            Some("getModes") => reply = json!({"error": "no such method"}),
            _ => {}
        }
        vec![reply]
    })
    .await;
    let mut options = terminal.options();
    options.follow_state = false;
    let client = Client::connect(options).await.unwrap();
    assert_eq!(client.get_mic_mute().await.unwrap().mute, Some(true));
    assert_eq!(client.get_audio_mute().await.unwrap().mute, Some(true));
    let error = client.get_modes().await.unwrap_err();
    assert_eq!(error, Error::Refused { method: "getModes".into(), text: "no such method".into() });
    // Two that look alike: neither gets the answer of the other.
    let short = Duration::from_millis(100);
    let (one, two) = tokio::join!(
        client.get_mic_mute().timeout(short).accepted(),
        client.get_mic_mute().timeout(short).accepted()
    );
    assert!(matches!((one, two), (Err(Error::TimedOut { .. }), Err(Error::TimedOut { .. }))));
}

#[tokio::test]
async fn a_request_that_is_dropped_leaves_the_connection_in_order() {
    let held: std::sync::Mutex<Vec<Value>> = std::sync::Mutex::default();
    let mut terminal = Terminal::with(move |request| {
        let reply = answer(request, &json!({"peerDn": request.get("peerId")}));
        if request.get("peerId") == Some(&json!("dropped")) {
            held.lock().unwrap().push(reply);
            return vec![];
        }
        // The late answers come first, twice.
        let mut replies: Vec<Value> =
            held.lock().unwrap().drain(..).flat_map(|late| [late.clone(), late]).collect();
        replies.push(reply);
        replies
    })
    .await;
    let client = connected(&terminal).await;
    for _ in 0..10 {
        let request = client.get_display_name_by_id("dropped").accepted();
        let dropped = tokio::time::timeout(Duration::from_millis(1), request).await;
        assert!(dropped.is_err());
    }
    let answer = client.get_display_name_by_id("kept").await.unwrap();
    assert_eq!(answer.peer_dn.as_deref(), Some("kept"));
    terminal.received("getDisplayNameById").await;
}

#[tokio::test]
async fn more_requests_than_may_be_in_flight_wait_for_their_turn() {
    let terminal = Terminal::start().await;
    let mut options = terminal.options();
    options.max_in_flight = 4;
    let client = Client::connect(options).await.unwrap();
    let requests = (0..500).map(|_| client.get_crop().accepted());
    let answers = futures_util::future::join_all(requests).await;
    assert!(answers.iter().all(Result::is_ok));
}

#[tokio::test]
async fn the_api_version_is_chosen_before_the_authorisation_and_its_refusal_is_no_failure() {
    let mut terminal = Terminal::start().await;
    terminal.set("setUsedApiVersion", json!({"result": false, "error": "unknown version"}));
    let mut options = terminal.options();
    options.api_version = Some("2".into());
    options.role = Some("user".into());
    options.follow_state = false;
    let client = Client::connect(options).await.unwrap();
    client.get_crop().await.unwrap();
    let sent = terminal.received_so_far();
    assert_eq!((&sent[0]["method"], &sent[0]["version"]), (&json!("setUsedApiVersion"), &json!("2")));
    assert_eq!(
        (&sent[1]["method"], &sent[1]["type"], &sent[1]["role"]),
        (&json!("auth"), &json!("unsecured"), &json!("user"))
    );
}
