//! The files of a staging directory: those that hide it from git, and the one that says what it is for and whether a process
//! uses it.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use crate::fs::directory::DirectoryHandle;
use crate::fs::metadata::Identity;
use crate::fs::place::with_new_name;
use crate::fs::remove::DirectoryPlace;
use crate::path::{bytes_to_path, path_to_bytes};
use crate::ports::NoProgress;

/// The file that contains the target path.
pub(super) const MARKER: &[u8] = b"place";
const IGNORE: &[u8] = b".gitignore";
const IGNORE_ALL: &[u8] = b"*\n";
/// A directory name that git ignores.
const HIDDEN: &[u8] = b".git";
pub(super) const NEW: &[u8] = b"new";
pub(super) const OLD: &[u8] = b"old";
/// The new directory after a swap was rolled back.
pub(super) const UNUSED: &[u8] = b"unused";
/// A directory whose deletion has begun: nobody moves it back.
pub(super) const CONDEMNED: &[u8] = b"condemned";
/// Everything in a staging directory but its first files.
pub(super) const CONTENTS: [&[u8]; 4] = [NEW, OLD, UNUSED, CONDEMNED];

/// Creates a directory with a new name that nobody else can write into.
pub(super) fn create_private(parent: &DirectoryHandle) -> io::Result<(Vec<u8>, DirectoryHandle)> {
    with_new_name(|name| {
        parent.make_child(name, 0o700)?;
        let directory = parent.open_child(name)?;
        match is_private(&directory) && directory.list_shared()?.is_empty() {
            true => Ok(directory),
            // Something else took its place.
            false => Err(ErrorKind::AlreadyExists.into()),
        }
    })
}

/// Whether nobody else except root can have put something into a directory.
pub(super) fn is_private(directory: &DirectoryHandle) -> bool {
    directory.status().is_ok_and(|status| status.is_owned())
}

/// Whether the directory of this name is the expected one.
pub(super) fn is_expected(parent: &DirectoryHandle, name: &[u8], expected: Option<Identity>) -> bool {
    let identity = || parent.open_child(name).and_then(|directory| directory.identity());
    expected.is_none() || identity().is_ok_and(|identity| identity == expected)
}

/// Creates the first files of a staging directory; returns the marker, which is locked.
pub(super) fn write_first_files(directory: &DirectoryHandle, target: &Path) -> io::Result<File> {
    directory.make_child(HIDDEN, 0o700)?;
    let hidden = directory.open_child(HIDDEN)?;
    let mut marker = hidden.create_entry(MARKER, 0o666)?;
    match marker.lock() {
        Err(error) if error.kind() != ErrorKind::Unsupported => return Err(error),
        _ => {}
    }
    marker.write_all(&path_to_bytes(target))?;
    hidden.create_entry(IGNORE, 0o666)?.write_all(IGNORE_ALL)?;
    hidden.rename_entry(IGNORE, directory, IGNORE)?;
    hidden.rename_entry(MARKER, directory, MARKER)?;
    directory.remove_directory(HIDDEN)?;
    Ok(marker)
}

/// Opens the marker of a staging directory, wherever it is.
pub(super) fn open_marker(directory: &DirectoryHandle) -> Option<File> {
    let hidden = || directory.open_child(HIDDEN).and_then(|hidden| hidden.open_regular(MARKER));
    directory.open_regular(MARKER).or_else(|_| hidden()).ok()
}

/// Whether a process has locked the marker.
pub(super) fn is_locked(directory: &DirectoryHandle) -> bool {
    // A shared lock, so that two processes that only check do not see each other.
    let lock = open_marker(directory).map(|file| file.try_lock_shared());
    matches!(lock, Some(Err(TryLockError::WouldBlock)))
}

/// Whether a staging directory contains nothing but its first files.
pub(super) fn has_only_first_files(directory: &DirectoryHandle) -> bool {
    let only = |directory: &DirectoryHandle, names: &[&[u8]]| {
        let entries = directory.list_shared();
        entries.is_ok_and(|entries| entries.iter().all(|entry| names.contains(&entry.name.as_slice())))
    };
    let is_ours = match directory.open_entry(IGNORE) {
        Ok(file) => {
            let mut bytes = Vec::new();
            let read = file.take(IGNORE_ALL.len() as u64 + 1).read_to_end(&mut bytes);
            read.is_ok() && bytes == IGNORE_ALL
        }
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    let hidden = match directory.open_child(HIDDEN) {
        Ok(hidden) => only(&hidden, &[IGNORE, MARKER]),
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    is_ours && hidden && only(directory, &[IGNORE, HIDDEN, MARKER])
}

/// Deletes a staging directory: first its content, last the files that hide it from git. Only its own files are deleted
/// in a directory named `.git`.
pub(super) fn delete(parent: &DirectoryHandle, name: &[u8], directory: &DirectoryHandle) {
    for content in CONTENTS {
        let Ok(above) = directory.duplicate() else { return };
        let path = bytes_to_path(name).join(bytes_to_path(content));
        // Fails for those that do not exist.
        let _ = DirectoryPlace::new(above, content, path).remove_tree(&|_| true, &NoProgress);
    }
    if CONTENTS.iter().any(|name| !matches!(directory.status_of(name), Ok(None))) {
        return;
    }
    if let Ok(hidden) = directory.open_child(HIDDEN) {
        let _ = hidden.remove_entry(MARKER);
        let _ = hidden.remove_entry(IGNORE);
        let _ = directory.remove_directory(HIDDEN);
    }
    let _ = directory.remove_entry(MARKER);
    let _ = directory.remove_entry(IGNORE);
    // What is there now may be another directory, which then stays: it is not empty, or not the same.
    if parent.open_child(name).is_ok_and(|again| same_directory(&again, directory)) {
        let _ = parent.remove_directory(name);
    }
}

/// Whether two handles are of the same directory.
fn same_directory(one: &DirectoryHandle, other: &DirectoryHandle) -> bool {
    one.identity().is_ok_and(|one| other.identity().is_ok_and(|other| one == other))
}
