//! Which derived files there are in a scope, and whether they are stale.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::files::FilesFrom;
use super::state::{FilesState, StateSource};
use super::watch::{is_for_dependencies, keep_dependency_files};
use crate::error::Result;
use crate::formats::uv_lock;
use crate::fs::{exists, is_directory};
use crate::git::Reader;
use crate::message::{Message, message};
use crate::model::{Derivation, DerivationChange, DerivedFile, FixStep, Freshness, Scope, Skip};
use crate::order::Arrange as _;
use crate::order::{map_of, set_of};
use crate::path::{RepoPath, resolve};
use crate::project::exported::exported_requirements;
use crate::project::locks::{LOCK_FORMATS, LockFormat, LockInput, format_of};
use crate::project::projects::has_member;
use crate::scan::Scanned;
use crate::session::Session;
use crate::tree::{EntryKind, LOCK_LIMIT, OwnedEntry, SETTINGS_LIMIT};

/// What files begin with that a tool wrote.
const GENERATED_START: &[u8] = b"#";

/// Adds the locks and the compiled and exported requirements of the scope to its facts: of a commit that is being made
/// those of which it changes the file or a source, and none of a range.
///
/// # Errors
/// Undecided if the index or the commit cannot be read.
pub fn add_derived_files(session: &Session<'_>, scanned: &mut Scanned) -> Result<()> {
    let mut entries: BTreeMap<RepoPath, OwnedEntry> =
        map_of(scanned.watched.drain(..).map(|entry| (entry.path.clone(), entry)));
    keep_dependency_files(&mut entries);
    if entries.is_empty() && scanned.facts.scope != Scope::WorkTree {
        return Ok(());
    }
    match &scanned.facts.scope {
        Scope::WorkTree => {
            let Some(top) = session.repository.layout().work_tree.clone() else { return Ok(()) };
            let projects: Vec<RepoPath> =
                scanned.facts.projects.iter().map(|project| project.project.clone()).collect();
            let state = FilesState {
                source: StateSource::Disk(&top),
                entries: on_disk(&top, entries, &projects),
                projects,
            };
            add(&state, &state.locks(), None, scanned);
        }
        Scope::Staged => {
            add_staged(session, entries, scanned)?;
        }
        Scope::Commit(revision) => {
            let Some(id) = session.repository.resolve(revision)? else { return Ok(()) };
            let tree = session.repository.commit_tree(id)?;
            let state = FilesState { source: StateSource::Tree(&*tree), entries, projects: Vec::new() };
            if has_derived(&state.entries) {
                tree.prefetch(&state.entries.values().collect::<Vec<_>>(), LOCK_LIMIT);
            }
            add(&state, &state.locks(), None, scanned);
        }
        Scope::Range(_) => {}
    }
    Ok(())
}

/// The files that exist, with manifests and locks that git does not track: beside others, and in the directories of projects.
pub(super) fn on_disk(
    top: &Path,
    tracked: BTreeMap<RepoPath, OwnedEntry>,
    projects: &[RepoPath],
) -> BTreeMap<RepoPath, OwnedEntry> {
    let mut directories: BTreeSet<RepoPath> = set_of(tracked.keys().filter_map(RepoPath::parent));
    directories.extend(projects.iter().cloned());
    let names: BTreeSet<&str> =
        set_of(LOCK_FORMATS.iter().flat_map(|format| [format.file_name, format.manifest]));
    let beside = directories.iter().flat_map(|place| names.iter().filter_map(|name| place.join(name).ok()));
    let mut paths: BTreeSet<RepoPath> = set_of(beside);
    paths.extend(tracked.into_keys());
    let is_file = |path: &RepoPath| {
        let path = path.to_path(top);
        exists(&path) && !is_directory(&path)
    };
    let found = paths.into_iter().filter(is_file);
    found
        .map(|path| {
            (
                path.clone(),
                OwnedEntry { path, kind: EntryKind::File, id: None, size: None, is_unmerged: false },
            )
        })
        .collect()
}

