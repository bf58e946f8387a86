//! What became of an environment that another took the place of.

use std::path::PathBuf;

use crate::path::RepoPath;

/// An environment that was replaced, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplacedEnvironment {
    /// How many packages were in it that the new environment does not start with.
    pub packages: u64,
    /// Files that may have been changed since a tool made them, relative to the environment, by path. Copies are kept.
    pub copied: Vec<RepoPath>,
    /// Where all that is recorded; `None` if nothing was replaced yet.
    pub record: Option<RecordPaths>,
}

/// Where it is recorded what was in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPaths {
    /// The snapshot.
    pub snapshot: PathBuf,
    /// The packages as a requirements file; `None` if there were none.
    pub requirements: Option<PathBuf>,
    /// The directory of the copies; `None` if there are none.
    pub copies: Option<PathBuf>,
    /// The archive; `None` if there is none.
    pub archive: Option<PathBuf>,
}

impl RecordPaths {
    /// The id of the snapshot.
    #[must_use]
    pub fn snapshot_id(&self) -> String {
        self.snapshot.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}
