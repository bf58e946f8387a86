//! What can be brought back.

use std::path::Path;

use super::place::archive_state;
use crate::error::Result;
use crate::formats::snapshot::Snapshot;
use crate::fs;
use crate::journal::{StateDirectory, state_here};
use crate::model::{RestorableEnvironment, RestorableList, path_from};
use crate::session::{Ports, Session};

/// Lists the environments that were removed from the repository or, outside of one, from anywhere else.
///
/// # Errors
/// Undecided if the snapshots cannot be listed; as [`Session::open`] for a repository that cannot be opened.
pub fn list(ports: Ports<'_>) -> Result<RestorableList> {
    let (state, session) = state_here(ports)?;
    let reading = state.snapshots()?;
    let top = session.as_ref().and_then(|session| session.repository.layout().work_tree.clone());
    let directory = &ports.env.directory;
    let described =
        reading.snapshots.iter().map(|snapshot| describe(&state, snapshot, directory, top.as_deref()));
    Ok(RestorableList {
        repository: session.as_ref().map(Session::label),
        environments: described.collect(),
        unread: reading.damaged,
    })
}

/// A snapshot as it is shown to a user in a directory of the work tree at `top`.
pub(super) fn describe(
    state: &StateDirectory,
    snapshot: &Snapshot,
    directory: &Path,
    top: Option<&Path>,
) -> RestorableEnvironment {
    let path = snapshot.path.to_path();
    RestorableEnvironment {
        id: snapshot.id.clone(),
        time: snapshot.time.clone(),
        shown: path_from(directory, top, &path),
        kind: snapshot.kind.clone(),
        python: snapshot.python.clone(),
        packages: snapshot.distributions.len() as u64,
        files: snapshot.files,
        bytes: snapshot.bytes,
        foreign: snapshot.foreign.len() as u64,
        archive: archive_state(state, snapshot),
        is_occupied: fs::exists(&path) && !fs::is_empty_directory(&path),
        path,
    }
}
