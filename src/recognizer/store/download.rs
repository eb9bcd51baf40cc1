//! Downloads that go on where they stopped and are checked before use.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::StreamExt;
use md5::Md5;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::{
    StoreError,
    catalog::reason,
    manifest::{HashWriter, hex},
};

const REMEDY: &str =
    "Run the same command again: what was fetched is kept, and the download goes on from there";

/// What a file must hash to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// MD5 in hexadecimal: what the official list carries.
    Md5(String),
    /// SHA-256 in hexadecimal.
    Sha256(String),
}

pub(super) fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("heyroom/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(Duration::from_secs(60));
    builder.build().unwrap_or_default()
}

/// Fetches `url` into `target`, going on with a part that an earlier call left, and checks it.
///
/// `progress` is told the bytes so far and, where known, the bytes in all.
///
/// # Errors
///
/// [`StoreError::Fetch`] (what was fetched is kept), [`StoreError::Checksum`] (the file is removed), [`StoreError::Io`].
pub async fn download(
    url: &str,
    target: &Path,
    checksum: Option<&Checksum>,
    progress: impl Fn(u64, Option<u64>),
) -> Result<(), StoreError> {
    let part = part_of(target);
    let have = tokio::fs::metadata(&part).await.map_or(0, |meta| meta.len());
    let failed = |reason: String| StoreError::Fetch { url: url.to_owned(), reason, remedy: REMEDY };

    let mut request = client().get(url);
    if have > 0 {
        request = request.header(reqwest::header::RANGE, format!("bytes={have}-"));
    }
    let response = request.send().await.map_err(|error| failed(reason(&error)))?;
    let resumed = response.status() == reqwest::StatusCode::PARTIAL_CONTENT;
    // The part may already be the whole file: then there is nothing behind its end.
    let complete = response.status() == reqwest::StatusCode::RANGE_NOT_SATISFIABLE;
    if !complete {
        let response = response.error_for_status().map_err(|error| failed(reason(&error)))?;
        let mut done = if resumed { have } else { 0 };
        let total = response.content_length().map(|rest| done + rest);
        let mut options = tokio::fs::OpenOptions::new();
        options.create(true).write(true).append(resumed).truncate(!resumed);
        let mut file = options.open(&part).await.map_err(StoreError::io(&part))?;
        let mut body = response.bytes_stream();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| failed(reason(&error)))?;
            file.write_all(&chunk).await.map_err(StoreError::io(&part))?;
            done += chunk.len() as u64;
            progress(done, total);
        }
        file.flush().await.map_err(StoreError::io(&part))?;
        if total.is_some_and(|total| done < total) {
            return Err(failed("the connection ended early".to_owned()));
        }
    }

    if let Some(checksum) = checksum
        && let Err(problem) = check(&part, checksum)?
    {
        let _ = tokio::fs::remove_file(&part).await;
        return Err(StoreError::Checksum { file: target.to_owned(), problem });
    }
    tokio::fs::rename(&part, target).await.map_err(StoreError::io(target))
}

fn part_of(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn check(file: &Path, checksum: &Checksum) -> Result<Result<(), String>, StoreError> {
    let (wanted, found) = match checksum {
        Checksum::Md5(sum) => (sum, hash::<Md5>(file)?),
        Checksum::Sha256(sum) => (sum, hash::<Sha256>(file)?),
    };
    if wanted.eq_ignore_ascii_case(&found) {
        return Ok(Ok(()));
    }
    Ok(Err(format!("checksum {found} instead of {wanted}")))
}

fn hash<D: Digest>(file: &Path) -> Result<String, StoreError> {
    let mut hasher = D::new();
    let mut input = std::fs::File::open(file).map_err(StoreError::io(file))?;
    std::io::copy(&mut input, &mut HashWriter(&mut hasher)).map_err(StoreError::io(file))?;
    Ok(hex(&hasher.finalize()))
}
