//! Deleting the files of the link cache that no environment has.

use std::path::Path;
use std::time::Instant;

use super::caches::intent;
use crate::error::Result;
use crate::formats::audit_log::{AuditAction, AuditEvent, AuditRecord, KEPT_LIMIT, KeptFile};
use crate::fs::{KeptEntry, UnlinkedFiles, remove_unlinked_files};
use crate::journal::StateDirectory;
use crate::model::Measure;
use crate::ports::Progress;

/// Deletes the files of a link cache that no environment has, in one operation of the audit log; returns how much went, and
/// what could not be deleted. `size` is what was found of them.
///
/// # Errors
/// Action if the intent or the result cannot be recorded; without an intent nothing is deleted.
pub fn delete_unlinked(
    state: &StateDirectory,
    directory: &Path,
    size: Measure,
    progress: &dyn Progress,
) -> Result<(UnlinkedFiles, Vec<KeptEntry>)> {
    let started = Instant::now();
    let intent = intent(directory, "store", size, (AuditAction::Remove, "cleanup"));
    let room = state.begin(intent.clone())?;
    progress.phase("deleting what no environment has", Some(size.files));
    let (removed, kept) = remove_unlinked_files(directory, progress);
    let told = |kept: &KeptEntry| KeptFile { path: kept.path.as_slice().into(), reason: kept.reason.clone() };
    drop(room);
    state.append(AuditRecord {
        event: if kept.is_empty() { AuditEvent::Done } else { AuditEvent::Failed },
        bytes_after: kept.is_empty().then_some(0),
        freed_bytes: Some(removed.bytes),
        milliseconds: Some(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)),
        kept: kept.iter().take(KEPT_LIMIT).map(told).collect(),
        kept_count: kept.len() as u64,
        ..intent
    })?;
    Ok((removed, kept))
}
