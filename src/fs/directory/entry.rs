//! What a directory handle returns for the entries of a directory.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

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

/// Which file an entry is, and when it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    /// The device, or 0 on systems without inode numbers.
    pub(in crate::fs) device: u64,
    /// The inode number, or 0 on systems without.
    pub(in crate::fs) inode: u64,
    /// Bytes of content; for a link, the length of its target's path.
    pub(in crate::fs) size: u64,
    /// When the content was changed, which programs can set back: seconds since 1970, and nanoseconds.
    pub(in crate::fs) modified: (i64, i64),
    /// When anything of it was changed, which nobody can set back: also its owner, its mode, and which names it has.
    pub(in crate::fs) changed: (i64, i64),
}

/// The most seconds between the end of writing a file and the last change of anything else of it, where nothing was done
/// with it since it was written.
const WRITING: i64 = 2;

impl FileStamp {
    /// Whether nothing was done with the file since its content was written: not even copied with its times.
    #[must_use]
    pub fn is_as_written(&self) -> bool {
        (self.changed.0 - self.modified.0).abs() <= WRITING
    }

    /// Whether nothing of the file was changed since another was written. What was changed in the same moment, as finely
    /// as the file system has it, counts as changed since.
    #[must_use]
    pub fn is_older_than(&self, written: &Self) -> bool {
        self.changed < written.modified.min(written.changed)
    }

    /// When the content was changed, to the second.
    #[must_use]
    pub fn modified_at(&self) -> SystemTime {
        time_of(self.modified.0)
    }

    /// Whether nothing took the place of the file and what differs is at most who has it, who may use it, and how many
    /// names it has; unless a program set the modification time back.
    #[must_use]
    pub fn has_same_content(&self, other: Self) -> bool {
        Self { changed: self.changed, ..other } == *self
    }
}

/// The time that is a number of seconds since 1970.
pub(in crate::fs) fn time_of(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = match seconds {
        0.. => UNIX_EPOCH.checked_add(distance),
        _ => UNIX_EPOCH.checked_sub(distance),
    };
    time.unwrap_or(UNIX_EPOCH)
}

/// The size of an entry, whether it may have other names, and its age.
#[derive(Debug, Clone, Copy)]
pub(in crate::fs) struct FileSize {
    /// Its kind; the size of a directory is not that of its content.
    pub(in crate::fs) kind: FileKind,
    /// Bytes of content; for a link, the length of its target's path.
    pub(in crate::fs) bytes: u64,
    /// Device and inode if the file has more than one name.
    pub(in crate::fs) shared: Option<(u64, u64)>,
    /// How many names it has.
    pub(in crate::fs) links: u64,
    /// When its content was changed, in seconds since 1970.
    pub(in crate::fs) modified: i64,
}

/// What is known of an entry without opening it, or of an open file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fs) struct EntryStatus {
    /// Its kind.
    pub(in crate::fs) kind: FileKind,
    /// Which file it is and when it was changed.
    pub(in crate::fs) stamp: FileStamp,
    /// The permissions; 0 where the system has none.
    pub(in crate::fs) mode: u32,
    /// The owner; 0 where the system has none.
    pub(in crate::fs) owner: u32,
    /// The group; 0 where the system has none.
    pub(in crate::fs) group: u32,
    /// How many names it has.
    pub(in crate::fs) links: u64,
}
