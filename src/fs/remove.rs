//! Deletes a directory with all it holds, and nothing else.

use std::path::Path;

use crate::error::Result;
use crate::ports::Progress;

/// The file that makes a directory an environment. It goes last, so that what a killed process leaves is still
/// recognised for what it is.
const LAST: &[u8] = b"pyvenv.cfg";

/// What a removal came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemovedTree {
    /// How many files, links and directories are gone.
    pub removed: u64,
    /// What is still there, sorted by path.
    pub kept: Vec<KeptEntry>,
}

/// Something that could not be deleted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptEntry {
    /// Its bytes relative to the directory that was to be deleted; empty for that directory.
    pub path: Vec<u8>,
    /// The system's reason.
    pub reason: String,
}

/// Deletes a directory with all it holds.
///
/// No link is followed, also none that takes the place of a directory meanwhile; what is mounted below stays. A
/// directory that may not be written is made writable. What cannot be deleted is told, and does not keep the rest.
/// `progress` is told of every file and directory that is gone.
///
/// # Errors
/// Action if `root` is no directory or cannot be opened; nothing was deleted then.
pub fn remove_tree(root: &Path, progress: &dyn Progress) -> Result<RemovedTree> {
    let mut outcome = system::remove(root, progress)?;
    outcome.kept.sort();
    Ok(outcome)
}

#[cfg(unix)]
#[path = "remove/unix.rs"]
mod system;

#[cfg(not(unix))]
#[path = "remove/portable.rs"]
mod system;
