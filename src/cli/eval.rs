//! `heyroom eval`: how well recordings are understood, as figures.

use std::{ops::RangeInclusive, path::PathBuf, time::Duration};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use super::{Status, eval_live, eval_progress::Progress, match_text::GrammarChoice, output, run, setup};
use crate::{
    assistant::listening::NameEar,
    audio::{SAMPLE_RATE, read_recording},
    config::{self, Config},
    evaluation::{
        manifest::{self, Item},
        offline::{FixedWindow, Offline, Played},
        report::{Cost, ItemReport, Report, Stopped, Window},
        score::{Figures, Judged, Latency, Observed, Verdict, judge},
        sound::{Condition, Noise, Room, speech_end},
    },
    grammar::Grammar,
    recognizer::{EndpointerOptions, Model, RecognizerOptions},
};

/// The room before a recording, in samples: the voice activity detector must know its noise.
const LEAD: usize = SAMPLE_RATE as usize / 2;
/// After so much sound everything that is made once has been made, in seconds.
const SETTLED_AFTER_S: f64 = 1_800.0;
/// The room after a recording, in samples: longer than any endpoint.
const TRAIL: usize = SAMPLE_RATE as usize * 2;

/// Measure how well recordings are heard and understood.
///
/// DIR holds recordings (WAV or FLAC) and manifest.jsonl, one JSON object per line:
///
///   {"file": "a.wav", "text": "hey room mute", "intent": "MuteMicrophone"}
///   {"file": "b.wav", "intent": "HangUp", "context": {"in_call": true}}
///   {"file": "c.wav", "text": "we meet on thursday", "intent": null}
///
/// All but "file" may be left out: "text" (for the word error rate; if the wake
/// phrase is not in it, push to talk takes its place), "intent" and "slots"
/// (what must come of it; no intent: nothing must), "context" (the state of the
/// room), "speech_end" (seconds; left out, it is measured). DIR/contacts.json,
/// if there, is the address book.
///
/// Each recording is played to the real ear, grammar and dialogue, as fast as
/// the machine can; its own time goes by. Latencies count from the true end of
/// speech to the decision, recognition time included.
///
/// A long run tells on stderr now and then how far it is; Ctrl-C ends it with the report over what was done.
///
///   heyroom eval recordings --snr 20,10,5,0 --noise babble --html report.html
///   heyroom eval recordings --real-time --fixed-window
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct EvalArgs {
    /// The folder of recordings
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    #[command(flatten)]
    grammar: GrammarChoice,

    /// The speech model: a name of `heyroom models list`, or a folder [default: the best one for the language]
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,

    /// A settings file, for the wake phrases, thresholds and pauses [default: the program's own]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Repeat everything with noise: how far speech is above it, in dB
    #[arg(long, value_name = "DB,...", value_delimiter = ',', allow_negative_numbers = true, value_parser = snr)]
    snr: Vec<f32>,

    /// The noise
    #[arg(long, value_enum, default_value_t = NoiseChoice::Pink)]
    noise: NoiseChoice,

    /// Play in a room where an echo takes this many seconds to fade by 60 dB (0.3: office, 0.8: bare hall)
    #[arg(long, value_name = "SECONDS", value_parser = echo)]
    echo: Option<f32>,

    /// How far from the microphone people are in that room, in metres
    #[arg(long, value_name = "METRES", default_value_t = 2.0, requires = "echo", value_parser = distance)]
    distance: f32,

    /// Also play the commands at the pace of speech through the whole assistant, up to a simulated room's WebSocket
    #[arg(long)]
    real_time: bool,

    /// Also do it the old way: record for so many seconds after the wake phrase, then recognise
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "6", value_parser = window)]
    fixed_window: Option<f64>,

    /// At most this many recordings, taken evenly from the manifest
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// Where chance begins: equal seeds give equal noise
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Write the report as JSON to this file ("-": to standard output, instead of the table)
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write the report as a page with plots to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum NoiseChoice {
    White,
    Pink,
    /// A fan or projector
    Fan,
    /// Other people, from the recordings without commands (or the others, where there are none)
    Babble,
}

impl From<NoiseChoice> for Noise {
    fn from(choice: NoiseChoice) -> Self {
        match choice {
            NoiseChoice::White => Self::White,
            NoiseChoice::Pink => Self::Pink,
            NoiseChoice::Fan => Self::Fan,
            NoiseChoice::Babble => Self::Babble,
        }
    }
}

