//! Conferences: creating, inviting, participants: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "conference"

    /// Let in a user who asked to join the conference hosted by this terminal.
    AcceptPeer "acceptPeer" accept_peer(
        peer_id "peerId": String = "id taken from requestInviteReceived, in instance form; shorter forms are not accepted",
    ) -> Accepted, Documented;

    /// Turn down a user who asked to join the conference hosted by this terminal.
    RejectPeer "rejectPeer" reject_peer(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Create and start a group conference owned by the logged-in account and invite a list of users.
    ///
    /// Quirk: result=true only means the command was taken; success shows as conferenceCreated and
    /// application state 5.
    CreateConference "createConference" create_conference(
        title "title": String = "title",
        conf_type "confType": ConferenceKind = "conference type; the documented spelling of the video lecture is \"asymmetric\", the library constant sends \"assymetric\" (see quirks)",
        auto_accept "autoAccept": bool = "let users join without confirmation",
    ) optional (
        invite_list "inviteList": Texts = "ids of users to invite; leave out the own account, it is added as owner by itself",
        use_waiting_room "useWaitingRoom": bool = "start with a waiting room",
        mute_cam_on_join "muteCamOnJoin": bool = "mute the camera of joiners",
        mute_mic_on_join "muteMicOnJoin": bool = "mute the microphone of joiners",
        casters_count "castersCount": i64 = "speakers allowed on the podium at once (role-based; limit in rlMaxNumber)",
        smart_meeting "smartMeeting": bool = "role-based with automatic stage by voice activity",
    ) -> Accepted then outcome::create_conference => ConferenceOutcome, Documented;

    /// Turn the running one-to-one call into a group conference and invite more users.
    ExpandCallToMulti "expandCallToMulti" expand_call_to_multi(
        title "title": String = "title",
        invite_list "inviteList": Texts = "ids of users to invite; leave out the own account, it is added as owner by itself",
    ) -> Accepted, Library;

    /// Invite one more user into the running conference (owner only).
    InviteToConference "inviteToConference" invite_to_conference(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Throw a participant out of the running conference (owner only).
    KickPeer "kickPeer" kick_peer(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
    ) -> Accepted, Library;

    /// Describe the call or conference that is in progress right now (one flat object despite the plural
    /// name).
    ///
    /// Quirk: One flat object, not a list. While a call is pending it has another shape (type, direction,
    /// peerId, peerDn, confState 0).
    GetConferences "getConferences" get_conferences() -> ConferencesAnswer {
        conf_id "confId": String = "id of the communication session",
        conf_type "confType": ConferenceType = "kind of conference; in a session only",
        is_smart_meeting "isSmartMeeting": bool = "smart meeting (VAD brings speakers on stage)",
        slide_show_present "slideShowPresent": bool = "a slide show can be seen",
        duration "duration": i64 = "seconds so far",
        join_url "joinUrl": String = "join link",
        auto_join "autoJoin": bool = "users join without confirmation",
        conf_title "confTitle": String = "title",
        conference_owner "conferenceOwner": String = "owner id (instance form)",
        real_time_conference_managment_url "realTimeConferenceManagmentUrl": String = "address of the meeting manager",
        conf_state "confState": i64 = "0 seen while an outgoing call is pending, 1 seen inside a conference; other values not established",
        is_waiting_room_switching_supported "isWaitingRoomSwitchingSupported": bool = "owner or moderator only",
        is_waiting_room_enabled "isWaitingRoomEnabled": bool = "owner or moderator only",
        max_participants "maxParticipants": i64 = "largest number of participants",
        max_participants_on_podium "maxParticipantsOnPodium": i64 = "role-based conferences only",
        kind "type": String = "\"p2p\" while a call is pending",
        direction "direction": String = "\"outgoing\" seen while a call is pending; presumably also \"incoming\"",
        peer_id "peerId": String = "other side of the pending call",
        peer_dn "peerDn": String = "its display name",
        id "id": String = "API v2 only: public conference id",
    }, Documented;

    /// List the participants of the running conference with device, role and podium state.
    GetConferenceParticipants "getConferenceParticipants" get_conference_participants() -> ConferenceParticipantsAnswer {
        conf_id "confId": String = "id of the communication session",
        participants "participants": Vec<Participant> = "Participant",
    }, Documented;

    /// Report the conference type that was picked last time in the terminal's interface.
    GetLastSelectedConference "getLastSelectedConference" get_last_selected_conference() -> LastSelectedConferenceAnswer {
        conf_type "confType": Value = "string or integer conference type, not established (unknown)",
    }, Library;

    /// Report how long a conference title may be.
    GetMaxConfTitleLength "getMaxConfTitleLength" get_max_conf_title_length() -> MaxConfTitleLengthAnswer {
        length "length": i64 = "number of characters (inferred from the name)",
    }, Library;

    /// Read the list of planned conferences and virtual rooms the account takes part in.
    GetScheduler "getScheduler" get_scheduler() -> SchedulerAnswer {
        cnt "cnt": i64 = "number of planned conferences (by analogy)",
        conferences "conferences": Vec<PlannedConference> = "planned conferences, see PlannedConference (by analogy)",
    }, Library;

    /// Give moderator rights to a participant or take them away.
    SetModeratorRole "setModeratorRole" set_moderator_role(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        moderator "moderator": bool = "true to give, false to take away",
    ) -> Accepted, Library;

    /// Switch another participant's camera off or on (owner, operator or moderator only).
    TurnRemoteCamera "turnRemoteCamera" turn_remote_camera(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        on "on": bool = "true on, false off",
    ) -> Accepted, Library;

    /// Switch another participant's microphone off or on (owner, operator or moderator only).
    TurnRemoteMic "turnRemoteMic" turn_remote_mic(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        on "on": bool = "true on, false off",
    ) -> Accepted, Library;

    /// Switch another participant's loudspeaker off or on (owner, operator or moderator only).
    TurnRemoteSpeaker "turnRemoteSpeaker" turn_remote_speaker(
        peer_id "peerId": String = "user id; which id forms are accepted depends on the method",
        on "on": bool = "true on, false off",
    ) -> Accepted, Library;

    /// Read what the current server plan allows (call kinds, conference sizes, content and address-book
    /// rights).
    GetTariffRestrictions "getTariffRestrictions" get_tariff_restrictions() -> TariffRestrictionsAnswer {
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

    /// Set the own reaction inside a conference (API v2); leads to reactionsChanged.
    ///
    /// Since application 5.0.0.
    SetReaction "setReaction" set_reaction(
        reaction "reaction": Reaction = "reaction",
    ) -> Accepted, Documented;

    /// Presumably asks a participant to stop sharing.
    ///
    /// What it carries is not established.
    SendStopContentSharing "sendStopContentSharing" send_stop_content_sharing() -> Accepted, Documented;
}
