//! Where a directory is that is to be deleted.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::env::is_refused;
use crate::error::{Error, Result};
use crate::fs::directory::DirectoryHandle;
use crate::fs::metadata::{Identity, parent_or_current};
use crate::path::{display, path_to_bytes};

/// Where a directory is: its name in an open directory, which stays the same whatever its path leads to later.
#[derive(Debug)]
pub struct DirectoryPlace {
    pub(super) parent: DirectoryHandle,
    pub(in crate::fs) name: Vec<u8>,
    /// Its path when the directory above it was opened, for messages.
    pub(super) path: PathBuf,
    /// It is deleted where it always was, and may be a mount point: then what is in it goes.
    pub(super) is_in_place: bool,
}

impl DirectoryPlace {
    /// The place of a path.
    ///
    /// # Errors
    /// Action if the path has no name, or the directory above it cannot be opened.
    pub fn at(path: &Path) -> Result<Self> {
        let failed = |error| Error::action(format!("failed to remove `{}`", display(path))).cause(error);
        let name = path.file_name().map(|name| path_to_bytes(Path::new(name)));
        let name = name.ok_or_else(|| failed(std::io::ErrorKind::InvalidInput.into()))?;
        let parent = DirectoryHandle::open(parent_or_current(path)).map_err(failed)?;
        Ok(Self { parent, name, path: path.to_path_buf(), is_in_place: false })
    }

    /// The place of a name in an open directory, whose path is only for messages.
    pub(in crate::fs) fn new(parent: DirectoryHandle, name: &[u8], path: PathBuf) -> Self {
        Self { parent, name: name.to_vec(), path, is_in_place: false }
    }

    /// The same for a directory that is deleted where it always was, also if that is a mount point: then what is in it goes.
    #[must_use]
    pub fn in_place(self) -> Self {
        Self { is_in_place: true, ..self }
    }

    /// Its path, as it was when the place was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the directory is known by that is there now; `None` if there is none, and on systems without inode numbers.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.parent.open_child(&self.name).and_then(|directory| directory.identity()).ok().flatten()
    }

    /// Moves the directory, if it is the one that is expected, to a free name in another directory.
    pub(in crate::fs) fn move_to(
        &self,
        to: &DirectoryHandle,
        name: &[u8],
        expected: Option<Identity>,
    ) -> io::Result<()> {
        if is_refused("move-aside") || self.identity() != expected {
            return Err(ErrorKind::CrossesDevices.into());
        }
        self.parent.rename_entry(&self.name, to, name)?;
        let found = to.open_child(name).and_then(|directory| directory.identity())?;
        if found == expected {
            return Ok(());
        }
        to.rename_to_free(name, &self.parent, &self.name)?;
        Err(ErrorKind::NotFound.into())
    }

    /// The error for a directory that is not the one that is expected.
    pub(super) fn replaced(&self) -> Error {
        let refused =
            format!("refusing to delete `{}`: it was replaced in the meantime", display(&self.path));
        Error::action(refused).hint("check its contents and delete it by hand")
    }
}
