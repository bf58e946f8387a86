//! Removing an environment so that it can be recreated: inspect, record, delete.
//!
//! [`Removal::prepare`] reads. [`Removal::record`] writes the snapshot and the intent, and syncs both, before anything
//! changes. The caller then takes the environment out of its place, and [`RecordedRemoval::delete`] deletes it where it was
//! put. Nothing is written outside of `<common git directory>/pyenv/` and the environment itself.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::examined_environment::ExaminedEnvironment;
use super::plan::RemovalPlan;
use super::requirements;
use super::snapshot::{self, Inventory};
use crate::error::{Error, Result};
use crate::formats::audit_log::{AuditAction, AuditEvent, AuditRecord, KEPT_LIMIT, KeptFile};
use crate::formats::snapshot::Snapshot;
use crate::fs::{DirectoryPlace, Identity, KeptEntry};
use crate::git::Repository;
use crate::inspect::installed;
use crate::journal::StateDirectory;
use crate::model::{Environment, RecordPaths, ReplacedEnvironment, Skip};
use crate::ports::Progress;

/// An environment that was looked at and may be removed.
#[derive(Debug)]
pub struct Removal {
    state: StateDirectory,
    work_tree: Option<PathBuf>,
    examined: ExaminedEnvironment,
}

impl Removal {
    /// Looks at the environment in a directory, given absolutely.
    ///
    /// # Errors
    /// Usage if there is no environment, or a repository in or around it; undecided if it cannot be read.
    pub fn prepare(repository: &Repository<'_>, directory: &Path) -> Result<Self> {
        let layout = repository.layout();
        let examined = ExaminedEnvironment::look(directory, layout)?;
        Ok(Self { state: StateDirectory::of(repository)?, work_tree: layout.work_tree.clone(), examined })
    }

    /// What it was recognised as.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.examined.inspected.environment
    }

    /// What the removal does with each file.
    #[must_use]
    pub fn plan(&self) -> &RemovalPlan {
        &self.examined.plan
    }

    /// The directories that could not be looked into, relative to the environment.
    #[must_use]
    pub fn unreadable(&self) -> &[Skip] {
        &self.examined.inspected.listing.unreadable
    }

    /// How many files and links it has.
    #[must_use]
    pub fn files(&self) -> u64 {
        u64::try_from(self.examined.inspected.listing.entries.len()).unwrap_or(u64::MAX)
    }

    /// Their size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.examined.inspected.listing.bytes()
    }

    /// Checks that nothing was added to the environment or changed in it since it was looked at.
    ///
    /// # Errors
    /// Action, with what was.
    pub fn require_unchanged(&self) -> Result<()> {
        self.examined.require_unchanged()
    }

    /// What would be lost if the next environment starts with the `brought` packages.
    #[must_use]
    pub fn preview(&self, brought: &[String]) -> ReplacedEnvironment {
        let packages = self.snapshot().distributions;
        ReplacedEnvironment {
            packages: requirements::lost(&packages, brought).len() as u64,
            copied: self.examined.plan.copied.clone(),
            record: None,
        }
    }

    /// Copies what may have been changed, and writes the snapshot and the intent to delete the environment once it has
    /// been put `aside`. `command` is the command of this program that does it. The next environment starts with the `brought` packages, named without a version.
    ///
    /// # Errors
    /// Action if something cannot be written; the environment must not be deleted then.
    pub fn record(
        self,
        action: AuditAction,
        command: &str,
        aside: &Path,
        brought: &[String],
    ) -> Result<RecordedRemoval> {
        let started = Instant::now();
        let snapshot = self.snapshot();
        let replaced = self.write(&snapshot, brought)?;
        let record = AuditRecord {
            event: AuditEvent::Intent,
            operation: snapshot.id.clone(),
            action,
            command: Some(command.to_owned()),
            path: snapshot.path,
            aside: Some(aside.into()),
            inode: self.examined.inspected.opened.identity().map(Identity::number),
            kind: snapshot.kind,
            files: snapshot.files,
            bytes: snapshot.bytes,
            bytes_after: None,
            freed_bytes: None,
            packages: Some(snapshot.distributions.len() as u64),
            milliseconds: None,
            snapshot: Some(snapshot.id),
            program: snapshot.program,
            kept: Vec::new(),
            kept_count: 0,
            reason: None,
        };
        self.state.append(record.clone())?;
        Ok(RecordedRemoval {
            state: self.state,
            record,
            prepared: Some((self.examined, replaced)),
            started: Some(started),
        })
    }

    /// The snapshot of the environment, taken now.
    fn snapshot(&self) -> Snapshot {
        let inspected = &self.examined.inspected;
        snapshot::take(Inventory {
            directory: &inspected.directory,
            work_tree: self.work_tree.as_deref(),
            environment: &inspected.environment,
            configuration: inspected.configuration(),
            interpreter: inspected.interpreter(),
            files: self.files(),
            bytes: self.bytes(),
            distributions: installed::distributions(&inspected.directory).distributions,
            plan: &self.examined.plan,
        })
    }

    /// Writes the snapshot, and before it what it refers to.
    fn write(&self, snapshot: &Snapshot, brought: &[String]) -> Result<ReplacedEnvironment> {
        let (state, copied) = (&self.state, &self.examined.plan.copied);
        let lost = requirements::lost(&snapshot.distributions, brought);
        let requirements = || state.write_requirements(&snapshot.id, &requirements::text(&lost));
        let copies = || state.write_copies(&snapshot.id, &self.examined.inspected.opened, copied);
        let record = RecordPaths {
            snapshot: state.snapshot_path(&snapshot.id)?,
            requirements: (!lost.is_empty()).then(requirements).transpose()?,
            copies: (!copied.is_empty()).then(copies).transpose()?,
        };
        state.write_snapshot(snapshot)?;
        let packages = lost.len() as u64;
        Ok(ReplacedEnvironment { packages, copied: copied.clone(), record: Some(record) })
    }
}

