//! Reading files completely or in parts. Nothing here waits for the other end of a FIFO.
#![expect(clippy::disallowed_methods, reason = "only `fs` uses `std::fs`")]

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::directory::{EntryStatus, open_file, status_of_file};
use super::metadata::is_absence;
use crate::error::{Error, Result};
use crate::path::display;
use crate::ports::ReadAt;
use crate::text::grouped;

/// Reads a whole file; `None` if it does not exist. A link is followed. The access time does not change if the system
/// allows that.
///
/// # Errors
/// Undecided if it exists but cannot be read, has more than `limit` bytes, or is not a regular file: a FIFO or device may
/// have no end.
pub fn read_optional(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    if_exists(path, open_regular(path).and_then(|(file, size)| read_within(&file, size, limit)))
}

/// As [`read_optional`], but a file may have more than `limit` bytes: the rest is not read.
///
/// # Errors
/// As [`read_optional`].
pub fn read_start(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    if_exists(path, open_regular(path).and_then(|(file, size)| read_at_most(&file, size, limit)))
}

/// Reads a whole open file of this size. A file that grows meanwhile may have more.
///
/// # Errors
/// Any of the system, or that the file has more than `limit` bytes.
pub(super) fn read_within(file: &File, size: u64, limit: u64) -> io::Result<Vec<u8>> {
    if size > limit {
        return Err(too_large(size, limit));
    }
    let bytes = read_at_most(file, size, limit.saturating_add(1))?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= limit => Ok(bytes),
        length => Err(too_large(length.unwrap_or(u64::MAX), limit)),
    }
}

fn read_at_most(file: &File, size: u64, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(size.min(limit)).unwrap_or(usize::MAX))?;
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn too_large(size: u64, limit: u64) -> io::Error {
    let (size, limit) = (grouped(size), grouped(limit));
    io::Error::new(ErrorKind::FileTooLarge, format!("it has {size} bytes; the limit is {limit}"))
}

/// Opens a file to read parts of it; `None` if it does not exist. A link is followed.
///
/// # Errors
/// As [`read_optional`].
pub fn open_optional(path: &Path) -> Result<Option<impl ReadAt + use<>>> {
    if_exists(path, open_regular(path).map(|(file, size)| OpenFile { file, size }))
}

/// Opens a file of at most `limit` bytes to read it from its start; `None` if it does not exist. A link is followed.
///
/// # Errors
/// As [`read_optional`].
pub fn open_stream(path: &Path, limit: u64) -> Result<Option<impl Read + use<>>> {
    let within = |(file, size): (File, u64)| {
        if size > limit { Err(too_large(size, limit)) } else { Ok(file.take(limit)) }
    };
    if_exists(path, open_regular(path).and_then(within))
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
    // Opening some devices has effects, so the path is looked at before; another file may have its place by then.
    require_regular(&fs::metadata(path)?)?;
    let file = open_file(path, true)?;
    let metadata = file.metadata()?;
    require_regular(&metadata)?;
    Ok((file, metadata.len()))
}

fn require_regular(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"))
}

/// Turns the error that a file does not exist into `None`.
fn if_exists<T>(path: &Path, read: io::Result<T>) -> Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::undecided(format!("failed to read `{}`", display(path))).cause(error)),
    }
}

/// Reads a file that no other user except root can have written; `None` if there is no such file or it has more than
/// `limit` bytes.
#[must_use]
pub fn read_owned(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let (file, size) = open_regular(path).ok()?;
    status_of_file(&file).ok().filter(EntryStatus::is_owned)?;
    read_within(&file, size, limit).ok()
}
