//! Parts of a directory that are deleted in their place, while the rest stays.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::files::read_parts;
use crate::fs::directory::DirectoryHandle;
use crate::fs::open_directory::OpenDirectory;
use crate::fs::remove::{RemovedTree, changed_since, remove_parts};
use crate::path::{RepoPath, path_to_bytes};
use crate::ports::Progress;

/// Parts of a directory whose deletion has begun. The list of them is in a staging directory beside that directory or, if it
/// is a mount point or the top of a work tree, in it: so that both are on one file system, where its number cannot be that
/// of another directory.
#[derive(Debug)]
pub struct CondemnedParts {
    directory: OpenDirectory,
    /// What the directory is in, and its name there, if it goes too once it is empty.
    above: Option<(DirectoryHandle, Vec<u8>)>,
    parts: Vec<RepoPath>,
    /// When it was noted, as the file system has it.
    noted: (i64, i64),
}

impl CondemnedParts {
    /// Those of the directory at `place` that a staging directory in `parent` names; `is_inside` if that is the directory.
    pub(super) fn in_staging(
        parent: &DirectoryHandle,
        staging: &DirectoryHandle,
        place: &Path,
        is_inside: bool,
    ) -> io::Result<Self> {
        let (parts, noted) = read_parts(staging)?;
        if is_inside {
            return Ok(Self { directory: parent.duplicate()?.into(), above: None, parts, noted });
        }
        let name = path_to_bytes(Path::new(place.file_name().unwrap_or_default()));
        let directory = parent.open_child(&name)?;
        if parent.is_mounted(&directory)? {
            return Err(ErrorKind::CrossesDevices.into());
        }
        Ok(Self { directory: directory.into(), above: Some((parent.duplicate()?, name)), parts, noted })
    }

    /// The files in them that came or were changed since.
    #[must_use]
    pub fn changed(&self) -> Vec<RepoPath> {
        changed_since(&self.directory.list_parts(&self.parts), self.noted)
    }

    /// Deletes them, as far as they are still there, and the directory if nothing else is in it.
    #[must_use]
    pub fn remove(&self, progress: &dyn Progress) -> RemovedTree {
        let removed = remove_parts(&self.directory, &self.parts, progress);
        if let Some((above, name)) = &self.above {
            // Fails where something else lies in it, which then stays.
            let _ = above.remove_directory(name);
        }
        removed
    }
}
