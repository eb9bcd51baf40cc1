//! `heyroom listen`: what recordings say and mean, without a room.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use serde_json::json;

use super::{
    Status,
    match_text::{self, GrammarChoice},
    output, setup,
};
use crate::{
    assistant::{
        ear::READINGS,
        listening::{Listening, NameEar},
        wake::WakePhrases,
    },
    audio::{SAMPLE_RATE, WavOptions, WavSource},
    grammar::{Context, Grammar, Outcome},
    recognizer::{Decoder, Hypothesis},
};

/// Recognise recordings and match them, without a room.
///
/// Each WAV file (8 to 192 kHz, 8 to 32 bits, any channels) is taken as one utterance.
///
///   heyroom listen call.wav --contacts contacts.json
///   heyroom listen --json recordings/*.wav
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ListenArgs {
    /// The recordings
    #[arg(value_name = "FILE.wav", required = true)]
    files: Vec<PathBuf>,

    #[command(flatten)]
    grammar: GrammarChoice,

    /// The speech model: a name of `heyroom models list`, or a folder [default: the best one for the language]
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,

    /// A wake phrase that may stand before the command; may be given several times [default: those of the
    /// grammar]
    #[arg(long, value_name = "PHRASE")]
    wake: Vec<String>,

    /// Phrases heard with less confidence (0 to 1) are not taken for a command
    #[arg(long, value_name = "CONFIDENCE", default_value_t = 0.0, value_parser = confidence)]
    minimum_confidence: f32,

    /// Listen for names only as they are written, not for words that sound like names which the model does not know
    #[arg(long)]
    no_sound_alikes: bool,

    /// Print one JSON object per file
    #[arg(long)]
    json: bool,
}

fn confidence(text: &str) -> Result<f32, String> {
    text.parse()
        .ok()
        .filter(|c| (0.0..=1.0).contains(c))
        .ok_or_else(|| "a number from 0 to 1 is needed".to_owned())
}

pub fn run(args: ListenArgs) -> anyhow::Result<Status> {
    let mut grammar = args.grammar.load(false)?;
    let model = setup::model(args.model.as_deref(), grammar.language())?;
    if !args.no_sound_alikes {
        NameEar::default().approximate(&mut grammar, &model);
    }
    let mut wake = args.wake.clone();
    if wake.is_empty() {
        wake.clone_from(&grammar.pack().wake_phrases);
    }
    let wake = WakePhrases::new(wake.iter().map(String::as_str));
    let listening = Listening::new(&grammar, &wake, &model);
    listening.warn();
    let mut listener = Listener { decoder: listening.decoder(&model)?, grammar, wake, args: &args };
    let mut status = Status::Done;
    for file in &args.files {
        if let Err(error) = listener.file(file) {
            status = Status::Failed;
            let text = output::error_text(&error);
            eprintln!("heyroom: {text}");
            if args.json {
                output::json(&json!({"input": file.to_string_lossy(), "error": text}))?;
            }
        }
    }
    Ok(status)
}

struct Listener<'a> {
    decoder: Decoder,
    grammar: Grammar,
    wake: WakePhrases,
    args: &'a ListenArgs,
}

impl Listener<'_> {
    fn file(&mut self, file: &Path) -> anyhow::Result<()> {
        let samples = WavSource::open(file, WavOptions::default())?.read_all()?;
        let started = Instant::now();
        let hypothesis = self.recognise(&samples)?;
        let mut text = hypothesis.text();
        let matching = Instant::now();
        let mut outcome = self.matches(&text);
        let mut match_ms = match_text::milliseconds(matching);
        if is_none(&outcome) && !hypothesis.is_empty() {
            for reading in self.decoder.readings(&samples, READINGS)? {
                let matching = Instant::now();
                let second = self.matches(&reading);
                match_ms += match_text::milliseconds(matching);
                if !is_none(&second) {
                    (text, outcome) = (reading, second);
                    break;
                }
            }
        }
        if is_none(&outcome) && !hypothesis.is_empty() {
            // No reading is a sentence: what is the likeliest one near to?
            let matching = Instant::now();
            let words: Vec<&str> = hypothesis.words.iter().map(|word| word.text.as_str()).collect();
            let confidences: Vec<f32> = hypothesis.words.iter().map(|word| word.confidence).collect();
            let from = self.wake.find(&words).unwrap_or(0);
            let context = Context::new();
            outcome = self.grammar.matches_tolerant(&words[from..].join(" "), &context, &confidences[from..]);
            match_ms += match_text::milliseconds(matching);
        }
        let ms = json!({
            "audio": samples.len() as u64 * 1000 / u64::from(SAMPLE_RATE),
            "decode": started.elapsed().as_millis() as u64,
            "match": match_ms,
        });
        self.print(file, &text, &hypothesis, &outcome, &ms)
    }

    /// The whole recording is one utterance, pauses included.
    fn recognise(&mut self, samples: &[i16]) -> anyhow::Result<Hypothesis> {
        for chunk in samples.chunks(SAMPLE_RATE as usize / 5) {
            self.decoder.accept(chunk)?;
        }
        Ok(self.decoder.finish()?)
    }

    fn matches(&self, text: &str) -> Outcome {
        let words: Vec<&str> = text.split_whitespace().collect();
        let from = self.wake.find(&words).unwrap_or(0);
        self.grammar.matches(&words[from..].join(" "), &Context::new())
    }

    fn print(
        &self,
        file: &Path,
        text: &str,
        hypothesis: &Hypothesis,
        outcome: &Outcome,
        ms: &serde_json::Value,
    ) -> anyhow::Result<()> {
        let input = file.to_string_lossy();
        let confidence = (f64::from(hypothesis.confidence()) * 1000.0).round() / 1000.0;
        let badly_heard = !is_none(outcome) && hypothesis.confidence() < self.args.minimum_confidence;
        if self.args.json {
            output::json(&if badly_heard {
                match_text::refused(&input, text, confidence, "low_confidence", ms)
            } else {
                match_text::record(&input, text, confidence, outcome, ms)
            })?;
        } else if badly_heard {
            output::line(format!("{input}: {text}\n  heard too badly ({:.0} % sure)", confidence * 100.0))?;
        } else {
            let heard = if text.is_empty() { "(nothing heard)" } else { text };
            output::line(format!("{input}: {}", match_text::describe(heard, outcome)))?;
        }
        Ok(())
    }
}

fn is_none(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NoMatch { .. })
}
