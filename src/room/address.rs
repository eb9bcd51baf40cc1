//! Where the terminal is: its address as people write it, and the ports behind it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde_json::Value;

use super::error::Error;

/// The WebSocket port that a terminal takes when it is free.
pub const DEFAULT_API_PORT: u16 = 8765;
/// The port of the built-in HTTP server of a terminal, unless it is fixed otherwise.
pub const DEFAULT_HTTP_PORT: u16 = 8766;
/// The port of the web manager, where `config.json` is, unless chosen otherwise at installation.
pub const DEFAULT_WEB_PORT: u16 = 80;

/// How long `config.json` may take.
const DISCOVERY_TIMEOUT: Duration = Duration::from_secs(3);
/// A `config.json` has a few hundred bytes; more than this is something else.
const DISCOVERY_LIMIT: usize = 256 * 1024;

/// The address of a terminal.
///
/// | written | means |
/// |---|---|
/// | `ws://room.example:8765` | the API port is known; nothing is asked |
/// | `room.example` | ask `http://room.example/public/default/config.json` for the ports |
/// | `room.example:8080`, `http://room.example:8080` | the same, the web manager is on port 8080 |
///
/// ```
/// use heyroom::room::Address;
///
/// let address: Address = "meeting-1.example:8080".parse()?;
/// assert_eq!(address.to_string(), "http://meeting-1.example:8080");
/// assert!("wss://meeting-1.example".parse::<Address>().is_err());
/// # Ok::<(), heyroom::room::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Address {
    /// The WebSocket port is known.
    Api {
        /// Host name or IP address, IPv6 without brackets.
        host: String,
        /// WebSocket port.
        port: u16,
    },
    /// The ports are asked from the web manager.
    Discover {
        /// Host name or IP address, IPv6 without brackets.
        host: String,
        /// Port of the web manager.
        web_port: u16,
    },
}

impl Address {
    /// The host name or IP address.
    #[must_use]
    pub fn host(&self) -> &str {
        match self {
            Self::Api { host, .. } | Self::Discover { host, .. } => host,
        }
    }

    /// Finds the ports of the terminal. Asks nothing for [`Address::Api`]; otherwise reads `config.json`, and
    /// when that fails guesses the default ports and says so in [`Endpoint::guessed`].
    pub async fn resolve(&self) -> Endpoint {
        match self {
            Self::Api { host, port } => {
                Endpoint { host: host.clone(), port: *port, http_port: None, guessed: None }
            }
            Self::Discover { host, web_port } => match read_config(host, *web_port).await {
                Ok((port, http_port)) => Endpoint { host: host.clone(), port, http_port, guessed: None },
                Err(reason) => Endpoint {
                    host: host.clone(),
                    port: DEFAULT_API_PORT,
                    http_port: Some(DEFAULT_HTTP_PORT),
                    guessed: Some(reason),
                },
            },
        }
    }
}

impl Default for Address {
    /// The terminal on this computer, with its default web port.
    fn default() -> Self {
        Self::Discover { host: "127.0.0.1".to_owned(), web_port: DEFAULT_WEB_PORT }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api { host, port } => write!(f, "ws://{}:{port}", bracketed(host)),
            Self::Discover { host, web_port } => write!(f, "http://{}:{web_port}", bracketed(host)),
        }
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(input: &str) -> Result<Self, Error> {
        let bad = |reason: &str| Error::BadAddress { input: input.to_owned(), reason: reason.to_owned() };
        let text = input.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("http".to_owned(), text),
        };
        if scheme == "wss" || scheme == "https" {
            return Err(bad(
                "a terminal offers its API without TLS; write ws://HOST:PORT or http://HOST:PORT",
            ));
        }
        if scheme != "ws" && scheme != "http" {
            return Err(bad("it starts neither with ws:// nor with http://"));
        }
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#']) {
            return Err(bad("it has a path; the API has none"));
        }
        if authority.contains('@') {
            return Err(bad("it has a user name; the PIN is given apart from the address"));
        }
        let (host, port) = split_port(authority).map_err(bad)?;
        if host.is_empty() {
            return Err(bad("the host is missing"));
        }
        if host.chars().any(|c| c.is_whitespace() || c.is_control() || "\\\"<>[]{}|^`%".contains(c)) {
            return Err(bad("the host holds a character that no host name has"));
        }
        let host = host.to_owned();
        Ok(if scheme == "ws" {
            Self::Api { host, port: port.unwrap_or(DEFAULT_API_PORT) }
        } else {
            Self::Discover { host, web_port: port.unwrap_or(DEFAULT_WEB_PORT) }
        })
    }
}

