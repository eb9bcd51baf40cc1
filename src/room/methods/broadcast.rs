//! Broadcasting of a picture and of the own camera: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "broadcast"

    /// Read which picture, if any, replaces the camera.
    GetBroadcastPicture "getBroadcastPicture" get_broadcast_picture() -> BroadcastPictureAnswer {
        file_name "fileName": String = "file name (by analogy)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
    }, Library;

    /// Send an uploaded picture instead of the camera.
    StartBroadcastPicture "startBroadcastPicture" start_broadcast_picture(
        file_id "fileId": i64 = "id of a file on the built-in HTTP server",
    ) -> Accepted, Library;

    /// Go back from the picture to the camera.
    StopBroadcastPicture "stopBroadcastPicture" stop_broadcast_picture() -> Accepted, Library;

    /// Read whether own-camera frames are published on the built-in HTTP server and how often.
    GetBroadcastSelfie "getBroadcastSelfie" get_broadcast_selfie() -> BroadcastSelfieAnswer {
        enabled "enabled": bool = "true when on (inferred from the name)",
        fps "fps": i64 = "frames per second; only when enabled",
    }, Library;

    /// Turn publishing of own-camera frames on the built-in HTTP server on or off.
    SetBroadcastSelfie "setBroadcastSelfie" set_broadcast_selfie(
        enabled "enabled": bool = "on or off",
    ) optional (
        fps "fps": i64 = "only when enabled is true",
    ) -> Accepted, Library;
}
