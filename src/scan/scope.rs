//! From a scope to its facts.

use super::scanned::Scanned;
use super::{commit, range, staged, work_tree};
use crate::error::Result;
use crate::model::Scope;
use crate::session::Session;

/// Gathers what the rules may know about a scope. Sizes are not measured; `inspect::sizes` does that.
///
/// # Errors
/// Usage for a revision that does not exist and for the work tree of a bare repository, settings, or undecided if the
/// scope as a whole cannot be read.
pub fn scan(session: &Session<'_>, scope: &Scope) -> Result<Scanned> {
    match scope {
        Scope::WorkTree => work_tree::work_tree(session),
        Scope::Staged => staged::staged(session),
        Scope::Commit(revision) => commit::commit(session, revision),
        Scope::Range(range) => range::introduced(session, range),
    }
}
