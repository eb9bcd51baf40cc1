//! Objects inside answers and events. All fields are optional: field sets differ between application versions.

use serde_json::Value;

use super::enums::{
    CallHistoryConferenceType, CallHistoryType, ChatDirection, DeviceStatus, ExtStatus, ParticipantRole,
    Reaction, UserStatus,
};
use super::value::{Object, wire_struct};

wire_struct! {
    /// An entry of the address book.
    Contact {
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name; not unique",
        is_editable "isEditable": bool = "whether the entry can be renamed and removed",
        status "status": UserStatus = "presence",
        ext_status "extStatus": ExtStatus = "finer presence (newer versions)",
        last_online_time "lastOnlineTime": i64 = "Unix time in seconds, 0 while available (newer versions)",
        additional_status "additionalStatus": String = "free-text presence (newer versions)",
    }

    /// A user with a name.
    Person {
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
    }

    /// A group of the address book.
    Group {
        group_id "groupId": i64 = "id of the group",
        name "name": String = "name of the group",
        users "users": Vec<Person> = "its members",
    }

    /// A person found by a search.
    FoundContact {
        peer_id "peerId": String = "user id",
        display_name "displayName": String = "display name",
        is_in_abook "isInAbook": bool = "whether the address book has this person (newer versions)",
    }

    /// A screen of the terminal.
    Monitor {
        name "name": String = "name",
        primary "primary": bool = "whether this is the primary screen",
        index "index": i64 = "number used by the layout methods",
        ignored "ignored": bool = "left out by a command-line option of the terminal",
        geom_monitor "geomMonitor": Rect = "the whole screen",
        geom_work "geomWork": Rect = "the work area",
        device_instance_path "deviceInstancePath": String = "newer versions; deprecated in API v2",
        id "id": String = "API v2",
    }

    /// A rectangle in pixels.
    Rect {
        x "x": i64 = "left edge",
        y "y": i64 = "top edge",
        width "width": i64 = "width",
        height "height": i64 = "height",
    }

    /// A video slot in the main window.
    VideoSlot {
        peer_id "peerId": String = "whose picture; `#self:0` is the own camera, `SlideShowSlot` a slide show",
        peer_dn "peerDn": String = "display name; absent before logging in",
        title "title": String = "slide-show slot only",
        left "left": i64 = "left edge",
        top "top": i64 = "top edge",
        width "width": i64 = "width",
        height "height": i64 = "height",
        kind "type": i64 = "newer versions; 0 seen for cameras, 2 for a slide show",
    }

    /// A video slot on another monitor.
    ExternVideoSlot {
        call_id "callId": String = "whose picture, such as `SlideShowSlot`",
        peer_dn "peerDn": String = "display name",
        monitor_display_name "monitorDisplayName": String = "name of the monitor",
        monitor_idx "monitorIdx": i64 = "number of the monitor",
        monitor_is_primary "monitorIsPrimary": bool = "whether that is the primary monitor",
        kind "type": i64 = "newer versions",
    }

    /// Somebody in the conference.
    Participant {
        peer_id "peerId": String = "id in instance form user@server/instance",
        peer_dn "peerDn": String = "display name",
        mic "mic": DeviceStatus = "microphone",
        video "video": DeviceStatus = "camera",
        slide_show "slideShow": bool = "whether a slide show is shown",
        leader_type "leaderType": i64 = "0 and 1 seen, 1 on the owner; meaning not established",
        role "role": ParticipantRole = "role-based conferences only",
        broadcast "broadcast": bool = "on the podium; role-based conferences only",
        recording_me "recordingMe": bool = "records this terminal",
        recording_by_me "recordingByMe": bool = "is recorded by this terminal",
        extra_video "extraVideo": i64 = "values not established",
        pinned "pinned": bool = "smart role-based conferences only",
        is_in_waiting_room "isInWaitingRoom": bool = "waits to be let in",
        audio_receiving "audioReceiving": bool = "whether its sound is received",
        video_receiving "videoReceiving": bool = "whether its picture is received",
        reaction "reaction": Reaction = "API v2 only",
    }

    /// A reaction of a participant (API v2).
    ParticipantReaction {
        call_id "callId": String = "participant",
        reaction "reaction": Reaction = "reaction",
    }

    /// A microphone, loudspeaker or camera.
    Device {
        name "name": String = "name; not unique",
        description "description": String = "device id",
        kind "type": i64 = "1 seen; values not established",
        connected "connected": bool = "cameras only, seen in API v2",
    }

    /// A screen or window that can be shared.
    CaptureSource {
        name "name": String = "name",
        id "id": i64 = "id for startCapture; needs 64 bits",
    }

    /// What a camera can do along one axis.
    PtzAxis {
        support "support": bool = "when false the rest is absent",
        is_continuous_type "isContinuousType": bool = "moves until told to stop",
        min_value "minValue": i64 = "lowest position",
        max_value "maxValue": i64 = "highest position",
        current_value "currentValue": i64 = "position now",
        def_value "defValue": i64 = "position after setPtzDefaults",
        step "step": i64 = "smallest step",
        inverted "inverted": bool = "whether the direction is turned round",
    }

    /// A past call.
    CallRecord {
        kind "type": CallHistoryType = "direction",
        conf_type "confType": CallHistoryConferenceType = "kind of call",
        conf_title "confTitle": String = "group conferences only",
        peer_id "peerId": String = "other side",
        peer_dn "peerDn": String = "name of the other side",
        start_time "startTime": i64 = "Unix time in seconds",
        duration "duration": i64 = "seconds",
        viewed "viewed": bool = "whether it was looked at",
        conf_id "confId": String = "group conferences only",
        stream_id "streamId": String = "id of the stream",
    }

    /// A planned conference; the object has the shape of the server API, hence the underscores.
    PlannedConference {
        id "id": String = "conference id",
        kind "type": i64 = "kind",
        topic "topic": String = "title",
        owner "owner": String = "owner",
        description "description": String = "description",
        max_podiums "max_podiums": i64 = "places on the podium",
        max_participants "max_participants": i64 = "largest number of participants",
        schedule "schedule": Object = "type, start_time, time_offset, special_time_offset, duration",
        invitations "invitations": Vec<Object> = "items id, display_name",
        allow_guests "allow_guests": bool = "whether guests may come",
        auto_invite "auto_invite": i64 = "automatic invitation",
        state "state": String = "`stopped` seen",
        access "access": String = "`private` seen",
        url "url": String = "address of the conference page",
        webclient_url "webclient_url": String = "address of the web client",
        created_at "created_at": i64 = "Unix time",
        multicast_enable "multicast_enable": bool = "multicast",
        multicast_address "multicast_address": String = "multicast address",
        tags "tags": Vec<Value> = "tags",
        recording "recording": i64 = "recording",
        stream_recording_state "stream_recording_state": i64 = "recording of the stream",
        rights "rights": Object = "rights of guests and users",
        broadcast_enabled "broadcast_enabled": bool = "broadcast",
        broadcast_id "broadcast_id": String = "id of the broadcast",
        broadcast "broadcast": Object = "the broadcast",
        allow_only_planned_participants "allow_only_planned_participants": bool = "closed to others",
    }

    /// What the server plan allows.
    Restrictions {
        tariff_name "tariffName": String = "name of the plan",
        p2p "p2p": bool = "one-to-one calls",
        create_multi "createMulti": bool = "creating group conferences",
        sym_max_number "symMaxNumber": i64 = "largest all-on-screen conference",
        asym_max_number "asymMaxNumber": i64 = "largest video lecture",
        role_max_number "roleMaxNumber": i64 = "largest role-based conference",
        rl_max_number "rlMaxNumber": i64 = "largest number of speakers on the podium",
        can_use_slide_show "canUseSlideShow": bool = "slide shows",
        can_use_desktop_sharing "canUseDesktopSharing": bool = "sharing of screens",
        can_change_address_book "canChangeAddressBook": bool = "editing the address book",
        can_edit_groups "canEditGroups": bool = "editing groups",
        can_use_dialer "canUseDialer": bool = "dialling",
    }

    /// A version number.
    Version {
        major "major": i64 = "first number",
        minor "minor": i64 = "second number",
        revision "revision": i64 = "third number",
        build "build": i64 = "fourth number",
    }

    /// Limits of the bit rate.
    BitrateLimits {
        max "max": i64 = "largest",
        min "min": i64 = "smallest",
    }

    /// How capable the computer of the terminal is.
    SystemRating {
        video_quality "videoQuality": VideoQuality = "video qualities",
        video_content_levels "videoContentLevels": ContentLevels = "ratings in numbers",
    }

    /// Video qualities such as `UHD`.
    VideoQuality {
        send "send": String = "sending",
        receive_p2p "receiveP2P": String = "receiving in a one-to-one call",
        receive_group "receiveGroup": String = "receiving in a conference",
    }

    /// Performance ratings.
    ContentLevels {
        send "send": i64 = "sending",
        receive_p2p "receiveP2P": i64 = "receiving in a one-to-one call",
        receive_group "receiveGroup": i64 = "receiving in a conference",
        bench "bench": i64 = "benchmark",
    }

    /// What the camera delivers and what is sent.
    CameraInfo {
        camera_width "cameraWidth": i64 = "camera width",
        camera_height "cameraHeight": i64 = "camera height",
        camera_framerate "cameraFramerate": i64 = "camera frame rate",
        send_width "sendWidth": i64 = "sent width",
        send_height "sendHeight": i64 = "sent height",
        send_framerate "sendFramerate": i64 = "sent frame rate",
        format "format": i64 = "camera format",
        send_format "sendFormat": String = "sent format",
        stereo "stereo": bool = "stereo picture",
    }

    /// Whether and what this terminal shares.
    DesktopSharing {
        running "running": bool = "whether something is shared",
        source_type "sourceType": i64 = "kind of source",
        id "id": i64 = "id from the list of sources",
        name "name": String = "name of a screen",
        window_name "windowName": String = "name of a window",
    }

    /// Whether a picture is sent in place of the camera.
    PictureBroadcast {
        running "running": bool = "whether a picture is sent",
        file_name "fileName": String = "its file name",
        file_id "fileId": i64 = "its id on the built-in HTTP server",
    }

    /// A TrueConf Server.
    ServerInfo {
        server "server": String = "host name or address",
        service "service": bool = "whether it is the public cloud",
        port "port": i64 = "TCP port",
        domain "domain": String = "domain of the user ids",
    }

    /// A file on the built-in HTTP server.
    NamedFile {
        name "name": String = "file name",
        file_id "fileId": i64 = "id of the file",
    }

    /// A slide of the own slide show.
    Slide {
        idx "idx": i64 = "index from 0",
        name "name": String = "file name",
        file_id "fileId": i64 = "id of the file",
        url "url": String = "address of the picture; only while the show runs",
    }

    /// A message of a chat.
    ChatMessage {
        text "text": String = "the text",
        time "time": i64 = "Unix time in seconds",
        peer_id "peerId": String = "sender",
        direction "direction": ChatDirection = "direction",
    }

    /// A setting of the terminal.
    Setting {
        name "name": String = "name of the setting",
        value "value": Value = "its value: boolean, number or text",
    }
}
