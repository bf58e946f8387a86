//! What an object leads to.

use crate::tree::ObjectId;

/// What an object leads to, through any tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointed {
    /// This commit.
    Commit(ObjectId),
    /// A file.
    File,
    /// A directory.
    Directory,
    /// Something that this repository does not have.
    Missing,
}
