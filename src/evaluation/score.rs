//! Counts and percentiles of an evaluation. Pure.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::manifest::Item;

/// What an item led to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Observed {
    /// The likeliest text of all its utterances.
    pub heard: String,
    /// How many times the assistant woke, with a command in the same breath or without.
    pub wakes: usize,
    /// Nothing had to wake it: a button was pushed, or somebody called.
    pub needs_no_wake: bool,
    /// The first command that was acted upon, or asked about, and not taken back; the last one if all were.
    pub acted: Option<Acted>,
    /// How many commands were acted upon in all, also those that were taken back: their frames went out.
    pub actions: usize,
    /// How many commands were taken back.
    pub taken_back: usize,
    /// Why the last utterance was not acted upon, in words.
    pub refused: Option<String>,
    /// How much of it was played, in samples: less than all if the evaluation was stopped.
    pub samples: usize,
}

impl Observed {
    /// A command is acted upon.
    pub fn act(&mut self, acted: Acted) {
        self.actions += 1;
        if self.acted.as_ref().is_none_or(|before| before.taken_back) {
            self.acted = Some(acted);
        }
    }

    /// What was done for this intent is undone.
    pub fn take_back(&mut self, intent: &str) {
        self.taken_back += 1;
        if let Some(acted) = self.acted.as_mut().filter(|acted| acted.intent == intent) {
            acted.taken_back = true;
        }
    }
}

/// A command that was acted upon.
#[derive(Debug, Clone, PartialEq)]
pub struct Acted {
    /// The intent.
    pub intent: String,
    /// The slots' values.
    pub slots: Map<String, Value>,
    /// From the true end of speech to the action; negative durations count as zero.
    pub latency: Option<Duration>,
    /// It fired before the end of the utterance was certain.
    pub early: bool,
    /// It was undone: the whole utterance was something else.
    pub taken_back: bool,
}

/// How an item went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The right command.
    Right,
    /// Another command, or other slots.
    Wrong,
    /// Nothing that lasted, although a command was expected.
    Missed,
    /// Nothing, as it should be.
    Quiet,
    /// A command, where nothing should be; also one that was taken back.
    FalseAccept,
}

/// Judges what an item led to.
pub fn judge(item: &Item, observed: &Observed) -> Verdict {
    match (&item.intent, &observed.acted) {
        (None, None) => Verdict::Quiet,
        (None, Some(_)) => Verdict::FalseAccept,
        (Some(_), None) => Verdict::Missed,
        (Some(_), Some(acted)) if acted.taken_back => Verdict::Missed,
        (Some(intent), Some(acted)) => {
            let slots =
                item.slots.iter().all(|(name, value)| acted.slots.get(name).is_some_and(|v| same(v, value)));
            if *intent == acted.intent && slots { Verdict::Right } else { Verdict::Wrong }
        }
    }
}

/// 5 and 5.0 and "5" are the same to whoever writes a manifest.
fn same(a: &Value, b: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => text(a).eq_ignore_ascii_case(&text(b)),
    }
}

/// Words that must be changed to make `heard` of `said`, and the words of `said`.
pub fn word_errors(said: &str, heard: &str) -> (usize, usize) {
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase()
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
            .filter(|word| !word.is_empty())
            .collect()
    };
    let (said, heard) = (words(said), words(heard));
    (strsim::generic_levenshtein(&said, &heard), said.len())
}

/// Latencies in ms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Latency {
    /// How many.
    pub count: usize,
    /// Half are below.
    pub p50: u64,
    /// 95 of 100 are below.
    pub p95: u64,
    /// The greatest.
    pub max: u64,
    /// All of them, sorted.
    #[serde(skip)]
    pub all: Vec<u64>,
}

impl Latency {
    /// The percentiles of some durations; none of none.
    pub fn of(durations: impl IntoIterator<Item = Duration>) -> Option<Self> {
        let mut all: Vec<u64> = durations.into_iter().map(|d| d.as_millis() as u64).collect();
        all.sort_unstable();
        let at =
            |share: f64| all.get(((all.len() as f64 * share).ceil() as usize).saturating_sub(1)).copied();
        Some(Self { count: all.len(), p50: at(0.5)?, p95: at(0.95)?, max: at(1.0)?, all })
    }
}

