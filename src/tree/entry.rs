//! The entries of a tree: a path and what it names.

use super::object_id::ObjectId;
use crate::path::RepoPath;

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A regular file (git modes 100644, and 100664 of old repositories).
    File,
    /// An executable regular file (git mode 100755).
    Executable,
    /// A symbolic link (git mode 120000); on the disk also a Windows junction.
    Link,
    /// A submodule (git mode 160000) or, on the disk, a nested repository: its content is not part of the tree.
    Submodule,
}

impl EntryKind {
    /// Parses a git file mode; `None` for directories and for modes that git does not write.
    ///
    /// Modes: <https://git-scm.com/docs/index-format>.
    #[must_use]
    #[inline]
    pub fn from_mode(mode: u32) -> Option<Self> {
        match mode {
            0o100_644 => Some(Self::File),
            0o100_755 => Some(Self::Executable),
            0o120_000 => Some(Self::Link),
            0o160_000 => Some(Self::Submodule),
            mode if mode & 0o170_000 == 0o100_000 && mode & 0o111 != 0 => Some(Self::Executable),
            mode if mode & 0o170_000 == 0o100_000 => Some(Self::File),
            _ => None,
        }
    }

    /// Returns whether this is a regular file, executable or not.
    #[must_use]
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// A borrowed entry, as trees pass it to visitors.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The path relative to the root of the tree, in the form of [`RepoPath`].
    pub path: &'a [u8],
    /// What the path names.
    pub kind: EntryKind,
    /// The raw id of the content's blob; empty where git has none. Not an [`ObjectId`], because only the few entries
    /// that are kept need a copy.
    pub id: &'a [u8],
    /// The size of the content in bytes, if it is known without reading an object.
    pub size: Option<u64>,
    /// Whether a merge left it with several contents in the index, of which this is the first: which one a commit will
    /// have is not decided (<https://git-scm.com/docs/git-ls-files#_unmerged>).
    pub is_unmerged: bool,
}

/// An owned entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedEntry {
    /// The path.
    pub path: RepoPath,
    /// What the path names.
    pub kind: EntryKind,
    /// The id of the content's blob, if git has one.
    pub id: Option<ObjectId>,
    /// The size of the content in bytes, if it is known without reading an object.
    pub size: Option<u64>,
    /// Whether a merge left it with several contents in the index, of which this is the first: which one a commit will
    /// have is not decided (<https://git-scm.com/docs/git-ls-files#_unmerged>).
    pub is_unmerged: bool,
}

impl OwnedEntry {
    /// Copies a borrowed entry; `None` if its path could leave the root (in a crafted tree or index).
    #[must_use]
    pub fn keep(entry: &Entry<'_>) -> Option<Self> {
        let path = RepoPath::new(entry.path).ok()?;
        let Entry { kind, size, is_unmerged, .. } = *entry;
        Some(Self { path, kind, id: ObjectId::new(entry.id), size, is_unmerged })
    }

    /// Returns the entry as trees pass it to visitors.
    #[must_use]
    pub fn borrowed(&self) -> Entry<'_> {
        let id = self.id.as_ref().map_or(&[][..], ObjectId::as_bytes);
        let (kind, size, is_unmerged) = (self.kind, self.size, self.is_unmerged);
        Entry { path: self.path.as_bytes(), kind, id, size, is_unmerged }
    }
}
