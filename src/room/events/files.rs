//! Files: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "files"

    /// A user offers a file.
    ReceivedFileRequest "receivedFileRequest" {
        id "id": i64 = "file request id; newer versions send fileRequestId (UUID string) instead",
        peer_id "peerId": String = "user id",
        peer_dn "peerDn": String = "display name",
        file_name "fileName": String = "file name",
        conf_id "confId": String = "id of the communication session",
        file_request_id "fileRequestId": String = "UUID; replaces id in newer versions",
        file_size "fileSize": i64 = "bytes; newer versions",
        timestamp "timestamp": i64 = "Unix time in milliseconds; newer versions",
    }, Documented;

    /// An incoming file was accepted.
    ///
    /// Current documentation calls it `incomingFileRequestAccepted`; which name a terminal takes depends on
    /// its version.
    FileAccepted "fileAccepted" {
        id "id": i64 = "file request id",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// An incoming file was refused.
    ///
    /// Current documentation calls it `incomingFileRequestRejected`; which name a terminal takes depends on
    /// its version.
    FileRejected "fileRejected" {
        id "id": i64 = "file request id",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// A file was offered to a user.
    ///
    /// Current documentation calls it `outgoingFileRequestSent`; which name a terminal takes depends on its
    /// version.
    FileSent "fileSent" {
        name "name": String = "name (inferred from the name)",
        id "id": i64 = "file request id",
        peer_id "peerId": String = "user id (by analogy)",
        peer_dn "peerDn": String = "display name (by analogy)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// A file was offered to the conference.
    ///
    /// Current documentation calls it `outgoingFileRequestSentToConference`; which name a terminal takes
    /// depends on its version.
    FileConferenceSent "fileConferenceSent" {
        name "name": String = "name (inferred from the name)",
        id "id": i64 = "file request id",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// A file request changed status.
    ///
    /// Current documentation calls it `fileRequestStatusChanged`; which name a terminal takes depends on
    /// its version.
    FileStatus "fileStatus" {
        id "id": i64 = "file request id",
        status "status": FileTransferState = "state of the transfer",
        direction_type "directionType": FileDirection = "0 incoming, 1 outgoing (by analogy)",
        conf_id "confId": String = "id of the communication session (by analogy)",
    }, Library;

    /// Progress of receiving a file.
    ///
    /// Current documentation calls it `incomingFileRequestDownloadingProgress`; which name a terminal takes
    /// depends on its version.
    FileDownloadingProgress "fileDownloadingProgress" {
        total_size "totalSize": i64 = "bytes in total (inferred from the name)",
        processed_size "processedSize": i64 = "bytes done (inferred from the name)",
        speed "speed": Value = "speed; unit not established (unknown)",
        id "id": i64 = "file request id",
        status "status": FileTransferState = "state of the transfer",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
        file_name "fileName": String = "file name (by analogy)",
        peer_id "peerId": String = "user id (by analogy)",
        peer_display_name "peerDisplayName": String = "display name of the other side (by analogy)",
        conf_id "confId": String = "id of the communication session (by analogy)",
        timestamp "timestamp": i64 = "time the request was created, Unix time in milliseconds in the documented samples (by analogy)",
    }, Library;

    /// Progress of sending a file.
    ///
    /// Current documentation calls it `outgoingFileRequestUploadingProgress`; which name a terminal takes
    /// depends on its version.
    FileUploadingProgress "fileUploadingProgress" {
        total_size "totalSize": i64 = "bytes in total (inferred from the name)",
        processed_size "processedSize": i64 = "bytes done (inferred from the name)",
        speed "speed": Value = "speed; unit not established (unknown)",
        id "id": i64 = "file request id",
        status "status": FileTransferState = "state of the transfer",
        direction_type "directionType": FileDirection = "0 incoming, 1 outgoing (by analogy)",
        file_name "fileName": String = "file name (by analogy)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
        peer_id "peerId": String = "user id (by analogy)",
        peer_display_name "peerDisplayName": String = "display name of the other side (by analogy)",
        conf_id "confId": String = "id of the communication session (by analogy)",
        timestamp "timestamp": i64 = "time the request was created, Unix time in milliseconds in the documented samples (by analogy)",
    }, Library;

    /// File transfer became possible or impossible.
    ///
    /// Current documentation calls it `fileTransferAvailabilityChanged`; which name a terminal takes
    /// depends on its version.
    FileTransferAvailable "fileTransferAvailable" {
        available "available": bool = "true when available (inferred from the name)",
    }, Library;

    /// The file-sharing history was erased.
    ///
    /// Current documentation calls it `fileTransferHistoryCleared`; which name a terminal takes depends on
    /// its version.
    FileTransferCleared "fileTransferCleared" {}, Library;

    /// One file was deleted from the file-sharing history.
    ///
    /// Current documentation calls it `fileDeletedFromFileTransferHistory`; which name a terminal takes
    /// depends on its version.
    FileTransferFileDeleted "fileTransferFileDeleted" {
        file "file": Value = "not established (unknown)",
    }, Library;

    /// The file-transfer PIN changed (no schema known).
    ///
    /// What it carries is not established.
    FileTransferPinChanged "fileTransferPinChanged" {}, NameOnly;

    /// A file request changed (the newer form of fileStatus).
    FileRequestStatusChanged "fileRequestStatusChanged" {
        file_request_id "fileRequestId": String = "UUID of the request",
        status "status": FileTransferState = "state of the transfer",
        direction_type "directionType": FileDirection = "direction",
        file_name "fileName": String = "file name",
        file_id "fileId": i64 = "id on the built-in HTTP server",
        peer_id "peerId": String = "other side",
        peer_display_name "peerDisplayName": String = "name of the other side",
        timestamp "timestamp": i64 = "Unix time in milliseconds",
        conf_id "confId": String = "empty or absent outside a conference",
        file_size "fileSize": i64 = "bytes",
    }, Documented;

    /// An incoming file was accepted (the newer form of fileAccepted).
    ///
    /// Since application 4.1.0.
    IncomingFileRequestAccepted "incomingFileRequestAccepted" {
        file_request_id "fileRequestId": String = "UUID of the request",
        peer_id "peerId": String = "sender",
        peer_dn "peerDn": String = "name of the sender",
        file_name "fileName": String = "file name",
        file_size "fileSize": i64 = "bytes",
        timestamp "timestamp": i64 = "Unix time in milliseconds",
        conf_id "confId": String = "conference, when there is one",
    }, Documented;

    /// An incoming file was rejected.
    ///
    /// What it carries is not established.
    IncomingFileRequestRejected "incomingFileRequestRejected" {}, Documented;

    /// File transfer became available or unavailable.
    ///
    /// What it carries is not established.
    FileTransferAvailabilityChanged "fileTransferAvailabilityChanged" {}, Documented;

    /// The history of file transfers was cleared.
    ///
    /// What it carries is not established.
    FileTransferHistoryCleared "fileTransferHistoryCleared" {}, Documented;

    /// A file left the history of file transfers.
    ///
    /// What it carries is not established.
    FileDeletedFromFileTransferHistory "fileDeletedFromFileTransferHistory" {}, Documented;

    /// A file was offered to a person.
    ///
    /// What it carries is not established.
    OutgoingFileRequestSent "outgoingFileRequestSent" {}, Documented;

    /// A file was offered to the conference.
    ///
    /// What it carries is not established.
    OutgoingFileRequestSentToConference "outgoingFileRequestSentToConference" {}, Documented;

    /// Progress of an incoming file.
    ///
    /// What it carries is not established.
    IncomingFileRequestDownloadingProgress "incomingFileRequestDownloadingProgress" {}, Documented;

    /// Progress of an outgoing file.
    ///
    /// What it carries is not established.
    OutgoingFileRequestUploadingProgress "outgoingFileRequestUploadingProgress" {}, Documented;
}