/// Splits `host`, `host:port`, `[ipv6]` and `[ipv6]:port`.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    let (host, port) = if let Some(inner) = authority.strip_prefix('[') {
        let (host, after) = inner.split_once(']').ok_or("the bracket of the IPv6 address is not closed")?;
        let port = match after {
            "" => None,
            _ => Some(after.strip_prefix(':').ok_or("after the IPv6 address only :PORT may follow")?),
        };
        (host, port)
    } else {
        match authority.matches(':').count() {
            0 => (authority, None),
            1 => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
            // An IPv6 address without brackets can have no port.
            _ => (authority, None),
        }
    };
    match port {
        None => Ok((host, None)),
        Some(port) => match port.parse::<u16>() {
            Ok(port) if port > 0 => Ok((host, Some(port))),
            _ => Err("the port is not a number from 1 to 65535"),
        },
    }
}

/// The host as it stands in a URL.
pub(crate) fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// The ports of a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Host name or IP address.
    pub host: String,
    /// WebSocket port of the API.
    pub port: u16,
    /// Port of the built-in HTTP server, where `config.json` names it.
    pub http_port: Option<u16>,
    /// When `config.json` could not be read and the ports are only a guess: why.
    pub guessed: Option<String>,
}

impl Endpoint {
    /// The WebSocket URL of the API.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ws://{}:{}", bracketed(&self.host), self.port)
    }
}

/// Reads the API port and, where named, the HTTP port from `config.json`; on failure the reason for people.
async fn read_config(host: &str, web_port: u16) -> Result<(u16, Option<u16>), String> {
    let url = format!("http://{}:{web_port}/public/default/config.json", bracketed(host));
    let failed = |what: String| format!("{url} {what}");
    // No proxy: the terminal is this computer or one in the room.
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(DISCOVERY_TIMEOUT)
        .build()
        .map_err(|error| failed(format!("could not be asked: {}", causes(&error))))?;
    let mut answer = client
        .get(&url)
        .send()
        .await
        .map_err(|error| failed(format!("gave no answer: {}", causes(&error))))?;
    if !answer.status().is_success() {
        return Err(failed(format!("answered {}", answer.status())));
    }
    let mut body = Vec::new();
    while let Some(chunk) =
        answer.chunk().await.map_err(|error| failed(format!("broke off: {}", causes(&error))))?
    {
        body.extend_from_slice(&chunk);
        if body.len() > DISCOVERY_LIMIT {
            return Err(failed("is too long to be the configuration of a terminal".to_owned()));
        }
    }
    let config: Value =
        serde_json::from_slice(&body).map_err(|error| failed(format!("is not JSON: {error}")))?;
    let port = |name: &str| {
        let value = config.get("config")?.get(name)?.get("port")?;
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
        u16::try_from(number).ok().filter(|port| *port > 0)
    };
    match port("websocket") {
        Some(api) => Ok((api, port("http"))),
        None => Err(failed("names no port under config.websocket.port".to_owned())),
    }
}

/// An error with its causes, without the URL, which the caller names.
pub(crate) fn causes(error: &reqwest::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        texts.push(cause.to_string());
        next = cause.source();
    }
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    texts.pop().unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(host: &str, port: u16) -> Address {
        Address::Api { host: host.into(), port }
    }

    fn web(host: &str, web_port: u16) -> Address {
        Address::Discover { host: host.into(), web_port }
    }

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, expected) in [
            ("ws://127.0.0.1:8765", api("127.0.0.1", 8765)),
            ("WS://room:9000/", api("room", 9000)),
            ("ws://room", api("room", 8765)),
            ("ws://[::1]:9", api("::1", 9)),
            ("room.example", web("room.example", 80)),
            (" room.example:8080 ", web("room.example", 8080)),
            ("http://room.example:8080/", web("room.example", 8080)),
            ("fe80::1", web("fe80::1", 80)),
            ("[::1]:81", web("::1", 81)),
        ] {
            assert_eq!(text.parse::<Address>().ok(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_wrong_address_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "host is missing"),
            ("ws://", "host is missing"),
            ("ws://room:0", "not a number from 1 to 65535"),
            ("room:123456", "not a number from 1 to 65535"),
            ("room:", "not a number from 1 to 65535"),
            ("wss://room:1", "without TLS"),
            ("ftp://room", "neither with ws://"),
            ("ws://room:1/path", "has a path"),
            ("ws://pin@room", "user name"),
            ("[::1", "not closed"),
            ("my room", "character"),
        ] {
            let error = text.parse::<Address>().map_err(|error| error.to_string());
            assert!(matches!(&error, Err(error) if error.contains(reason)), "{text}: {error:?}");
        }
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for text in ["ws://[::1]:9", "http://room:80", "ws://room:8765"] {
            let address: Address = text.parse().unwrap_or_default();
            assert_eq!(address.to_string(), text);
        }
    }
}
