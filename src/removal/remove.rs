//! Removing an environment so that it can be recreated: inspect, record, delete.
//!
//! [`Removal::prepare`] reads. [`Removal::record`] writes the snapshot and the intent, and syncs both, before anything
//! changes. Then the environment is taken out of its place, by whoever replaces it or by [`Removal::carry_out`], and
//! [`RecordedRemoval::delete`] deletes it where it was put. Nothing is written outside of `<common git directory>/pyenv/` and the environment itself.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use super::archive::VerifiedArchive;
use super::examined_environment::ExaminedEnvironment;
use super::plan::{RemovalPlan, RemovalPolicy};
use super::requirements;
use super::snapshot::{self, Inventory};
use super::sources;
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::audit_log::{AuditAction, AuditEvent, AuditRecord, KEPT_LIMIT, KeptFile};
use crate::formats::snapshot::Snapshot;
use crate::fs::{
    CondemnedParts, DirectoryPlace, Identity, KeptEntry, RemovedTree, ReservedRoom, UnfinishedFile,
    in_parallel,
};
use crate::git::{Repository, RepositoryLayout};
use crate::inspect::installed;
use crate::journal::{LockedLog, StateDirectory};
use crate::model::{Distribution, Environment, RecordPaths, ReplacedEnvironment, Skip};
use crate::path::display;
use crate::ports::Progress;

/// How many environments are looked at at a time. A thread that waits for one begins with another on the same stack.
const AT_A_TIME: usize = 8;

/// An environment that was looked at and may be removed.
#[derive(Debug)]
pub struct Removal {
    pub(super) state: StateDirectory,
    pub(super) work_tree: Option<PathBuf>,
    pub(super) examined: ExaminedEnvironment,
    /// The archive, once there is one, with the snapshot that names it.
    pub(super) archived: Option<(Snapshot, VerifiedArchive)>,
    /// What is installed in it.
    distributions: Vec<Distribution>,
}

/// Which environment a removal is of.
#[derive(Debug, Clone)]
pub enum RemovalSubject {
    /// All of a directory, given absolutely.
    Directory(PathBuf),
    /// An environment that is only some paths in a directory, which stays with all else that is in it.
    Parts {
        /// What its root is relative to.
        top: PathBuf,
        /// The environment.
        environment: Box<Environment>,
    },
}

impl Removal {
    /// Looks at the environment in a directory, given absolutely.
    ///
    /// # Errors
    /// Usage if there is no environment, or a repository in or around it; undecided if it cannot be read.
    pub fn prepare(repository: &Repository<'_>, directory: &Path) -> Result<Self> {
        let subject = RemovalSubject::Directory(directory.to_path_buf());
        let (state, layout) = (StateDirectory::of(repository)?, repository.layout());
        Self::of(state, Some(layout), RemovalPolicy::default(), &subject)
    }

    /// Looks at several environments at a time, each under a policy. The results are in the order of the subjects, each as
    /// that of [`Removal::prepare`]. They are recorded in this state directory; outside of a repository there is no layout.
    #[must_use]
    pub fn prepare_each(
        state: &StateDirectory,
        layout: Option<&RepositoryLayout>,
        subjects: &[(RemovalPolicy, RemovalSubject)],
    ) -> Vec<Result<Self>> {
        let look = |(policy, subject): &(RemovalPolicy, RemovalSubject)| {
            Self::of(state.clone(), layout, policy.clone(), subject)
        };
        subjects.chunks(AT_A_TIME).flat_map(|some| in_parallel(some, look)).collect()
    }

    fn of(
        state: StateDirectory,
        layout: Option<&RepositoryLayout>,
        policy: RemovalPolicy,
        subject: &RemovalSubject,
    ) -> Result<Self> {
        let examined = match subject {
            RemovalSubject::Directory(directory) => ExaminedEnvironment::look(directory, layout, policy)?,
            RemovalSubject::Parts { top, environment } => {
                ExaminedEnvironment::look_at_parts(top, environment, policy)?
            }
        };
        let work_tree = layout.and_then(|layout| layout.work_tree.clone());
        let distributions = installed::distributions(&examined.inspected.directory).distributions;
        Ok(Self { state, work_tree, examined, distributions, archived: None })
    }

