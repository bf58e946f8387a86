//! Reading the audit log.

use super::StateDirectory;
use crate::error::Result;
use crate::formats::audit_log::{self, AuditEntry, AuditEvent, AuditLogBreak, AuditRecord};

impl StateDirectory {
    /// Every entry of the audit log, oldest first.
    ///
    /// # Errors
    /// Action if the log cannot be read.
    pub fn entries(&self) -> Result<Vec<AuditEntry>> {
        Ok(audit_log::entries(&self.read_log()?))
    }

    /// Proves that the audit log is unbroken and returns how many entries it has, or says where it breaks.
    ///
    /// # Errors
    /// Action if the log cannot be read.
    pub fn verify(&self) -> Result<Result<u64, AuditLogBreak>> {
        // The head first: a line that is added meanwhile is then one more, not one missing.
        let head = self.read_head()?;
        Ok(audit_log::verify(&self.read_log()?, head.as_ref()))
    }

    /// The intents of operations that never ended, oldest first: their run was killed, or is still at work.
    ///
    /// # Errors
    /// Action if the log cannot be read.
    pub fn open_intents(&self) -> Result<Vec<AuditRecord>> {
        let mut open: Vec<AuditRecord> = Vec::new();
        for AuditEntry { record, .. } in self.entries()? {
            open.retain(|other| other.operation != record.operation);
            if record.event == AuditEvent::Intent {
                open.push(record);
            }
        }
        Ok(open)
    }
}
