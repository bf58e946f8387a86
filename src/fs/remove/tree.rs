//! The entry point of a deletion on every system.

use std::path::Path;

use super::outcome::RemovedTree;
use super::place::DirectoryPlace;
#[cfg(not(unix))]
use super::portable as system;
#[cfg(unix)]
use super::unix as system;
use crate::error::Result;
use crate::fs::metadata::Identity;
use crate::ports::Progress;

impl DirectoryPlace {
    /// Deletes the directory with everything in it, if it is the one that is expected: what is asked about is the
    /// directory that is open and will be deleted, not what a path leads to.
    ///
    /// No link is followed, not even one that replaces a directory during the deletion; mount points below are kept.
    /// Read-only directories are made writable. What cannot be deleted is reported, and everything else is deleted all
    /// the same. `progress` counts every deleted file and directory.
    ///
    /// # Errors
    /// Action if it is no directory, another one, or cannot be opened; nothing was deleted then.
    pub fn remove_tree(
        &self,
        is_expected: &dyn Fn(Option<Identity>) -> bool,
        progress: &dyn Progress,
    ) -> Result<RemovedTree> {
        let mut outcome = system::remove(self, is_expected, progress)?;
        outcome.kept.sort();
        Ok(outcome)
    }
}

/// Deletes the directory at a path, whichever it is, as [`DirectoryPlace::remove_tree`] does.
///
/// # Errors
/// Action if `root` is not a directory or cannot be opened; nothing was deleted then.
pub fn remove_tree(root: &Path, progress: &dyn Progress) -> Result<RemovedTree> {
    DirectoryPlace::at(root)?.remove_tree(&|_| true, progress)
}
