//! Reading files completely or in parts. Nothing here waits for the other end of a FIFO.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::directory::open_file;
use crate::error::{Error, Result};
use crate::path::display;
use crate::ports::ReadAt;

/// Reads a whole file; `None` if it does not exist. A link is followed. The access time does not change if the system
/// allows that.
///
/// # Errors
/// Undecided if it exists but cannot be read, or is not a regular file: a FIFO or device may have no end.
pub fn read_optional(path: &Path) -> Result<Option<Vec<u8>>> {
    read_start(path, u64::MAX)
}

/// As [`read_optional`], but at most the first `limit` bytes.
///
/// # Errors
/// As [`read_optional`].
pub fn read_start(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    let read = || -> io::Result<Vec<u8>> {
        let (file, size) = open_regular(path)?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(usize::try_from(size.min(limit)).unwrap_or(usize::MAX))?;
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    if_exists(path, read())
}

/// Opens a file to read parts of it; `None` if it does not exist. A link is followed.
///
/// # Errors
/// As [`read_optional`].
pub fn open_optional(path: &Path) -> Result<Option<impl ReadAt + use<>>> {
    if_exists(path, open_regular(path).map(|(file, size)| OpenFile { file, size }))
}

/// An open file with its size when it was opened.
struct OpenFile {
    file: File,
    size: u64,
}

impl ReadAt for OpenFile {
    fn size(&self) -> u64 {
        self.size
    }

    #[cfg(unix)]
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, into, at)
    }

    #[cfg(windows)]
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, into, at)
    }
}

/// Opens a regular file, and returns its size too.
fn open_regular(path: &Path) -> io::Result<(File, u64)> {
    let metadata = fs::metadata(path)?;
    match metadata.is_file() {
        true => Ok((open_file(path, true)?, metadata.len())),
        false => Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file")),
    }
}

/// Turns the error that a file does not exist into `None`.
fn if_exists<T>(path: &Path, read: io::Result<T>) -> Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::undecided(format!("failed to read `{}`", display(path))).cause(error)),
    }
}

/// Reads a whole regular file that the caller wants to change; `None` if it does not exist.
///
/// # Errors
/// Action if it is a link, a directory or a device, or cannot be read.
pub fn read_regular(path: &Path) -> Result<Option<Vec<u8>>> {
    let failed = |error| Error::action(format!("failed to read `{}`", display(path))).cause(error);
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if !metadata.is_file() {
        let what = if metadata.is_symlink() { "a symlink" } else { "not a regular file" };
        return Err(Error::action(format!("refusing to read `{}`: it is {what}", display(path))));
    }
    fs::read(path).map(Some).map_err(failed)
}

/// Reads a file that no other user except root can have written; `None` if there is no such file.
#[must_use]
pub fn read_owned(path: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    file.metadata().ok().filter(|metadata| metadata.is_file() && is_owned(metadata))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Whether no other user except root can have written a file or directory.
#[cfg(unix)]
pub(super) fn is_owned(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = metadata.uid();
    let others_may_write = metadata.mode() & 0o022 != 0;
    (owner == rustix::process::geteuid().as_raw() || owner == 0) && !others_may_write
}

/// Whether no other user except root can have written a file or directory.
#[cfg(not(unix))]
pub(super) fn is_owned(_: &Metadata) -> bool {
    true
}

/// Whether an error means that a file does not exist.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}
