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

/// The bytes that are read first of a file of which the start may be enough.
const FIRST_PART: u64 = 4096;

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

/// As [`read_start`], but nothing is read beyond what is enough, as far as `is_enough` says so of the first bytes: they are
/// read in parts, each as large as all before.
///
/// # Errors
/// As [`read_optional`].
pub fn read_until(path: &Path, limit: u64, is_enough: impl Fn(&[u8]) -> bool) -> Result<Option<Vec<u8>>> {
    if_exists(path, open_regular(path).and_then(|(file, size)| read_parts(&file, size, limit, is_enough)))
}

/// Reads an open file of this size in parts, until it is enough. Bytes that are added meanwhile are not read.
pub(super) fn read_parts(
    mut file: &File,
    size: u64,
    limit: u64,
    is_enough: impl Fn(&[u8]) -> bool,
) -> io::Result<Vec<u8>> {
    // The system says 0 of the files that it makes when they are read.
    let end = if size == 0 { limit } else { size.min(limit) };
    let mut bytes = Vec::new();
    let mut next = FIRST_PART;
    loop {
        let missing = next.min(end).saturating_sub(bytes.len() as u64);
        bytes.try_reserve_exact(usize::try_from(missing).unwrap_or(usize::MAX))?;
        let read = file.by_ref().take(missing).read_to_end(&mut bytes)?;
        if (read as u64) < missing || next >= end || is_enough(&bytes) {
            return Ok(bytes);
        }
        next = next.saturating_mul(2);
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
    with_size(open_file(path, true)?)
}

/// An open regular file with its size.
pub(super) fn with_size(file: File) -> io::Result<(File, u64)> {
    let metadata = file.metadata()?;
    require_regular(&metadata)?;
    Ok((file, metadata.len()))
}

fn require_regular(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_file() { Ok(()) } else { Err(not_regular()) }
}

pub(super) fn not_regular() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "not a regular file")
}

/// Turns the error that a file does not exist into `None`.
pub(super) fn if_exists<T>(path: &Path, read: io::Result<T>) -> Result<Option<T>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_is_enough() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("file");
        let part = FIRST_PART as usize;
        // The size of the file, the limit, how many bytes are enough, and how many are read.
        let cases = [
            (0, 10, 0, 0),
            (10, 100, usize::MAX, 10),
            (100, 10, usize::MAX, 10),
            (part, 10 * FIRST_PART, 1, part),
            (part + 1, 10 * FIRST_PART, 1, part),
            (part + 1, 10 * FIRST_PART, part + 1, part + 1),
            (5 * part, 10 * FIRST_PART, part + 1, 2 * part),
            (5 * part, 10 * FIRST_PART, 3 * part, 4 * part),
            (5 * part, 10 * FIRST_PART, usize::MAX, 5 * part),
            (5 * part, 3 * FIRST_PART, usize::MAX, 3 * part),
        ];
        for (size, limit, enough, expected) in cases {
            let content: Vec<u8> = (0..size).map(|index| index as u8).collect();
            fs::write(&path, &content).expect("a file");
            let read = read_until(&path, limit, |bytes| bytes.len() >= enough).expect("an answer");
            assert_eq!(read.as_deref(), content.get(..expected), "{size} bytes, {limit} at most, {enough}");
        }
        fs::remove_file(&path).expect("no file");
        assert_eq!(read_until(&path, 10, |_| true).expect("an answer"), None);
        read_until(directory.path(), 10, |_| true).expect_err("a directory");
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[test]
    fn a_file_that_is_made_when_it_is_read_is_read() {
        // The system says that it has no bytes.
        let read = read_until(Path::new("/proc/self/maps"), u64::MAX, |_| false).expect("an answer");
        assert!(read.is_some_and(|bytes| !bytes.is_empty()));
    }
}
