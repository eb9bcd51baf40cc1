//! Chat: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "chat"

    /// A text message from a user.
    ///
    /// Quirk: Older versions also carried peerDn and an empty confId.
    IncomingChatMessage "incomingChatMessage" {
        peer_id "peerId": String = "user id",
        message "message": String = "text",
        time "time": i64 = "Unix time in seconds",
        chat_id "chatId": String = "newer versions",
        peer_dn "peerDn": String = "older versions",
        conf_id "confId": String = "older versions, empty outside a conference",
    }, Documented;

    /// A text message in a group conference.
    IncomingGroupChatMessage "incomingGroupChatMessage" {
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
        message "message": String = "text",
        time "time": i64 = "Unix time in seconds",
        conf_id "confId": String = "id of the communication session",
        chat_id "chatId": String = "newer versions",
    }, Documented;

    /// A text message was sent to a user.
    ChatMessageSent "chatMessageSent" {
        peer_id "peerId": String = "user id (by analogy)",
        message "message": String = "text (by analogy)",
    }, Library;

    /// A text message was sent to the group conference.
    GroupChatMessageSent "groupChatMessageSent" {
        message "message": String = "text (by analogy)",
    }, Library;

    /// The history of a chat was deleted.
    CmdChatClear "cmdChatClear" {
        id "id": String = "chat id",
    }, Library;
}
