//! NDI: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "ndi"

    /// An NDI source was published.
    ///
    /// Quirk: Name starts with capitals.
    ///
    /// Since application 4.1.0.
    NdiDeviceCreated "NDIDeviceCreated" {
        device_id "deviceId": String = "NDI source id",
        display_name "displayName": String = "display name",
        mixed_type "mixedType": NdiMixedType = "\"single\" (one participant) or \"mixed\" (whole layout)",
    }, Documented;

    /// An NDI source was withdrawn.
    ///
    /// Quirk: Name starts with capitals.
    ///
    /// Since application 4.1.0.
    NdiDeviceDeleted "NDIDeviceDeleted" {
        device_id "deviceId": String = "NDI source id",
        display_name "displayName": String = "display name",
        mixed_type "mixedType": NdiMixedType = "\"single\" (one participant) or \"mixed\" (whole layout)",
    }, Documented;

    /// NDI was switched.
    ///
    /// Quirk: Name starts with capitals.
    NdiStateChanged "NDIStateChanged" {
        enabled "enabled": bool = "true when on (inferred from the name)",
    }, Library;
}
