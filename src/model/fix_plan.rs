//! What `fix` is going to change, and what came of it.

use super::{Outcome, PlanBasis, RepositoryLabel, Scope, Skip, Suppression};
use crate::path::RepoPath;

/// The change of one ignore file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The file.
    pub path: RepoPath,
    /// The change as a unified diff, with the bytes of the file.
    pub unified: Vec<u8>,
}

/// The files of one environment, or one link, that git stops tracking. They stay on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untracked {
    /// The environment's directory, or the link.
    pub root: RepoPath,
    /// What is taken out of the index, in path order.
    pub paths: Vec<RepoPath>,
}

/// A file that stays in git although it lies in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The file.
    pub path: RepoPath,
    /// Why it stays.
    pub reason: &'static str,
}

/// What `fix` is going to change.
#[derive(Debug, Clone)]
pub struct FixPlan {
    /// The repository.
    pub repository: RepositoryLabel,
    /// What was looked at: the work tree, or what is staged.
    pub scope: Scope,
    /// The requested paths; empty for everything.
    pub asked: Vec<RepoPath>,
    /// Nothing is to be changed.
    pub dry_run: bool,
    /// The changes of ignore files, by path.
    pub diffs: Vec<FileDiff>,
    /// The number of ignore rules that are added or changed.
    pub rules: usize,
    /// A rule loses its slash at the end.
    pub loses_slash: bool,
    /// What is taken out of the index, by root.
    pub untracked: Vec<Untracked>,
    /// `HEAD` has some of that too, so other clones may have it.
    pub in_head: bool,
    /// What stays in git, by path.
    pub kept: Vec<Kept>,
    /// How many environments and links get ignored without being tracked.
    pub only_ignored: usize,
    /// What could not be looked at.
    pub skipped: Vec<Skip>,
    /// What it rests on, as a plan.
    pub basis: PlanBasis,
    /// Findings that settings took away.
    pub suppressed: Vec<Suppression>,
}

impl FixPlan {
    /// Says whether there is nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.diffs.is_empty() && self.untracked.is_empty()
    }

    /// Complete, or undecided where something could not be looked at.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.skipped.is_empty() { Outcome::Clean } else { Outcome::Undecided }
    }
}

/// What `fix` has done.
#[derive(Debug, Clone)]
pub struct FixResult {
    /// What was planned and, unless it was a dry run, carried out.
    pub plan: FixPlan,
    /// The ignore files that were added to the index.
    pub staged: Vec<RepoPath>,
    /// The ignore files that were changed but not added, because they had other changes before.
    pub unstaged: Vec<RepoPath>,
}
