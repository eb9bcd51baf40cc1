//! The client and the simulator, which do not know each other: whole conversations, and every fault on demand.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use heyroom::room::{
    AppState, Auth, CallOutcome, Cause, Client, ConferenceKind, ConferenceOutcome, Error, HangUpOutcome,
    LoginOutcome, Options, ServerLogin, State, Status,
};
use heyroom::simulator::{self, Fault, Simulator};

async fn simulator(options: simulator::Options) -> Simulator {
    Simulator::start(options).await.unwrap()
}

fn options(simulator: &Simulator) -> Options {
    let mut options = Options::new(simulator.ws_url().parse().unwrap());
    options.reconnect_first = Duration::from_millis(20);
    options.reconnect_max = Duration::from_millis(100);
    options.refused_pause = Duration::from_millis(100);
    options.ping_interval = Duration::from_millis(100);
    options.request_timeout = Duration::from_secs(2);
    options
}

async fn connected() -> (Simulator, Client) {
    let simulator = simulator(simulator::Options::default()).await;
    let client = Client::connect(options(&simulator)).await.unwrap();
    (simulator, client)
}

async fn until(client: &Client, what: impl FnMut(&State) -> bool) -> State {
    let mut state = client.state();
    let state = tokio::time::timeout(Duration::from_secs(15), state.wait_for(what)).await;
    state.expect("in time").expect("open").clone()
}

#[tokio::test]
async fn calls_are_accepted_refused_and_ended() {
    let (_simulator, client) = connected().await;
    assert_eq!(client.snapshot().contacts.len(), 12);
    for (who, expected) in [
        ("robert.taylor@example.org", CallOutcome::Rejected(Cause::Busy)),
        ("thomas.green@example.org", CallOutcome::Rejected(Cause::Rejected)),
    ] {
        assert_eq!(client.call(who).await, Ok(expected));
        until(&client, |state| state.app_state == Some(AppState::Idle)).await;
    }
    let outcome = client.call("john.smith@example.org").await.unwrap();
    assert!(outcome.is_accepted(), "{outcome:?}");
    let state = until(&client, |state| state.in_conference() && state.participants.len() == 2).await;
    assert_eq!(state.conference.unwrap().peer_id.as_deref(), Some("john.smith@example.org"));
    assert_eq!(client.hang_up(false).await, Ok(HangUpOutcome::Ended));
    let state = until(&client, |state| state.app_state == Some(AppState::Idle)).await;
    assert_eq!((state.conference, state.participants.len()), (None, 0));
}

#[tokio::test]
async fn somebody_calls_and_is_answered_or_gives_up() {
    let (simulator, client) = connected().await;
    simulator.ring("Maria Garcia").await.unwrap();
    let state = until(&client, |state| state.incoming_call().is_some()).await;
    assert_eq!(state.incoming_call().unwrap().peer_dn, "Maria Garcia");
    client.accept().await.unwrap();
    until(&client, State::in_conference).await;
    client.hang_up(false).await.unwrap();
    until(&client, |state| state.app_state == Some(AppState::Idle)).await;
    simulator.ring("Maria Garcia").await.unwrap();
    until(&client, |state| state.incoming_call().is_some()).await;
    simulator.command("give_up").await.unwrap();
    until(&client, |state| state.ringing.is_none() && state.app_state == Some(AppState::Idle)).await;
}

#[tokio::test]
async fn a_conference_is_created_and_its_participants_are_known() {
    let (_simulator, client) = connected().await;
    let people = ["john.smith@example.org", "anna.novak@example.org"];
    let request = client.create_conference("Weekly", ConferenceKind::AllOnScreen, true).invite_list(people);
    let outcome = request.await.unwrap();
    assert!(matches!(outcome, ConferenceOutcome::Created(_)), "{outcome:?}");
    let state = until(&client, |state| state.participants.len() == 3).await;
    assert_eq!(state.conference.unwrap().title.as_deref(), Some("Weekly"));
    client.hang_up(true).await.unwrap();
    until(&client, |state| state.conference.is_none()).await;
}

