//! Finishing what killed runs began.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::remove::RecordedRemoval;
use crate::error::{Error, Result};
use crate::fs::{self, DirectoryPlace, Identity, StagingDirectory};
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
    let recorded = |record| RecordedRemoval { state: state.clone(), record, prepared: None, started: None };
    Ok(state.open_intents()?.into_iter().map(recorded).collect())
}

/// Finishes what killed runs of this repository began, and clears away what they left beside its environments and at
/// the place `also`. Every command that changes something begins with it. What cannot be finished stays, is reported by
/// PYE307 and does not stop the command.
pub fn recover(repository: &Repository<'_>, also: Option<&Path>, progress: &dyn Progress) {
    let state = StateDirectory::of(repository);
    let begun = state.and_then(|state| finish(&state, progress)).unwrap_or_default();
    let places: BTreeSet<PathBuf> = begun.into_iter().chain(also.map(Path::to_path_buf)).collect();
    let top = repository.layout().work_tree.as_deref();
    // A directory with committed files is not what a run left, whatever it looks like.
    let is_tracked = |directory: &Path| {
        let below = top.and_then(|top| directory.strip_prefix(top).ok());
        let below = below.and_then(|below| RepoPath::from_relative(below).ok());
        let tracked = below.map(|below| repository.tracked_below(&[below]));
        tracked.is_some_and(|tracked| !tracked.is_ok_and(|tracked| tracked.is_empty()))
    };
    places.iter().for_each(|place| StagingDirectory::recover(place, &is_tracked));
}

/// Finishes what killed runs began: what they began to delete, and what another environment has taken the place of, is
/// deleted; what stayed in its place, or can be put back there, is recorded to have stayed. What another run is at stays
/// open. Returns the places of the environments.
///
/// # Errors
/// Action if the audit log cannot be read or written, or nothing could be deleted.
pub fn finish(state: &StateDirectory, progress: &dyn Progress) -> Result<Vec<PathBuf>> {
    let mut places = Vec::new();
    for recorded in open_intents(state)? {
        let staging = recorded.aside().unwrap_or_default();
        let staging = staging.parent().unwrap_or(Path::new(""));
        // A run in another work tree may have ended it since the log was read: it records that before it lets go of the
        // directory.
        if StagingDirectory::is_in_use(staging) || !is_open(state, &recorded)? {
            continue;
        }
        let place = recorded.record.path.to_path();
        let number = recorded.record.inode;
        let is_it =
            |place: &DirectoryPlace| number.is_some() && place.identity().map(Identity::number) == number;
        let is_in_place = DirectoryPlace::at(&place).is_ok_and(|place| is_it(&place));
        let is_taken = fs::exists(&place) && !is_in_place;
        let aside = StagingDirectory::replaced(staging).into_iter().find(is_it);
        match aside {
            Some(aside) if is_taken || StagingDirectory::is_condemned(&aside) => {
                drop(recorded.delete(&aside, progress)?);
            }
            None if !is_in_place && recorded.aside().is_some() => recorded.note_gone()?,
            _ => recorded.abandon(&Error::action("the run that started it was killed"))?,
        }
        places.push(place);
    }
    progress.finish();
    Ok(places)
}

/// Whether the audit log still shows no end of an operation.
fn is_open(state: &StateDirectory, recorded: &RecordedRemoval) -> Result<bool> {
    Ok(state.open_intents()?.iter().any(|open| open.operation == recorded.record.operation))
}
