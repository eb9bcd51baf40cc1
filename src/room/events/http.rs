//! Built-in HTTP server: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "http"

    /// A setting of the built-in HTTP server changed.
    ///
    /// Quirk: Singular Setting, while settingsChanged is plural.
    HttpServerSettingChanged "httpServerSettingChanged" {
        name "name": String = "name (inferred from the name)",
        value "value": Value = "new value (unknown)",
        http_server_restart_needed_for_applying "httpServerRestartNeededForApplying": bool = "takes effect after a restart of the HTTP server (inferred from the name)",
        is_pending_to_be_applied "isPendingToBeApplied": bool = "waiting to take effect (inferred from the name)",
        pending_value "pendingValue": Value = "value waiting to take effect (unknown)",
    }, Library;

    /// The built-in HTTP server started or stopped.
    HttpServerStateChanged "httpServerStateChanged" {
        state "state": Value = "values not established (unknown)",
    }, Library;
}
