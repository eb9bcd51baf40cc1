//! The list of official models, as their makers publish it.

use serde::Deserialize;

use super::{StoreError, download::client};

/// Where the makers of Vosk publish the list of their models.
const LIST_URL: &str = "https://alphacephei.com/vosk/models/model-list.json";

/// Names another list, for a company's own mirror.
pub const LIST_VARIABLE: &str = "HEYROOM_MODEL_LIST";

/// The official models.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// In the order of the list.
    pub entries: Vec<CatalogEntry>,
}

/// One official model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CatalogEntry {
    /// `vosk-model-small-de-0.15`.
    pub name: String,
    /// Language code: `de`, `en-us`.
    pub lang: String,
    /// Language name.
    #[serde(default)]
    pub lang_text: String,
    /// `small`, `big`, `big-lgraph`, `spk`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// `true` as text for superseded models.
    #[serde(default)]
    pub obsolete: String,
    /// The archive.
    pub url: String,
    /// MD5 of the archive in hexadecimal.
    pub md5: String,
    /// Bytes of the archive.
    pub size: u64,
}

impl Catalog {
    /// Fetches the list.
    ///
    /// # Errors
    ///
    /// [`StoreError::Fetch`].
    pub async fn fetch() -> Result<Self, StoreError> {
        let url = std::env::var(LIST_VARIABLE).unwrap_or_else(|_| LIST_URL.to_owned());
        let failed = |reason: String| StoreError::Fetch {
            url: url.clone(),
            reason,
            remedy: "Is this machine online? Otherwise fetch the model's zip elsewhere and run \
                     `heyroom models install FILE.zip`",
        };
        let response = client().get(&url).send().await.and_then(reqwest::Response::error_for_status);
        let body = response.map_err(|error| failed(reason(&error)))?.bytes().await;
        let body = body.map_err(|error| failed(reason(&error)))?;
        let entries = serde_json::from_slice(&body)
            .map_err(|error| failed(format!("it is no list of models ({error})")))?;
        Ok(Self { entries })
    }

    /// Finds a model by name, or the current small model of a language.
    pub fn find(&self, wanted: &str) -> Option<&CatalogEntry> {
        let by_name = self.entries.iter().find(|entry| entry.name == wanted);
        let current_small = |entry: &&CatalogEntry| entry.kind == "small" && entry.obsolete != "true";
        let same_language = |entry: &&CatalogEntry| {
            entry.lang.eq_ignore_ascii_case(wanted) || entry.lang.split('-').next() == Some(wanted)
        };
        by_name.or_else(|| self.entries.iter().filter(current_small).find(same_language))
    }

    /// The names most like `wanted`, for a message.
    pub fn nearest(&self, wanted: &str) -> Vec<&str> {
        let mut names: Vec<(f64, &str)> = self
            .entries
            .iter()
            .map(|entry| (strsim::jaro_winkler(&entry.name, wanted), entry.name.as_str()))
            .collect();
        names.sort_by(|a, b| b.0.total_cmp(&a.0));
        names.into_iter().take(3).map(|(_, name)| name).collect()
    }
}

/// The innermost cause says what happened ("connection refused"); the outer ones repeat the address.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
