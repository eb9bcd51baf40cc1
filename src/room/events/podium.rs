//! Podium of role-based conferences: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "podium"

    /// A podium role changed or was asked for.
    ///
    /// Quirk: Spelt with one r in Occured.
    RoleEventOccured "roleEventOccured" {
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
        role "role": ParticipantRole = "role",
        kind "type": RoleEventType = "0 request, 1 response, 2 confirmation, 3 notification",
        result "result": RoleEventResult = "outcome",
        broadcast "broadcast": bool = "true when on the podium",
        conf_id "confId": String = "id of the communication session",
    }, Documented;

    /// A participant's request for the podium was answered.
    IncomingRequestToPodiumAnswered "incomingRequestToPodiumAnswered" {
        peer_id "peerId": String = "user id (by analogy)",
        allow "allow": bool = "true when allowed (inferred from the name)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// The invitation to the podium was settled or withdrawn.
    IncomingPodiumInvitationRemoved "incomingPodiumInvitationRemoved" {
        conf_id "confId": String = "id of the communication session",
        reason "reason": PodiumInvitationRemovedReason = "0 taken, 1 declined, 2 declined on timeout, 3 conference ended",
    }, Documented;

    /// Seconds left of an audio remark.
    RemarkCountDown "remarkCountDown" {
        timeout "timeout": i64 = "seconds left (inferred from the name)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;
}
