//! How long each state lasts, and what is due when its time is over.

use std::time::{Duration, Instant};

use super::{
    Dialogue, Effect,
    event::{Refusal, Scope},
    modes::{Mode, Utterance},
};

/// The recogniser cuts longer utterances, so every one is over after this time.
const LONGEST_UTTERANCE: Duration = Duration::from_secs(15);
/// No reply is longer; a voice that has not ended by then hangs.
pub(super) const LONGEST_REPLY: Duration = Duration::from_secs(30);
/// What somebody said did not count; whoever is about to say it again has this much time at least.
const AFTER_SPEECH: Duration = Duration::from_secs(1);

impl Dialogue {
    /// An utterance begins.
    pub(super) fn begin(&mut self, now: Instant) {
        // Not in the middle of a sentence; the utterance has its own end.
        if let Some(due) = self.due {
            self.until = Some(due.max(now) + LONGEST_UTTERANCE);
        }
        self.utterance = Utterance {
            within: true,
            late: self.due.is_some_and(|due| due <= now),
            into_signal: self.signals(now),
            own: self.speech.as_ref().map(|speech| speech.words.clone()).unwrap_or_default(),
            in_call: self.facts.is("in_call")
                && !self.facts.is("speaker_muted")
                && !self.facts.is("muted_others"),
            far_end: self.far_end,
            narrowed: self.scope != Scope::Everything,
            ..Utterance::default()
        };
    }

    /// What is due by now.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Effect> {
        if self.speech.as_ref().is_some_and(|speech| now >= speech.until) {
            self.speech = None;
        }
        if self.until.is_none_or(|until| now < until) {
            return Vec::new();
        }
        let mut effects = Vec::new();
        if self.utterance.lasts() {
            self.utterance.dropped = true;
            effects.push(Effect::DropRest);
        }
        match self.mode {
            Mode::Muted => effects.extend(self.privacy(false, true, now)),
            // Silence means no, and people are told so that nobody waits for it to happen.
            Mode::Confirming(_) | Mode::Choosing(_) => effects.extend(self.cancelled()),
            Mode::Awake(ref awake) if !awake.begun.is_empty() => {
                // Whoever began a sentence waits for something to happen.
                effects.push(Effect::Refused { refusal: Refusal::Unknown, aloud: false });
                effects.extend(self.sleep());
            }
            Mode::Asleep | Mode::Awake(_) | Mode::Following => effects.extend(self.sleep()),
        }
        effects
    }

    /// Waits on as before an utterance: what does not count must not keep the assistant awake, or a question open.
    pub(super) fn resume(&mut self, utterance: &Utterance, now: Instant) {
        if let Some(due) = self.due.filter(|_| utterance.lasts()) {
            self.until = Some(due.max(if utterance.late { now } else { now + AFTER_SPEECH }));
        }
    }

    /// Changes the state; its time begins.
    pub(super) fn listen(&mut self, mode: Mode, now: Instant) {
        self.mode = mode;
        self.restart(now);
    }

    /// The time of the state begins anew.
    pub(super) fn restart(&mut self, now: Instant) {
        let patience = match self.mode {
            Mode::Asleep => {
                (self.until, self.due) = (None, None);
                return;
            }
            // Privacy has an end of its own.
            Mode::Muted => return,
            // Whoever speaks has all the time that it takes.
            _ if self.speech.is_some() || self.about_to_ask => LONGEST_REPLY,
            Mode::Following => self.settings.follow_up,
            Mode::Awake(_) | Mode::Confirming(_) | Mode::Choosing(_) => self.settings.sleep_after,
        };
        let due = now + patience;
        self.due = Some(due);
        self.utterance.late = false;
        self.until = Some(if self.utterance.lasts() { due + LONGEST_UTTERANCE } else { due });
    }

    pub(super) fn sleep(&mut self) -> Vec<Effect> {
        self.mode = Mode::Asleep;
        self.about_to_ask = false;
        (self.until, self.due) = (None, None);
        vec![Effect::Sleep]
    }
}
