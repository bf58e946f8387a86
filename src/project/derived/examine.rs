//! Which derived files there are in a scope, and whether they are stale.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::files::FilesFrom;
use super::state::{FilesState, StateSource};
use super::watch::is_requirements_file;
use crate::error::Result;
use crate::fs::{exists, is_directory};
use crate::git::Reader;
use crate::model::{Derivation, DerivationChange, DerivedFile, FixStep, Freshness, Scope, Skip};
use crate::path::RepoPath;
use crate::project::exported::exported_requirements;
use crate::project::locks::{LOCK_FORMATS, LockFormat, LockInput, format_of};
use crate::scan::Scanned;
use crate::session::Session;
use crate::tree::{EntryKind, OwnedEntry};

/// Adds the locks and the compiled and exported requirements of the scope to its facts: of a commit that is being made
/// those of which it changes the file or a source, and none of a range.
///
/// # Errors
/// Undecided if the index or the commit cannot be read.
pub fn add_derived_files(session: &Session<'_>, scanned: &mut Scanned) -> Result<()> {
    let entries: BTreeMap<RepoPath, OwnedEntry> =
        scanned.watched.drain(..).map(|entry| (entry.path.clone(), entry)).collect();
    if entries.is_empty() && scanned.facts.scope != Scope::WorkTree {
        return Ok(());
    }
    match &scanned.facts.scope {
        Scope::WorkTree => {
            let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(()) };
            let projects: Vec<RepoPath> =
                scanned.facts.projects.iter().map(|project| project.project.clone()).collect();
            let state =
                FilesState { source: StateSource::Disk(&top), entries: on_disk(&top, entries, projects) };
            add(&state, &state.locks(), None, scanned);
        }
        Scope::Staged => {
            let before = before(session, &entries)?;
            let is_new = |entry: &OwnedEntry| {
                before.get(&entry.path).is_none_or(|old| (old.id, old.kind) != (entry.id, entry.kind))
            };
            let changed: Vec<RepoPath> =
                entries.values().filter(|entry| is_new(entry)).map(|entry| entry.path.clone()).collect();
            if changed.is_empty() {
                return Ok(());
            }
            let tree = session.repository.index_tree()?;
            let state = FilesState { source: StateSource::Tree(&*tree), entries };
            add(&state, &state.locks(), Some(&changed), scanned);
        }
        Scope::Commit(revision) => {
            let Some(id) = session.repository.resolve(revision)? else { return Ok(()) };
            let tree = session.repository.commit_tree(id)?;
            let state = FilesState { source: StateSource::Tree(&*tree), entries };
            add(&state, &state.locks(), None, scanned);
        }
        Scope::Range(_) => {}
    }
    Ok(())
}

/// The files that exist, with manifests and locks that git does not track: beside others, and in the directories of projects.
fn on_disk(
    top: &Path,
    tracked: BTreeMap<RepoPath, OwnedEntry>,
    projects: Vec<RepoPath>,
) -> BTreeMap<RepoPath, OwnedEntry> {
    let mut directories: BTreeSet<RepoPath> = tracked.keys().filter_map(RepoPath::parent).collect();
    directories.extend(projects);
    let names: BTreeSet<&str> =
        LOCK_FORMATS.iter().flat_map(|format| [format.file_name, format.manifest]).collect();
    let beside = directories.iter().flat_map(|place| names.iter().filter_map(|name| place.join(name).ok()));
    let mut paths: BTreeSet<RepoPath> = beside.collect();
    paths.extend(tracked.into_keys());
    let is_file = |path: &RepoPath| {
        let path = path.to_path(top);
        exists(&path) && !is_directory(&path)
    };
    let found = paths.into_iter().filter(is_file);
    found
        .map(|path| (path.clone(), OwnedEntry { path, kind: EntryKind::File, id: None, size: None }))
        .collect()
}

/// What `HEAD` has of these files.
fn before(
    session: &Session<'_>,
    entries: &BTreeMap<RepoPath, OwnedEntry>,
) -> Result<BTreeMap<RepoPath, OwnedEntry>> {
    let Some(head) = session.repository.head()? else { return Ok(BTreeMap::new()) };
    let paths: Vec<RepoPath> = entries.keys().cloned().collect();
    let found = session.repository.entries_below(head, &paths)?;
    Ok(found.into_iter().map(|entry| (entry.path.clone(), entry)).collect())
}

