//! Settings: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "settings"

    /// One application setting changed.
    SettingsChanged "settingsChanged" {
        name "name": String = "setting name",
        value "value": Value = "new value",
    }, Documented;

    /// The background image changed.
    BackgroundImageChanged "backgroundImageChanged" {
        is_custom_image "isCustomImage": bool = "true when a custom image is in use (inferred from the name)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
    }, Library;

    /// The logo changed.
    LogoImageChanged "logoImageChanged" {
        is_custom_image "isCustomImage": bool = "true when a custom image is in use (inferred from the name)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
        mode "mode": Value = "values not established (unknown)",
    }, Library;

    /// Use of a custom logo was switched.
    CustomLogoUsageChanged "customLogoUsageChanged" {
        used "use": bool = "custom logo used (inferred from the name)",
    }, Library;

    /// The current-user widget was shown or hidden.
    ShowCurrentUserWidget "showCurrentUserWidget" {
        show "show": bool = "true when shown (inferred from the name)",
    }, Library;

    /// The incoming-request widget was shown or hidden.
    ShowIncomingRequestWidget "showIncomingRequestWidget" {}, Library;

    /// The connection-info widget was shown or hidden.
    ShowInfoConnect "showInfoConnect" {
        show "show": bool = "true when shown (inferred from the name)",
    }, Library;

    /// The logo was shown or hidden.
    ShowLogo "showLogo" {
        show "show": bool = "true when shown (inferred from the name)",
    }, Library;

    /// The clock was shown or hidden.
    ShowTime "showTime" {
        show "show": bool = "true when shown (inferred from the name)",
    }, Library;

    /// The upcoming-meetings widget was shown or hidden.
    ShowUpcomingMeetings "showUpcomingMeetings" {}, Library;
}