/// A number within a range; what is not one, such as `inf`, is in no range.
fn within(text: &str, range: RangeInclusive<f64>, unit: &str) -> Result<f64, String> {
    let number = text.trim().parse::<f64>().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("write a number of {unit} from {} to {}", range.start(), range.end()))
}

fn snr(text: &str) -> Result<f32, String> {
    within(text, -60.0..=100.0, "dB").map(|number| number as f32)
}

/// Above this no room is known, and each second costs as much as the recording is long.
fn echo(text: &str) -> Result<f32, String> {
    within(text, 0.05..=10.0, "seconds").map(|number| number as f32)
}

fn distance(text: &str) -> Result<f32, String> {
    within(text, 0.05..=50.0, "metres").map(|number| number as f32)
}

fn window(text: &str) -> Result<f64, String> {
    within(text, 0.1..=60.0, "seconds")
}

/// So many doubtful lines of the manifest are told one by one.
const SLIPS: usize = 10;
/// How many recordings of talk babble is mixed from.
const BABBLERS: usize = 30;

/// A recording of a command, read.
pub(super) struct Recording {
    pub item: Item,
    pub samples: Vec<i16>,
    /// In samples.
    pub speech_end: usize,
}

pub fn run(args: EvalArgs) -> anyhow::Result<Status> {
    let path = args.dir.join(manifest::FILE_NAME);
    let mut slips = Vec::new();
    let mut items = manifest::read(&path, &mut slips)?;
    if let Some(limit) = args.limit.filter(|limit| *limit < items.len()) {
        let all = items.len();
        items = (0..limit).map(|number| items[number * all / limit].clone()).collect();
    }
    let mut choice = args.grammar.clone();
    let book = args.dir.join("contacts.json");
    if choice.contacts.is_none() && book.is_file() {
        choice.contacts = Some(book);
    }
    let config = match &args.config {
        Some(path) => config::load(Some(path))?.config,
        None => Config::default(),
    };
    let mut grammar = choice.load(false)?;
    // A manifest may be another's, with words of its own: that must not keep the rest from being measured.
    slips.extend(manifest::unknown_intents(&path, &items, &grammar));
    for slip in slips.iter().take(SLIPS) {
        eprintln!("warning: {slip}");
    }
    if slips.len() > SLIPS {
        eprintln!("warning: ... and {} more lines like these", slips.len() - SLIPS);
    }
    let model = setup::model(args.model.as_deref(), grammar.language())?;
    // As the assistant does it: a name that the model does not know is heard by its sound.
    NameEar::default().approximate(&mut grammar, &model);
    let (commands, talk): (Vec<Item>, Vec<Item>) = items.into_iter().partition(Item::is_command);
    // Talk may be a day long: it is read when it is played. What is not there at all is better told now.
    if let Some(missing) = talk.iter().find(|item| !args.dir.join(&item.file).is_file()) {
        anyhow::bail!(
            "{} is in the manifest, but there is no such file",
            args.dir.join(&missing.file).display()
        );
    }
    let commands =
        commands.into_iter().map(|item| read(&args.dir, item)).collect::<anyhow::Result<Vec<_>>>()?;
    let conditions = 1 + args.snr.len();
    let again = usize::from(args.fixed_window.is_some()) + usize::from(args.real_time);
    let total = conditions * (commands.len() + talk.len()) + again * commands.len();
    let progress = Progress::start(total)?;
    let mut evaluation =
        Evaluation { args: &args, config, grammar, model, commands, talk, cost: Cost::default(), progress };
    let mut report = evaluation.report()?;
    if args.real_time && !evaluation.progress.is_stopped() {
        eprintln!("heyroom: the same at the pace of speech ...");
        let contacts = choice.contacts.as_deref();
        let pack = choice.pack(false)?;
        let Evaluation { config, model, commands, progress, .. } = &mut evaluation;
        report.real_time = Some(eval_live::run(config, pack, model, contacts, commands, progress)?);
    }
    report.stopped = evaluation.progress.stopped_at().map(|(done, of)| Stopped { done, of });
    if let Some(path) = &args.html {
        std::fs::write(path, report.html()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    match &args.json {
        Some(path) if path.as_os_str() == "-" => output::json(&serde_json::to_value(&report)?)?,
        path => {
            if let Some(path) = path {
                let text = serde_json::to_string_pretty(&report)?;
                std::fs::write(path, text + "\n")
                    .with_context(|| format!("cannot write {}", path.display()))?;
            }
            output::line(report.table())?;
        }
    }
    Ok(Status::Done)
}

fn read(dir: &std::path::Path, item: Item) -> anyhow::Result<Recording> {
    let samples = read_recording(&dir.join(&item.file))?;
    let speech_end = match item.speech_end {
        Some(seconds) => ((seconds * f64::from(SAMPLE_RATE)) as usize).min(samples.len()),
        None => speech_end(&samples),
    };
    Ok(Recording { item, samples, speech_end })
}

struct Evaluation<'a> {
    args: &'a EvalArgs,
    config: Config,
    grammar: Grammar,
    model: Model,
    commands: Vec<Recording>,
    talk: Vec<Item>,
    cost: Cost,
    progress: Progress,
}

impl Evaluation<'_> {
    fn report(&mut self) -> anyhow::Result<Report> {
        let room = self.args.echo.map(|echo_s| Room { echo_s, distance_m: self.args.distance });
        let noisy = |snr_db| Condition { snr_db, noise: self.args.noise.into(), room };
        let conditions: Vec<Condition> =
            std::iter::once(noisy(None)).chain(self.args.snr.iter().map(|snr| noisy(Some(*snr)))).collect();
        let (mut figures, mut reports) = (Vec::new(), Vec::new());
        for condition in conditions {
            if self.progress.is_stopped() {
                break;
            }
            eprintln!("heyroom: {} ...", condition.name());
            let (sum, items) = self.under(&condition)?;
            figures.push(sum);
            reports.extend(items);
        }
        let window = self.args.fixed_window.filter(|_| !self.progress.is_stopped());
        let window = window.map(|seconds| self.fixed_window(seconds)).transpose()?;
        self.cost.real_time_factor =
            if self.cost.audio_s > 0.0 { self.cost.recognition_s / self.cost.audio_s } else { 0.0 };
        let usage = usage();
        (self.cost.cpu_s, self.cost.peak_memory_mib) = (usage.cpu_s, usage.peak_memory_mib);
        self.cost.final_memory_mib = usage.memory_mib;
        Ok(Report {
            folder: self.args.dir.display().to_string(),
            version: env!("CARGO_PKG_VERSION"),
            language: self.grammar.language().to_owned(),
            model: self.model.dir().file_name().unwrap_or_default().to_string_lossy().into_owned(),
            stopped: None,
            conditions: figures,
            real_time: None,
            fixed_window: window,
            cost: self.cost,
            items: reports,
        })
    }

    /// All recordings under one condition: the commands one by one, everything else as one long evening.
    fn under(&mut self, condition: &Condition) -> anyhow::Result<(Figures, Vec<ItemReport>)> {
        let mut assistant = self.assistant()?;
        let babble = self.babble(condition)?;
        let mut judged = Vec::new();
        let length = |observed: &Observed| observed.samples as f64 / f64::from(SAMPLE_RATE);
        for (number, recording) in self.commands.iter().enumerate() {
            let played = self.played(recording, condition, &babble, number);
            let observed = assistant.command(&played);
            let seconds = length(&observed);
            self.cost.audio_s += seconds;
            // Half a command proves nothing.
            if observed.samples < played.samples.len() {
                break;
            }
            self.progress.one_more(0);
            judged.push(Judged { item: &recording.item, observed, seconds });
        }
        assistant.fall_asleep();
        for (number, item) in self.talk.iter().enumerate() {
            if self.progress.is_stopped() {
                break;
            }
            let recording = read(&self.args.dir, item.clone())?;
            let played = self.played(&recording, condition, &babble, self.commands.len() + number);
            let observed = assistant.listen(&played);
            let seconds = length(&observed);
            self.cost.audio_s += seconds;
            if observed.samples == played.samples.len() {
                self.progress.one_more(observed.actions);
            }
            judged.push(Judged { item, observed, seconds });
            if self.cost.audio_s > SETTLED_AFTER_S && self.cost.settled_memory_mib.is_none() {
                self.cost.settled_memory_mib = usage().memory_mib;
            }
        }
        self.cost.recognition_s += assistant.busy().as_secs_f64();
        let reports = judged.iter().map(|judged| item_report(judged, condition)).collect();
        Ok((Figures::of(condition.name(), condition.snr_db, &judged), reports))
    }

    fn fixed_window(&mut self, seconds: f64) -> anyhow::Result<Window> {
        eprintln!("heyroom: a fixed window of {seconds} s ...");
        let length =
            Duration::try_from_secs_f64(seconds).context("the fixed window needs a length in seconds")?;
        let settings = run::dialogue(&self.config, self.grammar.pack());
        let mut window = FixedWindow::new(&self.grammar, &self.model, &settings, length)?;
        let condition = Condition::default();
        let (mut commands, mut latencies) = (0, Vec::new());
        for (number, recording) in self.commands.iter().enumerate() {
            if self.progress.is_stopped() {
                break;
            }
            commands += 1;
            let acted = window.command(&self.played(recording, &condition, &[], number))?;
            self.progress.one_more(0);
            let observed = Observed { acted, ..Default::default() };
            if judge(&recording.item, &observed) == Verdict::Right {
                latencies.extend(observed.acted.and_then(|acted| acted.latency));
            }
        }
        let right = latencies.len();
        Ok(Window { seconds, commands, right, latency_ms: Latency::of(latencies) })
    }

    fn assistant(&self) -> anyhow::Result<Offline> {
        let trailing_silence = Duration::from_millis(self.config.recognizer.trailing_silence_ms.into());
        let endpointer = EndpointerOptions { trailing_silence, ..Default::default() };
        let options = RecognizerOptions { endpointer, ..Default::default() };
        Ok(Offline::new(
            self.grammar.clone(),
            &self.model,
            run::dialogue(&self.config, self.grammar.pack()),
            options,
            self.progress.stop(),
        )?)
    }

    /// Those who talk in the background: the recordings of talk, or the commands if there is none.
    fn babble(&self, condition: &Condition) -> anyhow::Result<Vec<Recording>> {
        if condition.snr_db.is_none() || condition.noise != Noise::Babble {
            return Ok(Vec::new());
        }
        let commands: Vec<Item> = self.commands.iter().map(|recording| recording.item.clone()).collect();
        let babblers = if self.talk.is_empty() { &commands } else { &self.talk };
        let apart = (babblers.len() / BABBLERS).max(1);
        babblers.iter().step_by(apart).map(|item| read(&self.args.dir, item.clone())).collect()
    }

    fn played<'r>(
        &self,
        recording: &'r Recording,
        condition: &Condition,
        babble: &[Recording],
        number: usize,
    ) -> Played<'r> {
        let talk: Vec<&[i16]> = babble
            .iter()
            .filter(|other| other.item.file != recording.item.file)
            .map(|other| other.samples.as_slice())
            .collect();
        let (lead, trail) =
            if recording.item.is_command() { (LEAD, TRAIL) } else { (0, SAMPLE_RATE as usize / 2) };
        let seed = self.args.seed.wrapping_add(number as u64);
        let samples = condition.apply(&recording.samples, lead, trail, &talk, seed);
        Played { item: &recording.item, samples, speech_end: lead + recording.speech_end }
    }
}

