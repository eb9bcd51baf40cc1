//! What one does with the others in a session: invite, throw out, let in, mute, listen to.

use serde_json::json;

use super::{
    Answer, Ask, Method, Refusal, Terminal, fields, plain,
    session::{Kind, Participant},
};
use crate::simulator::people::Cause;

pub(super) const METHODS: &[(&str, Method)] = &[
    ("inviteToConference", invite_to_conference),
    ("kickPeer", kick_peer),
    ("acceptPeer", accept_peer),
    ("rejectPeer", reject_peer),
    ("setModeratorRole", set_moderator_role),
    ("turnRemoteCamera", turn_remote_camera),
    ("turnRemoteMic", turn_remote_mic),
    ("turnRemoteSpeaker", |terminal, ask| {
        let (id, _) = (ask.name("peerId")?, ask.flag("on")?);
        terminal.need_moderator(ask)?;
        terminal.other(ask, id)?;
        plain()
    }),
    ("enableAudioReceiving", enable_audio_receiving),
    ("enableVideoReceiving", enable_video_receiving),
    ("getAudioReceivingLevel", get_audio_receiving_level),
    ("setAudioReceivingLevel", set_audio_receiving_level),
    ("switchVideoFlow", |terminal, ask| {
        let (id, _) = (ask.name("callId")?, ask.flag("mainCamera")?);
        terminal.other(ask, id)?;
        plain()
    }),
    ("toneDial", tone_dial),
    ("setReaction", set_reaction),
];

impl Terminal {
    /// Somebody else in the running session.
    pub(super) fn other(&self, ask: &Ask<'_>, id: &str) -> Result<&Participant, Refusal> {
        let Some(session) = self.session() else {
            return ask.refuse(format_args!("there is no call or conference ({})", self.state().describe()));
        };
        let other = session.participants.iter().skip(1).find(|one| one.id == id || one.call_id() == id);
        other.map_or_else(|| ask.refuse(format_args!("{id} is not in this call or conference")), Ok)
    }

    /// Changes a participant's devices and tells everybody.
    pub(super) fn set_devices(&mut self, id: &str, mic: Option<bool>, video: Option<bool>) -> bool {
        let Some(session) = self.session_mut() else { return false };
        let conf_id = session.conf_id.clone();
        let Some(one) = session.participant_mut(id) else { return false };
        let set = |status: &mut i64, on: Option<bool>| {
            if let Some(on) = on.filter(|_| *status != 0) {
                *status = 1 + i64::from(on);
            }
        };
        set(&mut one.mic, mic);
        set(&mut one.video, video);
        let status = json!({"peerId": one.id, "mic": one.mic, "video": one.video, "confId": conf_id});
        self.event("deviceStatusReceived", status);
        true
    }

    /// Somebody asks to be let into our conference.
    pub(super) fn knock(&mut self, peer_id: &str) -> Result<String, String> {
        let person = self.person(peer_id);
        let Some(session) = self.session_mut().filter(|session| session.is_group() && session.is_owner)
        else {
            return Err("the terminal hosts no conference".into());
        };
        let conf_id = session.conf_id.clone();
        if session.auto_join {
            self.join(&person);
            return Ok(format!("{} joins at once: the conference was made with autoAccept", person.peer_dn));
        }
        if !session.knocking.contains(&person.peer_id) {
            session.knocking.push(person.peer_id.clone());
        }
        self.event(
            "requestInviteReceived",
            json!({"peerId": person.peer_id, "peerDn": person.peer_dn, "confId": conf_id}),
        );
        Ok(format!("{} asks to join", person.peer_dn))
    }
}

fn invite_to_conference(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("peerId")?;
    let peer_id = terminal.call_id(id);
    let session = terminal.need_moderator(ask)?;
    if session.participant(&peer_id).is_some() {
        return ask.refuse(format_args!("{peer_id} is in the conference already"));
    }
    if !session.invited.contains(&peer_id) {
        terminal.invite(&peer_id);
    }
    plain()
}

fn kick_peer(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("peerId")?;
    terminal.need_moderator(ask)?;
    let id = terminal.other(ask, id)?.id.clone();
    terminal.leave(&id);
    plain()
}

/// Who asks to be let in under this id.
fn knocking(terminal: &Terminal, ask: &Ask<'_>) -> Result<String, Refusal> {
    let id = terminal.call_id(ask.name("peerId")?);
    let session = terminal.need_moderator(ask)?;
    if session.knocking.contains(&id) {
        return Ok(id);
    }
    ask.refuse(format_args!("{id} did not ask to join"))
}

fn accept_peer(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = knocking(terminal, ask)?;
    let person = terminal.person(&id);
    let conf_id = terminal.session().map_or(String::new(), |session| session.conf_id.clone());
    terminal.event(
        "peerAccepted",
        json!({"peerId": person.peer_id, "peerDn": person.peer_dn, "confId": conf_id}),
    );
    terminal.join(&person);
    plain()
}

