//! Where paths of the command line lead.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};

/// Takes `.` and `..` out of a path by its text alone.
#[must_use]
pub fn plain_path(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Resolves the links in a path's directories, but not a link that the path itself names: git tracks the
/// link, not what it leads to. `None` if a directory is missing.
#[must_use]
pub fn real_directory_path(path: &Path) -> Option<PathBuf> {
    let plain = plain_path(path);
    match (plain.parent(), plain.file_name()) {
        (Some(parent), Some(name)) => Some(fs::canonicalize(parent).ok()?.join(name)),
        _ => fs::canonicalize(&plain).ok(),
    }
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

/// What a directory is known by under any name; see [`identity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
}

/// What a directory is known by, so that it is still known after it was renamed; `None` for what is no directory, and
/// where the system does not tell.
#[cfg(unix)]
#[must_use]
pub fn identity(directory: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::symlink_metadata(directory).ok().filter(fs::Metadata::is_dir)?;
    Some(Identity { device: metadata.dev(), inode: metadata.ino() })
}

/// As on other systems, where it is not known.
#[cfg(not(unix))]
#[must_use]
pub fn identity(_: &Path) -> Option<Identity> {
    None
}

/// Makes a directory and those above it.
///
/// # Errors
/// Action if it is not there afterwards.
pub fn make_directory(path: &Path) -> Result<()> {
    let failed = |error| Error::action(format!("failed to make `{}`", path.display())).cause(error);
    fs::create_dir_all(path).map_err(failed)
}
