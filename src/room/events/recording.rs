//! Recording: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "recording"

    /// A participant asks to record this terminal.
    RecordRequest "recordRequest" {
        peer_id "peerId": String = "user id (by analogy)",
        peer_dn "peerDn": String = "display name (by analogy)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// A participant answered a request to record them.
    RecordRequestReply "recordRequestReply" {
        peer_id "peerId": String = "user id (by analogy)",
        record_allowed "recordAllowed": bool = "true when allowed (inferred from the name)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// A participant started or stopped recording this terminal.
    UserRecordingMeStatusChanged "userRecordingMeStatusChanged" {
        peer_id "peerId": String = "user id (by analogy)",
        status "status": Value = "values not established (unknown)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;
}
