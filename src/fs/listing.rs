//! Listing single directories.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs;
use std::path::{Path, PathBuf};

use super::directory::{DirectoryEntry, DirectoryHandle};
use super::metadata::is_absence;
use crate::error::{Error, Result};
use crate::path::{bytes_to_path, display};

/// The entries of a directory, sorted by name; `None` if it does not exist. A link to a directory is followed.
///
/// # Errors
/// Undecided if it exists but cannot be listed.
pub fn list_directory(directory: &Path) -> Result<Option<Vec<DirectoryEntry>>> {
    let failed = |error| Error::undecided(format!("failed to list `{}`", display(directory))).cause(error);
    let mut entries = match DirectoryHandle::open(directory).and_then(|mut opened| opened.list()) {
        Ok(entries) => entries,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(entries))
}

/// The paths of a directory's entries, sorted; empty if the directory cannot be listed.
#[must_use]
pub fn list_paths(directory: &Path) -> Vec<PathBuf> {
    let entries = list_directory(directory).ok().flatten().unwrap_or_default();
    entries.iter().map(|entry| directory.join(bytes_to_path(&entry.name))).collect()
}

/// Whether this is a directory without entries.
#[must_use]
pub fn is_empty_directory(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}
