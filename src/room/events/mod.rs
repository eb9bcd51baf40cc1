//! The events of the Room API: one type per event, one enum of all.
//!
//! The tables in this folder read like the reference: doc comment, Rust name, wire name, fields with their wire
//! keys and types, and how well the entry is known ([`Source`]). All fields are optional, because field sets
//! differ between application versions; what a table does not know stays in `rest`.

mod prelude;

mod av;
mod broadcast;
mod calls;
mod chat;
mod conference;
mod contacts;
mod devices;
mod files;
mod http;
mod layout;
mod ndi;
mod podium;
mod ptz;
mod recording;
mod settings;
mod slides;
mod system;

pub use av::*;
pub use broadcast::*;
pub use calls::*;
pub use chat::*;
pub use conference::*;
pub use contacts::*;
pub use devices::*;
pub use files::*;
pub use http::*;
pub use layout::*;
pub use ndi::*;
pub use podium::*;
pub use ptz::*;
pub use recording::*;
pub use settings::*;
pub use slides::*;
pub use system::*;

use super::methods::Source;
use super::value::{Field, Object};

/// What the reference tables know about one event.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EventInfo {
    /// The name on the wire.
    pub name: &'static str,
    /// The area it belongs to, such as `calls`.
    pub group: &'static str,
    /// What it reports, with quirks.
    pub doc: &'static str,
    /// The fields that are known.
    pub fields: &'static [Field],
    /// How well the entry is known.
    pub source: Source,
}

/// An event type: its name on the wire, for filters such as
/// [`Events::of`](crate::room::Events::of).
pub trait EventType: Sized {
    /// The name on the wire.
    const NAME: &'static str;

    /// The typed event, if `event` is one of this type.
    fn from_event(event: &Event) -> Option<&Self>;
}

/// The reference entry of the event `name`.
#[must_use]
pub fn event_info(name: &str) -> Option<&'static EventInfo> {
    EVENTS.iter().find(|info| info.name == name)
}

/// An event whose name is in none of the tables; nothing of it is lost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnknownEvent {
    /// The name on the wire.
    pub name: String,
    /// The whole message.
    pub object: Object,
}

macro_rules! event_enum {
    ($($variant:ident)*) => {
        /// Something that happened at the terminal.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            $( #[doc = concat!("See [`struct@", stringify!($variant), "`].")] $variant($variant), )*
            /// An event that this crate does not know.
            Unknown(UnknownEvent),
        }

        /// Every event of the reference tables.
        pub static EVENTS: &[EventInfo] = &[ $( $variant::INFO ),* ];

        impl Event {
            /// The name on the wire, such as `inviteReceived`.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $variant::INFO.name, )*
                    Self::Unknown(event) => &event.name,
                }
            }

            /// The whole message as it came.
            #[must_use]
            pub fn to_object(&self) -> Object {
                match self {
                    $( Self::$variant(event) => with_envelope(event.to_object(), $variant::INFO.name), )*
                    Self::Unknown(event) => with_envelope(event.object.clone(), &event.name),
                }
            }
        }

        impl From<Object> for Event {
            /// Reads the message of an event. The name is taken from the key `event`; never fails.
            fn from(object: Object) -> Self {
                let name = object.get("event").and_then(serde_json::Value::as_str).unwrap_or_default();
                $( if name == $variant::INFO.name { return Self::$variant($variant::from(object)); } )*
                let name = name.to_owned();
                Self::Unknown(UnknownEvent { name, object })
            }
        }

        $( impl EventType for $variant {
            const NAME: &'static str = $variant::INFO.name;
            fn from_event(event: &Event) -> Option<&Self> {
                match event {
                    Event::$variant(event) => Some(event),
                    _ => None,
                }
            }
        }

        impl From<$variant> for Event {
            fn from(event: $variant) -> Self {
                Self::$variant(event)
            }
        } )*
    };
}

/// Adds the keys that make an object an event, when an event was made in Rust and not received.
fn with_envelope(mut object: Object, name: &str) -> Object {
    if !object.contains_key("event") {
        object.insert("event".to_owned(), name.into());
        object.entry("method").or_insert_with(|| "event".into());
    }
    object
}

impl serde::Serialize for Event {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_object().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Event {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Object::deserialize(deserializer).map(Self::from)
    }
}

