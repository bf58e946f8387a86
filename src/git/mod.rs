//! The repository: the only folder that names `git2`, and the only one that speaks git's plumbing.
//!
//! [`Repository`] is what the rest of the program sees. Behind it two adapters implement [`Reader`]:
//! libgit2, which starts no process, and git's plumbing commands. libgit2 cannot read SHA-256 or reftable
//! repositories, nor sparse or split indexes, so the plumbing answers there; when neither can, the answer is
//! "could not tell". The index itself is read by neither of them where it can be scanned in place.

use std::path::PathBuf;

use crate::error::Result;
use crate::path::RepoPath;
use crate::tree::{Content, ObjectId, OwnedEntry, Tree, Visitor};

mod blob_cache;
mod command;
mod config;
mod entries;
mod hooks;
mod ignore;
mod index_change;
mod index_file;
mod index_scan;
mod layout;
mod libgit2;
mod open;
mod plumbing;
mod range;
mod remote;
mod repository;
mod tracked;

pub use hooks::{ConfigHook, GitVersion, HooksPath};
pub use ignore::{IgnoreQuestion, IgnoreRule};
pub use index_change::StagedFile;
pub use range::CommitRange;
pub use repository::Repository;
pub use tracked::Worktree;

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
    /// The first commit of the range, parents before children, that has it so.
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

/// What both adapters can read. All paths are relative to the root of the work tree.
///
/// # Errors
/// Every function is undecided when something it needs is missing or cannot be read; nothing is ever fetched.
pub trait Reader {
    /// Finds the commit that a revision names; `None` if there is no such commit.
    fn resolve(&self, revision: &str) -> Result<Option<ObjectId>>;

    /// The commit of `HEAD`; `None` before the first commit.
    fn head(&self) -> Result<Option<ObjectId>>;

    /// The commits that the references below `prefix` (`refs/`, `refs/remotes/origin/`) name, sorted, each once.
    fn tips(&self, prefix: &str) -> Result<Vec<ObjectId>>;

    /// The files of a commit.
    fn commit_tree(&self, commit: ObjectId) -> Result<Box<dyn Tree + '_>>;

    /// Shows every entry of the index that a commit would hold (each path once, at the lowest merge stage it
    /// has; what `git add -N` announced is left out) in path order, but for what a sparse index folds: that
    /// comes last.
    fn visit_index(&self, visitor: &mut dyn Visitor) -> Result<()>;

    /// The entries of a commit at or below these paths, in path order.
    fn entries_below(&self, commit: ObjectId, roots: &[RepoPath]) -> Result<Vec<OwnedEntry>>;

    /// The entries that the commits of a range add or change against every parent they have, oldest commit
    /// first, within a commit in path order, each path and content once.
    fn introduced_by(&self, range: &CommitRange) -> Result<Vec<Introduced>>;

    /// As [`Reader::introduced_by`], for `A..B`, or one revision for all of its history.
    ///
    /// # Errors
    /// Usage if the text is not such a range or names a commit that does not exist.
    fn introduced(&self, range: &str) -> Result<Vec<Introduced>> {
        self.introduced_by(&CommitRange::parse(range, &mut |revision| self.resolve(revision))?)
    }

    /// Reads a blob of at most `limit` bytes.
    fn read_blob(&self, id: ObjectId, limit: u64) -> Result<Content>;

    /// The sizes of blobs in bytes, in the same order; `None` where the object is missing or no blob.
    fn blob_sizes(&self, ids: &[ObjectId]) -> Vec<Option<u64>>;
}
