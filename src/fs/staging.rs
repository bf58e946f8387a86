//! Building a directory next to its target path and moving it there in one step.
//!
//! The staging directory is `.git-pyenv-…` in the parent of the target, so that both are on the same file
//! system. It contains the file `place` with the path of the target, locked while a process works in the staging
//! directory; `new`, the directory being built; and, where the system cannot swap two directories, for a moment `old`.
//! What is only deleted waits in `old` too, and is `condemned` once its deletion begins ([`AsideDirectory`]).
//! If a run is killed, the target is the old directory or the new one, or [`StagingDirectory::recover`] moves the old
//! one back.
//!
//! Git never sees a staging directory: its first files are created in a directory named `.git`, which git ignores
//! everywhere, and the first file moved out of it is a `.gitignore` that ignores everything.
//!
//! Other users may be able to write to the directory that the target is in, and replace a staging directory by a link
//! or by another directory. So it is opened once, only its owner can write into it, and everything is done relative to
//! what was opened; what a killed run left is used only if no other user except root could have put anything
//! into it.

mod aside;
mod condemned_parts;
mod files;
mod inner;

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::directory::DirectoryHandle;
use super::listing::list_directory;
use super::metadata::{Identity, exists, parent_or_current};
use super::open_directory::OpenDirectory;
use super::own_names::is_staging_name;
use super::remove::DirectoryPlace;
use crate::env::is_refused;
use crate::error::{Error, Result};
use crate::path::{bytes_to_path, display, path_to_bytes};

use files::{
    CONDEMNED, MARKER, MARKER_LIMIT, NEW, OLD, UNUSED, create_with_new, delete, each_left_over,
    has_only_first_files, is_expected, is_for, is_immovable, is_locked, is_private, is_taken, open_marker,
};

pub use aside::{AsideDirectory, Taken};
pub use condemned_parts::CondemnedParts;
pub use inner::InnerStaging;

/// A staging directory. Dropping it deletes the directory and its content.
#[derive(Debug)]
pub struct StagingDirectory {
    /// The directory that the target is in.
    parent: DirectoryHandle,
    /// The name of the staging directory in it; empty once it is no staging directory any more.
    name: Vec<u8>,
    directory: DirectoryHandle,
    new: OpenDirectory,
    target: PathBuf,
    target_name: Vec<u8>,
    /// Directories above the target that did not exist before, outermost first: where each is, and its name.
    created_parents: CreatedParents,
    /// Locked while it is open.
    _marker: File,
}

/// Whether a staging directory is for this process alone.
#[derive(Debug)]
pub enum StagingClaim {
    /// It is, until the file is closed.
    Claimed(File),
    /// Another process uses it.
    InUse,
    /// There is none.
    Nothing,
}

/// Directories that were created; those that are empty are deleted again when this is dropped.
#[derive(Debug, Default)]
struct CreatedParents(Vec<(DirectoryHandle, Vec<u8>)>);

impl Drop for CreatedParents {
    fn drop(&mut self) {
        for (above, name) in self.0.iter().rev() {
            // Fails if something else was created in it, which then stays.
            let _ = above.remove_directory(name);
        }
    }
}

impl StagingDirectory {
    /// Cleans up after killed runs that worked for this target: moves the old directory back if there is no new one,
    /// and deletes their staging directories. Keeps those that another process uses, directories that may be something
    /// else, and those for which `is_kept` returns true.
    pub fn recover(target: &Path, is_kept: &dyn Fn(&Path) -> bool) {
        let Some(above) = target.parent() else { return };
        let Ok(parent) = DirectoryHandle::open(above) else { return };
        each_left_over(&parent, above, is_kept, |name, directory| {
            Remains { parent: &parent, name, directory }.recover(target);
        });
        InnerStaging::recover(target, is_kept);
    }

    /// Whether this is a staging directory that a process uses right now.
    #[must_use]
    pub fn is_in_use(directory: &Path) -> bool {
        let named = directory.file_name().unwrap_or_default().as_encoded_bytes();
        is_staging_name(named)
            && DirectoryHandle::open_no_follow(directory).is_ok_and(|directory| is_locked(&directory))
    }

    /// The names of the staging directories in a directory that a process uses right now.
    #[must_use]
    pub fn in_use_in(directory: &Path) -> Vec<Vec<u8>> {
        let entries = list_directory(directory).ok().flatten().unwrap_or_default();
        let is_busy = |name: &Vec<u8>| Self::is_in_use(&directory.join(bytes_to_path(name)));
        entries.into_iter().map(|entry| entry.name).filter(is_busy).collect()
    }

    /// Claims what a killed run left for this process, as long as the claim lives.
    #[must_use]
    pub fn claim(directory: &Path) -> StagingClaim {
        let opened = DirectoryHandle::open_no_follow(directory).ok().filter(is_private);
        let Some(marker) = opened.and_then(|opened| open_marker(&opened)) else {
            return StagingClaim::Nothing;
        };
        match marker.try_lock() {
            Err(TryLockError::WouldBlock) => StagingClaim::InUse,
            // Where there are no locks, nobody can be told.
            _ => StagingClaim::Claimed(marker),
        }
    }

