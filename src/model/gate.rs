//! The result of a gate: the report, what triggered it, and how to fix commits that it blocks.

use super::Report;
use crate::path::RepoPath;

/// The result of `hook run`.
#[derive(Debug, Clone)]
pub struct Gate {
    /// What was found.
    pub report: Report,
    /// What the gate was run for.
    pub trigger: GateTrigger,
}

/// What a gate is run for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateTrigger {
    /// A commit.
    Commit,
    /// A merge that git commits without asking.
    Merge,
    /// A push, and how to remove the environments from the commits that it would publish.
    Push(Option<HistoryFix>),
    /// A range of commits that a hook framework checks outside of a push.
    Range(Option<HistoryFix>),
    /// All files in the index, for example `pre-commit run --all-files`.
    Everything,
}

/// How to remove environments from commits that are not published yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryFix {
    /// Only `HEAD` adds them: amend it.
    Amend {
        /// The paths to remove.
        places: Vec<RepoPath>,
    },
    /// An earlier commit adds one, or a commit that is not checked out: rebase.
    Rebase {
        /// The first such commit, as an abbreviated id.
        first: String,
        /// The commit has no parent.
        is_root: bool,
        /// The branch to rebase, unless it is the current one.
        branch: Option<String>,
        /// The paths to remove.
        places: Vec<RepoPath>,
    },
}
