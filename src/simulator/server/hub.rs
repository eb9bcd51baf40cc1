//! The one task that owns the terminal: requests and actions in, messages to the clients out.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::atomic::Ordering,
    time::{Duration, SystemTime},
};

use serde_json::Value;
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::Instant,
};

use super::{Access, Command, Shared, ToClient, script::Script};
use crate::simulator::{
    action::Action,
    fault::Fault,
    options::Setup,
    record::{Kind, Record, masked},
    scenario::Scenario,
    terminal::{ClientId, Output, Terminal},
};

/// How many records are kept for those who ask later.
const LOG: usize = 1000;

struct Hub {
    terminal: Terminal,
    start: Instant,
    clients: BTreeMap<ClientId, mpsc::Sender<ToClient>>,
    watchers: Vec<mpsc::UnboundedSender<Record>>,
    log: VecDeque<Record>,
    script: Script,
    /// Faults that also meet those who connect later.
    lasting: Vec<Fault>,
    down_until: Option<Duration>,
    shared: Shared,
}

pub(super) async fn run(
    setup: Setup,
    scenario: Scenario,
    mut commands: mpsc::UnboundedReceiver<Command>,
    shared: Shared,
) {
    let mut stop = shared.stop.clone();
    let mut hub = Hub {
        terminal: Terminal::new(setup, SystemTime::now()),
        start: Instant::now(),
        clients: BTreeMap::new(),
        watchers: Vec::new(),
        log: VecDeque::new(),
        script: Script::new(scenario),
        lasting: Vec::new(),
        down_until: None,
        shared,
    };
    loop {
        hub.pass_time();
        let wake = hub.start + hub.next_wake().unwrap_or(Duration::from_secs(3600));
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            command = commands.recv() => match command {
                Some(command) => hub.obey(command),
                None => break,
            },
            () = tokio::time::sleep_until(wake) => {}
        }
    }
    for sender in hub.clients.values() {
        // Who cannot take it is dropped with its channel.
        let _ = sender.try_send(ToClient::Close);
    }
}

impl Hub {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn next_wake(&self) -> Option<Duration> {
        [self.terminal.next_wake(), self.script.due(), self.down_until].into_iter().flatten().min()
    }

    /// Everything that is due now.
    fn pass_time(&mut self) {
        let now = self.now();
        if self.down_until.is_some_and(|until| until <= now) {
            self.down_until = None;
            self.shared.down.store(false, Ordering::Relaxed);
            self.note("the application is back");
        }
        let out = self.terminal.advance(now);
        self.deliver(out);
        self.script.look_at_state(self.terminal.state() as i64, now);
        while let Some((line, action)) = self.script.take_due(now) {
            let told = match self.act(&action) {
                Ok(told) => told,
                Err(why) => format!("line {line} of the scenario cannot happen: {why}"),
            };
            self.note(&told);
            self.script.look_at_state(self.terminal.state() as i64, now);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Connected(client, sender) => {
                if self.down_until.is_some() {
                    return;
                }
                for fault in &self.lasting {
                    let _ = sender.try_send(ToClient::Fault(*fault));
                }
                self.clients.insert(client, sender);
                self.terminal.connect(client);
                self.record(Kind::Connected, Some(client), Value::Null);
            }
            Command::Received(client, text) => self.receive(client, &text),
            Command::Gone(client) => {
                self.terminal.disconnect(client);
                if self.clients.remove(&client).is_some() {
                    self.record(Kind::Disconnected, Some(client), Value::Null);
                }
            }
            Command::Act(action, answer) => {
                let result = self.act(&action);
                if let Ok(told) = &result
                    && action != Action::State
                {
                    self.note(told);
                }
                let _ = answer.send(result);
            }
            Command::State(answer) => {
                let _ = answer.send(self.terminal.overview());
            }
            Command::Watch(watcher) => self.watchers.push(watcher),
            Command::Log(answer) => {
                let _ = answer.send(self.log.iter().cloned().collect());
            }
            Command::Access(token, answer) => {
                let now = self.now();
                let access = Access {
                    token_valid: self.terminal.http_token_is_valid(&token, now),
                    server_on: self.terminal.http_server_is_on(),
                    selfie_on: self.terminal.selfie_is_on(),
                };
                let _ = answer.send(access);
            }
            Command::Uploaded(name, size, answer) => {
                let _ = answer.send(self.terminal.upload(&name, size));
            }
        }
    }

