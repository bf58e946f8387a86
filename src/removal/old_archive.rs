//! Deleting an archive that is no longer needed.

use crate::env::stop_point;
use crate::error::Result;
use crate::formats::audit_log::{AuditAction, AuditEvent, AuditRecord};
use crate::journal::{KeptArchive, StateDirectory, operation_id};

/// The kind of what is deleted, in the audit log.
const KIND: &str = "archive";

/// Deletes an archive in one operation of the audit log. Its snapshot stays, and names no archive then.
///
/// # Errors
/// Action if the intent or the result cannot be recorded, or the archive still exists; without an intent it does.
pub fn delete_archive(state: &StateDirectory, archive: &KeptArchive, command: &str) -> Result<()> {
    let intent = intent(archive, command);
    state.append(intent.clone())?;
    stop_point("archive-deletion-recorded");
    let deleted = state.delete_archive(&archive.id);
    stop_point("archive-deleted");
    let failure = deleted.as_ref().err().map(ToString::to_string);
    state.append(AuditRecord {
        event: if failure.is_none() { AuditEvent::Done } else { AuditEvent::Failed },
        bytes_after: failure.is_none().then_some(0),
        freed_bytes: failure.is_none().then_some(archive.bytes),
        reason: failure,
        ..intent
    })?;
    deleted
}

fn intent(archive: &KeptArchive, command: &str) -> AuditRecord {
    let operation = operation_id(&archive.path, KIND);
    AuditRecord {
        files: 1,
        bytes: archive.bytes,
        snapshot: Some(archive.id.clone()),
        ..AuditRecord::intent(operation, (AuditAction::Remove, command), archive.path.as_path().into(), KIND)
    }
}
