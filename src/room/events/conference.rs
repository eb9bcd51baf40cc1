//! Conferences: creating, inviting, participants: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "conference"

    /// The rights given by the server plan changed.
    TariffRestrictionsChanged "tariffRestrictionsChanged" {
        tariff_name "tariffName": String = "name of the plan (by analogy)",
        p2p "p2p": bool = "one-to-one calls allowed (by analogy)",
        create_multi "createMulti": bool = "group conferences allowed (inferred from the name)",
        sym_max_number "symMaxNumber": i64 = "largest all-on-screen conference (inferred from the name)",
        asym_max_number "asymMaxNumber": i64 = "largest video lecture (inferred from the name)",
        role_max_number "roleMaxNumber": i64 = "largest role-based conference (inferred from the name)",
        rl_max_number "rlMaxNumber": i64 = "largest number of speakers on the podium (inferred from the name)",
        can_use_slide_show "canUseSlideShow": bool = "slide shows allowed (inferred from the name)",
        can_use_desktop_sharing "canUseDesktopSharing": bool = "screen sharing allowed (inferred from the name)",
        can_change_address_book "canChangeAddressBook": bool = "address book may be edited (inferred from the name)",
        can_edit_groups "canEditGroups": bool = "groups may be edited (inferred from the name)",
        can_use_dialer "canUseDialer": bool = "dialler allowed (inferred from the name)",
    }, Library;

    /// A user asks to join the conference hosted by this terminal; answer with acceptPeer or rejectPeer.
    RequestInviteReceived "requestInviteReceived" {
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
        conf_id "confId": String = "id of the communication session",
    }, Documented;

    /// A user's request to join was accepted.
    PeerAccepted "peerAccepted" {
        peer_id "peerId": String = "user id (by analogy)",
        peer_dn "peerDn": String = "display name (by analogy)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// A call or conference session started (joined).
    ConferenceCreated "conferenceCreated" {
        conf_id "confId": String = "id of the communication session",
        conf_title "confTitle": String = "conference title, group conferences only",
        conf_type "confType": ConferenceType = "kind of conference",
        conference_owner "conferenceOwner": String = "id of the owner",
        join_url "joinUrl": String = "join link, may be empty",
        real_time_conference_managment_url "realTimeConferenceManagmentUrl": String = "address of the meeting manager (spelt Managment)",
        is_smart_meeting "isSmartMeeting": bool = "newer versions",
        peer_id "peerId": String = "outgoing calls only",
        is_waiting_room_switching_supported "isWaitingRoomSwitchingSupported": bool = "owner or moderator only",
        is_waiting_room_enabled "isWaitingRoomEnabled": bool = "owner or moderator only",
        is_in_waiting_room "isInWaitingRoom": bool = "ordinary participant only",
        max_participants "maxParticipants": i64 = "newer versions",
        max_participants_on_podium "maxParticipantsOnPodium": i64 = "role-based only",
    }, Documented;

    /// The call or conference session ended.
    ConferenceDeleted "conferenceDeleted" {
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// The list of planned conferences was refreshed (about every 8 to 12 minutes).
    ConferenceList "conferenceList" {
        cnt "cnt": i64 = "number of planned conferences",
        conferences "conferences": Vec<PlannedConference> = "planned conferences, see PlannedConference",
        succeed "succeed": Value = "outcome of the refresh; type not established (unknown)",
    }, Documented;

    /// A join link for the conference arrived.
    JoinToConferenceLinkReceived "joinToConferenceLinkReceived" {
        conf_id "confId": String = "id of the communication session (by analogy)",
        link "link": String = "join link (inferred from the name)",
    }, Library;

    /// The address of the real-time meeting manager became available or unavailable.
    ///
    /// Quirk: Spelt Managment and with a small t in realtime, while the field elsewhere is
    /// realTimeConferenceManagmentUrl.
    RealtimeManagmentUrlAvailabilityChanged "realtimeManagmentUrlAvailabilityChanged" {
        available "available": bool = "true when available (inferred from the name)",
        url "url": String = "address (inferred from the name)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// A participant joined.
    NewParticipantInConference "newParticipantInConference" {
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
        conf_id "confId": String = "id of the communication session",
        recording_me "recordingMe": bool = "records this terminal",
        recording_by_me "recordingByMe": bool = "is recorded by this terminal",
        mic "mic": DeviceStatus = "0/1/2 as in deviceStatusReceived",
        video "video": DeviceStatus = "0/1/2",
        slide_show "slideShow": bool = "shows slides",
        role "role": ParticipantRole = "role; role-based only",
        broadcast "broadcast": bool = "on the podium; role-based only",
        audio_receiving "audioReceiving": bool = "sound is received",
        video_receiving "videoReceiving": bool = "video is received",
        extra_video "extraVideo": i64 = "stream kind; values not established",
        leader_type "leaderType": i64 = "0 and 1 seen; meaning not established (1 seen on an owner)",
        pinned "pinned": bool = "smart role-based conferences only",
        is_in_waiting_room "isInWaitingRoom": bool = "waiting room",
    }, Documented;

    /// A participant left.
    ParticipantLeftConference "participantLeftConference" {
        peer_id "peerId": String = "user id (by analogy)",
    }, Library;

    /// A participant's microphone or camera changed state.
    DeviceStatusReceived "deviceStatusReceived" {
        peer_id "peerId": String = "user id",
        mic "mic": DeviceStatus = "0 missing or not selected, 1 selected but muted, 2 on",
        conf_id "confId": String = "id of the communication session",
        video "video": DeviceStatus = "0 missing or not selected, 1 selected but muted, 2 on",
    }, Documented;

    /// Information about who receives the own streams changed.
    ReceiversInfoUpdated "receiversInfoUpdated" {
        receivers "receivers": Value = "items not established (unknown)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// A participant started or stopped an additional video stream.
    ExtraVideoFlowNotify "extraVideoFlowNotify" {
        peer_id "peerId": String = "user id (by analogy)",
        conf_id "confId": String = "id of the communication session (by analogy)",
        extra_video "extraVideo": i64 = "stream kind; values not established (by analogy)",
    }, Library;

    /// The conference owner switched this terminal's camera.
    CameraStateChangedByConferenceOwner "cameraStateChangedByConferenceOwner" {
        mute "mute": bool = "true when muted (inferred from the name)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// The conference owner switched this terminal's microphone.
    MicStateChangedByConferenceOwner "micStateChangedByConferenceOwner" {
        mute "mute": bool = "true when muted (inferred from the name)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// Reactions of participants changed (API v2).
    ///
    /// Since application 5.0.0.
    ReactionsChanged "reactionsChanged" {
        conf_id "confId": String = "conference",
        reactions "reactions": Vec<ParticipantReaction> = "who reacts how",
    }, Documented;

    /// The leader of the conference stopped the sharing of content.
    ///
    /// What it carries is not established.
    ContentSharingStoppedByConferenceLeader "contentSharingStoppedByConferenceLeader" {}, Documented;
}
