//! Directory handles that are paths, for systems where no descriptor of a directory can be used.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::entry::{DirectoryEntry, FileKind, FileSize};
use crate::path::{bytes_to_path, path_to_bytes};

/// A directory; it is opened when it is listed.
#[derive(Debug)]
pub(in crate::fs) struct DirectoryHandle(PathBuf);

impl DirectoryHandle {
    /// The directory at a path, which may be a link to one.
    pub(in crate::fs) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(path.to_path_buf()))
    }

    /// The directory at a path; a link is an error.
    pub(in crate::fs) fn open_no_follow(path: &Path) -> io::Result<Self> {
        let is_directory = fs::symlink_metadata(path)?.is_dir();
        if is_directory { Self::open(path) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// A subdirectory; a link is an error.
    pub(in crate::fs) fn open_child(&self, name: &[u8]) -> io::Result<Self> {
        Self::open_no_follow(&self.0.join(bytes_to_path(name)))
    }

    /// Mount points are links here, and never opened as subdirectories.
    pub(in crate::fs) fn is_mounted(&self, _: &Self) -> io::Result<bool> {
        Ok(false)
    }

    /// The entries of the directory, in no order.
    pub(in crate::fs) fn list(&mut self) -> io::Result<Vec<DirectoryEntry>> {
        let entries = fs::read_dir(&self.0)?.map(|entry| {
            let entry = entry?;
            Ok(DirectoryEntry {
                name: path_to_bytes(Path::new(&entry.file_name())),
                kind: kind(entry.file_type()?),
            })
        });
        entries.collect()
    }

    /// The size of an entry.
    pub(in crate::fs) fn size_of(&self, name: &[u8]) -> io::Result<FileSize> {
        let metadata = fs::symlink_metadata(self.0.join(bytes_to_path(name)))?;
        Ok(FileSize { kind: kind(metadata.file_type()), bytes: metadata.len(), shared: None })
    }
}

fn kind(file_type: fs::FileType) -> FileKind {
    match file_type {
        kind if kind.is_symlink() => FileKind::Link,
        kind if kind.is_dir() => FileKind::Directory,
        kind if kind.is_file() => FileKind::File,
        _ => FileKind::Other,
    }
}

/// Opens a file for reading.
pub(in crate::fs) fn open_file(path: &Path, follow: bool) -> io::Result<File> {
    if !follow && fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    File::open(path)
}
