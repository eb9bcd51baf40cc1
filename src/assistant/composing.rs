//! When recognisers are made anew, and how many at once: names come and go in bursts, and the graph of ten thousand of
//! them keeps a processor busy for seconds.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::{
    grammar::{Candidate, Contact},
    recognizer::Decoder,
};

/// The recogniser is made anew once the names are the same for so long.
const NAMES_REST_AFTER: Duration = Duration::from_millis(300);
/// Names that never rest are waited for so long, from their first change on.
const NAMES_WAIT_AT_MOST: Duration = Duration::from_secs(2);

/// Names that can be said: those of the address book, by its revision, and of those in the call.
pub(super) type Names = (u64, Option<Vec<Contact>>);

/// Waits until names that change have come to rest.
#[derive(Debug, Default)]
pub(super) struct Rest {
    seen: Option<Names>,
    changed: Option<Instant>,
    due: Option<Instant>,
}

impl Rest {
    /// The names are these, and the recogniser does not know them all. Nothing, if they were the same before: the
    /// room's state changes all day, with presence for one.
    pub(super) fn see(&mut self, names: Names, now: Instant) {
        if self.seen.as_ref() == Some(&names) {
            return;
        }
        self.seen = Some(names);
        let changed = *self.changed.get_or_insert(now);
        self.due = Some((now + NAMES_REST_AFTER).min(changed + NAMES_WAIT_AT_MOST));
    }

    /// The names are to be taken at once.
    pub(super) fn end(&mut self, now: Instant) {
        self.due = Some(now);
    }

    /// When the names are to be taken.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The names are taken.
    pub(super) fn taken(&mut self) {
        *self = Self::default();
    }
}

/// Work of one kind: one piece at a time, and of what waits only the newest.
#[derive(Debug)]
pub(super) struct OneAtATime<T> {
    busy: bool,
    newest: Option<T>,
}

impl<T> Default for OneAtATime<T> {
    fn default() -> Self {
        Self { busy: false, newest: None }
    }
}

impl<T> OneAtATime<T> {
    /// Takes work, and gives it back if it is to be begun now.
    pub(super) fn offer(&mut self, work: T) -> Option<T> {
        if self.busy {
            self.newest = Some(work);
            return None;
        }
        self.busy = true;
        Some(work)
    }

    /// What was under way is done; gives what is to be begun next.
    pub(super) fn done(&mut self) -> Option<T> {
        let next = self.newest.take();
        self.busy = next.is_some();
        next
    }

    /// What waits is not wanted any more.
    pub(super) fn forget(&mut self) {
        self.newest = None;
    }
}

/// A question, and what is to be listened for until it is answered.
#[derive(Debug)]
pub(super) struct Answers {
    /// The number of the question.
    pub question: u64,
    /// The intents that are answers.
    pub intents: Vec<String>,
    /// Those among whom is to be chosen.
    pub candidates: Vec<Candidate>,
}

/// What became of a recogniser; nothing where it could not be made.
#[derive(Debug)]
pub(super) enum Made {
    /// For all phrases.
    Everything(Option<Decoder>),
    /// For the answers to a question.
    Answers {
        /// The number of the question.
        question: u64,
        /// The recogniser.
        decoder: Option<Decoder>,
    },
}

/// The recognisers that are being made.
#[derive(Debug)]
pub(super) struct Composing {
    /// Counts the languages that were spoken: what was begun for a former one is of no use.
    generation: u64,
    pub(super) everything: OneAtATime<()>,
    pub(super) answers: OneAtATime<Answers>,
    made: mpsc::UnboundedSender<(u64, Made)>,
}

impl Composing {
    /// Nothing yet, and the end of the line where recognisers arrive.
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<(u64, Made)>) {
        let (made, arrived) = mpsc::unbounded_channel();
        (
            Self { generation: 0, everything: OneAtATime::default(), answers: OneAtATime::default(), made },
            arrived,
        )
    }

    /// Makes a recogniser off every thread that matters.
    pub(super) fn begin(
        &self,
        work: impl FnOnce() -> Option<Decoder> + Send + 'static,
        of: impl FnOnce(Option<Decoder>) -> Made + Send + 'static,
    ) {
        let (generation, made) = (self.generation, self.made.clone());
        let work = tokio::task::spawn_blocking(work);
        tokio::spawn(async move {
            // Work that broke off is done too: the next one is not to wait for it.
            let decoder = work.await.unwrap_or_default();
            // The assistant may have stopped meanwhile.
            let _ = made.send((generation, of(decoder)));
        });
    }

    /// Forgets everything that is under way.
    pub(super) fn start_over(&mut self) {
        self.generation += 1;
        self.everything = OneAtATime::default();
        self.answers = OneAtATime::default();
    }

    /// Whether what was begun in this generation is still wanted.
    pub(super) fn is_of_now(&self, generation: u64) -> bool {
        generation == self.generation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_one_piece_of_work_and_one_more_for_the_newest() {
        let mut line = OneAtATime::default();
        assert_eq!(line.offer(1), Some(1));
        assert_eq!((line.offer(2), line.offer(3)), (None, None));
        assert_eq!(line.done(), Some(3), "the newest, alone");
        assert_eq!(line.offer(4), None, "that is under way now");
        line.forget();
        assert_eq!(line.done(), None);
        assert_eq!(line.offer(5), Some(5));
    }

    #[tokio::test]
    async fn what_was_begun_for_another_language_is_not_wanted() {
        let (mut composing, mut made) = Composing::new();
        assert!(composing.everything.offer(()).is_some());
        composing.begin(|| None, Made::Everything);
        composing.start_over();
        assert!(composing.everything.offer(()).is_some(), "it does not wait for the former language");
        composing.begin(|| panic!("on purpose"), Made::Everything);
        let mut wanted = Vec::new();
        for _ in 0..2 {
            let (generation, what) = made.recv().await.unwrap();
            assert!(matches!(what, Made::Everything(None)), "{what:?}");
            wanted.push(composing.is_of_now(generation));
        }
        wanted.sort_unstable();
        assert_eq!(wanted, [false, true]);
    }

    #[test]
    fn only_other_names_put_off_the_new_recogniser_and_not_for_ever() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut rest = Rest::default();
        rest.see((1, None), at(0));
        rest.see((1, None), at(200));
        assert_eq!(rest.due(), Some(at(300)), "nothing but presence changed");
        rest.see((2, None), at(250));
        assert_eq!(rest.due(), Some(at(550)), "more names");
        for ms in (300..4_000).step_by(200) {
            rest.see((ms, None), at(ms));
        }
        assert_eq!(rest.due(), Some(at(2_000)), "a book that never rests");
        rest.taken();
        assert_eq!(rest.due(), None);
        rest.see((9, None), at(5_000));
        assert_eq!(rest.due(), Some(at(5_300)));
    }
}
