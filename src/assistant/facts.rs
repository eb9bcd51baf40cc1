//! What the room's state means for the dialogue and for the templates of actions and replies.

use serde_json::{Map, Value, json};

use super::dialogue::Facts;
use crate::room::{AppState, Direction, State};

/// What the dialogue must know.
pub fn facts(state: &State) -> Facts {
    Facts { ringing: state.incoming_call().is_some(), context: context(state) }
}

/// The context that decides which sentences are valid: `requires_context` of the grammar.
fn context(state: &State) -> Map<String, Value> {
    let outgoing = state.ringing.as_ref().is_some_and(|ringing| ringing.direction == Direction::Outgoing);
    let mut context = Map::new();
    let mut set = |key: &str, value: Value| context.insert(key.to_owned(), value);
    set("connected", json!(state.connected));
    set("in_call", json!(state.in_conference()));
    set("ringing", json!(state.incoming_call().is_some()));
    set("calling", json!(outgoing));
    if let Some(muted) = state.mic_muted {
        set("mic_muted", json!(muted));
    }
    if let Some(muted) = state.camera_muted {
        set("camera_off", json!(muted));
    }
    if let Some(muted) = state.speaker_muted {
        set("speaker_muted", json!(muted));
    }
    set("slides", json!(state.slides.running));
    if let Some(recording) = state.recording {
        set("recording", json!(recording));
    }
    context
}

/// What `{state.NAME}` in actions and replies stands for. A fact that is not known is left out.
pub fn references(state: &State) -> Map<String, Value> {
    let mut map = context(state);
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    let caller = state.incoming_call();
    set(
        "caller",
        caller.map(|call| json!(if call.peer_dn.is_empty() { &call.peer_id } else { &call.peer_dn })),
    );
    set("caller_id", caller.map(|call| json!(call.peer_id)));
    set("slide", state.slides.current.map(|index| json!(index)));
    set("slide_count", state.slides.count.map(|count| json!(count)));
    set("last_slide", state.slides.count.and_then(|count| count.checked_sub(1)).map(|last| json!(last)));
    set("volume", state.volume.map(|level| json!((level * 100.0).round() as i64)));
    set("own_id", state.own.as_ref().map(|own| json!(own.peer_id)));
    set("conference_id", state.conference.as_ref().map(|conference| json!(conference.conf_id)));
    set("participants", Some(json!(state.participants.len())));
    set("monitors", Some(json!(state.monitors.len())));
    map
}

/// The display names of those in the call, the room itself left out.
pub fn others(state: &State) -> Vec<String> {
    let own = state.own.as_ref().and_then(|own| own.peer_id.as_deref()).unwrap_or_default();
    let is_own = |id: &str| !own.is_empty() && id.split('/').next() == own.split('/').next();
    let name = |participant: &crate::room::Participant| {
        let id = participant.peer_id.clone().unwrap_or_default();
        participant.peer_dn.clone().filter(|name| !name.is_empty()).unwrap_or(id)
    };
    let listed: Vec<String> = state
        .participants
        .values()
        .filter(|participant| !is_own(participant.peer_id.as_deref().unwrap_or_default()))
        .map(name)
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    // In a call between two, the room tells the other side only.
    let peer = state.conference.as_ref().and_then(|conference| conference.peer_id.clone());
    let named =
        |id: String| state.contacts.get(&id).and_then(|contact| contact.peer_dn.clone()).unwrap_or(id);
    peer.filter(|_| state.app_state == Some(AppState::Conference)).map(named).into_iter().collect()
}
