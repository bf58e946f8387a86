//! What an environment is made from again.

use super::choice::chosen;
use super::listing::describe;
use super::place::RestorePlace;
use super::request::RestoreRequest;
use super::snapshot::SnapshotRestore;
use crate::error::{Error, Result};
use crate::journal::state_here;
use crate::model::{Restoration, RestorationSource, path_from};
use crate::session::{Ports, Session};

/// A restoration that is prepared and not begun.
pub enum PreparedRestore<'p> {
    /// From what the snapshot says, through `create` and `install`.
    Snapshot(Box<SnapshotRestore<'p>>),
}

/// Finds the snapshot, and says how it is brought back. Nothing is changed.
///
/// # Errors
/// Usage if it is not known which snapshot is meant, or nothing may be put in the place; undecided if the snapshots or
/// the repository cannot be read.
pub fn prepare<'p>(ports: Ports<'p>, request: &RestoreRequest) -> Result<PreparedRestore<'p>> {
    let (state, session) = state_here(ports)?;
    let directory = &ports.env.directory;
    let snapshot = chosen(state.snapshots()?.snapshots, &request.id, directory)?;
    let place = RestorePlace::of(session.as_ref(), &snapshot, request.to.as_deref(), directory)?;
    place.require_free(&snapshot)?;
    let top = session.as_ref().and_then(|session| session.repository.layout().work_tree.clone());
    let restoration = Restoration {
        repository: session.as_ref().map(Session::label),
        environment: describe(&state, &snapshot, directory, top.as_deref()),
        shown: path_from(directory, top.as_deref(), &place.directory),
        place: place.directory.clone(),
        source: RestorationSource::Snapshot,
        is_dry_run: request.dry_run,
        only: Vec::new(),
        python: None,
        entries: 0,
        bytes: 0,
        packages: Vec::new(),
        unavailable: Vec::new(),
        copies: Vec::new(),
        repaired: Vec::new(),
        commands: Vec::new(),
        notes: Vec::new(),
    };
    let Some(session) = session else {
        return Err(Error::usage("outside of a repository only an archive can be restored")
            .cause("the snapshot has none, and environments are created in repositories"));
    };
    let prepared = SnapshotRestore::new(ports, session, state, (snapshot, place), restoration, request)?;
    Ok(PreparedRestore::Snapshot(Box::new(prepared)))
}
