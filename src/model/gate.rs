//! The result of a gate: the report, what triggered it, and how to fix commits that it blocks.

use super::{HistoryFix, Report};

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
