//! What the client knows about the room, what became of commands, and what it does by itself.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod room_terminal;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use heyroom::room::{
    AppState, CallOutcome, CallSide, Cause, Client, ConferenceKind, ConferenceOutcome, DeviceStatus,
    Direction, Error, ExtStatus, HangUpOutcome, LoginOutcome, LoginResult, Object, ServerLogin, State,
    UserStatus, events,
};
use room_terminal::{Terminal, answer, event};
use serde_json::{Value, json};

async fn until(client: &Client, what: impl FnMut(&State) -> bool) -> State {
    let mut state = client.state();
    let state = tokio::time::timeout(Duration::from_secs(10), state.wait_for(what)).await;
    state.expect("in time").expect("open").clone()
}

/// A client of a terminal that is idle and has Bob and Carol in its address book.
async fn idle(terminal: &Terminal) -> Client {
    terminal.set("getAppState", json!({"appState": 3}));
    terminal.set(
        "getAbook",
        json!({"abook": [
            {"peerId": "bob@x", "peerDn": "Bob", "status": 1, "isEditable": true},
            {"peerId": "carol@x", "peerDn": "Carol", "status": 0}
        ]}),
    );
    Client::connect(terminal.options()).await.expect("the terminal is there")
}

/// Sends events after which the state is certainly applied: an answer comes behind them.
async fn tell(terminal: &Terminal, client: &Client, messages: &[Value]) -> State {
    for message in messages {
        terminal.send(message.clone());
    }
    let mark = format!("mark {:?}", std::time::Instant::now());
    let mut marks = client.events().of::<events::MyEvent>();
    terminal.send(event("myEvent", &json!({"data": mark})));
    while let Some(Ok(seen)) = marks.next().await {
        if seen.data.as_deref() == Some(&mark) {
            break;
        }
    }
    client.snapshot()
}

fn names(state: &State) -> Vec<(String, String)> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    state.contacts.iter().map(|contact| (text(&contact.peer_id), text(&contact.peer_dn))).collect()
}

#[tokio::test]
async fn the_address_book_follows_the_events() {
    let terminal = Terminal::start().await;
    let client = idle(&terminal).await;
    let state = tell(
        &terminal,
        &client,
        &[
            event("contactsAdded", &json!({"contacts": [{"peerId": "dan@x", "peerDn": "Dan", "status": 1}]})),
            event("contactsRenamed", &json!({"contacts": [{"peerId": "bob@x", "peerDn": "Robert"}]})),
            event("contactsDeleted", &json!({"contacts": [{"peerId": "carol@x"}]})),
            event(
                "usersStatusesChanged",
                &json!({"usersStatuses": [
                {"peerId": "bob@x", "status": 2, "extStatus": 7}, {"peerId": "stranger@x", "status": 1}]}),
            ),
        ],
    )
    .await;
    let pair = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    assert_eq!(names(&state), [pair("bob@x", "Robert"), pair("dan@x", "Dan")]);
    let bob = state.contacts.get("bob@x").unwrap();
    assert_eq!((bob.status, bob.ext_status), (Some(UserStatus::Busy), Some(ExtStatus::Busy)));
    assert_eq!(bob.is_editable, Some(true), "what an event does not tell stays");

    // Who builds something from the names need not do so for a change of presence, nor for the same book again.
    let revision = state.contacts.names_revision();
    let presence =
        event("usersStatusesChanged", &json!({"usersStatuses": [{"peerId": "dan@x", "status": 0}]}));
    let again = event(
        "abReceivedAfterLogin",
        &json!({"abook": [
        {"peerId": "bob@x", "peerDn": "Robert", "status": 0}, {"peerId": "dan@x", "peerDn": "Dan"}]}),
    );
    let state = tell(&terminal, &client, &[presence, again]).await;
    assert_eq!(state.contacts.get("bob@x").unwrap().status, Some(UserStatus::Offline));
    assert_eq!(state.contacts.names_revision(), revision);
    let renamed = event("contactsRenamed", &json!({"contacts": [{"peerId": "bob@x", "peerDn": "Bob"}]}));
    assert_ne!(tell(&terminal, &client, &[renamed]).await.contacts.names_revision(), revision);

    // A damaged entry does not take the others with it; another user brings another book.
    let book = json!({"abook": [null, 7, {"peerDn": "nobody"}, {"peerId": "eve@x", "peerDn": "Eve"}]});
    let state = tell(&terminal, &client, &[event("abReceivedAfterLogin", &book)]).await;
    assert_eq!(names(&state), [pair("eve@x", "Eve")]);
    let state = tell(&terminal, &client, &[event("logout", &json!({}))]).await;
    assert!(state.contacts.is_empty());
}

