//! Microphones, loudspeakers, cameras: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "devices"

    /// List capture and playback devices, the selected ones, and the windows and screens that can be
    /// shared.
    ///
    /// Quirk: Key DSCaptureList starts with two capitals; ids need 64 bits.
    GetHardware "getHardware" get_hardware() -> HardwareAnswer {
        audio_capturers "audioCapturers": Vec<Device> = "Device",
        current_audio_capturer_name "currentAudioCapturerName": String = "selected microphone",
        current_audio_capturer_description "currentAudioCapturerDescription": String = "id string of the selected microphone",
        audio_renderers "audioRenderers": Vec<Device> = "Device",
        current_audio_renderer_name "currentAudioRendererName": String = "selected loudspeaker",
        current_audio_renderer_description "currentAudioRendererDescription": String = "id string of the selected loudspeaker",
        video_capturers "videoCapturers": Vec<Device> = "Device",
        current_video_capturer_name "currentVideoCapturerName": String = "selected camera",
        current_video_capturer_description "currentVideoCapturerDescription": String = "id string of the selected camera",
        current_video_capturer_type "currentVideoCapturerType": i64 = "type of the selected camera",
        ds_capture_list "DSCaptureList": Vec<CaptureSource> = "things that can be shared: {name: string, id: integer 64 bit}; the key is upper-case DS",
        current_audio_capturer_type "currentAudioCapturerType": i64 = "app 4.1 or later",
        current_audio_renderer_type "currentAudioRendererType": i64 = "app 4.1 or later",
        default_content_source "defaultContentSource": String = "newer versions",
        com_ports "comPorts": Vec<String> = "newer versions",
    }, Documented;

    /// Choose the microphone.
    SetAudioCapturer "setAudioCapturer" set_audio_capturer(
        name "name": String = "device name as given by getHardware; \"none\" switches the device off where the library documents it (camera, loudspeaker)",
        description "description": String = "device id string as given by getHardware",
    ) -> Accepted, Library;

    /// Choose the loudspeaker.
    SetAudioRenderer "setAudioRenderer" set_audio_renderer(
        name "name": String = "device name as given by getHardware; \"none\" switches the device off where the library documents it (camera, loudspeaker)",
        description "description": String = "device id string; must be \"none\" when name is \"none\"",
    ) -> Accepted, Library;

    /// Choose the camera.
    SetVideoCapturer "setVideoCapturer" set_video_capturer(
        name "name": String = "device name as given by getHardware; \"none\" switches the device off where the library documents it (camera, loudspeaker)",
        description "description": String = "device id string; must be \"none\" when name is \"none\"",
    ) -> Accepted, Library;

    /// Read the device used for application sounds.
    GetAppSndDev "getAppSndDev" get_app_snd_dev() -> AppSndDevAnswer {
        name "name": String = "name (inferred from the name)",
        description "description": String = "device id string (inferred from the name)",
    }, Library;

    /// Choose the device used for application sounds.
    SetAppSndDev "setAppSndDev" set_app_snd_dev(
        name "name": String = "device name as given by getHardware; \"none\" switches the device off where the library documents it (camera, loudspeaker)",
        description "description": String = "device id string as given by getHardware",
    ) -> Accepted, Library;

    /// Read the modes and input pins of the current capture card.
    GetModes "getModes" get_modes() -> ModesAnswer {
        active_mode "activeMode": String = "active mode",
        active_pin "activePin": String = "active pin",
        mode_list "modeList": Vec<String> = "modes",
        pin_list "pinList": Vec<String> = "input pins",
        support_ptz "supportPTZ": bool = "PTZ supported",
        video_capturer_name "videoCapturerName": String = "name of the current camera",
        video_capturer_description "videoCapturerDescription": String = "id string of the current camera",
    }, Documented;

    /// Choose the mode and input pin of the current capture card.
    SetModes "setModes" set_modes(
        pin "pin": String = "pin name from pinList of getModes",
        mode "mode": String = "mode name from modeList of getModes",
    ) -> Accepted, Library;

    /// Start the microphone test (not during a conference).
    TestAudioCapturerStart "testAudioCapturerStart" test_audio_capturer_start() -> Accepted, Library;

    /// Stop the microphone test.
    TestAudioCapturerStop "testAudioCapturerStop" test_audio_capturer_stop() -> Accepted, Library;

    /// Play the loudspeaker test sound once (not during a conference).
    TestAudioRenderer "testAudioRenderer" test_audio_renderer() -> Accepted, Library;

    /// Start the echo/delay measurement.
    StartAudioDelayDetectorTest "startAudioDelayDetectorTest" start_audio_delay_detector_test() -> Accepted, Library;

    /// Stop the echo/delay measurement.
    StopAudioDelayDetectorTest "stopAudioDelayDetectorTest" stop_audio_delay_detector_test() -> Accepted, Library;

    /// Read the state of the echo/delay measurement.
    GetAudioDelayDetectorInfo "getAudioDelayDetectorInfo" get_audio_delay_detector_info() -> AudioDelayDetectorInfoAnswer {
        state "state": Value = "values not established (unknown)",
    }, Library;

    /// Read whether cropping of the camera picture is on.
    GetCrop "getCrop" get_crop() -> CropAnswer {
        enabled "enabled": bool = "true when on (inferred from the name)",
    }, Library;

    /// Turn cropping of the camera picture on or off.
    SetCrop "setCrop" set_crop(
        enabled "enabled": bool = "on or off",
    ) -> Accepted, Library;

    /// Read the rotation applied to the outgoing picture.
    GetOutputSelfVideoRotateAngle "getOutputSelfVideoRotateAngle" get_output_self_video_rotate_angle() -> OutputSelfVideoRotateAngleAnswer {
        output_self_video_rotate_angle "outputSelfVideoRotateAngle": i64 = "angle in degrees (inferred from the name)",
    }, Library;

    /// Rotate the outgoing picture.
    SetOutputSelfVideoRotateAngle "setOutputSelfVideoRotateAngle" set_output_self_video_rotate_angle(
        rotate_angle "rotateAngle": i64 = "angle in degrees; allowed values not established",
    ) -> Accepted, Library;
}
