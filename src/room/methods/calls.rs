//! Calls: placing, answering, ending, history: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "calls"

    /// Place an outgoing video call, or ask to join a conference (the target may be a user, a user who owns
    /// a running conference, or a conference id written as `\c\ID`).
    Call "call" call(
        peer_id "peerId": String = "target; user, user@server or user@server/instance for one device only; conference ids are written `\\c\\ID`; SIP-style targets such as `#sip:@HOST` are seen in address books",
    ) optional (
        pin "pin": Secret = "password of the conference to join",
    ) -> Accepted then outcome::call => CallOutcome, Documented;

    /// Answer the pending incoming call or group-conference invitation.
    Accept "accept" accept() -> Accepted, Library;

    /// Decline the pending incoming call or group-conference invitation.
    Reject "reject" reject() -> Accepted, Library;

    /// Leave the current session; with forAll=true close a group conference for everybody (owner only).
    HangUp "hangUp" hang_up(
        for_all "forAll": bool = "true closes the group conference for everybody and works for the owner only; false just leaves" or "false",
    ) -> Accepted then outcome::hang_up => HangUpOutcome, Library;

    /// Read recent calls.
    GetCallHistory "getCallHistory" get_call_history(
        count "count": i64 = "how many entries to return",
    ) -> CallHistoryAnswer {
        calls "calls": Vec<CallRecord> = "CallRecord",
        last_view "lastView": i64 = "Unix time of the last look at the history",
    }, Documented;

    /// Erase the call history.
    ClearCallHistory "clearCallHistory" clear_call_history() -> Accepted, Library;

    /// Read when the call history was last looked at.
    GetLastCallsViewTime "getLastCallsViewTime" get_last_calls_view_time() -> LastCallsViewTimeAnswer {
        time "time": i64 = "Unix time (inferred from the name)",
    }, Library;

    /// Mark the call history as looked at.
    SetLastCallsViewed "setLastCallsViewed" set_last_calls_viewed() -> Accepted, Library;

    /// Tells which id a call would really use.
    ///
    /// What it carries is not established.
    PrepareCallIdForCall "prepareCallIdForCall" prepare_call_id_for_call() -> Accepted, Documented;
}
