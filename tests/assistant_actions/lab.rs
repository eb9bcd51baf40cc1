//! Where actions are tried: a performer without sound, and the simulated room.

use std::sync::Arc;
use std::time::{Duration, Instant};

use heyroom::assistant::{
    actions::{ActionSettings, Memory, Performer},
    feedback::Feedback,
    journal::{Entry, Happening, Journal},
    replies::Replies,
    requests::{Request, Requests},
};
use heyroom::audio::{Player, PlayerSettings, speech::Voice};
use heyroom::grammar::{Context, Grammar, Match, Outcome, Pack};
use heyroom::room::{Client, Options, State};
use heyroom::simulator::{self, Simulator};
use serde_json::{Value, json};
use tokio::{
    sync::mpsc::{self, UnboundedReceiver},
    task::JoinHandle,
};

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
    cancelled: "cancelled"
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

/// A performer, the simulated room that it drives, and what both tell.
pub struct Lab {
    simulator: Simulator,
    pub requests: simulator::Requests,
    pub performer: Performer,
    pub journal: UnboundedReceiver<Entry>,
    pub asked: UnboundedReceiver<Request>,
}

/// What came of a command.
#[derive(Debug, PartialEq)]
pub struct Came {
    /// The commands that the room got; questions are left out.
    pub sent: Vec<Value>,
    pub said: Vec<String>,
}

pub fn matched(pack: &Pack) -> Match {
    match Grammar::new(pack).matches("go", &Context::new()) {
        Outcome::Match(found) => *found,
        other => panic!("{other:?}"),
    }
}

/// An intent with this content, given as lines of YAML.
pub fn intent(content: &str) -> Match {
    let indented: String = content.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("language: en\nintents:\n  X:\n    data: [{{sentences: [\"go\"]}}]\n{indented}");
    matched(&Pack::from_text("test.yaml", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}")))
}

impl Lab {
    pub async fn new() -> Self {
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
    pub async fn go(&mut self, content: &str) -> Came {
        self.perform(intent(content)).await
    }

    pub async fn perform(&mut self, found: Match) -> Came {
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
    pub async fn corrected(&mut self, content: &str) -> Vec<Value> {
        let (wrong, ticket) = (intent(content), self.performer.ticket());
        self.performer.perform(ticket, wrong.clone(), None).await;
        self.sent();
        self.performer.take_back(ticket, &wrong).await;
        self.sent()
    }

    /// The commands that the room got since it was last asked for.
    pub fn sent(&mut self) -> Vec<Value> {
        let sent = std::iter::from_fn(|| self.requests.try_next());
        let commands = sent.filter(|request| !request.method.starts_with("get"));
        commands.map(|request| json!([request.method, request.params])).collect()
    }

    pub async fn says(&mut self, content: &str) -> String {
        let came = self.go(content).await;
        assert_eq!(came.sent, Vec::<Value>::new(), "a question changes nothing");
        came.said.join(" / ")
    }

    pub async fn happens(&self, line: &str) {
        self.simulator.command(line).await.unwrap();
    }

    pub async fn until(&self, what: impl FnMut(&State) -> bool) {
        let mut state = self.performer.room.state();
        let state = tokio::time::timeout(Duration::from_secs(15), state.wait_for(what)).await;
        state.expect("in time").expect("open");
    }

    /// A call to somebody who does not answer, and who takes it back if `undo` says how: it rings.
    pub async fn ringing(&mut self, undo: &str) -> JoinHandle<()> {
        self.happens("behave nina ignore").await;
        let call = format!("actions: [{{room: call, params: {{peerId: nina.kumar@example.org}}}}]\n{undo}");
        let (performer, found) = (self.performer.clone(), intent(&call));
        let ringing = tokio::spawn(async move { performer.perform(performer.ticket(), found, None).await });
        self.until(|state| state.ringing.is_some()).await;
        ringing
    }

    /// A conference with John and Anna, both with their microphones on.
    pub async fn conference(&mut self) {
        let people = r#"["john.smith@example.org", "anna.novak@example.org"]"#;
        let came =
            self.go(&format!("actions: [{{do: create_conference, params: {{contacts: {people}}}}}]")).await;
        assert_eq!(came.sent.len(), 1, "{came:?}");
        self.until(|state| state.participants.len() == 3).await;
    }
}

pub fn came(sent: Vec<Value>, said: &[&str]) -> Came {
    Came { sent, said: said.iter().map(|&text| text.to_owned()).collect() }
}
