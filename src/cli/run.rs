//! `heyroom run`: the assistant.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::sync::watch;

use super::{Status, block_on, connection::ConnectionArgs, setup};
use crate::{
    assistant::{
        actions::{ActionSettings, Memory, Performer},
        dialogue::Settings,
        feedback::Feedback,
        journal::Journal,
        outside::Permissions,
        replies::Replies,
        requests::Requests,
        running::{self, Parts},
        wake::WakePhrases,
    },
    audio::{
        DeviceChoice, Earcons, Input, Microphone, MicrophoneSettings, Pace, Player, PlayerSettings,
        WavOptions, WavSource,
        speech::{CommandSpeech, EspeakNg, SystemVoice, Voice},
    },
    config::{AudioConfig, Config, Replies as ReplyMode, SoundHost, SpeechConfig, SpeechEngine},
    grammar::{Grammar, Pack},
    recognizer::{EndpointerOptions, Model, RecognizerOptions},
    room::Client,
    simulator::Simulator,
};

/// Run the assistant: microphone, configured room.
///
/// It runs until Ctrl-C or SIGTERM. A vanished microphone or room is no reason to end: heyroom says what is wrong
/// and goes on as soon as it is back.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// Language of the grammar and the model, instead of the settings' one
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,

    /// A folder of grammars, instead of the settings' one
    #[arg(long, value_name = "DIR")]
    grammars: Option<PathBuf>,

    /// The speech model: a name of `heyroom models list`, or a folder
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,

    /// What to listen to: "mic", or a WAV file, which is played at real-time pace; the program ends with it
    #[arg(long, value_name = "mic|FILE.wav", default_value = "mic")]
    input: String,
}

pub fn run(args: RunArgs) -> anyhow::Result<Status> {
    let mut config = args.connection.settings()?.config;
    if let Some(lang) = args.lang {
        config.language = lang;
    }
    config.assistant.grammars = args.grammars.or(config.assistant.grammars);
    config.recognizer.model = args.model.or(config.recognizer.model);

    // What is wrong on this side is said before anything is opened.
    let pack = setup::pack(&config.language, config.assistant.grammars.as_deref())?;
    let model = setup::model(config.recognizer.model.as_deref(), &config.language)?;
    earcons(&config.speech)?;
    let input = match args.input.as_str() {
        "mic" => None,
        file => Some(WavSource::open(file, recording())?),
    };
    block_on(async move {
        // Kept to the end: dropping it would end the simulated room.
        let mut simulator = None;
        let connection = args.connection.clone();
        let room = if connection.address(&config.room) == "simulator" {
            let started = Simulator::start(crate::simulator::Options::default()).await?;
            tracing::info!("the room is a simulated one, at {}", started.ws_url());
            let options = crate::room::Options::new(started.ws_url().parse()?);
            simulator = Some(started);
            Client::start(options)
        } else {
            Client::start(connection.options(&config.room)?)
        };
        let stop = stop_signal()?;
        let assembled = assemble(&config, pack, model, room, Journal::default(), stop)?;
        let input = match input {
            None => Microphone::start(MicrophoneSettings {
                device: device(&config.audio, &config.audio.input),
                ..Default::default()
            })
            .context("the system gave no thread for the microphone")?,
            Some(source) => {
                // A recording is not to run away while the room is still being connected.
                let mut status = assembled.performer.room.status();
                let connected =
                    status.wait_for(|status| matches!(status, crate::room::Status::Authorised { .. }));
                let _ = tokio::time::timeout(Duration::from_secs(15), connected).await;
                source.start()?
            }
        };
        let performer = assembled.performer.clone();
        running::run(assembled.listening_to(input)).await?;
        performer.feedback.stop();
        performer.room.close().await;
        if let Some(simulator) = simulator {
            simulator.shutdown().await;
        }
        Ok(Status::Done)
    })
}

/// How recordings are played: as a microphone would deliver them, with time for the last utterance to end.
pub(super) fn recording() -> WavOptions {
    WavOptions { pace: Pace::RealTime, lead: Duration::from_millis(300), trail: Duration::from_millis(1500) }
}

