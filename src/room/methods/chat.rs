//! Chat: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "chat"

    /// Send a text message to a user.
    SendMessage "sendMessage" send_message(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        message "message": String = "text",
    ) -> Accepted, Library;

    /// Send a text message to everybody in the running group conference.
    SendGroupMessage "sendGroupMessage" send_group_message(
        message "message": String = "text",
    ) -> Accepted, Library;

    /// List the chats.
    GetListOfChats "getListOfChats" get_list_of_chats() -> ListOfChatsAnswer {
        list "list": Value = "items not established (unknown)",
    }, Library;

    /// Read a window of messages of one chat.
    GetChatLastMessages "getChatLastMessages" get_chat_last_messages(
        id "id": String = "chat id",
        begin_number "beginNumber": i64 = "number of the message to start from",
        count "count": i64 = "how many entries to return",
    ) -> ChatLastMessagesAnswer {
        messages "messages": Vec<ChatMessage> = "items {text: string, time: integer, peerId: string, direction: 0 incoming | 1 outgoing}",
    }, Documented;

    /// Delete the history of one chat.
    ChatClear "chatClear" chat_clear(
        id "id": String = "chat id (the library describes it as a user id)",
    ) -> Accepted, Library;
}
