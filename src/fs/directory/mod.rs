//! Directories opened through a descriptor, so that no path is resolved twice.
//!
//! A path is resolved again each time it is used, and anyone who can write to a directory can replace a part of the path
//! by a link in between (<https://cwe.mitre.org/data/definitions/367.html>). A [`DirectoryHandle`] stays with the
//! directory that was opened. Children are opened relative to it, and never through a link.

mod entry;
#[cfg(not(unix))]
mod portable;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
mod unix_entries;

use std::fs::File;
use std::io;

pub use entry::{DirectoryEntry, FileKind, FileStamp};
pub(super) use entry::{EntryStatus, FileSize, time_of};
#[cfg(not(unix))]
pub(super) use portable::{DirectoryHandle, open_file, set_access, set_file_mode, status_of_file};
#[cfg(unix)]
pub(super) use unix::{DirectoryHandle, open_file, set_access, set_file_mode, status_of_file};

impl DirectoryHandle {
    /// Opens a regular file for reading; anything else is an error.
    pub(super) fn open_regular(&self, name: &[u8]) -> io::Result<File> {
        let file = self.open_entry(name)?;
        let is_file = status_of_file(&file)?.kind == FileKind::File;
        if is_file { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
    }
}
