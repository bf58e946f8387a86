//! Taking a directory out of its place in one step, so that the place is free before the directory is deleted.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::condemned_parts::CondemnedParts;
use super::files::{
    CONDEMNED, OLD, create_private, delete, is_expected, is_immovable, write_first_files, write_parts,
};
use crate::env::{is_refused, stop_point};
use crate::error::{Error, Result};
use crate::fs::directory::DirectoryHandle;
use crate::fs::metadata::{Identity, parent_or_current};
use crate::fs::remove::DirectoryPlace;
use crate::path::{RepoPath, bytes_to_path, display, path_to_bytes};

/// A staging directory beside a directory that is to be deleted. Dropping it moves that directory back, unless its
/// deletion has begun, and deletes the staging directory.
///
/// Whoever finds it after a kill sees how far the run came: `old` was only moved aside, `condemned` is being deleted.
#[derive(Debug)]
pub struct AsideDirectory {
    /// The directory that the target is in.
    parent: DirectoryHandle,
    /// The name of the staging directory in it.
    name: Vec<u8>,
    directory: DirectoryHandle,
    target: PathBuf,
    target_name: Vec<u8>,
    /// The mode that the target had before it could be moved.
    mode_before: Cell<Option<u32>>,
    /// Locked while it is open.
    _marker: File,
}

/// What became of a directory that was to be moved aside.
#[derive(Debug)]
pub enum Taken {
    /// Its place is free.
    Aside,
    /// The system does not let it be moved: it is a mount point, or lies in a layer of an image. It is deleted in its
    /// place.
    InPlace(DirectoryPlace),
}

impl AsideDirectory {
    /// Creates the staging directory for a directory, whose path is absolute.
    ///
    /// # Errors
    /// Action if it cannot be written; nothing is left behind then.
    pub fn beside(target: &Path) -> Result<Self> {
        let failed =
            |error: io::Error| Error::action(format!("failed to remove `{}`", display(target))).cause(error);
        let target_name = target.file_name().map(|name| path_to_bytes(Path::new(name)));
        let target_name = target_name.ok_or_else(|| failed(ErrorKind::InvalidInput.into()))?;
        let parent = DirectoryHandle::open(parent_or_current(target)).map_err(failed)?;
        let (name, directory) = create_private(&parent).map_err(failed)?;
        stop_point("staging-made");
        match write_first_files(&directory, target) {
            Ok(marker) => Ok(Self {
                parent,
                name,
                directory,
                target: target.to_path_buf(),
                target_name,
                mode_before: Cell::new(None),
                _marker: marker,
            }),
            Err(error) => {
                delete(&parent, &name, &directory);
                Err(failed(error))
            }
        }
    }

