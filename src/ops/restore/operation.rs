//! The record of a restoration in the audit log, and the staging directory that says that a run is at it.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::audit_log::{AuditAction, AuditEvent, AuditRecord};
use crate::formats::snapshot::Snapshot;
use crate::fs::{Identity, OpenDirectory, StagingDirectory};
use crate::journal::{StateDirectory, operation_id};
use crate::path::display;

/// A restoration that is recorded and has not ended. As long as it lives, no other run takes it for a killed one.
#[derive(Debug)]
#[must_use = "the audit log shows an intent until its end is recorded"]
pub struct RestoreOperation {
    state: StateDirectory,
    record: AuditRecord,
    started: Instant,
    /// Beside the place of the environment; `None` once it was moved there.
    staging: Option<StagingDirectory>,
}

impl RestoreOperation {
    /// Records the intent to bring an environment back to a place.
    ///
    /// # Errors
    /// Action if it cannot be recorded, or nothing can be written beside the place; nothing is left behind then.
    pub(super) fn begin(state: &StateDirectory, snapshot: &Snapshot, place: &Path) -> Result<Self> {
        let started = Instant::now();
        let staging = StagingDirectory::create(place)?;
        stop_point("restore-staged");
        let operation = operation_id(place, "restore");
        let logged = (AuditAction::Restore, "restore");
        let record = AuditRecord {
            aside: Some(staging.new_path().as_path().into()),
            inode: staging.new_directory().identity().map(Identity::number),
            files: snapshot.files,
            bytes: snapshot.bytes,
            packages: Some(snapshot.distributions.len() as u64),
            snapshot: Some(snapshot.id.clone()),
            ..AuditRecord::intent(operation, logged, place.into(), &snapshot.kind)
        };
        state.append(record.clone())?;
        stop_point("restore-recorded");
        Ok(Self { state: state.clone(), record, started, staging: Some(staging) })
    }

    /// The directory to build in, and its path.
    ///
    /// # Errors
    /// Action once it was moved to its place.
    pub(super) fn staging(&self) -> Result<(&OpenDirectory, PathBuf)> {
        let staging = self.staging.as_ref().ok_or_else(|| Error::action("it is restored already"))?;
        Ok((staging.new_directory(), staging.new_path()))
    }

    /// Moves what was built to the place.
    ///
    /// # Errors
    /// Action if something is there, or the system refuses.
    pub(super) fn commit(&mut self) -> Result<()> {
        let staging = self.staging.take().ok_or_else(|| Error::action("it is restored already"))?;
        if staging.commit()? {
            return Ok(());
        }
        Err(Error::created_meanwhile(display(&self.record.path.to_path())))
    }

    /// Records that everything is back.
    ///
    /// # Errors
    /// Action if that cannot be recorded.
    pub fn done(self) -> Result<()> {
        self.end(AuditEvent::Done, None)
    }

    /// Records why not everything is back, and returns the error for the user.
    #[must_use]
    pub fn failed(self, error: Error) -> Error {
        match self.end(AuditEvent::Failed, Some(error.to_string())) {
            Ok(()) => error,
            Err(unrecorded) => error.cause(unrecorded),
        }
    }

    /// Records why not everything is back.
    ///
    /// # Errors
    /// Action if that cannot be recorded.
    pub(super) fn incomplete(self, reason: String) -> Result<()> {
        self.end(AuditEvent::Failed, Some(reason))
    }

    fn end(self, event: AuditEvent, reason: Option<String>) -> Result<()> {
        let milliseconds = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        stop_point("restore-finished");
        self.state.append(AuditRecord { event, reason, milliseconds: Some(milliseconds), ..self.record })
    }
}
