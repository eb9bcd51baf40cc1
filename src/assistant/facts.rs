//! What the room's state means for the dialogue and for the templates of actions and replies.

use serde_json::{Map, Value, json};

use super::dialogue::Facts;
use crate::room::{AppState, DeviceStatus, Direction, State};

/// The names that conditions of a grammar may use: all that [`facts`] ever puts into the context.
pub const NAMES: [&str; 12] = [
    "connected",
    "in_call",
    "ringing",
    "calling",
    "mic_muted",
    "camera_off",
    "speaker_muted",
    "slides",
    "recording",
    "sharing",
    "owner",
    "muted_others",
];

/// The names besides that `{state.NAME}` may be: those of [`references`], and `screen`, which is asked for when an action
/// needs it.
pub const REFERENCES: [&str; 11] = [
    "caller",
    "caller_id",
    "slide",
    "slide_count",
    "last_slide",
    "volume",
    "own_id",
    "conference_id",
    "participants",
    "monitors",
    "screen",
];

/// What the dialogue must know.
pub fn facts(state: &State) -> Facts {
    let context = context(state);
    Facts { ringing: context.get("ringing") == Some(&Value::Bool(true)), context }
}

/// Whether a call of ours rings at the other side.
pub(super) fn is_calling(state: &State) -> bool {
    state.connected && state.ringing.as_ref().is_some_and(|ringing| ringing.direction == Direction::Outgoing)
}

/// The context that decides which sentences are valid: `requires_context` of the grammar.
fn context(state: &State) -> Map<String, Value> {
    let mut context = Map::new();
    let mut set = |key: &str, value: Value| context.insert(key.to_owned(), value);
    set("connected", json!(state.connected));
    // A room that went away in a call, or while it rang, may have ended long ago.
    set("in_call", json!(state.connected && state.in_conference()));
    set("ringing", json!(state.connected && state.incoming_call().is_some()));
    set("calling", json!(is_calling(state)));
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
    if let Some(running) = state.sharing.as_ref().and_then(|sharing| sharing.running) {
        set("sharing", json!(running));
    }
    if let Some(owner) = state.is_owner() {
        set("owner", json!(owner));
    }
    if let Some(muted) = muted_others(state) {
        set("muted_others", json!(muted));
    }
    context
}

/// Whether nobody else in the call can be heard; none where nobody else is known, or not how their microphones are.
fn muted_others(state: &State) -> Option<bool> {
    let mut all_muted = None;
    for person in state.participants.values() {
        if state.is_own(person.peer_id.as_deref().unwrap_or_default()) {
            continue;
        }
        match person.mic {
            Some(DeviceStatus::On) => return Some(false),
            Some(_) => all_muted = all_muted.or(Some(true)),
            None => return None,
        }
    }
    all_muted
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

/// Somebody else in the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// The id: in instance form where the room tells it.
    pub peer_id: String,
    /// The display name.
    pub name: String,
}

/// Those in the call, the room itself left out.
pub fn others(state: &State) -> Vec<Other> {
    let listed: Vec<Other> = state
        .participants
        .values()
        .filter_map(|person| {
            let peer_id = person.peer_id.clone()?;
            let name = person.peer_dn.clone().filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| name_of(state, &peer_id));
            (!state.is_own(&peer_id)).then_some(Other { peer_id, name })
        })
        .collect();
    if !listed.is_empty() || state.app_state != Some(AppState::Conference) {
        return listed;
    }
    // In a call between two, the room tells the other side only.
    let peer_id = state.conference.as_ref().and_then(|conference| conference.peer_id.clone());
    peer_id.map(|peer_id| Other { name: name_of(state, &peer_id), peer_id }).into_iter().collect()
}

