//! Removing an environment so that it can be recreated: inspect, record, delete.
//!
//! [`Removal::prepare`] reads. [`Removal::record`] writes the snapshot and the intent, and syncs both, before anything
//! changes. The caller then takes the environment out of its place, and [`RecordedRemoval::delete`] deletes it where it was
//! put. Nothing is written outside of `<common git directory>/pyenv/` and the environment itself.

use std::path::{Path, PathBuf};

use super::foreign;
use super::inspected_directory::InspectedDirectory;
use super::snapshot::{self, Inventory};
use crate::error::{Error, Result};
use crate::formats::audit_log::{AuditAction, AuditEvent, AuditRecord, KEPT_LIMIT, KeptFile};
use crate::fs::{self, Identity, KeptEntry, RemovedTree};
use crate::git::Repository;
use crate::inspect::installed;
use crate::journal::StateDirectory;
use crate::model::{Environment, Skip};
use crate::path::{RepoPath, display};
use crate::ports::Progress;

/// An environment that was looked at and may be removed.
#[derive(Debug)]
pub struct Removal {
    state: StateDirectory,
    work_tree: Option<PathBuf>,
    inspected: InspectedDirectory,
    foreign: Vec<RepoPath>,
}

impl Removal {
    /// Looks at the environment in a directory, given absolutely.
    ///
    /// # Errors
    /// Usage if there is no environment, or a repository in or around it; undecided if it cannot be read.
    pub fn prepare(repository: &Repository<'_>, directory: &Path) -> Result<Self> {
        let layout = repository.layout();
        let inspected = InspectedDirectory::look(directory, layout)?;
        let foreign = foreign::find(&inspected);
        Ok(Self {
            state: StateDirectory::of(repository)?,
            work_tree: layout.work_tree.clone(),
            inspected,
            foreign,
        })
    }

    /// What it was recognised as.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.inspected.environment
    }

    /// What nobody can make again: files, and directories of nothing else, relative to the environment, by path. A
    /// directory that could not be looked into is one of them.
    #[must_use]
    pub fn foreign(&self) -> &[RepoPath] {
        &self.foreign
    }

    /// The directories that could not be looked into, relative to the environment.
    #[must_use]
    pub fn unreadable(&self) -> &[Skip] {
        &self.inspected.listing.unreadable
    }

    /// How many files and links it has.
    #[must_use]
    pub fn files(&self) -> u64 {
        u64::try_from(self.inspected.listing.entries.len()).unwrap_or(u64::MAX)
    }

    /// Their size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.inspected.listing.bytes()
    }

    /// Writes the snapshot and the intent to delete the environment once it has been put `aside`.
    ///
    /// # Errors
    /// Action if they cannot be written; the environment must not be deleted then.
    pub fn record(self, action: AuditAction, aside: &Path) -> Result<RecordedRemoval> {
        let inspected = &self.inspected;
        let snapshot = snapshot::take(Inventory {
            directory: &inspected.directory,
            work_tree: self.work_tree.as_deref(),
            environment: &inspected.environment,
            configuration: inspected.configuration(),
            interpreter: inspected.interpreter(),
            files: self.files(),
            bytes: self.bytes(),
            distributions: installed::distributions(&inspected.directory).distributions,
            foreign: &self.foreign,
        });
        self.state.write_snapshot(&snapshot)?;
        let record = AuditRecord {
            event: AuditEvent::Intent,
            operation: snapshot.id.clone(),
            action,
            path: inspected.directory.as_path().into(),
            aside: Some(aside.into()),
            inode: inspected.identity.map(Identity::number),
            kind: snapshot.kind,
            files: snapshot.files,
            bytes: snapshot.bytes,
            snapshot: snapshot.id,
            program: snapshot.program,
            kept: Vec::new(),
            kept_count: 0,
            reason: None,
        };
        self.state.append(record.clone())?;
        Ok(RecordedRemoval { identity: inspected.identity, state: self.state, record })
    }
}

/// An environment that may be deleted, because it is recorded how to make it again.
#[derive(Debug)]
#[must_use = "the audit log shows an intent until it is deleted or abandoned"]
pub struct RecordedRemoval {
    pub(super) state: StateDirectory,
    pub(super) record: AuditRecord,
    /// The directory that was looked at; `None` if another run did.
    pub(super) identity: Option<Identity>,
}

/// The result of a deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The id of the snapshot.
    pub snapshot: String,
    /// How many files, links and directories are gone.
    pub removed: u64,
    /// The size of the environment in bytes, as it was before.
    pub bytes: u64,
    /// What is still there, by path. Where this is not empty, the exit status is 2.
    pub kept: Vec<KeptEntry>,
}

impl RecordedRemoval {
    /// The id of the snapshot.
    #[must_use]
    pub fn snapshot(&self) -> &str {
        &self.record.snapshot
    }

    /// What the directory that was looked at is known by.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.identity
    }

    /// Where the record says that the environment was moved.
    #[must_use]
    pub fn aside(&self) -> Option<PathBuf> {
        self.record.aside.as_ref().map(crate::formats::stored_path::StoredPath::to_path)
    }

    /// Deletes the environment, which now is in the directory `at`, and records the result.
    ///
    /// # Errors
    /// Action if another directory is there than the one that was looked at, if nothing could be deleted, or if the
    /// result cannot be recorded.
    pub fn delete(self, at: &Path, progress: &dyn Progress) -> Result<Removed> {
        progress.phase("deleting the old environment", Some(self.record.files));
        let tree = match self.remove_tree(at, progress) {
            Ok(tree) => tree,
            Err(error) => {
                self.state.append(self.failed(error.to_string()))?;
                return Err(error);
            }
        };
        let kept = tree.kept.iter().take(KEPT_LIMIT);
        let kept =
            kept.map(|kept| KeptFile { path: kept.path.as_slice().into(), reason: kept.reason.clone() });
        let record = AuditRecord {
            event: if tree.kept.is_empty() { AuditEvent::Done } else { AuditEvent::Failed },
            kept: kept.collect(),
            kept_count: u64::try_from(tree.kept.len()).unwrap_or(u64::MAX),
            ..self.record
        };
        let (snapshot, bytes) = (record.snapshot.clone(), record.bytes);
        self.state.append(record)?;
        Ok(Removed { snapshot, removed: tree.removed, bytes, kept: tree.kept })
    }

    /// Records that the environment stays, because what should have come before its deletion failed.
    ///
    /// # Errors
    /// Action if that cannot be recorded.
    pub fn abandon(self, reason: &Error) -> Result<()> {
        let record = self.failed(reason.to_string());
        self.state.append(record)
    }

    fn remove_tree(&self, at: &Path, progress: &dyn Progress) -> Result<RemovedTree> {
        if self.identity.is_some() && fs::exists(at) && fs::identity(at) != self.identity {
            let refused = format!("refusing to delete `{}`: it was replaced in the meantime", display(at));
            return Err(Error::action(refused).hint("check its contents and delete it by hand"));
        }
        fs::remove_tree(at, progress)
    }

    fn failed(&self, reason: String) -> AuditRecord {
        AuditRecord { event: AuditEvent::Failed, reason: Some(reason), ..self.record.clone() }
    }
}
