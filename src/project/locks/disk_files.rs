//! The files around a lock in the work tree.

use std::path::PathBuf;

use super::lock_input::ProjectFiles;
use crate::fs::{FileKind, list_directory, read_optional};
use crate::tree::LOCK_LIMIT;

/// Files of the disk, below the directory of a lock or beside it. Links are followed, as the tools do that read these files.
pub struct DiskFiles {
    /// The directory of the lock.
    pub directory: PathBuf,
}

impl ProjectFiles for DiskFiles {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        read_optional(&self.directory.join(path), LOCK_LIMIT).map_err(|error| error.to_string())
    }

    fn directories(&self, path: &str) -> Result<Vec<String>, String> {
        let entries = list_directory(&self.directory.join(path)).map_err(|error| error.to_string())?;
        let entries = entries.unwrap_or_default().into_iter();
        let directories = entries.filter(|entry| matches!(entry.kind, FileKind::Directory | FileKind::Link));
        Ok(directories.filter_map(|entry| String::from_utf8(entry.name).ok()).collect())
    }
}