/// What to call the person with this id: the name in the call, in the address book, else the id without its server.
pub fn name_of(state: &State, peer_id: &str) -> String {
    let named = |name: Option<&String>| name.filter(|name| !name.trim().is_empty()).cloned();
    let user = peer_id.split('/').next().unwrap_or_default();
    named(state.contacts.get(peer_id).or_else(|| state.contacts.get(user)).and_then(|it| it.peer_dn.as_ref()))
        .or_else(|| named(state.participant(peer_id).and_then(|it| it.peer_dn.as_ref())))
        .unwrap_or_else(|| user.split('@').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::{Conference, DesktopSharing, Participant, Person};

    fn person(id: &str, mic: Option<DeviceStatus>) -> (String, Participant) {
        let name = id.split('@').next().unwrap_or_default().to_uppercase();
        let person =
            Participant { peer_id: Some(id.into()), peer_dn: Some(name), mic, ..Participant::default() };
        (id.to_owned(), person)
    }

    fn call(people: Vec<(String, Participant)>) -> State {
        State {
            app_state: Some(AppState::Conference),
            own: Some(Person { peer_id: Some("room@x".into()), ..Person::default() }),
            participants: people.into_iter().collect(),
            ..State::default()
        }
    }

    #[test]
    fn a_fact_that_is_not_known_is_no_key() {
        let keys = |state: &State| -> Vec<String> { context(state).keys().cloned().collect() };
        assert_eq!(keys(&State::default()), ["connected", "in_call", "ringing", "calling", "slides"]);
        let mut state = call(vec![person("ann@x/1", None)]);
        assert!(!context(&state).contains_key("muted_others") && !context(&state).contains_key("owner"));
        state.conference = Some(Conference { owner: Some("room@x/7".into()), ..Conference::default() });
        state.sharing = Some(DesktopSharing { running: Some(true), ..DesktopSharing::default() });
        assert_eq!(context(&state)["owner"], json!(true));
        assert!(keys(&state).iter().all(|key| NAMES.contains(&key.as_str())), "{:?}", keys(&state));
        assert_eq!(context(&state)["sharing"], json!(true));
    }

    #[test]
    fn without_a_room_there_is_no_call() {
        let mut state = call(Vec::new());
        state.connected = true;
        assert_eq!(context(&state)["in_call"], json!(true));
        state.connected = false;
        assert_eq!(context(&state)["in_call"], json!(false));
        assert!(!facts(&state).ringing);
    }

    #[test]
    fn every_name_that_a_text_can_refer_to_is_listed() {
        let mut state = State { volume: Some(0.5), own: Some(Person::default()), ..State::default() };
        state.conference = Some(Conference::default());
        (state.slides.current, state.slides.count) = (Some(1), Some(2));
        for name in references(&state).keys().map(String::as_str) {
            assert!(REFERENCES.contains(&name) || NAMES.contains(&name), "{name}");
        }
    }

    #[test]
    fn the_others_are_muted_when_none_of_them_is_on() {
        let own = || person("room@x/7", Some(DeviceStatus::On));
        let muted = |mic| person("ann@x/1", Some(mic));
        let state =
            call(vec![own(), muted(DeviceStatus::Muted), person("bob@x", Some(DeviceStatus::Missing))]);
        assert_eq!(context(&state)["muted_others"], json!(true));
        let state = call(vec![own(), muted(DeviceStatus::On)]);
        assert_eq!(context(&state)["muted_others"], json!(false));
        assert!(!context(&call(vec![own()])).contains_key("muted_others"), "nobody is there");
    }

    #[test]
    fn the_others_have_names_whatever_the_room_tells() {
        let names = |state: &State| -> Vec<String> { others(state).into_iter().map(|it| it.name).collect() };
        let state = call(vec![person("room@x/7", None), person("ann@x/1", None)]);
        assert_eq!(names(&state), ["ANN"]);
        let mut state = call(Vec::new());
        state.conference = Some(Conference { peer_id: Some("bob@y".into()), ..Conference::default() });
        assert_eq!(names(&state), ["bob"]);
        state.app_state = Some(AppState::Idle);
        assert!(names(&state).is_empty());
    }
}
