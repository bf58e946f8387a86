//! Removing an environment so that it can be recreated: inspect, record, delete.
//!
//! [`Removal::prepare`] reads. [`Removal::record`] writes the snapshot and the intent, and syncs both, before anything
//! changes. Then the environment is taken out of its place, by whoever replaces it or by [`Removal::carry_out`], and
//! [`RecordedRemoval::delete`] deletes it where it was put. Nothing is written outside of `<common git directory>/pyenv/` and
//! the environment itself.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use super::archive::VerifiedArchive;
use super::examined_environment::ExaminedEnvironment;
use super::plan::{RemovalPlan, RemovalPolicy};
use super::recorded_removal::RecordedRemoval;
use super::requirements;
use super::snapshot::{self, Inventory};
use super::sources;
use crate::error::{Error, Result};
use crate::formats::audit_log::{AuditAction, AuditRecord};
use crate::formats::snapshot::Snapshot;
use crate::fs::{Identity, in_parallel};
use crate::git::{Repository, RepositoryLayout};
use crate::inspect::installed;
use crate::journal::StateDirectory;
use crate::model::{Distribution, Environment, RecordPaths, ReplacedEnvironment, Skip};
use crate::path::display;

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
        let operation = snapshot.id.clone();
        let record = AuditRecord {
            aside: Some(aside.into()),
            inode: self.examined.inspected.opened.identity().map(Identity::number),
            files: snapshot.files,
            bytes: snapshot.bytes,
            packages: Some(snapshot.distributions.len() as u64),
            snapshot: Some(snapshot.id),
            ..AuditRecord::intent(operation, (action, command), snapshot.path, &snapshot.kind)
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
