//! What `lock` did.

use super::{CacheInput, Freshness, Outcome, PlanBasis, RepositoryLabel};
use crate::message::Message;
use crate::path::RepoPath;

/// What became of the locks of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockStep {
    /// They were only compared with what they are made from.
    Checked,
    /// Their tools would write them.
    WouldLock,
    /// All were fresh, or their tools wrote them.
    Locked,
}

/// A lock, or compiled requirements.
#[derive(Debug, Clone)]
pub struct LockedFile {
    /// The file.
    pub path: RepoPath,
    /// The program that writes it; `None` if it is not known which one does.
    pub tool: Option<&'static str>,
    /// How it stood to what it is made from; `None` if it did not exist.
    pub before: Option<Freshness>,
    /// How it stands to that now.
    pub after: Option<Freshness>,
    /// The command that was run, or would be, as its words; empty if none is needed.
    pub command: Vec<String>,
    /// Its content is another one than before.
    pub is_changed: bool,
    /// Why its command is not run: a fragment that follows `its command`.
    pub refusal: Option<String>,
}

impl LockedFile {
    /// Says whether it is certainly not what it is made from: it is stale, or does not exist.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self.after, None | Some(Freshness::Stale(_)))
    }

    /// Why it is not known whether it is stale, a lower-case fragment; `None` if it is known. What its tool has written is
    /// what it is made from.
    #[must_use]
    pub fn doubt(&self) -> Option<&Message> {
        match &self.after {
            Some(Freshness::Unknown(reason) | Freshness::Unreadable(reason)) => Some(reason),
            _ => None,
        }
    }
}

/// What `lock` did with the locks of one project.
#[derive(Debug, Clone)]
pub struct Locking {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The project.
    pub project: RepoPath,
    /// How far it came.
    pub step: LockStep,
    /// The locks, by path.
    pub files: Vec<LockedFile>,
    /// What it rests on, as a plan.
    pub basis: PlanBasis,
    /// Of a dry run, the content of what decides on the plan.
    pub inputs: Vec<CacheInput>,
    /// What the user may want to know.
    pub notes: Vec<Message>,
}

impl Locking {
    /// Findings if a lock is stale, undecided if that is not known of one. A dry run has done what it was to do.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let is_left = |file: &&LockedFile| self.step == LockStep::Checked || file.refusal.is_some();
        let is_stale = |file: &&LockedFile| match self.step {
            LockStep::WouldLock => false,
            LockStep::Checked | LockStep::Locked => file.is_stale(),
        };
        if self.files.iter().any(|file| is_stale(&file)) {
            Outcome::Findings
        } else if self.files.iter().filter(is_left).any(|file| file.doubt().is_some()) {
            Outcome::Undecided
        } else {
            Outcome::Clean
        }
    }
}
