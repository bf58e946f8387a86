//! What both adapters can read of a repository.

use super::range::CommitRange;
use crate::error::Result;
use crate::path::RepoPath;
use crate::tree::{Content, ObjectId, OwnedEntry, Tree, Visitor};

/// An entry that some commit of a range brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    /// The entry as that commit has it.
    pub entry: OwnedEntry,
    /// The first commit of the range, parents before children, that has it so.
    pub commit: ObjectId,
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
