//! Puts decisions together from the journal and writes them, in a task of its own: whoever notes something never waits.

use std::{
    collections::VecDeque,
    path::PathBuf,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use tokio::{
    sync::{
        mpsc::{self, UnboundedReceiver},
        oneshot,
    },
    task::JoinHandle,
};

use super::{
    Decision, Exchange, NearMiss,
    file::{self, FileError},
    judging::Judgement,
};
use crate::assistant::{
    journal::{Entry, Happening, Journal},
    secrets,
};

/// What is decided about the assistant's own business is written this soon,
const SOON: Duration = Duration::from_millis(250);
/// and what is decided about talk in the room has time: it is one decision after the other.
const LATER: Duration = Duration::from_secs(5);
/// Sentences that are told as near to what was heard.
const NEAR: usize = 3;

/// Where and what is recorded.
#[derive(Debug, Clone)]
pub struct RecorderSettings {
    /// The file.
    pub file: PathBuf,
    /// Whether the words of speech are kept that was not meant for the assistant.
    pub overheard: bool,
}

/// A running recorder.
#[derive(Debug)]
pub struct Recorder {
    task: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

impl Recorder {
    /// Starts recording after what the file holds already; returns the journal to note things in.
    /// To be called within a tokio runtime.
    ///
    /// # Errors
    ///
    /// [`FileError`]: the place cannot be read or written.
    pub fn start(settings: RecorderSettings) -> Result<(Self, Journal), FileError> {
        let mut book = Book::default();
        for decision in file::read(&settings.file)? {
            book.add(None, decision);
        }
        // That it cannot be written is to be known now.
        file::write(&settings.file, book.decisions())?;
        let (sender, entries) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        let journal = Journal::told_to(sender).with_decisions(settings.overheard);
        let task = tokio::spawn(record(book, settings.file, entries, stopped));
        Ok((Self { task, stop }, journal))
    }

    /// Writes what there is and ends.
    pub async fn finish(self) {
        let _ = self.stop.send(());
        // It fails only if the runtime ends, and then it is too late.
        let _ = self.task.await;
    }
}

async fn record(
    mut book: Book,
    file: PathBuf,
    mut entries: UnboundedReceiver<Entry>,
    mut stop: oneshot::Receiver<()>,
) {
    let mut due: Option<Instant> = None;
    let mut complained = false;
    let mut ends = false;
    while !ends {
        let written_at = due.map(tokio::time::Instant::from_std);
        let writing = async {
            match written_at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // What was noted before the end is still taken.
            biased;
            entry = entries.recv() => match entry {
                Some(entry) => {
                    if let Some(patience) = book.take(entry) {
                        let at = Instant::now() + patience;
                        due = Some(due.map_or(at, |due| due.min(at)));
                    }
                    continue;
                }
                None => ends = true,
            },
            _ = &mut stop => ends = true,
            () = writing => {}
        }
        if due.take().is_some() {
            let (copy, file) = (book.decisions().cloned().collect::<Vec<_>>(), file.clone());
            match tokio::task::spawn_blocking(move || file::write(&file, &copy)).await {
                Ok(Err(error)) if !complained => {
                    complained = true;
                    tracing::warn!("{error}");
                }
                Ok(Ok(())) => complained = false,
                _ => {}
            }
        }
    }
}

/// The decisions, the oldest first, with the numbers that the journal knows those of this run by.
#[derive(Debug, Default)]
struct Book {
    kept: VecDeque<(Option<u64>, Decision)>,
}

impl Book {
    fn decisions(&self) -> impl Iterator<Item = &Decision> + Clone {
        self.kept.iter().map(|(_, decision)| decision)
    }

    fn add(&mut self, number: Option<u64>, mut decision: Decision) {
        if let Some((_, last)) = self.kept.back() {
            decision.at_ms = decision.at_ms.max(last.at_ms + 1);
        }
        self.kept.push_back((number, decision));
        while let Some(index) = file::surplus(self.decisions()) {
            self.kept.remove(index);
        }
    }

    /// The words were taken for a command while they were being said, and were none.
    fn forget_words_of_the_last_early_one(&mut self) {
        let acted = |decision: &&mut Decision| decision.early && decision.decision == "acted";
        let mut own = self.kept.iter_mut().rev().filter(|(number, _)| number.is_some());
        if let Some(decision) = own.find_map(|(_, decision)| Some(decision).filter(acted)) {
            if let Some(heard) = &mut decision.heard {
                (heard.words, heard.readings) = (Vec::new(), Vec::new());
            }
            decision.slots.clear();
        }
    }

    /// Takes what happened; how soon it must be written, if anything changed.
    fn take(&mut self, entry: Entry) -> Option<Duration> {
        let about = entry.about?;
        if let Happening::Judged(judgement) = entry.what {
            if judgement.tells_that_it_was_none() {
                self.forget_words_of_the_last_early_one();
            }
            let patience = if judgement.decision == "ignored" { LATER } else { SOON };
            self.add(Some(about), decided(*judgement, entry.at));
            return Some(patience);
        }
        let (_, decision) = self.kept.iter_mut().rev().find(|(number, _)| *number == Some(about))?;
        let milliseconds = |duration: Duration| duration.as_millis() as u64;
        match entry.what {
            Happening::Refused { why, .. } => decision.reason = Some(why.to_owned()),
            Happening::Sent { method, params, after } => decision.room.push(Exchange {
                params: secrets::loggable(&method, &params),
                method,
                after_ms: after.map(milliseconds),
                ..Exchange::default()
            }),
            Happening::Answered { method, result, took } => {
                let waiting = |exchange: &Exchange| exchange.method == method && !exchange.is_answered();
                let index = decision.room.iter().position(waiting).unwrap_or_else(|| {
                    // It never got to the wire.
                    decision.room.push(Exchange { method: method.clone(), ..Exchange::default() });
                    decision.room.len() - 1
                });
                if let Some(exchange) = decision.room.get_mut(index) {
                    match result {
                        Ok(outcome) => exchange.outcome = Some(outcome),
                        Err(error) => exchange.error = Some(error),
                    }
                    exchange.took_ms = Some(milliseconds(took));
                }
            }
            Happening::Said { text } => decision.said.push(text),
            _ => return None,
        }
        Some(SOON)
    }
}

fn decided(judgement: Judgement, at: Instant) -> Decision {
    let now = SystemTime::now().checked_sub(at.elapsed()).unwrap_or(UNIX_EPOCH);
    let at_ms = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
    let slots = judgement.found.iter().flat_map(|found| secrets::loggable_slots(found));
    let near = judgement.unknown.iter().flat_map(|(text, grammar)| grammar.nearest(text, NEAR));
    Decision {
        at_ms,
        heard: judgement.heard,
        state: judgement.state.to_owned(),
        decision: judgement.decision.to_owned(),
        early: judgement.early,
        reason: judgement.reason,
        intent: judgement.intent,
        slots: slots.map(|(name, text)| (name, text.into())).collect(),
        candidates: judgement.candidates,
        near: near
            .map(|near| NearMiss { intent: near.intent, sentence: near.sentence, cost: near.cost })
            .collect(),
        thresholds: judgement.thresholds,
        after_ms: judgement.ended.map(|ended| at.saturating_duration_since(ended).as_millis() as u64),
        room: Vec::new(),
        said: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(decision: &'static str) -> Happening {
        Happening::Judged(Box::new(Judgement::of_nothing(decision)))
    }

    #[tokio::test]
    async fn what_comes_of_a_decision_is_kept_with_it_and_what_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let settings = RecorderSettings { file: folder.path().join("d.jsonl"), overheard: false };
        for run in 0..2 {
            let (recorder, mut first) = Recorder::start(settings.clone()).unwrap();
            let mut second = first.clone();
            first.note(judged("acted"));
            first.goes_on_about(Some(1));
            first.note(judged("acted"));
            second.goes_on_about(Some(2));
            second.note(judged("refused"));
            // The first answers after the second was decided.
            let params = json!({"peerId": "ann"}).as_object().unwrap().clone();
            let after = Some(Duration::from_millis(212));
            first.note(Happening::Sent { method: "call".to_owned(), params, after });
            second.note(Happening::Refused { text: String::new(), why: "no sentence" });
            let took = Duration::from_secs(4);
            first.note(Happening::Answered {
                method: "call".to_owned(),
                result: Ok("busy".to_owned()),
                took,
            });
            first.note(Happening::Said { text: "Ann is busy.".to_owned() });
            recorder.finish().await;
            let decisions = file::read(&settings.file).unwrap();
            assert_eq!(decisions.len(), 2 * (run + 1), "what belongs to no decision is none");
            let [.., acted, refused] = decisions.as_slice() else { unreachable!() };
            assert_eq!((acted.room[0].after_ms, acted.room[0].took_ms), (Some(212), Some(4_000)));
            assert_eq!(
                (acted.room[0].outcome.as_deref(), acted.room[0].error.as_deref()),
                (Some("busy"), None)
            );
            assert_eq!(acted.said, ["Ann is busy."]);
            assert!(acted.is_settled() && acted.at_ms < refused.at_ms);
            assert_eq!(refused.reason.as_deref(), Some("no sentence"));
        }
    }

    #[test]
    fn a_command_that_was_none_is_kept_without_its_words_from_its_beginning_on() {
        let kept = |overheard: bool| {
            let mut book = Book::default();
            let mut take = |about, judgement: Judgement| {
                let what = Happening::Judged(Box::new(judgement));
                book.take(Entry { at: Instant::now(), about: Some(about), what });
            };
            for number in [1, 2] {
                take(number, Judgement::of_words("acted", &["hang", "up"]));
            }
            let whole: &[&str] = if overheard { &["hang", "up", "the", "coats"] } else { &[] };
            take(3, Judgement::of_words("taken_back", whole));
            let words = |decision: &Decision| decision.heard.as_ref().map_or(0, |heard| heard.words.len());
            book.decisions().map(words).collect::<Vec<_>>()
        };
        assert_eq!(kept(false), [2, 0, 0]);
        assert_eq!(kept(true), [2, 2, 4]);
    }

    #[tokio::test]
    async fn a_request_that_never_got_to_the_wire_is_told_with_its_error() {
        let mut book = Book::default();
        let entry = |what| Entry { at: Instant::now(), about: Some(1), what };
        book.take(entry(judged("acted")));
        let result = Err("no connection".to_owned());
        book.take(entry(Happening::Answered { method: "call".to_owned(), result, took: Duration::ZERO }));
        let decision = book.decisions().next().unwrap();
        assert_eq!(decision.room[0].error.as_deref(), Some("no connection"));
        assert!(decision.line("now").contains("room: call failed"), "{}", decision.line("now"));
    }
}
