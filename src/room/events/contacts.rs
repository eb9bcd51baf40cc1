//! Address book: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "contacts"

    /// The address book arrived right after logging in.
    AbReceivedAfterLogin "abReceivedAfterLogin" {
        abook "abook": Vec<Contact> = "Contact (by analogy)",
    }, Library;

    /// Entries were added to the address book.
    ContactsAdded "contactsAdded" {
        contacts "contacts": Vec<Contact> = "Contact",
    }, Documented;

    /// Entries were removed from the address book.
    ContactsDeleted "contactsDeleted" {
        contacts "contacts": Vec<Contact> = "Contact (by analogy)",
    }, Library;

    /// Entries were renamed.
    ContactsRenamed "contactsRenamed" {
        contacts "contacts": Vec<Contact> = "Contact (by analogy)",
    }, Library;

    /// A user was blocked.
    ContactBlocked "contactBlocked" {
        peer_id "peerId": String = "user id (by analogy)",
        peer_dn "peerDn": String = "display name (by analogy)",
    }, Library;

    /// A user was unblocked.
    ContactUnblocked "contactUnblocked" {
        peer_id "peerId": String = "user id (by analogy)",
        peer_dn "peerDn": String = "display name (by analogy)",
    }, Library;

    /// Groups were created.
    GroupsAdded "groupsAdded" {
        groups "groups": Vec<Group> = "Group (by analogy)",
    }, Library;

    /// Groups were deleted.
    GroupsRemoved "groupsRemoved" {
        groups "groups": Vec<Group> = "Group",
    }, Documented;

    /// Groups were renamed.
    GroupsRenamed "groupsRenamed" {
        groups "groups": Vec<Group> = "Group (by analogy)",
    }, Library;

    /// Users were put into groups.
    UsersAddedToGroups "usersAddedToGroups" {
        added_users "addedUsers": Value = "items not established (unknown)",
    }, Library;

    /// Users were taken out of groups.
    UsersRemovedFromGroups "usersRemovedFromGroups" {
        removed_users "removedUsers": Value = "items not established (unknown)",
    }, Library;

    /// Presence of address-book users changed.
    UsersStatusesChanged "usersStatusesChanged" {
        users_statuses "usersStatuses": Vec<Contact> = "Contact",
    }, Documented;

    /// Personal details of a user (answer to getContactDetails).
    DetailsInfo "detailsInfo" {
        peer_id "peerId": String = "user id (by analogy)",
        peer_dn "peerDn": String = "display name (by analogy)",
        first_name "firstName": String = "first name (inferred from the name)",
        last_name "lastName": String = "last name (inferred from the name)",
        mobile_phone "mobilePhone": String = "mobile phone (inferred from the name)",
        work_phone "workPhone": String = "work phone (inferred from the name)",
        home_phone "homePhone": String = "home phone (inferred from the name)",
        company "company": String = "company (inferred from the name)",
        is_editable "isEditable": bool = "entry may be edited",
    }, Library;

    /// A user's picture changed.
    UpdateAvatar "updateAvatar" {
        peer_id "peerId": String = "user id (by analogy)",
    }, Library;

    /// Hits of the server for searchContact2.
    ///
    /// Since application 4.3.0.
    ContactsSearched "contactsSearched" {
        request_id "requestId": String = "the id of the searchContact2 request",
        found_contacts "foundContacts": Vec<FoundContact> = "people found",
    }, Documented;
}
