//! Finishing what killed runs began.

use std::path::Path;

use super::remove::RecordedRemoval;
use crate::error::{Error, Result};
use crate::fs::{self, DirectoryPlace, Identity, StagingDirectory};
use crate::journal::StateDirectory;
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

/// Finishes what killed runs began at a path: what they put aside is deleted, and what stayed in its place is
/// recorded to have stayed. What another run is at stays open.
///
/// # Errors
/// Action if the audit log cannot be read or written, or nothing could be deleted.
pub fn finish(state: &StateDirectory, place: &Path, progress: &dyn Progress) -> Result<()> {
    let open = open_intents(state)?;
    for recorded in open.into_iter().filter(|recorded| recorded.record.path.to_path() == place) {
        let number = recorded.record.inode;
        let is_it =
            |place: &DirectoryPlace| number.is_some() && place.identity().map(Identity::number) == number;
        let staging = recorded.aside().unwrap_or_default();
        let staging = staging.parent().unwrap_or(Path::new(""));
        if StagingDirectory::is_in_use(staging) {
            continue;
        }
        // Where nothing has taken its place, it is put back and not deleted.
        let replaced = fs::exists(place) && !DirectoryPlace::at(place).is_ok_and(|place| is_it(&place));
        let aside = StagingDirectory::replaced(staging).into_iter().find(|aside| replaced && is_it(aside));
        match aside {
            Some(aside) => drop(recorded.delete(&aside, progress)?),
            None => recorded.abandon(&Error::action("the run that started it was killed"))?,
        }
    }
    Ok(())
}
