//! What a directory handle returns for the entries of a directory.

/// The kind of an entry; links are not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A directory.
    Directory,
    /// A symbolic link, on Windows also a junction.
    Link,
    /// A regular file.
    File,
    /// A FIFO, a socket or a device.
    Other,
}

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Its name as bytes.
    pub name: Vec<u8>,
    /// Its kind.
    pub kind: FileKind,
}

/// The size of an entry, and whether it may have other names.
#[derive(Debug, Clone, Copy)]
pub(in crate::fs) struct FileSize {
    /// Its kind; the size of a directory is not that of its content.
    pub(in crate::fs) kind: FileKind,
    /// Bytes of content; for a link, the length of its target's path.
    pub(in crate::fs) bytes: u64,
    /// Device and inode if the file has more than one name.
    pub(in crate::fs) shared: Option<(u64, u64)>,
}
