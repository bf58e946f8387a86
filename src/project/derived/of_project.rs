//! The derived files of one project.

use std::collections::BTreeMap;
use std::path::Path;

use super::examine::{judge_export, judge_lock, on_disk};
use super::state::{FilesState, StateSource};
use crate::fs::list_directory;
use crate::model::DerivedFile;
use crate::order::map_of;
use crate::path::RepoPath;
use crate::tree::{EntryKind, OwnedEntry};

/// A directory that holds nothing but requirements files.
const REQUIREMENTS: &str = "requirements";

/// The locks, and the compiled and exported requirements, in the directory of a project of the work tree at `top`, and in its
/// `requirements`, whether or not git tracks them, each with whether it is stale.
#[must_use]
pub fn derived_files_of(top: &Path, project: &RepoPath) -> Vec<DerivedFile> {
    let below = project.join(REQUIREMENTS).ok();
    let texts = [Some(project.clone()), below].into_iter().flatten().flat_map(|directory| {
        let listed = list_directory(&directory.to_path(top)).ok().flatten().unwrap_or_default();
        let names = listed.into_iter().map(|entry| entry.name).filter(|name| name.ends_with(b".txt"));
        names.filter_map(|name| directory.join(name).ok()).collect::<Vec<_>>()
    });
    let entry = |path: RepoPath| {
        let entry = OwnedEntry {
            path: path.clone(),
            kind: EntryKind::File,
            id: None,
            size: None,
            is_unmerged: false,
        };
        (path, entry)
    };
    let found: BTreeMap<RepoPath, OwnedEntry> = map_of(texts.map(entry));
    let projects = vec![project.clone()];
    let state =
        FilesState { source: StateSource::Disk(top), entries: on_disk(top, found, &projects), projects };
    let is_here = |path: &RepoPath| path.parent().unwrap_or_default() == *project;
    let locks = state.locks();
    let locks = locks.iter().filter(|(path, _)| is_here(path));
    let locks = locks.filter_map(|lock| judge_lock(&state, lock, None));
    let exports = state.entries.keys().filter(|path| path.name().ends_with(b".txt"));
    locks.chain(exports.filter_map(|path| judge_export(&state, path, None))).collect()
}