fn item_report(judged: &Judged<'_>, condition: &Condition) -> ItemReport {
    let (item, observed) = (judged.item, &judged.observed);
    let acted = observed.acted.as_ref();
    ItemReport {
        file: item.file.display().to_string(),
        condition: condition.name(),
        verdict: judge(item, observed),
        expected: item.intent.clone(),
        said: item.text.clone(),
        heard: observed.heard.clone(),
        intent: acted.map(|acted| acted.intent.clone()),
        slots: Value::Object(acted.map_or_else(Map::new, |acted| acted.slots.clone())),
        expected_slots: item.slots.clone(),
        taken_back: acted.is_some_and(|acted| acted.taken_back),
        latency_ms: acted.and_then(|acted| acted.latency).map(|latency| latency.as_millis() as u64),
        refused: observed.refused.clone(),
    }
}

/// What the process used so far.
#[derive(Debug, Default)]
struct Usage {
    cpu_s: Option<f64>,
    peak_memory_mib: Option<f64>,
    memory_mib: Option<f64>,
}

/// Linux tells in /proc; elsewhere it stays unknown.
fn usage() -> Usage {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = |key: &str| {
        let text = status.lines().find_map(|line| line.strip_prefix(key))?;
        let kib = text.trim().trim_end_matches("kB").trim().parse::<f64>().ok()?;
        Some(kib / 1024.0)
    };
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in brackets, which may hold anything: fields 14 and 15 of proc(5), in ticks of 10 ms.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Usage {
        cpu_s: ticks(11).zip(ticks(12)).map(|(user, system)| (user + system) / 100.0),
        peak_memory_mib: memory("VmHWM:"),
        memory_mib: memory("VmRSS:"),
    }
}
