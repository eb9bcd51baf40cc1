//! `heyroom demo`: the whole assistant at work, with the simulated room and recorded commands in place of people.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Args;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::{Status, block_on, output, run, setup};
use crate::{
    assistant::{
        journal::{Entry, Happening, Journal},
        running,
    },
    audio::{WavOptions, WavSource},
    config::Config,
    recognizer::store,
    room::{self, Client},
    simulator::{self, Simulator},
};

/// Show the whole assistant at work, with nothing to set up.
///
/// Starts a simulated room and plays recorded spoken commands, at the pace of speech, through the real pipeline:
/// resampling, voice activity, recogniser, grammar, dialogue, WebSocket. Prints what was heard, understood, sent and
/// answered. Needs no microphone, no room and no network. Exit status 1 if a command did not arrive.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Play earcons and spoken replies on the loudspeaker
    #[arg(long)]
    sound: bool,

    /// The speech model: a name of `heyroom models list`, or a folder; left out, the bundled one
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
}

/// One scene: what is played, and what must reach the room.
struct Scene {
    /// Said by the narrator.
    about: &'static str,
    file: &'static str,
    clip: &'static [u8],
    /// Somebody calls the room first.
    ring: Option<&'static str>,
    /// The method; none if nothing must happen.
    expected: Option<&'static str>,
    /// Parameters that it must have, as JSON.
    with: &'static str,
}

macro_rules! clip {
    ($name:literal) => {
        include_bytes!(concat!("../../assets/demo/", $name))
    };
}

/// The demo's contacts stand in the simulator's own address book.
const SCENES: &[Scene] = &[
    Scene {
        about: "The wake phrase, then a command (44.1 kHz stereo)",
        file: "call.wav",
        clip: clip!("call.wav"),
        ring: None,
        expected: Some("call"),
        with: r#"{}"#,
    },
    Scene {
        about: "Both in one breath (22.05 kHz, another voice)",
        file: "mute.wav",
        clip: clip!("mute.wav"),
        ring: None,
        expected: Some("setMicMute"),
        with: r#"{"mute":true}"#,
    },
    Scene {
        about: "A question, with a fan in the room (48 kHz)",
        file: "participants.wav",
        clip: clip!("participants.wav"),
        ring: None,
        expected: None,
        with: "{}",
    },
    Scene {
        about: "A number",
        file: "volume.wav",
        clip: clip!("volume.wav"),
        ring: None,
        expected: Some("setSettings"),
        with: r#"{}"#,
    },
    Scene {
        about: "The camera, with a fan in the room",
        file: "camera.wav",
        clip: clip!("camera.wav"),
        ring: None,
        expected: Some("ptzLeft"),
        with: r#"{}"#,
    },
    Scene {
        about: "People talking to each other: nothing must happen",
        file: "chatter.wav",
        clip: clip!("chatter.wav"),
        ring: None,
        expected: None,
        with: "{}",
    },
    Scene {
        about: "The end of the call",
        file: "hang-up.wav",
        clip: clip!("hang-up.wav"),
        ring: None,
        expected: Some("hangUp"),
        with: r#"{"forAll":false}"#,
    },
    Scene {
        about: "It rings: no wake phrase is needed",
        file: "answer.wav",
        clip: clip!("answer.wav"),
        ring: Some("Maria Garcia"),
        expected: Some("accept"),
        with: r#"{}"#,
    },
];

pub fn run(args: DemoArgs) -> anyhow::Result<Status> {
    let mut config = Config::default();
    if !args.sound {
        config.speech.replies = crate::config::Replies::Text;
        config.speech.earcons = false;
    }
    let pack = setup::pack("en", None)?;
    let model = setup::model(Some(args.model.as_deref().unwrap_or(store::BUNDLED)), "en")?;
    let folder = tempfile::tempdir().context("no folder for the demo's recordings")?;
    block_on(async move {
        let simulator = Simulator::start(simulator::Options { seed: Some(1), ..Default::default() }).await?;
        output::line(format!("A simulated TrueConf Room listens at {}.", simulator.ws_url()))?;
        let client = Client::connect(room::Options::new(simulator.ws_url().parse()?)).await?;
        let stop = run::stop_signal()?;
        let mut requests = simulator.requests();
        let mut missing = 0;
        let mut latencies = Vec::new();
        let mut shown_scenes = 0;
        for scene in SCENES {
            output::line(format!("\n{}", scene.about))?;
            if let Some(caller) = scene.ring {
                let mut state = client.state();
                // The call of the scene before takes a moment to end.
                let free = state.wait_for(|state| !state.in_conference());
                tokio::time::timeout(Duration::from_secs(5), free)
                    .await
                    .context("the call does not end")??;
                simulator.ring(caller).await?;
                let rings = state.wait_for(|state| state.incoming_call().is_some());
                tokio::time::timeout(Duration::from_secs(5), rings)
                    .await
                    .context("the simulated room does not ring")??;
                output::line(format!("  rings       {caller} calls"))?;
            }
            let (journal, entries) = mpsc::unbounded_channel();
            let assembled = run::assemble(
                &config,
                pack.clone(),
                model.clone(),
                client.clone(),
                Journal::told_to(journal),
                stop.clone(),
            )?;
            let source = WavSource::open(written(folder.path(), scene)?, pace())?;
            let shown = tokio::spawn(show(entries));
            while requests.try_next().is_some() {} // what came before this scene
            let input = Box::new(|| source.start().map_err(std::io::Error::other));
            running::run(assembled.listening_to(input, None)).await?;
            latencies.extend(shown.await??);
            // A scene that was broken off proves nothing.
            if *stop.borrow() {
                break;
            }
            shown_scenes += 1;
            let mut seen = Vec::new();
            while let Some(request) = requests.try_next() {
                seen.push((request.method, request.params));
            }
            missing += usize::from(!arrived(scene, &seen)?);
        }
        client.close().await;
        simulator.shutdown().await;
        if shown_scenes < SCENES.len() {
            output::line(format!("\nstopped after {shown_scenes} of {} scenes", SCENES.len()))?;
            return Ok(if missing == 0 { Status::Done } else { Status::Failed });
        }
        summary(missing, latencies)
    })
}

