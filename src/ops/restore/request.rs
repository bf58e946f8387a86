//! What `restore` is requested to do.

use std::path::PathBuf;

/// What to bring back, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestoreRequest {
    /// The id of the snapshot, or the start of it.
    pub id: String,
    /// The directory that becomes the environment; `None` for where it was. Relative to the working directory.
    pub to: Option<PathBuf>,
    /// Files and directories in the environment; none for all of it. Relative to the environment, or as they are seen from
    /// the working directory.
    pub only: Vec<PathBuf>,
    /// The Python, as a request or a path; `None` for the one that it was made from.
    pub python: Option<String>,
    /// Pass over an archive.
    pub from_snapshot: bool,
    /// Only say what would be done.
    pub dry_run: bool,
}