/// Adds those that the commit that is being made concerns. `HEAD` is not asked where there are none.
fn add_staged(
    session: &Session<'_>,
    entries: BTreeMap<RepoPath, OwnedEntry>,
    scanned: &mut Scanned,
) -> Result<()> {
    add_unmerged(session, &entries, scanned)?;
    if !has_derived(&entries) {
        return Ok(());
    }
    let tree = session.repository.index_tree()?;
    let state = FilesState { source: StateSource::Tree(&*tree), entries, projects: Vec::new() };
    let gone = state.missing_members();
    let head = session.repository.head()?;
    let places: Vec<RepoPath> = state.entries.keys().chain(&gone).cloned().collect();
    let old =
        head.map(|head| session.repository.entries_below(head, &places)).transpose()?.unwrap_or_default();
    let old: BTreeMap<RepoPath, OwnedEntry> =
        map_of(old.into_iter().map(|entry| (entry.path.clone(), entry)));
    let is_new = |entry: &&OwnedEntry| {
        entry.is_unmerged
            || old.get(&entry.path).is_none_or(|old| (old.id, old.kind) != (entry.id, entry.kind))
    };
    let deleted: BTreeSet<RepoPath> = set_of(gone.into_iter().filter(|path| old.contains_key(path)));
    let added = state.entries.values().filter(is_new).map(|entry| entry.path.clone());
    let paths: BTreeSet<RepoPath> = set_of(added.chain(deleted.iter().cloned()));
    if paths.is_empty() {
        return Ok(());
    }
    let earlier = head.map(|head| session.repository.commit_tree(head)).transpose()?;
    let before = earlier.as_deref().map(|tree| FilesState {
        source: StateSource::Tree(tree),
        entries: old,
        projects: Vec::new(),
    });
    add(&state, &state.locks(), Some(&Changes { paths, deleted, before }), scanned);
    Ok(())
}

/// Adds the files that are not merged, unless they are known as such. Of a text with no name of requirements, what the merge
/// has first says whether a tool wrote it.
fn add_unmerged(
    session: &Session<'_>,
    entries: &BTreeMap<RepoPath, OwnedEntry>,
    scanned: &mut Scanned,
) -> Result<()> {
    let unmerged: Vec<&OwnedEntry> = entries.values().filter(|entry| entry.is_unmerged).collect();
    if unmerged.is_empty() {
        return Ok(());
    }
    let tree = session.repository.index_tree()?;
    let is_generated = |entry: &OwnedEntry| {
        tree.whole(entry, SETTINGS_LIMIT).is_none_or(|bytes| bytes.starts_with(GENERATED_START))
    };
    let matters = |entry: &&&OwnedEntry| {
        !may_be_export(&entry.path) || is_for_dependencies(&entry.path) || is_generated(entry)
    };
    scanned.skipped.extend(unmerged.iter().filter(matters).map(|entry| Skip::unmerged(entry.path.clone())));
    let mut known = BTreeSet::new();
    scanned.skipped.retain(|skip| known.insert(skip.clone()));
    Ok(())
}

/// Says whether any of these files is made from others, or may be.
fn has_derived(entries: &BTreeMap<RepoPath, OwnedEntry>) -> bool {
    entries.values().any(|entry| format_of(entry.path.name()).is_some() || may_be_export(&entry.path))
}

/// Says whether a file may be one of requirements that a tool wrote.
fn may_be_export(path: &RepoPath) -> bool {
    path.name().ends_with(b".txt")
}

