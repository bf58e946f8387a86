//! A file that stays the one that was opened, and is read more than once.

use std::fs::File;
use std::io::{self, Read, Seek};

use super::open_directory::OpenDirectory;
use crate::path::RepoPath;

/// An open regular file, whatever its path leads to later.
#[derive(Debug)]
pub struct OpenedFile(File);

impl OpenedFile {
    /// Its size in bytes now.
    ///
    /// # Errors
    /// That of the system.
    pub fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    /// Reads it from its start. What read it before must have ended: both have one position in the file.
    ///
    /// # Errors
    /// That of the system.
    pub fn from_start(&self) -> io::Result<impl Read + Send + use<>> {
        let mut file = self.0.try_clone()?;
        file.rewind()?;
        Ok(file)
    }
}

impl OpenDirectory {
    /// Opens a regular file below it, to read it more than once.
    ///
    /// # Errors
    /// As [`OpenDirectory::open_file`].
    pub fn open_to_reread(&self, path: &RepoPath) -> io::Result<OpenedFile> {
        self.open_file(path).map(OpenedFile)
    }
}
