//! A directory whose content somebody else may have brought, and what lies in it.

use std::path::{Path, PathBuf};

use super::resolve::is_same_file;
use super::resolve::{path_through_links, real_path};

/// The top of such a directory, absolute: a work tree.
#[derive(Debug, Clone)]
pub struct TopDirectory {
    /// As it is called.
    named: PathBuf,
    /// Without links.
    real: PathBuf,
}

impl TopDirectory {
    /// The one at this absolute path.
    #[must_use]
    pub fn new(top: &Path) -> Self {
        Self { named: top.to_path_buf(), real: real_path(top).unwrap_or_else(|| top.to_path_buf()) }
    }

    /// Says whether a path lies in it, or the way to it leads through a link there. Where a file system takes other
    /// spellings of a name for the same, or shows the directory in a second place, the identity of directories decides.
    #[must_use]
    pub fn contains(&self, path: &Path) -> bool {
        path.starts_with(&self.named)
            || path_through_links(path).iter().any(|step| step.starts_with(&self.real))
            || path.ancestors().skip(1).any(|above| is_same_file(above, &self.real))
    }
}
