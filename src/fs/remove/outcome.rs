//! What a deletion did.

/// The file that makes a directory an environment. It is deleted last, so that what a killed process leaves behind is
/// still recognised as an environment.
pub(super) const LAST: &[u8] = b"pyvenv.cfg";

/// The result of a deletion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemovedTree {
    /// How many files, links and directories were deleted.
    pub removed: u64,
    /// What could not be deleted, sorted by path.
    pub kept: Vec<KeptEntry>,
}

/// Something that could not be deleted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptEntry {
    /// Its path relative to the directory to delete, as bytes; empty for that directory.
    pub path: Vec<u8>,
    /// The reason given by the system.
    pub reason: String,
}
