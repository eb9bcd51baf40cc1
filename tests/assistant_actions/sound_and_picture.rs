//! Sound, layout and pictures, of the room and of the others.

use heyroom::room::State;
use serde_json::{Value, json};

use crate::lab::{Came, Lab, came};

#[tokio::test]
async fn all_others_are_muted_and_only_those_are_unmuted_again() {
    let mut lab = Lab::new().await;
    assert_eq!(lab.go("actions: [{do: mute_others, params: {mute: true}}]").await.said, ["no call"]);
    lab.conference().await;
    lab.happens("devices anna mic=off").await;
    let anna_off = |state: &State| {
        state
            .participant("anna.novak@example.org")
            .is_some_and(|anna| anna.mic == Some(heyroom::room::DeviceStatus::Muted))
    };
    lab.until(anna_off).await;
    let came = lab.go("actions: [{do: mute_others, params: {mute: true}}]\nundo: [{do: mute_others, params: {mute: false}}]").await;
    assert_eq!(came.sent.len(), 1, "Anna is muted already: {came:?}");
    assert!(came.sent[0][1]["peerId"].as_str().unwrap().starts_with("john.smith@"));
    assert_eq!(came.sent[0][1]["on"], false);
    lab.until(|state| {
        heyroom::assistant::facts::facts(state).context.get("muted_others") == Some(&json!(true))
    })
    .await;
    let came = lab.go("actions: [{do: undo}]").await;
    assert_eq!((came.sent.len(), &came.sent[0][1]["on"]), (1, &json!(true)), "Anna stays as she was");
}

#[tokio::test]
async fn how_loud_the_room_and_the_others_are() {
    let mut lab = Lab::new().await;
    let volume = |params: &str| {
        format!(
            "actions: [{{do: volume, params: {params}}}]\nundo: [{{do: volume, params: {{change: -10}}}}]"
        )
    };
    let set = |level: f64| json!(["setSettings", {"settings": {"audioPlayLevel": level}}]);
    assert_eq!(lab.go(&volume("{level: 95}")).await.sent, [set(0.95)]);
    lab.until(|state| state.volume == Some(0.95)).await;
    assert_eq!(lab.says("actions: [{do: volume_state}]").await, "volume 95");
    assert_eq!(lab.go(&volume("{change: 10}")).await.sent, [set(1.0)]);
    lab.until(|state| state.volume == Some(1.0)).await;
    // Not ten less than the top, but what it was.
    assert_eq!(lab.go("actions: [{do: undo}]").await.sent, [set(0.95)]);

    lab.conference().await;
    let john = "participant: john.smith@example.org";
    let level = |level: i64, sent: &Value| {
        assert_eq!((&sent[0], &sent[1]["level"]), (&json!("setAudioReceivingLevel"), &json!(level)));
    };
    let came = lab.go(&format!("actions: [{{do: participant_volume, params: {{{john}, level: 30}}}}]")).await;
    level(30, &came.sent[0]);
    let came =
        lab.go(&format!("actions: [{{do: participant_volume, params: {{{john}, change: -50}}}}]")).await;
    level(0, &came.sent[0]);
    level(30, &lab.go("actions: [{do: undo}]").await.sent[0]);
}

#[tokio::test]
async fn who_is_shown_where() {
    let mut lab = Lab::new().await;
    lab.conference().await;
    let john = "participant: john.smith@example.org";
    let sent = |came: &Came| -> Vec<String> {
        came.sent.iter().map(|sent| sent[0].as_str().unwrap().to_owned()).collect()
    };
    let go = |name: &str, params: &str| format!("actions: [{{do: {name}, params: {{{params}}}}}]");

    let came = lab.go(&go("layout", "layout: 1")).await;
    assert_eq!(came.sent, [json!(["changeVideoMatrixType", {"matrixType": 1}])]);
    let came = lab.go(&go("hide_participant", john)).await;
    assert_eq!(sent(&came), ["hideVideoSlot"]);
    assert_eq!(sent(&lab.go(&go("hide_participant", john)).await), Vec::<String>::new(), "hidden already");
    // Hidden, in a layout without a big picture.
    let came = lab.go(&go("show_participant", john)).await;
    assert_eq!(sent(&came), ["showVideoSlot", "changeVideoMatrixType", "swapVideoSlots"]);
    let matrix = lab.performer.room.get_video_matrix().await.unwrap();
    let first = matrix.participants.unwrap()[0].peer_id.clone().unwrap();
    assert!(first.starts_with("john.smith@"), "{first}");
    assert_eq!(sent(&lab.go(&go("show_participant", john)).await), Vec::<String>::new(), "big already");
    let came = lab.go("actions: [{do: undo}]").await;
    assert_eq!(sent(&came), ["swapVideoSlots", "changeVideoMatrixType", "hideVideoSlot"]);
    let came = lab.go("actions: [{do: undo}]").await;
    assert_eq!(sent(&came), ["showVideoSlot"]);

    // Monitors are counted from one.
    let came = lab.go(&go("participant_to_monitor", &format!("{john}, monitor: 2"))).await;
    assert_eq!(
        (sent(&came), &came.sent[0][1]["monitorIndex"]),
        (vec!["moveVideoSlotToMonitor".to_owned()], &json!(1))
    );
    let came = lab.go(&go("clear_monitor", "monitor: 2")).await;
    assert_eq!(came.sent, [json!(["removeVideoSlotFromMonitor", {"monitorIndex": 1}])]);
    assert_eq!(sent(&lab.go("actions: [{do: undo}]").await), ["moveVideoSlotToMonitor"]);
    assert_eq!(lab.go(&go("clear_monitor", "monitor: 7")).await, came_not_now());
    assert_eq!(lab.go(&go("clear_monitor", "monitor: 0")).await, came_not_now());

    let own = |show: bool| go("self_view", &format!("show: {show}"));
    assert_eq!(lab.go(&own(false)).await.sent, [json!(["hideVideoSlot", {"callId": "#self:0"}])]);
    assert_eq!(lab.go(&own(true)).await.sent, [json!(["showVideoSlot", {"callId": "#self:0"}])]);
}

fn came_not_now() -> Came {
    came(vec![], &["not now"])
}

#[tokio::test]
async fn a_picture_in_place_of_the_camera() {
    let mut lab = Lab::new().await;
    let start = "actions: [{do: start_picture}]";
    assert_eq!(lab.go(start).await, came(vec![], &["no picture"]));
    let id = lab.performer.room.upload("plan.png", b"\x89PNG\r\n\x1a\n").await.unwrap();
    lab.performer.room.start_broadcast_picture(id).await.unwrap();
    lab.performer.room.stop_broadcast_picture().await.unwrap();
    lab.until(|state| state.picture.as_ref().is_some_and(|it| it.running == Some(false))).await;
    assert_eq!(lab.go(start).await.sent, [json!(["startBroadcastPicture", {"fileId": id}])]);
    assert_eq!(lab.go("actions: [{do: undo}]").await.sent[0][0], "stopBroadcastPicture");
}
