//! Reading the audit trail.

use std::path::Path;

use super::store::Store;
use super::{Recorded, Session};
use crate::error::{Error, Result};
use crate::formats::trail::{self, Break, Entry, Event};
use crate::fs::{self, Identity, StagingDirectory};
use crate::ports::Progress;

/// Every entry, oldest first.
///
/// # Errors
/// Action if the trail cannot be read.
pub fn entries(session: &Session<'_>) -> Result<Vec<Entry>> {
    Ok(trail::entries(&Store::new(session).read_trail()?))
}

/// Proves that the trail is unbroken and returns how many entries it has, or says where it breaks.
///
/// # Errors
/// Action if the trail cannot be read.
pub fn verify(session: &Session<'_>) -> Result<Result<u64, Break>> {
    let store = Store::new(session);
    // The head first: a line that is added meanwhile is then one more, not one missing.
    let head = store.read_head()?;
    Ok(trail::verify(&store.read_trail()?, head.as_ref()))
}

/// The operations that were begun and never ended, oldest first: whoever did them was killed, or is still at it. What
/// they put aside, if that is what is there now, can be deleted with [`Recorded::delete`].
///
/// # Errors
/// Action if the trail cannot be read.
pub fn open_intents(session: &Session<'_>) -> Result<Vec<Recorded>> {
    let store = Store::new(session);
    let mut open: Vec<Entry> = Vec::new();
    for entry in trail::entries(&store.read_trail()?) {
        open.retain(|other| other.record.operation != entry.record.operation);
        if entry.record.event == Event::Intent {
            open.push(entry);
        }
    }
    let recorded = |entry: Entry| Recorded { store: store.clone(), record: entry.record, identity: None };
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
        let staging = recorded.aside().unwrap_or_default();
        let staging = staging.parent().unwrap_or(Path::new(""));
        if StagingDirectory::is_in_use(staging) {
            continue;
        }
        // Where nothing has taken its place, it is put back and not deleted.
        let replaced = fs::exists(place) && !is_at(place);
        match StagingDirectory::replaced_paths(staging).into_iter().find(|aside| replaced && is_at(aside)) {
            Some(aside) => drop(recorded.delete(&aside, progress)?),
            None => recorded.abandon(&Error::action("the run that began it was killed"))?,
        }
    }
    Ok(())
}
