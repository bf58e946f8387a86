//! What a list of installed files says of one.

use std::path::Path;

use crate::formats::content_hash::ContentHash;
use crate::path::{self, RepoPath, bytes_to_path, path_to_bytes};

/// A longer list of files is not read: the largest packages have some megabytes.
pub(super) const LIST_LIMIT: u64 = 64 * 1024 * 1024;

/// What a list says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListedFile {
    /// The hash of its content; without one nothing proves that it was not changed.
    pub(super) hash: Option<ContentHash>,
    /// Its size in bytes.
    pub(super) size: Option<u64>,
}

/// A list in which nothing stands that no installer writes.
#[derive(Debug)]
pub(super) struct SoundList {
    /// The number of the list's own entry.
    pub(super) number: usize,
    /// It names something that should be there and is not.
    pub(super) names_absent: bool,
    /// The entries of which it has the hash, by number, without those that are known to be as they were installed.
    pub(super) expected: Vec<usize>,
}

impl SoundList {
    /// A list that names nothing yet.
    pub(super) fn of(number: usize) -> Self {
        Self { number, names_absent: false, expected: Vec::new() }
    }
}

/// The path that a list means, relative to the environment, whose directory is absolute; `None` if it leads out of it.
pub(super) fn resolve(environment: &Path, base: &[u8], listed: &[u8]) -> Option<RepoPath> {
    if listed.starts_with(b"/") {
        let inside = bytes_to_path(listed);
        return RepoPath::new(path_to_bytes(inside.strip_prefix(environment).ok()?)).ok();
    }
    path::resolve(base, listed)
}
