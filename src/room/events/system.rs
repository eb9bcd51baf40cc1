//! Session, login, application: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "system"

    /// The application state, content sharing, recording or a pending request changed.
    AppStateChanged "appStateChanged" {
        app_state "appState": AppState = "application state",
        ext_status "extStatus": ExtStatus = "finer presence; newer versions",
        additional_status "additionalStatus": String = "free-text presence; newer versions",
        desktop_sharing "desktopSharing": DesktopSharing = "{running: boolean, sourceType: integer, id: integer, name: string for a screen, windowName: string for a window}; only running when off",
        broadcast_picture "broadcastPicture": PictureBroadcast = "{running: boolean, fileName: string, fileId: integer}; only running when off",
        audio_capture_test "audioCaptureTest": bool = "microphone test running",
        recording "recording": bool = "recording running; newer versions",
        requests "requests": Object = "pending requests, present only when there are any; keys include incomingPodiumRequest, outgoingPodiumRequest, incomingPodiumInvitation, outgoingPodiumInvitation and one starting incomingRe; inner shapes not established",
        embedded_http_port "embeddedHttpPort": i64 = "port of the built-in HTTP server",
    }, Documented;

    /// The current authorisation of this socket is no longer valid and auth must be sent again.
    AuthorizationNeeded "authorizationNeeded" {
        cause "cause": Value = "values not established (unknown)",
    }, Library;

    /// The terminal connected to a video server; the usual moment to send login.
    ServerConnected "serverConnected" {
        service "service": bool = "true: public cloud service, false: TrueConf Server (by analogy)",
        server "server": String = "host or IP of the video server (by analogy)",
        port "port": i64 = "TCP port (by analogy)",
        domain "domain": String = "server domain (by analogy)",
    }, Library;

    /// The terminal lost or closed its connection to the video server.
    ServerDisconnected "serverDisconnected" {
        service "service": bool = "true: public cloud service, false: TrueConf Server (by analogy)",
        server "server": String = "host or IP of the video server (by analogy)",
        port "port": i64 = "TCP port (by analogy)",
    }, Library;

    /// Server discovery finished.
    AvailableServersListLoaded "availableServersListLoaded" {
        server_list "serverList": Value = "items not established (unknown)",
    }, Library;

    /// Outcome of logging in on the video server.
    ///
    /// Quirk: Same name as a method; result is an integer.
    Login "login" {
        result "result": LoginResult = "0 success, else outcome (an integer here, unlike the boolean of responses)",
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
    }, Documented;

    /// The user was logged out of the video server.
    ///
    /// Quirk: Same name as a method.
    Logout "logout" {
        result "result": Value = "not established (unknown)",
        cause "cause": Value = "values not established (unknown)",
    }, Library;

    /// The display name of the logged-in user changed.
    CurrentUserDisplayNameChanged "currentUserDisplayNameChanged" {
        peer_dn "peerDn": String = "new display name (inferred from the name)",
        peer_dn_misspelt "peerDn:": String = "the library schema has a stray colon in the key; the wire key is expected to be peerDn",
    }, Library;

    /// The profile address of the logged-in user changed.
    CurrentUserProfileUrlChanged "currentUserProfileUrlChanged" {
        url "url": String = "address (inferred from the name)",
    }, Library;

    /// The performance rating was measured again.
    SystemRatingUpdated "systemRatingUpdated" {
        video_quality "videoQuality": VideoQuality = "{send, receiveP2P, receiveGroup}: strings such as \"UHD\" (by analogy)",
        video_content_levels "videoContentLevels": ContentLevels = "{send, receiveP2P, receiveGroup, bench}: integers (by analogy)",
    }, Library;

    /// The set of monitors or the monitor of the main window changed.
    MonitorsInfoUpdated "monitorsInfoUpdated" {
        monitors "monitors": Vec<Monitor> = "Monitor",
        current_monitor "currentMonitor": i64 = "index of the monitor with the main window",
    }, Documented;

    /// The main window changed state.
    WindowStateChanged "windowStateChanged" {
        window_state "windowState": WindowState = "state of the window (inferred from the name)",
        stay_on_top "stayOnTop": bool = "window kept above others (inferred from the name)",
    }, Library;

    /// The application property list changed.
    PropertiesUpdated "propertiesUpdated" {
        properties "properties": Value = "not established (unknown)",
    }, Library;

    /// A text command arrived from another instance (see sendCommand).
    CommandReceived "commandReceived" {
        peer_id "peerId": String = "user id (by analogy)",
        command "command": String = "free text",
    }, Library;

    /// A text command was sent to another instance.
    CommandSent "commandSent" {
        peer_id "peerId": String = "user id (by analogy)",
        command "command": String = "free text (inferred from the name)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// A custom event fired by some API client through fireMyEvent.
    MyEvent "myEvent" {
        data "data": String = "free text (inferred from the name)",
    }, Library;

    /// A container was stored by saveData.
    ///
    /// Quirk: Key flag, while the request key is flags.
    DataSaved "dataSaved" {
        container_name "containerName": String = "container name (inferred from the name)",
        data "data": String = "free text (inferred from the name)",
        flag "flag": Value = "the request key is flags, the event key is flag (unknown)",
    }, Library;

    /// A container was removed by deleteData.
    DataDeleted "dataDeleted" {
        container_name "containerName": String = "container name (inferred from the name)",
    }, Library;

    /// Outcome of a licence activation.
    ///
    /// Quirk: Keys start_date and end_date use underscores.
    LicenseActivation "licenseActivation" {
        status "status": String = "\"valid\" or \"invalid\"",
        tariff "tariff": String = "\"pro\" or \"free\"; optional",
        start_date "start_date": i64 = "Unix time when the licence became active; optional",
        end_date "end_date": i64 = "Unix time when the licence ends; optional",
    }, Documented;

    /// The licence kind or dates changed.
    LicenseStatusChanged "licenseStatusChanged" {
        pro "pro": bool = "PRO licence (inferred from the name)",
        start_date "start_date": i64 = "Unix time when the licence became active; optional (by analogy)",
        end_date "end_date": i64 = "Unix time when the licence ends; optional (by analogy)",
    }, Library;

    /// An application update is available (no schema known).
    ///
    /// What it carries is not established.
    AppUpdateAvailable "appUpdateAvailable" {}, NameOnly;

    /// Progress of an update download (no schema known).
    ///
    /// What it carries is not established.
    DownloadProgress "downloadProgress" {}, NameOnly;

    /// An application update failed (no schema known).
    ///
    /// What it carries is not established.
    UpdateFailed "updateFailed" {}, NameOnly;
}
