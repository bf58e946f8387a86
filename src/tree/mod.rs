//! What detection sees: a list of paths, whatever stands behind it.
//!
//! The git index, a commit, the disk and a list in memory all implement [`Tree`], so the same content
//! gives the same environments from each. Nothing here follows a link.

use std::fmt;

use crate::error::Result;
use crate::path::RepoPath;

mod listed;
mod overlay;
mod sieve;

pub use listed::Listed;
pub use overlay::Overlay;
pub use sieve::{Sieve, Sifting};

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

/// The name of a git object: 20 bytes (SHA-1) or 32 bytes (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; 32],
    length: u8,
}

impl ObjectId {
    /// Takes the raw bytes of an object name; `None` unless there are 20 or 32 of them.
    #[must_use]
    #[inline]
    pub fn new(raw: &[u8]) -> Option<Self> {
        if !matches!(raw.len(), 20 | 32) {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self { bytes, length: u8::try_from(raw.len()).ok()? })
    }

    /// Reads the hexadecimal form.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        if !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let digits = text.as_bytes().chunks_exact(2);
        let pairs = digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        Self::new(&pairs.collect::<Option<Vec<u8>>>()?).filter(|_| text.len().is_multiple_of(2))
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Says whether every byte is zero, as in git's "there is no such object".
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.as_bytes().iter().all(|&b| b == 0)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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

/// Receives the paths of a tree.
pub trait Visitor {
    /// Asks whether the paths below `directory` (never the root) are wanted.
    ///
    /// Only trees that have directories ask; a flat list visits everything, so the answer may save work
    /// but must not change the result.
    fn enter(&mut self, directory: &[u8]) -> bool {
        let _ = directory;
        true
    }

    /// What the visitor wants to see; everything, if there is no sieve. A tree that finds it easier may show
    /// more.
    fn sieve(&self) -> Option<Sieve> {
        None
    }

    /// Is told how many paths the sieve kept back, once at the end.
    fn left_out(&mut self, count: u64) {
        let _ = count;
    }

    /// Is told that what was shown so far does not count: the listing begins anew, from another source.
    fn restart(&mut self);

    /// Receives one path.
    fn entry(&mut self, entry: &Entry<'_>);
}

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