fn pace() -> WavOptions {
    WavOptions { trail: Duration::from_millis(600), ..run::recording() }
}

/// The recordings are inside the program; they are played from files like anyone's.
fn written(folder: &Path, scene: &Scene) -> anyhow::Result<PathBuf> {
    let path = folder.join(scene.file);
    std::fs::write(&path, scene.clip).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// Prints what happens, and returns the times from the end of speech to the wire.
async fn show(mut entries: mpsc::UnboundedReceiver<Entry>) -> anyhow::Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    while let Some(Entry { what, .. }) = entries.recv().await {
        match what {
            Happening::Heard { text, confidence, audio, decoding, ended } => {
                let after = Instant::now().saturating_duration_since(ended).as_millis();
                output::line(format!("  heard       \"{text}\"  ({:.0} % sure)", confidence * 100.0))?;
                tracing::debug!(
                    "{} ms of audio, decoded in {} ms, ready after {after} ms",
                    audio.as_millis(),
                    decoding.as_millis()
                );
            }
            Happening::Woke => output::line("  awake       listens for a command")?,
            Happening::Ignored => output::line("  asleep      not spoken to the assistant: nothing happens")?,
            Happening::Refused { why, .. } => output::line(format!("  refused     {why}"))?,
            Happening::Understood { intent, slots, .. } => {
                let slots: Vec<String> =
                    slots.iter().map(|(name, text)| format!("{name} = {text}")).collect();
                output::line(format!("  understood  {intent}  {}", slots.join(", ")).trim_end())?;
            }
            Happening::Sent { method, params, after } => {
                let after = after.map_or_else(String::new, |after| {
                    latencies.push(after);
                    format!("  {} ms after the end of speech", after.as_millis())
                });
                output::line(format!("  sent        {method} {}{after}", Value::Object(params)))?;
            }
            Happening::Answered { result: Ok(outcome), took, .. } => {
                output::line(format!("  room        {outcome}  (after {} ms)", took.as_millis()))?;
            }
            Happening::Answered { result: Err(error), .. } => output::line(format!("  room        {error}"))?,
            Happening::Said { text } => output::line(format!("  says        {text}"))?,
            _ => {}
        }
    }
    Ok(latencies)
}

/// Whether what the room saw is what had to come.
fn arrived(scene: &Scene, seen: &[(String, Map<String, Value>)]) -> anyhow::Result<bool> {
    // What the client asks of its own to know the state is no command.
    let commands: Vec<_> = seen.iter().filter(|(method, _)| !method.starts_with("get")).collect();
    let wanted: Map<String, Value> = serde_json::from_str(scene.with)?;
    let ok = match scene.expected {
        None => commands.is_empty(),
        Some(method) => commands.iter().any(|(name, sent)| {
            name == method && wanted.iter().all(|(key, value)| sent.get(key) == Some(value))
        }),
    };
    if !ok {
        let names: Vec<&str> = commands.iter().map(|(method, _)| method.as_str()).collect();
        let wanted = scene.expected.unwrap_or("nothing");
        output::line(format!("  FAILED      the room was to get {wanted}, but got [{}]", names.join(", ")))?;
    }
    Ok(ok)
}

fn summary(missing: usize, mut latencies: Vec<Duration>) -> anyhow::Result<Status> {
    latencies.sort();
    let median = latencies.get(latencies.len() / 2).map_or(0, Duration::as_millis);
    let longest = latencies.last().map_or(0, Duration::as_millis);
    if missing == 0 {
        output::line(format!(
            "\nEvery command arrived, {median} ms (median; at most {longest} ms) after the end of speech.\n\
             Next: `heyroom doctor` looks at this machine, `heyroom run --room ADDRESS` starts the assistant."
        ))?;
        return Ok(Status::Done);
    }
    output::line(format!("\n{missing} of {} scenes went wrong.", SCENES.len()))?;
    Ok(Status::Failed)
}
