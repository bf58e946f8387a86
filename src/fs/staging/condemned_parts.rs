//! Parts of a directory that are deleted in their place, while the rest stays.

use std::io;

use super::files::read_parts;
use crate::fs::directory::DirectoryHandle;
use crate::fs::open_directory::OpenDirectory;
use crate::fs::remove::{RemovedTree, changed_since, remove_parts};
use crate::path::RepoPath;
use crate::ports::Progress;

/// Parts of a directory whose deletion has begun.
#[derive(Debug)]
pub struct CondemnedParts {
    directory: OpenDirectory,
    parts: Vec<RepoPath>,
    /// When it was noted, as the file system has it.
    noted: (i64, i64),
}

impl CondemnedParts {
    /// Those that a staging directory in the directory names.
    pub(super) fn in_staging(directory: &DirectoryHandle, staging: &DirectoryHandle) -> io::Result<Self> {
        let (parts, noted) = read_parts(staging)?;
        Ok(Self { directory: directory.duplicate()?.into(), parts, noted })
    }

    /// The files in them that came or were changed since.
    #[must_use]
    pub fn changed(&self) -> Vec<RepoPath> {
        changed_since(&self.directory.list_parts(&self.parts), self.noted)
    }

    /// Deletes them, as far as they are still there.
    #[must_use]
    pub fn remove(&self, progress: &dyn Progress) -> RemovedTree {
        remove_parts(&self.directory, &self.parts, progress)
    }
}
