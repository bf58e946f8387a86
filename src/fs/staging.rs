//! Building a directory next to its target path and moving it there in one step.
//!
//! The staging directory is `.git-pyenv-XXXXXX` in the parent of the target, so that both are on the same file
//! system. It contains the file `place` with the path of the target, locked while a process works in the staging
//! directory; `new`, the directory being built; and, where the system cannot swap two directories, for a moment `old`.
//! If a run is killed, the target is the old directory or the new one, or [`StagingDirectory::recover`] moves the old
//! one back.
//!
//! Git never sees a staging directory: its first files are created in a directory named `.git`, which git ignores
//! everywhere, and the first file moved out of it is a `.gitignore` that ignores everything.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::metadata::{Identity, exists, identity};
use super::own_names::STAGING_PREFIX;
use super::remove::remove_tree;
use crate::error::{Error, Result};
use crate::path::{display, path_to_bytes};
use crate::ports::NoProgress;

/// The file that contains the target path.
const MARKER: &str = "place";
const IGNORE: &str = ".gitignore";
const IGNORE_ALL: &[u8] = b"*\n";
/// A directory name that git ignores.
const HIDDEN: &str = ".git";
const NEW: &str = "new";
const OLD: &str = "old";
/// The new directory after a swap was rolled back.
const UNUSED: &str = "unused";

/// A staging directory. Dropping it deletes the directory and its content.
#[derive(Debug)]
pub struct StagingDirectory {
    directory: PathBuf,
    target: PathBuf,
    /// Directories above the target that did not exist before, outermost first.
    created_parents: Vec<PathBuf>,
    /// Locked while it is open.
    _marker: Option<File>,
}

impl StagingDirectory {
    /// Cleans up after killed runs that worked for this target: moves the old directory back if there is no new one,
    /// and deletes their staging directories. Keeps those that another process uses, directories that may be something
    /// else, and those for which `is_kept` returns true.
    pub fn recover(target: &Path, is_kept: &dyn Fn(&Path) -> bool) {
        let Some(entries) = target.parent().and_then(|parent| fs::read_dir(parent).ok()) else { return };
        for entry in entries.flatten() {
            let named = entry.file_name().as_encoded_bytes().starts_with(STAGING_PREFIX.as_bytes());
            let directory = named && entry.file_type().is_ok_and(|kind| kind.is_dir());
            if directory && !is_kept(&entry.path()) {
                recover_from(&entry.path(), target);
            }
        }
    }

    /// Whether this is a staging directory that a process uses right now.
    #[must_use]
    pub fn is_in_use(directory: &Path) -> bool {
        let named = directory
            .file_name()
            .unwrap_or_default()
            .as_encoded_bytes()
            .starts_with(STAGING_PREFIX.as_bytes());
        named
            && markers(directory).iter().filter(|file| is_regular(file)).any(|file| {
                // A shared lock, so that two processes that only check do not see each other.
                let lock = File::open(file).map(|file| file.try_lock_shared());
                matches!(lock, Ok(Err(TryLockError::WouldBlock)))
            })
    }

    /// The paths in a staging directory where the replaced directory may be.
    #[must_use]
    pub fn replaced_paths(directory: &Path) -> [PathBuf; 2] {
        [NEW, OLD].map(|name| directory.join(name))
    }

    /// Creates a staging directory for a target, which need not exist, and the missing directories above the target.
    ///
    /// # Errors
    /// Action if something cannot be written; nothing is left behind then.
    pub fn create(target: &Path) -> Result<Self> {
        let failed =
            |error: io::Error| Error::action(format!("failed to prepare `{}`", display(target))).cause(error);
        let parent = target.parent().unwrap_or(Path::new("/"));
        let mut staging = Self {
            directory: PathBuf::new(),
            target: target.to_path_buf(),
            created_parents: missing_directories(parent),
            _marker: None,
        };
        for directory in &staging.created_parents {
            fs::create_dir(directory).map_err(failed)?;
        }
        let created = tempfile::Builder::new().prefix(STAGING_PREFIX).tempdir_in(parent).map_err(failed)?;
        staging.directory = created.keep();
        staging._marker = Some(write_first_files(&staging.directory, target).map_err(failed)?);
        fs::create_dir(staging.new_directory()).map_err(failed)?;
        Ok(staging)
    }

