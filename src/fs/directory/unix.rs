//! Directory handles that are file descriptors.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, CWD, Dev, Dir, FileType, Mode, OFlags, fstat, openat, statat};
use rustix::io::Errno;

use super::entry::{DirectoryEntry, FileKind, FileSize};

/// An open directory.
#[derive(Debug)]
pub(in crate::fs) struct DirectoryHandle {
    directory: Dir,
    device: OnceLock<Dev>,
}

impl DirectoryHandle {
    /// Opens a directory by its path, which may be a link to one.
    pub(in crate::fs) fn open(path: &Path) -> io::Result<Self> {
        Self::open_at(CWD, path, OFlags::empty())
    }

    /// Opens a directory by its path. It is an error if the path is a link; links in its parents are followed.
    pub(in crate::fs) fn open_no_follow(path: &Path) -> io::Result<Self> {
        Self::open_at(CWD, path, OFlags::NOFOLLOW)
    }

    /// Opens a subdirectory; a link is an error.
    pub(in crate::fs) fn open_child(&self, name: &[u8]) -> io::Result<Self> {
        Self::open_at(self.descriptor()?, name, OFlags::NOFOLLOW)
    }

    fn open_at(parent: impl AsFd, path: impl rustix::path::Arg + Copy, flags: OFlags) -> io::Result<Self> {
        let descriptor = open_without_access_time(parent, path, flags | OFlags::DIRECTORY)?;
        Ok(Self { directory: Dir::new(descriptor)?, device: OnceLock::new() })
    }

    /// The descriptor, for system calls that take names in this directory.
    pub(in crate::fs) fn descriptor(&self) -> rustix::io::Result<BorrowedFd<'_>> {
        self.directory.fd()
    }

    /// The entries of the directory, in no order.
    pub(in crate::fs) fn list(&mut self) -> io::Result<Vec<DirectoryEntry>> {
        let entries = read_entries(&mut self.directory)?;
        self.directory.rewind();
        Ok(entries)
    }

    /// As [`DirectoryHandle::list`] for a handle that several threads use. It opens the directory once more, because
    /// the position of the next entry belongs to the descriptor.
    pub(in crate::fs) fn list_shared(&self) -> io::Result<Vec<DirectoryEntry>> {
        Ok(read_entries(&mut Dir::read_from(self.descriptor()?)?)?)
    }

    /// Whether a subdirectory is a mount point.
    pub(in crate::fs) fn is_mounted(&self, child: &Self) -> io::Result<bool> {
        Ok(self.device()? != child.device()? || is_mount_point(child.descriptor()?))
    }

    fn device(&self) -> rustix::io::Result<Dev> {
        if let Some(device) = self.device.get() {
            return Ok(*device);
        }
        let device: Dev = fstat(self.descriptor()?)?.st_dev;
        Ok(*self.device.get_or_init(|| device))
    }

    /// The size of an entry.
    pub(in crate::fs) fn size_of(&self, name: &[u8]) -> io::Result<FileSize> {
        let status = statat(self.descriptor()?, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let bytes = u64::try_from(status.st_size).unwrap_or(0);
        let shared = (status.st_nlink > 1).then_some((status.st_dev as u64, status.st_ino as u64));
        Ok(FileSize { kind: kind(FileType::from_raw_mode(status.st_mode)), bytes, shared })
    }
}

/// Reads all entries but `.` and `..`, in the order of the system.
fn read_entries(directory: &mut Dir) -> Result<Vec<DirectoryEntry>, Errno> {
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

/// Whether a directory is a mount point, also of a bind mount from the same file system.
#[cfg(target_os = "linux")]
fn is_mount_point(directory: impl AsFd) -> bool {
    use rustix::fs::{StatxAttributes, StatxFlags, statx};
    statx(directory, c"", AtFlags::EMPTY_PATH, StatxFlags::empty())
        .is_ok_and(|status| status.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

/// Unknown here: only the device can be compared.
#[cfg(not(target_os = "linux"))]
fn is_mount_point(_: impl AsFd) -> bool {
    false
}

fn kind(file_type: FileType) -> FileKind {
    match file_type {
        FileType::Directory => FileKind::Directory,
        FileType::Symlink => FileKind::Link,
        FileType::RegularFile => FileKind::File,
        _ => FileKind::Other,
    }
}

/// Opens a file for reading, without waiting for the other end of a FIFO.
pub(in crate::fs) fn open_file(path: &Path, follow: bool) -> io::Result<File> {
    let flags = if follow { OFlags::empty() } else { OFlags::NOFOLLOW };
    Ok(File::from(open_without_access_time(CWD, path, flags | OFlags::NONBLOCK)?))
}

/// Opens without changing the access time if the system allows that: only the owner may ask for it.
fn open_without_access_time(
    directory: impl AsFd,
    path: impl rustix::path::Arg + Copy,
    flags: OFlags,
) -> rustix::io::Result<OwnedFd> {
    let flags = flags | OFlags::RDONLY | OFlags::CLOEXEC;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    match openat(&directory, path, flags | OFlags::NOATIME, Mode::empty()) {
        Err(Errno::PERM) => {}
        opened => return opened,
    }
    openat(&directory, path, flags, Mode::empty())
}
