//! Layout and monitors: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "layout"

    /// The video layout changed.
    VideoMatrixChanged "videoMatrixChanged" {
        matrix_type "matrixType": MatrixType = "layout type",
        main_window_width "mainWindowWidth": i64 = "width of the video area",
        main_window_height "mainWindowHeight": i64 = "height of the video area",
        self_view_mode "selfViewMode": SelfViewMode = "1: own picture over the layout, 2: inside it",
        participants "participants": Vec<VideoSlot> = "VideoSlot, see VideoSlot; peerDn is absent before logging in",
        extern_video_slots "externVideoSlots": Vec<ExternVideoSlot> = "slots on other monitors: callId, peerDn, monitorDisplayName, monitorIdx, monitorIsPrimary, newer versions also type",
        hidden_video_slots "hiddenVideoSlots": Vec<String> = "ids of hidden slots",
    }, Documented;

    /// A slot was moved to another monitor.
    VideoSlotMovedToMonitor "videoSlotMovedToMonitor" {
        call_id "callId": String = "user or slot id (by analogy)",
        peer_dn "peerDn": String = "display name (by analogy)",
        monitor_display_name "monitorDisplayName": String = "monitor name (by analogy)",
        monitor_idx "monitorIdx": i64 = "monitor index (by analogy)",
        monitor_is_primary "monitorIsPrimary": bool = "true for the primary monitor (by analogy)",
    }, Library;

    /// A slot was taken back from another monitor.
    VideoSlotRemovedFromMonitor "videoSlotRemovedFromMonitor" {
        call_id "callId": String = "user or slot id (by analogy)",
        monitor_display_name "monitorDisplayName": String = "monitor name (by analogy)",
        monitor_idx "monitorIdx": i64 = "monitor index (by analogy)",
        monitor_is_primary "monitorIsPrimary": bool = "true for the primary monitor (by analogy)",
    }, Library;
}
