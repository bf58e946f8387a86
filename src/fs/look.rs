//! Looking at single places: what is there and what it holds. Nothing here waits for a FIFO, reads without end, or
//! changes anything.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::directory::{Directory, Named, open_file};
use crate::error::{Error, Result};
use crate::path::bytes_to_path;

/// More links in a row than this are a loop, as for Linux (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// Where a path leads when every link is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// To this place, which is there and has no link in its path.
    To(PathBuf),
    /// To this place, where nothing is.
    Nowhere(PathBuf),
    /// Around in a circle.
    Loop,
    /// It cannot be told, for this reason.
    Unknown(String),
}

/// The names in a directory, sorted; `None` if there is no such directory. A link to a directory is followed.
///
/// # Errors
/// Undecided if it is there but cannot be listed.
pub fn names(directory: &Path) -> Result<Option<Vec<Named>>> {
    let failed = |error| Error::undecided(format!("failed to list `{}`", directory.display())).cause(error);
    let mut named = match Directory::open(directory).and_then(|mut opened| opened.list()) {
        Ok(named) => named,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    named.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(named))
}

/// What a directory holds, by path, sorted; nothing if it cannot be listed.
#[must_use]
pub fn entries_of(directory: &Path) -> Vec<PathBuf> {
    let listed = names(directory).ok().flatten().unwrap_or_default();
    listed.iter().map(|named| directory.join(bytes_to_path(&named.name))).collect()
}

/// The first `limit` bytes of a file, or of the one that a link there leads to; `None` if there is none.
///
/// # Errors
/// Undecided if it is there but cannot be read, or is no regular file: a FIFO may have no end, nor a writer.
pub fn read_start(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    let read = || -> std::io::Result<Vec<u8>> {
        if !fs::metadata(path)?.is_file() {
            return Err(std::io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
        }
        let mut bytes = Vec::new();
        open_file(path, true)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    match read() {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::undecided(format!("failed to read `{}`", path.display())).cause(error)),
    }
}

/// Follows every link of a path.
#[must_use]
pub fn follow(path: &Path) -> Lead {
    let error = match fs::canonicalize(path) {
        Ok(real) => return Lead::To(real),
        Err(error) => error,
    };
    let mut place = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&place) {
            Ok(target) => place = place.parent().unwrap_or(Path::new("")).join(target),
            Err(_) if is_absence(&error) => return Lead::Nowhere(super::plain_path(&place)),
            Err(_) => return Lead::Unknown(error.to_string()),
        }
    }
    Lead::Loop
}

/// A path without links; `None` where it cannot be told.
#[must_use]
pub fn real_path(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// Says whether two paths lead to the same file or directory, however they are spelled: through links, and with other
/// letters' cases where the file system does not tell them apart.
#[must_use]
pub fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |path| fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()));
        identity(one).is_some_and(|one| identity(other) == Some(one))
    }
    #[cfg(not(unix))]
    {
        fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
    }
}

fn is_absence(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}
