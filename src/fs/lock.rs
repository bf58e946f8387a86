//! One run at a time for what reads files, decides, and writes them.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::path::display;

/// Held until this value goes away, or the process, however it ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "what counts is that it is open")] Option<File>);

impl Lock {
    /// Waits until nobody else holds the lock of this name; `told` is called first if somebody does. The file itself stays where it is: taking it away
    /// could hand two runs two files. Where the file system knows no locks, or the file cannot be made (so that
    /// nothing else can be written beside it either), this is none.
    ///
    /// # Errors
    /// Action if waiting fails.
    pub fn wait(path: &Path, told: impl FnOnce()) -> Result<Self> {
        let Ok(file) = File::options().append(true).create(true).open(path) else { return Ok(Self(None)) };
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            told();
        }
        match file.lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Self(None)),
            Err(error) => Err(Error::action(format!("failed to lock `{}`", display(path))).cause(error)),
        }
    }
}
