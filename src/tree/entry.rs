//! The paths of a tree and what they name.

use super::object_id::ObjectId;
use crate::path::RepoPath;

/// What kind of thing a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A regular file (git modes 100644, and 100664 of old repositories).
    File,
    /// A regular file that may be executed (git mode 100755).
    Executable,
    /// A symbolic link (git mode 120000), on the disk also a Windows junction.
    Link,
    /// A submodule (git mode 160000), or a nested repository on the disk: its content is not ours.
    Submodule,
}

impl EntryKind {
    /// Reads a git file mode; `None` for a directory and for modes git does not write.
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

    /// Says whether this is a regular file, executable or not.
    #[must_use]
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// One path of a tree, borrowed from whatever holds it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Path bytes relative to the root of the tree, as [`RepoPath`] has them.
    pub path: &'a [u8],
    /// What the path names.
    pub kind: EntryKind,
    /// The raw name of the blob that holds the content; empty where git does not know it. It is copied only
    /// for what is kept, because a million entries pass by for each one that is.
    pub id: &'a [u8],
    /// Content size in bytes, where it is known without reading an object.
    pub size: Option<u64>,
}

/// One path of a tree, kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedEntry {
    /// The path.
    pub path: RepoPath,
    /// What the path names.
    pub kind: EntryKind,
    /// The blob that holds the content, where git knows it.
    pub id: Option<ObjectId>,
    /// Content size in bytes, where it is known without reading an object.
    pub size: Option<u64>,
}

impl OwnedEntry {
    /// Keeps a borrowed entry; `None` if its path could leave the root (a crafted tree or index).
    #[must_use]
    pub fn keep(entry: &Entry<'_>) -> Option<Self> {
        let path = RepoPath::new(entry.path).ok()?;
        Some(Self { path, kind: entry.kind, id: ObjectId::new(entry.id), size: entry.size })
    }

    /// The entry as a tree shows it.
    #[must_use]
    pub fn borrowed(&self) -> Entry<'_> {
        let id = self.id.as_ref().map_or(&[][..], ObjectId::as_bytes);
        Entry { path: self.path.as_bytes(), kind: self.kind, id, size: self.size }
    }
}
