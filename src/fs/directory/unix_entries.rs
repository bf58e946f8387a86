//! System calls that list directories, and that say what they are.

use std::ffi::CStr;

use rustix::fd::BorrowedFd;
use rustix::fs::{AtFlags, Dir, FileType, Stat, fstat, statat};
use rustix::io::Errno;

use super::entry::{DirectoryEntry, FileKind};

/// What decides whether a directory is entered, and whose it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct DirectoryStatus {
    /// The device.
    pub(super) device: u64,
    /// Whether something is mounted there, also from the same file system; `false` where only devices tell.
    pub(super) is_mount_point: bool,
    /// The owner.
    pub(super) owner: u32,
}

/// Reads all entries but `.` and `..`, in the order of the system.
pub(super) fn read_entries(directory: &mut Dir) -> Result<Vec<DirectoryEntry>, Errno> {
    let mut entries = Vec::new();
    while let Some(entry) = directory.read() {
        let entry = entry?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        let file_type = match entry.file_type() {
            // Some file systems do not return the type together with the name.
            FileType::Unknown => match statat(directory.fd()?, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(status) => FileType::from_raw_mode(status.st_mode),
                // Deleted in the meantime.
                Err(Errno::NOENT) => continue,
                Err(error) => return Err(error),
            },
            known => known,
        };
        entries.push(DirectoryEntry { name: name.to_bytes().to_vec(), kind: kind(file_type) });
    }
    Ok(entries)
}

/// Calls a function with each name and type that a directory has, until it fails. Names are not copied: rustix's [`Dir`]
/// allocates each of them.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn each_entry(
    directory: BorrowedFd<'_>,
    mut call: impl FnMut(&CStr, FileType) -> Result<(), Errno>,
) -> Result<(), Errno> {
    /// As much as glibc reads at a time.
    const LENGTH: usize = 32 * 1024;
    thread_local! {
        static BUFFER: std::cell::Cell<Vec<u8>> = const { std::cell::Cell::new(Vec::new()) };
    }
    // A call that lists another directory gets a buffer of its own.
    let mut buffer = BUFFER.take();
    buffer.reserve(LENGTH);
    let mut entries = rustix::fs::RawDir::new(directory, buffer.spare_capacity_mut());
    let mut result = Ok(());
    while let (Ok(()), Some(entry)) = (result, entries.next()) {
        result = entry.and_then(|entry| call(entry.file_name(), entry.file_type()));
    }
    BUFFER.set(buffer);
    result
}

/// Calls a function with each name and type that a directory has, until it fails.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn each_entry(
    directory: BorrowedFd<'_>,
    mut call: impl FnMut(&CStr, FileType) -> Result<(), Errno>,
) -> Result<(), Errno> {
    let mut entries = Dir::read_from(directory)?;
    while let Some(entry) = entries.read() {
        let entry = entry?;
        call(entry.file_name(), entry.file_type())?;
    }
    Ok(())
}

/// The device and the owner of a directory, and whether it is a mount point, also of a bind mount from the same file
/// system.
#[cfg(target_os = "linux")]
pub(super) fn directory_status(directory: BorrowedFd<'_>) -> Result<DirectoryStatus, Errno> {
    use rustix::fs::{StatxAttributes, StatxFlags, makedev, statx};
    match statx(directory, c"", AtFlags::EMPTY_PATH, StatxFlags::UID) {
        Ok(status) => Ok(DirectoryStatus {
            device: makedev(status.stx_dev_major, status.stx_dev_minor),
            is_mount_point: status.stx_attributes.contains(StatxAttributes::MOUNT_ROOT),
            owner: status.stx_uid,
        }),
        // Before Linux 4.11, and where a sandbox forbids it.
        Err(_) => directory_status_of(&fstat(directory)?),
    }
}

/// The device and the owner of a directory.
#[cfg(not(target_os = "linux"))]
pub(super) fn directory_status(directory: BorrowedFd<'_>) -> Result<DirectoryStatus, Errno> {
    directory_status_of(&fstat(directory)?)
}

// The types of these numbers differ between systems.
#[allow(clippy::unnecessary_cast, clippy::unnecessary_wraps, reason = "they are other types elsewhere")]
fn directory_status_of(status: &Stat) -> Result<DirectoryStatus, Errno> {
    Ok(DirectoryStatus { device: status.st_dev as u64, is_mount_point: false, owner: status.st_uid })
}

pub(super) fn kind(file_type: FileType) -> FileKind {
    match file_type {
        FileType::Directory => FileKind::Directory,
        FileType::Symlink => FileKind::Link,
        FileType::RegularFile => FileKind::File,
        _ => FileKind::Other,
    }
}