/// An environment that may be deleted, because it is recorded how to make it again.
#[derive(Debug)]
#[must_use = "the audit log shows an intent until it is deleted or abandoned"]
pub struct RecordedRemoval {
    pub(super) state: StateDirectory,
    pub(super) record: AuditRecord,
    /// What was looked at, and what is recorded of it; `None` if another run did.
    pub(super) prepared: Option<(ExaminedEnvironment, ReplacedEnvironment)>,
    /// When it was begun to record it; `None` if another run did.
    pub(super) started: Option<Instant>,
}

/// The result of a deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The id of the snapshot.
    pub snapshot: Option<String>,
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
    pub fn snapshot(&self) -> Option<&str> {
        self.record.snapshot.as_deref()
    }

    /// What the directory that was looked at is known by.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.prepared.as_ref().and_then(|(examined, _)| examined.inspected.opened.identity())
    }

    /// What is recorded of it; nothing if another run did that.
    #[must_use]
    pub fn replaced(&self) -> ReplacedEnvironment {
        self.prepared.as_ref().map(|(_, replaced)| replaced.clone()).unwrap_or_default()
    }

    /// As [`Removal::require_unchanged`], wherever the environment is now.
    ///
    /// # Errors
    /// Action, with what was added or changed.
    pub fn require_unchanged(&self) -> Result<()> {
        self.prepared.as_ref().map_or(Ok(()), |(examined, _)| examined.require_unchanged())
    }

    /// Where the record says that the environment was moved.
    #[must_use]
    pub fn aside(&self) -> Option<PathBuf> {
        self.record.aside.as_ref().map(crate::formats::stored_path::StoredPath::to_path)
    }

    /// Deletes the environment, which now is at this place, and records the result.
    ///
    /// # Errors
    /// Action if another directory is there than the one that was looked at, if nothing could be deleted, or if the
    /// result cannot be recorded.
    pub fn delete(self, place: &DirectoryPlace, progress: &dyn Progress) -> Result<Removed> {
        progress.phase("deleting the old environment", Some(self.record.files));
        let (identity, number) = (self.identity(), self.record.inode);
        let is_expected = |found: Option<Identity>| match identity {
            Some(_) => found == identity,
            // Another run looked at it.
            None => found.map(Identity::number) == number,
        };
        let tree = match place.remove_tree(&is_expected, progress) {
            Ok(tree) => tree,
            Err(error) => {
                self.state.append(self.failed(error.to_string()))?;
                return Err(error);
            }
        };
        let kept = tree.kept.iter().take(KEPT_LIMIT);
        let kept =
            kept.map(|kept| KeptFile { path: kept.path.as_slice().into(), reason: kept.reason.clone() });
        let is_gone = tree.kept.is_empty();
        let record = AuditRecord {
            event: if is_gone { AuditEvent::Done } else { AuditEvent::Failed },
            bytes_after: is_gone.then_some(0),
            kept: kept.collect(),
            kept_count: u64::try_from(tree.kept.len()).unwrap_or(u64::MAX),
            ..self.result()
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

    fn failed(&self, reason: String) -> AuditRecord {
        AuditRecord { event: AuditEvent::Failed, reason: Some(reason), ..self.result() }
    }

    /// The record of a result, with the time that it took.
    fn result(&self) -> AuditRecord {
        let spent = |started: Instant| u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        AuditRecord { milliseconds: self.started.map(spent), ..self.record.clone() }
    }
}
