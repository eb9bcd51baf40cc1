//! Podium of role-based conferences: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "podium"

    /// Ask for the podium; the conference owner gets it at once, others wait for an answer.
    GotoPodium "gotoPodium" goto_podium() -> Accepted, Library;

    /// Step down from the podium.
    LeavePodium "leavePodium" leave_podium() -> Accepted, Library;

    /// Invite a participant to the podium.
    InviteToPodium "inviteToPodium" invite_to_podium(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Send a participant off the podium.
    KickFromPodium "kickFromPodium" kick_from_podium(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Accept the pending invitation to the podium.
    AcceptInvitationToPodium "acceptInvitationToPodium" accept_invitation_to_podium() -> Accepted, Library;

    /// Decline the pending invitation to the podium.
    RejectInvitationToPodium "rejectInvitationToPodium" reject_invitation_to_podium() -> Accepted, Library;

    /// Let a participant who asked take the podium.
    AcceptRequestToPodium "acceptRequestToPodium" accept_request_to_podium(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Refuse a participant who asked for the podium.
    RejectRequestToPodium "rejectRequestToPodium" reject_request_to_podium(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Start an audio remark (spoken reply from the hall without taking the podium).
    StartRemark "startRemark" start_remark() -> Accepted, Library;
}
