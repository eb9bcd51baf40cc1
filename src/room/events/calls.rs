//! Calls: placing, answering, ending, history: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "calls"

    /// An incoming call or an invitation to a group conference; answer with accept or reject.
    InviteReceived "inviteReceived" {
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
        kind "type": ConferenceType = "kind of conference",
        conf_id "confId": String = "id of the communication session",
        conf_title "confTitle": String = "group invitations only",
    }, Documented;

    /// This terminal called a user or invited one to its conference.
    InviteSent "inviteSent" {
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
        conf_type "confType": ConferenceType = "kind of conference",
        conf_id "confId": String = "id of the communication session",
    }, Documented;

    /// This terminal asked to join somebody's conference.
    InviteRequestSent "inviteRequestSent" {
        peer_id "peerId": String = "user id (by analogy)",
        peer_dn "peerDn": String = "display name (by analogy)",
    }, Library;

    /// The other side turned down a call, an invitation or a join request.
    RejectReceived "rejectReceived" {
        cause "cause": Cause = "why",
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
    }, Documented;

    /// This terminal turned down a call, an invitation or a join request.
    RejectSent "rejectSent" {
        peer_id "peerId": String = "user id",
        record_allowed "recordAllowed": Value = "only in the library schema, most likely a copying slip; documented samples carry peerDn instead",
        conf_id "confId": String = "id of the communication session",
        cause "cause": Cause = "why",
        peer_dn "peerDn": String = "documented",
    }, Documented;

    /// Calling ended without a session being started.
    StopCalling "stopCalling" {
        peer_id "peerId": String = "user id",
        side "side": CallSide = "0 this terminal, 1 the other side",
    }, Documented;

    /// The call history was erased.
    CallHistoryCleared "callHistoryCleared" {}, Library;

    /// The call history was marked as looked at.
    LastCallsViewed "lastCallsViewed" {
        last_view "lastView": i64 = "Unix time (inferred from the name)",
    }, Library;
}
