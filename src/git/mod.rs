//! The repository: the only folder that names `git2`, and the only one that speaks git's plumbing.
//!
//! Two adapters implement [`Reader`]: [`libgit2`] and [`plumbing`]. libgit2 cannot read SHA-256 or reftable
//! repositories, nor sparse or split indexes, so the plumbing adapter answers there; when neither can, the
//! answer is "could not tell".

use std::path::PathBuf;

use crate::error::Result;
use crate::path::RepoPath;
use crate::tree::{Content, ObjectId, OwnedEntry, Tree, Visitor};

/// Where the parts of the repository are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The directory of this work tree's own state (`.git`, or `.git/worktrees/NAME`), absolute.
    pub git_directory: PathBuf,
    /// The directory that all work trees share, absolute.
    pub common_directory: PathBuf,
    /// The top of the work tree, absolute; `None` in a bare repository.
    pub work_tree: Option<PathBuf>,
    /// The index that git names for this run (`GIT_INDEX_FILE`, else `index` in the git directory).
    pub index_file: PathBuf,
    /// The directory the program was started in, relative to the work tree; the root when outside of it.
    pub prefix: RepoPath,
    /// The length of an object name in bytes: 20 (SHA-1) or 32 (SHA-256).
    pub object_id_length: usize,
}

/// An entry that some commit of a range brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    /// The entry as that commit has it.
    pub entry: OwnedEntry,
    /// The first commit of the range, in topological order, that has it so.
    pub commit: ObjectId,
}

/// One value of git's configuration, in the order in which git reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigEntry {
    /// The key as git prints it: section and variable in lower case, subsection as written.
    pub key: String,
    /// The value; `None` for a key without `=`, which means true.
    pub value: Option<String>,
    /// Where it stands, as `git config --show-origin` says it.
    pub origin: String,
}

/// The ignore rule that decides about a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRule {
    /// The file that holds the rule, as git names it (relative to the work tree, or absolute).
    pub source: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The pattern as it is written there.
    pub pattern: String,
}

/// What both adapters can read. All paths are relative to the root of the work tree.
pub trait Reader {
    /// Finds the commit that a revision names; `None` if there is no such commit.
    fn resolve(&self, revision: &str) -> Result<Option<ObjectId>>;

    /// The commit of `HEAD`; `None` before the first commit.
    fn head(&self) -> Result<Option<ObjectId>>;

    /// The files of a commit.
    fn commit_tree(&self, commit: ObjectId) -> Result<Box<dyn Tree + '_>>;

    /// Shows every entry of the index (each path once, whatever its merge stage) in path order.
    fn visit_index(&self, visitor: &mut dyn Visitor) -> Result<()>;

    /// The entries of a commit at or below these paths, in path order.
    fn entries_below(&self, commit: ObjectId, roots: &[RepoPath]) -> Result<Vec<OwnedEntry>>;

    /// The entries that the commits of `range` (`A..B`, or one revision for all of its history) add or change
    /// against every parent they have, oldest commit first, each path and content once.
    fn introduced(&self, range: &str) -> Result<Vec<Introduced>>;

    /// Reads a blob of at most `limit` bytes.
    fn read_blob(&self, id: ObjectId, limit: u64) -> Result<Content>;

    /// The sizes of blobs in bytes, in the same order; `None` where the object is missing.
    fn blob_sizes(&self, ids: &[ObjectId]) -> Vec<Option<u64>>;
}
