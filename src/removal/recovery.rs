//! Finishing what killed runs began.

use std::path::{Path, PathBuf};

use super::recorded_removal::{RecordedRemoval, RemovedWhere};
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::formats::audit_log::AuditAction;
use crate::fs::{
    self, CondemnedParts, CondemnedState, DirectoryPlace, Identity, StagingClaim, StagingDirectory,
};
use crate::git::Repository;
use crate::journal::StateDirectory;
use crate::path::RepoPath;
use crate::ports::Progress;

/// The operations that were begun and never ended, oldest first: whoever did them was killed, or is still at it. What
/// they put aside, if that is what is there now, can be deleted with [`RecordedRemoval::delete`].
///
/// # Errors
/// Action if the audit log cannot be read.
pub fn open_intents(state: &StateDirectory) -> Result<Vec<RecordedRemoval>> {
    let recorded = |record| RecordedRemoval {
        state: state.clone(),
        record,
        prepared: None,
        started: None,
        archive: None,
        archive_path: None,
        room: None,
    };
    Ok(state.open_intents()?.into_iter().map(recorded).collect())
}

/// Finishes what killed runs of this repository began, and clears away what they left in its state directory, beside its
/// environments and at the place `also`. Every command that changes something begins with it. What cannot be finished stays,
/// is reported by PYE307 and does not stop the command.
pub fn recover(repository: &Repository<'_>, also: Option<&Path>, progress: &dyn Progress) {
    let top = repository.layout().work_tree.as_deref();
    // A directory with committed files is not what a run left, whatever it looks like.
    let is_tracked = |directory: &Path| {
        let below = top.and_then(|top| directory.strip_prefix(top).ok());
        let below = below.and_then(|below| RepoPath::from_relative(below).ok());
        let tracked = below.map(|below| repository.tracked_below(&[below]));
        tracked.is_some_and(|tracked| !tracked.is_ok_and(|tracked| tracked.is_empty()))
    };
    if let Ok(state) = StateDirectory::of(repository) {
        recover_recorded_in(&state, &is_tracked, progress);
    }
    if let Some(place) = also {
        StagingDirectory::recover(place, &is_tracked);
    }
}

/// As [`recover`], of what lies in no repository and is recorded in this state directory, if there is one.
pub fn recover_outside(state: Option<&StateDirectory>, also: Option<&Path>, progress: &dyn Progress) {
    if let Some(state) = state {
        recover_recorded_in(state, &|_| false, progress);
    }
    if let Some(place) = also {
        StagingDirectory::recover(place, &|_| false);
    }
}

/// Finishes what is recorded in a state directory. Keeps staging directories for which `is_kept` returns true.
fn recover_recorded_in(state: &StateDirectory, is_kept: &dyn Fn(&Path) -> bool, progress: &dyn Progress) {
    state.clear_left_overs();
    let _ = finish(state, is_kept, progress);
}

/// Finishes what killed runs began: what they began to delete, and what another environment has taken the place of, is
/// deleted; what stayed in its place, or can be put back there, is recorded to have stayed; of what was to be brought back
/// it is recorded whether it is there. What another run is at stays open.
///
/// # Errors
/// Action if the audit log cannot be read or written, or nothing could be deleted of something; the rest is finished all
/// the same.
pub fn finish(
    state: &StateDirectory,
    is_kept: &dyn Fn(&Path) -> bool,
    progress: &dyn Progress,
) -> Result<()> {
    let begun = open_intents(state)?;
    let ends = begun.into_iter().map(|recorded| {
        let (staging, place) = (recorded.staging(), recorded.record.path.to_path());
        let ended = end(state, recorded, is_kept, progress);
        // What would have taken its place may be in a staging directory of its own.
        StagingDirectory::recover(&place, is_kept);
        if let Some(target) = staging.and_then(|staging| StagingDirectory::target_of(&staging)) {
            StagingDirectory::recover(&target, is_kept);
        }
        ended
    });
    let ends: Vec<Result<()>> = ends.collect();
    progress.finish();
    ends.into_iter().collect()
}

/// How an operation that was begun can be ended.
enum OperationEnd {
    /// What was to be brought back is there, or is not.
    Restored(bool),
    /// By deleting this.
    Delete(RemovedWhere),
    /// Nothing is left.
    Gone,
    /// The environment stays, for this reason.
    Stays(String),
}

