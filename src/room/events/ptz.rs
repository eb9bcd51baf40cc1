//! Camera movement: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "ptz"

    /// The PTZ abilities or values of the own camera changed.
    PtzControlsChanged "ptzControlsChanged" {
        pan "pan": PtzAxis = "PtzAxis (by analogy)",
        tilt "tilt": PtzAxis = "PtzAxis (by analogy)",
        zoom "zoom": PtzAxis = "PtzAxis (by analogy)",
        video_capturer_name "videoCapturerName": String = "name of the current camera (by analogy)",
        video_capturer_description "videoCapturerDescription": String = "id string of the current camera (by analogy)",
    }, Library;

    /// A participant asks to steer the camera of this terminal.
    RequestCameraControlReceived "requestCameraControlReceived" {
        call_id "callId": String = "user or slot id (by analogy)",
    }, Library;

    /// This terminal asked to steer a participant's camera.
    RequestCameraControlSent "requestCameraControlSent" {
        call_id "callId": String = "user or slot id (by analogy)",
    }, Library;

    /// A participant's request to steer this camera was granted.
    IncomingRequestCameraControlAccepted "incomingRequestCameraControlAccepted" {
        call_id "callId": String = "user or slot id (by analogy)",
    }, Library;

    /// A participant's request to steer this camera was refused.
    IncomingRequestCameraControlRejected "incomingRequestCameraControlRejected" {
        call_id "callId": String = "user or slot id",
        reason "reason": IncomingCameraControlRejectReason = "0 declined here, 1 timeout, 2 conference ended, 3 participant left",
    }, Documented;

    /// A participant granted steering of their camera.
    OutgoingRequestCameraControlAccepted "outgoingRequestCameraControlAccepted" {
        call_id "callId": String = "user or slot id (by analogy)",
    }, Library;

    /// A participant refused steering of their camera.
    OutgoingRequestCameraControlRejected "outgoingRequestCameraControlRejected" {
        call_id "callId": String = "user or slot id",
        reason "reason": OutgoingCameraControlRejectReason = "0 declined by the participant, 1 timeout, 2 unavailable, 3 unsupported, 4 conference ended, 5 participant left",
    }, Documented;

    /// A remote camera can no longer be steered.
    RemotelyControlledCameraNotAvailableAnymore "remotelyControlledCameraNotAvailableAnymore" {
        call_id "callId": String = "user or slot id (by analogy)",
    }, Library;
}
