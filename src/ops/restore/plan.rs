//! What an environment is made from again.

use super::archive::{ArchiveRestore, asked_for, relocation};
use super::choice::chosen;
use super::listing::describe;
use super::place::RestorePlace;
use super::request::RestoreRequest;
use super::snapshot::{SnapshotRestore, SnapshotSubject};
use crate::delegate::{add_commands, program_on_path};
use crate::error::{Error, Result};
use crate::formats::snapshot::{ArchiveCoverage, Snapshot};
use crate::fs::{add_place, add_tree};
use crate::journal::{StateDirectory, state_here};
use crate::model::{PlanBasis, Restoration, RestorationSource, path_from};
use crate::path::path_to_bytes;
use crate::removal::ProvenArchive;
use crate::session::{Ports, Session};
use crate::text::{shell_quote, shell_word};

/// A restoration that is prepared and not begun.
pub enum PreparedRestore<'p> {
    /// From an archive.
    Archive(Box<ArchiveRestore<'p>>),
    /// From what the snapshot says, through `create` and `install`.
    Snapshot(Box<SnapshotRestore<'p>>),
}

/// Finds the snapshot, and says how it is brought back. An archive is read to its end. Nothing is changed.
///
/// # Errors
/// Usage if it is not known which snapshot is meant, or nothing may be put in the place; action if the archive is not
/// what the snapshot says; undecided if the snapshots or the repository cannot be read.
pub fn prepare<'p>(ports: Ports<'p>, request: &RestoreRequest) -> Result<PreparedRestore<'p>> {
    let (state, session) = state_here(ports)?;
    let directory = &ports.env.directory;
    let snapshot = chosen(state.snapshots()?.snapshots, &request.id, directory)?;
    let place = RestorePlace::of(session.as_ref(), &snapshot, request.to.as_deref(), directory)?;
    if request.only.is_empty() {
        place.require_free(&snapshot)?;
    }
    let archive = proven(ports, &state, &snapshot, request)?;
    let covers = snapshot.archive.as_ref().map(|reference| reference.covers);
    let restoration = planned(ports, session.as_ref(), &state, &snapshot, &place, request);
    match archive {
        Some(archive) if covers == Some(ArchiveCoverage::All) || !request.only.is_empty() => {
            let old = snapshot.path.to_path();
            let only = asked_for(&request.only, &archive, (&place.directory, &old), directory)?;
            let source = RestorationSource::Archive;
            Ok(PreparedRestore::Archive(Box::new(ArchiveRestore {
                relocation: relocation(&place, &snapshot, &archive, only.is_empty())?,
                restoration: Restoration { only, source, ..restoration },
                ports,
                session,
                state,
                snapshot,
                place,
                archive,
            })))
        }
        archive => {
            let Some(session) = session else {
                return Err(Error::usage("outside of a repository only an archive can be restored")
                    .cause("environments are created in repositories"));
            };
            let source =
                if archive.is_some() { RestorationSource::Both } else { RestorationSource::Snapshot };
            let restoration = Restoration { source, ..restoration };
            let subject = SnapshotSubject { state, snapshot, place, archive };
            let prepared = SnapshotRestore::new(ports, session, subject, restoration, request)?;
            Ok(PreparedRestore::Snapshot(Box::new(prepared)))
        }
    }
}

/// The archive of a snapshot, read to its end; `None` if there is none, or it is to be passed over.
fn proven(
    ports: Ports<'_>,
    state: &StateDirectory,
    snapshot: &Snapshot,
    request: &RestoreRequest,
) -> Result<Option<ProvenArchive>> {
    let Some(reference) = snapshot.archive.as_ref().filter(|_| !request.from_snapshot) else {
        return match request.only.is_empty() {
            true => Ok(None),
            false => Err(Error::usage("`--only` takes files out of an archive, and the snapshot has none")),
        };
    };
    let instead = |error: Error| {
        let words = format!("git pyenv restore {} --from-snapshot", shell_word(snapshot.id.as_bytes()));
        let to = request.to.as_deref().map(|to| format!(" --to {}", shell_quote(&path_to_bytes(to))));
        error.suggest("make it again from its packages with", words + &to.unwrap_or_default())
    };
    let Some(file) = state.open_archive(&snapshot.id).map_err(instead)? else {
        return Err(instead(Error::action(
            "the archive that the snapshot names is gone, and nothing was restored",
        )));
    };
    ProvenArchive::of(file, reference.clone(), ports.progress).map(Some).map_err(instead)
}

/// What the plan rests on: where the directory is, what is kept of the environment, and what would install into it.
fn basis(ports: Ports<'_>, state: &StateDirectory, snapshot: &Snapshot, place: &RestorePlace) -> PlanBasis {
    let mut basis = PlanBasis::default();
    add_place(&mut basis, &place.directory);
    let copies = state.copies_path(&snapshot.id);
    let kept = [state.snapshot_path(&snapshot.id).ok(), state.archive_path(&snapshot.id).ok(), Some(copies)];
    kept.iter().flatten().for_each(|path| add_tree(&mut basis, path));
    if let Some(uv) = program_on_path(ports.env, "uv") {
        add_commands(&mut basis, ports.env, &[vec![uv.to_string_lossy().into_owned()]]);
    }
    basis
}

/// What is known of the result before anything is done.
fn planned(
    ports: Ports<'_>,
    session: Option<&Session<'_>>,
    state: &StateDirectory,
    snapshot: &Snapshot,
    place: &RestorePlace,
    request: &RestoreRequest,
) -> Restoration {
    let directory = &ports.env.directory;
    let top = session.and_then(|session| session.repository.layout().work_tree.as_deref());
    Restoration {
        repository: session.map(Session::label),
        environment: describe(state, snapshot, directory, top),
        shown: path_from(directory, top, &place.directory),
        place: place.directory.clone(),
        source: RestorationSource::Snapshot,
        is_dry_run: request.dry_run,
        basis: basis(ports, state, snapshot, place),
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
    }
}
