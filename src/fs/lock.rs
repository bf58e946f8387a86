//! Locking work that reads files, decides, and writes them, so that only one run does it at a time.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::path::display;

/// A lock. It is released when this value is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "it only has to stay open")] Option<File>);

impl Lock {
    /// Waits until no other process holds the lock file `path`; `on_wait` is called first if one does. The file is never
    /// deleted, because two runs could then lock two different files. Nothing is locked if the file system has no
    /// locks, or if the file cannot be created: then nothing else can be written next to it either.
    ///
    /// # Errors
    /// Action if waiting fails.
    pub fn wait(path: &Path, on_wait: impl FnOnce()) -> Result<Self> {
        let Ok(file) = File::options().append(true).create(true).open(path) else { return Ok(Self(None)) };
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            on_wait();
        }
        match file.lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Self(None)),
            Err(error) => Err(Error::action(format!("failed to lock `{}`", display(path))).cause(error)),
        }
    }
}
