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

pub use entry::{DirectoryEntry, FileKind};
pub(super) use entry::{EntryStamp, EntryStatus, FileSize};
#[cfg(not(unix))]
pub(super) use portable::{DirectoryHandle, open_file, set_access, status_of_file};
#[cfg(unix)]
pub(super) use unix::{DirectoryHandle, open_file, set_access, status_of_file};
