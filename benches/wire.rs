//! The Room API client on the wire: how long a request takes there and back on loopback, how many go through in
//! a second, and how fast messages are read.
//!
//! `cargo bench --bench wire`. The peer is the simulator of this crate. Where Python has the package
//! python-trueconf-room (`python3`, or the interpreter in `PYTHON`), that client is measured in the same run
//! against the same simulator.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::stream::{FuturesUnordered, StreamExt};
use heyroom::room::{Client, Message, Options};
use heyroom::simulator::{self, Simulator};
use serde_json::{Value, json};

fn connected() -> (tokio::runtime::Runtime, Simulator, Client) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let simulator = runtime.block_on(Simulator::start(simulator::Options::default())).unwrap();
    let options = Options::new(simulator.ws_url().parse().unwrap());
    let client = runtime.block_on(Client::connect(options)).unwrap();
    (runtime, simulator, client)
}

async fn in_flight(client: &Client, count: u64, at_once: u64) {
    let mut running: FuturesUnordered<_> =
        (0..at_once.min(count)).map(|_| client.get_mic_mute().accepted()).collect();
    for _ in running.len() as u64..count {
        running.next().await.unwrap().unwrap();
        running.push(client.get_mic_mute().accepted());
    }
    while let Some(answer) = running.next().await {
        answer.unwrap();
    }
}

fn wire(criterion: &mut Criterion) {
    let (runtime, simulator, client) = connected();
    let mut group = criterion.benchmark_group("wire");
    group.bench_function("round trip", |bencher| {
        bencher.iter_custom(|count| {
            let start = Instant::now();
            runtime.block_on(in_flight(&client, count, 1));
            start.elapsed()
        });
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("64 in flight", |bencher| {
        bencher.iter_custom(|count| {
            let start = Instant::now();
            runtime.block_on(in_flight(&client, count, 64));
            start.elapsed()
        });
    });
    group.finish();
    percentiles(&runtime, &client);
    foreign_client(&simulator);
}

/// Criterion gives means; people ask for the slowest in a hundred.
fn percentiles(runtime: &tokio::runtime::Runtime, client: &Client) {
    let mut times: Vec<Duration> = runtime.block_on(async {
        let mut times = Vec::with_capacity(20_000);
        for _ in 0..20_000 {
            let start = Instant::now();
            client.get_mic_mute().await.unwrap();
            times.push(start.elapsed());
        }
        times
    });
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!("wire/round trip: p50 {:.1?}, p99 {:.1?}, slowest {:.1?}", at(50), at(99), at(100));
}

/// The Python client, one request after the other and as many as it can queue.
fn foreign_client(simulator: &Simulator) {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = std::env::temp_dir(); // The package writes a log file where it runs.
    let run = std::process::Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/foreign_client.py"))
        .arg(simulator.http_addr().port().to_string())
        .current_dir(folder)
        .output();
    match run {
        Ok(output) if output.status.success() => print!("{}", String::from_utf8_lossy(&output.stdout)),
        Ok(output) => {
            println!("python-trueconf-room not measured: {}", String::from_utf8_lossy(&output.stderr))
        }
        Err(error) => println!("python-trueconf-room not measured: {error}"),
    }
}

fn parsing(criterion: &mut Criterion) {
    let book: Vec<Value> = (0..10_000)
        .map(|n| json!({"peerId": format!("user{n}@video.example"), "peerDn": format!("User {n}"), "status": 1}))
        .collect();
    let cases = [
        (
            "event",
            json!({"event": "appStateChanged", "appState": 5, "embeddedHttpPort": 8766, "method": "event"}),
        ),
        (
            "address book of 10,000",
            json!({"event": "abReceivedAfterLogin", "abook": book, "method": "event"}),
        ),
    ];
    let mut group = criterion.benchmark_group("parse");
    for (name, message) in cases {
        let text = message.to_string();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| Message::parse(&text).unwrap()));
    }
    group.finish();
}

criterion_group!(benches, wire, parsing);
criterion_main!(benches);
