//! Camera movement: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "ptz"

    /// Tilt the own camera up until ptzStop.
    PtzUp "ptzUp" ptz_up() -> Accepted, Library;

    /// Tilt the own camera down until ptzStop.
    PtzDown "ptzDown" ptz_down() -> Accepted, Library;

    /// Pan the own camera left until ptzStop.
    PtzLeft "ptzLeft" ptz_left() -> Accepted, Library;

    /// Pan the own camera right until ptzStop.
    PtzRight "ptzRight" ptz_right() -> Accepted, Library;

    /// Stop any pan, tilt or zoom movement.
    PtzStop "ptzStop" ptz_stop() -> Accepted, Library;

    /// Zoom in with the own camera.
    PtzZoomInc "ptzZoomInc" ptz_zoom_inc() -> Accepted, Library;

    /// Zoom out with the own camera.
    PtzZoomDec "ptzZoomDec" ptz_zoom_dec() -> Accepted, Library;

    /// Read which of pan, tilt and zoom the own camera supports and their ranges.
    GetPtzControls "getPtzControls" get_ptz_controls() -> PtzControlsAnswer {
        pan "pan": PtzAxis = "PtzAxis",
        tilt "tilt": PtzAxis = "PtzAxis",
        zoom "zoom": PtzAxis = "PtzAxis",
        video_capturer_name "videoCapturerName": String = "name of the current camera",
        video_capturer_description "videoCapturerDescription": String = "id string of the current camera",
    }, Documented;

    /// Set the absolute pan position.
    SetPanPos "setPanPos" set_pan_pos(
        pos "pos": i64 = "absolute position; the library method sends no pos at all, two other clients send it",
    ) -> Accepted, Library;

    /// Set the absolute tilt position.
    SetTiltPos "setTiltPos" set_tilt_pos(
        pos "pos": i64 = "absolute position within the range given by getPtzControls",
    ) -> Accepted, Library;

    /// Set the absolute zoom position.
    SetZoomPos "setZoomPos" set_zoom_pos(
        pos "pos": i64 = "absolute position within the range given by getPtzControls",
    ) -> Accepted, Library;

    /// Return pan, tilt and zoom to their default values.
    SetPtzDefaults "setPtzDefaults" set_ptz_defaults() -> Accepted, Library;

    /// Ask a participant for permission to steer their camera.
    RequestParticipantCameraControl "requestParticipantCameraControl" request_participant_camera_control(
        call_id "callId": String = "user id of a participant, or a slot id such as \"#self:0\"",
    ) -> Accepted, Library;

    /// Let a participant steer the camera of this terminal.
    AcceptRequestCameraControl "acceptRequestCameraControl" accept_request_camera_control(
        call_id "callId": String = "user id of a participant, or a slot id such as \"#self:0\"",
    ) -> Accepted, Library;

    /// Refuse a participant who wants to steer the camera of this terminal.
    RejectRequestCameraControl "rejectRequestCameraControl" reject_request_camera_control() optional (
        call_id "callId": String = "not sent by the library although the accepting twin has it; whether it is needed is not established",
    ) -> Accepted, Library;

    /// List participants waiting for permission to steer this camera.
    GetIncomingCameraControlRequests "getIncomingCameraControlRequests" get_incoming_camera_control_requests() -> IncomingCameraControlRequestsAnswer {
        call_id_list "callIdList": Vec<String> = "participant ids (inferred from the name)",
    }, Library;

    /// List participants whose permission has been asked and not yet given.
    GetOutgoingCameraControlRequests "getOutgoingCameraControlRequests" get_outgoing_camera_control_requests() -> IncomingCameraControlRequestsAnswer, Library;

    /// List participants whose cameras may be steered now.
    GetRemotelyControlledCameras "getRemotelyControlledCameras" get_remotely_controlled_cameras() -> IncomingCameraControlRequestsAnswer, Library;

    /// Tilt a remote camera up.
    RemotelyControlledCameraPtzUp "remotelyControlledCameraPtzUp" remotely_controlled_camera_ptz_up(
        camera_owner_call_id "cameraOwnerCallId": String = "id of the participant whose camera is steered",
    ) -> Accepted, Library;

    /// Tilt a remote camera down.
    ///
    /// Quirk: No stop command for remote cameras is known.
    RemotelyControlledCameraPtzDown "remotelyControlledCameraPtzDown" remotely_controlled_camera_ptz_down(
        camera_owner_call_id "cameraOwnerCallId": String = "id of the participant whose camera is steered",
    ) -> Accepted, Library;

    /// Pan a remote camera left.
    RemotelyControlledCameraPtzLeft "remotelyControlledCameraPtzLeft" remotely_controlled_camera_ptz_left(
        camera_owner_call_id "cameraOwnerCallId": String = "id of the participant whose camera is steered",
    ) -> Accepted, Library;

    /// Pan a remote camera right.
    RemotelyControlledCameraPtzRight "remotelyControlledCameraPtzRight" remotely_controlled_camera_ptz_right(
        camera_owner_call_id "cameraOwnerCallId": String = "id of the participant whose camera is steered",
    ) -> Accepted, Library;

    /// Zoom in with a remote camera.
    RemotelyControlledCameraPtzZoomInc "remotelyControlledCameraPtzZoomInc" remotely_controlled_camera_ptz_zoom_inc(
        camera_owner_call_id "cameraOwnerCallId": String = "id of the participant whose camera is steered",
    ) -> Accepted, Library;

    /// Zoom out with a remote camera.
    RemotelyControlledCameraPtzZoomDec "remotelyControlledCameraPtzZoomDec" remotely_controlled_camera_ptz_zoom_dec(
        camera_owner_call_id "cameraOwnerCallId": String = "id of the participant whose camera is steered",
    ) -> Accepted, Library;
}
