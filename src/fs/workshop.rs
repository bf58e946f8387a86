//! A directory is built in a workshop beside the place where it shall be, and takes that place in one step.
//!
//! The workshop is `.git-pyenv-XXXXXX` in the same directory, and so on the same file system. It holds the file
//! `place` with the path that it works for, locked as long as somebody works; `new`, what is being built; and for
//! an instant `old`, where the system cannot exchange two directories. Whatever instant a run is killed at, the
//! place has the old directory or the new one, or [`Workshop::recover`] puts the old one back.
//!
//! Git never sees a workshop: its first files are made in a directory called `.git`, which git leaves out wherever
//! it is, and the first of them to leave that directory is a `.gitignore` that ignores everything.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::metadata::{Identity, identity};
use super::remove::remove_tree;
use crate::error::{Error, Result};
use crate::path::{display, path_to_bytes};
use crate::ports::Silent;

/// How the name of a workshop begins.
const PREFIX: &str = ".git-pyenv-";
/// The file that names the place.
const MARKER: &str = "place";
const IGNORE: &str = ".gitignore";
const IGNORE_ALL: &[u8] = b"*\n";
/// Where git does not look.
const HIDDEN: &str = ".git";
const NEW: &str = "new";
const OLD: &str = "old";
/// What was built, when what it should have replaced has to go back.
const UNUSED: &str = "unused";

/// A workshop. It goes away with this value, and what is in it then.
#[derive(Debug)]
pub struct Workshop {
    directory: PathBuf,
    place: PathBuf,
    /// Directories above the place that were not there, outermost first.
    parents: Vec<PathBuf>,
    /// Locked while it is open.
    _marker: Option<File>,
}

impl Workshop {
    /// Clears away what killed runs for a place have left: puts the old directory back if the new one has not come,
    /// and removes their workshops. What somebody works in, or what may be anything else, stays; so does what
    /// `is_kept`, asked of a directory that is called like a workshop.
    pub fn recover(place: &Path, is_kept: &dyn Fn(&Path) -> bool) {
        let Some(entries) = place.parent().and_then(|parent| fs::read_dir(parent).ok()) else { return };
        for entry in entries.flatten() {
            let named = entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes());
            let directory = named && entry.file_type().is_ok_and(|kind| kind.is_dir());
            if directory && !is_kept(&entry.path()) {
                recover_from(&entry.path(), place);
            }
        }
    }

    /// Says whether a directory is a workshop that somebody works in at this instant.
    #[must_use]
    pub fn is_busy(directory: &Path) -> bool {
        let named =
            directory.file_name().unwrap_or_default().as_encoded_bytes().starts_with(PREFIX.as_bytes());
        named
            && markers(directory).iter().filter(|file| is_regular(file)).any(|file| {
                // Shared, so that nobody who looks keeps another from looking.
                let lock = File::open(file).map(|file| file.try_lock_shared());
                matches!(lock, Ok(Err(TryLockError::WouldBlock)))
            })
    }

    /// Where in a workshop an environment may be that was taken out of its place.
    #[must_use]
    pub fn asides(directory: &Path) -> [PathBuf; 2] {
        [NEW, OLD].map(|name| directory.join(name))
    }

    /// Opens a workshop for a place, which need not be there yet, and makes the directories above it.
    ///
    /// # Errors
    /// Action if nothing can be written there; nothing is left behind then.
    pub fn open(place: &Path) -> Result<Self> {
        let failed =
            |error: io::Error| Error::action(format!("failed to prepare `{}`", display(place))).cause(error);
        let parent = place.parent().unwrap_or(Path::new("/"));
        let mut workshop = Self {
            directory: PathBuf::new(),
            place: place.to_path_buf(),
            parents: missing_directories(parent),
            _marker: None,
        };
        for directory in &workshop.parents {
            fs::create_dir(directory).map_err(failed)?;
        }
        let made = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).map_err(failed)?;
        workshop.directory = made.keep();
        workshop._marker = Some(furnish(&workshop.directory, place).map_err(failed)?);
        fs::create_dir(workshop.new_directory()).map_err(failed)?;
        Ok(workshop)
    }

    /// The directory that is to take the place: empty at first.
    #[must_use]
    pub fn new_directory(&self) -> PathBuf {
        self.directory.join(NEW)
    }

    /// Puts the new directory in its place if nothing or an empty directory is there; says whether it did.
    ///
    /// # Errors
    /// Action if the system refuses.
    pub fn settle(mut self) -> Result<bool> {
        match fs::rename(self.new_directory(), &self.place) {
            Ok(()) => {
                self.parents.clear();
                Ok(true)
            }
            Err(error) if is_taken(&error) => Ok(false),
            Err(error) => Err(self.refused(error)),
        }
    }

    /// Puts the new directory in its place and takes the one that is there into the workshop; returns where it is.
    /// Whatever else than `expected` has come to be there since somebody looked stays.
    ///
    /// # Errors
    /// Action, with what was there in its place.
    pub fn exchange(&mut self, expected: Option<Identity>) -> Result<PathBuf> {
        let is_expected = |at: &Path| expected.is_none() || identity(at) == expected;
        if !is_expected(&self.place) {
            return Err(self.changed());
        }
        let old = self.swap().or_else(|error| match error.kind() {
            // To move a directory is to write into it, and this one is about to be deleted.
            ErrorKind::PermissionDenied if make_writable(&self.place).is_ok() => self.swap(),
            _ => Err(error),
        });
        let old = old.map_err(|error| self.refused(error))?;
        if is_expected(&old) { Ok(old) } else { Err(self.put_back(&old)) }
    }

    fn swap(&self) -> io::Result<PathBuf> {
        let new = self.new_directory();
        if system::exchange(&new, &self.place).is_ok() {
            return Ok(new);
        }
        let old = self.directory.join(OLD);
        fs::rename(&self.place, &old)?;
        fs::rename(&new, &self.place).inspect_err(|_| {
            // Nothing else has this name, so the old one can go back to where it was.
            let _ = fs::rename(&old, &self.place);
        })?;
        Ok(old)
    }

    /// Undoes an exchange that took something else than was expected. If that fails, what was taken is left where it
    /// is, in a directory that nobody takes for a workshop any more.
    fn put_back(&mut self, taken: &Path) -> Error {
        let put_back = system::exchange(taken, &self.place).or_else(|_| {
            fs::rename(&self.place, self.directory.join(UNUSED))?;
            fs::rename(taken, &self.place)
        });
        let error = self.changed();
        if put_back.is_ok() {
            return error;
        }
        let _ = fs::remove_file(self.directory.join(MARKER));
        self.directory = PathBuf::new();
        error.cause(format!("what was there is in `{}` now", display(taken)))
    }

    fn changed(&self) -> Error {
        let place = display(&self.place);
        Error::action(format!("something else has appeared at `{place}`"))
            .hint("look what it is, then try again")
    }

    fn refused(&self, error: io::Error) -> Error {
        let place = display(&self.place);
        Error::action(format!("failed to put the new directory at `{place}`")).cause(error)
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if !self.directory.as_os_str().is_empty() {
            clear_away(&self.directory);
        }
        for directory in self.parents.iter().rev() {
            // Only what is empty still goes.
            let _ = fs::remove_dir(directory);
        }
    }
}