/// The figures of one condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// The condition, in words.
    pub condition: String,
    /// The signal-to-noise ratio in dB; none for the recordings as they are.
    pub snr_db: Option<f32>,
    /// Recordings with a command.
    pub commands: usize,
    /// How many led to the right command and slots.
    pub right: usize,
    /// How many led to another command or other slots.
    pub wrong: usize,
    /// How many led to nothing that lasted.
    pub missed: usize,
    /// Of the commands: how many needed the wake phrase, and did not even wake the assistant.
    pub wake_misses: usize,
    /// Commands that were acted upon more than once, without those that were taken back.
    pub repeated: usize,
    /// Of the commands: how often something was done at once and taken back when the whole utterance was known.
    pub taken_back: usize,
    /// Word errors per word said, over the recordings with a text.
    pub word_error_rate: Option<f64>,
    /// Hours of sound without commands.
    pub other_hours: f64,
    /// Commands acted upon in that time, also those that were taken back.
    pub false_accepts: usize,
    /// Of them: how many were taken back.
    pub false_accepts_taken_back: usize,
    /// Times that the assistant woke in that time.
    pub false_wakes: usize,
    /// From the end of speech, all right commands.
    pub latency_ms: Option<Latency>,
    /// Of them, those without slots.
    pub closed_latency_ms: Option<Latency>,
}

/// One judged item.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// What was expected.
    pub item: &'a Item,
    /// What came of it.
    pub observed: Observed,
    /// Its length.
    pub seconds: f64,
}

