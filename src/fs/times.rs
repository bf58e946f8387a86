//! When files were made, changed and read.
#![expect(clippy::disallowed_methods, reason = "this is a door to the disk")]

use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// The times of a file or directory, as far as its file system keeps them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// When it was made.
    pub created: Option<SystemTime>,
    /// When its content was changed; of a directory, when a name in it was.
    pub modified: Option<SystemTime>,
    /// When it was read; many systems note that only once a day (`relatime`), some never.
    pub accessed: Option<SystemTime>,
}

/// The times of what has this name, which may be a link to it; none if there is nothing.
#[must_use]
pub fn times(path: &Path) -> Times {
    let Ok(metadata) = fs::metadata(path) else { return Times::default() };
    Times {
        created: metadata.created().ok(),
        modified: metadata.modified().ok(),
        accessed: metadata.accessed().ok(),
    }
}
