//! What could not be read.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::model::{Skip, Unread};

/// A path that failed as a whole.
pub(super) fn unread(path: PathBuf, error: &Error) -> Unread {
    Unread { path, reason: error.summary() }
}

/// What could not be looked at, of a tree that has its root in a directory.
pub(super) fn unread_below(top: &Path, skip: Skip) -> Unread {
    Unread { path: skip.path.to_path(top), reason: skip.reason }
}
