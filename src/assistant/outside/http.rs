//! Sends an HTTP request of the operator.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::Value;

use super::OutsideError;
use crate::grammar::actions::Headers;

/// Method and address for messages. What stands behind a question mark may be a key.
pub(super) fn shown(method: &str, url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    // So may what stands before the host.
    let url = match url.split_once("://").map(|(scheme, rest)| (scheme, rest.split_once('@'))) {
        Some((scheme, Some((user, host)))) if !user.contains('/') => format!("{scheme}://{host}"),
        _ => url.to_owned(),
    };
    format!("the request {method} {url}")
}

/// Sends the request; any status of success (2xx) is one.
pub(super) async fn send(
    method: &str,
    url: &str,
    headers: &Headers,
    body: Option<&Value>,
    timeout: Duration,
) -> Result<(), OutsideError> {
    let request = shown(method, url);
    let failed = |reason: String| OutsideError::NoAnswer { request: request.clone(), reason };
    let client = client().map_err(&failed)?;
    let verb = Method::from_bytes(method.as_bytes()).map_err(|error| failed(error.to_string()))?;
    let mut sending = client.request(verb, url).timeout(timeout);
    if let Some(body) = body {
        sending = sending.header(reqwest::header::CONTENT_TYPE, "application/json").body(body.to_string());
    }
    for (name, value) in &headers.0 {
        sending = sending.header(name, value);
    }
    match sending.send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(OutsideError::Refused { request, status: answer.status().to_string() }),
        Err(error) if error.is_timeout() => {
            Err(OutsideError::TooSlow { what: request, seconds: timeout.as_secs_f64() })
        }
        // Its own text would show the whole address.
        Err(error) => Err(failed(crate::room::causes(&error.without_url()))),
    }
}

fn client() -> Result<&'static Client, String> {
    static CLIENT: OnceLock<Result<Client, String>> = OnceLock::new();
    CLIENT
        .get_or_init(|| {
            // A redirect would lead to another host than the file names.
            let builder = Client::builder().redirect(reqwest::redirect::Policy::none());
            builder.build().map_err(|error| crate::room::causes(&error))
        })
        .as_ref()
        .map_err(Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_shown() {
        assert_eq!(
            shown("GET", "https://me:key@hub/light?token=key#key"),
            "the request GET https://hub/light"
        );
        assert_eq!(shown("PUT", "http://hub/a@b"), "the request PUT http://hub/a@b");
    }
}
