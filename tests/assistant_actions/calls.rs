//! Calls and conferences: calling, calling back, giving up, tones, those who join.

use std::time::Duration;

use heyroom::grammar::Slot;
use serde_json::json;

use crate::lab::{Lab, came, intent};

#[tokio::test]
async fn calling_again_and_calling_back() {
    let mut lab = Lab::new().await;
    assert_eq!(lab.go("actions: [{do: redial}]").await, came(vec![], &["nobody to call"]));
    assert_eq!(lab.go("actions: [{do: call_back}]").await, came(vec![], &["nobody to call"]));
    // Robert is busy, at once.
    let call = "actions: [{room: call, params: {peerId: robert.taylor@example.org}}]";
    let robert = || json!(["call", {"peerId": "robert.taylor@example.org"}]);
    assert_eq!(lab.go(call).await, came(vec![robert()], &["Robert Taylor is busy"]), "no reply of its own");
    lab.until(|state| !state.in_conference() && state.ringing.is_none()).await;
    assert_eq!(
        lab.go("actions: [{do: redial}]").await,
        came(vec![robert()], &["calling Robert Taylor", "Robert Taylor is busy"])
    );
    lab.until(|state| state.ringing.is_none()).await;

    // Whoever was talked about is called back, until somebody else calls.
    assert_eq!(
        lab.says("actions: [{do: is_online, params: {contact: laura.martin@example.org}}]").await,
        "Laura Martin offline"
    );
    let came_back = lab.go("actions: [{do: call_back}]").await;
    assert_eq!(came_back.sent, [json!(["call", {"peerId": "laura.martin@example.org"}])]);
    lab.until(|state| state.ringing.is_none()).await;
    // The history counts in whole seconds: nothing but the clock can be awaited.
    let fresh = std::time::SystemTime::now() + Duration::from_secs(1);
    while std::time::SystemTime::now() < fresh {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    lab.happens("ring thomas").await;
    lab.until(|state| state.incoming_call().is_some()).await;
    assert_eq!(lab.says("actions: [{do: who_is_calling}]").await, "Thomas Green calls");
    lab.happens("give_up").await;
    lab.until(|state| state.incoming_call().is_none()).await;
    assert_eq!(lab.says("actions: [{do: who_called}]").await, "1 missed: Thomas Green");
    lab.happens("ring thomas").await;
    lab.until(|state| state.incoming_call().is_some()).await;
    lab.happens("give_up").await;
    lab.until(|state| state.incoming_call().is_none()).await;
    assert_eq!(lab.says("actions: [{do: who_called}]").await, "2 missed: Thomas Green");
    let came_back = lab.go("actions: [{do: call_back}]").await;
    assert_eq!(came_back.sent, [json!(["call", {"peerId": "thomas.green@example.org"}])]);
    assert_eq!(came_back.said[0], "calling Thomas Green");
}

#[tokio::test]
async fn a_call_is_announced_when_the_room_took_it() {
    let mut lab = Lab::new().await;
    let call = || {
        let mut found = intent("actions: [{room: call, params: {peerId: john.smith@example.org}}]");
        found.reply = Some("Calling John".to_owned());
        found
    };
    lab.happens("fault refuse method=call count=1").await;
    assert_eq!(lab.perform(call()).await.said, ["refused"]);
    assert_eq!(lab.perform(call()).await.said, ["Calling John"]);
    assert!(lab.performer.room.snapshot().in_conference());
}

#[tokio::test]
async fn who_is_busy_is_the_one_who_was_called() {
    let mut lab = Lab::new().await;
    let mut found = intent("actions: [{room: call, params: {peerId: robert.taylor@example.org}}]");
    found.slots.insert("kind".to_owned(), Slot::new("video", json!("video")));
    let robert = Slot::named("robert", json!("robert.taylor@example.org"), "Robert Taylor");
    found.slots.insert("contact".to_owned(), robert);
    assert_eq!(lab.perform(found).await.said, ["Robert Taylor is busy"]);
}

#[tokio::test]
async fn cancel_gives_up_a_call_that_rings_and_nothing_else() {
    let mut lab = Lab::new().await;
    assert_eq!(lab.says("actions: [{do: cancel}]").await, "cancelled");
    let ringing = lab.ringing("").await;
    let cancelled = lab.go("actions: [{do: cancel}]").await;
    assert!(cancelled.sent.contains(&json!(["hangUp", {"forAll": false}])), "{cancelled:?}");
    lab.until(|state| state.ringing.is_none()).await;
    ringing.await.unwrap();
}

#[tokio::test]
async fn tones_go_out_one_by_one() {
    let mut lab = Lab::new().await;
    let tones = |tones: &str| format!("actions: [{{do: send_tones, params: {{tones: \"{tones}\"}}}}]");
    assert_eq!(lab.go(&tones("12")).await, came(vec![], &["no call"]));
    lab.go("actions: [{room: call, params: {peerId: john.smith@example.org}}]").await;
    lab.until(|state| state.in_conference() && state.participants.len() == 2).await;
    let came = lab.go(&tones("1 1*#")).await;
    let symbols: Vec<&str> = came.sent.iter().filter_map(|sent| sent[1]["symbol"].as_str()).collect();
    assert_eq!(symbols, ["1", "1", "*", "#"]);
    assert!(came.sent.iter().all(|sent| sent[1]["callId"].as_str().unwrap().starts_with("john.smith@")));
    assert_eq!(lab.go(&tones("1x")).await.said, ["failed"]);
}

#[tokio::test]
async fn a_conference_is_started_grows_and_lets_people_in() {
    let mut lab = Lab::new().await;
    assert_eq!(lab.go("actions: [{do: admit_guest}]").await, came(vec![], &["no guest"]));
    // Two names that are the same person, and the room itself.
    let people = r#"["john.smith@example.org", "john.smith@example.org", "room@example.org"]"#;
    let came = lab.go(&format!("actions: [{{do: create_conference, params: {{contacts: {people}}}}}]")).await;
    assert_eq!(
        came.sent,
        [json!(["createConference", {"title": "Meeting Room", "confType": "symmetric", "autoAccept": false,
                                      "inviteList": ["john.smith@example.org"]}])]
    );
    lab.until(|state| state.participants.len() == 2).await;
    // Into the conference that is there.
    let came = lab
        .go(r#"actions: [{do: create_conference, params: {contacts: ["emma.wilson@example.org"]}}]"#)
        .await;
    assert_eq!(came.sent, [json!(["inviteToConference", {"peerId": "emma.wilson@example.org"}])]);
    lab.until(|state| state.participants.len() == 3).await;
    lab.happens("knock anna").await;
    lab.happens("knock peter").await;
    lab.until(|state| state.guests.len() == 2).await;
    assert_eq!(lab.go("actions: [{do: admit_guest}]").await.sent.len(), 2);
    lab.until(|state| state.participants.len() == 5 && state.guests.is_empty()).await;
    lab.happens("knock david").await;
    lab.until(|state| state.guests.len() == 1).await;
    let came = lab.go("actions: [{do: refuse_guest}]").await;
    assert_eq!(came.sent[0][0], "rejectPeer");
    let came = lab.says("actions: [{do: conference_id}]").await;
    assert!(came.starts_with("conference ") && came.contains(' '), "{came}");
    assert_eq!(lab.go("actions: [{do: create_conference}]").await.said, ["not now"]);
}

#[tokio::test]
async fn a_call_between_two_becomes_a_conference() {
    let mut lab = Lab::new().await;
    lab.go("actions: [{room: call, params: {peerId: john.smith@example.org}}]").await;
    lab.until(|state| state.in_conference()).await;
    assert_eq!(lab.go("actions: [{do: conference_id}]").await.said, ["not now"]);
    let came =
        lab.go(r#"actions: [{do: create_conference, params: {contacts: ["anna.novak@example.org"]}}]"#).await;
    assert_eq!(
        came.sent,
        [json!(["expandCallToMulti", {"title": "Meeting Room", "inviteList": ["anna.novak@example.org"]}])]
    );
}

#[tokio::test]
async fn who_asks_to_join_is_let_in_even_if_another_has_gone() {
    let mut lab = Lab::new().await;
    lab.conference().await;
    for guest in ["peter", "emma", "david"] {
        lab.happens(&format!("knock {guest}")).await;
    }
    lab.until(|state| state.guests.len() == 3).await;
    lab.happens("fault refuse method=acceptPeer count=1").await;
    let came = lab.go("actions: [{do: admit_guest}]").await;
    assert_eq!((came.sent.len(), came.said), (3, vec!["refused".to_owned()]));
    lab.until(|state| state.participants.len() == 5).await;
}