/// A lock and its format.
type FoundLock = (RepoPath, &'static LockFormat);

impl FilesState<'_> {
    /// The locks among the files.
    fn locks(&self) -> Vec<FoundLock> {
        let files = self.entries.values().filter(|entry| entry.kind.is_file());
        files.filter_map(|entry| Some((entry.path.clone(), format_of(entry.path.name())?))).collect()
    }

    /// The manifests that a lock is about: the one beside it, and those below that are nearer to no other lock of its
    /// format, which may be members of its workspace.
    fn manifests(&self, (lock, format): &FoundLock, locks: &[FoundLock]) -> Vec<RepoPath> {
        let home = lock.parent().unwrap_or_default();
        let homes: Vec<RepoPath> = locks
            .iter()
            .filter(|(_, other)| other.file_name == format.file_name)
            .filter_map(|(path, _)| path.parent())
            .collect();
        let is_of = |path: &&RepoPath| {
            let nearest = path.ancestors().skip(1).find(|directory| homes.contains(directory));
            path.name() == format.manifest.as_bytes() && nearest.as_ref() == Some(&home)
        };
        self.entries.keys().filter(is_of).cloned().collect()
    }
}

/// Adds locks, and compiled and exported requirements; only those that have something to do with what is `changed`, if
/// that is given.
fn add(state: &FilesState<'_>, locks: &[FoundLock], changed: Option<&[RepoPath]>, scanned: &mut Scanned) {
    let is_changed = |path: &RepoPath| changed.is_some_and(|changed| changed.contains(path));
    let mut found: Vec<DerivedFile> = Vec::new();
    for lock in locks {
        let manifests = state.manifests(lock, locks);
        let change = changed.map(|_| DerivationChange {
            file: is_changed(&lock.0),
            sources: manifests.iter().any(&is_changed),
        });
        if change.is_none_or(|change| change.file || change.sources) {
            found.push(judge_lock(state, lock, manifests, change));
        }
    }
    let files = state.entries.values().filter(|entry| entry.kind.is_file());
    let exports =
        files.filter(|entry| is_requirements_file(entry.path.name()) && entry.path.name().ends_with(b".txt"));
    for entry in exports {
        found.extend(judge_export(state, &entry.path, changed));
    }
    for file in found {
        match file.freshness {
            Freshness::Unreadable(reason) => {
                scanned.skipped.push(Skip { path: file.path, reason, blob: None })
            }
            _ => scanned.facts.derived.push(file),
        }
    }
}

fn judge_lock(
    state: &FilesState<'_>,
    (path, format): &FoundLock,
    sources: Vec<RepoPath>,
    change: Option<DerivationChange>,
) -> DerivedFile {
    let directory = path.parent().unwrap_or_default();
    let files = FilesFrom { state, directory: directory.clone() };
    let judged = || -> Result<Freshness, String> {
        let Some(lock) = state.read(path)? else { return Ok(Freshness::Fresh) };
        let manifest =
            directory.join(format.manifest).ok().map(|path| state.read(&path)).transpose()?.flatten();
        let input = LockInput { file: path, lock: &lock, manifest: manifest.as_deref(), files: &files };
        Ok((format.freshness)(&input))
    };
    let command: Vec<String> = format.update.iter().map(|word| (*word).to_owned()).collect();
    DerivedFile {
        path: path.clone(),
        derivation: Derivation::Lock,
        sources,
        freshness: judged().unwrap_or_else(Freshness::Unreadable),
        change,
        update: (!command.is_empty()).then_some(FixStep::RunIn { directory, command }),
    }
}

/// The judgement of a requirements file that a tool wrote; `None` for other ones, and if no change concerns it. The command
/// in its first lines may be any command, so that it is not suggested.
fn judge_export(
    state: &FilesState<'_>,
    path: &RepoPath,
    changed: Option<&[RepoPath]>,
) -> Option<DerivedFile> {
    let files = FilesFrom { state, directory: path.parent().unwrap_or_default() };
    let bytes = state.read(path).ok().flatten()?;
    let exported = exported_requirements(path, &bytes, &files)?;
    let sources: Vec<RepoPath> =
        exported.sources.iter().filter_map(|source| files.place(source).ok()).collect();
    let change = changed.map(|changed| DerivationChange {
        file: changed.contains(path),
        sources: sources.iter().any(|source| changed.contains(source)),
    });
    let is_concerned = change.is_none_or(|change| change.file || change.sources);
    is_concerned.then(|| DerivedFile {
        path: path.clone(),
        derivation: Derivation::Export,
        sources,
        freshness: exported.freshness,
        change,
        update: None,
    })
}
