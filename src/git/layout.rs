//! Where the parts of a repository are.

use std::path::PathBuf;

use crate::path::RepoPath;

/// Where the parts of the repository are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryLayout {
    /// The directory of this work tree's own state (`.git`, or `.git/worktrees/NAME`), absolute.
    pub git_directory: PathBuf,
    /// The directory that all work trees share, absolute.
    pub common_directory: PathBuf,
    /// The top of the work tree, absolute; `None` in a bare repository.
    pub work_tree: Option<PathBuf>,
    /// The index of this run (`GIT_INDEX_FILE`, else `index` in the git directory).
    pub index_file: PathBuf,
    /// The directory in which the program was started, relative to the work tree; the root if it is outside.
    pub prefix: RepoPath,
    /// The length of an object name in bytes: 20 (SHA-1) or 32 (SHA-256).
    pub object_id_length: usize,
}
