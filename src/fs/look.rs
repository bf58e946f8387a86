//! Looking at single places: what is there, and what is in a directory.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs;
use std::path::{Path, PathBuf};

use super::directory::{Directory, Named};
use super::read::is_absence;
use crate::error::{Error, Result};
use crate::path::{bytes_to_path, display};

/// The names in a directory, sorted; `None` if there is no such directory. A link to a directory is followed.
///
/// # Errors
/// Undecided if it is there but cannot be listed.
pub fn names(directory: &Path) -> Result<Option<Vec<Named>>> {
    let failed = |error| Error::undecided(format!("failed to list `{}`", display(directory))).cause(error);
    let mut named = match Directory::open(directory).and_then(|mut opened| opened.list()) {
        Ok(named) => named,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    named.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(named))
}

/// What a directory holds, by path, sorted; nothing if it cannot be listed.
#[must_use]
pub fn entries_of(directory: &Path) -> Vec<PathBuf> {
    let listed = names(directory).ok().flatten().unwrap_or_default();
    listed.iter().map(|named| directory.join(bytes_to_path(&named.name))).collect()
}

/// Says whether something has this name, be it a dangling link.
#[must_use]
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Says whether this is a directory that holds nothing.
#[must_use]
pub fn is_empty_directory(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

/// Says whether this is a file that may be run.
#[must_use]
pub fn is_executable(path: &Path) -> bool {
    let Ok(metadata) = fs::metadata(path) else { return false };
    #[cfg(unix)]
    let may_run = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may_run = true;
    metadata.is_file() && may_run
}

/// Says whether the name is a link's.
#[must_use]
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_symlink())
}

/// Says whether there is a directory, or a link to one.
#[must_use]
pub fn is_directory(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}
