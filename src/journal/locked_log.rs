//! Appending to the audit log, and deciding on what it says before that.

use jiff::Timestamp;

use super::StateDirectory;
use super::state_directory::{HEAD, LOCK, LOG};
use crate::error::{Error, Result};
use crate::formats::audit_log::{self, AuditRecord, LogWrite};
use crate::fs::{self, Access, Lock, ReservedRoom};

/// The room for a result, in bytes: its line, and a new file for the head.
const RESULT_ROOM: usize = 32 * 1024;

/// The audit log, to which nobody else appends as long as this value lives.
#[derive(Debug)]
pub struct LockedLog<'s> {
    state: &'s StateDirectory,
    _lock: Lock,
}

impl StateDirectory {
    /// Waits until no other run appends to the audit log.
    ///
    /// # Errors
    /// Action if the state directory cannot be written.
    pub fn lock_log(&self) -> Result<LockedLog<'_>> {
        self.make_directory("")?;
        let lock = self.absolute(LOCK)?;
        Ok(LockedLog { state: self, _lock: Lock::wait_at(&self.place(LOCK)?, &lock, self.sharing, || ())? })
    }

    /// Appends an intent to the audit log, with room for the result, which is to be let go just before that is appended.
    ///
    /// # Errors
    /// As [`StateDirectory::append`], also if there is no room for the result.
    pub fn begin(&self, intent: AuditRecord) -> Result<ReservedRoom> {
        let log = self.lock_log()?;
        let room = ReservedRoom::in_directory(&self.path(), RESULT_ROOM)?;
        log.append(intent).map(|()| room)
    }

    /// Appends to the audit log, so that it outlives a loss of power.
    ///
    /// # Errors
    /// Action if it cannot be written.
    pub fn append(&self, record: AuditRecord) -> Result<()> {
        self.lock_log()?.append(record)
    }
}

impl LockedLog<'_> {
    /// As [`StateDirectory::append`].
    ///
    /// # Errors
    /// As [`StateDirectory::append`].
    pub fn append(&self, record: AuditRecord) -> Result<()> {
        let state = self.state;
        let (log, head) = (state.read_log()?, state.read_head()?);
        let (time, user) = (Timestamp::now().to_string(), Some(state.user.clone()));
        let writes = audit_log::append(&log, head.as_deref(), time, user, record)
            .map_err(|cause| Error::action("failed to write the audit log").cause(cause))?;
        for write in writes {
            match write {
                LogWrite::Append(bytes) => {
                    state.place(LOG)?.append(&bytes, Access::private(state.sharing))?;
                    if log.is_empty() {
                        // The new file must be there before another one says what is in it.
                        fs::sync_directories(&state.path(), 2)?;
                    }
                }
                LogWrite::Head(bytes) => state.write(HEAD, &bytes)?,
            }
        }
        fs::sync_directories(&state.path(), 2)
    }

    /// Whether an operation was begun and has not ended.
    ///
    /// # Errors
    /// Action if the log cannot be read.
    pub fn is_open(&self, operation: &str) -> Result<bool> {
        Ok(self.state.open_intents()?.iter().any(|open| open.operation == operation))
    }
}