/// A lock and its format.
pub(super) type FoundLock = (RepoPath, &'static LockFormat);

impl FilesState<'_> {
    /// The locks among the files, without those of uv that it does not read: a member of a workspace has the lock of its
    /// root.
    pub(super) fn locks(&self) -> Vec<FoundLock> {
        let files = self.entries.values().filter(|entry| entry.kind.is_file());
        let locks = files.filter_map(|entry| Some((entry.path.clone(), format_of(entry.path.name())?)));
        let is_read = |(path, format): &FoundLock| {
            format.tool != "uv" || !self.is_member(&path.parent().unwrap_or_default())
        };
        locks.filter(is_read).collect()
    }

    /// The manifests that a lock may be made from: the one beside it, and of uv those below it that it names, which are
    /// members of its workspace or packages that it finds by their path, also where one is `deleted`. A member that the lock
    /// does not name is new.
    fn manifests(
        &self,
        (lock, format): &FoundLock,
        content: &[u8],
        deleted: &BTreeSet<RepoPath>,
    ) -> Vec<RepoPath> {
        let home = lock.parent().unwrap_or_default();
        let workspace = (format.tool == "uv").then(|| self.workspace(&home)).flatten();
        let is_new = |directory: &RepoPath| {
            workspace.as_ref().is_some_and(|workspace| has_member(workspace, &home, directory))
        };
        let beside = home.join(format.manifest).ok().filter(|path| self.entries.contains_key(path));
        let below = self.entries.keys().chain(deleted).filter(|path| {
            let directory = path.parent().unwrap_or_default();
            let relative = if home.is_root() { Some(directory.as_bytes()) } else { directory.below(&home) };
            let is_named = |relative: &[u8]| {
                let quoted = [b"\"", relative, b"\""].concat();
                !relative.is_empty() && memchr::memmem::find(content, &quoted).is_some()
            };
            format.reads_members
                && path.name() == format.manifest.as_bytes()
                && (relative.is_some_and(is_named) || is_new(&directory))
        });
        beside.into_iter().chain(below.cloned()).collect()
    }

    /// The manifests that are missing where the lock of a workspace of uv says that a project is. Only such locks are read.
    fn missing_members(&self) -> BTreeSet<RepoPath> {
        let mut missing = BTreeSet::new();
        let locks = self.entries.values().filter(|entry| entry.kind.is_file() && !self.is_aside(&entry.path));
        for path in locks.map(|entry| &entry.path) {
            let Some(format) = format_of(path.name()).filter(|format| format.tool == "uv") else { continue };
            let home = path.parent().unwrap_or_default();
            if self.workspace(&home).is_none() {
                continue;
            }
            let Ok(Some(lock)) = self.read(path) else { continue };
            for directory in uv_lock::local_directories(&lock) {
                let manifest = format!("{directory}/{}", format.manifest);
                missing.extend(resolve(home.as_bytes(), manifest.as_bytes()));
            }
        }
        missing.retain(|manifest| !self.entries.contains_key(manifest));
        missing
    }
}

/// What a commit changes, and the state before it.
pub(super) struct Changes<'s> {
    paths: BTreeSet<RepoPath>,
    /// Of these, the manifests of members of a workspace that it deletes.
    deleted: BTreeSet<RepoPath>,
    before: Option<FilesState<'s>>,
}

/// Adds locks, and compiled and exported requirements; only those that have something to do with what is changed, if
/// that is given.
fn add(state: &FilesState<'_>, locks: &[FoundLock], changes: Option<&Changes<'_>>, scanned: &mut Scanned) {
    let locks = locks.iter().filter(|(path, _)| !state.is_aside(path));
    let locks = locks.filter_map(|lock| judge_lock(state, lock, changes));
    let files = state.entries.values().filter(|entry| entry.kind.is_file());
    let exports = files.filter(|entry| may_be_export(&entry.path) && !state.is_aside(&entry.path));
    let exports = exports.filter_map(|entry| judge_export(state, &entry.path, changes));
    let found: Vec<DerivedFile> = locks.chain(exports).collect();
    for file in found {
        match file.freshness {
            Freshness::Unreadable(_) if scanned.skipped.iter().any(|skip| skip.path == file.path) => {}
            Freshness::Unreadable(reason) => {
                scanned.skipped.push(Skip { path: file.path, reason, blob: None })
            }
            _ => scanned.facts.derived.push(file),
        }
    }
}

