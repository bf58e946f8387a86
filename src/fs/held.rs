//! Directories by descriptor, so that nothing that happens to their names leads a walk elsewhere.
//!
//! A path is looked up anew at every use; whoever can write into a directory can exchange a part of it for a link in
//! between (<https://cwe.mitre.org/data/definitions/367.html>). A descriptor stays with what was opened.

use std::ffi::{CStr, CString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Dev, Dir, Mode, OFlags, fstat, openat};
use rustix::io::{Errno, Result};

use super::directory::{FileKind, each_name, is_mount_point};

/// A directory that is held open for what is removed from it; [`super::directory`] is for reading.
#[derive(Debug)]
pub(super) struct HeldDirectory {
    descriptor: OwnedFd,
    device: Dev,
    mode: Mode,
}

/// How directories are opened: never through a link.
const FLAGS: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC).union(OFlags::RDONLY);

impl HeldDirectory {
    /// Opens the directory that holds this path, which links may lead to.
    pub(super) fn open_parent(path: &Path) -> Result<Self> {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self::from_descriptor(openat(CWD, parent, FLAGS.difference(OFlags::NOFOLLOW), Mode::empty())?)
    }

    fn from_descriptor(descriptor: OwnedFd) -> Result<Self> {
        let status = fstat(&descriptor)?;
        let device: Dev = status.st_dev;
        Ok(Self { descriptor, device, mode: Mode::from_raw_mode(status.st_mode) })
    }

    /// Opens a directory in this one; [`Errno::XDEV`] if something else is mounted there.
    pub(super) fn open_child(&self, name: &CStr) -> Result<Self> {
        let child = Self::from_descriptor(openat(self, name, FLAGS, Mode::empty())?)?;
        if child.device != self.device || is_mount_point(&child) { Err(Errno::XDEV) } else { Ok(child) }
    }

    /// What is in it, in the order of the system, without `.` and `..`.
    pub(super) fn list(&self) -> Result<Vec<(CString, FileKind)>> {
        let mut listed = Vec::new();
        each_name(&mut Dir::read_from(self)?, |name, kind| listed.push((name.to_owned(), kind)))?;
        Ok(listed)
    }

    /// Lets its owner read and change it. It is about to be deleted, so its mode is of no use to anybody.
    pub(super) fn make_writable(&self) -> Result<()> {
        rustix::fs::fchmod(self, self.mode | Mode::RWXU)
    }

    /// As [`HeldDirectory::make_writable`] for a directory in this one that cannot be opened as it is.
    pub(super) fn make_child_readable(&self, name: &CStr) -> Result<()> {
        unlock(self, name)
    }
}

impl AsFd for HeldDirectory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// Changes the mode of a directory without following a link: through a descriptor that only names it.
#[cfg(target_os = "linux")]
fn unlock(parent: &HeldDirectory, name: &CStr) -> Result<()> {
    use std::os::fd::AsRawFd;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let named = openat(parent, name, flags, Mode::empty())?;
    rustix::fs::chmod(format!("/proc/self/fd/{}", named.as_raw_fd()), Mode::RWXU)
}

/// Changes the mode of a directory without following a link.
#[cfg(not(target_os = "linux"))]
fn unlock(parent: &HeldDirectory, name: &CStr) -> Result<()> {
    rustix::fs::chmodat(parent, name, Mode::RWXU, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)
}