#[tokio::test]
async fn the_ports_and_the_pin() {
    let simulator =
        simulator(simulator::Options { pin: Some("4711".into()), ..simulator::Options::default() }).await;
    let mut options = options(&simulator);
    options.address = simulator.http_url().parse().unwrap();
    let error = Client::connect(options.clone()).await.unwrap_err();
    assert!(matches!(error, Error::PinNeeded { .. }), "{error:?}");
    options.auth = Auth::Pin("0000".into());
    let error = Client::connect(options.clone()).await.unwrap_err();
    assert!(matches!(error, Error::WrongPin { .. }), "{error:?}");
    options.auth = Auth::Pin("4711".into());
    let client = Client::connect(options).await.unwrap();
    assert_eq!(client.snapshot().app_state, Some(AppState::Idle));
}

#[tokio::test]
async fn the_terminal_logs_in_by_itself_and_on_request() {
    let away = || simulator::Options { logged_in: false, ..simulator::Options::default() };
    let simulator = simulator(away()).await;
    let mut options = options(&simulator);
    options.server_login = Some(ServerLogin {
        server: "example.org".into(),
        port: 4307,
        login: "room@example.org".into(),
        password: "secret".into(),
    });
    let client = Client::connect(options).await.unwrap();
    let logged_in = |state: &State| state.app_state == Some(AppState::Idle) && state.own.is_some();
    until(&client, |state| logged_in(state) && !state.contacts.is_empty()).await;
    drop(client);

    let simulator = self::simulator(away()).await;
    let client = Client::connect(self::options(&simulator)).await.unwrap();
    client.connect_to_server("example.org", 4307).await.unwrap();
    until(&client, |state| state.app_state == Some(AppState::Login)).await;
    let outcome = client.login("room@example.org", "secret", true).await.unwrap();
    assert!(matches!(outcome, LoginOutcome::LoggedIn { .. }), "{outcome:?}");
}

