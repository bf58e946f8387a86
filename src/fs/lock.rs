//! Locking work that reads files, decides, and writes them, so that only one run does it at a time.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::access::Access;
use super::directory::FileKind;
use super::metadata::parent_or_current;
use super::place::FilePlace;
use crate::error::{Error, Result};
use crate::git::Sharing;
use crate::path::{display, path_to_bytes};
use crate::text::shell_quote;

/// A lock. It is released when this value is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock(Option<File>);

impl Lock {
    /// The locked file; `None` if nothing could be locked.
    pub(super) fn file(&self) -> Option<&File> {
        self.0.as_ref()
    }

    /// Waits until no other process holds the lock file `path`; `on_wait` is called first if one does. The file is never
    /// deleted, because two runs could then lock two different files. Nothing is locked on a file system that has no
    /// locks, or is read-only and has no lock file: then nothing else can be written next to it either.
    ///
    /// # Errors
    /// Action if the file cannot be opened, is not a regular file, or if waiting fails.
    pub fn wait(path: &Path, sharing: Sharing, on_wait: impl FnOnce()) -> Result<Self> {
        Self::wait_at(&FilePlace::at(path)?, path, sharing, on_wait)
    }

    /// As [`Lock::wait`], for a lock file in a directory that is open; `path` is for messages.
    ///
    /// # Errors
    /// As [`Lock::wait`].
    pub fn wait_at(place: &FilePlace, path: &Path, sharing: Sharing, on_wait: impl FnOnce()) -> Result<Self> {
        let Some(file) = open(place, path, sharing)? else { return Ok(Self(None)) };
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            on_wait();
        }
        match file.lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Self(None)),
            Err(error) => Err(failed(path, error)),
        }
    }
}

impl Lock {
    /// Waits until no process holds the lock file alone, and holds it together with others.
    ///
    /// # Errors
    /// As [`Lock::wait`].
    pub fn share_at(place: &FilePlace, path: &Path, sharing: Sharing) -> Result<Self> {
        let Some(file) = open(place, path, sharing)? else { return Ok(Self(None)) };
        match file.lock_shared() {
            Ok(()) => Ok(Self(Some(file))),
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Self(None)),
            Err(error) => Err(failed(path, error)),
        }
    }

    /// Holds the lock file alone; `None` if another process holds it, and where nothing can be locked.
    ///
    /// # Errors
    /// As [`Lock::wait`].
    pub fn try_alone_at(place: &FilePlace, path: &Path, sharing: Sharing) -> Result<Option<Self>> {
        let Some(file) = open(place, path, sharing)? else { return Ok(None) };
        Ok(file.try_lock().is_ok().then(|| Self(Some(file))))
    }
}

/// Opens a lock file, or creates it; `None` if the file system cannot have one.
fn open(place: &FilePlace, path: &Path, sharing: Sharing) -> Result<Option<File>> {
    let error = match place.try_open_to_append(Access::of_repository(sharing)) {
        Ok(file) => return Ok(Some(file)),
        Err(error) => error,
    };
    if let Some(kind) = place.kind().filter(|kind| *kind != FileKind::File) {
        return Err(place.refused("lock", kind));
    }
    // A lock needs no right to write.
    match place.try_open() {
        Ok(file) => Ok(Some(file)),
        Err(_) if matches!(error.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::Unsupported) => Ok(None),
        Err(_) => Err(failed(path, error)),
    }
}

fn failed(path: &Path, error: io::Error) -> Error {
    let is_forbidden = error.kind() == ErrorKind::PermissionDenied;
    let failed = Error::action(format!("failed to lock `{}`", display(path))).cause(error);
    if !is_forbidden {
        return failed;
    }
    let directory = shell_quote(&path_to_bytes(parent_or_current(path)));
    failed
        .hint(format!("see who may write there with `ls -la {directory}`"))
        .hint("if several users share the repository: `git help init`, option `--shared`")
}