#[tokio::test]
async fn the_same_book_after_a_reconnect_is_the_same_book() {
    let terminal = Terminal::start().await;
    let client = idle(&terminal).await;
    let before = client.snapshot().contacts;
    terminal.drop_connections();
    until(&client, |state| !state.connected).await;
    let after = until(&client, |state| state.synchronised).await.contacts;
    assert!(Arc::ptr_eq(&before, &after), "nobody needs to build anything anew");
}

#[tokio::test]
async fn a_call_that_comes_in_rings_until_it_is_answered() {
    let terminal = Terminal::start().await;
    let client = idle(&terminal).await;
    let invite =
        event("inviteReceived", &json!({"peerId": "bob@x", "peerDn": "Bob", "type": 0, "confId": "c1"}));
    let state =
        tell(&terminal, &client, &[invite.clone(), event("appStateChanged", &json!({"appState": 4}))]).await;
    let ringing = state.incoming_call().unwrap();
    assert_eq!((ringing.peer_dn.as_str(), ringing.conf_id.as_deref()), ("Bob", Some("c1")));
    // The same event fires for other fields: nothing of the call is forgotten.
    let state =
        tell(&terminal, &client, &[event("appStateChanged", &json!({"appState": 4, "recording": false}))])
            .await;
    assert!(state.incoming_call().is_some());

    terminal.set("getConferences", json!({"confId": "c1", "confType": 0, "peerId": "bob@x"}));
    terminal.set(
        "getConferenceParticipants",
        json!({"participants": [
        {"peerId": "bob@x/1", "peerDn": "Bob", "mic": 2}, {"peerId": "room@x/2", "peerDn": "Room"}]}),
    );
    tell(
        &terminal,
        &client,
        &[
            event("conferenceCreated", &json!({"confId": "c1", "confType": 0, "peerId": "bob@x"})),
            event("appStateChanged", &json!({"appState": 5})),
        ],
    )
    .await;
    let state = until(&client, |state| state.participants.len() == 2).await;
    assert!(state.incoming_call().is_none() && state.in_conference());
    assert_eq!(state.conference.unwrap().peer_id.as_deref(), Some("bob@x"));

    let state = tell(
        &terminal,
        &client,
        &[
            event(
                "newParticipantInConference",
                &json!({"peerId": "dan@x/3", "peerDn": "Dan", "confId": "c1"}),
            ),
            event(
                "deviceStatusReceived",
                &json!({"peerId": "bob@x/1", "mic": 1, "video": 2, "confId": "c1"}),
            ),
            event("participantLeftConference", &json!({"peerId": "room@x/2"})),
        ],
    )
    .await;
    assert_eq!(state.participants.keys().collect::<Vec<_>>(), ["bob@x/1", "dan@x/3"]);
    assert_eq!(state.participants["bob@x/1"].mic, Some(DeviceStatus::Muted));

    let over = [
        event("appStateChanged", &json!({"appState": 6})),
        event("conferenceDeleted", &json!({"confId": "c1"})),
        event("appStateChanged", &json!({"appState": 3})),
    ];
    let state = tell(&terminal, &client, &over).await;
    assert_eq!((state.conference, state.participants.len()), (None, 0));

    // Nobody answers.
    let state =
        tell(&terminal, &client, &[invite, event("stopCalling", &json!({"peerId": "bob@x", "side": 1}))])
            .await;
    assert!(state.ringing.is_none());
}

#[tokio::test]
async fn a_pending_call_is_found_again_after_a_reconnect() {
    let terminal = Terminal::start().await;
    let client = idle(&terminal).await;
    terminal.set("getAppState", json!({"appState": 4}));
    let pending =
        json!({"confId": "c9", "type": "p2p", "direction": "incoming", "peerId": "bob@x", "peerDn": "Bob"});
    terminal.set("getConferences", pending);
    terminal.drop_connections();
    until(&client, |state| !state.connected).await;
    let state = until(&client, |state| state.synchronised).await;
    assert_eq!(
        state.ringing.map(|ringing| (ringing.direction, ringing.peer_id)),
        Some((Direction::Incoming, "bob@x".to_owned()))
    );
}

