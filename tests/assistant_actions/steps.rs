//! Steps one after the other, and what concerns every action.

use heyroom::assistant::{
    journal::Happening,
    own_actions::OWN_ACTIONS,
    requests::{Request, Requests},
};
use serde_json::Value;

use crate::lab::{Lab, came, intent};

#[tokio::test]
async fn steps_depend_on_the_outcome_of_those_before() {
    let mut lab = Lab::new().await;
    lab.happens("fault refuse method=ptzUp count=100").await;
    let go = "actions:\n- {room: ptzUp}\n- {room: ptzLeft}\n- {wait: 1, when: failed}\n- {room: ptzStop, when: failed}\n- {room: ptzRight, when: always}\n- {room: ptzDown}";
    let came = lab.go(go).await;
    let sent: Vec<&Value> = came.sent.iter().map(|sent| &sent[0]).collect();
    assert_eq!(sent, ["ptzUp", "ptzStop", "ptzRight"]);
    assert_eq!(came.said, ["refused"]);
    // What a step for this case says stands in place of the usual words.
    let came = lab.go("actions: [{room: ptzUp}, {say: \"It is at the top\", when: failed}]").await;
    assert_eq!(came.said, ["It is at the top"]);
    let came = lab
        .go("actions: [{room: ptzLeft}, {say: \"No\", when: failed}, {say: \"Done\", when: always}]")
        .await;
    assert_eq!(came.said, ["Done"]);
    // A second failure is not told on top of the first.
    let came = lab.go("actions: [{room: ptzUp}, {do: participants, when: failed}]").await;
    assert_eq!(came.said, ["refused"]);
}

#[tokio::test]
async fn sent_is_what_is_on_the_wire() {
    let mut lab = Lab::new().await;
    lab.performer.room.close().await;
    lab.performer.perform(lab.performer.ticket(), intent("actions: [{room: ptzLeft}]"), None).await;
    while let Ok(entry) = lab.journal.try_recv() {
        assert!(!matches!(entry.what, Happening::Sent { .. }), "{entry:?}");
    }
}

#[tokio::test]
async fn the_loop_is_asked_for_what_only_it_can_do() {
    let mut lab = Lab::new().await;
    assert_eq!(lab.go("actions: [{do: language, params: {language: de}}]").await, came(vec![], &[]));
    assert_eq!(lab.go("actions: [{do: privacy}]").await, came(vec![], &[]));
    assert_eq!(lab.asked.try_recv(), Ok(Request::Language("de".to_owned())));
    assert_eq!(lab.asked.try_recv(), Ok(Request::Privacy));
    lab.performer.requests = Requests::default();
    assert_eq!(lab.go("actions: [{do: privacy}]").await.said, ["failed"]);
}

#[tokio::test]
async fn every_built_in_action_can_be_asked_for() {
    let mut lab = Lab::new().await;
    for action in OWN_ACTIONS {
        let name = action.name;
        let given: Vec<String> = action
            .params
            .iter()
            .map(|param| match param.trim_end_matches('?') {
                flag @ ("mute" | "show" | "open") => format!("{flag}: true"),
                number @ ("level" | "change" | "layout" | "monitor") => format!("{number}: 1"),
                list @ "contacts" => format!("{list}: []"),
                text => format!("{text}: \"1\""),
            })
            .collect();
        let came = lab.go(&format!("actions: [{{do: {name}, params: {{{}}}}}]", given.join(", "))).await;
        assert!(!came.said.contains(&"failed".to_owned()), "{name}: {came:?}");
    }
}
