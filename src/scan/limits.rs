//! How much of a range is looked at.
//!
//! Trees are shared in a repository, so that a pack of a few kilobytes may have more paths than anybody has time or memory
//! for. A server has to answer all the same: that it could not determine what is in them.

use crate::error::Error;

/// The most paths and directories that commits may change, whatever their number: more than the first commit of a
/// repository with a million files.
const MOST_CHANGED: u64 = 4_000_000;
/// And this many for each commit. On average, commits change less than ten.
const CHANGED_PER_COMMIT: u64 = 1_000;
/// The most entries that are listed to look at single commits: a whole tree with a million files 50 times.
pub(super) const MOST_LISTED: u64 = 50_000_000;

/// The most paths and directories that so many commits may change.
pub(super) fn most_changed(commits: usize) -> u64 {
    MOST_CHANGED + CHANGED_PER_COMMIT * commits as u64
}

/// The error for commits with more than can be looked at.
pub(super) fn too_much() -> Error {
    Error::undecided("the commits change more paths than can be looked at")
        .cause("a few trees in a repository can stand for any number of paths")
        .hint("push or check fewer commits at a time")
}