#[tokio::test]
async fn mutes_volume_slides_and_monitors_follow_the_events() {
    let terminal = Terminal::start().await;
    let client = idle(&terminal).await;
    let state = tell(
        &terminal,
        &client,
        &[
            event("audioCapturerMute", &json!({"mute": true})),
            event("audioRendererMute", &json!({"mute": false})),
            event("videoCapturerMute", &json!({"mute": true})),
            event("settingsChanged", &json!({"name": "audioPlayLevel", "value": 1})),
            event("settingsChanged", &json!({"name": "language", "value": "en"})),
            event("mySlideShowStarted", &json!({"title": "Plan", "currentSlideIndex": 0})),
            event("currentSlideIndexChanged", &json!({"currentIdx": 4})),
            event(
                "monitorsInfoUpdated",
                &json!({"monitors": [{"index": 0}, {"index": 1}], "currentMonitor": 1}),
            ),
        ],
    )
    .await;
    assert_eq!(
        (state.mic_muted, state.speaker_muted, state.camera_muted),
        (Some(true), Some(false), Some(true))
    );
    assert_eq!((state.volume, &state.settings["language"]), (Some(1.0), &json!("en")));
    assert_eq!(
        (state.slides.running, state.slides.current, state.slides.title.as_deref()),
        (true, Some(4), Some("Plan"))
    );
    assert_eq!((state.monitors.len(), state.current_monitor), (2, Some(1)));
    let state = tell(&terminal, &client, &[event("mySlideShowStopped", &json!({}))]).await;
    assert_eq!((state.slides.running, state.slides.current), (false, None));
}

/// A terminal that answers every request and, after `method`, sends these events.
async fn terminal_that_reports(method: &'static str, app_state: i64, reports: Vec<Value>) -> Terminal {
    Terminal::with(move |request| match request["method"].as_str() {
        Some("getAppState") => vec![answer(request, &json!({"appState": app_state}))],
        Some(name) if name == method => {
            std::iter::once(answer(request, &json!({}))).chain(reports.iter().cloned()).collect()
        }
        _ => vec![answer(request, &json!({}))],
    })
    .await
}

fn app_state(state: i64) -> Value {
    event("appStateChanged", &json!({"appState": state}))
}

#[tokio::test]
async fn a_call_resolves_with_what_the_events_report() {
    let sent =
        || event("inviteSent", &json!({"peerId": "bob@x", "peerDn": "Bob", "confType": 0, "confId": "c1"}));
    let created = || event("conferenceCreated", &json!({"confId": "c1", "confType": 0, "peerId": "bob@x"}));
    let refused = |peer: &str, cause: i64| {
        event("rejectReceived", &json!({"cause": cause, "peerId": peer, "peerDn": "Bob"}))
    };
    let cases: Vec<(Vec<Value>, CallOutcome)> = vec![
        (vec![sent(), app_state(4), refused("bob@x", 2), app_state(3)], CallOutcome::Rejected(Cause::Busy)),
        (
            vec![sent(), app_state(4), refused("bob@x", 16), app_state(3)],
            CallOutcome::Rejected(Cause::NoAnswer),
        ),
        (vec![sent(), refused("bob@x/instance", 99)], CallOutcome::Rejected(Cause::Other(99))),
        // The reason may come behind the state, and somebody else's refusal is not ours.
        (
            vec![refused("carol@x", 2), app_state(4), app_state(3), refused("bob@x", 0)],
            CallOutcome::Rejected(Cause::Rejected),
        ),
        (
            vec![sent(), event("stopCalling", &json!({"peerId": "bob@x", "side": 1}))],
            CallOutcome::GivenUp(CallSide::OtherSide),
        ),
        (vec![sent(), app_state(4), app_state(3)], CallOutcome::Ended),
    ];
    for (reports, expected) in cases {
        let terminal = terminal_that_reports("call", 3, reports.clone()).await;
        let client = Client::connect(terminal.options()).await.unwrap();
        assert_eq!(client.call("bob@x").await, Ok(expected), "{reports:?}");
    }
    for reports in [vec![sent(), app_state(4), created(), app_state(5)], vec![app_state(5), created()]] {
        let terminal = terminal_that_reports("call", 3, reports).await;
        let client = Client::connect(terminal.options()).await.unwrap();
        let outcome = client.call("bob@x").await.unwrap();
        let CallOutcome::Accepted(created) = &outcome else { panic!("{outcome:?}") };
        assert_eq!(created.conf_id.as_deref(), Some("c1"));
    }
    // Nothing is reported at all.
    let terminal = terminal_that_reports("call", 3, vec![]).await;
    let client = Client::connect(terminal.options()).await.unwrap();
    let error = client.call("bob@x").timeout(Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(error, Error::NoOutcome { .. }), "{error:?}");
    assert!(client.call("bob@x").accepted().await.is_ok());
}

