//! Where libvosk is looked for, and what to say when it is nowhere.

use std::path::{Path, PathBuf};

/// Names the library file (or its folder) and wins over every other place.
pub const LIBRARY_VARIABLE: &str = "HEYROOM_LIBVOSK";

/// libvosk is not to be found, or does not fit this machine.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0}\nlibvosk does the speech recognition. To get it, run scripts/fetch-libvosk in heyroom's folder, or set \
     {LIBRARY_VARIABLE} to the file ({name}) if you have it.",
    name = vosk_dynload::library_name()
)]
pub struct LibraryError(#[from] vosk_dynload::LoadError);

/// Loads libvosk once per process and returns the file it came from.
///
/// # Errors
///
/// [`LibraryError`] with every place that was tried.
pub fn load() -> Result<&'static Path, LibraryError> {
    let file = vosk_dynload::load(&candidates())?;
    // libvosk writes to stderr directly; what it says of an error, heyroom says in its own words.
    // SAFETY: takes an integer and keeps no reference.
    unsafe {
        vosk_dynload::vosk_set_log_level(if tracing::enabled!(tracing::Level::TRACE) { 0 } else { -3 })
    };
    Ok(file)
}

/// The places in order: the operator's word, beside the program (packaged or portable), the source tree, the system.
fn candidates() -> Vec<PathBuf> {
    if let Some(named) = std::env::var_os(LIBRARY_VARIABLE).filter(|value| !value.is_empty()) {
        // Named outright: anything else would hide the mistake when the name is wrong.
        return vec![PathBuf::from(named)];
    }
    let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
    let beside =
        beside.into_iter().flat_map(|dir| [dir.clone(), dir.join("../lib/heyroom"), dir.join("../lib")]);
    let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor/vosk").join(platform);
    beside
        .map(|dir| dir.join(vosk_dynload::library_name()))
        .chain([source.join(vosk_dynload::library_name()), PathBuf::from(vosk_dynload::library_name())])
        .collect()
}
