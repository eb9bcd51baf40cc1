//! Files: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "files"

    /// List files kept by the built-in HTTP server.
    GetFileList "getFileList" get_file_list() -> FileListAnswer {
        file_list "fileList": Value = "items not established (unknown)",
    }, Library;

    /// Send an uploaded file to a user.
    SendFile "sendFile" send_file(
        file_id "fileId": i64 = "id of a file on the built-in HTTP server",
        peer_id "peerId": String = "receiver, as a known client sends it; current documentation names this key callId (send both or choose by application version)",
    ) optional (
        call_id "callId": String = "receiver, documented name of the key in newer versions",
    ) -> SendFileAnswer {
        sent_file_request_id "sentFileRequestId": String = "UUID of the file request on success; newer versions",
    }, Documented;

    /// Send an uploaded file to everybody in the running conference.
    ///
    /// Current documentation calls it `sendFileToConference`; which name a terminal takes depends on its
    /// version.
    SendConferenceFile "sendConferenceFile" send_conference_file(
        file_id "fileId": i64 = "id of a file on the built-in HTTP server",
    ) -> Accepted, Library;

    /// Accept an incoming file.
    ///
    /// Current documentation calls it `acceptIncomingFileRequest`; which name a terminal takes depends on
    /// its version.
    AcceptFile "acceptFile" accept_file(
        id "id": i64 = "id of the file request",
    ) -> Accepted, Library;

    /// Refuse an incoming file.
    ///
    /// Current documentation calls it `rejectIncomingFileRequest`; which name a terminal takes depends on
    /// its version.
    RejectFile "rejectFile" reject_file(
        id "id": i64 = "id of the file request",
    ) -> Accepted, Library;

    /// Read the state of one file request.
    ///
    /// Current documentation calls it `getFileRequestInfo`; which name a terminal takes depends on its
    /// version.
    GetFileInfo "getFileInfo" get_file_info(
        id "id": i64 = "id of the file request",
    ) -> FileInfoAnswer {
        id "id": i64 = "file request id; newer versions use fileRequestId (UUID string)",
        status "status": FileTransferState = "state of the transfer",
        direction_type "directionType": FileDirection = "0 incoming, 1 outgoing (by analogy)",
        file_name "fileName": String = "file name (by analogy)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
        peer_id "peerId": String = "user id (by analogy)",
        peer_display_name "peerDisplayName": String = "display name of the other side (by analogy)",
        timestamp "timestamp": i64 = "time the request was created, Unix time in milliseconds in the documented samples (by analogy)",
        conf_id "confId": String = "id of the communication session (by analogy)",
        total_size "totalSize": i64 = "bytes in total (inferred from the name)",
        processed_size "processedSize": i64 = "bytes done (inferred from the name)",
        speed "speed": Value = "speed; unit not established (unknown)",
        peers_count "peersCount": i64 = "number of receivers (inferred from the name)",
    }, Library;

    /// List incoming file requests.
    ///
    /// Current documentation calls it `getIncomingFilesRequests`; which name a terminal takes depends on
    /// its version.
    GetFileRequests "getFileRequests" get_file_requests() -> FileRequestsAnswer {
        files "files": Vec<Object> = "file requests; items not established (see getFileInfo for likely keys) (unknown)",
    }, Library;

    /// List outgoing file requests.
    ///
    /// Current documentation calls it `getOutgoingFilesRequests`; which name a terminal takes depends on
    /// its version.
    GetFileUploads "getFileUploads" get_file_uploads() -> FileRequestsAnswer, Library;

    /// Read the file-sharing history.
    ///
    /// Current documentation calls it `getFileTransferHistory`; which name a terminal takes depends on its
    /// version.
    GetFileTransferInfo "getFileTransferInfo" get_file_transfer_info() -> FileRequestsAnswer, Library;

    /// Read whether file transfer can be used now.
    GetFileTransferAvailability "getFileTransferAvailability" get_file_transfer_availability() -> FileTransferAvailabilityAnswer {
        available "available": bool = "true when available (inferred from the name)",
    }, Library;

    /// Erase the file-sharing history together with the files.
    ///
    /// Current documentation calls it `clearFileTransferHistory`; which name a terminal takes depends on
    /// its version.
    ClearFileTransfer "clearFileTransfer" clear_file_transfer() -> Accepted, Library;

    /// Delete one file from the file-sharing history.
    DeleteFileTransferFile "deleteFileTransferFile" delete_file_transfer_file(
        file_id "fileId": i64 = "id of a file on the built-in HTTP server",
    ) -> Accepted, Library;

    /// Read the PIN that protects file transfer (constant only).
    ///
    /// What it carries is not established.
    GetFileTransferPin "getFileTransferPIN" get_file_transfer_pin() -> Accepted, NameOnly;

    /// Check a file-transfer PIN (constant only).
    ///
    /// What it carries is not established.
    CheckFileTransferPin "checkFileTransferPIN" check_file_transfer_pin() -> Accepted, NameOnly;

    /// Generate a new file-transfer PIN (constant only).
    ///
    /// What it carries is not established.
    ResetFileTransferPin "resetFileTransferPIN" reset_file_transfer_pin() -> Accepted, NameOnly;

    /// Read whether the file-transfer tools are shown (constant only).
    ///
    /// What it carries is not established.
    GetShowFileTransferTools "getShowFileTransferTools" get_show_file_transfer_tools() -> Accepted, NameOnly;

    /// Show or hide the file-transfer tools (constant only).
    ///
    /// What it carries is not established.
    SetShowFileTransferTools "setShowFileTransferTools" set_show_file_transfer_tools() -> Accepted, NameOnly;

    /// Read one file request (the newer form of getFileInfo).
    ///
    /// Since application 4.1.0.
    GetFileRequestInfo "getFileRequestInfo" get_file_request_info(
        file_request_id "fileRequestId": String = "UUID of the request",
    ) -> FileRequestInfoAnswer {
        file_request_id "fileRequestId": String = "UUID of the request",
        status "status": FileTransferState = "state of the transfer",
        direction_type "directionType": FileDirection = "direction",
        file_name "fileName": String = "file name",
        file_id "fileId": i64 = "id on the built-in HTTP server; outgoing, or incoming once processed",
        peer_id "peerId": String = "other side; absent for a request to a conference",
        peer_display_name "peerDisplayName": String = "name of the other side",
        timestamp "timestamp": i64 = "Unix time in milliseconds",
        conf_id "confId": String = "empty or absent outside a conference",
        file_size "fileSize": i64 = "bytes",
    }, Documented;

    /// List the incoming file requests.
    ///
    /// What it carries is not established.
    GetIncomingFilesRequests "getIncomingFilesRequests" get_incoming_files_requests() -> Accepted, Documented;

    /// List the outgoing file requests.
    ///
    /// What it carries is not established.
    GetOutgoingFilesRequests "getOutgoingFilesRequests" get_outgoing_files_requests() -> Accepted, Documented;

    /// Read the history of file transfers.
    ///
    /// What it carries is not established.
    GetFileTransferHistory "getFileTransferHistory" get_file_transfer_history() -> Accepted, Documented;

    /// Clear the history of file transfers.
    ///
    /// What it carries is not established.
    ClearFileTransferHistory "clearFileTransferHistory" clear_file_transfer_history() -> Accepted, Documented;

    /// Accept an incoming file (the newer form of acceptFile).
    ///
    /// What it carries is not established.
    AcceptIncomingFileRequest "acceptIncomingFileRequest" accept_incoming_file_request() -> Accepted, Documented;

    /// Reject an incoming file (the newer form of rejectFile).
    ///
    /// What it carries is not established.
    RejectIncomingFileRequest "rejectIncomingFileRequest" reject_incoming_file_request() -> Accepted, Documented;

    /// Offer a file to everybody in the conference (the newer form of sendConferenceFile).
    ///
    /// What it carries is not established.
    SendFileToConference "sendFileToConference" send_file_to_conference() -> Accepted, Documented;
}
