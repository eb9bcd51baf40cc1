//! Who is there, who called, and the address book.

use heyroom::room::State;
use serde_json::json;

use crate::lab::Lab;

#[tokio::test]
async fn people_and_the_address_book() {
    let mut lab = Lab::new().await;
    let online = |who: &str| format!("actions: [{{do: is_online, params: {{contact: {who}@example.org}}}}]");
    assert_eq!(lab.says(&online("john.smith")).await, "John Smith online");
    assert_eq!(lab.says(&online("robert.taylor")).await, "Robert Taylor busy");
    let all = lab.says("actions: [{do: who_is_online}]").await;
    assert!(all.contains(" online: John Smith, John Baker") && !all.contains("Laura Martin"), "{all}");
    let add = |who: &str| format!("actions: [{{do: add_contact, params: {{participant: {who}}}}}]");
    assert_eq!(lab.says(&add("john.smith@example.org/1234")).await, "known John Smith");
    let came = lab.go(&add("zoe@example.org/77")).await;
    assert_eq!(came.sent, [json!(["addToAbook", {"peerId": "zoe@example.org", "peerDn": "zoe"}])]);
    assert_eq!(came.said, ["added zoe"]);
    assert_eq!(
        lab.go("actions: [{do: undo}]").await.sent,
        [json!(["removeFromAbook", {"peerId": "zoe@example.org"}])]
    );
    assert_eq!(lab.says("actions: [{do: add_caller}]").await, "nobody called");
    lab.happens("ring yan@example.net").await;
    lab.until(|state| state.incoming_call().is_some()).await;
    assert_eq!(lab.go("actions: [{do: add_caller}]").await.sent[0][1]["peerId"], "yan@example.net");
}

#[tokio::test]
async fn of_many_people_some_are_named_and_it_is_said_that_there_are_others() {
    let mut lab = Lab::new().await;
    let online = "actions: [{do: who_is_online}]";
    for number in 0..20 {
        lab.happens(&format!("add_contact peerId=guest{number}@example.org name=Guest")).await;
    }
    lab.until(|state| state.contacts.iter().count() >= 20).await;
    for number in 0..20 {
        lab.happens(&format!("presence who=guest{number}@example.org status=available")).await;
    }
    let available = |state: &State| {
        let book = state.contacts.iter();
        book.filter(|contact| contact.status == Some(heyroom::room::UserStatus::Available)).count()
    };
    lab.until(move |state| available(state) >= 20).await;
    let all = lab.says(online).await;
    assert!(all.ends_with(" and others") && all.matches(',').count() == 7, "{all}");
}

#[tokio::test]
async fn questions_are_answered() {
    let mut lab = Lab::new().await;
    assert_eq!(lab.says("actions: [{do: in_call}]").await, "no call now");
    assert_eq!(lab.says("actions: [{do: own_id}]").await, "own room");
    assert_eq!(lab.says("actions: [{do: who_called}]").await, "nobody called");
    assert_eq!(lab.says("actions: [{do: who_is_calling}]").await, "nobody calls");
    assert_eq!(lab.says("actions: [{do: microphone_state}]").await, "on");
    assert_eq!(lab.says("actions: [{do: conference_id}]").await, "no call");
    assert_eq!(lab.says("actions: [{do: participants}]").await, "no call");
    assert_eq!(lab.says("actions: [{do: help}]").await, "say call Ann");
    lab.conference().await;
    assert_eq!(lab.says("actions: [{do: participants}]").await, "with 2: John Smith and Anna Novak");
    assert_eq!(lab.says("actions: [{do: in_call}]").await, "yes, with 2: John Smith and Anna Novak");
    // Without the room nothing is known, and nothing old is told.
    lab.performer.room.close().await;
    assert_eq!(lab.says("actions: [{do: in_call}]").await, "no room");
    assert_eq!(lab.says("actions: [{do: volume_state}]").await, "no room");
}
