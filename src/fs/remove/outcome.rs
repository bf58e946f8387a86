//! What a deletion did.

use crate::fs::own_names::CONDEMNED_MARK;

/// The file that makes a directory an environment.
pub(in crate::fs) const SETTINGS_FILE: &[u8] = b"pyvenv.cfg";

/// What is deleted last in a directory, in this order, so that what a killed process leaves is known for what it is: still
/// hidden from git, still an environment or a cache, still marked.
pub(super) const LAST: [&[u8]; 6] =
    [b"SOURCES.txt", b"PKG-INFO", b"CACHEDIR.TAG", b".gitignore", SETTINGS_FILE, CONDEMNED_MARK];

/// The result of a deletion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemovedTree {
    /// How many files, links and directories were deleted.
    pub removed: u64,
    /// What could not be deleted, sorted by path.
    pub kept: Vec<KeptEntry>,
    /// The directory is a mount point: it stays, and nothing is in it any more.
    pub is_mounted: bool,
}

/// Something that could not be deleted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptEntry {
    /// Its path relative to the directory to delete, as bytes; empty for that directory.
    pub path: Vec<u8>,
    /// The reason given by the system.
    pub reason: String,
}
