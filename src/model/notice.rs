//! What a hook says after git has changed the work tree.

use super::{FixStep, RepositoryLabel, SyncStatus};
use crate::message::Message;
use crate::path::RepoPath;

/// Environments that are not, or may not be, what changed files ask for.
#[derive(Debug, Clone)]
pub struct DependencyNotice {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The environments, by their projects; at least one.
    pub environments: Vec<AffectedEnvironment>,
}

/// An environment that is not, or may not be, what changed files ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedEnvironment {
    /// Its directory, for people.
    pub environment: Message,
    /// The changed files, by path.
    pub changed: Vec<RepoPath>,
    /// How it stands to what is asked for; never in step.
    pub status: SyncStatus,
    /// How many packages are not as they are asked for.
    pub packages: usize,
    /// Which request its Python does not satisfy.
    pub unsatisfied_request: Option<Message>,
    /// The command that brings it in step; empty if there is none.
    pub fix: Vec<FixStep>,
}
