//! Microphones, loudspeakers, cameras: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "devices"

    /// The hang-up key of a speakerphone or headset was pressed (no schema known).
    ///
    /// What it carries is not established.
    HangUpPressed "hangUpPressed" {}, NameOnly;

    /// The off-hook key of a speakerphone or headset was pressed (no schema known).
    ///
    /// What it carries is not established.
    HookOffPressed "hookOffPressed" {}, NameOnly;

    /// The device lists or the selected devices changed.
    HardwareChanged "hardwareChanged" {
        audio_capturers "audioCapturers": Vec<Device> = "Device",
        current_audio_capturer_name "currentAudioCapturerName": String = "selected microphone",
        current_audio_capturer_description "currentAudioCapturerDescription": String = "id string of the selected microphone",
        current_audio_capturer_type "currentAudioCapturerType": i64 = "type of the selected microphone; app 4.1 or later",
        audio_renderers "audioRenderers": Vec<Device> = "Device",
        current_audio_renderer_name "currentAudioRendererName": String = "selected loudspeaker",
        current_audio_renderer_description "currentAudioRendererDescription": String = "id string of the selected loudspeaker",
        current_audio_renderer_type "currentAudioRendererType": i64 = "type of the selected loudspeaker; app 4.1 or later",
        video_capturers "videoCapturers": Vec<Device> = "Device",
        current_video_capturer_name "currentVideoCapturerName": String = "selected camera",
        current_video_capturer_description "currentVideoCapturerDescription": String = "id string of the selected camera",
        current_video_capturer_type "currentVideoCapturerType": i64 = "type of the selected camera",
        ds_capture_list "DSCaptureList": Vec<CaptureSource> = "things that can be shared: {name: string, id: integer 64 bit}; the key is upper-case DS",
        default_content_source "defaultContentSource": String = "newer versions",
        com_ports "comPorts": Vec<String> = "newer versions",
    }, Documented;

    /// The device for application sounds changed.
    AppSndDevChanged "appSndDevChanged" {
        name "name": String = "name (inferred from the name)",
        description "description": String = "device id string (inferred from the name)",
    }, Library;

    /// Modes and pins of the current capture device were read or changed.
    DeviceModesDone "deviceModesDone" {
        video_capturer_name "videoCapturerName": String = "name of the current camera",
        video_capturer_description "videoCapturerDescription": String = "id string of the current camera",
        mode_list "modeList": Vec<String> = "modes",
        pin_list "pinList": Vec<String> = "input pins",
        active_pin "activePin": String = "active pin",
        active_mode "activeMode": String = "active mode",
        support_ptz "supportPTZ": bool = "PTZ supported",
    }, Documented;

    /// Cropping of the camera picture was switched.
    CropChanged "cropChanged" {
        crop_image_status "cropImageStatus": Value = "probably boolean (unknown)",
    }, Library;

    /// The rotation of the outgoing picture changed.
    OutputSelfVideoRotateAngleChanged "outputSelfVideoRotateAngleChanged" {
        rotate_angle "rotateAngle": i64 = "angle in degrees (inferred from the name)",
    }, Library;

    /// Resolution, frame rate or format of the camera or of the sent video changed.
    UpdateCameraInfo "updateCameraInfo" {
        camera_width "cameraWidth": i64 = "camera width",
        camera_height "cameraHeight": i64 = "camera height",
        camera_framerate "cameraFramerate": i64 = "camera frame rate",
        send_width "sendWidth": i64 = "sent width",
        send_height "sendHeight": i64 = "sent height",
        format "format": i64 = "camera format",
        send_format "sendFormat": String = "sent format",
        send_framerate "sendFramerate": i64 = "sent frame rate",
        stereo "stereo": bool = "stereo camera",
    }, Library;

    /// Level reading during the microphone test.
    TestAudioCapturerLevel "testAudioCapturerLevel" {
        lvl "lvl": f64 = "level; range not established (inferred from the name)",
    }, Library;

    /// The microphone test started or stopped.
    TestAudioCapturerStateChanged "testAudioCapturerStateChanged" {
        started "started": bool = "test running (inferred from the name)",
    }, Library;

    /// The echo/delay measurement changed state.
    AudioDelayDetectorTestStateChanged "audioDelayDetectorTestStateChanged" {
        state "state": Value = "values not established (unknown)",
        delay "delay": Value = "delay; unit not established (unknown)",
    }, Library;
}
