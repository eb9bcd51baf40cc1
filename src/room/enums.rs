//! The enumerations of the Room API. Each has an `Other` case: newer applications know more values.

use super::value::wire_enum;

wire_enum! {
    integer

    /// What the terminal is doing.
    AppState {
        None = 0 "no connection to a video server, nothing going on",
        Connecting = 1 "connecting to a video server",
        Login = 2 "connected, a user must log in",
        Idle = 3 "connected and logged in, idle",
        Ringing = 4 "calling somebody or being called",
        Conference = 5 "in a call or conference",
        Closing = 6 "a call or conference is being closed",
    }

    /// Kind of a session, as the terminal reports it.
    ConferenceType {
        VideoCall = 0 "video call (one to one)",
        AllOnScreen = 1 "all on screen",
        VideoLecture = 2 "video lecture",
        RoleBased = 3 "role-based",
    }

    /// Why a call, invitation or join request was turned down.
    Cause {
        Rejected = 0 "turned down by the other side",
        ParticipantLimit = 1 "participant limit of the conference reached",
        Busy = 2 "busy",
        NotAvailable = 3 "not available now",
        NoSuchConference = 4 "no such conference",
        NoSuchUser = 5 "no such user",
        JoinAccepted = 6 "not a refusal (join accepted)",
        NotEnoughFunds = 7 "not enough funds",
        AccessDenied = 8 "access denied",
        LoggedOut = 9 "logged out",
        CannotComplete = 10 "the action cannot be completed",
        LocalResources = 11 "not enough local resources",
        PasswordNeeded = 12 "a conference password is needed",
        WrongPassword = 13 "wrong password",
        NotInAddressBook = 14 "the user is not in the address book of the other side",
        LowPerformance = 15 "system performance rating too low",
        NoAnswer = 16 "no answer",
        NotStarted = 17 "conference has not started yet",
        Over = 18 "conference is over",
        ConferenceNotFound = 19 "conference not found",
        ServerUnreachable = 20 "cannot reach the remote conference server",
        FederationNotAllowed = 21 "federation with the remote server is not allowed on the own server",
        FederationRefused = 22 "the remote server refused federation",
    }

    /// How a login on the TrueConf Server ended.
    LoginResult {
        Success = 0 "success",
        AlreadyLoggedIn = 1 "this user is already logged in",
        NoSuchUser = 2 "no user with this login",
        WrongPassword = 3 "wrong login or password",
        Refused = 4 "login refused",
        OnlineLimit = 5 "limit of online users on the server reached",
        NotActivated = 6 "account not activated",
        ServerBusy = 7 "server busy or other server trouble; try again later",
        ClientNotAllowed = 8 "this kind of client may not log in (the server licence lacks SDK support)",
        EmailPending = 9 "waiting for e-mail confirmation of the registration",
        Locked = 10 "account locked",
        EmailBlacklisted = 11 "e-mail is blacklisted",
        PasswordExpired = 65213 "password expired",
    }

    /// How an `auth` ended, in newer applications.
    AuthResultCode {
        Success = 0 "success",
        InternalError = 1 "internal error",
        Refused = 3 "refused",
    }

    /// Layout of the video slots.
    MatrixType {
        OneSlot = 0 "one slot only, the first of the list",
        Equal = 1 "all slots of equal size",
        BigTopLeft = 2 "one big slot at the top left, small ones around it",
        BigTopCentre = 3 "one big slot at the top centre, small ones below",
        BigLeft = 4 "one big slot at the left, small ones to its right",
        Big = 5 "one big slot",
    }

    /// State of the window of the terminal.
    WindowState {
        Minimised = 1 "minimised",
        FullScreen = 2 "full screen",
    }

    /// Role of a participant of a role-based conference.
    ParticipantRole {
        NoChange = 0 "no change",
        Ordinary = 1 "ordinary participant",
        Owner = 2 "conference owner",
        AskedForPodium = 3 "asked for the podium",
        InvitedToPodium = 4 "invited to the podium",
        GivingRemark = 5 "giving an audio remark",
    }

    /// Which step of a podium exchange an event reports.
    RoleEventType {
        Request = 0 "request",
        Response = 1 "response",
        Confirmation = 2 "confirmation",
        Notification = 3 "notification",
    }

    /// How a podium exchange ended.
    RoleEventResult {
        Positive = 0 "positive",
        General = 1 "general",
        RoleTaken = 2 "role already taken",
        Declined = 3 "declined by the participant",
        NoAnswer = 4 "no answer",
        NotJoined = 5 "participant has not joined",
    }

    /// State of the microphone or camera of a participant.
    DeviceStatus {
        Missing = 0 "missing or not selected",
        Muted = 1 "selected but muted",
        On = 2 "on",
    }

    /// Presence of a contact.
    UserStatus {
        Invalid = -1 "invalid user",
        Offline = 0 "offline",
        Available = 1 "available",
        Busy = 2 "busy",
        ConferenceOwner = 5 "in a group conference as its owner",
    }

    /// Finer presence of a contact.
    ExtStatus {
        Invalid = -1 "invalid user",
        Offline = 0 "offline",
        OfflineRecently = 1 "offline, active recently",
        Available = 2 "available",
        AvailablePhone = 3 "available on a phone",
        AvailableTerminal = 4 "available on a terminal",
        DoNotDisturb = 5 "do not disturb",
        Away = 6 "away",
        Busy = 7 "busy",
        BusyPhone = 8 "busy on a phone",
        BusyTerminal = 9 "busy on a terminal",
        ConferenceOwner = 10 "owner of a group conference that can be joined on request",
    }

    /// Connection of the terminal to a TrueConf Server.
    ServerConnectionState {
        NotConnected = 0 "not connected",
        Connecting = 1 "connecting",
        Connected = 2 "connected",
    }

    /// Direction of a past call.
    CallHistoryType {
        Incoming = 0 "incoming",
        Outgoing = 1 "outgoing",
        Missed = 2 "missed",
    }

    /// Kind of a past call.
    CallHistoryConferenceType {
        VideoCall = 0 "video call",
        GroupConference = 1 "group conference",
    }

    /// Direction of a chat message.
    ChatDirection {
        Incoming = 0 "incoming",
        Outgoing = 1 "outgoing",
    }

    /// Which side gave up a call.
    CallSide {
        ThisTerminal = 0 "this terminal",
        OtherSide = 1 "the other side",
    }

    /// State of a file transfer.
    FileTransferState {
        Error = 0 "internal error",
        Waiting = 1 "waiting for a decision",
        InProgress = 2 "in progress",
        Done = 3 "done",
    }

    /// Direction of a file transfer.
    FileDirection {
        Incoming = 0 "incoming",
        Outgoing = 1 "outgoing",
    }

    /// Kind of licence.
    LicenseType {
        Free = 0 "free",
        Trial = 1 "trial",
        Premium = 2 "premium",
    }

    /// Why an invitation to the podium went away.
    PodiumInvitationRemovedReason {
        Taken = 0 "taken",
        Declined = 1 "declined",
        TimedOut = 2 "declined on timeout",
        ConferenceEnded = 3 "conference ended",
    }

    /// Why a request to control the camera of this terminal was rejected.
    IncomingCameraControlRejectReason {
        Declined = 0 "declined here",
        TimedOut = 1 "timeout",
        ConferenceEnded = 2 "conference ended",
        ParticipantLeft = 3 "participant left",
    }

    /// Why a request to control the camera of a participant was rejected.
    OutgoingCameraControlRejectReason {
        Declined = 0 "declined by the participant",
        TimedOut = 1 "timeout",
        Unavailable = 2 "unavailable",
        Unsupported = 3 "unsupported",
        ConferenceEnded = 4 "conference ended",
        ParticipantLeft = 5 "participant left",
    }

    /// Where the own picture is shown.
    SelfViewMode {
        OverLayout = 1 "over the layout",
        InsideLayout = 2 "inside the layout",
    }

    /// How a search ended (older versions).
    SearchingResult {
        Found = 0 "done, something found",
        NothingFound = 1 "done, nothing found",
        TimedOutFound = 2 "timed out, something found",
        TimedOutNothing = 3 "timed out, nothing found",
        WrongParameters = 4 "wrong parameters",
        TooSoon = 5 "too soon after the previous search",
    }

    /// Who may move the camera of this terminal.
    CameraRemoteControlAccess {
        Everybody = 0 "allow everybody",
        Ask = 1 "ask each time",
        Never = 2 "never",
    }

    /// Reaction of a participant (API v2).
    Reaction {
        None = 0 "none",
        RaisedHand = 1 "raised hand",
        Yes = 2 "yes",
        No = 3 "no",
        Laugh = 4 "laugh",
        Applause = 5 "applause",
        Away = 6 "away from the desk",
    }

    /// State of a session as `getConferences` gives it.
    ConferenceState {
        Pending = 0 "a call is pending",
        Running = 1 "in a conference",
    }
}

wire_enum! {
    text

    /// Kind of a conference to create.
    ConferenceKind {
        AllOnScreen = "symmetric" "all on screen",
        VideoLecture = "asymmetric" "video lecture",
        RoleBased = "role" "role-based",
    }

    /// What an NDI device shows.
    NdiMixedType {
        Single = "single" "one participant",
        Mixed = "mixed" "whole layout",
    }

    /// How the connection is authorised.
    AuthType {
        Secured = "secured" "with credentials",
        Unsecured = "unsecured" "without",
    }

    /// Rights of a connection.
    AuthRole {
        Admin = "admin" "administrator",
        User = "user" "user",
    }

    /// How access to the terminal is protected.
    AuthProtection {
        Password = "password" "password",
        Pin = "pin" "PIN",
        Unsecured = "unsecured" "none",
    }
}

impl AppState {
    /// Whether a user is logged in on a server, as far as the state tells: idle, ringing, in a conference.
    #[must_use]
    pub fn is_logged_in(&self) -> bool {
        matches!(self, Self::Idle | Self::Ringing | Self::Conference | Self::Closing)
    }
}
