//! Where paths of the command line lead.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs;
use std::path::{Component, Path, PathBuf};

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
