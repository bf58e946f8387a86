//! An environment of which it is recorded how to make it again: deleting it, and recording how that ended.

use std::path::PathBuf;
use std::time::Instant;

use super::examined_environment::ExaminedEnvironment;
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::audit_log::{AuditEvent, AuditRecord, KEPT_LIMIT, KeptFile};
use crate::fs::{
    CondemnedParts, DirectoryPlace, Identity, KeptEntry, RemovedTree, ReservedRoom, UnfinishedFile,
};
use crate::journal::{LockedLog, StateDirectory};
use crate::model::ReplacedEnvironment;
use crate::ports::Progress;

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

    /// As [`super::Removal::require_unchanged`], wherever the environment is now.
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
