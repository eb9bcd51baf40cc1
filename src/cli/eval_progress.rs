//! How far a long `heyroom eval` is, and whether it is to end early.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use anyhow::Context;

use super::{block_on, run};

/// How often a line is printed, of wall time.
const EVERY: Duration = Duration::from_secs(300);

/// Recordings done and to be done; each counts once per condition and way of playing it.
#[derive(Debug)]
pub(super) struct Progress {
    total: usize,
    done: usize,
    false_accepts: usize,
    told: Instant,
    stop: Arc<AtomicBool>,
}

impl Progress {
    /// Nothing done yet of `total`. Ctrl-C and SIGTERM end the evaluation with a report from now on.
    ///
    /// # Errors
    ///
    /// When the system gives no thread, or does not let the signals be caught.
    pub(super) fn start(total: usize) -> anyhow::Result<Self> {
        Ok(Self { total, done: 0, false_accepts: 0, told: Instant::now(), stop: stop_on_signal()? })
    }

    /// Becomes true when the evaluation is to end.
    pub(super) fn stop(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Whether the evaluation is to end.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// How many recordings are done, of how many, where it ended early.
    pub(super) fn stopped_at(&self) -> Option<(usize, usize)> {
        (self.done < self.total && self.is_stopped()).then_some((self.done, self.total))
    }

    /// One more recording is done.
    pub(super) fn one_more(&mut self, false_accepts: usize) {
        self.false_accepts += false_accepts;
        if let Some(line) = self.line_at(Instant::now()) {
            eprintln!("{line}");
        }
    }

    fn line_at(&mut self, now: Instant) -> Option<String> {
        self.done += 1;
        if now.saturating_duration_since(self.told) < EVERY {
            return None;
        }
        self.told = now;
        Some(format!(
            "heyroom: {} of {} recordings done, {} false accepts so far",
            self.done, self.total, self.false_accepts
        ))
    }
}

/// Becomes true with the first Ctrl-C or SIGTERM; the second one ends the program at once.
fn stop_on_signal() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let (caught, is_caught) = mpsc::channel();
    let stopped = Arc::clone(&stop);
    let wait = move || {
        let waited = block_on(async {
            let mut signal = run::stop_signal()?;
            let _ = caught.send(Ok(()));
            signal.wait_for(|stop| *stop).await?;
            stopped.store(true, Ordering::Relaxed);
            eprintln!("heyroom: stopping; here is the report so far (once more to end without one) ...");
            run::stop_signal()?.wait_for(|stop| *stop).await?;
            Ok(())
        });
        match waited {
            // What takes this long, such as an echo of a whole day, looks at no flag.
            Ok(()) => std::process::exit(130),
            // Nobody waits for this once the signals are caught.
            Err(error) => drop(caught.send(Err(error))),
        }
    };
    std::thread::Builder::new().name("heyroom-stop".to_owned()).spawn(wait)?;
    is_caught.recv().context("the thread that waits for Ctrl-C has ended")??;
    Ok(stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_tells_every_five_minutes_how_far_it_is() {
        let start = Instant::now();
        let mut progress =
            Progress { total: 9, done: 0, false_accepts: 0, told: start, stop: Arc::default() };
        let minutes = |minutes: u64| start + Duration::from_secs(60 * minutes);
        assert_eq!(progress.line_at(minutes(4)), None);
        progress.false_accepts = 2;
        let line = progress.line_at(minutes(6));
        assert_eq!(line.as_deref(), Some("heyroom: 2 of 9 recordings done, 2 false accepts so far"));
        assert_eq!(progress.line_at(minutes(10)), None);
        assert!(progress.line_at(minutes(11)).is_some());
    }
}
