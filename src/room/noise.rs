//! Keeps odd input from filling the log: a few lines, then a count.

use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(10);
const LINES: u32 = 5;

/// Reports what a terminal should not have sent; at most a few lines in each span of time.
#[derive(Debug, Default)]
pub(super) struct Noise {
    since: Option<Instant>,
    count: u32,
}

impl Noise {
    /// Logs that the room sent `what`, unless too much was logged just before.
    pub fn report(&mut self, what: &str) {
        if self.admit(Instant::now()) {
            tracing::warn!("the room sent {what}; ignored");
        }
    }

    fn admit(&mut self, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.duration_since(since) >= WINDOW) {
            if self.count > LINES {
                tracing::warn!("the room sent {} more odd frames, not listed", self.count - LINES);
            }
            self.since = Some(now);
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.count <= LINES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_gives_a_few_lines_and_begins_anew_later() {
        let mut noise = Noise::default();
        let start = Instant::now();
        assert_eq!((0..1000).filter(|_| noise.admit(start)).count(), 5);
        assert!(noise.admit(start + WINDOW));
    }
}
