//! What the other side of a call says through the room's loudspeaker. It is listened to during calls, where the system
//! tells what is played; [`super::ear`] compares it with what the microphone hears.

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::audio::{Loudspeaker, LoudspeakerSettings, PlaybackReference, Speaking};

/// Listens to the far end while there is one.
#[derive(Debug)]
pub(super) struct FarEnd {
    settings: Option<LoudspeakerSettings>,
    reference: PlaybackReference,
    own: Speaking,
    tell: UnboundedSender<bool>,
    listening: Option<Loudspeaker>,
}

impl FarEnd {
    /// The receiver is told when something like speech begins (true) and ends (false) to be played, other than by heyroom
    /// (`own`). Without settings, never.
    pub(super) fn new(
        settings: Option<LoudspeakerSettings>,
        own: Speaking,
    ) -> (Self, UnboundedReceiver<bool>) {
        let (tell, told) = mpsc::unbounded_channel();
        (Self { settings, reference: PlaybackReference::default(), own, tell, listening: None }, told)
    }

    /// What is played, shared.
    pub(super) fn reference(&self) -> PlaybackReference {
        self.reference.clone()
    }

    /// There is a call, or there is none. Outside of calls the loudspeaker is not listened to: it costs as much as the
    /// microphone.
    pub(super) fn in_call(&mut self, in_call: bool) {
        if !in_call {
            self.listening = None;
            return;
        }
        let Some(settings) = self.settings.clone().filter(|_| self.listening.is_none()) else { return };
        let tell = self.tell.clone();
        let listening = Loudspeaker::listen(settings, self.reference(), self.own.clone(), move |speech| {
            // The assistant may have stopped meanwhile.
            let _ = tell.send(speech);
        });
        match listening {
            Ok(listening) => self.listening = Some(listening),
            Err(error) => tracing::warn!("what the far end says is not listened to: {error}"),
        }
    }
}
