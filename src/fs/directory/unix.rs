//! Directory handles that are file descriptors.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Gid, Mode, OFlags, Stat, Timespec, Timestamps, UTIME_OMIT, fchmod, fchown,
    fstat, futimens, linkat, mkdirat, openat, readlinkat, renameat, statat, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;
use rustix::process::{getegid, geteuid};

use super::entry::{DirectoryEntry, EntryStatus, FileKind, FileSize, FileStamp};
use super::unix_entries::{DirectoryStatus, directory_status, each_entry, kind, read_entries};
use crate::env::before_change;
use crate::fs::metadata::Identity;
use crate::path::RepoPath;

/// An open directory.
#[derive(Debug)]
pub(in crate::fs) struct DirectoryHandle {
    directory: Dir,
    place: OnceLock<DirectoryStatus>,
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

    /// Opens a directory some levels below, in one call that follows no link and does not leave this directory
    /// (`openat2`, Linux 5.6). `None` where that fails for any reason, or there is no such call.
    #[cfg(target_os = "linux")]
    pub(in crate::fs) fn open_path(&self, path: &RepoPath) -> Option<Self> {
        use rustix::fs::{ResolveFlags, openat2};
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOATIME;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let opened = openat2(self.descriptor().ok()?, path.as_bytes(), flags, Mode::empty(), resolve).ok()?;
        Some(Self { directory: Dir::new(opened).ok()?, place: OnceLock::new() })
    }

    /// This system has no such call.
    #[cfg(not(target_os = "linux"))]
    pub(in crate::fs) fn open_path(&self, _: &RepoPath) -> Option<Self> {
        None
    }

