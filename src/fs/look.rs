//! Looking at single places: what is there and what it holds. Nothing here waits for a FIFO, reads without end, or
//! changes anything.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::directory::open_file;
use crate::error::{Error, Result};
use crate::path::path_to_bytes;

/// More links in a row than this are a loop, as for Linux (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// What a name stands for, before any link is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A FIFO, a socket or a device.
    Other,
}

/// A name in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name's bytes.
    pub name: Vec<u8>,
    /// What has the name.
    pub kind: NameKind,
}

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
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let named = entries.map(|entry| {
        let entry = entry?;
        let name = path_to_bytes(Path::new(&entry.file_name()));
        Ok(Named { name, kind: kind_of(entry.file_type()?) })
    });
    let mut named = named.collect::<std::io::Result<Vec<_>>>().map_err(failed)?;
    named.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(named))
}

/// What a directory holds, by path, sorted; nothing if it cannot be listed.
#[must_use]
pub fn entries_of(directory: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(directory).into_iter().flatten().filter_map(std::io::Result::ok);
    let mut paths: Vec<PathBuf> = listed.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// What has this name, be it a link that leads nowhere; `None` if nothing has.
#[must_use]
pub fn name_kind(path: &Path) -> Option<NameKind> {
    fs::symlink_metadata(path).ok().map(|metadata| kind_of(metadata.file_type()))
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

/// What a link holds; `None` for what is no link.
#[must_use]
pub fn link_target(path: &Path) -> Option<PathBuf> {
    fs::read_link(path).ok()
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

fn kind_of(kind: fs::FileType) -> NameKind {
    match kind {
        kind if kind.is_symlink() => NameKind::Link,
        kind if kind.is_dir() => NameKind::Directory,
        kind if kind.is_file() => NameKind::File,
        _ => NameKind::Other,
    }
}
