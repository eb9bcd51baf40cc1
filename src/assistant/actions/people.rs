//! Who is there, who is online, and the address book.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::{Done, Errand, Performer, Step, calls, former::room, object};
use crate::assistant::facts;
use crate::grammar::outcome::Match;
use crate::room::{CallHistoryType, Contact, ExtStatus, State, UserStatus, same_user};

/// So many names are spoken; more, nobody remembers.
const NAMES: usize = 8;

/// How somebody can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Online,
    Busy,
    Offline,
    /// The server has no such user any more.
    Gone,
}

impl Performer {
    /// Names who else is in the call.
    pub(super) async fn participants(&self) -> Step {
        let state = self.in_session()?;
        self.tell_others(&state, "participants").await
    }

    /// Names those in the call with the reply `key`.
    pub(super) async fn tell_others(&self, state: &State, key: &str) -> Step {
        let names: Vec<String> = facts::others(state).into_iter().map(|other| other.name).collect();
        if names.is_empty() {
            return self.reply("participants_none", &[]).await;
        }
        self.tell_names(key, &names, names.len()).await
    }

    /// The reply `key` about these people and a number: how many they are, or how often they called.
    pub(super) async fn tell_names(&self, key: &str, names: &[String], count: usize) -> Step {
        let count = count.to_string();
        let names = match names.get(..NAMES) {
            Some(first) if names.len() > NAMES => self.replies.list_of_some(first),
            _ => self.replies.list(names),
        };
        self.reply(key, &[("names", &names), ("count", &count)]).await
    }

    pub(super) async fn is_online(&self, params: &Map<String, Value>, found: &Match) -> Step {
        let id = self.text(params, "contact")?;
        let state = self.known()?;
        let contact = contact(&state, &id);
        let slot = found.slots.values().find(|slot| slot.value.as_str() == Some(id.as_str()));
        let name = slot.map_or_else(|| facts::name_of(&state, &id), |slot| slot.name());
        self.memory.talked_about(&id, &name, SystemTime::now());
        let key = match contact.and_then(presence) {
            Some(Presence::Online) => "online_yes",
            Some(Presence::Busy) => "online_busy",
            Some(Presence::Offline) => "online_no",
            Some(Presence::Gone) => "no_such_user",
            None => return Err(self.replies.get("no_room_answer", &[])),
        };
        self.reply(key, &[("name", &name)]).await
    }

    pub(super) async fn who_is_online(&self) -> Step {
        let state = self.known()?;
        let names: Vec<String> = state
            .contacts
            .iter()
            .filter(|contact| matches!(presence(contact), Some(Presence::Online | Presence::Busy)))
            .filter_map(|contact| contact.peer_id.as_deref())
            .filter(|id| !state.is_own(id))
            .map(|id| facts::name_of(&state, id))
            .collect();
        if names.is_empty() {
            return self.reply("who_is_online_none", &[]).await;
        }
        self.tell_names("who_is_online", &names, names.len()).await
    }

    /// Puts somebody of the call into the address book.
    pub(super) async fn add_contact(&self, params: &Map<String, Value>, errand: &mut Errand<'_>) -> Step {
        let id = self.text(params, "participant")?;
        let state = self.known()?;
        let name = facts::name_of(&state, &id);
        self.add(&state, &id, &name, errand).await
    }

    /// Puts whoever calls, is in the call between two, or called last into the address book.
    pub(super) async fn add_caller(&self, errand: &mut Errand<'_>) -> Step {
        let state = self.known()?;
        let now = state.incoming_call().map(|call| (call.peer_id.clone(), call.peer_dn.clone()));
        let between_two = || match facts::others(&state).as_slice() {
            [one] => Some((one.peer_id.clone(), one.name.clone())),
            _ => None,
        };
        let caller = match now.or_else(between_two) {
            Some(caller) => Some(caller),
            None => {
                let (calls, _) = self.history().await?;
                let called = |kind| matches!(kind, Some(CallHistoryType::Incoming | CallHistoryType::Missed));
                calls.iter().find(|call| called(call.kind)).map(|call| calls::person(call, &state))
            }
        };
        let Some((id, name)) = caller else { return Err(self.replies.get("who_called_none", &[])) };
        let name = if name.trim().is_empty() { facts::name_of(&state, &id) } else { name };
        self.add(&state, &id, &name, errand).await
    }

    async fn add(&self, state: &State, id: &str, name: &str, errand: &mut Errand<'_>) -> Step {
        // The book holds people, not their devices.
        let id = id.split('/').next().unwrap_or(id);
        if contact(state, id).is_some() {
            return self.reply("already_known", &[("name", name)]).await;
        }
        let params = object(json!({"peerId": id, "peerDn": name}));
        self.request("addToAbook", params, errand).await?;
        self.reply("added", &[("name", name)]).await?;
        let back = vec![room("removeFromAbook", json!({"peerId": id}))];
        Ok(Done { answered: true, changed: true, back: Some(back) })
    }
}

fn contact<'a>(state: &'a State, id: &str) -> Option<&'a Contact> {
    let same = |contact: &&Contact| contact.peer_id.as_deref().is_some_and(|known| same_user(known, id));
    state.contacts.get(id).or_else(|| state.contacts.iter().find(same))
}

/// The finer presence where the room tells it.
fn presence(contact: &Contact) -> Option<Presence> {
    let finer = match contact.ext_status {
        Some(ExtStatus::Invalid) => Some(Presence::Gone),
        Some(ExtStatus::Offline | ExtStatus::OfflineRecently) => Some(Presence::Offline),
        Some(
            ExtStatus::Available | ExtStatus::AvailablePhone | ExtStatus::AvailableTerminal | ExtStatus::Away,
        ) => Some(Presence::Online),
        Some(
            ExtStatus::DoNotDisturb
            | ExtStatus::Busy
            | ExtStatus::BusyPhone
            | ExtStatus::BusyTerminal
            | ExtStatus::ConferenceOwner,
        ) => Some(Presence::Busy),
        _ => None,
    };
    finer.or(match contact.status? {
        UserStatus::Invalid => Some(Presence::Gone),
        UserStatus::Offline => Some(Presence::Offline),
        UserStatus::Available => Some(Presence::Online),
        UserStatus::Busy | UserStatus::ConferenceOwner => Some(Presence::Busy),
        _ => None,
    })
}
