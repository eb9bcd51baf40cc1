//! `heyroom run`: the assistant.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use tokio::sync::{mpsc::UnboundedReceiver, watch};

use super::{Status, block_on, connection::ConnectionArgs, setup};
#[cfg(unix)]
use crate::assistant::buttons::Signals;
use crate::{
    assistant::{
        actions::{ActionSettings, Memory, Performer},
        buttons::{Button, Buttons},
        decisions::{self, Recorder, RecorderSettings},
        dialogue::{Pauses, Settings, Thresholds},
        feedback::Feedback,
        journal::Journal,
        languages::LanguageSettings,
        outside::Permissions,
        reload::{Files, Reload},
        replies::{self, Replies},
        requests::Requests,
        running::{self, Opening, Parts},
    },
    audio::{
        DeviceChoice, Earcons, LoudspeakerSettings, Microphone, MicrophoneSettings, Pace, Player,
        PlayerSettings, WavOptions, WavSource,
        speech::{CommandSpeech, EspeakNg, SystemVoice, Voice},
    },
    config::{
        AudioConfig, Config, LogConfig, PushToTalkConfig, Replies as ReplyMode, SoundHost, SpeechConfig,
        SpeechEngine, Wake,
    },
    grammar::{Grammar, Pack},
    recognizer::{EndpointerOptions, Model, RecognizerOptions},
    room::Client,
    simulator::Simulator,
};

/// A recording is not played to no room; the flag --timeout says how long else to wait for it.
const REACHED_WITHIN: Duration = Duration::from_secs(15);

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

    block_on(async move {
        // First of all: a button that is pressed while the model is being loaded must not end the program.
        #[cfg(unix)]
        let signals = Signals::catch().context("the system does not let SIGUSR1 and SIGUSR2 be caught")?;
        // A grammar inside heyroom cannot change. A file may, while the model is loaded.
        let files = config.assistant.grammars.as_deref().map(Files::now);
        // What is wrong on this side is said before anything is opened.
        let pack = setup::pack(&config.language, config.assistant.grammars.as_deref())?;
        let model = setup::model(setup::named_model(&config), &config.language)?;
        earcons(&config.speech)?;
        let input = match args.input.as_str() {
            "mic" => None,
            file => Some(WavSource::open(file, recording())?),
        };
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
        let (recorder, journal) = recorder(&config.log).unzip();
        let mut assembled = assemble(&config, pack, model, room, journal.unwrap_or_default(), stop)?;
        let changes = files.map(|files| files.watch(&config.language)).transpose();
        assembled.changes = changes.context("the system gave no thread to watch the grammar files")?;
        let loudspeaker = loudspeaker(&config.audio).filter(|_| input.is_none());
        let input: Opening = match input {
            None => {
                let device = device(&config.audio, &config.audio.input);
                Box::new(|| Microphone::start(MicrophoneSettings { device, ..Default::default() }))
            }
            Some(source) => {
                // A recording is not to run away while the room is still being connected.
                let mut status = assembled.performer.room.status();
                let connected =
                    status.wait_for(|status| matches!(status, crate::room::Status::Authorised { .. }));
                let patience = connection.timeout.unwrap_or(REACHED_WITHIN);
                if tokio::time::timeout(patience, connected).await.is_err() {
                    let why = match &*assembled.performer.room.status().borrow() {
                        crate::room::Status::Waiting { error, .. } => error.to_string(),
                        crate::room::Status::Connecting { last_error: Some(error), .. } => error.to_string(),
                        _ => "it does not answer".to_owned(),
                    };
                    bail!(
                        "the room was not reached within {} s, so the recording was not played: {why}. `heyroom doctor` \
                         looks for the cause; `heyroom listen` needs no room",
                        patience.as_secs_f64()
                    );
                }
                Box::new(|| source.start().map_err(std::io::Error::other))
            }
        };
        let performer = assembled.performer.clone();
        #[cfg(unix)]
        assembled.press.clone().from_signals(signals);
        push_to_talk(&config.push_to_talk, &assembled).await?;
        let ended = running::run(assembled.listening_to(input, loudspeaker)).await;
        if let Some(recorder) = recorder {
            recorder.finish().await;
        }
        ended?;
        performer.feedback.stop();
        performer.room.close().await;
        if let Some(simulator) = simulator {
            simulator.shutdown().await;
        }
        Ok(Status::Done)
    })
}

/// Keeps the last decisions, if that is wanted and possible. The assistant works without.
fn recorder(log: &LogConfig) -> Option<(Recorder, Journal)> {
    if !log.decisions {
        return None;
    }
    let Some(file) = log.decisions_file.clone().or_else(decisions::default_file) else {
        tracing::warn!(
            "this user has no folder for the state of programs, so no decisions are kept for `heyroom explain`: name a \
             file as log.decisions_file, or set log.decisions = false"
        );
        return None;
    };
    let started = Recorder::start(RecorderSettings { file, overheard: log.overheard });
    started.inspect_err(|error| tracing::warn!("{error}")).ok()
}

