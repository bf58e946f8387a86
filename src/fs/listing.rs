//! Listing single directories.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs;
use std::path::{Path, PathBuf};

use super::directory::{DirectoryEntry, DirectoryHandle, FileKind};
use super::metadata::is_absence;
use super::own_names::is_staging_name;
use crate::error::{Error, Result};
use crate::path::{bytes_to_path, display};

/// Files with which people keep an otherwise empty directory in git, and the one that macOS adds to directories that were
/// looked at.
const PLACEHOLDERS: [&[u8]; 4] = [b".gitkeep", b".keep", b".gitignore", b".DS_Store"];

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

/// Whether this is a directory in which an environment can be made: empty, but for files that keep it in git and what a
/// killed run left there.
#[must_use]
pub fn is_vacant_directory(path: &Path) -> bool {
    let Ok(mut opened) = DirectoryHandle::open_no_follow(path) else { return false };
    let is_left = |entry: &DirectoryEntry| entry.kind == FileKind::Directory && is_staging_name(&entry.name);
    opened.list().is_ok_and(|entries| entries.iter().all(|entry| is_placeholder(entry) || is_left(entry)))
}

/// Whether an entry only keeps its directory in git.
pub(super) fn is_placeholder(entry: &DirectoryEntry) -> bool {
    entry.kind == FileKind::File && is_placeholder_name(&entry.name)
}

/// Whether a file of this name only keeps the directory that it is in in git, or was left there by macOS.
#[must_use]
pub fn is_placeholder_name(name: &[u8]) -> bool {
    PLACEHOLDERS.contains(&name)
}
