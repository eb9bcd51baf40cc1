//! `heyroom eval --real-time`: the commands at the pace of speech through the whole assistant, up to the WebSocket of a
//! simulated room.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::{block_on, eval::Recording, eval_progress::Progress, run};
use crate::{
    assistant::{
        buttons::Button,
        dialogue::Settings,
        facts,
        journal::{Entry, Happening, Journal},
        running,
    },
    audio::{Pace, SAMPLE_RATE, WavOptions, play_samples},
    config::{Config, Replies},
    evaluation::{
        manifest::Item,
        offline::is_without_wake,
        report::Live,
        score::{Acted, Latency, Observed, Verdict, judge},
    },
    grammar::Pack,
    recognizer::Model,
    room::{self, Client},
    simulator::{self, Simulator},
};

/// What the room can be told to be, call or not.
const SWITCHES: [&str; 3] = ["mic_muted", "camera_off", "speaker_muted"];

/// How long a room may take to get into the state that a recording wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// Plays the commands, pressing the button where no wake phrase is said and nobody calls. Those that want a state into
/// which the simulated room cannot be brought are left out.
pub fn run(
    config: &Config,
    pack: Pack,
    model: &Model,
    contacts: Option<&Path>,
    recordings: &[Recording],
    progress: &mut Progress,
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
        let (mut commands, mut left_out, mut right) = (0, 0, 0);
        let (mut all, mut closed) = (Vec::new(), Vec::new());
        for recording in recordings.iter().filter(|recording| recording.item.is_command()) {
            if progress.is_stopped() {
                break;
            }
            progress.one_more(0);
            if !prepare(&simulator, &client, recording).await? {
                left_out += 1;
                continue;
            }
            let (journal, mut entries) = mpsc::unbounded_channel();
            let assembled = run::assemble(
                &config,
                pack.clone(),
                model.clone(),
                client.clone(),
                Journal::told_to(journal),
                stop.clone(),
            )?;
            if needs_button(&recording.item, &assembled.settings) {
                assembled.press.press(Button::Talk, "the evaluation");
            }
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
            if judge(&recording.item, &observed) == Verdict::Right {
                right += 1;
                all.extend(to_wire);
                closed.extend(to_wire.filter(|_| observed.acted.is_some_and(|acted| acted.slots.is_empty())));
            }
        }
        client.close().await;
        simulator.shutdown().await;
        Ok(Live {
            commands,
            left_out,
            right,
            latency_ms: Latency::of(all),
            closed_latency_ms: Latency::of(closed),
        })
    })
}

/// Brings the simulated room into the state that the recording wants; whether that is possible.
async fn prepare(simulator: &Simulator, client: &Client, recording: &Recording) -> anyhow::Result<bool> {
    let context = &recording.item.context;
    let known = |key: &str| context.get(key).and_then(Value::as_bool);
    let wanted = |key: &str| known(key).unwrap_or(false);
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
    for (key, muted) in SWITCHES.into_iter().filter_map(|key| Some((key, known(key)?))) {
        match key {
            "mic_muted" => drop(client.set_mic_mute(muted).await?),
            "camera_off" => drop(client.set_video_mute(muted).await?),
            _ => drop(client.set_audio_mute(muted).await?),
        }
        let reached = state.wait_for(|state| facts::facts(state).context.get(key) == context.get(key));
        tokio::time::timeout(PATIENCE, reached)
            .await
            .with_context(|| format!("the simulated room does not follow in {key}"))??;
    }
    if wanted("ringing") {
        simulator.ring("Maria Garcia").await?;
        let rings = state.wait_for(|state| state.incoming_call().is_some());
        tokio::time::timeout(PATIENCE, rings).await.context("the simulated room does not ring")??;
    }
    let is_so = facts::facts(&client.snapshot()).context;
    Ok(context.iter().all(|(key, value)| is_so.get(key) == Some(value)))
}

/// Whether only the button tells that a command follows.
fn needs_button(item: &Item, settings: &Settings) -> bool {
    let ringing = item.context.get("ringing").and_then(Value::as_bool).unwrap_or(false);
    is_without_wake(item, &settings.wake) && !(ringing && settings.wake_optional)
}

/// What the journal tells of one recording: what was acted upon, and how long after `spoken` the first frame was on the
/// wire.
fn told(story: &[Entry], spoken: Instant) -> (Observed, Option<Duration>) {
    let mut observed = Observed::default();
    let mut to_wire = None;
    let lasts = |observed: &Observed| observed.acted.as_ref().is_some_and(|acted| !acted.taken_back);
    for Entry { at, what, .. } in story {
        match what {
            Happening::TakenBack { intent, .. } => {
                observed.take_back(intent);
                to_wire = None;
            }
            // What is asked back first is answered by nobody here.
            Happening::Understood { intent, values, .. } | Happening::Asked { intent, values } => {
                observed.act(Acted {
                    intent: intent.clone(),
                    slots: values.clone(),
                    latency: None,
                    early: false,
                    taken_back: false,
                });
            }
            Happening::Sent { .. } if to_wire.is_none() && lasts(&observed) => {
                to_wire = Some(at.saturating_duration_since(spoken));
            }
            _ => {}
        }
    }
    (observed, to_wire)
}