    /// Where the directory is once it was moved.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.path_of(OLD)
    }

    /// Moves the directory aside, if it is the one that is expected.
    ///
    /// # Errors
    /// Action; the directory is then in its place.
    pub fn take(&self, expected: Option<Identity>) -> Result<Taken> {
        if !is_expected(&self.parent, &self.target_name, expected) {
            return Err(self.replaced());
        }
        let rename = || match is_refused("move-aside") {
            true => Err(ErrorKind::CrossesDevices.into()),
            false => self.parent.rename_entry(&self.target_name, &self.directory, OLD),
        };
        let moved = rename().or_else(|error| match error.kind() {
            // Moving a directory changes its `..` and so needs write permission.
            ErrorKind::PermissionDenied if self.make_writable(expected).is_ok() => rename(),
            _ => Err(error),
        });
        match moved {
            Ok(()) if is_expected(&self.directory, OLD, expected) => Ok(Taken::Aside),
            Ok(()) => {
                self.put_back()?;
                Err(self.replaced())
            }
            Err(error) if is_immovable(&error) => {
                let parent = self.parent.duplicate().map_err(|error| self.failed(error))?;
                let place = DirectoryPlace::new(parent, &self.target_name, self.target.clone());
                Ok(Taken::InPlace(place.in_place()))
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Moves the directory back. Nothing that took its place meanwhile is overwritten.
    ///
    /// # Errors
    /// Action, with where the directory is now.
    pub fn put_back(&self) -> Result<()> {
        if matches!(self.directory.status_of(OLD), Ok(None)) {
            return Ok(());
        }
        self.directory.rename_to_free(OLD, &self.parent, &self.target_name).map_err(|error| {
            self.failed(error).cause(format!("it was moved to `{}`", display(&self.path())))
        })?;
        if let Some(mode) = self.mode_before.take() {
            // It is there again, only more of it can be written.
            let _ = self.parent.open_child(&self.target_name).and_then(|target| target.set_mode(mode));
        }
        Ok(())
    }

    /// Marks the directory that was moved aside as one whose deletion begins, and returns where it is.
    ///
    /// # Errors
    /// Action; the directory is then aside, and can be put back.
    pub fn condemn(&self) -> Result<DirectoryPlace> {
        let parent = self.directory.duplicate().map_err(|error| self.failed(error))?;
        self.directory.rename_entry(OLD, &parent, CONDEMNED).map_err(|error| self.failed(error))?;
        Ok(DirectoryPlace::new(parent, CONDEMNED, self.path_of(CONDEMNED)))
    }

    /// Moves another directory, if it is the one that is expected, to where anybody may finish its deletion, and returns
    /// where it is then: where it was, if it cannot be moved. Each has a number of its own.
    #[must_use]
    pub fn condemn_other(
        &self,
        place: DirectoryPlace,
        number: usize,
        expected: Option<Identity>,
    ) -> DirectoryPlace {
        let name = number.to_string().into_bytes();
        let moved = || -> io::Result<DirectoryHandle> {
            let condemned = self.directory.make_child(CONDEMNED, 0o700);
            condemned.or_else(
                |error| if error.kind() == ErrorKind::AlreadyExists { Ok(()) } else { Err(error) },
            )?;
            let condemned = self.directory.open_child(CONDEMNED)?;
            place.move_to(&condemned, &name, expected)?;
            Ok(condemned)
        };
        match moved() {
            Ok(condemned) => DirectoryPlace::new(condemned, &name, place.path().to_path_buf()),
            Err(_) => place.in_place(),
        }
    }

    /// The staging directory for deleting parts of a directory: beside it, or in it if it is a mount point or `is_top`, where
    /// something has this name.
    ///
    /// # Errors
    /// As [`AsideDirectory::beside`].
    pub fn for_parts(directory: &Path, name: &[u8], is_top: bool) -> Result<Self> {
        let parent = DirectoryHandle::open(parent_or_current(directory));
        let mounted =
            |parent: DirectoryHandle| parent.is_mounted(&DirectoryHandle::open_no_follow(directory)?);
        let is_inside = is_top || parent.and_then(mounted).unwrap_or(true);
        let aside = if is_inside { directory.join(bytes_to_path(name)) } else { directory.to_path_buf() };
        Self::beside(&aside)
    }

    /// Notes which parts of the directory at `place`, for which the staging directory was made, are deleted in their place
    /// from now on.
    ///
    /// # Errors
    /// Action; nothing has begun then.
    pub fn condemn_parts(&self, place: &Path, parts: &[RepoPath]) -> Result<CondemnedParts> {
        let is_inside = self.target != place;
        let written = write_parts(&self.directory, parts);
        let noted = written
            .and_then(|()| CondemnedParts::in_staging(&self.parent, &self.directory, place, is_inside));
        noted.map_err(|error| self.failed(error))
    }

    /// Gives the owner of the directory write permission for it.
    fn make_writable(&self, expected: Option<Identity>) -> io::Result<()> {
        let target = self.parent.open_child(&self.target_name)?;
        if expected.is_some() && target.identity()? != expected {
            return Err(ErrorKind::NotFound.into());
        }
        let mode = target.status()?.mode;
        target.make_writable()?;
        self.mode_before.set(Some(mode));
        Ok(())
    }

    /// The path of an entry, as it was when the staging directory was created.
    fn path_of(&self, name: &[u8]) -> PathBuf {
        parent_or_current(&self.target).join(bytes_to_path(&self.name)).join(bytes_to_path(name))
    }

    fn replaced(&self) -> Error {
        let target = display(&self.target);
        Error::action(format!("refusing to delete `{target}`: it was replaced in the meantime"))
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::action(format!("failed to move `{}` aside", display(&self.target))).cause(error)
    }
}

impl Drop for AsideDirectory {
    fn drop(&mut self) {
        // What cannot be moved back stays aside, where the next run finds it.
        if self.put_back().is_ok() {
            delete(&self.parent, &self.name, &self.directory);
        }
    }
}
