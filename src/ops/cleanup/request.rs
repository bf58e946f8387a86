//! What `cleanup` is requested to do.

use std::path::PathBuf;
use std::time::Duration;

use crate::formats::audit_log::AuditAction;
use crate::model::BackupScope;
use crate::path::RepoPath;

/// What kinds of things are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CleanupTargets {
    /// Environments, and what is left of some.
    #[default]
    Environments,
    /// Caches.
    Caches,
    /// Environments and caches.
    All,
    /// Archives of environments that were deleted.
    Backups,
    /// Files of the link cache that no environment has.
    Store,
}

impl CleanupTargets {
    pub(super) fn has_environments(self) -> bool {
        matches!(self, Self::Environments | Self::All)
    }

    pub(super) fn has_caches(self) -> bool {
        matches!(self, Self::Caches | Self::All)
    }
}

/// The command that deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeletingCommand {
    /// `cleanup`.
    #[default]
    Cleanup,
    /// `tidy`.
    Tidy,
}

impl DeletingCommand {
    /// What the audit log says of it.
    pub(super) fn logged(self) -> (AuditAction, &'static str) {
        match self {
            Self::Cleanup => (AuditAction::Remove, "cleanup"),
            Self::Tidy => (AuditAction::Tidy, "tidy"),
        }
    }
}

/// What to delete.
#[derive(Debug, Clone, Default)]
pub struct CleanupRequest {
    /// Names of environments in the settings, and paths, as they were typed, or ids and paths of archives; everything if
    /// there are none.
    pub names: Vec<String>,
    /// What kinds of things.
    pub targets: CleanupTargets,
    /// Only environments that do not work.
    pub only_broken: bool,
    /// Of environments only what is left of some, in which nothing can be run, and no cache with another one in it.
    pub only_dead: bool,
    /// Only what was not changed for so long.
    pub older_than: Option<Duration>,
    /// Only what has at least so many bytes.
    pub min_bytes: Option<u64>,
    /// Patterns, as `.gitignore` has them, of what stays.
    pub keep: Vec<String>,
    /// Also in the linked work trees of the repository.
    pub all_worktrees: bool,
    /// What may go although no tool could write it again, as it was typed.
    pub discard: Vec<PathBuf>,
    /// What is archived before an environment is deleted; if it does not say, the setting `backup` does.
    pub backup: Option<BackupScope>,
    /// Also what a process uses.
    pub include_in_use: bool,
    /// It is about other repositories than the one around the working directory.
    pub is_elsewhere: bool,
    /// Without a question.
    pub force: bool,
    /// Only say what would be deleted.
    pub dry_run: bool,
    /// What this plan file says, and nothing else, if nothing of it has changed since; the names and what selects are not
    /// looked at then.
    pub apply: Option<PathBuf>,
    /// The environment that a command uses, by the only name or without one, and nothing below it; another one is to take its
    /// place.
    pub is_replaced: bool,
    /// What git no longer tracks once this is carried out, sorted.
    pub untracked: Vec<RepoPath>,
    /// The command that deletes.
    pub command: DeletingCommand,
}