#[tokio::test]
async fn no_fault_ends_the_client() {
    let (simulator, client) = connected().await;
    for fault in [
        Fault::Drop,
        Fault::HalfOpen,
        Fault::Garbage,
        Fault::Oversize(20 * 1024 * 1024),
        Fault::Duplicate(20),
        Fault::Reorder(8),
        Fault::Lose(3),
        Fault::Delay(Duration::from_millis(50)),
        Fault::SlowReader(Duration::from_millis(20)),
    ] {
        simulator.fault(fault).await.unwrap();
        // What gets through gets through; what does not must end in time, and never in a panic.
        for _ in 0..10 {
            let _ = client.get_app_state().timeout(Duration::from_millis(300)).await;
        }
        simulator.fault(Fault::Clear).await.unwrap();
        let mut status = client.status();
        let up = status.wait_for(|status| matches!(status, Status::Authorised { .. }));
        tokio::time::timeout(Duration::from_secs(10), up)
            .await
            .unwrap_or_else(|_| panic!("no way back after {fault:?}"))
            .unwrap();
        let answered = tokio::time::timeout(Duration::from_secs(10), async {
            while client.get_abook().timeout(Duration::from_millis(300)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        answered.await.unwrap_or_else(|_| panic!("no answers after {fault:?}"));
        let state = until(&client, |state| state.synchronised).await;
        assert_eq!((state.app_state, state.contacts.len()), (Some(AppState::Idle), 12), "after {fault:?}");
    }
}

#[tokio::test]
async fn a_picture_of_the_camera_comes_when_it_is_switched_on() {
    let (_simulator, client) = connected().await;
    client.set_broadcast_selfie(true).fps(5).await.unwrap();
    let picture = client.self_view().await.unwrap();
    assert!(picture.media_type.starts_with("image/"), "{picture:?}");
    let id = client.upload("plan.png", &picture.bytes).await.unwrap();
    client.add_slide(id).await.unwrap();
    let slides = client.get_slide_show_info().await.unwrap().slides.unwrap();
    assert!(slides.iter().any(|slide| slide.file_id == Some(id)), "{slides:?}");
}

#[tokio::test]
async fn those_who_ask_to_join_are_known_until_they_are_let_in_or_refused() {
    let (simulator, client) = connected().await;
    client.create_conference("Weekly", ConferenceKind::AllOnScreen, false).await.unwrap();
    simulator.command("knock anna").await.unwrap();
    simulator.command("knock peter").await.unwrap();
    let guests = |state: &State| -> Vec<String> {
        state.guests.iter().filter_map(|guest| guest.peer_dn.clone()).collect()
    };
    let state = until(&client, |state| state.guests.len() == 2).await;
    assert_eq!(guests(&state), ["Anna Novak", "Peter Brown"]);
    assert_eq!(state.is_owner(), Some(true));
    client.accept_peer("anna.novak@example.org").await.unwrap();
    let state = until(&client, |state| state.guests.len() == 1).await;
    assert_eq!(guests(&state), ["Peter Brown"]);
    assert!(state.participant("anna.novak@example.org").is_some(), "found in every form of the id");
    client.reject_peer("peter.brown@example.org").await.unwrap();
    until(&client, |state| state.guests.is_empty()).await;
    simulator.command("knock peter").await.unwrap();
    until(&client, |state| state.guests.len() == 1).await;
    client.hang_up(true).await.unwrap();
    let state = until(&client, |state| state.conference.is_none()).await;
    assert_eq!((state.guests.len(), state.is_owner()), (0, None));
}

#[tokio::test]
async fn a_request_tells_when_it_is_on_the_wire_and_not_before() {
    let (simulator, client) = connected().await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let on_wire = move || -> heyroom::room::OnWire {
        let tell = tell.clone();
        std::sync::Arc::new(move |at| {
            let _ = tell.send(at);
        })
    };
    let before = std::time::Instant::now();
    client.set_mic_mute(true).on_wire(on_wire()).await.unwrap();
    let at = told.try_recv().expect("told before the answer came");
    assert!(at >= before && at.elapsed() < Duration::from_secs(5));
    // Refused by the client itself: nothing is sent.
    let mut params = heyroom::room::Object::new();
    params.insert("method".to_owned(), "again".into());
    client.request_told("setMicMute", params, on_wire()).await.unwrap_err();
    assert!(told.try_recv().is_err());
    // Nor is anything sent where there is no connection.
    client.close().await;
    client.set_mic_mute(false).on_wire(on_wire()).await.unwrap_err();
    assert!(told.try_recv().is_err());
    simulator.shutdown().await;
}

#[tokio::test]
async fn a_call_is_taken_before_its_outcome_is_known() {
    let (_simulator, client) = connected().await;
    let placed = client.call("robert.taylor@example.org").placed().await.unwrap();
    assert_eq!(placed.outcome().await, Ok(CallOutcome::Rejected(Cause::Busy)));
    let placed = client.call("john.smith@example.org").placed().await.unwrap();
    assert!(placed.outcome().await.unwrap().is_accepted());
    let refused = client.call("anna.novak@example.org").placed().await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
}

#[tokio::test]
async fn the_picture_that_was_sent_last_is_remembered() {
    let (_simulator, client) = connected().await;
    let id = client.upload("plan.png", b"\x89PNG\r\n\x1a\n").await.unwrap();
    client.start_broadcast_picture(id).await.unwrap();
    let running = |running: bool| {
        move |state: &State| state.picture.as_ref().is_some_and(|picture| picture.running == Some(running))
    };
    until(&client, running(true)).await;
    client.stop_broadcast_picture().await.unwrap();
    let state = until(&client, running(false)).await;
    assert_eq!(state.picture.unwrap().file_id, Some(id));
}
