//! Loudness and microphones: of the room, and of the others in the call.
use serde_json::{Map, Value, json};

use super::{Done, Errand, Performer, Step, former, object, whole};
use crate::{assistant::facts, grammar::ActionKind, room::DeviceStatus};

impl Performer {
    /// Sets the loudspeaker to `level`, or changes it by `change`; both in percent.
    pub(super) async fn volume(&self, params: &Map<String, Value>, errand: &mut Errand<'_>) -> Step {
        let percent = |key: &str| params.get(key).and_then(Value::as_f64);
        let former = self.room.snapshot().volume;
        let now = former.unwrap_or(0.5) * 100.0;
        let Some(wanted) = percent("level").or_else(|| percent("change").map(|change| now + change)) else {
            return Err(self.lacks("level"));
        };
        // To whole percents, so that ten steps up and down end where they began.
        let level = wanted.clamp(0.0, 100.0).round() / 100.0;
        self.request("setSettings", level_setting(level), errand).await?;
        // Ten percent down from the top is not where ten percent up began.
        let back =
            former.map(|former| vec![former::room("setSettings", Value::Object(level_setting(former)))]);
        Ok(Done::changed(back))
    }

    /// Mutes or unmutes the microphones of all others.
    pub(super) async fn mute_others(&self, params: &Map<String, Value>, errand: &mut Errand<'_>) -> Step {
        let mute = self.flag(params, "mute")?;
        let state = self.in_session()?;
        let others = facts::others(&state);
        if others.is_empty() {
            return Err(self.replies.get("nobody_else", &[]));
        }
        let mut back = Vec::new();
        let mut failure = None;
        for other in others {
            let now = state.participant(&other.peer_id).and_then(|person| person.mic);
            let wanted = if mute { DeviceStatus::Muted } else { DeviceStatus::On };
            if now == Some(wanted) || now == Some(DeviceStatus::Missing) {
                continue;
            }
            let change = object(json!({"peerId": other.peer_id, "on": !mute}));
            match self.request("turnRemoteMic", change, errand).await {
                Ok(()) => {
                    back.push(former::room("turnRemoteMic", json!({"peerId": other.peer_id, "on": mute})))
                }
                // The others are to be quiet even if one cannot be muted.
                Err(problem) => failure = Some(problem),
            }
        }
        match failure {
            Some(problem) => Err(problem),
            // All were so already, and taking it back changes nothing.
            None if back.is_empty() => Ok(Done::default()),
            None => Ok(Done::changed(Some(back))),
        }
    }

    /// How loud one of the others is heard here: `level`, or a `change`; both in percent.
    pub(super) async fn participant_volume(
        &self,
        params: &Map<String, Value>,
        errand: &mut Errand<'_>,
    ) -> Step {
        let id = self.text(params, "participant")?;
        let state = self.in_session()?;
        let id = state.participant(&id).and_then(|person| person.peer_id.clone()).unwrap_or(id);
        let former = self.asked(self.room.get_audio_receiving_level(&id)).await?;
        let former = former.level.as_ref().and_then(whole);
        let level = params.get("level").and_then(whole);
        let wanted = match (level, params.get("change").and_then(whole), former) {
            (Some(level), ..) => level,
            (None, Some(change), Some(former)) => former.saturating_add(change),
            (None, Some(_), None) => return Err(self.replies.get("failed", &[])),
            (None, None, _) => return Err(self.lacks("level")),
        };
        let set = |level: i64| object(json!({"peerId": id, "level": level.clamp(0, 100)}));
        self.request("setAudioReceivingLevel", set(wanted), errand).await?;
        let back = former.map(|former| {
            let (name, params) =
                ("participant_volume".to_owned(), json!({"participant": id, "level": former}));
            vec![ActionKind::Do { name, params: object(params) }.into()]
        });
        Ok(Done::changed(back))
    }

    pub(super) async fn microphone_state(&self) -> Step {
        match self.known()?.mic_muted {
            Some(true) => self.reply("microphone_off", &[]).await,
            Some(false) => self.reply("microphone_on", &[]).await,
            None => Err(self.replies.get("no_room_answer", &[])),
        }
    }

    pub(super) async fn volume_state(&self) -> Step {
        match self.known()?.volume {
            Some(level) => {
                let level = format!("{:.0}", level * 100.0);
                self.reply("volume", &[("level", &level)]).await
            }
            None => Err(self.replies.get("no_room_answer", &[])),
        }
    }
}

fn level_setting(level: f64) -> Map<String, Value> {
    object(json!({"settings": {"audioPlayLevel": level}}))
}
