//! What `cleanup` found, deleted and kept.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Measure, Outcome, PlanBasis, RepositoryLabel, Unread};
use crate::error::Error;
use crate::message::{Message, message};
use crate::path::{RepoPath, display};
use crate::text::counted;

/// What kind of thing is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalTarget {
    /// An environment.
    Environment,
    /// What is left of one, or of a run that was killed.
    Remnant,
    /// Files that a tool makes again by itself.
    Cache,
    /// The archive of an environment that was deleted.
    Backup,
    /// Files of the link cache that no environment has.
    Store,
}

impl RemovalTarget {
    /// The name in JSON output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "venv",
            Self::Remnant => "remnant",
            Self::Cache => "cache",
            Self::Backup => "backup",
            Self::Store => "store",
        }
    }
}

/// Something in an environment that no tool could write again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignPath {
    /// Its path, relative to the environment; the root for all of it.
    pub path: RepoPath,
    /// Why it stops the deletion, such as `not created by any tool`.
    pub reason: String,
    /// It does because git tracks it.
    pub is_tracked: bool,
    /// It goes into an archive, and does not stop the deletion.
    pub is_archived: bool,
}

/// What of an environment is archived before it is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupScope {
    /// All of it.
    All,
    /// What no tool could write again.
    Foreign,
}

impl BackupScope {
    /// The name in JSON output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Foreign => "foreign",
        }
    }
}

/// An archive that is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedBackup {
    /// What goes into it.
    pub scope: BackupScope,
    /// How much that is.
    pub size: Measure,
}

/// Something that is to be deleted.
#[derive(Debug, Clone)]
pub struct PlannedRemoval {
    /// Its directory, or the file of an archive, absolute.
    pub path: PathBuf,
    /// The environment that an archive is of, absolute.
    pub backup_of: Option<PathBuf>,
    /// The top of the work tree that it belongs to; `None` if it is in no repository.
    pub work_tree: Option<PathBuf>,
    /// The kind of environment or cache: `venv`, `pytest`.
    pub kind: String,
    /// What it is.
    pub target: RemovalTarget,
    /// How many files and links it has.
    pub files: u64,
    /// Their size in bytes; one with several names counts once.
    pub bytes: u64,
    /// The bytes of files that have no name elsewhere.
    pub freed_bytes: u64,
    /// When one of its files was changed last.
    pub used: Option<SystemTime>,
    /// The projects and processes that use it, in words.
    pub used_by: Vec<Message>,
    /// What no tool could write again, by path. It stops the deletion unless it is archived.
    pub foreign: Vec<ForeignPath>,
    /// The archive that is made of it first.
    pub backup: Option<PlannedBackup>,
    /// How many of its files git tracks.
    pub tracked_files: u64,
    /// What keeps it from being made again, in words; nothing if it can be.
    pub missing_sources: Vec<String>,
}

impl PlannedRemoval {
    /// Whether something in it stops its deletion.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.foreign.iter().any(|foreign| !foreign.is_archived)
    }
}

/// An archive that stays.
#[derive(Debug, Clone)]
pub struct StayingBackup {
    /// The id of its snapshot.
    pub id: String,
    /// The file, absolute.
    pub path: PathBuf,
    /// The environment that it is of, absolute; `None` if nothing says so.
    pub environment: Option<PathBuf>,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// When it was made.
    pub made: SystemTime,
    /// Why it stays, in words.
    pub reason: String,
}

/// Something that was deleted.
#[derive(Debug, Clone)]
pub struct RemovedItem {
    /// Where it was, absolute.
    pub path: PathBuf,
    /// The id of its snapshot; a cache has none.
    pub snapshot: Option<String>,
    /// Where its archive is, absolute, if there is one.
    pub archive: Option<PathBuf>,
    /// How many files and links it had.
    pub files: u64,
    /// How many bytes are free now.
    pub freed_bytes: u64,
    /// Its directory is a mount point, which stays, with nothing in it.
    pub mount_point_stays: bool,
}

/// Something that was selected and stays.
#[derive(Debug, Clone)]
pub struct KeptItem {
    /// Where it is, absolute.
    pub path: PathBuf,
    /// Why it stays.
    pub reason: Message,
    /// What to do about it, each a sentence or a command with what it is for.
    pub hints: Vec<Message>,
    /// The deletion was tried and failed.
    pub has_failed: bool,
}

/// How far a cleanup came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CleanupStep {
    /// There is a plan.
    Planned,
    /// There is a plan, and no more was asked for.
    DryRun,
    /// Nothing was deleted, because nobody could be asked, or said no.
    Unconfirmed,
    /// What is chosen of the plan was carried out.
    Done,
}