#[tokio::test]
async fn a_call_is_lost_with_the_connection() {
    let mut terminal = terminal_that_reports("call", 3, vec![]).await;
    let client = Client::connect(terminal.options()).await.unwrap();
    let calling = tokio::spawn({
        let client = client.clone();
        async move { client.call("bob@x").await }
    });
    terminal.received("call").await;
    client.get_crop().await.unwrap();
    terminal.drop_connections();
    let error = calling.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::ConnectionLost { .. }), "{error:?}");
}

#[tokio::test]
async fn hanging_up_login_and_conferences_resolve_with_their_outcome() {
    let reports = vec![app_state(6), event("conferenceDeleted", &json!({"confId": "c1"})), app_state(3)];
    let terminal = terminal_that_reports("hangUp", 5, reports).await;
    let client = Client::connect(terminal.options()).await.unwrap();
    assert_eq!(client.hang_up(false).await, Ok(HangUpOutcome::Ended));
    until(&client, |state| state.app_state == Some(AppState::Idle)).await;
    assert_eq!(client.hang_up(false).await, Ok(HangUpOutcome::NothingToEnd));

    for (result, expected) in [
        (0, LoginOutcome::LoggedIn { peer_id: Some("room@x".into()) }),
        (3, LoginOutcome::Failed(LoginResult::WrongPassword)),
    ] {
        let reports = vec![event("login", &json!({"result": result, "peerId": "room@x", "peerDn": "Room"}))];
        let terminal = terminal_that_reports("login", 2, reports).await;
        let client = Client::connect(terminal.options()).await.unwrap();
        assert_eq!(client.login("room@x", "secret", true).await, Ok(expected));
    }

    let reports = vec![
        event("conferenceCreated", &json!({"confId": "c2", "confType": 1, "joinUrl": "https://x/c/2"})),
        app_state(5),
    ];
    let mut terminal = terminal_that_reports("createConference", 3, reports).await;
    let client = Client::connect(terminal.options()).await.unwrap();
    let request = client
        .create_conference("Weekly", ConferenceKind::AllOnScreen, false)
        .invite_list(["bob@x", "carol@x"]);
    let outcome = request.await.unwrap();
    let ConferenceOutcome::Created(created) = outcome else { panic!("{outcome:?}") };
    assert_eq!(created.join_url.as_deref(), Some("https://x/c/2"));
    let request = terminal.received("createConference").await;
    assert_eq!(
        (&request["confType"], &request["inviteList"]),
        (&json!("symmetric"), &json!(["bob@x", "carol@x"]))
    );
}

fn server_login() -> ServerLogin {
    ServerLogin {
        server: "video.example".into(),
        port: 4307,
        login: "room".into(),
        password: "secret".into(),
    }
}

#[tokio::test]
async fn the_terminal_is_connected_to_its_server_and_logged_in_once_per_occasion() {
    let state = Arc::new(Mutex::new(0));
    let mut terminal = {
        let state = state.clone();
        Terminal::with(move |request| {
            let mut state = state.lock().unwrap();
            let report = |to: i64| app_state(to);
            match request["method"].as_str() {
                Some("getAppState") => vec![answer(request, &json!({"appState": *state}))],
                Some("connectToServer") => {
                    *state = 2;
                    // The state event comes again and again for other reasons.
                    vec![answer(request, &json!({})), report(1), report(2), report(2), report(2)]
                }
                Some("login") => {
                    *state = 3;
                    vec![
                        answer(request, &json!({})),
                        event("login", &json!({"result": 0, "peerId": "room@x", "peerDn": "Room"})),
                        report(2),
                        report(3),
                        event(
                            "abReceivedAfterLogin",
                            &json!({"abook": [{"peerId": "bob@x", "peerDn": "Bob"}]}),
                        ),
                    ]
                }
                Some("getAbook") => {
                    vec![answer(request, &json!({"abook": [{"peerId": "bob@x", "peerDn": "Bob"}]}))]
                }
                _ => vec![answer(request, &json!({}))],
            }
        })
        .await
    };
    let mut options = terminal.options();
    options.server_login = Some(server_login());
    let client = Client::connect(options).await.unwrap();
    let after =
        until(&client, |state| state.app_state == Some(AppState::Idle) && !state.contacts.is_empty()).await;
    assert_eq!(after.login_failure, None);
    client.get_crop().await.unwrap();
    let count = |requests: &[Object], method: &str| requests.iter().filter(|r| r["method"] == method).count();
    let requests = terminal.received_so_far();
    assert_eq!((count(&requests, "connectToServer"), count(&requests, "login")), (1, 1));
    let login = requests.iter().find(|request| request["method"] == "login").unwrap();
    assert_eq!((&login["login"], &login["password"]), (&json!("room"), &json!("secret")));
    // The server goes away: a new occasion.
    *state.lock().unwrap() = 0;
    terminal.send(event("serverDisconnected", &json!({"server": "video.example"})));
    terminal.send(app_state(0));
    terminal.received("connectToServer").await;
    terminal.received("login").await;
}

