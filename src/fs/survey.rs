//! Looks at everything below a directory, hidden, ignored, nested repositories and all, without following a link.

use std::path::Path;

use crate::error::Result;
use crate::model::Skip;
use crate::tree::OwnedEntry;

/// What is below a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Files (and whatever else is no directory) and links with their sizes, by path.
    pub entries: Vec<OwnedEntry>,
    /// Directories that could not be looked into, by path.
    pub unreadable: Vec<Skip>,
}

impl Survey {
    /// The size of all entries in bytes, as far as it is known.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.entries.iter().filter_map(|entry| entry.size).sum()
    }
}

/// Looks at everything below `root`.
///
/// # Errors
/// Undecided if `root` is no directory or cannot be opened.
pub fn survey(root: &Path) -> Result<Survey> {
    let mut found = system::survey(root)?;
    found.entries.sort_by(|a, b| a.path.cmp(&b.path));
    found.unreadable.sort();
    Ok(found)
}

#[cfg(unix)]
#[path = "survey/unix.rs"]
mod system;

#[cfg(not(unix))]
#[path = "survey/portable.rs"]
mod system;
