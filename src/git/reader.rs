//! What both adapters can read of a repository.

use super::history::{Commit, History, Introduced, ReceiveChanges};
use super::range::CommitRange;
use crate::error::Result;
use crate::path::RepoPath;
use crate::tree::{Content, ObjectId, OwnedEntry, PlaceSet, Tree, Visitor};

/// What both adapters can read. All paths are relative to the root of the work tree.
///
/// # Errors
/// Every function fails as undecided if something it needs is missing or cannot be read. Nothing is ever fetched.
pub trait Reader {
    /// Finds the commit that a revision names; `None` if there is no such commit.
    fn resolve(&self, revision: &str) -> Result<Option<ObjectId>>;

    /// The commit of `HEAD`; `None` before the first commit.
    fn head(&self) -> Result<Option<ObjectId>>;

    /// The commits that the references below `prefix` (`refs/`, `refs/remotes/origin/`) point to, sorted and unique.
    fn tips(&self, prefix: &str) -> Result<Vec<ObjectId>>;

    /// The files of a commit.
    fn commit_tree(&self, commit: ObjectId) -> Result<Box<dyn Tree + '_>>;

    /// Shows every index entry that a commit would contain, in path order: each path once, at its lowest merge
    /// stage, and without `git add -N` entries. Files in collapsed directories of a sparse index come last.
    fn visit_index(&self, visitor: &mut dyn Visitor) -> Result<()>;

    /// The entries of a commit at or below these paths, in path order.
    fn entries_below(&self, commit: ObjectId, roots: &[RepoPath]) -> Result<Vec<OwnedEntry>>;

    /// The commits of a range, in one walk.
    fn history(&self, range: &CommitRange) -> Result<History>;

    /// Returns whether a range has more commits than `count`. It takes no longer than to find one more.
    fn is_longer(&self, range: &CommitRange, count: usize) -> Result<bool>;

    /// Passes on what the commits of some lists add and change, in no particular order. Returns whether that is all: it
    /// stops after `most` paths and directories, and where the receiver says so.
    fn changes(&self, lists: &[Vec<Commit>], most: u64, receive: ReceiveChanges<'_>) -> Result<bool>;

    /// What commits add, change and delete, of all paths or only in some places: in the order of the commits, within a
    /// commit in path order.
    fn introduced(&self, commits: &[Commit], paths: Option<&PlaceSet>) -> Result<Vec<Introduced>>;

    /// The range that is written as `A..B`, or as one revision for all of its history.
    ///
    /// # Errors
    /// Usage if the text is not such a range or names a commit that does not exist.
    fn range(&self, text: &str) -> Result<CommitRange> {
        CommitRange::parse(text, &mut |revision| self.resolve(revision))
    }

    /// Reads a blob of at most `limit` bytes.
    fn read_blob(&self, id: ObjectId, limit: u64) -> Result<Content>;

    /// The sizes of blobs in bytes, in the same order; `None` if the object is missing or not a blob.
    fn blob_sizes(&self, ids: &[ObjectId]) -> Vec<Option<u64>>;
}
