//! What `log` and `stats` say.

use std::path::{Path, PathBuf};

use super::{Outcome, RepositoryLabel};
use crate::message::Message;
use crate::path::display;

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationState {
    /// Everything was done.
    Done,
    /// Something was not done.
    Failed,
    /// Nothing says how it ended: its run was killed, or is still at work.
    Unfinished,
    /// A later version says it in a word that this one does not know.
    Unknown,
}

impl OperationState {
    /// The word for it in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
            Self::Unknown => "unknown",
        }
    }
}

/// What an operation did with an environment, or with whatever its path was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoggedAction {
    /// Deleted it, and put a new one in its place.
    Replace,
    /// Deleted it.
    Remove,
    /// Deleted it because it must not be committed.
    Tidy,
    /// Brought it back.
    Restore,
    /// Something that only a later version knows.
    Unknown,
}

impl LoggedAction {
    /// The word for it in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Remove => "remove",
            Self::Tidy => "tidy",
            Self::Restore => "restore",
            Self::Unknown => "unknown",
        }
    }
}

/// An entry of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    /// The line of the log, counted from 1.
    pub line: usize,
    /// When it was written, RFC 3339 in UTC.
    pub time: String,
    /// `intent`, `done`, `failed` or `unknown`.
    pub name: &'static str,
    /// It follows from the entry before it; otherwise nothing proves it.
    pub follows: bool,
}

/// Something that was not deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRemainder {
    /// Its path, relative to that of the operation.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// An operation of the audit log, from all of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedOperation {
    /// Its id.
    pub id: String,
    /// What it did.
    pub action: LoggedAction,
    /// The command of this program, as far as known.
    pub command: Option<String>,
    /// The name of the user, if the system has one.
    pub user: Option<String>,
    /// The user id.
    pub uid: Option<u32>,
    /// The version of the program.
    pub program: String,
    /// What it was done with, absolute.
    pub path: PathBuf,
    /// The kind of environment, or what else it is.
    pub kind: String,
    /// The number of files and links before.
    pub files: u64,
    /// Their size in bytes before.
    pub bytes: u64,
    /// Their size in bytes afterwards, if known.
    pub bytes_after: Option<u64>,
    /// How many bytes the deletion freed, as far as known; `None` for one that has not ended.
    pub freed_bytes: Option<u64>,
    /// The number of installed packages before, if known.
    pub packages: Option<u64>,
    /// How long it took, in milliseconds, if known.
    pub milliseconds: Option<u64>,
    /// The id of the snapshot, if there is one.
    pub snapshot: Option<String>,
    /// How it ended.
    pub state: OperationState,
    /// Why it failed, if not because of what remained.
    pub reason: Option<String>,
    /// What was not deleted; the first of it.
    pub kept: Vec<LoggedRemainder>,
    /// How much was not deleted.
    pub kept_count: u64,
    /// Its entries, in the order of the log.
    pub events: Vec<LoggedEvent>,
}

impl LoggedOperation {
    /// When it began, RFC 3339 in UTC.
    #[must_use]
    pub fn began(&self) -> &str {
        self.events.first().map_or("", |event| event.time.as_str())
    }

    /// Every entry of it follows from the one before it in the log.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.events.iter().all(|event| event.follows)
    }
}

/// Where an audit log is, and whether it is unbroken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLogState {
    /// The repository; `None` for the log of the user.
    pub repository: Option<RepositoryLabel>,
    /// The directory that its files are in.
    pub directory: PathBuf,
    /// How many entries it has.
    pub entries: u64,
    /// The SHA-256 of the last entry; `None` for an empty log.
    pub head: Option<String>,
    /// The first place where it is broken.
    pub first_break: Option<LoggedBreak>,
    /// The lines that a killed run did not write to their end, which breaks nothing.
    pub torn: Vec<usize>,
    /// The lines of entries that only a later version can read.
    pub unknown: Vec<usize>,
}

impl AuditLogState {
    /// How a path is named in text. The work tree itself is named by its place: this was done to all of it.
    #[must_use]
    pub fn named(&self, path: &Path) -> Message {
        let label = self.repository.as_ref().filter(|label| label.work_tree.as_deref() != Some(path));
        label.map_or_else(|| display(path).into(), |label| label.named(path))
    }

    /// How a path is named: relative to the top of the work tree where it lies in it, else absolute.
    #[must_use]
    pub fn shown<'p>(&self, path: &'p Path) -> &'p Path {
        let top = self.repository.as_ref().and_then(|label| label.work_tree.as_deref());
        let below = top.and_then(|top| path.strip_prefix(top).ok());
        below.filter(|below| !below.as_os_str().is_empty()).unwrap_or(path)
    }
}

/// What shows that an audit log is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedBreak {
    /// The line, counted from 1; `None` where no single line shows it.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

/// What `log` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLogReport {
    /// The log.
    pub state: AuditLogState,
    /// Whether it was asked to be verified: then a break is a finding.
    pub is_verification: bool,
    /// The operations, newest first.
    pub operations: Vec<LoggedOperation>,
    /// How many older ones are left out.
    pub omitted: u64,
}

impl AuditLogReport {
    /// Clean, or findings where a log that was to be verified is broken.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let is_finding = self.is_verification && self.state.first_break.is_some();
        if is_finding { Outcome::Findings } else { Outcome::Clean }
    }
}

/// The sums of some operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OperationSums {
    /// How many there are.
    pub operations: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many of them have not ended.
    pub unfinished: u64,
    /// How many bytes they freed, as far as known.
    pub freed_bytes: u64,
    /// How long they took together, in milliseconds, as far as known.
    pub milliseconds: u64,
}

/// The sums of the operations that have something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupedSums {
    /// What they have in common: a command, or a month (`2026-11`); `unknown` where the log does not say it.
    pub name: String,
    /// The sums.
    pub sums: OperationSums,
}

/// What `stats` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditStatistics {
    /// The log.
    pub state: AuditLogState,
    /// When the oldest operation began, RFC 3339 in UTC; `None` if there is none.
    pub since: Option<String>,
    /// All operations.
    pub total: OperationSums,
    /// By command, in alphabetical order.
    pub by_command: Vec<GroupedSums>,
    /// By month in UTC, oldest first.
    pub by_month: Vec<GroupedSums>,
}
