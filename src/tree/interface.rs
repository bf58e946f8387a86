//! The interface of a tree: listing paths and reading content.

use super::entry::{EntryKind, OwnedEntry};
use super::visitor::Visitor;
use crate::error::Result;
use crate::path::RepoPath;

/// The result of reading with a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The whole content; for a link its target as stored.
    Whole(Vec<u8>),
    /// The content is larger than the limit; this is its size in bytes.
    TooLarge(u64),
}

/// The kind of a name in a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChildKind {
    /// A directory, possibly empty.
    Directory,
    /// A path that the tree lists.
    Entry(EntryKind),
}

/// A name directly in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// The path from the root of the tree.
    pub path: RepoPath,
    /// The kind of the entry.
    pub kind: ChildKind,
}

/// A set of paths with content, such as the git index, a commit or the disk.
pub trait Tree {
    /// Passes every path to `visitor` once, in an order that depends only on the content.
    ///
    /// # Errors
    /// Undecided if the listing cannot be read to its end; the caller must then discard what the visitor received.
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()>;

    /// Reads the content of a file or the target of a link that this tree listed.
    ///
    /// # Errors
    /// Undecided if the content is missing or cannot be read.
    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content>;

    /// Reads the whole content; `None` if it is larger than the limit or cannot be read.
    fn whole(&self, entry: &OwnedEntry, limit: u64) -> Option<Vec<u8>> {
        match self.read(entry, limit) {
            Ok(Content::Whole(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// Announces what the caller will probably read, so that a tree with expensive reads can read it all at once.
    fn prefetch(&self, entries: &[&OwnedEntry], limit: u64) {
        let _ = (entries, limit);
    }

    /// Returns the names directly in a directory, sorted; `None` for a tree that is a flat list, where visiting is as
    /// cheap. A nested repository is one name without children.
    fn children(&self, directory: &RepoPath) -> Option<Vec<Child>> {
        let _ = directory;
        None
    }

    /// Returns the size of each entry's content in bytes, in the same order; `None` where it is unknown.
    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        entries.iter().map(|entry| entry.size).collect()
    }
}
