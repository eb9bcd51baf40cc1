//! Whether a file is the operator's alone: nobody else could have written what it says.

use std::path::{Path, PathBuf};

/// Why a file is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Distrust {
    /// The action is not from a file.
    #[error(
        "only a grammar file of the operator may start programs and HTTP requests; put it into a file and name its \
         folder in the settings (assistant.grammars)"
    )]
    NoFile,
    /// The file or a folder above it cannot be looked at.
    #[error("{path} cannot be looked at: {reason}")]
    Unreadable {
        /// What cannot be looked at.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// It belongs to somebody else.
    #[error(
        "{path} belongs to user {owner}, who is neither root nor the one that heyroom runs as (user {runs_as}); \
         `chown {runs_as} {path}`"
    )]
    Owner {
        /// What is owned.
        path: String,
        /// Who owns it.
        owner: u32,
        /// The user that heyroom runs as.
        runs_as: u32,
    },
    /// Others may write it.
    #[error("{path} can be written by others (mode {mode:o}); `chmod go-w {path}`")]
    Writable {
        /// What can be written.
        path: String,
        /// Its mode.
        mode: u32,
    },
}

/// Whether nobody but root and the user that heyroom runs as could have written `file`.
///
/// On Unix the file, its folder and all folders above must belong to one of the two and must not be writable by group
/// or others; above the folder, one where everybody may write but nobody may rename what others own (`/tmp`) will do.
/// On Windows files have no such owner and mode: there the folder's permissions are the operator's business.
///
/// # Errors
///
/// Why not, with the way out.
#[cfg(unix)]
pub fn trusted(file: &Path) -> Result<(), Distrust> {
    let real = canonical(file)?;
    check(&real, false)?;
    // A link stands in a folder of its own.
    let linked = match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => canonical(folder)?,
        None => canonical(Path::new("."))?,
    };
    for folder in [Some(linked.as_path()), real.parent()].into_iter().flatten() {
        for (above, folder) in folder.ancestors().enumerate() {
            check(folder, above > 0)?;
        }
    }
    Ok(())
}

/// See the one for Unix.
///
/// # Errors
///
/// When the file is gone.
#[cfg(not(unix))]
pub fn trusted(file: &Path) -> Result<(), Distrust> {
    canonical(file).map(drop)
}

fn canonical(path: &Path) -> Result<PathBuf, Distrust> {
    std::fs::canonicalize(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Distrust {
    Distrust::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

/// `sticky_will_do`: entries of a sticky folder can be renamed by their owners only.
#[cfg(unix)]
fn check(path: &Path, sticky_will_do: bool) -> Result<(), Distrust> {
    use std::os::unix::fs::MetadataExt;

    let runs_as = rustix::process::geteuid().as_raw();
    let data = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    let (owner, mode, path) = (data.uid(), data.mode() & 0o7777, path.display().to_string());
    if owner != 0 && owner != runs_as {
        return Err(Distrust::Owner { path, owner, runs_as });
    }
    if mode & 0o022 != 0 && !(sticky_will_do && mode & 0o1000 != 0) {
        return Err(Distrust::Writable { path, mode });
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, chown, symlink};

    use super::*;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_file_that_others_could_have_written_is_not_trusted() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("grammars");
        let file = folder.join("en.yaml");
        fs::create_dir(&folder).unwrap();
        mode(&folder, 0o755);
        fs::write(&file, "").unwrap();
        mode(&file, 0o644);
        assert_eq!(trusted(&file), Ok(()));
        for (path, bad, good) in
            [(&file, 0o664, 0o644), (&file, 0o646, 0o600), (&folder, 0o775, 0o755), (&folder, 0o1777, 0o700)]
        {
            mode(path, bad);
            let told = trusted(&file).unwrap_err().to_string();
            assert!(told.contains(&format!("chmod go-w {}", path.display())), "{told}");
            mode(path, good);
            assert_eq!(trusted(&file), Ok(()));
        }
        // Whoever can rename the folder can put another in its place.
        mode(outer.path(), 0o777);
        assert!(matches!(trusted(&file), Err(Distrust::Writable { .. })));
        mode(outer.path(), 0o1777);
        assert_eq!(trusted(&file), Ok(()));
        let gone = trusted(&folder.join("gone.yaml")).unwrap_err();
        assert!(matches!(gone, Distrust::Unreadable { .. }), "{gone}");
        // A link is as good as the worst of the folders it stands in and leads to.
        let open = outer.path().join("open");
        fs::create_dir(&open).unwrap();
        symlink(&file, open.join("link.yaml")).unwrap();
        mode(&open, 0o777);
        assert!(matches!(trusted(&open.join("link.yaml")), Err(Distrust::Writable { .. })));
    }

    #[test]
    fn a_file_of_somebody_else_is_not_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("en.yaml");
        fs::write(&file, "").unwrap();
        mode(&file, 0o644);
        // Only root may give files away.
        if chown(&file, Some(12_345), None).is_ok() {
            let told = trusted(&file).unwrap_err();
            assert!(matches!(&told, Distrust::Owner { owner: 12_345, .. }), "{told}");
        }
    }
}
