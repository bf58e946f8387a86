//! The files of a staging directory: those that hide it from git, and the one that says what it is for and whether a process
//! uses it.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use crate::env::before_change;
use crate::fs::directory::{DirectoryEntry, DirectoryHandle, FileKind, status_of_file};
use crate::fs::metadata::Identity;
use crate::fs::own_names::is_staging_name;
use crate::fs::place::{through_temporary_file, with_new_name};
use crate::fs::read::read_within;
use crate::fs::remove::DirectoryPlace;
use crate::path::{RepoPath, bytes_to_path, path_to_bytes};
use crate::ports::NoProgress;

/// The file that contains the target path.
pub(super) const MARKER: &[u8] = b"place";
/// The most bytes read of the file with the parts.
const PARTS_LIMIT: u64 = 64 * 1024 * 1024;
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
/// The file that names the parts of a directory whose deletion in their place has begun, each with a NUL after it.
pub(super) const PARTS: &[u8] = b"parts";
/// The file that lists what is moved from the new directory to one that already exists.
pub(super) const MOVED: &[u8] = b"moved";
/// Every directory in a staging directory but its first files.
pub(super) const CONTENTS: [&[u8]; 4] = [NEW, OLD, UNUSED, CONDEMNED];

/// No longer content is a path.
pub(super) const MARKER_LIMIT: u64 = 64 * 1024;

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

/// Creates a staging directory with an empty new directory in it; returns its name, itself, the new directory and the marker,
/// which is locked.
pub(super) fn create_with_new(
    parent: &DirectoryHandle,
    target: &Path,
) -> io::Result<(Vec<u8>, DirectoryHandle, DirectoryHandle, File)> {
    let (name, directory) = create_private(parent)?;
    let filled = write_first_files(&directory, target).and_then(|marker| {
        directory.make_child(NEW, 0o777)?;
        Ok((directory.open_child(NEW)?, marker))
    });
    match filled {
        Ok((new, marker)) => Ok((name, directory, new, marker)),
        Err(error) => {
            delete(parent, &name, &directory);
            Err(error)
        }
    }
}

/// Shows the staging directories in a directory, whose path is `above`, but those that another user can have filled and those
/// that are kept.
pub(super) fn each_left_over(
    parent: &DirectoryHandle,
    above: &Path,
    is_kept: &dyn Fn(&Path) -> bool,
    show: impl Fn(&[u8], DirectoryHandle),
) {
    for DirectoryEntry { name, kind } in parent.list_shared().unwrap_or_default() {
        if kind != FileKind::Directory || !is_staging_name(&name) {
            continue;
        }
        let Ok(directory) = parent.open_child(&name) else { continue };
        if is_private(&directory) && !is_kept(&above.join(bytes_to_path(&name))) {
            show(&name, directory);
        }
    }
}

/// Whether a marker names this target.
pub(super) fn is_for(marker: &mut File, target: &Path) -> bool {
    let mut named = Vec::new();
    marker.take(MARKER_LIMIT).read_to_end(&mut named).is_ok() && named == path_to_bytes(target)
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
    before_change();
    marker.write_all(&path_to_bytes(target))?;
    hidden.create_entry(IGNORE, 0o666)?.write_all(IGNORE_ALL)?;
    hidden.rename_entry(IGNORE, directory, IGNORE)?;
    hidden.rename_entry(MARKER, directory, MARKER)?;
    directory.remove_directory(HIDDEN)?;
    Ok(marker)
}

/// Writes the file that names the parts, whole or not at all, so that it outlives a loss of power.
pub(super) fn write_parts(directory: &DirectoryHandle, parts: &[RepoPath]) -> io::Result<()> {
    let bytes: Vec<u8> = parts.iter().flat_map(|part| [part.as_bytes(), b"\0"].concat()).collect();
    let fill = |file: &mut File| {
        before_change();
        file.write_all(&bytes)?;
        file.sync_all()
    };
    let put = |name: &[u8]| directory.rename_entry(name, directory, PARTS).map(|()| true);
    through_temporary_file(directory, 0o600, fill, put).map(drop)
}

/// The parts whose deletion in their place has begun, with the time of change of their file.
pub(super) fn read_parts(directory: &DirectoryHandle) -> io::Result<(Vec<RepoPath>, (i64, i64))> {
    let file = directory.open_regular(PARTS)?;
    let status = status_of_file(&file)?;
    let bytes = read_within(&file, status.stamp.size, PARTS_LIMIT)?;
    let names = bytes.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    let parts = names.map(RepoPath::new).collect::<Result<Vec<_>, _>>();
    Ok((parts.map_err(|_| io::Error::from(ErrorKind::InvalidData))?, status.stamp.changed))
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
    let _ = directory.remove_entry(PARTS);
    for entry in directory.list_shared().unwrap_or_default() {
        // What a run was writing when it was killed.
        if entry.kind == FileKind::File && is_staging_name(&entry.name) {
            let _ = directory.remove_entry(&entry.name);
        }
    }
    if let Ok(hidden) = directory.open_child(HIDDEN) {
        let _ = hidden.remove_entry(MARKER);
        let _ = hidden.remove_entry(IGNORE);
        let _ = directory.remove_directory(HIDDEN);
    }
    let _ = directory.remove_entry(MOVED);
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

/// Whether a rename failed because the directory is a mount point or lies in a layer of an image.
pub(super) fn is_immovable(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::CrossesDevices | ErrorKind::ResourceBusy)
}

/// Whether a rename failed because something exists at the target.
pub(super) fn is_taken(error: &io::Error) -> bool {
    let kinds = [ErrorKind::AlreadyExists, ErrorKind::DirectoryNotEmpty, ErrorKind::NotADirectory];
    kinds.contains(&error.kind())
}