/// The directories of a path that are not there, outermost first.
fn missing_directories(path: &Path) -> Vec<PathBuf> {
    let missing = path.ancestors().take_while(|above| fs::symlink_metadata(above).is_err());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
    missing.reverse();
    missing
}

/// Makes the files that a workshop begins with; returns the marker, which is locked.
fn furnish(directory: &Path, place: &Path) -> io::Result<File> {
    let hidden = directory.join(HIDDEN);
    fs::create_dir(&hidden)?;
    let mut marker = File::create_new(hidden.join(MARKER))?;
    match marker.lock() {
        Err(error) if error.kind() != ErrorKind::Unsupported => return Err(error),
        _ => {}
    }
    marker.write_all(&path_to_bytes(place))?;
    fs::write(hidden.join(IGNORE), IGNORE_ALL)?;
    fs::rename(hidden.join(IGNORE), directory.join(IGNORE))?;
    fs::rename(hidden.join(MARKER), directory.join(MARKER))?;
    fs::remove_dir(&hidden)?;
    Ok(marker)
}

/// Lets the owner of a directory change it.
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

fn recover_from(directory: &Path, place: &Path) {
    let markers = markers(directory);
    let Some(marker) = markers.iter().find(|file| is_regular(file)) else {
        if is_bare(directory) {
            clear_away(directory);
        }
        return;
    };
    let unfinished = is_bare(directory);
    let named = fs::read(marker).is_ok_and(|bytes| bytes == path_to_bytes(place));
    // Held until the end: nobody else clears away the same.
    let Ok(lock) = File::open(marker) else { return };
    if !(named || unfinished) || lock.try_lock().is_err() {
        return;
    }
    let old = directory.join(OLD);
    if fs::symlink_metadata(place).is_err()
        && fs::symlink_metadata(&old).is_ok()
        && fs::rename(&old, place).is_err()
    {
        return;
    }
    clear_away(directory);
}

/// Where the marker may be.
fn markers(directory: &Path) -> [PathBuf; 2] {
    [directory.join(MARKER), directory.join(HIDDEN).join(MARKER)]
}

/// Says whether a workshop holds nothing but what it is furnished with.
fn is_bare(directory: &Path) -> bool {
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

/// Removes a workshop: first what it was for, last what hides it.
fn clear_away(directory: &Path) {
    for name in [NEW, OLD, UNUSED, HIDDEN] {
        // What is not there is no matter.
        let _ = remove_tree(&directory.join(name), &Silent);
    }
    if [NEW, OLD, UNUSED].iter().any(|name| fs::symlink_metadata(directory.join(name)).is_ok()) {
        return;
    }
    let _ = fs::remove_file(directory.join(MARKER));
    let _ = fs::remove_file(directory.join(IGNORE));
    let _ = fs::remove_dir(directory);
}

/// Says whether a place could not be taken because something is there.
fn is_taken(error: &io::Error) -> bool {
    let kinds = [ErrorKind::AlreadyExists, ErrorKind::DirectoryNotEmpty, ErrorKind::NotADirectory];
    kinds.contains(&error.kind())
}

mod system {
    use std::io;
    use std::path::Path;

    /// Exchanges two directories in one step.
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }

    /// This system cannot.
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests;
