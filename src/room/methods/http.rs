//! Built-in HTTP server: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "http"

    /// Read the settings of the built-in HTTP server (its port among them).
    GetHttpServerSettings "getHttpServerSettings" get_http_server_settings() -> HttpServerSettingsAnswer {
        settings "settings": Vec<Setting> = "items {name, value,...}; a known client reads the HTTP port from value of item 0",
    }, Library;

    /// Change settings of the built-in HTTP server.
    SetHttpServerSettings "setHttpServerSettings" set_http_server_settings(
        settings "settings": Object = "settings to change; inner shape not established (presumably name to value)",
    ) -> Accepted, Library;

    /// Read whether the built-in HTTP server runs.
    GetHttpServerState "getHttpServerState" get_http_server_state() -> HttpServerStateAnswer {
        state "state": Value = "values not established (unknown)",
    }, Library;

    /// Start the built-in HTTP server.
    StartHttpServer "startHttpServer" start_http_server() -> Accepted, Library;

    /// Stop the built-in HTTP server.
    StopHttpServer "stopHttpServer" stop_http_server() -> Accepted, Library;

    /// Get a fresh token for requests to the built-in HTTP server.
    GetTokenForHttpServer "getTokenForHttpServer" get_token_for_http_server() -> TokenForHttpServerAnswer {
        token "token": Secret = "token (by analogy)",
    }, Library;
}
