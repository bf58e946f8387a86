//! The files below a directory as programs see them, which follow links.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::directory::DirectoryHandle;
use super::metadata::is_absence;
use super::read::{if_exists, not_regular, read_parts, with_size};
use crate::error::{Error, Result};
use crate::path::{RepoPath, display};

/// An open directory whose files are found by their paths. Links are followed: an installer may link the files of a
/// package to its cache. Nothing is written through it.
#[derive(Debug)]
pub struct FollowedDirectory {
    handle: DirectoryHandle,
    /// For messages.
    path: PathBuf,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundFile {
    /// Nothing, or a link to nothing.
    Missing,
    /// A regular file of this many bytes.
    File(u64),
    /// A directory, a FIFO, a socket or a device.
    Other,
}

impl FollowedDirectory {
    /// Opens the directory at a path, which may be a link to one.
    ///
    /// # Errors
    /// Undecided if it cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |error| Error::undecided(format!("failed to read `{}`", display(path))).cause(error);
        Ok(Self { handle: DirectoryHandle::open(path).map_err(failed)?, path: path.to_path_buf() })
    }

    /// Looks at a path below it.
    ///
    /// # Errors
    /// That of the system if it cannot tell.
    pub fn find(&self, path: &RepoPath) -> io::Result<FoundFile> {
        match self.handle.target_size(path.as_bytes()) {
            Ok(Some(size)) => Ok(FoundFile::File(size)),
            Ok(None) => Ok(FoundFile::Other),
            Err(error) if is_absence(&error) || error.kind() == ErrorKind::InvalidFilename => {
                Ok(FoundFile::Missing)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a path below it certainly leads to a regular file, of this many bytes if any number is given. A path with
    /// `.` or `..`, and an absolute one, is not followed.
    #[must_use]
    pub fn has_file(&self, path: &[u8], bytes: Option<u64>) -> bool {
        let is_it = |found: u64| bytes.is_none_or(|bytes| bytes == found);
        RepoPath::is_valid(path) && matches!(self.handle.target_size(path), Ok(Some(found)) if is_it(found))
    }

    /// Reads a regular file below it from its start, as [`read_until`](super::read_until); `None` if it does not exist.
    ///
    /// # Errors
    /// Undecided if it exists but cannot be read, or is not a regular file.
    pub fn read_until(
        &self,
        path: &RepoPath,
        limit: u64,
        is_enough: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>> {
        let read = || {
            // Opening some devices has effects, so that it is looked at before.
            self.handle.target_size(path.as_bytes())?.ok_or_else(not_regular)?;
            let (file, size) = with_size(self.handle.open_target(path.as_bytes())?)?;
            read_parts(&file, size, limit, is_enough)
        };
        if_exists(&path.to_path(&self.path), read())
    }

    /// Opens a regular file below it for reading.
    ///
    /// # Errors
    /// That of the system; invalid input if it is something else than a regular file.
    pub fn open_file(&self, path: &RepoPath) -> io::Result<File> {
        Ok(with_size(self.handle.open_target(path.as_bytes())?)?.0)
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "it creates what is found")]

    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path();
        fs::create_dir_all(top.join("below/deep")).expect("directories");
        fs::write(top.join("outside"), "12345").expect("a file");
        symlink("../../outside", top.join("below/deep/link")).expect("a link");
        symlink("nowhere", top.join("below/dangling")).expect("a link");
        let opened = FollowedDirectory::open(&top.join("below")).expect("a directory");
        let path = |text: &str| RepoPath::new(text.as_bytes()).expect("a path");
        let long = "x".repeat(300);
        let cases = [
            ("deep/link", FoundFile::File(5)),
            ("dangling", FoundFile::Missing),
            ("deep", FoundFile::Other),
            ("deep/link/x", FoundFile::Missing),
            (&long, FoundFile::Missing),
        ];
        for (place, expected) in cases {
            assert_eq!(opened.find(&path(place)).expect("an answer"), expected, "{place}");
        }
        let sizes = [("deep/link", Some(5)), ("deep/link", None), ("deep/link", Some(6)), ("dangling", None)];
        let has = sizes.map(|(place, bytes)| opened.has_file(place.as_bytes(), bytes));
        assert_eq!(has, [true, true, false, false]);
        for other in
            ["deep", "", "deep/../deep/link", "./deep/link", "../outside", "deep//link", "deep/link/"]
        {
            assert!(!opened.has_file(other.as_bytes(), None), "{other}");
        }
        let absolute = top.join("outside");
        assert!(!opened.has_file(crate::path::path_to_bytes(&absolute).as_slice(), None));
        let mut text = String::new();
        let read = opened.open_file(&path("deep/link")).and_then(|mut file| file.read_to_string(&mut text));
        assert_eq!((read.ok(), text.as_str()), (Some(5), "12345"));
        opened.open_file(&path("deep")).expect_err("a directory");
        let read = |text: &str| opened.read_until(&path(text), 3, |_| false);
        assert_eq!(read("deep/link").expect("an answer").as_deref(), Some("123".as_bytes()));
        for missing in ["dangling", "deep/link/x", "other"] {
            assert_eq!(read(missing).expect("an answer"), None, "{missing}");
        }
        let error = read("deep").expect_err("a directory").to_string();
        assert!(error.contains(&top.join("below/deep").display().to_string()), "{error}");
    }
}
