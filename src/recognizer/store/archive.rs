//! Unpacks a model's archive so that a half unpacked model is never seen.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use zip::ZipArchive;

use super::{Manifest, StoreError, inspect};

/// Unpacks the zip `archive` into a new folder inside `folder` and returns that folder, named as in the archive.
///
/// The model is unpacked beside its place, checked, and only then renamed.
///
/// # Errors
///
/// [`StoreError::Archive`] when it is no archive of one model, [`StoreError::Model`] when the model is not whole.
pub fn unpack(archive: &Path, folder: &Path) -> Result<PathBuf, StoreError> {
    let wrong = |problem: String| StoreError::Archive { file: archive.to_owned(), problem };
    let file = File::open(archive).map_err(StoreError::io(archive))?;
    let mut zip = ZipArchive::new(file).map_err(|error| wrong(error.to_string()))?;

    fs::create_dir_all(folder).map_err(StoreError::io(folder))?;
    let staging =
        tempfile::Builder::new().prefix(".unpacking-").tempdir_in(folder).map_err(StoreError::io(folder))?;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(|error| wrong(error.to_string()))?;
        let inside = entry.name().map_or_else(|_| format!("number {index}"), |name| name.into_owned());
        let name =
            entry.enclosed_name().ok_or_else(|| wrong(format!("it holds the unsafe path {inside}")))?;
        let path = staging.path().join(name);
        if entry.is_dir() {
            fs::create_dir_all(&path).map_err(StoreError::io(&path))?;
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(StoreError::io(parent))?;
        }
        let mut out = File::create(&path).map_err(StoreError::io(&path))?;
        io::copy(&mut entry, &mut out)
            .map_err(|error| wrong(format!("{inside} cannot be unpacked ({error})")))?;
    }

    let model = the_folder(staging.path())
        .map_err(StoreError::io(staging.path()))?
        .ok_or_else(|| wrong("it must hold one folder with the model".to_owned()))?;
    inspect(&model)?;
    let manifest = Manifest::of(&model).map_err(StoreError::io(&model))?;
    manifest.write(&model).map_err(StoreError::io(&model))?;

    let target = folder.join(model.file_name().unwrap_or_default());
    // An older copy goes out of the way first and is removed only when the new one is in place.
    let older = staging.path().join(".older");
    if target.exists() {
        fs::rename(&target, &older).map_err(StoreError::io(&target))?;
    }
    if let Err(error) = fs::rename(&model, &target) {
        let _ = fs::rename(&older, &target);
        return Err(StoreError::Io { path: target, source: error });
    }
    Ok(target)
}

fn the_folder(dir: &Path) -> io::Result<Option<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    Ok(if folders.len() == 1 { folders.pop() } else { None })
}
