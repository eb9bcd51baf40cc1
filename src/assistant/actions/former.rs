//! What takes back a method of the Room API where the room's state tells how things were before.

use serde_json::{Map, Value, json};

use crate::grammar::{Action, ActionKind};
use crate::room::{DeviceStatus, State};

/// A method of the room as an action.
pub(super) fn room(method: &str, params: Value) -> Action {
    let params = match params {
        Value::Object(params) => params,
        _ => Map::new(),
    };
    ActionKind::Room { method: method.to_owned(), params }.into()
}

/// What brings back the state that `method` with `params` will change; none if the state does not tell.
pub(super) fn before(method: &str, params: &Map<String, Value>, state: &State) -> Option<Vec<Action>> {
    let mute = |former: Option<bool>| Some(vec![room(method, json!({"mute": former?}))]);
    let participant = || state.participant(params.get("peerId")?.as_str()?);
    let device = |status: Option<DeviceStatus>| {
        let on = match status? {
            DeviceStatus::On => true,
            DeviceStatus::Muted => false,
            _ => return None,
        };
        Some(vec![room(method, json!({"peerId": params.get("peerId")?, "on": on}))])
    };
    match method {
        "setMicMute" => mute(state.mic_muted),
        "setAudioMute" => mute(state.speaker_muted),
        "setVideoMute" => mute(state.camera_muted),
        "turnRemoteMic" => device(participant()?.mic),
        "turnRemoteCamera" => device(participant()?.video),
        "changeCurrentMonitor" => Some(vec![room(method, json!({"monitorIndex": state.current_monitor?}))]),
        "showSlide" | "showFirstSlide" | "showLastSlide" | "showNextSlide" | "showPrevSlide" => {
            Some(vec![room("showSlide", json!({"idx": state.slides.current?}))])
        }
        "setSettings" => {
            let wanted = params.get("settings")?.as_object()?;
            let former = |name: &String| Some((name.clone(), state.settings.get(name)?.clone()));
            let former: Map<String, Value> = wanted.keys().map(former).collect::<Option<_>>()?;
            Some(vec![room(method, json!({"settings": former}))])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::Slides;

    fn back(method: &str, params: Value, state: &State) -> Option<Value> {
        let Value::Object(params) = params else { panic!() };
        let actions = before(method, &params, state)?;
        assert_eq!(actions.len(), 1);
        let ActionKind::Room { method, params } = actions[0].kind.clone() else { panic!() };
        Some(json!([method, params]))
    }

    #[test]
    fn what_was_before_comes_back_and_not_the_opposite() {
        let mut state = State { mic_muted: Some(true), current_monitor: Some(0), ..State::default() };
        state.settings.insert("audioPlayLevel".into(), json!(0.95));
        state.slides = Slides { current: Some(6), ..Slides::default() };
        // Muting what was muted is taken back by leaving it muted.
        let mute = json!({"mute": true});
        assert_eq!(back("setMicMute", mute.clone(), &state), Some(json!(["setMicMute", {"mute": true}])));
        assert_eq!(back("setAudioMute", mute, &state), None, "not known");
        assert_eq!(
            back("setSettings", json!({"settings": {"audioPlayLevel": 1.0}}), &state),
            Some(json!(["setSettings", {"settings": {"audioPlayLevel": 0.95}}]))
        );
        assert_eq!(back("setSettings", json!({"settings": {"autoAccept": true}}), &state), None);
        assert_eq!(back("showFirstSlide", json!({}), &state), Some(json!(["showSlide", {"idx": 6}])));
        assert_eq!(back("call", json!({"peerId": "a"}), &state), None);
    }
}