    fn receive(&mut self, client: ClientId, text: &str) {
        if !self.clients.contains_key(&client) {
            return;
        }
        let message = serde_json::from_str::<Value>(text).unwrap_or_else(|_| text.into());
        let method = message.get("method").and_then(Value::as_str).map(str::to_owned);
        self.record(Kind::Request, Some(client), masked(message));
        let now = self.now();
        let out = self.terminal.receive(client, text, now);
        self.deliver(out);
        if let Some(method) = method {
            self.script.look_at_request(&method, now);
        }
    }

    fn act(&mut self, action: &Action) -> Result<String, String> {
        match action {
            Action::Happen(happening) => {
                let now = self.now();
                let (result, out) = self.terminal.happen(happening, now);
                self.deliver(out);
                result
            }
            Action::State => Ok(self.terminal.overview().to_string()),
            Action::Fault(fault, only) => {
                match fault {
                    Fault::Delay(_) | Fault::SlowReader(_) if only.is_none() => self.lasting.push(*fault),
                    Fault::Clear => self.lasting.clear(),
                    _ => {}
                }
                let met: Vec<ClientId> = self
                    .clients
                    .keys()
                    .copied()
                    .filter(|client| only.is_none_or(|only| only == *client))
                    .collect();
                if let Some(only) = only
                    && met.is_empty()
                {
                    return Err(format!("there is no client {only}"));
                }
                for client in &met {
                    self.send(*client, ToClient::Fault(*fault));
                }
                Ok(format!("{fault:?} for {} client(s)", met.len()))
            }
        }
    }

    fn deliver(&mut self, out: Vec<Output>) {
        for output in out {
            match output {
                Output::Answer(client, message) => {
                    self.send(client, ToClient::Text(message.to_string()));
                    self.record(Kind::Answer, Some(client), masked(message));
                }
                Output::EventTo(client, message) => {
                    self.send(client, ToClient::Text(message.to_string()));
                    self.record(Kind::Event, Some(client), masked(message));
                }
                Output::Event(message) => {
                    let text = message.to_string();
                    let told: Vec<ClientId> = self
                        .clients
                        .keys()
                        .copied()
                        .filter(|client| self.terminal.is_authorised(*client))
                        .collect();
                    for client in told {
                        self.send(client, ToClient::Text(text.clone()));
                    }
                    self.record(Kind::Event, None, masked(message));
                }
                Output::Down(away) => self.go_down(away),
            }
        }
    }

    /// Every socket closes; nobody can connect for this long.
    fn go_down(&mut self, away: Duration) {
        self.note("the application ends");
        self.shared.down.store(true, Ordering::Relaxed);
        self.down_until = Some(self.now() + away);
        for (client, sender) in std::mem::take(&mut self.clients) {
            let _ = sender.try_send(ToClient::Close);
            self.terminal.disconnect(client);
            self.record(Kind::Disconnected, Some(client), Value::Null);
        }
    }

    fn send(&mut self, client: ClientId, message: ToClient) {
        let Some(sender) = self.clients.get(&client) else { return };
        match sender.try_send(message) {
            Ok(()) => {}
            Err(TrySendError::Closed(_)) => {
                self.clients.remove(&client);
            }
            Err(TrySendError::Full(_)) => {
                self.clients.remove(&client);
                self.terminal.disconnect(client);
                self.note(&format!("client {client} does not read; its connection is dropped"));
            }
        }
    }

    fn note(&mut self, text: &str) {
        self.record(Kind::Note, None, text.into());
    }

    fn record(&mut self, kind: Kind, client: Option<ClientId>, message: Value) {
        let ms = u64::try_from(self.now().as_millis()).unwrap_or(u64::MAX);
        let record = Record { ms, kind, client, message };
        self.watchers.retain(|watcher| watcher.send(record.clone()).is_ok());
        if self.log.len() == LOG {
            self.log.pop_front();
        }
        self.log.push_back(record);
    }
}
