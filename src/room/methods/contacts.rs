//! Address book: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "contacts"

    /// Read the address book with presence.
    GetAbook "getAbook" get_abook() -> AbookAnswer {
        abook "abook": Vec<Contact> = "Contact",
    }, Documented;

    /// Add a user to the address book.
    AddToAbook "addToAbook" add_to_abook(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        peer_dn "peerDn": String = "display name; optional on the wire, the server name is used when it is absent",
    ) -> AddToAbookAnswer {
        peer_id "peerId": String = "user id",
        call_id "callId": String = "id after conversion, only if converted",
    }, Documented;

    /// Remove a user from the address book.
    RemoveFromAbook "removeFromAbook" remove_from_abook(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> RemoveFromAbookAnswer {
        peer_id "peerId": String = "user id (by analogy)",
    }, Library;

    /// Change the display name of an address-book entry.
    RenameInAbook "renameInAbook" rename_in_abook(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        peer_dn "peerDn": String = "display name",
    ) -> RemoveFromAbookAnswer, Library;

    /// Read the groups of the address book.
    GetGroups "getGroups" get_groups() -> GroupsAnswer {
        groups "groups": Vec<Group> = "Group (by analogy)",
    }, Library;

    /// Create a group in the address book.
    CreateGroup "createGroup" create_group(
        name "name": String = "name of the new group",
    ) -> Accepted, Library;

    /// Delete a group.
    RemoveGroup "removeGroup" remove_group(
        group_id "groupId": i64 = "id of an address-book group",
    ) -> Accepted, Library;

    /// Rename a group.
    RenameGroup "renameGroup" rename_group(
        group_id "groupId": i64 = "id of an address-book group",
        new_name "newName": String = "new group name",
    ) -> Accepted, Library;

    /// Put a user into a group.
    AddToGroup "addToGroup" add_to_group(
        group_id "groupId": i64 = "id of an address-book group",
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Take a user out of a group.
    RemoveFromGroup "removeFromGroup" remove_from_group(
        group_id "groupId": i64 = "id of an address-book group",
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Add a user to the block list.
    Block "block" block(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> RemoveFromAbookAnswer, Library;

    /// Remove a user from the block list.
    Unblock "unblock" unblock(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> RemoveFromAbookAnswer, Library;

    /// Read the block list.
    GetBanList "getBanList" get_ban_list() -> BanListAnswer {
        ban_list "banList": Value = "items not established; likely peerId and peerDn (unknown)",
    }, Library;

    /// Ask for a user's personal details; the data come in the detailsInfo event.
    GetContactDetails "getContactDetails" get_contact_details(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Resolve a user id to a display name.
    GetDisplayNameById "getDisplayNameById" get_display_name_by_id(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> DisplayNameByIdAnswer {
        peer_dn "peerDn": String = "display name (by analogy)",
        peer_id "peerId": String = "user id (by analogy)",
    }, Library;

    /// Search users on the server (constant and response only in the snapshot; parameters from the
    /// documentation).
    ///
    /// Quirk: Results use displayName instead of peerDn.
    ///
    /// Quirk: A new search string is refused for a while after the previous search (20 s in older, 2 s in
    /// newer documentation); cached results live 5 minutes.
    ///
    /// Since application 4.2.0.
    SearchContact "searchContact" search_contact(
        searching_string "searchingString": String = "text to look for",
    ) optional (
        searching_mask "searchingMask": i64 = "bit mask: 1 id, 2 display name (newer: also first and last name), 4 e-mail (older text only)",
        searching_timeout_msec "searchingTimeoutMsec": i64 = "time limit in milliseconds",
    ) -> SearchContactAnswer {
        searching_result "searchingResult": SearchingResult = "outcome of the search; dropped from newer documentation",
        found_contacts "foundContacts": Vec<FoundContact> = "items {peerId, displayName, isInAbook: boolean in newer versions}; note displayName, not peerDn",
    }, Documented;

    /// Search for people: answers at once from the cache and the address book; hits of the server follow in
    /// contactsSearched with the same requestId.
    ///
    /// Since application 4.3.0.
    SearchContact2 "searchContact2" search_contact2(
        searching_string "searchingString": String = "what to search for",
    ) -> SearchContact2Answer {
        found_contacts "foundContacts": Vec<FoundContact> = "what is known at once",
    }, Documented;
}
