//! System calls on directories that are deleted. Directories without the permissions that a deletion needs get them
//! first: they will not exist afterwards, so nobody needs their mode.

use rustix::fs::{AtFlags, Mode, renameat, unlinkat};
use rustix::io::{Errno, Result};

use crate::env::before_change;
use crate::fs::directory::{DirectoryEntry, DirectoryHandle, FileKind};

/// Opens a subdirectory; [`Errno::XDEV`] if it is a mount point.
pub(super) fn open_child(parent: &DirectoryHandle, name: &[u8]) -> Result<DirectoryHandle> {
    let child = parent.open_child(name).map_err(errno)?;
    if parent.is_mounted(&child).map_err(errno)? { Err(Errno::XDEV) } else { Ok(child) }
}

/// As [`open_child`], and changes the mode of the subdirectory if its owner may not read it. With `may_be_mounted` it may
/// be a mount point.
pub(super) fn open_readable(
    parent: &DirectoryHandle,
    name: &[u8],
    may_be_mounted: bool,
) -> Result<DirectoryHandle> {
    let open = || match may_be_mounted {
        true => parent.open_child(name).map_err(errno),
        false => open_child(parent, name),
    };
    match open() {
        Err(Errno::ACCESS) => make_child_readable(parent, name).and_then(|()| open()),
        opened => opened,
    }
}

/// As [`open_readable`], and changes the mode of the parent too if that is necessary.
pub(super) fn open_for_removal(parent: &DirectoryHandle, name: &[u8]) -> Result<DirectoryHandle> {
    match open_child(parent, name) {
        Err(Errno::ACCESS) => {
            // The mode of either directory may be the cause.
            let unlocked = make_child_readable(parent, name);
            unlocked.or_else(|_| make_writable(parent).and_then(|()| make_child_readable(parent, name)))?;
            open_child(parent, name)
        }
        opened => opened,
    }
}

/// What is in a directory. The names stand together: an allocation for each would take as long as its deletion.
#[derive(Debug, Default)]
pub(super) struct EntryNames {
    bytes: Vec<u8>,
    /// Where each name ends, and the kind of its entry.
    ends: Vec<(usize, FileKind)>,
}

impl EntryNames {
    /// Adds a name.
    pub(super) fn push(&mut self, name: &[u8], kind: FileKind) {
        self.bytes.extend_from_slice(name);
        self.ends.push((self.bytes.len(), kind));
    }

    /// Each name, with the kind of its entry.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], FileKind)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        let names = starts.zip(&self.ends);
        names.filter_map(|(start, (end, kind))| Some((self.bytes.get(start..*end)?, *kind)))
    }
}

/// Lists a directory that was just opened.
pub(super) fn list(directory: &DirectoryHandle) -> Result<EntryNames> {
    let mut names = EntryNames::default();
    directory.read_once(|_, _| false, |name, kind, _| names.push(name, kind)).map_err(errno)?;
    Ok(names)
}

/// Lists a directory once more. It may be unreadable for its owner by now.
pub(super) fn list_again(directory: &DirectoryHandle) -> Result<EntryNames> {
    let entries = match directory.list_shared().map_err(errno) {
        Err(Errno::ACCESS) => {
            make_writable(directory)?;
            directory.list_shared().map_err(errno)
        }
        listed => listed,
    };
    let mut names = EntryNames::default();
    entries?.iter().for_each(|DirectoryEntry { name, kind }| names.push(name, *kind));
    Ok(names)
}

/// Deletes an entry of a directory, which may be read-only.
pub(super) fn unlink(directory: &DirectoryHandle, name: &[u8], flags: AtFlags) -> Result<()> {
    before_change();
    let unlink = || unlinkat(directory.descriptor()?, name, flags);
    match unlink() {
        Err(Errno::ACCESS) => make_writable(directory).and_then(|()| unlink()),
        unlinked => unlinked,
    }
}

/// Moves a subdirectory to another directory.
pub(super) fn move_child(
    parent: &DirectoryHandle,
    name: &[u8],
    to: &DirectoryHandle,
    new_name: &[u8],
) -> Result<()> {
    before_change();
    let rename = || renameat(parent.descriptor()?, name, to.descriptor()?, new_name);
    match rename() {
        // Moving a directory changes its `..` and so needs write permission for the directory itself.
        Err(Errno::ACCESS) => {
            make_child_readable(parent, name)?;
            make_writable(parent)?;
            rename()
        }
        renamed => renamed,
    }
}

/// Gives the owner of a directory all permissions.
fn make_writable(directory: &DirectoryHandle) -> Result<()> {
    directory.make_writable().map_err(errno)
}

/// Gives the owner of a subdirectory all permissions, without opening it and without following a link: through a
/// descriptor that only names it.
#[cfg(target_os = "linux")]
fn make_child_readable(parent: &DirectoryHandle, name: &[u8]) -> Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{OFlags, chmod, openat};

    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let named = openat(parent.descriptor()?, name, flags, Mode::empty())?;
    chmod(format!("/proc/self/fd/{}", named.as_raw_fd()), Mode::RWXU)
}

/// Gives the owner of a subdirectory all permissions, without following a link.
#[cfg(not(target_os = "linux"))]
fn make_child_readable(parent: &DirectoryHandle, name: &[u8]) -> Result<()> {
    rustix::fs::chmodat(parent.descriptor()?, name, Mode::RWXU, AtFlags::SYMLINK_NOFOLLOW)
}

fn errno(error: std::io::Error) -> Errno {
    Errno::from_io_error(&error).unwrap_or(Errno::IO)
}