/// Ends one operation. The log is locked while it is decided how, so that another run, in another work tree, neither
/// decides the same nor has just done it.
fn end(
    state: &StateDirectory,
    recorded: RecordedRemoval,
    is_kept: &dyn Fn(&Path) -> bool,
    progress: &dyn Progress,
) -> Result<()> {
    let log = state.lock_log()?;
    if !log.is_open(&recorded.record.operation)? {
        return Ok(());
    }
    let staging = recorded.staging().unwrap_or_default();
    let claim = StagingDirectory::claim(&staging);
    if matches!(claim, StagingClaim::InUse) {
        return Ok(());
    }
    let how = how(&recorded, &staging, &claim);
    stop_point("end-decided");
    match how {
        OperationEnd::Delete(place) => {
            // Whoever looks meanwhile finds the staging directory claimed.
            drop(log);
            stop_point("end-claimed");
            recorded.delete_at(&place, progress)?;
            drop(claim);
        }
        OperationEnd::Gone => recorded.note_gone(&log)?,
        OperationEnd::Restored(is_in_place) => recorded.end_restoration(&log, is_in_place)?,
        OperationEnd::Stays(reason) => {
            drop(claim);
            put_back(&staging, is_kept);
            recorded.abandon_in(&log, &Error::action(reason))?;
        }
    }
    Ok(())
}

/// Moves what was moved aside back to its place, before it is recorded that it stays.
fn put_back(staging: &Path, is_kept: &dyn Fn(&Path) -> bool) {
    if let Some(target) = StagingDirectory::target_of(staging) {
        StagingDirectory::recover(&target, is_kept);
    }
}

fn how(recorded: &RecordedRemoval, staging: &Path, claim: &StagingClaim) -> OperationEnd {
    let record = &recorded.record;
    let place = record.path.to_path();
    let is_it = |place: &DirectoryPlace| {
        record.inode.is_some() && place.identity().map(Identity::number) == record.inode
    };
    let in_place = DirectoryPlace::at(&place).ok().filter(is_it).map(DirectoryPlace::in_place);
    if record.action == AuditAction::Restore {
        return OperationEnd::Restored(in_place.is_some());
    }
    let is_taken = fs::exists(&place) && in_place.is_none();
    let aside = StagingDirectory::replaced(staging).into_iter().find(is_it);
    let killed = "the run that started it was killed".to_owned();
    match (aside, in_place) {
        (Some(aside), _) if is_taken || StagingDirectory::is_condemned(&aside) => {
            OperationEnd::Delete(RemovedWhere::At(aside))
        }
        (Some(_), _) => OperationEnd::Stays(killed),
        (None, None) if recorded.staging().is_some() => OperationEnd::Gone,
        (None, None) => OperationEnd::Stays(killed),
        (None, Some(in_place)) => {
            let is_claimed = matches!(claim, StagingClaim::Claimed(_));
            let parts = StagingDirectory::condemned_parts(staging, &place);
            in_its_place(in_place, &record.operation, parts, is_claimed)
        }
    }
}

/// How to end the deletion of a directory that is still where it was.
fn in_its_place(
    place: DirectoryPlace,
    operation: &str,
    parts: Option<CondemnedParts>,
    is_claimed: bool,
) -> OperationEnd {
    let killed = "the run that started it was killed".to_owned();
    let changed = |changed: &[RepoPath]| match changed.first() {
        Some(first) => format!("{killed}, and since then `{}` was added or changed", first.seen_from_root()),
        None => killed.clone(),
    };
    if let Some(parts) = parts {
        return match (parts.changed().as_slice(), is_claimed) {
            ([], true) => OperationEnd::Delete(RemovedWhere::Parts(parts)),
            (others, _) => OperationEnd::Stays(changed(others)),
        };
    }
    match place.condemned_state(operation) {
        CondemnedState::Begun | CondemnedState::Empty if is_claimed => {
            OperationEnd::Delete(RemovedWhere::At(place))
        }
        CondemnedState::Changed(others) => {
            place.spare();
            OperationEnd::Stays(changed(&others))
        }
        CondemnedState::Begun => {
            place.spare();
            OperationEnd::Stays(killed)
        }
        CondemnedState::Whole | CondemnedState::Empty => OperationEnd::Stays(killed),
    }
}

impl RecordedRemoval {
    /// The staging directory that was made for it.
    fn staging(&self) -> Option<PathBuf> {
        Some(self.aside()?.parent()?.to_path_buf())
    }
}