/// The judgement of a lock; `None` if no change concerns it, and if it was stale before in the same way.
pub(super) fn judge_lock(
    state: &FilesState<'_>,
    lock: &FoundLock,
    changes: Option<&Changes<'_>>,
) -> Option<DerivedFile> {
    let (path, format) = lock;
    let directory = path.parent().unwrap_or_default();
    let is_near = |changed: &RepoPath| changed.is_within(&directory);
    if changes.is_some_and(|changes| !changes.paths.iter().any(is_near)) {
        return None;
    }
    let content = state.read(path);
    let none = BTreeSet::new();
    let deleted = changes.map_or(&none, |changes| &changes.deleted);
    let bytes = content.as_ref().ok().and_then(Option::as_deref).unwrap_or_default();
    let mut sources = state.manifests(lock, bytes, deleted);
    let change = changes.map(|changes| {
        // Those that the commit changes are named first.
        sources.arrange_by_key(|source| !changes.paths.contains(source));
        let has_changed = sources.first().is_some_and(|source| changes.paths.contains(source));
        DerivationChange { file: changes.paths.contains(path), sources: has_changed }
    });
    if change.is_some_and(|change| !change.file && !change.sources) {
        return None;
    }
    let freshness =
        content.and_then(|content| freshness_of(state, lock, content)).unwrap_or_else(Freshness::Unreadable);
    let before =
        changes.and_then(|changes| changes.before.as_ref()).filter(|_| change.is_some_and(|it| !it.file));
    let was = |before: &FilesState<'_>| freshness_of(before, lock, before.read(path)?);
    if matches!(freshness, Freshness::Stale(_))
        && before.map(was).is_some_and(|was| was.as_ref() == Ok(&freshness))
    {
        return None;
    }
    if let (Freshness::Stale(reason), None) = (&freshness, change) {
        // The manifest that the reason is about is named first.
        sources.arrange_by_key(|source| reason.strip_prefix(&message!("in `{}`, ", source)).is_none());
    }
    let command: Vec<String> = format.update.iter().map(|word| (*word).to_owned()).collect();
    Some(DerivedFile {
        path: path.clone(),
        derivation: Derivation::Lock,
        sources,
        freshness,
        change,
        update: (!command.is_empty()).then_some(FixStep::RunIn { directory, command }),
    })
}

/// Says whether a lock with this content is fresh; one that does not exist is.
fn freshness_of(
    state: &FilesState<'_>,
    (path, format): &FoundLock,
    content: Option<Vec<u8>>,
) -> Result<Freshness, Message> {
    let Some(lock) = content else { return Ok(Freshness::Fresh) };
    // Nothing is locked yet.
    if lock.trim_ascii().is_empty() {
        return Ok(Freshness::Unknown(message!("`{}` is empty", path)));
    }
    let directory = path.parent().unwrap_or_default();
    let manifest = directory.join(format.manifest).ok().map(|path| state.read(&path)).transpose()?.flatten();
    let files = FilesFrom { state, directory };
    Ok((format.freshness)(&LockInput {
        file: path,
        lock: &lock,
        manifest: manifest.as_deref(),
        files: &files,
    }))
}

/// The judgement of a requirements file that a tool wrote; `None` for other ones, and if no change concerns it. The command
/// in its first lines may be any command, so that it is not suggested.
pub(super) fn judge_export(
    state: &FilesState<'_>,
    path: &RepoPath,
    changes: Option<&Changes<'_>>,
) -> Option<DerivedFile> {
    let files = FilesFrom { state, directory: path.parent().unwrap_or_default() };
    let bytes = read_export(state, path, changes)?;
    let exported = exported_requirements(path, &bytes, &files)?;
    let sources: Vec<RepoPath> =
        exported.sources.iter().filter_map(|source| files.place(source).ok()).collect();
    let change = changes.map(|changes| DerivationChange {
        file: changes.paths.contains(path),
        sources: sources.iter().any(|source| changes.paths.contains(source)),
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

/// Reads what may be requirements that a tool wrote. What has no such name may be any text: it counts only where a tool
/// wrote its first line, and where the commit changes it or something beside it.
fn read_export(state: &FilesState<'_>, path: &RepoPath, changes: Option<&Changes<'_>>) -> Option<Vec<u8>> {
    if is_for_dependencies(path) {
        return state.read(path).ok().flatten();
    }
    let is_beside = |changed: &RepoPath| changed.parent() == path.parent();
    let is_concerned = changes.is_none_or(|changes| changes.paths.iter().any(is_beside));
    let bytes = is_concerned.then(|| state.read_within(path, SETTINGS_LIMIT).ok().flatten()).flatten()?;
    bytes.starts_with(GENERATED_START).then_some(bytes)
}
