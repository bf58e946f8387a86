//! The result of a gate: the report, what triggered it, and how to fix commits that it blocks.

use super::{HistoryFix, Report};
use crate::message::Message;

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
    /// A push that arrives at a repository, on a server.
    Receive(ReceivedPush),
    /// A range of commits that a hook framework checks outside of a push.
    Range(Option<HistoryFix>),
    /// All files in the index, for example `pre-commit run --all-files`.
    Everything,
}

/// What whoever pushes has to know, besides what was found. They have a clone on another machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedPush {
    /// How to remove the environments from the commits, in that clone.
    pub fix: Option<HistoryFix>,
    /// The branches that have them, as people write their names.
    pub branches: Vec<String>,
    /// The setting with which the server switches the check off.
    pub setting: &'static str,
    /// Settings in the pushed commits that would relax the check and do not count.
    pub unaccepted: Vec<Message>,
}

impl ReceivedPush {
    /// Of a push in which nothing was found.
    #[must_use]
    pub fn of(setting: &'static str) -> Self {
        Self { fix: None, branches: Vec::new(), setting, unaccepted: Vec::new() }
    }
}
