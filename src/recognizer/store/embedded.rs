//! The bundled model inside the program: a release build runs from its one file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{BUNDLED, Manifest, StoreError};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../models/vosk-model-room-en/", $name)))),*]
    };
}

const FILES: &[(&str, &[u8])] = files![
    "README",
    "LICENSE.cmusphinx-en-us",
    "manifest.json",
    "am/final.mdl",
    "am/global_cmvn.stats",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/Gr.fst",
    "graph/HCLr.fst",
    "graph/disambig_tid.int",
    "graph/words.txt",
    "graph/phones/word_boundary.int",
];

/// Unpacks the model into `folder` and returns its folder; one that is there and whole is used as it is.
pub fn unpack(folder: &Path) -> Result<PathBuf, StoreError> {
    let target = folder.join(BUNDLED);
    let whole = Manifest::read(&target).ok().flatten().is_some_and(|m| m.check_sizes(&target).is_ok());
    if whole {
        return Ok(target);
    }
    fs::create_dir_all(folder).map_err(StoreError::io(folder))?;
    let staging =
        tempfile::Builder::new().prefix(".unpacking-").tempdir_in(folder).map_err(StoreError::io(folder))?;
    let model = staging.path().join(BUNDLED);
    for (name, bytes) in FILES {
        let path = model.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(StoreError::io(parent))?;
        }
        fs::write(&path, bytes).map_err(StoreError::io(&path))?;
    }
    if target.exists() {
        fs::rename(&target, staging.path().join(".older")).map_err(StoreError::io(&target))?;
    }
    fs::rename(&model, &target).map_err(StoreError::io(&target))?;
    Ok(target)
}
