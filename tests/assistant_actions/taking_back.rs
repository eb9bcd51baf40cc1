//! What was done is taken back: by "undo", and because it was not meant.

use std::time::Duration;

use heyroom::{assistant::journal::Happening, room::State};
use serde_json::{Value, json};

use crate::lab::{Lab, came, intent};

#[tokio::test]
async fn commands_are_taken_back_and_answers_repeated() {
    let mut lab = Lab::new().await;
    assert_eq!(lab.says("actions: [{do: repeat}]").await, "nothing to repeat");
    assert_eq!(lab.says("actions: [{do: undo}]").await, "nothing to undo");
    assert_eq!(lab.says("actions: [{do: repeat}]").await, "nothing to undo");
    // Muting what was muted is taken back by nothing else.
    let mute = |mute: bool| {
        format!(
            "actions: [{{room: setMicMute, params: {{mute: {mute}}}}}]\nundo: [{{room: setMicMute, params: {{mute: {}}}}}]",
            !mute
        )
    };
    lab.go(&mute(true)).await;
    lab.until(|state| state.mic_muted == Some(true)).await;
    lab.go(&mute(true)).await;
    // What fails is nothing to take back.
    lab.happens("fault refuse method=setVideoMute count=1").await;
    let camera = "actions: [{room: setVideoMute, params: {mute: true}}]";
    assert_eq!(lab.go(camera).await.said, ["refused"]);
    let undo = "actions: [{do: undo}]";
    assert_eq!(lab.go(undo).await, came(vec![json!(["setMicMute", {"mute": true}])], &["undone"]));
    assert_eq!(lab.go(undo).await, came(vec![json!(["setMicMute", {"mute": false}])], &["undone"]));
    assert_eq!(lab.says(undo).await, "nothing to undo");
    lab.performer.settings.undo_within = Duration::ZERO;
    lab.go(&mute(true)).await;
    assert_eq!(lab.says(undo).await, "nothing to undo");
}

#[tokio::test]
async fn a_call_can_be_taken_back_while_it_rings() {
    let mut lab = Lab::new().await;
    let ringing = lab.ringing("undo: [{room: hangUp, params: {forAll: false}}]").await;
    let undone = lab.go("actions: [{do: undo}]").await;
    assert!(undone.sent.contains(&json!(["hangUp", {"forAll": false}])), "{undone:?}");
    assert!(undone.said.contains(&"undone".to_owned()), "{undone:?}");
    ringing.await.unwrap();
}

#[tokio::test]
async fn taking_back_a_call_that_is_over_does_not_end_another() {
    let mut lab = Lab::new().await;
    let call = "actions: [{room: call, params: {peerId: john.smith@example.org}}]\nundo: [{room: hangUp, params: {forAll: false}}]";
    lab.go(call).await;
    lab.until(State::in_conference).await;
    lab.happens("leave").await;
    lab.until(|state| state.conference.is_none()).await;
    lab.happens("ring anna").await;
    lab.until(|state| state.incoming_call().is_some()).await;
    lab.go("actions: [{room: accept, params: {peerId: anna.novak@example.org}}]").await;
    lab.until(State::in_conference).await;
    let undo = "actions: [{do: undo}]";
    assert_eq!(lab.says(undo).await, "nothing to undo");
    lab.go("actions: [{room: hangUp}]").await;
    lab.until(|state| state.conference.is_none()).await;
    lab.go(call).await;
    lab.until(State::in_conference).await;
    assert_eq!(lab.go(undo).await.sent, [json!(["hangUp", {"forAll": false}])], "that one lasts");
}

#[tokio::test]
async fn what_was_not_meant_is_taken_back_in_silence() {
    let mut lab = Lab::new().await;
    let louder = intent(
        "actions: [{do: volume, params: {change: 10}}]\nundo: [{do: volume, params: {level: \"{state.volume}\"}}]",
    );
    let former = lab.performer.room.snapshot().volume.unwrap();
    let ticket = lab.performer.ticket();
    lab.performer.perform(ticket, louder.clone(), None).await;
    lab.until(|state| state.volume != Some(former)).await;
    while lab.requests.try_next().is_some() {}
    while lab.journal.try_recv().is_ok() {}
    assert!(lab.performer.can_take_back(ticket, &louder));
    lab.performer.take_back(ticket, &louder).await;
    let sent = lab.requests.next().await.unwrap();
    assert_eq!(
        json!([sent.method, sent.params]),
        json!(["setSettings", {"settings": {"audioPlayLevel": former}}])
    );
    while let Ok(entry) = lab.journal.try_recv() {
        assert!(!matches!(entry.what, Happening::Said { .. }), "{entry:?}");
    }
    // That was no command of its own.
    assert_eq!(lab.says("actions: [{do: undo}]").await, "nothing to undo");
    assert!(!lab.performer.can_take_back(lab.performer.ticket(), &intent("actions: [{room: ptzStop}]")));
}

#[tokio::test]
async fn what_came_to_nothing_is_not_taken_back() {
    let mut lab = Lab::new().await;
    let hang_up = "undo: [{room: hangUp, params: {forAll: false}}]";
    let robert = "actions: [{room: call, params: {peerId: robert.taylor@example.org}}]";
    assert_eq!(lab.corrected(&format!("{robert}\n{hang_up}")).await, Vec::<Value>::new(), "he is busy");
    lab.until(|state| state.ringing.is_none()).await;
    lab.conference().await;
    // Anna may be a moderator already; and then that is not to change.
    lab.happens("fault refuse method=setModeratorRole count=1").await;
    let role = |moderator| {
        format!(
            "[{{room: setModeratorRole, params: {{peerId: anna.novak@example.org, moderator: {moderator}}}}}]"
        )
    };
    let moderator = format!("actions: {}\nundo: {}", role(true), role(false));
    assert_eq!(lab.corrected(&moderator).await, Vec::<Value>::new());
    // Of a command that failed half-way, the half that was done is.
    lab.happens("fault refuse method=ptzUp count=1").await;
    let half = "actions: [{room: setMicMute, params: {mute: true}}, {room: ptzUp}]\nundo: [{room: ptzDown}]";
    assert_eq!(lab.corrected(half).await, [json!(["setMicMute", {"mute": false}])]);
    // One that has not begun may begin at any moment.
    lab.sent();
    lab.performer.take_back(lab.performer.ticket(), &intent(half)).await;
    assert_eq!(lab.sent(), [json!(["ptzDown", {}])]);
}

#[tokio::test]
async fn facts_in_what_takes_back_are_those_from_before() {
    let mut lab = Lab::new().await;
    lab.performer.room.set_mic_mute(true).await.unwrap();
    lab.until(|state| state.mic_muted == Some(true)).await;
    // A method whose former state the client does not know by itself.
    lab.go("actions: [{room: ptzLeft}, {room: setMicMute, params: {mute: false}}]\nundo: [{room: setMicMute, params: {mute: \"{state.mic_muted}\"}}]").await;
    lab.until(|state| state.mic_muted == Some(false)).await;
    assert_eq!(lab.go("actions: [{do: undo}]").await.sent, [json!(["setMicMute", {"mute": true}])]);
}
