//! What people in the room hear of the assistant: earcons and spoken replies.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc::UnboundedSender, watch};

use super::journal::{Happening, Journal};
use crate::audio::{Earcon, Earcons, Player, speech::Voice};

/// A reply waits at most this long for somebody to finish a sentence: that may be talk which never ends.
const POLITE: Duration = Duration::from_secs(3);

/// When the assistant's voice is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceEvent {
    /// It begins to say this.
    Began(String),
    /// It is silent again.
    Ended,
}

/// Plays earcons and speaks replies.
#[derive(Debug, Clone)]
pub struct Feedback {
    player: Player,
    earcons: Option<Arc<Earcons>>,
    voice: Arc<Voice>,
    language: String,
    journal: Journal,
    observer: Option<UnboundedSender<VoiceEvent>>,
    last: Arc<Mutex<Option<String>>>,
    /// Nobody is speaking to the assistant.
    may_speak: Arc<watch::Sender<bool>>,
}

impl Feedback {
    /// Feedback through `player`; without `earcons` no signal sounds are made.
    pub fn new(
        player: Player,
        earcons: Option<Earcons>,
        voice: Voice,
        language: impl Into<String>,
        journal: Journal,
    ) -> Self {
        Self {
            player,
            earcons: earcons.map(Arc::new),
            voice: Arc::new(voice),
            language: language.into(),
            journal,
            observer: None,
            last: Arc::default(),
            may_speak: Arc::new(watch::Sender::new(true)),
        }
    }

    /// The same feedback, which also tells `observer` when the voice is heard.
    pub fn observed_by(mut self, observer: UnboundedSender<VoiceEvent>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// What is said from now on belongs to the decision of this number.
    pub(super) fn goes_on_about(&mut self, decision: Option<u64>) {
        self.journal.goes_on_about(decision);
    }

    /// Speaks in another language from now on; clones go on as before.
    pub(super) fn speak_in(&mut self, language: &str) {
        language.clone_into(&mut self.language);
    }

    /// Plays a signal sound and waits for its end.
    pub async fn earcon(&self, earcon: Earcon) {
        if let Some(earcons) = &self.earcons {
            self.player.signal(earcons.get(earcon)).await;
        }
    }

    /// Speaks `text` and waits for the end; in text-only mode it is only told to the journal.
    pub async fn say(&self, text: &str) {
        self.speak(text).await;
    }

    /// As [`Feedback::say`]; where nothing can be spoken, `instead` is played, so that people know.
    pub async fn say_or(&self, text: &str, instead: Earcon) {
        if !self.speak(text).await {
            self.earcon(instead).await;
        }
    }

    /// A signal, and what it means in words.
    pub async fn announce(&self, earcon: Earcon, text: &str) {
        self.earcon(earcon).await;
        self.say(text).await;
    }

    /// Whether it was to be heard.
    async fn speak(&self, text: &str) -> bool {
        let text = text.trim();
        if text.is_empty() {
            return false;
        }
        self.journal.note(Happening::Said { text: text.to_owned() });
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.to_owned());
        let (voice, language, owned) = (self.voice.clone(), self.language.clone(), text.to_owned());
        // The engine is a program that runs for a while: not on the runtime's own threads.
        let speech = tokio::task::spawn_blocking(move || voice.speak(&owned, &language)).await;
        let Ok(Some(pcm)) = speech else { return false };
        self.wait_politely().await;
        self.tell(VoiceEvent::Began(text.to_owned()));
        self.player.play(pcm).await;
        self.tell(VoiceEvent::Ended);
        true
    }

    /// Whoever is speaking to the assistant is not talked over, and is heard to the end.
    async fn wait_politely(&self) {
        let mut may_speak = self.may_speak.subscribe();
        // The sender lives as long as this.
        let _ = tokio::time::timeout(POLITE, may_speak.wait_for(|may| *may)).await;
    }

    /// Whether replies may begin.
    pub(super) fn let_speak(&self, may: bool) {
        self.may_speak.send_if_modified(|now| std::mem::replace(now, may) != may);
    }

    fn tell(&self, event: VoiceEvent) {
        if let Some(observer) = &self.observer {
            // An observer that went away wants to know no more.
            let _ = observer.send(event);
        }
    }

    /// What was said last, for those who did not catch it.
    pub fn last_said(&self) -> Option<String> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// When the assistant is heard.
    pub fn speaking(&self) -> &crate::audio::Speaking {
        self.player.speaking()
    }

    /// What is played, to take it out of what the microphone hears.
    pub fn own_sound(&self) -> &crate::audio::OwnSound {
        self.player.own_sound()
    }

    /// Says it more softly (true) while somebody speaks at the same time.
    pub fn duck(&self, ducked: bool) {
        self.player.duck(ducked);
    }

    /// Ends what is being said.
    pub fn stop(&self) {
        self.player.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{
        Pcm, PlayerSettings,
        speech::{SpeechError, Synthesizer},
    };
    use tokio::sync::mpsc;

    struct Hum;

    impl Synthesizer for Hum {
        fn name(&self) -> &'static str {
            "hum"
        }
        fn synthesize(&self, _: &str, _: &str) -> Result<Pcm, SpeechError> {
            Ok(Pcm::new(16_000, vec![0; 160]).unwrap())
        }
    }

    #[tokio::test]
    async fn a_reply_begins_when_the_speaker_has_finished() {
        let player = Player::start(PlayerSettings { silent: true, ..PlayerSettings::default() }).unwrap();
        let (observer, mut told) = mpsc::unbounded_channel();
        let feedback =
            Feedback::new(player, None, Voice::new(Hum), "en", Journal::default()).observed_by(observer);
        feedback.let_speak(false);
        let speaker = feedback.clone();
        let reply = tokio::spawn(async move { speaker.say("Calling Ann").await });
        // It is ready to be said, and waits.
        while feedback.may_speak.receiver_count() == 0 && !reply.is_finished() {
            tokio::task::yield_now().await;
        }
        assert!(told.try_recv().is_err());
        feedback.let_speak(true);
        reply.await.unwrap();
        assert_eq!(told.recv().await, Some(VoiceEvent::Began("Calling Ann".to_owned())));
        assert_eq!(told.recv().await, Some(VoiceEvent::Ended));
    }
}