/// The assistant without its ear.
pub(super) struct Assembled {
    pub performer: Performer,
    settings: Settings,
    grammar: Grammar,
    model: Model,
    recognizer: RecognizerOptions,
    stop: watch::Receiver<bool>,
}

impl Assembled {
    pub(super) fn listening_to(self, input: Input) -> Parts {
        Parts {
            settings: self.settings,
            grammar: self.grammar,
            model: self.model,
            recognizer: self.recognizer,
            input,
            performer: self.performer,
            stop: self.stop,
        }
    }
}

/// Puts the assistant together from its settings.
pub(super) fn assemble(
    config: &Config,
    pack: Pack,
    model: Model,
    room: Client,
    journal: Journal,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<Assembled> {
    let feedback = feedback(config, journal.clone())?;
    let help = pack.intents.values().filter_map(|intent| intent.help.clone()).collect();
    let performer = Performer {
        room,
        feedback,
        replies: Arc::new(Replies::of(&pack)),
        help: Arc::new(help),
        journal,
        settings: ActionSettings {
            undo_within: Duration::from_secs_f64(config.assistant.undo_within_s.clamp(0.0, 3600.0)),
            permissions: Permissions { shell: config.actions.shell, http: config.actions.http },
        },
        memory: Memory::default(),
        requests: Requests::default(),
    };
    let settings = Settings {
        wake: WakePhrases::new(config.assistant.wake_phrases.iter().map(String::as_str)),
        sleep_after: Duration::from_secs_f64(config.assistant.sleep_after_s),
        minimum_confidence: config.recognizer.minimum_confidence,
        wake_optional: config.assistant.answer_without_wake,
    };
    let endpointer = EndpointerOptions {
        trailing_silence: Duration::from_millis(config.recognizer.trailing_silence_ms.into()),
        ..Default::default()
    };
    let recognizer = RecognizerOptions { endpointer, ..Default::default() };
    Ok(Assembled { performer, settings, grammar: Grammar::new(&pack), model, recognizer, stop })
}

fn feedback(config: &Config, journal: Journal) -> anyhow::Result<Feedback> {
    let speech = &config.speech;
    let player = Player::start(PlayerSettings {
        device: device(&config.audio, &config.audio.output),
        volume: f32::from(speech.volume) / 100.0,
        silent: speech.replies == ReplyMode::Text && !speech.earcons,
        ..Default::default()
    })
    .context("the system gave no thread for the loudspeaker")?;
    Ok(Feedback::new(player, earcons(speech)?, voice(speech), &config.language, journal))
}

/// The signal sounds, if they are wanted.
fn earcons(speech: &SpeechConfig) -> anyhow::Result<Option<Earcons>> {
    if !speech.earcons {
        return Ok(None);
    }
    let mut earcons = Earcons::bundled().context("the sounds inside heyroom are damaged")?;
    if let Some(folder) = &speech.earcon_folder {
        earcons.replace_from(folder)?;
    }
    Ok(Some(earcons))
}

fn voice(speech: &SpeechConfig) -> Voice {
    match (speech.replies, speech.engine) {
        (ReplyMode::Text, _) => Voice::text_only(),
        (ReplyMode::Spoken, SpeechEngine::Auto) => Voice::of_the_system(),
        (ReplyMode::Spoken, SpeechEngine::EspeakNg) => Voice::new(EspeakNg::default()),
        (ReplyMode::Spoken, SpeechEngine::Sapi) => Voice::new(SystemVoice::default()),
        (ReplyMode::Spoken, SpeechEngine::Command) => Voice::new(CommandSpeech::new(speech.command.clone())),
    }
}

/// A device as the settings name it.
pub(super) fn device(audio: &AudioConfig, name: &str) -> DeviceChoice {
    let host = match audio.host {
        SoundHost::Auto => None,
        SoundHost::Alsa => Some("alsa"),
        SoundHost::PulseAudio => Some("pulseaudio"),
        SoundHost::Wasapi => Some("wasapi"),
    };
    let device = (name != "default").then(|| name.to_owned());
    DeviceChoice { host: host.map(str::to_owned), device }
}

/// Becomes true with Ctrl-C, or when the system asks the program to end.
pub(super) fn stop_signal() -> anyhow::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        let _ = stop.send(true);
    });
    Ok(stopped)
}
