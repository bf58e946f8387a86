//! Reading the audit trail.

use std::path::Path;

use super::store::Store;
use super::{Recorded, Session};
use crate::error::{Error, Result};
use crate::formats::audit_log::{self, AuditEntry, AuditEvent, AuditLogBreak};
use crate::fs::{self, Identity, Workshop};
use crate::ports::Progress;

/// Every entry, oldest first.
///
/// # Errors
/// Action if the trail cannot be read.
pub fn entries(session: &Session<'_>) -> Result<Vec<AuditEntry>> {
    Ok(audit_log::entries(&Store::new(session).read_trail()?))
}

/// Proves that the trail is unbroken and returns how many entries it has, or says where it breaks.
///
/// # Errors
/// Action if the trail cannot be read.
pub fn verify(session: &Session<'_>) -> Result<Result<u64, AuditLogBreak>> {
    let store = Store::new(session);
    // The head first: a line that is added meanwhile is then one more, not one missing.
    let head = store.read_head()?;
    Ok(audit_log::verify(&store.read_trail()?, head.as_ref()))
}

/// The operations that were begun and never ended, oldest first: whoever did them was killed, or is still at it. What
/// they put aside, if that is what is there now, can be deleted with [`Recorded::delete`].
///
/// # Errors
/// Action if the trail cannot be read.
pub fn open_intents(session: &Session<'_>) -> Result<Vec<Recorded>> {
    let store = Store::new(session);
    let mut open: Vec<AuditEntry> = Vec::new();
    for entry in audit_log::entries(&store.read_trail()?) {
        open.retain(|other| other.record.operation != entry.record.operation);
        if entry.record.event == AuditEvent::Intent {
            open.push(entry);
        }
    }
    let recorded =
        |entry: AuditEntry| Recorded { store: store.clone(), record: entry.record, identity: None };
    Ok(open.into_iter().map(recorded).collect())
}

/// Brings to an end what killed runs began in a place: what they put aside is deleted, and what stayed in its place is
/// recorded to have stayed. What another run is at stays open.
///
/// # Errors
/// Action if the trail cannot be read or written, or nothing could be deleted.
pub fn finish(session: &Session<'_>, place: &Path, progress: &dyn Progress) -> Result<()> {
    let open = open_intents(session)?;
    for recorded in open.into_iter().filter(|recorded| recorded.record.path.to_path() == place) {
        let number = recorded.record.inode;
        let is_at = |at: &Path| number.is_some() && fs::identity(at).map(Identity::number) == number;
        let workshop = recorded.aside().unwrap_or_default();
        let workshop = workshop.parent().unwrap_or(Path::new(""));
        if Workshop::is_busy(workshop) {
            continue;
        }
        // Where nothing has taken its place, it is put back and not deleted.
        let replaced = fs::exists(place) && !is_at(place);
        match Workshop::asides(workshop).into_iter().find(|aside| replaced && is_at(aside)) {
            Some(aside) => drop(recorded.delete(&aside, progress)?),
            None => recorded.abandon(&Error::action("the run that began it was killed"))?,
        }
    }
    Ok(())
}