fn reject_peer(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = knocking(terminal, ask)?;
    let person = terminal.person(&id);
    let Some(session) = terminal.session_mut() else { return plain() };
    session.knocking.retain(|asked| *asked != id);
    let conf_id = session.conf_id.clone();
    terminal.event(
        "rejectSent",
        json!({"peerId": person.peer_id, "peerDn": person.peer_dn, "cause": Cause::DECLINED.0, "confId": conf_id,
               "recordAllowed": false}),
    );
    plain()
}

fn set_moderator_role(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (id, moderator) = (ask.name("peerId")?, ask.flag("moderator")?);
    terminal.need_moderator(ask)?;
    let id = terminal.other(ask, id)?.id.clone();
    if let Some(one) = terminal.session_mut().and_then(|session| session.participant_mut(&id)) {
        one.moderator = moderator;
    }
    plain()
}

fn turn_remote_camera(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (id, on) = (ask.name("peerId")?, ask.flag("on")?);
    terminal.need_moderator(ask)?;
    let id = terminal.other(ask, id)?.id.clone();
    terminal.set_devices(&id, None, Some(on));
    plain()
}

fn turn_remote_mic(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (id, on) = (ask.name("peerId")?, ask.flag("on")?);
    terminal.need_moderator(ask)?;
    let id = terminal.other(ask, id)?.id.clone();
    terminal.set_devices(&id, Some(on), None);
    plain()
}

/// Changes what we receive from somebody.
fn receiving(
    terminal: &mut Terminal,
    ask: &Ask<'_>,
    event: &str,
    set: fn(&mut Participant, bool),
) -> Result<(), Refusal> {
    let (id, enable) = (ask.name("peerId")?, ask.flag("enable")?);
    let id = terminal.other(ask, id)?.id.clone();
    if let Some(one) = terminal.session_mut().and_then(|session| session.participant_mut(&id)) {
        set(one, enable);
    }
    terminal.event(event, json!({"peerId": id, "enable": enable}));
    Ok(())
}

fn enable_audio_receiving(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    receiving(terminal, ask, "enableAudioReceivingChanged", |one, on| one.audio_receiving = on)?;
    plain()
}

fn enable_video_receiving(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    receiving(terminal, ask, "enableVideoReceivingChanged", |one, on| one.video_receiving = on)?;
    plain()
}

fn get_audio_receiving_level(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.name("peerId")?;
    let level = terminal.other(ask, id).map_err(|refusal| refusal.with("level", 0))?.level;
    Ok(fields(json!({"level": level})))
}

fn set_audio_receiving_level(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (id, level) = (ask.name("peerId")?, ask.integer("level")?);
    if !(0..=100).contains(&level) {
        return ask.refuse(format_args!("level {level} is out of range: 0 to 100"));
    }
    let id = terminal.other(ask, id)?.id.clone();
    if let Some(one) = terminal.session_mut().and_then(|session| session.participant_mut(&id)) {
        one.level = level;
    }
    plain()
}

fn tone_dial(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (symbol, call_id) = (ask.name("symbol")?, ask.name("callId")?);
    let mut symbols = symbol.chars();
    let (Some(one), None) = (symbols.next(), symbols.next()) else {
        return ask.refuse(format_args!("symbol \"{symbol}\" must be one of 0-9, *, #, A-D"));
    };
    if !matches!(one, '0'..='9' | '*' | '#' | 'A'..='D') {
        return ask.refuse(format_args!("symbol \"{symbol}\" must be one of 0-9, *, #, A-D"));
    }
    let Some(session) = terminal.session() else { return ask.refuse("there is no call or conference") };
    let conf_id = session.conf_id.clone();
    if call_id != "#self:0" {
        terminal.other(ask, call_id)?;
    }
    terminal.event("toneDial", json!({"symbol": symbol, "confId": conf_id, "callId": call_id}));
    plain()
}

fn set_reaction(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    if terminal.api_of(ask.client) < 2 {
        return ask.refuse("this method belongs to API version 2; send setUsedApiVersion first");
    }
    let reaction = ask.integer("reaction")?;
    if !(0..=6).contains(&reaction) {
        return ask.refuse(format_args!("reaction {reaction} is out of range: 0 to 6"));
    }
    let Some(session) = terminal.session_mut().filter(|session| session.kind != Kind::OneToOne) else {
        return ask.refuse("there is no conference");
    };
    let conf_id = session.conf_id.clone();
    let Some(own) = session.participants.first_mut() else { return plain() };
    own.reaction = reaction;
    let reactions = json!([{"callId": own.id, "reaction": reaction}]);
    terminal.event("reactionsChanged", json!({"confId": conf_id, "reactions": reactions}));
    plain()
}
