//! What speech is measured against at a moment: for those who want to know why something was done or not.

use super::{Dialogue, Mode, rejection, settings::Thresholds};
use crate::{audio::PlayedIn, grammar::Match};

/// What the utterance under way is measured against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// The confidence that the least certain word of the wake phrase must have, from 0 to 1.
    pub wake: f32,
    /// The far end spoke at the same time.
    pub far_end: bool,
    /// What was heard came out of the loudspeaker.
    pub far_end_heard: bool,
    /// The assistant itself spoke at the same time.
    pub own_voice: bool,
    thresholds: Thresholds,
}

impl Measures {
    /// The mean confidence that the words of a command must have, from 0 to 1.
    pub fn for_command(&self, found: Option<&Match>) -> f32 {
        found.map_or(self.thresholds.command, |found| rejection::wanted_of(found, &self.thresholds))
    }
}

impl Dialogue {
    /// What the utterance under way, or the next one, is measured against; `played` is of its words.
    pub fn measures(&self, played: Option<&[PlayedIn]>) -> Measures {
        let attentive = !matches!(self.mode, Mode::Asleep | Mode::Following);
        Measures {
            wake: rejection::wake_wanted(&self.utterance, played, attentive, &self.settings),
            far_end: self.utterance.far_end,
            far_end_heard: rejection::is_played(played),
            own_voice: !self.utterance.own.is_empty(),
            thresholds: self.settings.thresholds,
        }
    }
}
