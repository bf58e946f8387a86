//! From a scope to its facts.

use super::scanned::Scanned;
use super::work_tree::WorkTreeScan;
use super::{commit, range, staged, work_tree};
use crate::error::Result;
use crate::model::Scope;
use crate::session::Session;
use crate::tree::PathFilter;

/// Gathers what the rules may know about a scope, and files that `watch` selects. Sizes are not measured;
/// `inspect::sizes` does that. The commits of a range are not watched.
///
/// # Errors
/// Usage for a revision that does not exist and for the work tree of a bare repository, settings, or undecided if the
/// scope as a whole cannot be read.
pub fn scan(session: &Session<'_>, scope: &Scope, watch: Option<PathFilter>) -> Result<Scanned> {
    match scope {
        Scope::WorkTree => {
            work_tree::work_tree(session, WorkTreeScan { watch, ..WorkTreeScan::of(session)? })
        }
        Scope::Staged => staged::staged(session, watch),
        Scope::Commit(revision) => commit::commit(session, revision, watch),
        Scope::Range(range) => range::introduced(session, range),
    }
}
