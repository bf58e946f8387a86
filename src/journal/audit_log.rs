//! Reading the audit log.

use super::{StateDirectory, state_here};
use crate::error::{ErrorKind, Result};
use crate::formats::audit_log::{self, AuditEntry, AuditEvent, AuditLogReading, AuditRecord};
use crate::model::{AuditLogState, LoggedBreak, RepositoryLabel};
use crate::session::{Ports, Session};

/// How often the log is read again because a writer was at work meanwhile.
const TRIES: usize = 64;

/// The audit log of the repository around the working directory or, outside of one, of the user.
///
/// # Errors
/// Undecided if it cannot be read; as [`Session::open`] for a repository that cannot be opened.
pub fn audit_log_here(ports: Ports<'_>) -> Result<(AuditLogState, AuditLogReading)> {
    let (state, session) = state_here(ports)?;
    let label = session.as_ref().map(Session::label);
    let reading = state.read_audit_log().map_err(|error| error.of_kind(ErrorKind::Undecided))?;
    Ok((describe(&state, label, &reading), reading))
}

fn describe(
    state: &StateDirectory,
    repository: Option<RepositoryLabel>,
    reading: &AuditLogReading,
) -> AuditLogState {
    let head = reading.head();
    let found = reading.first_break.as_ref();
    AuditLogState {
        repository,
        directory: state.path(),
        entries: reading.entry_count() as u64,
        head: (head.sequence > 0).then_some(head.line),
        first_break: found.map(|found| LoggedBreak { line: Some(found.line), reason: found.reason.clone() }),
        torn: reading.torn.clone(),
        unknown: reading.unknown.clone(),
    }
}

impl StateDirectory {
    /// Reads the audit log, which need not exist, and proves that it is unbroken or finds where it is not.
    ///
    /// # Errors
    /// Action if it cannot be read.
    pub fn read_audit_log(&self) -> Result<AuditLogReading> {
        let mut head = self.read_head()?;
        for _ in 0..TRIES {
            let log = self.read_log()?;
            // Where the head is still the same, at most one line was added since.
            let after = self.read_head()?;
            if after == head {
                return Ok(audit_log::read(&log, head.as_deref()));
            }
            head = after;
        }
        Ok(audit_log::read(&self.read_log()?, head.as_deref()))
    }

    /// The intents of operations that never ended, oldest first: their run was killed, or is still at work. What does
    /// not follow from the entry before it counts for nothing.
    ///
    /// # Errors
    /// Action if the log cannot be read.
    pub fn open_intents(&self) -> Result<Vec<AuditRecord>> {
        let mut open: Vec<AuditRecord> = Vec::new();
        let read = self.read_audit_log()?.entries.into_iter().filter(|read| read.follows);
        for AuditEntry { record, .. } in read.map(|read| read.entry) {
            open.retain(|other| other.operation != record.operation);
            if record.event == AuditEvent::Intent {
                open.push(record);
            }
        }
        Ok(open)
    }
}
