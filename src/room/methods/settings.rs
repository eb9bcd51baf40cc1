//! Settings: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "settings"

    /// Read every application-wide setting as an array of name/value pairs.
    GetSettings "getSettings" get_settings() -> SettingsAnswer {
        settings "settings": Vec<Setting> = "items {name: string, value: boolean|number|string};",
    }, Documented;

    /// Change one or more application-wide settings, given as an object of name to value.
    ///
    /// Quirk: getSettings returns an array of {name, value}; setSettings takes an object.
    SetSettings "setSettings" set_settings(
        settings "settings": Object = "map of setting name to new value, e.g. {\"audioPlayLevel\": 0.55}; do not nest a second \"settings\" key, as one library example does",
    ) -> Accepted, Documented;

    /// Read which background image is in use.
    GetBackground "getBackground" get_background() -> BackgroundAnswer {
        is_custom_image "isCustomImage": bool = "true when a custom image is in use (inferred from the name)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
    }, Library;

    /// Use an uploaded image as the background of the main screen.
    SetBackground "setBackground" set_background(
        file_id "fileId": i64 = "id of a file on the built-in HTTP server",
    ) -> Accepted, Library;

    /// Go back to the standard background.
    SetDefaultBackground "setDefaultBackground" set_default_background() -> Accepted, Library;

    /// Read whether a custom logo is in use.
    GetLogo "getLogo" get_logo() -> LogoAnswer {
        is_custom_image "isCustomImage": bool = "true when a custom image is in use (inferred from the name)",
    }, Library;

    /// Use an uploaded image as the logo.
    SetLogo "setLogo" set_logo(
        file_id "fileId": i64 = "id of a file on the built-in HTTP server",
        mode "mode": i64 = "logo mode; values not established",
    ) -> Accepted, Library;

    /// Go back to the standard logo.
    SetDefaultLogo "setDefaultLogo" set_default_logo() -> Accepted, Library;
}
