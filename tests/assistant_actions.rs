//! What intents do: every built-in action, through the performer, over real sockets, against the simulated room. What
//! the room was asked and what was said must be right; sounds are switched off.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot set itself up has failed")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use heyroom::assistant::{
    actions::{ActionSettings, Memory, Performer},
    feedback::Feedback,
    journal::{Entry, Happening, Journal},
    outside::Permissions,
    own_actions::OWN_ACTIONS,
    replies::Replies,
    requests::{Request, Requests},
};
use heyroom::audio::{Player, PlayerSettings, speech::Voice};
use heyroom::grammar::{Context, Grammar, Match, Outcome, Pack, Slot};
use heyroom::room::{Client, Options, State};
use heyroom::simulator::{self, Simulator};
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// What is said, in words that show which reply it is.
const REPLIES: &str = r#"
language: en
intents: {X: {data: [{sentences: ["go"]}]}}
responses:
  assistant:
    and: "and"
    or: "or"
    and_others: "and others"
    not_now: "not now"
    not_allowed: "not allowed"
    failed: "failed"
    refused: "refused"
    no_room: "no room"
    no_call: "no call"
    busy: "{name} is busy"
    nobody_to_call: "nobody to call"
    calling: "calling {name}"
    nothing_to_undo: "nothing to undo"
    undone: "undone"
    nothing_to_repeat: "nothing to repeat"
    participants: "with {count}: {names}"
    participants_none: "alone"
    in_call_yes: "yes, with {count}: {names}"
    in_call_no: "no call now"
    own_id: "own {id}"
    conference_id: "conference {id}"
    who_called: "{count} missed: {names}"
    who_called_none: "nobody called"
    who_is_calling: "{name} calls"
    who_is_calling_none: "nobody calls"
    online_yes: "{name} online"
    online_no: "{name} offline"
    online_busy: "{name} busy"
    who_is_online: "{count} online: {names}"
    microphone_on: "on"
    microphone_off: "off"
    volume: "volume {level}"
    no_guest: "no guest"
    nobody_else: "nobody else"
    added: "added {name}"
    already_known: "known {name}"
    no_picture: "no picture"
    help: "say {examples}"
"#;

struct Lab {
    simulator: Simulator,
    requests: simulator::Requests,
    performer: Performer,
    journal: UnboundedReceiver<Entry>,
    asked: UnboundedReceiver<Request>,
}

/// What came of a command.
#[derive(Debug, PartialEq)]
struct Came {
    /// The commands that the room got; questions are left out.
    sent: Vec<Value>,
    said: Vec<String>,
}

fn matched(pack: &Pack) -> Match {
    match Grammar::new(pack).matches("go", &Context::new()) {
        Outcome::Match(found) => *found,
        other => panic!("{other:?}"),
    }
}