    /// What it was recognised as.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.examined.inspected.environment
    }

    /// Its directory, absolute.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.examined.inspected.directory
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

    /// How many bytes become free once it is deleted: those of files that have no name elsewhere.
    #[must_use]
    pub fn freed_bytes(&self) -> u64 {
        self.examined.inspected.listing.freed_bytes
    }

    /// When the content of one of its files was changed last.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        self.examined.inspected.listing.modified()
    }

    /// What keeps it from being made again, in words: its Python or the source of a package no longer exists.
    #[must_use]
    pub fn missing_sources(&self) -> Vec<String> {
        let inspected = &self.examined.inspected;
        sources::missing(inspected.interpreter().as_deref(), &self.distributions)
    }

    /// How many files and links it has.
    #[must_use]
    pub fn files(&self) -> u64 {
        u64::try_from(self.examined.inspected.listing.len()).unwrap_or(u64::MAX)
    }

    /// Their size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.examined.inspected.listing.bytes
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
            copied: self.copied().to_vec(),
            record: None,
        }
    }

    /// Copies what may have been changed, and writes the snapshot and the intent to delete the environment once it has
    /// been put `aside`. `command` is the command of this program that does it. The next environment starts with the
    /// `brought` packages, named without a version.
    ///
    /// # Errors
    /// Action if something cannot be written; the environment must not be deleted then.
    pub fn record(
        mut self,
        action: AuditAction,
        command: &str,
        aside: &Path,
        brought: &[String],
    ) -> Result<RecordedRemoval> {
        let started = Instant::now();
        if self.archived.is_none() && self.archived().is_some() {
            // Whoever forgets it must not delete what nobody else has.
            return Err(Error::action(format!("`{}` was not archived", display(self.directory()))));
        }
        let (snapshot, archive) = match self.archived.take() {
            Some((snapshot, archive)) => (snapshot, Some(archive.file)),
            None => (self.snapshot(), None),
        };
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
        let mut recorded = RecordedRemoval {
            room: None,
            state: self.state,
            record,
            prepared: Some((self.examined, replaced)),
            started: Some(started),
            archive,
            archive_path: None,
        };
        match recorded.state.begin(recorded.record.clone()) {
            Ok(room) => {
                recorded.room = Some(room);
                Ok(recorded)
            }
            Err(error) => {
                recorded.forget_archive();
                Err(error)
            }
        }
    }

    /// The snapshot of the environment, taken now.
    pub(super) fn snapshot(&self) -> Snapshot {
        let inspected = &self.examined.inspected;
        snapshot::take(Inventory {
            directory: &inspected.directory,
            work_tree: self.work_tree.as_deref(),
            environment: &inspected.environment,
            configuration: inspected.configuration(),
            interpreter: inspected.interpreter(),
            files: self.files(),
            bytes: self.bytes(),
            distributions: &self.distributions,
            extras: installed::extras(&inspected.directory),
            foreign: &self.examined.plan.foreign,
            copied: self.copied(),
        })
    }

    /// Writes the snapshot, and before it what it refers to.
    fn write(&self, snapshot: &Snapshot, brought: &[String]) -> Result<ReplacedEnvironment> {
        let (state, copied) = (&self.state, &self.copied());
        let lost = requirements::lost(&snapshot.distributions, brought);
        let requirements = || state.write_requirements(&snapshot.id, &requirements::text(&lost));
        let copies = || state.write_copies(&snapshot.id, &self.examined.inspected.opened, copied);
        let record = RecordPaths {
            snapshot: state.snapshot_path(&snapshot.id)?,
            requirements: (!lost.is_empty()).then(requirements).transpose()?,
            copies: (!copied.is_empty()).then(copies).transpose()?,
            archive: None,
        };
        state.write_snapshot(snapshot)?;
        let packages = lost.len() as u64;
        Ok(ReplacedEnvironment { packages, copied: copied.to_vec(), record: Some(record) })
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
    /// The archive, as long as it has no name.
    pub(super) archive: Option<UnfinishedFile>,
    /// Where the archive is, once it has one.
    pub(super) archive_path: Option<PathBuf>,
    /// Room on the disk for the record of the result; `None` if another run recorded the intent.
    pub(super) room: Option<ReservedRoom>,
}

/// The result of a deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The id of the snapshot.
    pub snapshot: Option<String>,
    /// Where the archive is, if there is one.
    pub archive: Option<PathBuf>,
    /// How many files, links and directories are gone.
    pub removed: u64,
    /// How many files and links the environment had.
    pub files: u64,
    /// The size of the environment in bytes, as it was before.
    pub bytes: u64,
    /// How many bytes have become free; `None` if it is not known.
    pub freed_bytes: Option<u64>,
    /// What is still there, by path. Where this is not empty, the exit status is 2.
    pub kept: Vec<KeptEntry>,
    /// Where these are now; `None` in their place.
    pub kept_in: Option<PathBuf>,
    /// Its directory is a mount point, which stays, with nothing in it.
    pub mount_point_stays: bool,
}

/// Where an environment is deleted.
#[derive(Debug)]
pub(super) enum RemovedWhere {
    /// It is all of this directory.
    At(DirectoryPlace),
    /// It is these parts of a directory that stays.
    Parts(CondemnedParts),
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