    fn open_at(parent: impl AsFd, path: impl rustix::path::Arg + Copy, flags: OFlags) -> io::Result<Self> {
        let descriptor = open_without_access_time(parent, path, flags | OFlags::DIRECTORY)?;
        Ok(Self { directory: Dir::new(descriptor)?, place: OnceLock::new() })
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

    /// Calls a function with each entry but `.` and `..`, in the order of the system, and with what is known of those that
    /// `looks_at` accepts; with nothing of one that is gone. Only once for each handle: the position of the next entry
    /// belongs to the descriptor.
    pub(in crate::fs) fn read_once(
        &self,
        looks_at: impl Fn(&[u8], FileKind) -> bool,
        mut call: impl FnMut(&[u8], FileKind, Option<EntryStatus>),
    ) -> io::Result<()> {
        let directory = self.descriptor()?;
        let status = |name: &CStr| statat(directory, name, AtFlags::SYMLINK_NOFOLLOW);
        let entry = |name: &CStr, file_type: FileType| {
            if name == c"." || name == c".." {
                return Ok(());
            }
            let bytes = name.to_bytes();
            if file_type == FileType::Unknown {
                // Some file systems do not return the type together with the name.
                match status(name) {
                    Ok(found) => {
                        let found = entry_status(&found);
                        call(bytes, found.kind, looks_at(bytes, found.kind).then_some(found));
                    }
                    // Deleted in the meantime.
                    Err(Errno::NOENT) => {}
                    Err(error) => return Err(error),
                }
                return Ok(());
            }
            let kind = kind(file_type);
            let found = looks_at(bytes, kind).then(|| status(name).ok()).flatten();
            call(bytes, kind, found.as_ref().map(entry_status));
            Ok(())
        };
        Ok(each_entry(directory, entry)?)
    }

    /// Whether a subdirectory is a mount point.
    pub(in crate::fs) fn is_mounted(&self, child: &Self) -> io::Result<bool> {
        let (above, below) = (self.place()?, child.place()?);
        Ok(above.device != below.device || below.is_mount_point)
    }

    /// Whether it belongs to another user, and this one is not root.
    pub(in crate::fs) fn is_of_other_user(&self) -> bool {
        self.place().is_ok_and(|place| is_of_other_user(place.owner))
    }

    fn place(&self) -> rustix::io::Result<DirectoryStatus> {
        if let Some(place) = self.place.get() {
            return Ok(*place);
        }
        let place = directory_status(self.descriptor()?)?;
        Ok(*self.place.get_or_init(|| place))
    }

    /// The size of an entry.
    // The types of these numbers differ between systems.
    #[allow(clippy::unnecessary_cast, reason = "they are other types elsewhere")]
    pub(in crate::fs) fn size_of(&self, name: &[u8]) -> io::Result<FileSize> {
        let status = statat(self.descriptor()?, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let bytes = u64::try_from(status.st_size).unwrap_or(0);
        let shared = (status.st_nlink > 1).then_some((status.st_dev as u64, status.st_ino as u64));
        let kind = kind(FileType::from_raw_mode(status.st_mode));
        Ok(FileSize { kind, bytes, shared, links: status.st_nlink as u64, modified: status.st_mtime as i64 })
    }

    /// The size of the regular file that a path below it leads to, through links; `None` if it leads to something else.
    pub(in crate::fs) fn target_size(&self, path: &[u8]) -> io::Result<Option<u64>> {
        let status = statat(self.descriptor()?, path, AtFlags::empty())?;
        let is_file = FileType::from_raw_mode(status.st_mode) == FileType::RegularFile;
        Ok(is_file.then(|| u64::try_from(status.st_size).unwrap_or(0)))
    }

    /// Opens for reading what a path below it leads to, through links, without waiting for the other end of a FIFO.
    pub(in crate::fs) fn open_target(&self, path: &[u8]) -> io::Result<File> {
        Ok(File::from(open_without_access_time(self.descriptor()?, path, OFlags::NONBLOCK)?))
    }

    /// One more handle of the same directory.
    pub(in crate::fs) fn duplicate(&self) -> io::Result<Self> {
        Self::open_at(self.descriptor()?, c".", OFlags::empty())
    }

    /// What identifies the directory that is open.
    pub(in crate::fs) fn identity(&self) -> io::Result<Option<Identity>> {
        let stamp = self.status()?.stamp;
        Ok(Some(Identity::new(stamp.device, stamp.inode)))
    }
}

/// Single entries. No link is followed, and nothing waits for the other end of a FIFO.
impl DirectoryHandle {
    /// What is known of an entry; `None` if it does not exist.
    pub(in crate::fs) fn status_of(&self, name: &[u8]) -> io::Result<Option<EntryStatus>> {
        match statat(self.descriptor()?, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(status) => Ok(Some(entry_status(&status))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a file for reading.
    pub(in crate::fs) fn open_entry(&self, name: &[u8]) -> io::Result<File> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        Ok(File::from(open_without_access_time(self.descriptor()?, name, flags)?))
    }

    /// Creates a file for writing, with a mode that loses the bits of the umask. It is an error if something exists
    /// there.
    pub(in crate::fs) fn create_entry(&self, name: &[u8], mode: u32) -> io::Result<File> {
        before_change();
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(openat(self.descriptor()?, name, flags, file_mode(mode))?))
    }

    /// Opens a file for appending, and creates it as [`DirectoryHandle::create_entry`] does if it does not exist.
    pub(in crate::fs) fn append_to_entry(&self, name: &[u8], mode: u32) -> io::Result<File> {
        before_change();
        let flags = OFlags::RDWR | OFlags::APPEND | OFlags::CREATE;
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(File::from(openat(self.descriptor()?, name, flags, file_mode(mode))?))
    }

    /// Creates a subdirectory, with a mode that loses the bits of the umask.
    pub(in crate::fs) fn make_child(&self, name: &[u8], mode: u32) -> io::Result<()> {
        before_change();
        Ok(mkdirat(self.descriptor()?, name, file_mode(mode))?)
    }

    /// Renames an entry. A file that has the new name is replaced, a link as a link, and an empty directory by a directory.
    pub(in crate::fs) fn rename_entry(&self, name: &[u8], to: &Self, new_name: &[u8]) -> io::Result<()> {
        before_change();
        Ok(renameat(self.descriptor()?, name, to.descriptor()?, new_name)?)
    }

    /// Renames a file if nothing has the new name.
    pub(in crate::fs) fn rename_to_free(&self, name: &[u8], to: &Self, new_name: &[u8]) -> io::Result<()> {
        before_change();
        match rename_unless_taken(self.descriptor()?, name, to.descriptor()?, new_name) {
            Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP) => {}
            renamed => return Ok(renamed?),
        }
        match linkat(self.descriptor()?, name, to.descriptor()?, new_name, AtFlags::empty()) {
            Ok(()) => self.remove_entry(name),
            // This file system has no hard links.
            Err(Errno::PERM | Errno::NOTSUP | Errno::NOSYS) if to.status_of(new_name)?.is_none() => {
                self.rename_entry(name, to, new_name)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Swaps two entries in one step.
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    pub(in crate::fs) fn exchange(&self, name: &[u8], other: &Self, other_name: &[u8]) -> io::Result<()> {
        use rustix::fs::{RenameFlags, renameat_with};
        before_change();
        let flags = RenameFlags::EXCHANGE;
        Ok(renameat_with(self.descriptor()?, name, other.descriptor()?, other_name, flags)?)
    }

    /// This system cannot swap entries.
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    pub(in crate::fs) fn exchange(&self, _: &[u8], _: &Self, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Gives a file another name, which nothing has yet.
    pub(in crate::fs) fn link_entry(&self, name: &[u8], to: &Self, new_name: &[u8]) -> io::Result<()> {
        before_change();
        Ok(linkat(self.descriptor()?, name, to.descriptor()?, new_name, AtFlags::empty())?)
    }

    /// What a link says.
    pub(in crate::fs) fn read_link(&self, name: &[u8]) -> io::Result<Vec<u8>> {
        Ok(readlinkat(self.descriptor()?, name, Vec::new())?.into_bytes())
    }

    /// Creates a symbolic link.
    pub(in crate::fs) fn make_link(&self, path: &[u8], target: &[u8]) -> io::Result<()> {
        before_change();
        Ok(symlinkat(target, self.descriptor()?, path)?)
    }

    /// Deletes a file or link.
    pub(in crate::fs) fn remove_entry(&self, name: &[u8]) -> io::Result<()> {
        before_change();
        Ok(unlinkat(self.descriptor()?, name, AtFlags::empty())?)
    }

    /// Deletes an empty subdirectory.
    pub(in crate::fs) fn remove_directory(&self, name: &[u8]) -> io::Result<()> {
        before_change();
        Ok(unlinkat(self.descriptor()?, name, AtFlags::REMOVEDIR)?)
    }

    /// What is known of the directory itself.
    pub(in crate::fs) fn status(&self) -> io::Result<EntryStatus> {
        Ok(entry_status(&fstat(self.descriptor()?)?))
    }

    /// The group that the system gives to a new file in this directory.
    pub(in crate::fs) fn group_of_new(&self) -> io::Result<u32> {
        let own = self.status()?;
        // Elsewhere it is always that of the directory.
        let inherited = cfg!(not(any(target_os = "linux", target_os = "android"))) || own.mode & 0o2000 != 0;
        Ok(if inherited { own.group } else { getegid().as_raw() })
    }

    /// Sets the permissions of the directory.
    pub(in crate::fs) fn set_mode(&self, mode: u32) -> io::Result<()> {
        before_change();
        Ok(fchmod(self.descriptor()?, file_mode(mode))?)
    }

    /// Sets when the content of the directory was changed last.
    pub(in crate::fs) fn set_time(&self, modified: (i64, u32)) -> io::Result<()> {
        Ok(futimens(self.descriptor()?, &modification(modified))?)
    }

    /// Sets when a link was changed last; what it leads to is left alone.
    pub(in crate::fs) fn set_link_time(&self, name: &[u8], modified: (i64, u32)) -> io::Result<()> {
        Ok(utimensat(self.descriptor()?, name, &modification(modified), AtFlags::SYMLINK_NOFOLLOW)?)
    }

    /// Gives the owner of the directory all permissions.
    pub(in crate::fs) fn make_writable(&self) -> io::Result<()> {
        self.set_mode(self.status()?.mode | 0o700)
    }
}

/// Renames in one step, if nothing has the new name.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_unless_taken(
    from: BorrowedFd<'_>,
    name: &[u8],
    to: BorrowedFd<'_>,
    new: &[u8],
) -> Result<(), Errno> {
    rustix::fs::renameat_with(from, name, to, new, rustix::fs::RenameFlags::NOREPLACE)
}

/// This system has no such call.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_unless_taken(_: BorrowedFd<'_>, _: &[u8], _: BorrowedFd<'_>, _: &[u8]) -> Result<(), Errno> {
    Err(Errno::NOSYS)
}

impl EntryStatus {
    /// Whether it belongs to another user, and this one is not root.
    pub(in crate::fs) fn is_of_other_user(&self) -> bool {
        is_of_other_user(self.owner)
    }

    /// Whether no other user except root can have written the file or directory.
    pub(in crate::fs) fn is_owned(&self) -> bool {
        (self.owner == geteuid().as_raw() || self.owner == 0) && self.mode & 0o022 == 0
    }
}

/// Whether an owner is another user, and this one is not root.
fn is_of_other_user(owner: u32) -> bool {
    // Asked for every file of an environment, and never another one.
    static OWN: OnceLock<u32> = OnceLock::new();
    let own = *OWN.get_or_init(|| geteuid().as_raw());
    own != 0 && owner != own
}

/// What is known of an open file.
pub(in crate::fs) fn status_of_file(file: &File) -> io::Result<EntryStatus> {
    Ok(entry_status(&fstat(file)?))
}

/// Gives a file a group and a mode. Where the group cannot be given, its permissions become those of all others, so that
/// no other group gets them.
pub(in crate::fs) fn set_access(file: &File, group: u32, mode: u32) -> io::Result<()> {
    let is_given =
        entry_status(&fstat(file)?).group == group || fchown(file, None, Some(Gid::from_raw(group))).is_ok();
    let mode = if is_given { mode } else { (mode & !0o070) | (((mode & 0o007) << 3) & mode) };
    Ok(fchmod(file, file_mode(mode))?)
}

/// Gives a file exactly this mode.
pub(in crate::fs) fn set_file_mode(file: &File, mode: u32) -> io::Result<()> {
    Ok(fchmod(file, file_mode(mode))?)
}

/// A time of modification to set, and no other time.
fn modification((seconds, nanoseconds): (i64, u32)) -> Timestamps {
    Timestamps {
        last_access: Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
        last_modification: Timespec { tv_sec: seconds, tv_nsec: nanoseconds.into() },
    }
}

// The types of these numbers differ between systems.
#[expect(clippy::unnecessary_cast, reason = "they are other types elsewhere")]
fn entry_status(status: &Stat) -> EntryStatus {
    EntryStatus {
        kind: kind(FileType::from_raw_mode(status.st_mode)),
        stamp: FileStamp {
            device: status.st_dev as u64,
            inode: status.st_ino as u64,
            size: u64::try_from(status.st_size).unwrap_or(0),
            modified: (status.st_mtime as i64, status.st_mtime_nsec as i64),
            changed: (status.st_ctime as i64, status.st_ctime_nsec as i64),
        },
        mode: status.st_mode as u32 & 0o7777,
        owner: status.st_uid,
        group: status.st_gid,
        links: status.st_nlink as u64,
    }
}

fn file_mode(mode: u32) -> Mode {
    Mode::from_raw_mode(mode as rustix::fs::RawMode)
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
