//! Session, login, application: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "system"

    /// Authorise the current socket for control of the terminal; must succeed before other commands are
    /// useful. Also used by an administrator session to step down to user rights.
    ///
    /// Quirk: The rights field is spelt previleges.
    ///
    /// Quirk: The text that documents stepping down says the role must be admin, while its sample sends
    /// role user without type; the sample is what a known client sends.
    Auth "auth" auth() optional (
        kind "type": AuthType = "\"secured\" with credentials, \"unsecured\" without; left out when an administrator session steps down to user",
        credentials "credentials": Secret = "password, PIN or a token from an earlier auth; only with type \"secured\"",
        role "role": AuthRole = "wanted rights, checked against the credentials; left out: chosen by the terminal; needed when stepping down (sample: \"user\")",
    ) -> AuthAnswer {
        previleges "previleges": i64 = "rights of the connection; the key is misspelt on the wire; 2 is the only value seen",
        token "token": Secret = "token that may be used as credentials after a reconnect",
        token_for_http_server "tokenForHttpServer": Secret = "token for the built-in HTTP server",
        result_code "resultCode": AuthResultCode = "0 success;",
    }, Documented;

    /// Choose which API generation this connection speaks; a known client sends it before auth and waits
    /// for its response.
    SetUsedApiVersion "setUsedApiVersion" set_used_api_version(
        version "version": String = "API generation, e.g. \"1\"",
    ) -> Accepted, Library;

    /// Log a user in on the video server the terminal is connected to; the outcome comes as the login
    /// event.
    ///
    /// Quirk: Method and event share the name; the event has an integer result, the response a boolean.
    Login "login" login(
        login "login": String = "user id (TrueConf ID); the library argument is called callId",
        password "password": Secret = "password",
        encrypt_password "encryptPassword": bool = "whether the terminal should encrypt the password before sending it to the server" or "true",
    ) -> LoginAnswer {
        is_logged_in "isLoggedIn": bool = "listed by the library response schema; not confirmed by documentation",
        peer_id "peerId": String = "user id (by analogy)",
        peer_dn "peerDn": String = "display name (by analogy)",
    } then outcome::login => LoginOutcome, Library;

    /// Log the current user out of the video server.
    ///
    /// Quirk: Method and event share the name.
    Logout "logout" logout() -> Accepted, Library;

    /// Connect the terminal to a TrueConf Server.
    ConnectToServer "connectToServer" connect_to_server(
        server "server": String = "host name or IP address of the video server",
        port "port": i64 = "TCP port of the video server" or "4307",
    ) -> Accepted, Library;

    /// Connect the terminal to the public cloud service instead of a private server.
    ConnectToService "connectToService" connect_to_service() -> Accepted, Library;

    /// Report whether the terminal is connected to a video server and to which one.
    GetConnected "getConnected" get_connected() -> ConnectedAnswer {
        state "state": ServerConnectionState = "0 not connected, 1 connecting, 2 connected",
        server_info "serverInfo": ServerInfo = "{server: string, service: boolean, port: integer, domain: string}; absent when neither connected nor connecting",
    }, Documented;

    /// Report whether a user is logged in and who it is.
    GetLogin "getLogin" get_login() -> LoginAnswer, Documented;

    /// Report the domain of the connected video server.
    GetServerDomain "getServerDomain" get_server_domain() -> ServerDomainAnswer {
        domain "domain": String = "server domain (by analogy)",
    }, Library;

    /// Start discovery of reachable servers; the list itself comes in the availableServersListLoaded event.
    GetAvailableServersList "getAvailableServersList" get_available_servers_list() -> Accepted, Library;

    /// Read the servers used recently.
    GetLastUsedServersList "getLastUsedServersList" get_last_used_servers_list(
        count "count": i64 = "how many entries to return",
    ) -> LastUsedServersListAnswer {
        last_used_servers_list "lastUsedServersList": Value = "items not established (unknown)",
    }, Library;

    /// Drop one entry from the list of recently used servers.
    RemoveFromServersList "removeFromServersList" remove_from_servers_list(
        server_name "serverName": String = "server entry to drop",
    ) -> Accepted, Library;

    /// Read the web address of the logged-in user's profile.
    GetCurrentUserProfileUrl "getCurrentUserProfileUrl" get_current_user_profile_url() -> CurrentUserProfileUrlAnswer {
        url "url": String = "address (inferred from the name)",
    }, Library;

    /// Read the application state together with sharing, recording and pending-request details.
    GetAppState "getAppState" get_app_state() -> AppStateAnswer {
        embedded_http_port "embeddedHttpPort": i64 = "port of the built-in HTTP server",
        app_state "appState": AppState = "application state",
        ext_status "extStatus": ExtStatus = "finer presence; newer versions",
        additional_status "additionalStatus": String = "free-text presence; newer versions",
        desktop_sharing "desktopSharing": DesktopSharing = "{running: boolean, sourceType: integer, id: integer, name: string for a screen, windowName: string for a window}; only running when off",
        broadcast_picture "broadcastPicture": PictureBroadcast = "{running: boolean, fileName: string, fileId: integer}; only running when off",
        audio_capture_test "audioCaptureTest": bool = "microphone test running",
        recording "recording": bool = "recording running; newer versions",
        requests "requests": Object = "pending requests, present only when there are any; keys include incomingPodiumRequest, outgoingPodiumRequest, incomingPodiumInvitation, outgoingPodiumInvitation and one starting incomingRe; inner shapes not established",
    }, Documented;

    /// Read versions, logged-in identity, rights, bitrate limits, performance rating and camera details in
    /// one object.
    GetSystemInfo "getSystemInfo" get_system_info() -> SystemInfoAnswer {
        auth_info "authInfo": Person = "{peerId, peerDn}; absent when no user is logged in",
        file_info "fileInfo": Version = "{major, minor, revision, build}: integers, version of the executable",
        product_info "productInfo": Version = "{major, minor, revision, build}: integers, product version",
        permissions_info "permissionsInfo": Restrictions = "same keys as getTariffRestrictions; only after logging in",
        bitrate_limits "bitrateLimits": BitrateLimits = "{max, min}: integers",
        system_rating "systemRating": SystemRating = "{videoQuality: object, videoContentLevels: object}",
        camera_info "cameraInfo": CameraInfo = "{cameraWidth, cameraHeight, cameraFramerate, sendWidth, sendHeight, sendFramerate, format: integers; sendFormat: string; stereo: boolean}",
    }, Documented;

    /// Read a property list of the application (contents not established).
    GetProperties "getProperties" get_properties() -> PropertiesAnswer {
        properties "properties": Value = "not established (unknown)",
    }, Library;

    /// Read which video renderer is in use.
    GetRenderInfo "getRenderInfo" get_render_info() -> RenderInfoAnswer {
        render "render": String = "renderer (inferred from the name)",
        version "version": String = "version (inferred from the name)",
        vendor "vendor": String = "vendor (inferred from the name)",
    }, Library;

    /// Read which on-screen widgets the terminal is showing.
    GetInfoWidgetsState "getInfoWidgetsState" get_info_widgets_state() -> InfoWidgetsStateAnswer {
        logo_displaying "logoDisplaying": bool = "logo shown (inferred from the name)",
        time_displaying "timeDisplaying": bool = "clock shown (inferred from the name)",
        connect_info_displaying "connectInfoDisplaying": bool = "connection info shown (inferred from the name)",
        current_user_info_widget_displaying "currentUserInfoWidgetDisplaying": bool = "user widget shown (inferred from the name)",
        incoming_request_widget_displaying "incomingRequestWidgetDisplaying": bool = "request widget shown (inferred from the name)",
        upcoming_meetings_component_displaying "upcomingMeetingsComponentDisplaying": bool = "upcoming meetings shown (inferred from the name)",
    }, Library;

    /// Read which protection is set for administrator access and for user access to the terminal.
    GetAuthInfo "getAuthInfo" get_auth_info() -> AuthInfoAnswer {
        admin_auth "adminAuth": Value = "protection of administrator access; likely one of protection (unknown)",
        user_auth "userAuth": Value = "protection of user access; likely one of protection (unknown)",
    }, Library;

    /// Choose the protection (password, PIN or none) of administrator or user access to the terminal.
    ///
    /// Quirk: The secret goes under password or newPin depending on authType.
    SetAuthParams "setAuthParams" set_auth_params(
        user_type "userType": AuthRole = "whose access is protected",
        auth_type "authType": AuthProtection = "kind of protection",
    ) optional (
        password "password": Secret = "only with authType \"password\"",
        new_pin "newPin": Secret = "only with authType \"pin\", as a known client sends it; the documentation describes newPin as a response field (the terminal generates the PIN)",
    ) -> SetAuthParamsAnswer {
        new_pin "newPin": Secret = "new PIN, only for authType \"pin\"",
        token "token": Secret = "only when the protection of the current user type changed",
        token_for_http_server "tokenForHttpServer": Secret = "same condition",
    }, Documented;

    /// Revoke every issued token.
    ClearTokens "clearTokens" clear_tokens() -> Accepted, Library;

    /// Quit the terminal application.
    Shutdown "shutdown" shutdown(
        for_all "forAll": bool = "true: act for everybody; see the method",
    ) -> Accepted, Library;

    /// Power the computer down.
    ShutdownSystem "shutdownSystem" shutdown_system(
        for_all "forAll": bool = "true: act for everybody; see the method",
    ) -> Accepted, Library;

    /// Restart the computer.
    RebootSystem "rebootSystem" reboot_system() -> Accepted, Library;

    /// Minimise the main window or show it full screen, and choose whether it stays above other windows.
    ChangeWindowState "changeWindowState" change_window_state(
        window_state "windowState": WindowState = "state of the window",
        stay_on_top "stayOnTop": bool = "keep the window above others",
    ) -> Accepted, Library;

    /// Bring the main window back.
    RestoreWindow "restoreWindow" restore_window() -> Accepted, Library;

    /// Move the main window to another monitor.
    ChangeCurrentMonitor "changeCurrentMonitor" change_current_monitor(
        monitor_index "monitorIndex": i64 = "monitor index as given by getMonitorsInfo",
    ) -> Accepted, Library;

    /// List monitors with geometry and tell which one shows the main window.
    GetMonitorsInfo "getMonitorsInfo" get_monitors_info() -> MonitorsInfoAnswer {
        monitors "monitors": Vec<Monitor> = "Monitor",
        current_monitor "currentMonitor": i64 = "index of the monitor with the main window",
    }, Documented;

    /// Send a text command to another application instance in the same call or conference; it never shows
    /// up in the chat.
    SendCommand "sendCommand" send_command(
        peer_id "peerId": String = "receiver in instance form user@server/instance; shorter forms are not accepted",
        command "command": String = "free text",
    ) -> Accepted, Documented;

    /// Broadcast an arbitrary string to every connected API client as a myEvent event.
    ///
    /// Since application 4.1.0.
    FireMyEvent "fireMyEvent" fire_my_event(
        data "data": String = "free text",
    ) -> Accepted, Library;

    /// Store a string under a named container inside the terminal.
    ///
    /// Quirk: Request key is flags, the dataSaved event key is flag.
    SaveData "saveData" save_data(
        container_name "containerName": String = "container name",
        data "data": String = "free text",
        flags "flags": String = "meaning not established",
    ) -> Accepted, Library;

    /// Read a named container back.
    LoadData "loadData" load_data(
        container_name "containerName": String = "container name",
    ) -> LoadDataAnswer {
        data "data": String = "free text (inferred from the name)",
        container_name "containerName": String = "container name (inferred from the name)",
    }, Library;

    /// Remove a named container.
    DeleteData "deleteData" delete_data(
        container_name "containerName": String = "container name",
    ) -> Accepted, Library;

    /// List the names of stored containers.
    GetAllUserContainersNames "getAllUserContainersNames" get_all_user_containers_names() -> AllUserContainersNamesAnswer {
        containers_names "containersNames": Vec<String> = "container names (inferred from the name)",
    }, Library;

    /// Activate a licence key online.
    ActivateLicense "activateLicense" activate_license(
        key "key": String = "licence key: groups of four characters joined by hyphens",
    ) -> ActivateLicenseAnswer {
        status "status": Value = "values not established (the licenseActivation event uses \"valid\"/\"invalid\") (unknown)",
    }, Library;

    /// Activate a licence from a file previously uploaded to the built-in HTTP server.
    ProductRegistrationOffline "productRegistrationOffline" product_registration_offline(
        file_id "fileId": i64 = "id of a file on the built-in HTTP server",
    ) -> Accepted, Library;

    /// Read the kind and dates of the installed licence.
    ///
    /// Quirk: Keys product_id, start_date, end_date use underscores, unlike the rest of the API.
    GetLicenseType "getLicenseType" get_license_type() -> LicenseTypeAnswer {
        product_id "product_id": String = "id of this application instance; optional",
        value "value": LicenseType = "0 free, 1 trial, 2 premium",
        start_date "start_date": i64 = "Unix time when the licence became active; optional",
        end_date "end_date": i64 = "Unix time when the licence ends; optional",
    }, Documented;

    /// Read whether the licence server can be reached.
    GetLicenseServerStatus "getLicenseServerStatus" get_license_server_status() -> ActivateLicenseAnswer, Library;

    /// Read the hardware key that a licence is bound to.
    GetHardwareKey "getHardwareKey" get_hardware_key() -> HardwareKeyAnswer {
        key "key": String = "hardware key (inferred from the name)",
    }, Library;

    /// Read the PRO key of the terminal.
    ///
    /// Quirk: Response key is trueconfRoomKey (different case from the method name).
    GetTrueConfRoomProKey "getTrueConfRoomProKey" get_true_conf_room_pro_key() -> TrueConfRoomProKeyAnswer {
        trueconf_room_key "trueconfRoomKey": String = "PRO key (key name differs in case from the method name) (inferred from the name)",
    }, Library;

    /// Ask about an available application update (constant only; parameters and response not established).
    ///
    /// What it carries is not established.
    GetUpdateInfo "getUpdateInfo" get_update_info() -> Accepted, NameOnly;

    /// Start installing an application update (constant only).
    ///
    /// What it carries is not established.
    StartUpdate "startUpdate" start_update() -> Accepted, NameOnly;

    /// Cancel an application update (constant only).
    ///
    /// What it carries is not established.
    CancelUpdate "cancelUpdate" cancel_update() -> Accepted, NameOnly;
}
