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

/// What is known of an entry without opening it, or of an open file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fs) struct EntryStatus {
    /// Its kind.
    pub(in crate::fs) kind: FileKind,
    /// Which file it is and when it was written; the same as long as nothing writes to it or takes its place.
    pub(in crate::fs) stamp: EntryStamp,
    /// The permissions; 0 where the system has none.
    pub(in crate::fs) mode: u32,
    /// The owner; 0 where the system has none.
    pub(in crate::fs) owner: u32,
    /// The group; 0 where the system has none.
    pub(in crate::fs) group: u32,
}

/// Device and inode (0 where the system has none), size in bytes, and the time of the last change of the content in
/// seconds and nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fs) struct EntryStamp {
    pub(in crate::fs) device: u64,
    pub(in crate::fs) inode: u64,
    pub(in crate::fs) size: u64,
    pub(in crate::fs) modified: (i64, i64),
}
