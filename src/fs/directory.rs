//! Directories opened one inside of the other: no link is followed on the way, no path is resolved twice, and where
//! the system allows it no access time changes.
#![cfg_attr(not(unix), expect(clippy::disallowed_methods, reason = "this is a door to the disk"))]

use std::io;

pub(super) use system::{Directory, open_file};
#[cfg(unix)]
pub(super) use system::{each_name, is_mount_point};

/// What a name stands for, before any link is followed.
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

/// A name in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name's bytes.
    pub name: Vec<u8>,
    /// What has the name.
    pub kind: FileKind,
}

/// How large a file or link is, and whether it may have other names.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileSize {
    /// What it is; a directory weighs nothing by itself.
    pub(super) kind: FileKind,
    /// Bytes of content; of a link the length of its target.
    pub(super) bytes: u64,
    /// Tells the file from all others, if it has more than one name.
    pub(super) shared: Option<(u64, u64)>,
}

#[cfg(unix)]
mod system {
    use std::ffi::CStr;
    use std::fs::File;
    use std::path::Path;

    use rustix::fd::{AsFd, OwnedFd};
    use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, openat, statat};
    use rustix::io::Errno;

    use super::{DirectoryEntry, FileKind, FileSize, io};

    /// A directory that is open for reading.
    pub(in crate::fs) struct Directory(Dir);

    impl Directory {
        /// Opens a directory by its path, whose last part may be a link.
        pub(in crate::fs) fn open(path: &Path) -> io::Result<Self> {
            Ok(Self(Dir::new(open_quietly(CWD, path, OFlags::DIRECTORY)?)?))
        }

        /// Opens a directory by its path; a link in its place is an error.
        pub(in crate::fs) fn open_itself(path: &Path) -> io::Result<Self> {
            Ok(Self(Dir::new(open_quietly(CWD, path, OFlags::DIRECTORY | OFlags::NOFOLLOW)?)?))
        }

        /// Opens a directory in this one; a link is an error.
        pub(in crate::fs) fn enter(&self, name: &[u8]) -> io::Result<Self> {
            let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW;
            Ok(Self(Dir::new(open_quietly(self.0.fd()?, name, flags)?)?))
        }

        /// Everything in the directory, in no order.
        pub(in crate::fs) fn list(&mut self) -> io::Result<Vec<DirectoryEntry>> {
            let mut listed = Vec::new();
            each_name(&mut self.0, |name, kind| {
                listed.push(DirectoryEntry { name: name.to_bytes().to_vec(), kind });
            })?;
            Ok(listed)
        }

        /// Says whether a directory in this one is something that is mounted there.
        pub(in crate::fs) fn is_mounted(&self, child: &Self) -> io::Result<bool> {
            let (here, there) = (self.0.fd()?, child.0.fd()?);
            Ok(fstat(here)?.st_dev != fstat(there)?.st_dev || is_mount_point(there))
        }

        /// How large a file or link in this directory is.
        pub(in crate::fs) fn size_of(&self, name: &[u8]) -> io::Result<FileSize> {
            let found = statat(self.0.fd()?, name, AtFlags::SYMLINK_NOFOLLOW)?;
            let bytes = u64::try_from(found.st_size).unwrap_or(0);
            #[allow(clippy::unnecessary_cast, reason = "the types differ from system to system")]
            let shared = (found.st_nlink > 1).then_some((found.st_dev as u64, found.st_ino as u64));
            Ok(FileSize { kind: kind(FileType::from_raw_mode(found.st_mode)), bytes, shared })
        }
    }

    /// Shows each name in a directory but `.` and `..`, in the order of the system.
    pub(in crate::fs) fn each_name(
        directory: &mut Dir,
        mut show: impl FnMut(&CStr, FileKind),
    ) -> Result<(), Errno> {
        while let Some(entry) = directory.read() {
            let entry = entry?;
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            let file_type = match entry.file_type() {
                // Some file systems do not tell it with the name.
                FileType::Unknown => match statat(directory.fd()?, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(found) => FileType::from_raw_mode(found.st_mode),
                    // It has gone away meanwhile.
                    Err(Errno::NOENT) => continue,
                    Err(error) => return Err(error),
                },
                known => known,
            };
            show(name, kind(file_type));
        }
        Ok(())
    }

    /// Says whether something is mounted there, be it a directory of the same file system.
    #[cfg(target_os = "linux")]
    pub(in crate::fs) fn is_mount_point(directory: impl AsFd) -> bool {
        use rustix::fs::{StatxAttributes, StatxFlags, statx};
        statx(directory, c"", AtFlags::EMPTY_PATH, StatxFlags::empty())
            .is_ok_and(|status| status.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
    }

    /// Only the device tells.
    #[cfg(not(target_os = "linux"))]
    pub(in crate::fs) fn is_mount_point(_: impl AsFd) -> bool {
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

    /// Opens a file for reading. It does not wait for the other end of a FIFO.
    pub(in crate::fs) fn open_file(path: &Path, follow: bool) -> io::Result<File> {
        let flags = if follow { OFlags::empty() } else { OFlags::NOFOLLOW };
        Ok(File::from(open_quietly(CWD, path, flags | OFlags::NONBLOCK)?))
    }

    /// Opens without changing the access time, which only the owner may ask for.
    fn open_quietly(
        directory: impl AsFd,
        path: impl rustix::path::Arg + Copy,
        flags: OFlags,
    ) -> io::Result<OwnedFd> {
        let flags = flags | OFlags::RDONLY | OFlags::CLOEXEC;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        match openat(&directory, path, flags | OFlags::NOATIME, Mode::empty()) {
            Err(Errno::PERM) => {}
            opened => return Ok(opened?),
        }
        Ok(openat(&directory, path, flags, Mode::empty())?)
    }
}

#[cfg(not(unix))]
mod system {
    use std::fs::{self, File};
    use std::path::{Path, PathBuf};

    use super::{DirectoryEntry, FileKind, FileSize, io};
    use crate::path::{bytes_to_path, path_to_bytes};

    /// A directory, by its path.
    pub(in crate::fs) struct Directory(PathBuf);

    impl Directory {
        /// Names a directory; it is opened when it is listed.
        pub(in crate::fs) fn open(path: &Path) -> io::Result<Self> {
            Ok(Self(path.to_path_buf()))
        }

        /// Names a directory; a link in its place is an error.
        pub(in crate::fs) fn open_itself(path: &Path) -> io::Result<Self> {
            let is_directory = fs::symlink_metadata(path)?.is_dir();
            if is_directory { Self::open(path) } else { Err(io::ErrorKind::NotADirectory.into()) }
        }

        /// Names a directory in this one; a link is an error.
        pub(in crate::fs) fn enter(&self, name: &[u8]) -> io::Result<Self> {
            Self::open_itself(&self.0.join(bytes_to_path(name)))
        }

        /// What is mounted here is a link as well, and not entered.
        pub(in crate::fs) fn is_mounted(&self, _: &Self) -> io::Result<bool> {
            Ok(false)
        }

        /// Everything in the directory, in no order.
        pub(in crate::fs) fn list(&mut self) -> io::Result<Vec<DirectoryEntry>> {
            let named = fs::read_dir(&self.0)?.map(|entry| {
                let entry = entry?;
                Ok(DirectoryEntry {
                    name: path_to_bytes(Path::new(&entry.file_name())),
                    kind: kind(entry.file_type()?),
                })
            });
            named.collect()
        }

        /// How large a file or link in this directory is.
        pub(in crate::fs) fn size_of(&self, name: &[u8]) -> io::Result<FileSize> {
            let found = fs::symlink_metadata(self.0.join(bytes_to_path(name)))?;
            Ok(FileSize { kind: kind(found.file_type()), bytes: found.len(), shared: None })
        }
    }

    fn kind(file_type: fs::FileType) -> FileKind {
        match file_type {
            kind if kind.is_symlink() => FileKind::Link,
            kind if kind.is_dir() => FileKind::Directory,
            kind if kind.is_file() => FileKind::File,
            _ => FileKind::Other,
        }
    }

    /// Opens a file for reading.
    pub(in crate::fs) fn open_file(path: &Path, follow: bool) -> io::Result<File> {
        if !follow && fs::symlink_metadata(path)?.is_symlink() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        File::open(path)
    }
}