/// A plan that was written to a file.
#[derive(Debug, Clone)]
pub struct WrittenPlan {
    /// The file, absolute.
    pub path: PathBuf,
    /// What has to be given too to apply it, each after a space, for a POSIX shell.
    pub options: String,
}

/// The result of `cleanup`.
#[derive(Debug, Clone)]
pub struct Cleanup {
    /// The repository; `None` for those below a directory.
    pub repository: Option<RepositoryLabel>,
    /// What was selected, by path.
    pub plan: Vec<PlannedRemoval>,
    /// What is gone, in the order of the plan.
    pub removed: Vec<RemovedItem>,
    /// What stays, in the order of the plan.
    pub kept: Vec<KeptItem>,
    /// The archives that are not selected, oldest first, where archives are deleted.
    pub backups: Vec<StayingBackup>,
    /// What could not be looked at, by path.
    pub unread: Vec<Unread>,
    /// How far it came.
    pub step: CleanupStep,
    /// When the plan was made.
    pub now: SystemTime,
    /// What it rests on, as a plan; `None` if it is not to be carried out by its id.
    pub basis: Option<PlanBasis>,
    /// The file that the plan was written to.
    pub plan_file: Option<WrittenPlan>,
}

impl Cleanup {
    /// Whether it is a plan to delete something.
    #[must_use]
    pub fn is_plan(&self) -> bool {
        let is_deleted = |item: &PlannedRemoval| !item.is_stopped();
        self.step == CleanupStep::DryRun && self.plan.iter().any(is_deleted)
    }

    /// The same without the processes that use something, which are others from moment to moment.
    #[must_use]
    pub fn without_users(&self) -> Self {
        let mut without = self.clone();
        without.plan.iter_mut().for_each(|item| item.used_by.clear());
        without
    }

    /// One in which nothing is planned yet.
    #[must_use]
    pub fn planned(repository: Option<RepositoryLabel>) -> Self {
        Self {
            repository,
            plan: Vec::new(),
            removed: Vec::new(),
            kept: Vec::new(),
            backups: Vec::new(),
            unread: Vec::new(),
            step: CleanupStep::Planned,
            now: SystemTime::now(),
            basis: None,
            plan_file: None,
        }
    }

    /// How many bytes are free now.
    #[must_use]
    pub fn freed_bytes(&self) -> u64 {
        self.removed.iter().map(|removed| removed.freed_bytes).sum()
    }

    /// Whether what is planned at a path is an archive.
    #[must_use]
    pub fn is_backup(&self, path: &Path) -> bool {
        self.plan.iter().any(|item| item.target == RemovalTarget::Backup && item.path == path)
    }

    /// How a path is named: relative to the top of the work tree where it lies in it, else absolute.
    #[must_use]
    pub fn shown<'p>(&self, path: &'p Path) -> &'p Path {
        let top = self.repository.as_ref().and_then(|repository| repository.work_tree.as_deref());
        let below = top.and_then(|top| path.strip_prefix(top).ok()).unwrap_or(path);
        if below.as_os_str().is_empty() { Path::new(".") } else { below }
    }

    /// How a path is named in text.
    #[must_use]
    pub fn named(&self, path: &Path) -> Message {
        self.repository.as_ref().map_or_else(|| display(path).into(), |repository| repository.named(path))
    }

    /// Clean if everything that was selected is gone, or nothing was, or no more than a plan was asked for; findings if
    /// something stays.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let stays = match self.step {
            CleanupStep::Unconfirmed => !self.plan.is_empty(),
            CleanupStep::Planned | CleanupStep::DryRun | CleanupStep::Done => !self.kept.is_empty(),
        };
        match (stays, self.unread.is_empty()) {
            (true, _) => Outcome::Findings,
            (false, true) => Outcome::Clean,
            (false, false) => Outcome::Undecided,
        }
    }

    /// The failure of the whole, if a deletion failed.
    #[must_use]
    pub fn failure(&self) -> Option<Error> {
        let failed: Vec<&KeptItem> = self.kept.iter().filter(|kept| kept.has_failed).collect();
        let first = failed.first()?;
        let items = counted(failed.len() as u64, "item");
        let error = Error::action(format!("{items} could not be deleted"));
        Some(error.cause(message!("{}: {}", self.named(&first.path), first.reason)))
    }

    /// The exit status.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.failure().map_or_else(|| self.outcome().exit_code(), |error| error.kind().exit_code())
    }
}
