//! `heyroom eval --real-time`: the commands at the pace of speech through the whole assistant, up to the WebSocket of a
//! simulated room.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::{block_on, eval::Recording, run};
use crate::{
    assistant::{
        journal::{Entry, Happening, Journal},
        running,
    },
    audio::{Pace, SAMPLE_RATE, WavOptions, play_samples},
    config::{Config, Replies},
    evaluation::{
        manifest::Item,
        report::Live,
        score::{Acted, Latency, Observed, Verdict, judge},
    },
    grammar::Pack,
    recognizer::Model,
    room::{self, Client},
    simulator::{self, Simulator},
};

/// How long a room may take to get into the state that a recording wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// Plays the commands that begin with the wake phrase, or that need none.
pub fn run(
    config: &Config,
    pack: Pack,
    model: &Model,
    contacts: Option<&Path>,
    recordings: &[Recording],
) -> anyhow::Result<Live> {
    let mut config = config.clone();
    config.speech.replies = Replies::Text;
    config.speech.earcons = false;
    let contacts = contacts.map(simulator::Contact::load).transpose()?;
    block_on(async move {
        let options = simulator::Options { seed: Some(1), contacts, ..Default::default() };
        let simulator = Simulator::start(options).await?;
        let client = Client::connect(room::Options::new(simulator.ws_url().parse()?)).await?;
        let (_keep, stop) = watch::channel(false);
        let (mut commands, mut right, mut all, mut closed) = (0, 0, Vec::new(), Vec::new());
        for recording in recordings.iter().filter(|recording| recording.item.is_command()) {
            prepare(&simulator, &client, recording).await?;
            let (journal, mut entries) = mpsc::unbounded_channel();
            let assembled = run::assemble(
                &config,
                pack.clone(),
                model.clone(),
                client.clone(),
                Journal::told_to(journal),
                stop.clone(),
            )?;
            let lead = Duration::from_millis(600);
            let options = WavOptions { pace: Pace::RealTime, lead, trail: Duration::from_millis(1500) };
            let said = Duration::from_secs_f64(recording.speech_end as f64 / f64::from(SAMPLE_RATE));
            let samples = recording.samples.clone();
            let (began, when) = std::sync::mpsc::channel();
            let input = Box::new(move || {
                let _ = began.send(Instant::now());
                play_samples(samples, options)
            });
            running::run(assembled.listening_to(input, None)).await?;
            let spoken = when.recv()? + lead + said;
            commands += 1;
            let mut story = Vec::new();
            while let Ok(entry) = entries.try_recv() {
                story.push(entry);
            }
            let (observed, to_wire) = told(&story, spoken);
            // The journal has what was said for a slot, not what it means.
            let item = Item { slots: Default::default(), ..recording.item.clone() };
            if judge(&item, &observed) == Verdict::Right {
                right += 1;
                all.extend(to_wire);
                closed.extend(to_wire.filter(|_| observed.acted.is_some_and(|acted| acted.slots.is_empty())));
            }
        }
        client.close().await;
        simulator.shutdown().await;
        Ok(Live { commands, right, latency_ms: Latency::of(all), closed_latency_ms: Latency::of(closed) })
    })
}

/// Brings the simulated room into the state that the recording wants.
async fn prepare(simulator: &Simulator, client: &Client, recording: &Recording) -> anyhow::Result<()> {
    let wanted = |key: &str| recording.item.context.get(key).and_then(Value::as_bool).unwrap_or(false);
    let mut state = client.state();
    let is_in_call = client.snapshot().in_conference();
    if client.snapshot().incoming_call().is_some() {
        client.reject().await?;
    }
    if wanted("in_call") && !is_in_call {
        client.create_conference("Evaluation", room::ConferenceKind::AllOnScreen, true).await?;
    }
    if !wanted("in_call") && is_in_call {
        client.hang_up(true).await?;
    }
    let reached = state.wait_for(|state| state.in_conference() == wanted("in_call"));
    tokio::time::timeout(PATIENCE, reached).await.context("the simulated room did not follow")??;
    if wanted("ringing") {
        simulator.ring("Maria Garcia").await?;
        let rings = state.wait_for(|state| state.incoming_call().is_some());
        tokio::time::timeout(PATIENCE, rings).await.context("the simulated room does not ring")??;
    }
    Ok(())
}

/// What the journal tells of one recording: what was acted upon, and how long after `spoken` the first frame was on the
/// wire.
fn told(story: &[Entry], spoken: Instant) -> (Observed, Option<Duration>) {
    let mut observed = Observed::default();
    let mut to_wire = None;
    for Entry { at, what, .. } in story {
        match what {
            Happening::Understood { intent, slots } if observed.acted.is_none() => {
                let slots =
                    slots.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect();
                observed.acted = Some(Acted {
                    intent: intent.clone(),
                    slots,
                    latency: None,
                    early: false,
                    taken_back: false,
                });
            }
            Happening::Sent { .. } if observed.acted.is_some() && to_wire.is_none() => {
                to_wire = Some(at.saturating_duration_since(spoken));
            }
            _ => {}
        }
    }
    (observed, to_wire)
}
