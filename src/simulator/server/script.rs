//! Runs the steps of a scenario, one after the other.

use std::time::Duration;

use crate::simulator::{
    action::Action,
    scenario::{Scenario, Step},
};

#[derive(Debug)]
pub(super) struct Script {
    steps: Vec<Step>,
    repeat: bool,
    next: usize,
    /// Since when the next step's condition holds.
    armed: Option<Duration>,
}

impl Script {
    pub fn new(scenario: Scenario) -> Self {
        let mut script = Self { steps: scenario.steps, repeat: scenario.repeat, next: 0, armed: None };
        script.arm(Duration::ZERO);
        script
    }

    fn step(&self) -> Option<&Step> {
        self.steps.get(self.next)
    }

    /// A step without a condition waits from `now` on.
    fn arm(&mut self, now: Duration) {
        self.armed = self.step().filter(|step| step.request.is_none() && step.state.is_none()).map(|_| now);
    }

    /// When the next step is due.
    pub fn due(&self) -> Option<Duration> {
        Some(self.armed? + self.step()?.after)
    }

    pub fn look_at_request(&mut self, method: &str, now: Duration) {
        if self.armed.is_none() && self.step().is_some_and(|step| step.request.as_deref() == Some(method)) {
            self.armed = Some(now);
        }
    }

    pub fn look_at_state(&mut self, state: i64, now: Duration) {
        if self.armed.is_none() && self.step().is_some_and(|step| step.state == Some(state)) {
            self.armed = Some(now);
        }
    }

    /// The next step if it is due, with its line.
    pub fn take_due(&mut self, now: Duration) -> Option<(usize, Action)> {
        if self.due()? > now {
            return None;
        }
        let step = self.step()?;
        let taken = (step.line, step.action.clone());
        self.next += 1;
        if self.repeat && self.next == self.steps.len() {
            self.next = 0;
        }
        self.arm(now);
        Some(taken)
    }
}
