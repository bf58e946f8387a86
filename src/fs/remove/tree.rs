//! The entry point of a deletion on every system.

use std::path::Path;

use super::outcome::RemovedTree;
#[cfg(not(unix))]
use super::portable as system;
#[cfg(unix)]
use super::unix as system;
use crate::error::Result;
use crate::ports::Progress;

/// Deletes a directory with everything in it.
///
/// No link is followed, not even one that replaces a directory during the deletion; mount points below are kept.
/// Read-only directories are made writable. What cannot be deleted is reported, and everything else is deleted all the
/// same. `progress` counts every deleted file and directory.
///
/// # Errors
/// Action if `root` is not a directory or cannot be opened; nothing was deleted then.
pub fn remove_tree(root: &Path, progress: &dyn Progress) -> Result<RemovedTree> {
    let mut outcome = system::remove(root, progress)?;
    outcome.kept.sort();
    Ok(outcome)
}
