//! The built-in HTTP server of the terminal: pictures of the video slots, and uploads.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{StatusCode, Url};
use tokio::time::Instant;

use super::address::{DEFAULT_HTTP_PORT, bracketed, causes};
use super::client::Client;
use super::error::Error;
use super::link::lock;
use super::session::Status;
use super::value::Secret;

/// The slot id of the own camera, for [`Client::frame`].
pub const SELF_VIEW: &str = "#self:0";

/// A token lives for five minutes; a younger one is not asked for again.
const TOKEN_AGE: Duration = Duration::from_secs(4 * 60);
/// A picture is smaller; more is not a picture.
const PICTURE_LIMIT: usize = 16 * 1024 * 1024;

/// A picture as the terminal sent it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Picture {
    /// Its media type, such as `image/jpeg`.
    pub media_type: String,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

impl Client {
    /// A token for the terminal's HTTP server that is still good for a while.
    ///
    /// # Errors
    ///
    /// See [`Client::request`].
    pub async fn http_token(&self) -> Result<Secret, Error> {
        {
            let tokens = lock(&self.shared().tokens);
            if let Some((token, since)) = &tokens.http
                && since.elapsed() < TOKEN_AGE
            {
                return Ok(token.clone());
            }
        }
        self.new_http_token().await
    }

    async fn new_http_token(&self) -> Result<Secret, Error> {
        let answer = self.get_token_for_http_server().await?;
        let token =
            answer.token.filter(|token| !token.expose().is_empty()).ok_or_else(|| Error::Refused {
                method: "getTokenForHttpServer".to_owned(),
                text: "the answer holds no token".to_owned(),
            })?;
        lock(&self.shared().tokens).http = Some((token.clone(), Instant::now()));
        Ok(token)
    }

    /// The picture that the camera of the terminal gives just now.
    ///
    /// The terminal makes such pictures only while
    /// [`set_broadcast_selfie`](Self::set_broadcast_selfie) is on.
    ///
    /// # Errors
    ///
    /// [`Error::Http`], and those of [`Client::request`].
    pub async fn self_view(&self) -> Result<Picture, Error> {
        self.frame(SELF_VIEW).await
    }

    /// The picture of a video slot: [`SELF_VIEW`], or the id of a participant.
    ///
    /// # Errors
    ///
    /// [`Error::Http`], and those of [`Client::request`].
    pub async fn frame(&self, peer_id: &str) -> Result<Picture, Error> {
        let what = "picture";
        let (place, mut url) = self.http_url("frames", what).await?;
        url.query_pairs_mut().append_pair("peerId", peer_id);
        let mut answer = self.with_token(&place, what, &url, |client, url| client.get(url)).await?;
        let media_type = answer
            .headers()
            .get(reqwest::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("application/octet-stream")
            .to_owned();
        let failed = |cause: String| Error::Http { url: place.clone(), what: what.to_owned(), cause };
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(causes(&error)))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > PICTURE_LIMIT {
                return Err(failed(format!("it is longer than {PICTURE_LIMIT} bytes")));
            }
        }
        if bytes.is_empty() {
            return Err(failed(
                "it is empty; is the broadcast of the camera on (setBroadcastSelfie)?".to_owned(),
            ));
        }
        Ok(Picture { media_type, bytes })
    }

    /// Uploads a file to the terminal and gives its id for `setBackground`, `setLogo`, `addSlide`, `sendFile`
    /// and others.
    ///
    /// # Errors
    ///
    /// [`Error::Http`], and those of [`Client::request`].
    pub async fn upload(&self, file_name: &str, bytes: &[u8]) -> Result<i64, Error> {
        let what = "place for a file";
        let (place, url) = self.http_url("files", what).await?;
        let (content_type, body) = form(file_name, bytes);
        let answer = self
            .with_token(&place, what, &url, |client, url| {
                client.post(url).header(reqwest::header::CONTENT_TYPE, &content_type).body(body.clone())
            })
            .await?;
        answer.headers().get("FileId").and_then(|id| id.to_str().ok()?.trim().parse().ok()).ok_or_else(|| {
            Error::Http {
                url: place,
                what: what.to_owned(),
                cause: "the answer has no header FileId".to_owned(),
            }
        })
    }

    /// Sends a request with the token; with a new one if the first was not accepted any more.
    async fn with_token(
        &self,
        place: &str,
        what: &str,
        url: &Url,
        build: impl Fn(&reqwest::Client, Url) -> reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, Error> {
        let failed = |cause: String| Error::Http { url: place.to_owned(), what: what.to_owned(), cause };
        let client = http_client().map_err(|cause| failed(cause.to_owned()))?;
        let mut token = self.http_token().await?;
        let mut last = StatusCode::OK;
        for attempt in 0..2 {
            if attempt > 0 {
                token = self.new_http_token().await?;
            }
            let mut url = url.clone();
            url.query_pairs_mut().append_pair("token", token.expose());
            let request = build(client, url).timeout(self.options().request_timeout);
            // The reason without the URL: it holds the token.
            let answer = request.send().await.map_err(|error| failed(causes(&error.without_url())))?;
            if answer.status().is_success() {
                return Ok(answer);
            }
            last = answer.status();
            // What an expired token is answered with is not established; a missing thing stays missing.
            if !last.is_client_error() || last == StatusCode::NOT_FOUND {
                break;
            }
        }
        Err(failed(format!("it answered {last}")))
    }

    /// `http://HOST:PORT/<folder>/`, and host and port for messages.
    async fn http_url(&self, folder: &str, what: &str) -> Result<(String, Url), Error> {
        let state_port = self.shared().state.borrow().http_port;
        let discovered = match &*self.shared().status.borrow() {
            Status::Authorised { http_port, .. } => *http_port,
            _ => None,
        };
        let port = match state_port.or(discovered) {
            Some(port) => port,
            None => {
                let port = self.get_app_state().await?.embedded_http_port;
                port.and_then(|port| u16::try_from(port).ok()).unwrap_or(DEFAULT_HTTP_PORT)
            }
        };
        let place = format!("http://{}:{port}", bracketed(self.options().address.host()));
        match Url::parse(&format!("{place}/{folder}/")) {
            Ok(url) => Ok((place, url)),
            Err(error) => Err(Error::Http { url: place, what: what.to_owned(), cause: error.to_string() }),
        }
    }
}

fn http_client() -> Result<&'static reqwest::Client, &'static str> {
    static CLIENT: OnceLock<Option<reqwest::Client>> = OnceLock::new();
    CLIENT
        .get_or_init(|| reqwest::Client::builder().no_proxy().build().ok())
        .as_ref()
        .ok_or("the HTTP client of this program cannot start")
}

/// A form with one file, and its content type.
fn form(file_name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let boundary = format!("heyroom-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
    let name: String = file_name
        .chars()
        .map(|c| if c.is_control() || matches!(c, '"' | '\\' | '/') { '_' } else { c })
        .collect();
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}
