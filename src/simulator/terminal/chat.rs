//! Text messages to people and to the conference.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, Ask, Method, Terminal, fields, plain};
use crate::simulator::people::Person;

pub(super) const METHODS: &[(&str, Method)] = &[
    ("sendMessage", send_message),
    ("sendGroupMessage", send_group_message),
    ("getListOfChats", get_list_of_chats),
    ("getChatLastMessages", get_chat_last_messages),
    ("chatClear", chat_clear),
];

#[derive(Debug, Clone)]
struct Message {
    text: String,
    time: u64,
    peer_id: String,
    outgoing: bool,
}

/// The chats by id: a user, or a session for the chat of a conference.
#[derive(Debug, Default)]
pub(super) struct Chats {
    chats: BTreeMap<String, Vec<Message>>,
}

impl Terminal {
    fn keep_message(&mut self, chat: &str, text: &str, peer_id: &str, outgoing: bool) {
        let message =
            Message { text: text.to_owned(), time: self.unix(), peer_id: peer_id.to_owned(), outgoing };
        self.chats.chats.entry(chat.to_owned()).or_default().push(message);
    }

    /// A message comes in: from somebody in the conference to all, or to the terminal alone.
    pub(super) fn message_in(&mut self, person: &Person, text: &str, to_all: bool) -> Result<String, String> {
        let Person { peer_id, peer_dn } = person;
        if self.account.user.is_none() {
            return Err(format!("nobody can write in {}", self.state().describe()));
        }
        let time = self.unix();
        if to_all {
            let Some(session) = self.session().filter(|session| session.is_group()) else {
                return Err("the terminal is not in a group conference".into());
            };
            let conf_id = session.conf_id.clone();
            self.keep_message(&conf_id, text, peer_id, false);
            self.event(
                "incomingGroupChatMessage",
                json!({"peerId": peer_id, "peerDn": peer_dn, "chatId": conf_id, "message": text, "time": time,
                       "confId": conf_id}),
            );
        } else {
            self.keep_message(peer_id, text, peer_id, false);
            // peerDn and the empty confId are those of older versions, which the library expects.
            self.event(
                "incomingChatMessage",
                json!({"peerId": peer_id, "peerDn": peer_dn, "chatId": peer_id, "message": text, "time": time,
                       "confId": ""}),
            );
        }
        Ok(format!("{peer_dn} writes: {text}"))
    }
}

fn send_message(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (id, message) = (ask.name("peerId")?, ask.name("message")?);
    terminal.need_login(ask)?;
    let (own, peer_id) = (terminal.account.id().to_owned(), terminal.call_id(id));
    terminal.keep_message(&peer_id, message, &own, true);
    terminal.event("chatMessageSent", json!({"peerId": peer_id, "message": message}));
    plain()
}

fn send_group_message(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let message = ask.name("message")?;
    let Some(session) = terminal.session().filter(|session| session.is_group()) else {
        return ask.refuse(format_args!("there is no group conference ({})", terminal.state().describe()));
    };
    let (own, conf_id) = (terminal.account.id().to_owned(), session.conf_id.clone());
    terminal.keep_message(&conf_id, message, &own, true);
    terminal.event("groupChatMessageSent", json!({"message": message}));
    plain()
}

fn get_list_of_chats(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let list: Vec<Value> = terminal
        .chats
        .chats
        .iter()
        .map(|(id, messages)| {
            let last = messages.last();
            json!({"id": id, "lastMessage": last.map_or("", |last| &last.text),
                   "time": last.map_or(0, |last| last.time)})
        })
        .collect();
    Ok(fields(json!({"list": list})))
}

/// Message 0 is the newest.
fn get_chat_last_messages(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.text("id")?;
    let (begin, count) = (ask.integer("beginNumber")?, ask.integer("count")?);
    let (Ok(begin), Ok(count)) = (usize::try_from(begin), usize::try_from(count)) else {
        return ask.refuse("beginNumber and count must not be negative");
    };
    let chats = &terminal.chats.chats;
    let messages = chats.get(id).or_else(|| chats.get(&terminal.call_id(id)));
    let messages: Vec<Value> = messages
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .rev()
        .skip(begin)
        .take(count)
        .map(|message| {
            json!({"text": message.text, "time": message.time, "peerId": message.peer_id,
                   "direction": i64::from(message.outgoing)})
        })
        .collect();
    Ok(fields(json!({"messages": messages})))
}

fn chat_clear(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = ask.text("id")?;
    let known =
        [id.to_owned(), terminal.call_id(id)].into_iter().find(|id| terminal.chats.chats.contains_key(id));
    let Some(known) = known else { return ask.refuse(format_args!("there is no chat {id}")) };
    terminal.chats.chats.remove(&known);
    terminal.event("cmdChatClear", json!({"id": id}));
    plain()
}
