//! What a grammar can ask of the assistant itself with `do:`. A table only: `actions` carries it out, the dialogue asks how
//! bad it is to do it by mistake, and `heyroom grammar check` compares grammars with it.

/// Something that the assistant does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnAction {
    /// The name after `do:`.
    pub name: &'static str,
    /// Its parameters; those with a `?` may be left out.
    pub params: &'static [&'static str],
    /// Whether it may stay within this room: it tells something, or changes what is seen and heard here. What others
    /// notice, and what makes the assistant deaf or lets it speak otherwise, may not happen by mistake.
    pub harmless: bool,
}

const fn harmless(name: &'static str, params: &'static [&'static str]) -> OwnAction {
    OwnAction { name, params, harmless: true }
}

const fn felt(name: &'static str, params: &'static [&'static str]) -> OwnAction {
    OwnAction { name, params, harmless: false }
}

/// All of them.
pub const OWN_ACTIONS: &[OwnAction] = &[
    // What a grammar can ask of the assistant itself with `do:`, and the parameters of each; those with a `?` may be
    // left out.
    harmless("participants", &[]),
    harmless("help", &[]),
    felt("cancel", &[]),
    harmless("repeat", &[]),
    felt("undo", &[]),
    felt("language", &["language"]),
    felt("privacy", &[]),
    // Calls.
    felt("redial", &[]),
    felt("call_back", &[]),
    felt("send_tones", &["tones"]),
    felt("create_conference", &["contacts?", "title?", "open?"]),
    felt("admit_guest", &[]),
    felt("refuse_guest", &[]),
    // Sound.
    harmless("volume", &["level?", "change?"]),
    felt("mute_others", &["mute"]),
    harmless("participant_volume", &["participant", "level?", "change?"]),
    harmless("microphone_state", &[]),
    harmless("volume_state", &[]),
    // Picture.
    harmless("layout", &["layout"]),
    harmless("show_participant", &["participant"]),
    harmless("hide_participant", &["participant"]),
    harmless("participant_to_monitor", &["participant", "monitor"]),
    harmless("clear_monitor", &["monitor"]),
    harmless("self_view", &["show"]),
    harmless("start_picture", &[]),
    // People and questions.
    harmless("is_online", &["contact"]),
    harmless("who_is_online", &[]),
    felt("add_contact", &["participant"]),
    felt("add_caller", &[]),
    harmless("in_call", &[]),
    harmless("own_id", &[]),
    harmless("conference_id", &[]),
    harmless("who_called", &[]),
    harmless("who_is_calling", &[]),
];

/// The action of this name.
pub fn own_action(name: &str) -> Option<&'static OwnAction> {
    OWN_ACTIONS.iter().find(|action| action.name == name)
}