event_enum! {
    InviteReceived InviteSent InviteRequestSent RejectReceived RejectSent StopCalling CallHistoryCleared
    LastCallsViewed
    TariffRestrictionsChanged RequestInviteReceived PeerAccepted ConferenceCreated ConferenceDeleted
    ConferenceList JoinToConferenceLinkReceived RealtimeManagmentUrlAvailabilityChanged
    NewParticipantInConference ParticipantLeftConference DeviceStatusReceived ReceiversInfoUpdated
    ExtraVideoFlowNotify CameraStateChangedByConferenceOwner MicStateChangedByConferenceOwner
    ReactionsChanged ContentSharingStoppedByConferenceLeader
    AudioCapturerMute AudioRendererMute VideoCapturerMute EnableAudioReceivingChanged
    EnableVideoReceivingChanged OutgoingBitrateChanged ToneDial DsStarted DsStopped
    HangUpPressed HookOffPressed HardwareChanged AppSndDevChanged DeviceModesDone CropChanged
    OutputSelfVideoRotateAngleChanged UpdateCameraInfo TestAudioCapturerLevel TestAudioCapturerStateChanged
    AudioDelayDetectorTestStateChanged
    VideoMatrixChanged VideoSlotMovedToMonitor VideoSlotRemovedFromMonitor
    SlideAdded SlideRemoved AllSlidesRemoved SlidePositionChanged SlidesSorted SlideUploaded
    SlideShowCleared CurrentSlideIndexChanged MySlideShowStarted MySlideShowStopped MySlideShowTitleChanged
    SlideShowAvailabilityChanged SlideCachingStarted SlideCached AllSlidesCachingStopped
    ImageAddedToCachingQueue ImageRemovedFromCachingQueue SlidesChunkSorted
    IncomingChatMessage IncomingGroupChatMessage ChatMessageSent GroupChatMessageSent CmdChatClear
    ReceivedFileRequest FileAccepted FileRejected FileSent FileConferenceSent FileStatus
    FileDownloadingProgress FileUploadingProgress FileTransferAvailable FileTransferCleared
    FileTransferFileDeleted FileTransferPinChanged FileRequestStatusChanged IncomingFileRequestAccepted
    IncomingFileRequestRejected FileTransferAvailabilityChanged FileTransferHistoryCleared
    FileDeletedFromFileTransferHistory OutgoingFileRequestSent OutgoingFileRequestSentToConference
    IncomingFileRequestDownloadingProgress OutgoingFileRequestUploadingProgress
    AbReceivedAfterLogin ContactsAdded ContactsDeleted ContactsRenamed ContactBlocked ContactUnblocked
    GroupsAdded GroupsRemoved GroupsRenamed UsersAddedToGroups UsersRemovedFromGroups UsersStatusesChanged
    DetailsInfo UpdateAvatar ContactsSearched
    PtzControlsChanged RequestCameraControlReceived RequestCameraControlSent
    IncomingRequestCameraControlAccepted IncomingRequestCameraControlRejected
    OutgoingRequestCameraControlAccepted OutgoingRequestCameraControlRejected
    RemotelyControlledCameraNotAvailableAnymore
    RoleEventOccured IncomingRequestToPodiumAnswered IncomingPodiumInvitationRemoved RemarkCountDown
    RecordRequest RecordRequestReply UserRecordingMeStatusChanged
    NdiDeviceCreated NdiDeviceDeleted NdiStateChanged
    AppStateChanged AuthorizationNeeded ServerConnected ServerDisconnected AvailableServersListLoaded Login
    Logout CurrentUserDisplayNameChanged CurrentUserProfileUrlChanged SystemRatingUpdated
    MonitorsInfoUpdated WindowStateChanged PropertiesUpdated CommandReceived CommandSent MyEvent DataSaved
    DataDeleted LicenseActivation LicenseStatusChanged AppUpdateAvailable DownloadProgress UpdateFailed
    SettingsChanged BackgroundImageChanged LogoImageChanged CustomLogoUsageChanged ShowCurrentUserWidget
    ShowIncomingRequestWidget ShowInfoConnect ShowLogo ShowTime ShowUpcomingMeetings
    HttpServerSettingChanged HttpServerStateChanged
    BroadcastPictureStateChanged BroadcastSelfieChanged
}