impl Figures {
    /// Sums up.
    pub fn of(condition: String, snr_db: Option<f32>, judged: &[Judged<'_>]) -> Self {
        let count = |wanted: Verdict| judged.iter().filter(|j| judge(j.item, &j.observed) == wanted).count();
        let commands = || judged.iter().filter(|j| j.item.is_command());
        let others = || judged.iter().filter(|j| !j.item.is_command());
        let (errors, words) = judged
            .iter()
            .filter(|j| j.item.is_command())
            .filter_map(|j| Some(word_errors(j.item.text.as_deref()?, &j.observed.heard)))
            .fold((0, 0), |(errors, words), (e, w)| (errors + e, words + w));
        let right = || commands().filter(|j| judge(j.item, &j.observed) == Verdict::Right);
        let latency = |closed: bool| {
            let of = right().filter_map(|j| j.observed.acted.as_ref());
            Latency::of(
                of.filter(|acted| !closed || acted.slots.is_empty()).filter_map(|acted| acted.latency),
            )
        };
        Self {
            condition,
            snr_db,
            commands: commands().count(),
            right: count(Verdict::Right),
            wrong: count(Verdict::Wrong),
            missed: count(Verdict::Missed),
            wake_misses: commands().filter(|j| j.observed.wakes == 0 && !j.observed.needs_no_wake).count(),
            repeated: commands().filter(|j| j.observed.actions > j.observed.taken_back + 1).count(),
            taken_back: commands().map(|j| j.observed.taken_back).sum(),
            word_error_rate: (words > 0).then(|| errors as f64 / words as f64),
            // The sum of nothing is -0.0, which would be printed.
            other_hours: others().map(|j| j.seconds).fold(0.0, |sum, seconds| sum + seconds) / 3600.0,
            false_accepts: others().map(|j| j.observed.actions).sum(),
            false_accepts_taken_back: others().map(|j| j.observed.taken_back).sum(),
            false_wakes: others().map(|j| j.observed.wakes).sum(),
            latency_ms: latency(false),
            closed_latency_ms: latency(true),
        }
    }

    /// The share of right commands; none without commands.
    pub fn acceptance(&self) -> Option<f64> {
        (self.commands > 0).then(|| self.right as f64 / self.commands as f64)
    }

    /// False accepts per hour; none without other sound.
    pub fn false_accepts_per_hour(&self) -> Option<f64> {
        (self.other_hours > 0.0).then(|| self.false_accepts as f64 / self.other_hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: &str) -> Item {
        serde_json::from_str(json).unwrap()
    }

    fn acted(intent: &str, slots: Value) -> Observed {
        let slots = slots.as_object().unwrap().clone();
        let mut observed = Observed::default();
        observed.act(Acted {
            intent: intent.to_owned(),
            slots,
            latency: None,
            early: false,
            taken_back: false,
        });
        observed
    }

    #[test]
    fn a_command_with_another_slot_is_wrong() {
        let volume = item(r#"{"file": "a", "intent": "VolumeSet", "slots": {"level": "50"}}"#);
        let set = |level: i64| judge(&volume, &acted("VolumeSet", serde_json::json!({"level": level})));
        assert_eq!((set(50), set(15)), (Verdict::Right, Verdict::Wrong));
        assert_eq!(judge(&volume, &acted("Mute", serde_json::json!({}))), Verdict::Wrong);
        assert_eq!(judge(&volume, &Observed::default()), Verdict::Missed);
        let talk = item(r#"{"file": "a", "intent": null}"#);
        assert_eq!(judge(&talk, &Observed::default()), Verdict::Quiet);
        assert_eq!(judge(&talk, &acted("Mute", serde_json::json!({}))), Verdict::FalseAccept);
    }

    #[test]
    fn percentiles_and_word_errors() {
        let latency = Latency::of((1..=20).map(|i| Duration::from_millis(i * 10))).unwrap();
        assert_eq!((latency.p50, latency.p95, latency.max), (100, 190, 200));
        assert_eq!(Latency::of([]), None);
        assert_eq!(word_errors("Hey room, mute.", "hey room mute"), (0, 3));
        assert_eq!(word_errors("call john smith", "call johns myth now"), (3, 3));
    }

    #[test]
    fn figures_count_what_happened_where_nothing_should() {
        let (mute, talk) = (item(r#"{"file": "a", "intent": "Mute"}"#), item(r#"{"file": "b"}"#));
        let judged = [
            Judged {
                item: &mute,
                observed: Observed { wakes: 1, ..acted("Mute", serde_json::json!({})) },
                seconds: 2.0,
            },
            Judged { item: &mute, observed: Observed::default(), seconds: 2.0 },
            Judged {
                item: &talk,
                observed: Observed { wakes: 3, ..acted("Mute", serde_json::json!({})) },
                seconds: 1800.0,
            },
        ];
        let figures = Figures::of("x".to_owned(), None, &judged);
        assert_eq!((figures.acceptance(), figures.wake_misses, figures.false_wakes), (Some(0.5), 1, 3));
        assert_eq!(figures.false_accepts_per_hour(), Some(2.0));
    }

    #[test]
    fn what_was_taken_back_went_out_all_the_same() {
        let (mute, talk) = (item(r#"{"file": "a", "intent": "Mute"}"#), item(r#"{"file": "b"}"#));
        let mut undone = acted("Mute", serde_json::json!({}));
        undone.take_back("Mute");
        let mut corrected = acted("Camera", serde_json::json!({}));
        corrected.take_back("Camera");
        corrected.act(acted("Mute", serde_json::json!({})).acted.unwrap());
        assert_eq!(judge(&mute, &undone), Verdict::Missed);
        assert_eq!(judge(&mute, &corrected), Verdict::Right);
        assert_eq!(judge(&talk, &undone), Verdict::FalseAccept);
        let judged = [
            Judged { item: &mute, observed: undone.clone(), seconds: 2.0 },
            Judged { item: &mute, observed: corrected, seconds: 2.0 },
            Judged { item: &talk, observed: undone, seconds: 1800.0 },
        ];
        let figures = Figures::of("x".to_owned(), None, &judged);
        assert_eq!((figures.right, figures.missed, figures.taken_back, figures.repeated), (1, 1, 2, 0));
        assert_eq!((figures.false_accepts, figures.false_accepts_taken_back), (1, 1));
    }

    #[test]
    fn no_wake_phrase_is_missed_where_none_is_said() {
        let mute = item(r#"{"file": "a", "intent": "Mute", "text": "mute"}"#);
        let observed = Observed { needs_no_wake: true, ..Observed::default() };
        let figures = Figures::of("x".to_owned(), None, &[Judged { item: &mute, observed, seconds: 2.0 }]);
        assert_eq!((figures.missed, figures.wake_misses), (1, 0));
        assert!(figures.other_hours.is_sign_positive(), "no hours are not -0.00");
    }
}
