//! What speech is measured against at a moment: for those who want to know why something was done or not.

use super::{Dialogue, Event, rejection, settings::Thresholds};
use crate::grammar::Match;

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
    /// What the utterance that `event` tells of, or the next one, is measured against.
    pub fn measures(&self, event: &Event) -> Measures {
        let (utterance, settings, attentive) = (&self.utterance, &self.settings, self.attends());
        let (played, called) = match event {
            Event::Said(spoken) => {
                let span = settings.wake.find_span(&spoken.texts());
                (spoken.played.as_deref(), span.map(|span| (spoken, span)))
            }
            Event::Partial(partial) => (partial.played.as_deref(), None),
            _ => (None, None),
        };
        Measures {
            wake: match called {
                Some((spoken, span)) => {
                    rejection::wake_wanted_at(spoken, &span, utterance, attentive, settings)
                }
                None => rejection::wake_wanted(utterance, played, attentive, settings),
            },
            far_end: utterance.far_end,
            far_end_heard: rejection::is_played(played),
            own_voice: !utterance.own.is_empty(),
            thresholds: settings.thresholds,
        }
    }
}
