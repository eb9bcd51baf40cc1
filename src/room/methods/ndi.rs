//! NDI: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "ndi"

    /// Read whether NDI is on.
    GetNdiState "getNDIState" get_ndi_state() -> NdiStateAnswer {
        enabled "enabled": bool = "true when on (inferred from the name)",
    }, Library;

    /// Turn NDI on or off.
    SetNdiState "setNDIState" set_ndi_state(
        enabled "enabled": bool = "on or off",
    ) -> Accepted, Library;

    /// Publish a participant, the shared content or the whole layout as an NDI source.
    ///
    /// Since application 4.1.0.
    CreateNdiDevice "createNDIDevice" create_ndi_device(
        device_id "deviceId": String = "what to publish: a participant id, \"#mixed:0\" for the whole layout or \"#contentSharing:slideShowOrDs:1\" for shared content",
    ) -> Accepted, Documented;

    /// Stop publishing an NDI source.
    DeleteNdiDevice "deleteNDIDevice" delete_ndi_device(
        device_id "deviceId": String = "what to publish: a participant id, \"#mixed:0\" for the whole layout or \"#contentSharing:slideShowOrDs:1\" for shared content",
    ) -> Accepted, Library;

    /// List the published NDI sources.
    GetCreatedNdiDevices "getCreatedNDIDevices" get_created_ndi_devices() -> CreatedNdiDevicesAnswer {
        created_ndi_devices "createdNDIDevices": Vec<Object> = "items not established; likely deviceId, displayName, mixedType (unknown)",
    }, Library;
}