#[tokio::test]
async fn a_wrong_password_is_not_tried_again_and_again() {
    let mut terminal = Terminal::with(|request| match request["method"].as_str() {
        Some("getAppState") => vec![answer(request, &json!({"appState": 2}))],
        Some("login") => {
            vec![answer(request, &json!({})), event("login", &json!({"result": 3})), app_state(2)]
        }
        _ => vec![answer(request, &json!({}))],
    })
    .await;
    let mut options = terminal.options();
    options.server_login = Some(server_login());
    let client = Client::connect(options).await.unwrap();
    let state = until(&client, |state| state.login_failure.is_some()).await;
    assert_eq!(state.login_failure, Some(LoginResult::WrongPassword));
    for _ in 0..20 {
        terminal.send(app_state(2));
        client.get_crop().await.unwrap();
    }
    let logins = terminal.received_so_far().iter().filter(|request| request["method"] == "login").count();
    assert_eq!(logins, 1);
}

#[tokio::test]
async fn a_slide_show_moves_to_the_second_monitor_only_when_that_is_switched_on() {
    let matrix = event(
        "videoMatrixChanged",
        &json!({"matrixType": 1, "participants": [
        {"peerId": "#self:0"}, {"peerId": "SlideShowSlot", "title": "Plan"}]}),
    );
    for (switched_on, monitors) in [(true, 2), (true, 1), (false, 2)] {
        let mut terminal = Terminal::start().await;
        let list: Vec<Value> =
            (0..monitors).map(|index| json!({"index": index, "primary": index == 0})).collect();
        terminal.set("getMonitorsInfo", json!({"monitors": list, "currentMonitor": 0}));
        let mut options = terminal.options();
        options.automations.slides_to_second_monitor = switched_on;
        let client = Client::connect(options).await.unwrap();
        tell(&terminal, &client, std::slice::from_ref(&matrix)).await;
        if switched_on && monitors == 2 {
            let request = terminal.received("moveVideoSlotToMonitor").await;
            assert_eq!((&request["callId"], &request["monitorIndex"]), (&json!("SlideShowSlot"), &json!(1)));
        } else {
            client.get_crop().await.unwrap();
            let requests = terminal.received_so_far();
            assert!(requests.iter().all(|request| request["method"] != "moveVideoSlotToMonitor"));
        }
    }
}

#[tokio::test]
async fn typed_answers_keep_what_they_do_not_know() {
    let terminal = Terminal::start().await;
    terminal.set(
        "getPtzControls",
        json!({"pan": {"support": true, "minValue": -5}, "zoom": "odd", "future": [1]}),
    );
    let client = idle(&terminal).await;
    let answer = client.get_ptz_controls().await.unwrap();
    assert_eq!(answer.pan.as_ref().unwrap().min_value, Some(-5));
    assert_eq!(
        (answer.zoom.as_ref(), &answer.rest["zoom"], &answer.rest["future"]),
        (None, &json!("odd"), &json!([1]))
    );
}

#[tokio::test]
async fn what_happens_right_after_the_authorisation_counts() {
    let terminal = Terminal::with(|request| match request["method"].as_str() {
        Some("auth") => vec![
            event("audioCapturerMute", &json!({"mute": false})),
            answer(request, &json!({})),
            event("inviteReceived", &json!({"peerId": "bob@x", "peerDn": "Bob", "type": 0})),
        ],
        _ => vec![answer(request, &json!({}))],
    })
    .await;
    let client = Client::connect(terminal.options()).await.unwrap();
    let state = client.snapshot();
    assert_eq!(state.incoming_call().map(|call| call.peer_dn.as_str()), Some("Bob"));
    assert_eq!(state.mic_muted, None, "what came before says nothing about this connection");
}