    /// The directory that will be moved to the target; empty at first.
    #[must_use]
    pub fn new_directory(&self) -> PathBuf {
        self.directory.join(NEW)
    }

    /// Moves the new directory to the target if the target does not exist or is an empty directory. Returns whether it
    /// did.
    ///
    /// # Errors
    /// Action if the system refuses.
    pub fn commit(mut self) -> Result<bool> {
        match fs::rename(self.new_directory(), &self.target) {
            Ok(()) => {
                self.created_parents.clear();
                Ok(true)
            }
            Err(error) if is_taken(&error) => Ok(false),
            Err(error) => Err(self.refused(error)),
        }
    }

    /// Swaps the new directory and the one at the target; returns where the old one is now. If the target is not the
    /// directory `expected`, because something replaced it in the meantime, it stays.
    ///
    /// # Errors
    /// Action; the target is then what it was before.
    pub fn swap(&mut self, expected: Option<Identity>) -> Result<PathBuf> {
        let is_expected = |at: &Path| expected.is_none() || identity(at) == expected;
        if !is_expected(&self.target) {
            return Err(self.changed());
        }
        let old = self.swap_any().or_else(|error| match error.kind() {
            // Moving a directory changes its `..` and so needs write permission; this one will be deleted anyway.
            ErrorKind::PermissionDenied if make_writable(&self.target).is_ok() => self.swap_any(),
            _ => Err(error),
        });
        let old = old.map_err(|error| self.refused(error))?;
        if is_expected(&old) { Ok(old) } else { Err(self.roll_back(&old)) }
    }

    /// Swaps the new directory and whatever is at the target.
    fn swap_any(&self) -> io::Result<PathBuf> {
        let new = self.new_directory();
        if system::exchange(&new, &self.target).is_ok() {
            return Ok(new);
        }
        let old = self.directory.join(OLD);
        fs::rename(&self.target, &old)?;
        fs::rename(&new, &self.target).inspect_err(|_| {
            // The target does not exist now, so the old directory can be moved back.
            let _ = fs::rename(&old, &self.target);
        })?;
        Ok(old)
    }

    /// Undoes a swap that replaced something unexpected. If that fails, the replaced directory stays where it is, and
    /// the staging directory is no longer recognised as one, so that nothing deletes it.
    fn roll_back(&mut self, replaced: &Path) -> Error {
        let rolled_back = system::exchange(replaced, &self.target).or_else(|_| {
            fs::rename(&self.target, self.directory.join(UNUSED))?;
            fs::rename(replaced, &self.target)
        });
        let error = self.changed();
        if rolled_back.is_ok() {
            return error;
        }
        let _ = fs::remove_file(self.directory.join(MARKER));
        self.directory = PathBuf::new();
        error.cause(format!("its previous contents are in `{}`", display(replaced)))
    }

    fn changed(&self) -> Error {
        let target = display(&self.target);
        Error::action(format!("`{target}` already exists: another process created it"))
            .hint("check what it is, then try again")
    }

    fn refused(&self, error: io::Error) -> Error {
        let target = display(&self.target);
        Error::action(format!("failed to move the new directory to `{target}`")).cause(error)
    }
}

impl Drop for StagingDirectory {
    fn drop(&mut self) {
        if !self.directory.as_os_str().is_empty() {
            delete(&self.directory);
        }
        for directory in self.created_parents.iter().rev() {
            // Fails if something else was created in it, which then stays.
            let _ = fs::remove_dir(directory);
        }
    }
}

/// The directories of a path that do not exist, outermost first.
fn missing_directories(path: &Path) -> Vec<PathBuf> {
    let missing = path.ancestors().take_while(|above| !exists(above));
    let mut missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
    missing.reverse();
    missing
}

