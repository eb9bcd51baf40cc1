//! Broadcasting of a picture and of the own camera: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "broadcast"

    /// Sending a picture instead of the camera was switched.
    BroadcastPictureStateChanged "broadcastPictureStateChanged" {
        running "running": bool = "picture is being sent (inferred from the name)",
        file_name "fileName": String = "file name (by analogy)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
    }, Library;

    /// Publishing of own-camera frames was switched.
    BroadcastSelfieChanged "broadcastSelfieChanged" {
        enabled "enabled": bool = "true when on (inferred from the name)",
        fps "fps": i64 = "frames per second; only when enabled",
    }, Library;
}
