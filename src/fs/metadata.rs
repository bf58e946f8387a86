//! Metadata of files and directories: whether they exist, of which kind they are, when they were changed, and what
//! identifies them.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Whether something exists at this path, even a dangling link.
#[must_use]
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether nothing exists at this path, as far as the system says: not where it may not be looked at.
#[must_use]
pub fn is_absent(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| is_absence(&error))
}

/// Whether an error means that a file does not exist.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// The directory of a path, as it can be opened: `.` for a name alone.
pub(super) fn parent_or_current(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether this is a symbolic link.
#[must_use]
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_symlink())
}

/// Whether this is a directory or a link to one.
#[must_use]
pub fn is_directory(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Why nobody can execute what is at this path, with links followed, as a predicate: `is empty`. `None` if somebody may and
/// if nothing is there. Whether this process may is another question.
#[must_use]
pub fn not_executable(path: &Path) -> Option<&'static str> {
    let metadata = fs::metadata(path).ok()?;
    match () {
        () if metadata.is_dir() => Some("is a directory"),
        () if !metadata.is_file() => Some("is not a regular file"),
        () if metadata.len() == 0 => Some("is empty"),
        () if !anybody_may_execute(&metadata) => Some("is not executable"),
        () => None,
    }
}

#[cfg(unix)]
fn anybody_may_execute(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn anybody_may_execute(_: &Metadata) -> bool {
    true
}

/// Whether a path is, or would be created, on a file system from which nothing can be executed (mounted `noexec`).
#[must_use]
pub fn is_on_noexec_mount(path: &Path) -> bool {
    path.ancestors().find(|path| fs::metadata(path).is_ok()).is_some_and(forbids_execution)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn forbids_execution(path: &Path) -> bool {
    use rustix::fs::StatVfsMountFlags;
    rustix::fs::statvfs(path).is_ok_and(|mount| mount.f_flag.contains(StatVfsMountFlags::NOEXEC))
}

/// `statvfs` does not report it there.
#[cfg(target_vendor = "apple")]
fn forbids_execution(path: &Path) -> bool {
    /// `MNT_NOEXEC` of `<sys/mount.h>`.
    const MOUNTED_NOEXEC: u32 = 0x4;
    rustix::fs::statfs(path).is_ok_and(|mount| mount.f_flags & MOUNTED_NOEXEC != 0)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn forbids_execution(_: &Path) -> bool {
    false
}

/// What identifies a file or directory under any path; see [`identity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    #[cfg(unix)]
    pub(super) fn new(device: u64, inode: u64) -> Self {
        Self { device, inode }
    }

    /// The device, which may have another number when the system restarts.
    #[must_use]
    pub fn device(self) -> u64 {
        self.device
    }

    /// The part that stays the same when the system restarts.
    #[must_use]
    pub fn number(self) -> u64 {
        self.inode
    }
}

/// The identity of a directory, which stays the same when it is renamed; `None` if it is not a directory, and on
/// systems without inode numbers.
#[must_use]
pub fn identity(directory: &Path) -> Option<Identity> {
    identity_of(&fs::symlink_metadata(directory).ok().filter(Metadata::is_dir)?)
}

/// Whether an open file is the one at a path; also where the system has no inode numbers and cannot tell.
pub(super) fn is_same_open_file(file: &fs::File, path: &Path) -> bool {
    let (open, there) = (file.metadata().ok(), fs::symlink_metadata(path).ok());
    there.is_some_and(|there| open.as_ref().and_then(identity_of) == identity_of(&there))
}

#[cfg(unix)]
pub(super) fn identity_of(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some(Identity { device: metadata.dev(), inode: metadata.ino() })
}

#[cfg(not(unix))]
pub(super) fn identity_of(_: &Metadata) -> Option<Identity> {
    None
}

/// Numbers that change when a file changes: its size in bytes, its modification time in nanoseconds since 1970, and its
/// inode number or 0. Links are followed. `None` if there is no file.
#[must_use]
pub fn file_stamp(path: &Path) -> Option<[u64; 3]> {
    let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let modified = u64::try_from(modified.as_nanos()).unwrap_or(u64::MAX);
    Some([metadata.len(), modified, identity_of(&metadata).map_or(0, |identity| identity.inode)])
}

/// The times of a file or directory, as far as its file system keeps them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// When it was created.
    pub created: Option<SystemTime>,
    /// When its content was changed; for a directory, when an entry was added, renamed or removed.
    pub modified: Option<SystemTime>,
    /// When it was read. Many systems update this only once a day (`relatime`), some never.
    pub accessed: Option<SystemTime>,
}

/// The times of a file or directory, or of what a link points to; none if it does not exist.
#[must_use]
pub fn times(path: &Path) -> Times {
    let Ok(metadata) = fs::metadata(path) else { return Times::default() };
    Times {
        created: metadata.created().ok(),
        modified: metadata.modified().ok(),
        accessed: metadata.accessed().ok(),
    }
}

/// When the content of a file was last changed, or another file took its place: the later of the times of both that its file
/// system keeps, of which one can be set back, but the other (`st_ctime`) cannot. Links are followed. `None` if it does not
/// exist.
#[must_use]
pub fn last_changed(path: &Path) -> Option<SystemTime> {
    let metadata = fs::metadata(path).ok()?;
    let modified = metadata.modified().ok();
    status_changed(&metadata).max(modified)
}

#[cfg(unix)]
fn status_changed(metadata: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    UNIX_EPOCH.checked_add(std::time::Duration::new(seconds, nanoseconds))
}

/// Elsewhere, a file that takes the place of another one was at least created.
#[cfg(not(unix))]
fn status_changed(metadata: &Metadata) -> Option<SystemTime> {
    metadata.created().ok()
}