/// Creates the first files of a staging directory; returns the marker, which is locked.
fn write_first_files(directory: &Path, target: &Path) -> io::Result<File> {
    let hidden = directory.join(HIDDEN);
    fs::create_dir(&hidden)?;
    let mut marker = File::create_new(hidden.join(MARKER))?;
    match marker.lock() {
        Err(error) if error.kind() != ErrorKind::Unsupported => return Err(error),
        _ => {}
    }
    marker.write_all(&path_to_bytes(target))?;
    fs::write(hidden.join(IGNORE), IGNORE_ALL)?;
    fs::rename(hidden.join(IGNORE), directory.join(IGNORE))?;
    fs::rename(hidden.join(MARKER), directory.join(MARKER))?;
    fs::remove_dir(&hidden)?;
    Ok(marker)
}

/// Gives the owner of a directory write permission.
fn make_writable(directory: &Path) -> io::Result<()> {
    if identity(directory).is_none() {
        return Err(ErrorKind::NotADirectory.into());
    }
    let mut permissions = fs::metadata(directory)?.permissions();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        permissions.set_mode(permissions.mode() | 0o700);
    }
    #[cfg(not(unix))]
    permissions.set_readonly(false);
    fs::set_permissions(directory, permissions)
}

fn recover_from(directory: &Path, target: &Path) {
    let markers = markers(directory);
    let Some(marker) = markers.iter().find(|file| is_regular(file)) else {
        if has_only_first_files(directory) {
            delete(directory);
        }
        return;
    };
    let unfinished = has_only_first_files(directory);
    let named = fs::read(marker).is_ok_and(|bytes| bytes == path_to_bytes(target));
    // Locked until the end, so that no other process deletes the same directory.
    let Ok(lock) = File::open(marker) else { return };
    if !(named || unfinished) || lock.try_lock().is_err() {
        return;
    }
    let old = directory.join(OLD);
    if !exists(target) && exists(&old) && fs::rename(&old, target).is_err() {
        return;
    }
    delete(directory);
}

/// The paths where the marker may be.
fn markers(directory: &Path) -> [PathBuf; 2] {
    [directory.join(MARKER), directory.join(HIDDEN).join(MARKER)]
}

/// Whether a staging directory contains nothing but its first files.
fn has_only_first_files(directory: &Path) -> bool {
    let only = |directory: &Path, names: &[&str]| {
        fs::read_dir(directory).is_ok_and(|entries| {
            entries.flatten().all(|entry| names.iter().any(|name| entry.file_name() == *name))
        })
    };
    let ignore = directory.join(IGNORE);
    let ours = !is_regular(&ignore) || fs::read(&ignore).is_ok_and(|bytes| bytes == IGNORE_ALL);
    let hidden = directory.join(HIDDEN);
    ours && only(directory, &[IGNORE, HIDDEN]) && (!hidden.is_dir() || only(&hidden, &[IGNORE, MARKER]))
}

fn is_regular(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file())
}

/// Deletes a staging directory: first its content, last the files that hide it from git.
fn delete(directory: &Path) {
    for name in [NEW, OLD, UNUSED, HIDDEN] {
        // Fails for those that do not exist.
        let _ = remove_tree(&directory.join(name), &NoProgress);
    }
    if [NEW, OLD, UNUSED].iter().any(|name| exists(&directory.join(name))) {
        return;
    }
    let _ = fs::remove_file(directory.join(MARKER));
    let _ = fs::remove_file(directory.join(IGNORE));
    let _ = fs::remove_dir(directory);
}

/// Whether a rename failed because something exists at the target.
fn is_taken(error: &io::Error) -> bool {
    let kinds = [ErrorKind::AlreadyExists, ErrorKind::DirectoryNotEmpty, ErrorKind::NotADirectory];
    kinds.contains(&error.kind())
}

mod system {
    use std::io;
    use std::path::Path;

    /// Swaps two directories in one step.
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }

    /// This system cannot swap directories.
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests;
