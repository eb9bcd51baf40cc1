//! Sound and picture: mutes, levels, sharing: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "av"

    /// The microphone was muted or unmuted.
    AudioCapturerMute "audioCapturerMute" {
        mute "mute": bool = "true when muted (inferred from the name)",
    }, Library;

    /// Sound playback was muted or unmuted.
    AudioRendererMute "audioRendererMute" {
        mute "mute": bool = "true when muted (inferred from the name)",
    }, Library;

    /// The own camera was muted or unmuted.
    VideoCapturerMute "videoCapturerMute" {
        mute "mute": bool = "true when muted (inferred from the name)",
    }, Library;

    /// Receiving sound from a participant was switched.
    EnableAudioReceivingChanged "enableAudioReceivingChanged" {
        peer_id "peerId": String = "user id (by analogy)",
        enable "enable": bool = "true when receiving is on (by analogy)",
    }, Library;

    /// Receiving video from a participant was switched.
    EnableVideoReceivingChanged "enableVideoReceivingChanged" {
        peer_id "peerId": String = "user id",
        enable "enable": bool = "true when receiving is on",
    }, Documented;

    /// The outgoing bitrate changed.
    OutgoingBitrateChanged "outgoingBitrateChanged" {
        bitrate "bitrate": Value = "bitrate; unit not established (inferred from the name)",
    }, Library;

    /// A DTMF symbol was dialled (same name as the method; tell them apart by the event key).
    ///
    /// Quirk: Same name as a method.
    ToneDial "toneDial" {
        symbol "symbol": String = "DTMF symbol (inferred from the name)",
        conf_id "confId": String = "id of the communication session (by analogy)",
        call_id "callId": String = "user or slot id (by analogy)",
    }, Library;

    /// Sharing of a screen or window started.
    DsStarted "dsStarted" {
        capture_id "captureId": i64 = "id of the shared screen or window (inferred from the name)",
        name "name": String = "name (inferred from the name)",
    }, Library;

    /// Sharing of a screen or window stopped.
    DsStopped "dsStopped" {
        capture_id "captureId": i64 = "id of the shared screen or window (inferred from the name)",
    }, Library;
}
