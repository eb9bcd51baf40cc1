//! Layout and monitors: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "layout"

    /// Read the current video layout: slot rectangles, slots on other monitors, hidden slots.
    GetVideoMatrix "getVideoMatrix" get_video_matrix() -> VideoMatrixAnswer {
        matrix_type "matrixType": MatrixType = "layout type",
        main_window_width "mainWindowWidth": i64 = "width of the video area",
        main_window_height "mainWindowHeight": i64 = "height of the video area",
        self_view_mode "selfViewMode": SelfViewMode = "1: own picture over the layout, 2: inside it",
        participants "participants": Vec<VideoSlot> = "VideoSlot",
        extern_video_slots "externVideoSlots": Vec<ExternVideoSlot> = "slots on other monitors: callId, peerDn, monitorDisplayName, monitorIdx, monitorIsPrimary, newer versions also type",
        hidden_video_slots "hiddenVideoSlots": Vec<String> = "ids of hidden slots",
    }, Documented;

    /// Set layout type and slot order in one go (constant only in the snapshot; parameters taken from an
    /// older client).
    ///
    /// Quirk: Parameters and matrix numbers come from an older client.
    ChangeVideoMatrix "changeVideoMatrix" change_video_matrix(
        matrix_type "matrixType": i64 = "layout type; an older numbering applies in the only client known to use it (matrix type old client)",
        participants "participants": Texts = "slot ids in order; use \"#self:0\" for the own picture",
    ) -> Accepted, NameOnly;

    /// Switch to another layout type.
    ChangeVideoMatrixType "changeVideoMatrixType" change_video_matrix_type(
        matrix_type "matrixType": MatrixType = "layout type",
    ) -> Accepted, Library;

    /// Remove a participant's slot from the layout.
    HideVideoSlot "hideVideoSlot" hide_video_slot(
        call_id "callId": String = "user id of a participant, or a slot id such as \"#self:0\"",
    ) -> Accepted, Library;

    /// Put a hidden slot back into the layout.
    ShowVideoSlot "showVideoSlot" show_video_slot(
        call_id "callId": String = "user id of a participant, or a slot id such as \"#self:0\"",
    ) -> Accepted, Library;

    /// Exchange two slots.
    SwapVideoSlots "swapVideoSlots" swap_video_slots(
        call_id1 "callId1": String = "id of the first slot",
        call_id2 "callId2": String = "id of the second slot",
    ) -> Accepted, Library;

    /// Show one slot full screen on another monitor.
    MoveVideoSlotToMonitor "moveVideoSlotToMonitor" move_video_slot_to_monitor(
        call_id "callId": String = "user id of a participant, or a slot id such as \"#self:0\"",
        monitor_index "monitorIndex": i64 = "monitor index as given by getMonitorsInfo",
    ) -> Accepted, Library;

    /// Take the slot on the given monitor back into the main layout.
    RemoveVideoSlotFromMonitor "removeVideoSlotFromMonitor" remove_video_slot_from_monitor(
        monitor_index "monitorIndex": i64 = "monitor index as given by getMonitorsInfo",
    ) -> Accepted, Library;
}
