//! `heyroom doctor`: looks at everything that the assistant needs, and says what to do about each failure.

use std::time::Duration;

use clap::Args;

use super::{
    Status, block_on,
    connection::ConnectionArgs,
    doctor_settings, output,
    run::{device, loudspeaker},
    setup,
};
use crate::{
    assistant::listening::Listening,
    audio::{
        Earcons, Microphone, MicrophoneSettings, Player,
        speech::{EspeakNg, Synthesizer, SystemVoice},
    },
    config::{Config, Replies, SpeechEngine},
    grammar::{Grammar, Pack},
    recognizer::{Model, library},
    room::Client,
};

/// Check everything that the assistant needs, and say what to do about each failure.
///
/// Settings, recogniser, model, grammar, languages, push to talk, microphone, loudspeaker and what it plays, speech
/// synthesis, record of decisions, room. Exit status 1 if something that the assistant cannot do without is missing.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// How many words that a model does not know are shown.
const SHOWN: usize = 10;

/// How bad a finding is.
pub(super) enum Verdict {
    Ok(String),
    /// The assistant works without it, though less well.
    Warning(String),
    Failed(String),
}

struct Examination {
    failed: bool,
}

impl Examination {
    fn report(&mut self, what: &str, verdict: Verdict) -> anyhow::Result<()> {
        let (mark, text) = match verdict {
            Verdict::Ok(text) => ("ok     ", text),
            Verdict::Warning(text) => ("warning", text),
            Verdict::Failed(text) => {
                self.failed = true;
                ("FAILED ", text)
            }
        };
        // Longer explanations are set under their first line.
        let text = text.trim_end().replace('\n', &format!("\n{}", " ".repeat(24)));
        output::line(format!("{mark}  {what:<14} {text}"))?;
        Ok(())
    }
}

pub fn run(args: DoctorArgs) -> anyhow::Result<Status> {
    let mut examination = Examination { failed: false };
    let mut sound = true;
    let config = match args.connection.settings() {
        Ok(loaded) => {
            let text = loaded.file.map_or_else(
                || "no heyroom.toml: the defaults are used".to_owned(),
                |file| format!("{} is sound", file.display()),
            );
            examination.report("settings", Verdict::Ok(text))?;
            loaded.config
        }
        Err(error) => {
            sound = false;
            let text = output::error_text(&error);
            let rest = "What follows was looked at with the default settings.";
            examination.report("settings", Verdict::Failed(format!("{text}\n{rest}")))?;
            Config::default()
        }
    };
    examination.report(
        "libvosk",
        match library::load() {
            Ok(file) => Verdict::Ok(format!("loaded from {}", file.display())),
            Err(error) => Verdict::Failed(error.to_string()),
        },
    )?;
    let model = setup::model(setup::named_model(&config), &config.language);
    examination.report("model", model_verdict(&model))?;
    let pack = setup::pack(&config.language, config.assistant.grammars.as_deref());
    examination.report("grammar", grammar_verdict(&pack, model.as_ref().ok(), &config))?;
    if let Ok(pack) = &pack {
        if let Some(verdict) = doctor_settings::outside(&config, pack) {
            examination.report("actions", verdict)?;
        }
        if let Some(verdict) = doctor_settings::languages(&config, pack) {
            examination.report("languages", verdict)?;
        }
    }
    if let Some(address) = config.push_to_talk.listen {
        examination.report("push to talk", doctor_settings::push_to_talk(address))?;
    }
    examination.report("microphone", microphone(&config))?;
    examination.report(
        "loudspeaker",
        match Player::check(&device(&config.audio, &config.audio.output)) {
            Ok(info) => Verdict::Ok(format!("{} ({})", info.name, info.host)),
            Err(error) => {
                Verdict::Warning(format!("{error}\nWithout it, earcons and replies are not heard."))
            }
        },
    )?;
    examination.report("far end", far_end(&config))?;
    if let Some(folder) = &config.speech.earcon_folder {
        let sounds = Earcons::bundled().map_err(anyhow::Error::from);
        let replaced = sounds.and_then(|mut sounds| Ok(sounds.replace_from(folder)?));
        examination.report(
            "earcons",
            match replaced {
                Ok(()) => Verdict::Ok(format!("from {}", folder.display())),
                Err(error) => Verdict::Failed(output::error_text(&error)),
            },
        )?;
    }
    examination.report("voice", voice(&config))?;
    examination.report("decisions", doctor_settings::decisions(&config.log))?;
    let room = if sound {
        room(&args.connection, &config)
    } else {
        // It would be looked for in a place, and with a PIN, that nobody meant.
        Verdict::Warning("not looked for, because the settings cannot be read".to_owned())
    };
    examination.report("room", room)?;
    Ok(if examination.failed { Status::Failed } else { Status::Done })
}