/// An intent with this content, given as lines of YAML.
fn intent(content: &str) -> Match {
    let indented: String = content.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("language: en\nintents:\n  X:\n    data: [{{sentences: [\"go\"]}}]\n{indented}");
    matched(&Pack::from_text("test.yaml", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}")))
}

impl Lab {
    async fn new() -> Self {
        let simulator = Simulator::start(simulator::Options::default()).await.unwrap();
        let room = Client::connect(Options::new(simulator.ws_url().parse().unwrap())).await.unwrap();
        let (told, journal) = mpsc::unbounded_channel();
        let log = Journal::told_to(told);
        let player = Player::start(PlayerSettings { silent: true, ..PlayerSettings::default() }).unwrap();
        let (requests, asked) = Requests::line();
        let performer = Performer {
            room,
            feedback: Feedback::new(player, None, Voice::text_only(), "en", log.clone()),
            replies: Arc::new(Replies::of(&Pack::from_text("replies.yaml", REPLIES).unwrap())),
            help: Arc::new(vec!["Calls: \"call Ann\"".to_owned()]),
            journal: log,
            settings: ActionSettings::default(),
            memory: Memory::default(),
            requests,
        };
        Self { requests: simulator.requests(), simulator, performer, journal, asked }
    }

    /// Carries out an intent with this content.
    async fn go(&mut self, content: &str) -> Came {
        self.perform(intent(content)).await
    }

    async fn perform(&mut self, found: Match) -> Came {
        while self.requests.try_next().is_some() {}
        while self.journal.try_recv().is_ok() {}
        self.performer.perform(self.performer.ticket(), found, Some(Instant::now())).await;
        let sent = self.sent();
        let mut said = Vec::new();
        while let Ok(entry) = self.journal.try_recv() {
            if let Happening::Said { text } = entry.what {
                said.push(text);
            }
        }
        Came { sent, said }
    }

    /// Carries out an intent with this content, then takes it back because it was not meant: what the room got then.
    async fn corrected(&mut self, content: &str) -> Vec<Value> {
        let (wrong, ticket) = (intent(content), self.performer.ticket());
        self.performer.perform(ticket, wrong.clone(), None).await;
        self.sent();
        self.performer.take_back(ticket, &wrong).await;
        self.sent()
    }

    /// The commands that the room got since it was last asked for.
    fn sent(&mut self) -> Vec<Value> {
        let sent = std::iter::from_fn(|| self.requests.try_next());
        let commands = sent.filter(|request| !request.method.starts_with("get"));
        commands.map(|request| json!([request.method, request.params])).collect()
    }

    async fn says(&mut self, content: &str) -> String {
        let came = self.go(content).await;
        assert_eq!(came.sent, Vec::<Value>::new(), "a question changes nothing");
        came.said.join(" / ")
    }

    async fn happens(&self, line: &str) {
        self.simulator.command(line).await.unwrap();
    }

    async fn until(&self, what: impl FnMut(&State) -> bool) {
        let mut state = self.performer.room.state();
        let state = tokio::time::timeout(Duration::from_secs(15), state.wait_for(what)).await;
        state.expect("in time").expect("open");
    }

    /// A conference with John and Anna, both with their microphones on.
    async fn conference(&mut self) {
        let people = r#"["john.smith@example.org", "anna.novak@example.org"]"#;
        let came =
            self.go(&format!("actions: [{{do: create_conference, params: {{contacts: {people}}}}}]")).await;
        assert_eq!(came.sent.len(), 1, "{came:?}");
        self.until(|state| state.participants.len() == 3).await;
    }
}

fn came(sent: Vec<Value>, said: &[&str]) -> Came {
    Came { sent, said: said.iter().map(|&text| text.to_owned()).collect() }
}

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
async fn a_call_can_be_taken_back_while_it_rings() {
    let mut lab = Lab::new().await;
    lab.happens("behave nina ignore").await;
    let call = "actions: [{room: call, params: {peerId: nina.kumar@example.org}}]\nundo: [{room: hangUp, params: {forAll: false}}]";
    let (performer, found) = (lab.performer.clone(), intent(call));
    let ringing = tokio::spawn(async move { performer.perform(performer.ticket(), found, None).await });
    lab.until(|state| state.ringing.is_some()).await;
    let undone = lab.go("actions: [{do: undo}]").await;
    assert!(undone.sent.contains(&json!(["hangUp", {"forAll": false}])), "{undone:?}");
    assert!(undone.said.contains(&"undone".to_owned()), "{undone:?}");
    ringing.await.unwrap();
}

#[tokio::test]
async fn cancel_gives_up_a_call_that_rings_and_nothing_else() {
    let mut lab = Lab::new().await;
    assert_eq!(lab.says("actions: [{do: cancel}]").await, "Okay, never mind");
    lab.happens("behave nina ignore").await;
    let call = "actions: [{room: call, params: {peerId: nina.kumar@example.org}}]";
    let (performer, found) = (lab.performer.clone(), intent(call));
    let ringing = tokio::spawn(async move { performer.perform(performer.ticket(), found, None).await });
    lab.until(|state| state.ringing.is_some()).await;
    let cancelled = lab.go("actions: [{do: cancel}]").await;
    assert!(cancelled.sent.contains(&json!(["hangUp", {"forAll": false}])), "{cancelled:?}");
    lab.until(|state| state.ringing.is_none()).await;
    ringing.await.unwrap();
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
async fn who_is_busy_is_the_one_who_was_called() {
    let mut lab = Lab::new().await;
    let mut found = intent("actions: [{room: call, params: {peerId: robert.taylor@example.org}}]");
    found.slots.insert("kind".to_owned(), Slot::new("video", json!("video")));
    let robert = Slot::named("robert", json!("robert.taylor@example.org"), "Robert Taylor");
    found.slots.insert("contact".to_owned(), robert);
    assert_eq!(lab.perform(found).await.said, ["Robert Taylor is busy"]);
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
async fn facts_in_what_takes_back_are_those_from_before() {
    let mut lab = Lab::new().await;
    lab.performer.room.set_mic_mute(true).await.unwrap();
    lab.until(|state| state.mic_muted == Some(true)).await;
    // A method whose former state the client does not know by itself.
    lab.go("actions: [{room: ptzLeft}, {room: setMicMute, params: {mute: false}}]\nundo: [{room: setMicMute, params: {mute: \"{state.mic_muted}\"}}]").await;
    lab.until(|state| state.mic_muted == Some(false)).await;
    assert_eq!(lab.go("actions: [{do: undo}]").await.sent, [json!(["setMicMute", {"mute": true}])]);
}

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
async fn sent_is_what_is_on_the_wire() {
    let mut lab = Lab::new().await;
    lab.performer.room.close().await;
    lab.performer.perform(lab.performer.ticket(), intent("actions: [{room: ptzLeft}]"), None).await;
    while let Ok(entry) = lab.journal.try_recv() {
        assert!(!matches!(entry.what, Happening::Sent { .. }), "{entry:?}");
    }
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

/// A grammar file of the operator.
#[cfg(unix)]
fn operators(folder: &Path, content: &str) -> Match {
    use std::os::unix::fs::PermissionsExt;
    let file = folder.join("en.yaml");
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let text = format!(
        "language: en\nintents:\n  X:\n    data: [{{sentences: [\"go\"]}}]\n    actions: [{content}]\n"
    );
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    matched(&Pack::load(folder, "en").unwrap())
}

#[cfg(unix)]
#[tokio::test]
async fn programs_run_only_from_files_of_the_operator_and_when_switched_on() {
    use std::os::unix::fs::PermissionsExt;
    let mut lab = Lab::new().await;
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let touch = format!("{{shell: [touch, \"{}\"]}}", trace.display());
    let command = operators(folder.path(), &touch);
    assert_eq!(lab.perform(command.clone()).await.said, ["not allowed"], "off unless switched on");
    lab.performer.settings.permissions = Permissions { shell: true, http: false };
    assert_eq!(lab.go(&format!("actions: [{touch}]")).await.said, ["not allowed"], "not from a file");
    let file = folder.path().join("en.yaml");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    assert_eq!(lab.perform(command.clone()).await.said, ["not allowed"], "anybody may have written it");
    assert!(!trace.exists());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(lab.perform(command).await, came(vec![], &[]));
    assert!(trace.exists());
    let fails = operators(folder.path(), "{shell: [\"false\"]}, {say: \"it failed\", when: failed}");
    assert_eq!(lab.perform(fails).await.said, ["it failed"]);
}

#[cfg(unix)]
#[tokio::test]
async fn http_requests_tell_by_their_status_how_they_went() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let (told, mut got) = mpsc::unbounded_channel();
    let elsewhere = url.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = server.accept().await {
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let read = socket.read(&mut buffer).await.unwrap_or(0);
                request.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&request).into_owned();
                if read == 0
                    || text.contains("\r\n\r\n{")
                    || (text.contains("\r\n\r\n") && text.starts_with("GET"))
                {
                    break;
                }
            }
            let text = String::from_utf8_lossy(&request).into_owned();
            let status = if text.contains("/broken") {
                "500 Broken".to_owned()
            } else if text.contains("/moved") {
                format!("302 Found\r\nlocation: {elsewhere}/light")
            } else {
                "204 No Content".to_owned()
            };
            let _ = socket
                .write_all(
                    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").as_bytes(),
                )
                .await;
            let _ = told.send(text);
        }
    });
    let mut lab = Lab::new().await;
    let folder = tempfile::tempdir().unwrap();
    let light = format!(
        "{{http: \"{url}/light\", method: post, headers: {{X-Key: secret}}, body: {{on: true, muted: \"{{state.mic_muted}}\"}}}}"
    );
    let light = operators(folder.path(), &light);
    lab.performer.settings.permissions = Permissions { shell: true, http: false };
    assert_eq!(lab.perform(light.clone()).await.said, ["not allowed"]);
    lab.performer.settings.permissions.http = true;
    assert_eq!(lab.perform(light).await, came(vec![], &[]));
    let request = got.recv().await.unwrap();
    assert!(
        request.starts_with("POST /light HTTP/1.1") && request.ends_with(r#"{"on":true,"muted":false}"#),
        "{request}"
    );
    assert!(
        request.to_lowercase().contains("x-key: secret") && request.contains("application/json"),
        "{request}"
    );
    for path in ["broken", "moved"] {
        let found = operators(folder.path(), &format!("{{http: \"{url}/{path}\"}}"));
        assert_eq!(lab.perform(found).await.said, ["failed"], "{path}");
    }
}
