//! The interface of a tree: listing paths and reading content.

use super::entry::{EntryKind, OwnedEntry};
use super::visitor::Visitor;
use crate::error::Result;
use crate::path::RepoPath;

/// Content that was read, at most as many bytes as were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The whole content; for a link the target as it is stored.
    Whole(Vec<u8>),
    /// The content is larger than the limit: its size in bytes.
    TooLarge(u64),
}

/// What is directly in a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChildKind {
    /// A directory, perhaps one that holds nothing.
    Directory,
    /// A path that the tree shows.
    Entry(EntryKind),
}

/// A name in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Its path from the root of the tree.
    pub path: RepoPath,
    /// What it is.
    pub kind: ChildKind,
}

/// A set of paths with content.
pub trait Tree {
    /// Shows every path once, in an order that depends on the content alone.
    ///
    /// # Errors
    /// Undecided if the listing cannot be read to its end; what was shown is then worth nothing.
    fn visit(&self, visitor: &mut dyn Visitor) -> Result<()>;

    /// Reads the content of a file or the target of a link that this tree has shown.
    ///
    /// # Errors
    /// Undecided if the content is missing or cannot be read.
    fn read(&self, entry: &OwnedEntry, limit: u64) -> Result<Content>;

    /// Is told what will probably be read, so that a tree for which each read is expensive can do it at once.
    fn expect(&self, entries: &[&OwnedEntry], limit: u64) {
        let _ = (entries, limit);
    }

    /// What lies directly in a directory, by name; `None` where the tree is a flat list, of which everything below a
    /// directory is shown as easily. What belongs to a nested repository is the repository itself.
    fn children(&self, directory: &RepoPath) -> Option<Vec<Child>> {
        let _ = directory;
        None
    }

    /// The sizes of these entries' content in bytes, in the same order; `None` where it cannot be known.
    fn sizes(&self, entries: &[OwnedEntry]) -> Vec<Option<u64>> {
        entries.iter().map(|entry| entry.size).collect()
    }
}
