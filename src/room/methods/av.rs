//! Sound and picture: mutes, levels, sharing: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "av"

    /// Read whether sound playback is muted.
    GetAudioMute "getAudioMute" get_audio_mute() -> AudioMuteAnswer {
        mute "mute": bool = "true when muted (inferred from the name)",
    }, Library;

    /// Mute or unmute sound playback.
    SetAudioMute "setAudioMute" set_audio_mute(
        mute "mute": bool = "true to mute, false to unmute",
    ) -> Accepted, Library;

    /// Read whether the microphone is muted.
    GetMicMute "getMicMute" get_mic_mute() -> AudioMuteAnswer, Library;

    /// Mute or unmute the microphone.
    SetMicMute "setMicMute" set_mic_mute(
        mute "mute": bool = "true to mute, false to unmute",
    ) -> Accepted, Library;

    /// Read whether the own camera is muted.
    GetVideoMute "getVideoMute" get_video_mute() -> AudioMuteAnswer, Library;

    /// Mute or unmute the own camera.
    SetVideoMute "setVideoMute" set_video_mute(
        mute "mute": bool = "true to mute, false to unmute",
    ) -> Accepted, Library;

    /// Start or stop receiving sound from one participant.
    EnableAudioReceiving "enableAudioReceiving" enable_audio_receiving(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        enable "enable": bool = "true to receive, false to stop",
    ) -> Accepted, Library;

    /// Start or stop receiving video from one participant.
    EnableVideoReceiving "enableVideoReceiving" enable_video_receiving(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        enable "enable": bool = "true to receive, false to stop",
    ) -> Accepted, Library;

    /// Read the playback volume set for one participant.
    GetAudioReceivingLevel "getAudioReceivingLevel" get_audio_receiving_level(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> AudioReceivingLevelAnswer {
        level "level": Value = "number; range not established (unknown)",
    }, Library;

    /// Set the playback volume for one participant.
    SetAudioReceivingLevel "setAudioReceivingLevel" set_audio_receiving_level(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        level "level": i64 = "volume; range not established",
    ) -> Accepted, Library;

    /// Read the outgoing bitrate.
    GetOutgoingBitrate "getOutgoingBitrate" get_outgoing_bitrate() -> OutgoingBitrateAnswer {
        bitrate "bitrate": Value = "bitrate; unit not established (inferred from the name)",
    }, Library;

    /// Choose whether to show a participant's main camera or the other stream.
    SwitchVideoFlow "switchVideoFlow" switch_video_flow(
        call_id "callId": String = "participant id",
        main_camera "mainCamera": bool = "true for the main camera",
    ) -> Accepted, Library;

    /// Send one DTMF symbol to a participant (telephony gateways).
    ///
    /// Quirk: Method and event share the name; use the event key to tell them apart.
    ToneDial "toneDial" tone_dial(
        symbol "symbol": String = "one DTMF symbol",
        call_id "callId": String = "user id of a participant, or a slot id such as \"#self:0\"",
    ) -> Accepted, Library;

    /// Share a screen or window; the id comes from DSCaptureList of getHardware.
    StartCapture "startCapture" start_capture(
        capture_id "captureId": i64 = "id of a screen or window from DSCaptureList of getHardware",
    ) -> Accepted, Library;

    /// Stop sharing a screen or window.
    StopCapture "stopCapture" stop_capture() -> Accepted, Library;
}
