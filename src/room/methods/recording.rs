//! Recording: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "recording"

    /// Allow a participant to record this terminal's streams.
    AllowRecord "allowRecord" allow_record(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Forbid a participant to record this terminal's streams.
    DenyRecord "denyRecord" deny_record(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;
}
