//! What the system keeps about a file beside its content: when it was changed, and what tells it from all others.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a file or directory is known by under any name; see [`identity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// The part of it that a restart of the system does not change.
    #[must_use]
    pub fn number(self) -> u64 {
        self.inode
    }
}

/// What a directory is known by, so that it is still known after it was renamed; `None` for what is no directory, and
/// where the system does not tell.
#[must_use]
pub fn identity(directory: &Path) -> Option<Identity> {
    known_by(&fs::symlink_metadata(directory).ok().filter(Metadata::is_dir)?)
}

/// Says whether two paths lead to the same file or directory, however they are spelled: through links, and with other
/// letters' cases where the file system does not tell them apart.
#[must_use]
pub fn is_same(one: &Path, other: &Path) -> bool {
    let known = |path| fs::metadata(path).ok().as_ref().and_then(known_by);
    match (known(one), known(other)) {
        (Some(one), Some(other)) => one == other,
        // Only the path tells.
        _ => fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other)),
    }
}

#[cfg(unix)]
fn known_by(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some(Identity { device: metadata.dev(), inode: metadata.ino() })
}

#[cfg(not(unix))]
fn known_by(_: &Metadata) -> Option<Identity> {
    None
}

/// Numbers that change with a file, to which links are followed: its size in bytes, when it was changed last in
/// nanoseconds since 1970, and its number in the file system where there are such. `None` if there is no file.
#[must_use]
pub fn file_stamp(path: &Path) -> Option<[u64; 3]> {
    let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let modified = u64::try_from(modified.as_nanos()).unwrap_or(u64::MAX);
    Some([metadata.len(), modified, known_by(&metadata).map_or(0, |known| known.inode)])
}

/// The times of a file or directory, as far as its file system keeps them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// When it was made.
    pub created: Option<SystemTime>,
    /// When its content was changed; of a directory, when a name in it was.
    pub modified: Option<SystemTime>,
    /// When it was read; many systems note that only once a day (`relatime`), some never.
    pub accessed: Option<SystemTime>,
}

/// The times of what has this name, which may be a link to it; none if there is nothing.
#[must_use]
pub fn times(path: &Path) -> Times {
    let Ok(metadata) = fs::metadata(path) else { return Times::default() };
    Times {
        created: metadata.created().ok(),
        modified: metadata.modified().ok(),
        accessed: metadata.accessed().ok(),
    }
}