    /// The parts of the directory at `place` whose deletion has begun, as a staging directory in it or beside it says; `None`
    /// if it has not, or if another user except root can have put something there.
    #[must_use]
    pub fn condemned_parts(directory: &Path, place: &Path) -> Option<CondemnedParts> {
        let opened = DirectoryHandle::open_no_follow(directory).ok().filter(is_private)?;
        let is_inside = directory.parent() == Some(place);
        if !is_inside && directory.parent() != place.parent() {
            return None;
        }
        let parent = DirectoryHandle::open(parent_or_current(directory)).ok()?;
        CondemnedParts::in_staging(&parent, &opened, place, is_inside).ok()
    }

    /// The places in a staging directory where the replaced directory may be; none if another user except root can
    /// have put something there.
    #[must_use]
    pub fn replaced(directory: &Path) -> Vec<DirectoryPlace> {
        let place = |name: &[u8]| {
            let parent = DirectoryHandle::open_no_follow(directory).ok()?;
            let is_private = is_private(&parent);
            is_private.then(|| DirectoryPlace::new(parent, name, directory.join(bytes_to_path(name))))
        };
        [NEW, OLD, CONDEMNED].into_iter().filter_map(place).collect()
    }

    /// Whether the deletion of what is at a place in a staging directory has begun.
    #[must_use]
    pub fn is_condemned(place: &DirectoryPlace) -> bool {
        place.name == CONDEMNED
    }

    /// The target that a staging directory was made for, which lies beside it or holds it; `None` if it is no staging directory, or
    /// if another user except root can have put something there.
    #[must_use]
    pub fn target_of(directory: &Path) -> Option<PathBuf> {
        let opened = DirectoryHandle::open_no_follow(directory).ok().filter(is_private)?;
        let mut named = Vec::new();
        open_marker(&opened)?.take(MARKER_LIMIT).read_to_end(&mut named).ok()?;
        let target = bytes_to_path(&named);
        let is_near = target.parent() == directory.parent() || Some(target.as_path()) == directory.parent();
        (is_near && target.is_absolute()).then_some(target)
    }

    /// Creates a staging directory for a target, which need not exist, and the missing directories above the target.
    ///
    /// # Errors
    /// Action if something cannot be written; nothing is left behind then.
    pub fn create(target: &Path) -> Result<Self> {
        let failed =
            |error: io::Error| Error::action(format!("failed to prepare `{}`", display(target))).cause(error);
        let target_name = target.file_name().map(|name| path_to_bytes(Path::new(name)));
        let target_name = target_name.ok_or_else(|| failed(ErrorKind::InvalidInput.into()))?;
        let (parent, created_parents) = open_parent(parent_or_current(target)).map_err(failed)?;
        let (name, directory, new, marker) = create_with_new(&parent, target).map_err(failed)?;
        Ok(Self {
            parent,
            name,
            directory,
            new: OpenDirectory::from(new),
            target: target.to_path_buf(),
            target_name,
            created_parents,
            _marker: marker,
        })
    }

    /// The directory that will be moved to the target; empty at first.
    #[must_use]
    pub fn new_directory(&self) -> &OpenDirectory {
        &self.new
    }

    /// The path of the new directory, where the old one is after a swap.
    #[must_use]
    pub fn new_path(&self) -> PathBuf {
        self.path_of(NEW)
    }

    /// Moves the new directory to the target if the target does not exist or is an empty directory. Returns whether it
    /// did.
    ///
    /// # Errors
    /// Action if the system refuses.
    pub fn commit(mut self) -> Result<bool> {
        match self.directory.rename_entry(NEW, &self.parent, &self.target_name) {
            Ok(()) => {
                self.created_parents.0.clear();
                Ok(true)
            }
            Err(error) if is_taken(&error) => Ok(false),
            Err(error) => Err(self.refused(error)),
        }
    }

    /// Whether the system lets the directory at the target be moved: not if it is a mount point or lies in a layer of an
    /// image. Nothing is moved: a directory with content is never renamed over.
    #[must_use]
    pub fn can_move_target(&self) -> bool {
        let refused = self.parent.rename_entry(&self.target_name, &self.parent, &self.name);
        !is_refused("move-aside") && !refused.is_err_and(|error| is_immovable(&error))
    }

    /// Swaps the new directory and the one at the target; returns where the old one is now. If the target is not the
    /// directory `expected`, because something replaced it in the meantime, it stays.
    ///
    /// # Errors
    /// Action; the target is then what it was before.
    pub fn swap(&mut self, expected: Option<Identity>) -> Result<DirectoryPlace> {
        if !is_expected(&self.parent, &self.target_name, expected) {
            return Err(self.changed());
        }
        let old = self.swap_any().or_else(|error| match error.kind() {
            // Moving a directory changes its `..` and so needs write permission; this one will be deleted anyway.
            ErrorKind::PermissionDenied if self.make_target_writable(expected).is_ok() => self.swap_any(),
            _ => Err(error),
        });
        let old = old.map_err(|error| self.refused(error))?;
        if !is_expected(&self.directory, old, expected) {
            return Err(self.roll_back(old, self.changed()));
        }
        match self.directory.duplicate() {
            Ok(parent) => Ok(DirectoryPlace::new(parent, old, self.path_of(old))),
            Err(error) => Err(self.roll_back(old, self.refused(error))),
        }
    }

