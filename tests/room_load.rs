//! Load: a large address book, thousands of events a second, many requests in flight.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod room_terminal;

use std::time::{Duration, Instant};

use futures_util::stream::{FuturesUnordered, StreamExt};
use heyroom::room::{Client, events};
use room_terminal::{Terminal, event};
use serde_json::{Value, json};

const CONTACTS: usize = 10_000;
const EVENTS: usize = 15_000;
const IN_FLIGHT: usize = 64;

/// Resident memory of this process in MiB, where the system tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_contacts_five_thousand_events_a_second_and_64_requests_in_flight() {
    let terminal = Terminal::start().await;
    let book: Vec<Value> = (0..CONTACTS)
        .map(|n| json!({"peerId": format!("user{n}@video.example"), "peerDn": format!("User {n}"), "status": 0}))
        .collect();
    terminal.set("getAppState", json!({"appState": 3}));
    terminal.set("getAbook", json!({"abook": book}));
    let client = Client::connect(terminal.options()).await.unwrap();
    assert_eq!(client.snapshot().contacts.len(), CONTACTS);
    let before = resident();

    // Two subscribers; both must see every event, in order.
    let count = |mut events: heyroom::room::TypedEvents<events::UsersStatusesChanged>| async move {
        for expected in 0..EVENTS {
            let event = events.next().await.expect("the stream goes on").expect("no event is lost");
            let changed = event.users_statuses.unwrap();
            let id = format!("user{}@video.example", expected % CONTACTS);
            assert_eq!(changed[0].peer_id.as_deref(), Some(id.as_str()));
        }
    };
    let subscribers: Vec<_> = (0..2).map(|_| tokio::spawn(count(client.events().of()))).collect();

    let requests = tokio::spawn({
        let client = client.clone();
        async move {
            let ask = |n: usize| {
                let client = client.clone();
                async move { client.get_display_name_by_id(format!("user{n}")).await }
            };
            let mut running: FuturesUnordered<_> = (0..IN_FLIGHT).map(ask).collect();
            let (mut done, start) = (0, Instant::now());
            while start.elapsed() < Duration::from_secs(2) {
                running.next().await.unwrap().unwrap();
                done += 1;
                running.push(ask(done));
            }
            while let Some(answer) = running.next().await {
                answer.unwrap();
            }
            done
        }
    });

    // 50 events each 10 ms: 5,000 a second.
    let start = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    for batch in 0..EVENTS / 50 {
        tick.tick().await;
        for n in batch * 50..(batch + 1) * 50 {
            let id = format!("user{}@video.example", n % CONTACTS);
            let status = json!({"usersStatuses": [{"peerId": id, "status": 1 + n / CONTACTS}]});
            terminal.send(event("usersStatusesChanged", &status));
        }
    }
    for subscriber in subscribers {
        subscriber.await.unwrap();
    }
    let rate = EVENTS as f64 / start.elapsed().as_secs_f64();
    let done = requests.await.unwrap();

    let state = client.snapshot();
    let status = |n: usize| state.contacts.get(&format!("user{n}@video.example")).unwrap().status;
    assert_eq!(status(0), Some(2.into()));
    assert_eq!(status(CONTACTS - 1), Some(1.into()));
    println!("{rate:.0} events/s to two subscribers, {} requests/s meanwhile", done / 2);
    if let (Some(before), Some(after)) = (before, resident()) {
        println!("resident memory {before} MiB before, {after} MiB after");
        assert!(after < before + 64, "memory grew from {before} to {after} MiB");
    }
}