fn model_verdict(model: &anyhow::Result<Model>) -> Verdict {
    match model {
        Ok(model) if model.is_dynamic() => {
            Verdict::Ok(format!("{}, {} words", model.dir().display(), model.vocabulary().len()))
        }
        Ok(model) => Verdict::Warning(format!(
            "{} has a fixed graph: it cannot be restricted to the grammar and hears commands less well. \
             `heyroom models install` fetches a small model, which can",
            model.dir().display()
        )),
        Err(error) => Verdict::Failed(output::error_text(error)),
    }
}

fn grammar_verdict(pack: &anyhow::Result<Pack>, model: Option<&Model>, config: &Config) -> Verdict {
    let pack = match pack {
        Ok(pack) => pack,
        Err(error) => return Verdict::Failed(output::error_text(error)),
    };
    let count = pack.intents.len();
    let summary = format!("{}: {count} {}", pack.language, if count == 1 { "intent" } else { "intents" });
    let Some(model) = model else { return Verdict::Ok(summary) };
    let wake = setup::wake(config, pack);
    let listening = Listening::new(&Grammar::new(pack), &wake, model);
    if listening.is_deaf_to(&wake) {
        return Verdict::Failed(format!(
            "the model cannot hear any of the wake phrases ({}): it does not know their words. Choose others \
             (assistant.wake_phrases, or wake_phrases in the grammar), or another model",
            wake.texts().join(", ")
        ));
    }
    if listening.unknown.is_empty() {
        return Verdict::Ok(format!("{summary}, all their words known to the model"));
    }
    let mut words: Vec<String> =
        listening.unknown.iter().map(|(word, origin)| format!("{word} ({origin})")).collect();
    if words.len() > SHOWN {
        let more = words.len() - SHOWN;
        words.truncate(SHOWN);
        words.push(format!("... and {more} more: `heyroom grammar check` shows all"));
    }
    Verdict::Warning(format!("{summary}; the model cannot hear these words:\n{}", words.join("\n")))
}

fn far_end(config: &Config) -> Verdict {
    let Some(loudspeaker) = loudspeaker(&config.audio) else {
        return Verdict::Ok("may say the wake phrase: audio.monitor is \"none\"".to_owned());
    };
    match loudspeaker.check() {
        Ok(monitor) => Verdict::Ok(format!("told from people in the room by \"{}\"", monitor.name)),
        Err(error) => Verdict::Warning(format!(
            "in a call, the far end may say the wake phrase: what the loudspeaker plays is not known, {error}"
        )),
    }
}

fn microphone(config: &Config) -> Verdict {
    let settings = MicrophoneSettings {
        device: device(&config.audio, &config.audio.input),
        ..MicrophoneSettings::default()
    };
    match Microphone::check(&settings, Duration::from_millis(500)) {
        Ok(check) if check.level.peak_dbfs < -90.0 => Verdict::Warning(format!(
            "{} gives digital silence: it is muted, or the wrong one. `heyroom devices` shows the others",
            check.device.name
        )),
        Ok(check) => Verdict::Ok(format!(
            "{} ({}), {:.0} dBFS now",
            check.device.name, check.device.host, check.level.rms_dbfs
        )),
        Err(error) => Verdict::Failed(error.to_string()),
    }
}

fn voice(config: &Config) -> Verdict {
    if config.speech.replies == Replies::Text {
        return Verdict::Ok("replies are text only".to_owned());
    }
    let spoken = match config.speech.engine {
        SpeechEngine::Sapi => SystemVoice::default().synthesize("test", &config.language),
        SpeechEngine::Auto if cfg!(windows) => SystemVoice::default().synthesize("test", &config.language),
        SpeechEngine::Auto | SpeechEngine::EspeakNg => {
            EspeakNg::default().synthesize("test", &config.language)
        }
        SpeechEngine::Command => crate::audio::speech::CommandSpeech::new(config.speech.command.clone())
            .synthesize("test", &config.language),
    };
    match spoken {
        Ok(_) => Verdict::Ok("replies can be spoken".to_owned()),
        Err(error) => Verdict::Warning(format!("{error}\nWithout it, replies are only written to the log.")),
    }
}

fn room(connection: &ConnectionArgs, config: &Config) -> Verdict {
    if connection.address(&config.room) == "simulator" {
        return Verdict::Ok("simulated".to_owned());
    }
    let checked = block_on(async {
        let client = Client::connect(connection.options(&config.room)?).await?;
        let state = client.snapshot();
        let url = match &*client.status().borrow() {
            crate::room::Status::Authorised { url, .. } => url.clone(),
            _ => String::new(),
        };
        client.close().await;
        let who = state.own.and_then(|own| own.peer_dn.or(own.peer_id));
        let who = who.map_or_else(|| "nobody logged in".to_owned(), |who| format!("logged in as {who}"));
        Ok(format!("{url}, {who}, {} contacts", state.contacts.len()))
    });
    match checked {
        Ok(text) => Verdict::Ok(text),
        Err(error) => Verdict::Failed(output::error_text(&error)),
    }
}