    /// Undoes a swap for a reason, which becomes the error. `old` is where the old directory is.
    pub fn undo(&mut self, old: &DirectoryPlace, reason: Error) -> Error {
        let name = if old.path() == self.path_of(NEW) { NEW } else { OLD };
        self.roll_back(name, reason)
    }

    /// Swaps the new directory and whatever is at the target; returns the name in the staging directory that the latter
    /// has now.
    fn swap_any(&self) -> io::Result<&'static [u8]> {
        let (directory, parent, target) = (&self.directory, &self.parent, &self.target_name);
        if directory.exchange(NEW, parent, target).is_ok() {
            return Ok(NEW);
        }
        parent.rename_entry(target, directory, OLD)?;
        directory.rename_entry(NEW, parent, target).inspect_err(|_| {
            // The target does not exist now, so the old directory can be moved back.
            let _ = directory.rename_entry(OLD, parent, target);
        })?;
        Ok(OLD)
    }

    /// Undoes a swap. If that fails, the replaced directory stays where it is, and the staging directory is no longer
    /// recognised as one, so that nothing deletes it.
    fn roll_back(&mut self, replaced: &[u8], reason: Error) -> Error {
        let (directory, parent, target) = (&self.directory, &self.parent, &self.target_name);
        let rolled_back = directory.exchange(replaced, parent, target).or_else(|_| {
            parent.rename_entry(target, directory, UNUSED)?;
            directory.rename_entry(replaced, parent, target)
        });
        if rolled_back.is_ok() {
            return reason;
        }
        let _ = directory.remove_entry(MARKER);
        self.name.clear();
        reason.cause(format!("its previous contents are in `{}`", display(&self.path_of(replaced))))
    }

    /// Gives the owner of the directory at the target write permission.
    fn make_target_writable(&self, expected: Option<Identity>) -> io::Result<()> {
        let target = self.parent.open_child(&self.target_name)?;
        match expected.is_none() || target.identity()? == expected {
            true => target.make_writable(),
            false => Err(ErrorKind::NotFound.into()),
        }
    }

    /// The path of an entry, as it was when the staging directory was created.
    fn path_of(&self, name: &[u8]) -> PathBuf {
        let above = self.target.parent().unwrap_or(Path::new(""));
        above.join(bytes_to_path(&self.name)).join(bytes_to_path(name))
    }

    fn changed(&self) -> Error {
        Error::created_meanwhile(display(&self.target))
    }

    fn refused(&self, error: io::Error) -> Error {
        let target = display(&self.target);
        Error::action(format!("failed to move the new directory to `{target}`")).cause(error)
    }
}

impl Drop for StagingDirectory {
    fn drop(&mut self) {
        if !self.name.is_empty() {
            delete(&self.parent, &self.name, &self.directory);
        }
    }
}

/// What a killed run left.
struct Remains<'r> {
    parent: &'r DirectoryHandle,
    name: &'r [u8],
    directory: DirectoryHandle,
}

impl Remains<'_> {
    /// Moves the old directory back if there is none at the target, and deletes the rest.
    fn recover(&self, target: &Path) {
        let unfinished = has_only_first_files(&self.directory);
        let Some(mut marker) = open_marker(&self.directory) else {
            if unfinished {
                delete(self.parent, self.name, &self.directory);
            }
            return;
        };
        let is_named = is_for(&mut marker, target);
        // Locked until the end, so that no other process deletes the same directory.
        if !(is_named || unfinished) || marker.try_lock().is_err() {
            return;
        }
        let Some(target_name) = target.file_name().map(|name| path_to_bytes(Path::new(name))) else { return };
        let is_gone = matches!(self.parent.status_of(&target_name), Ok(None));
        let has_old = matches!(self.directory.status_of(OLD), Ok(Some(_)));
        if is_gone && has_old && self.directory.rename_entry(OLD, self.parent, &target_name).is_err() {
            return;
        }
        delete(self.parent, self.name, &self.directory);
    }
}

/// Opens a directory, and creates those that do not exist; returns what was created.
fn open_parent(path: &Path) -> io::Result<(DirectoryHandle, CreatedParents)> {
    let mut missing: Vec<&Path> = path.ancestors().take_while(|above| !exists(above)).collect();
    // Of a relative path the last ancestor is empty.
    missing.retain(|above| !above.as_os_str().is_empty());
    let there = missing.last().map_or(path, |outermost| parent_or_current(outermost));
    let (mut directory, mut created) = (DirectoryHandle::open(there)?, CreatedParents::default());
    for above in missing.iter().rev() {
        let name = path_to_bytes(Path::new(above.file_name().unwrap_or_default()));
        directory.make_child(&name, 0o777)?;
        let below = directory.open_child(&name)?;
        created.0.push((directory, name));
        directory = below;
    }
    Ok((directory, created))
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