    /// The id of the operation.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.record.operation
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
        progress.phase("deleting", Some(self.record.files));
        let (identity, number) = (self.identity(), self.record.inode);
        let is_expected = |found: Option<Identity>| match identity {
            Some(_) => found == identity,
            // Another run looked at it.
            None => found.map(Identity::number) == number,
        };
        let removed = match &self.prepared {
            Some((examined, _)) => place.remove_listed(&examined.inspected.listing, &is_expected, progress),
            None => place.remove_tree(&is_expected, progress),
        };
        let tree = match removed {
            Ok(tree) => tree,
            Err(error) => {
                let record = self.failed(error.to_string());
                self.end(record)?;
                return Err(error);
            }
        };
        let is_aside = place.path() != self.record.path.to_path();
        let kept_in = (is_aside && !tree.kept.is_empty()).then(|| place.path().to_path_buf());
        Ok(Removed { kept_in, ..self.conclude(tree)? })
    }

    /// As [`RecordedRemoval::delete`], of an environment that is all of a directory or parts of one.
    ///
    /// # Errors
    /// As [`RecordedRemoval::delete`].
    pub(super) fn delete_at(self, place: &RemovedWhere, progress: &dyn Progress) -> Result<Removed> {
        match place {
            RemovedWhere::At(place) => self.delete(place, progress),
            RemovedWhere::Parts(parts) => self.delete_parts(parts, progress),
        }
    }

    /// Deletes the parts that the environment consists of, in their place, and records the result.
    ///
    /// # Errors
    /// Action if the result cannot be recorded.
    pub(super) fn delete_parts(self, parts: &CondemnedParts, progress: &dyn Progress) -> Result<Removed> {
        progress.phase("deleting", Some(self.record.files));
        let tree = parts.remove(progress);
        self.conclude(tree)
    }

    /// Records what a deletion did.
    fn conclude(self, tree: RemovedTree) -> Result<Removed> {
        let kept = tree.kept.iter().take(KEPT_LIMIT);
        let kept =
            kept.map(|kept| KeptFile { path: kept.path.as_slice().into(), reason: kept.reason.clone() });
        let is_gone = tree.kept.is_empty();
        let examined = self.prepared.as_ref().map(|(examined, _)| examined);
        let freed_bytes = examined.map(|examined| examined.inspected.listing.freed_bytes);
        let record = AuditRecord {
            event: if is_gone { AuditEvent::Done } else { AuditEvent::Failed },
            bytes_after: is_gone.then_some(0),
            freed_bytes: freed_bytes.filter(|_| is_gone),
            kept: kept.collect(),
            kept_count: u64::try_from(tree.kept.len()).unwrap_or(u64::MAX),
            reason: tree.is_mounted.then(|| "the directory is a mount point, which stays".to_owned()),
            ..self.result()
        };
        let (snapshot, bytes, files) = (record.snapshot.clone(), record.bytes, record.files);
        let freed_bytes = record.freed_bytes;
        stop_point("deleted");
        let archive = self.archive_path.clone();
        self.end(record)?;
        let kept_in = None;
        let RemovedTree { removed, kept, is_mounted: mount_point_stays } = tree;
        Ok(Removed {
            snapshot,
            archive,
            removed,
            files,
            bytes,
            freed_bytes,
            kept,
            kept_in,
            mount_point_stays,
        })
    }

    /// Records that the environment stays, because what should have come before its deletion failed.
    ///
    /// # Errors
    /// Action if that cannot be recorded.
    pub fn abandon(self, reason: &Error) -> Result<()> {
        let record = self.failed(reason.to_string());
        self.end(record)
    }

    /// Records the result.
    fn end(mut self, result: AuditRecord) -> Result<()> {
        drop(self.room.take());
        self.state.append(result)
    }

    /// As [`RecordedRemoval::abandon`], in a log that is locked.
    ///
    /// # Errors
    /// As [`RecordedRemoval::abandon`].
    pub(super) fn abandon_in(self, log: &LockedLog<'_>, reason: &Error) -> Result<()> {
        log.append(self.failed(reason.to_string()))
    }

    /// Records that nothing of the environment is left, because another run had deleted it when it was killed.
    ///
    /// # Errors
    /// Action if that cannot be recorded.
    pub(super) fn note_gone(self, log: &LockedLog<'_>) -> Result<()> {
        let reason = "the run that started it was killed, and nothing of it is left".to_owned();
        log.append(AuditRecord { event: AuditEvent::Done, reason: Some(reason), ..self.record })
    }

    /// Records whether the environment is back that a killed run was to bring back: it is once it is in its place.
    ///
    /// # Errors
    /// Action if that cannot be recorded.
    pub(super) fn end_restoration(self, log: &LockedLog<'_>, is_in_place: bool) -> Result<()> {
        let event = if is_in_place { AuditEvent::Done } else { AuditEvent::Failed };
        let reason = Some("the run that started it was killed".to_owned());
        log.append(AuditRecord { event, reason, ..self.record })
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