/// How recordings are played: as a microphone would deliver them, with time for the last utterance to end.
pub(super) fn recording() -> WavOptions {
    WavOptions { pace: Pace::RealTime, lead: Duration::from_millis(300), trail: Duration::from_millis(1500) }
}

/// The assistant without its ear. Nobody watches its grammar files yet.
pub(super) struct Assembled {
    pub performer: Performer,
    pub settings: Settings,
    grammar: Grammar,
    model: Model,
    recognizer: RecognizerOptions,
    barge_in: bool,
    languages: LanguageSettings,
    pub press: Buttons,
    changes: Option<UnboundedReceiver<Reload>>,
    buttons: UnboundedReceiver<Button>,
    stop: watch::Receiver<bool>,
}

impl Assembled {
    pub(super) fn listening_to(self, input: Opening, loudspeaker: Option<LoudspeakerSettings>) -> Parts {
        Parts {
            settings: self.settings,
            grammar: self.grammar,
            model: self.model,
            recognizer: self.recognizer,
            input,
            loudspeaker,
            performer: self.performer,
            barge_in: self.barge_in,
            languages: self.languages,
            changes: self.changes,
            buttons: self.buttons,
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
    let performer = Performer {
        room,
        feedback,
        replies: Arc::new(Replies::of(&pack)),
        help: Arc::new(replies::help(&pack)),
        journal,
        settings: ActionSettings {
            undo_within: Duration::from_secs_f64(config.assistant.undo_within_s),
            permissions: Permissions { shell: config.actions.shell, http: config.actions.http },
        },
        memory: Memory::default(),
        requests: Requests::default(),
    };
    let languages = setup::languages(config, &pack)?;
    let settings = dialogue(config, &pack);
    let endpointer = EndpointerOptions {
        trailing_silence: Duration::from_millis(config.recognizer.trailing_silence_ms.into()),
        ..Default::default()
    };
    let recognizer = RecognizerOptions { endpointer, ..Default::default() };
    let (grammar, barge_in) = (Grammar::new(&pack), config.assistant.barge_in);
    let (press, buttons) = Buttons::line();
    Ok(Assembled {
        performer,
        settings,
        grammar,
        model,
        recognizer,
        barge_in,
        languages,
        changes: None,
        press,
        buttons,
        stop,
    })
}

/// Connects the buttons that stand for the wake phrase.
async fn push_to_talk(config: &PushToTalkConfig, assembled: &Assembled) -> anyhow::Result<()> {
    let buttons = &assembled.press;
    tokio::spawn(buttons.clone().from_room(assembled.performer.room.clone()));
    if config.keyboard && std::io::stdin().is_terminal() {
        buttons.clone().from_terminal().context("the system gave no thread for the keyboard")?;
        tracing::info!("press Enter to talk; p and Enter switches listening off and on");
    }
    if let Some(address) = config.listen {
        let address = buttons.clone().from_http(address).await.with_context(|| {
            format!("push to talk by HTTP is not possible at {address}: choose another push_to_talk.listen")
        })?;
        tracing::info!("push to talk: POST http://{address}/talk");
    }
    Ok(())
}

/// How the dialogue behaves.
pub(super) fn dialogue(config: &Config, pack: &Pack) -> Settings {
    let (assistant, recognizer) = (&config.assistant, &config.recognizer);
    let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let milliseconds = |milliseconds: u32| Duration::from_millis(milliseconds.into());
    Settings {
        wake_on: assistant.wake == Wake::On,
        sleep_after: seconds(assistant.sleep_after_s),
        follow_up: seconds(assistant.follow_up_s),
        privacy_for: (assistant.privacy_s > 0.0).then(|| seconds(assistant.privacy_s)),
        wake_optional: assistant.answer_without_wake,
        pauses: Pauses {
            closed: milliseconds(recognizer.early_pause_ms),
            open: milliseconds(recognizer.open_pause_ms),
            usual: milliseconds(recognizer.trailing_silence_ms),
            slot: milliseconds(recognizer.slot_pause_ms),
            dangerous: milliseconds(recognizer.dangerous_pause_ms),
        },
        thresholds: Thresholds {
            command: recognizer.minimum_confidence,
            wake: recognizer.wake_confidence,
            ..Thresholds::default()
        },
        ..Settings::new(setup::wake(config, pack))
    }
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

/// The loudspeaker whose sound is compared with that of the microphone, if that is wanted.
pub(super) fn loudspeaker(audio: &AudioConfig) -> Option<LoudspeakerSettings> {
    let monitor = match audio.monitor.as_str() {
        "none" => return None,
        "auto" => None,
        name => Some(name.to_owned()),
    };
    Some(LoudspeakerSettings {
        output: device(audio, &audio.output),
        input: device(audio, &audio.input),
        monitor,
    })
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
