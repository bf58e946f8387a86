//! A directory of packages, of which many files are read.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::error::Result;
use crate::fs::{FollowedDirectory, read_until};
use crate::path::{RepoPath, bytes_to_path};

/// A directory of packages.
#[derive(Debug)]
pub(super) struct SiteDirectory {
    path: PathBuf,
    /// Opened when the first file in it is read, if it stays open.
    opened: Option<OnceLock<Option<FollowedDirectory>>>,
}

impl SiteDirectory {
    /// One of an environment's own, of which there are few. It stays open, so that the system does not look for its path
    /// once for each file.
    pub(super) fn of_environment(path: PathBuf) -> Self {
        Self { path, opened: Some(OnceLock::new()) }
    }

    /// Any other. Of these there may be more than a process may open.
    pub(super) fn elsewhere(path: PathBuf) -> Self {
        Self { path, opened: None }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads a file of an entry, or the entry itself if `file` is empty, as [`read_until`]; `None` if it does not exist.
    ///
    /// # Errors
    /// Undecided if it exists but cannot be read, or is not a regular file.
    pub(super) fn read_until(
        &self,
        entry: &[u8],
        file: &str,
        limit: u64,
        is_enough: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>> {
        let open = || FollowedDirectory::open(&self.path).ok();
        let opened = self.opened.as_ref().and_then(|opened| opened.get_or_init(open).as_ref());
        let place = if file.is_empty() { entry.to_vec() } else { [entry, b"/", file.as_bytes()].concat() };
        match (opened, RepoPath::new(place.as_slice())) {
            (Some(opened), Ok(place)) => opened.read_until(&place, limit, is_enough),
            _ => read_until(&self.path.join(bytes_to_path(&place)), limit, is_enough),
        }
    }

    /// As [`SiteDirectory::read_until`], but reads everything up to the limit.
    ///
    /// # Errors
    /// As [`SiteDirectory::read_until`].
    pub(super) fn read_start(&self, entry: &[u8], file: &str, limit: u64) -> Result<Option<Vec<u8>>> {
        self.read_until(entry, file, limit, |_| false)
    }
}
