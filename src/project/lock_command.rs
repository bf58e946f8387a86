//! Which stale locks `git pyenv lock` brings in step.

use std::path::Path;

use super::derived::derived_files_of;
use super::locks::format_of;
use crate::model::{Derivation, FixStep, Freshness};
use crate::path::RepoPath;
use crate::scan::Scanned;

/// Suggests `git pyenv lock` for each stale lock of the work tree at `top` that it would bring in step, and nothing else with
/// it: not where the setting `backend` names another tool, where the lock is in no project of its own, and where another
/// file of the project is or may be stale.
pub fn prefer_lock_command(top: &Path, scanned: &mut Scanned) {
    let backend = scanned.settings.backend.value.as_deref().filter(|name| *name != "auto");
    let (projects, derived) = (&scanned.facts.projects, &mut scanned.facts.derived);
    let stale = derived
        .iter_mut()
        .filter(|file| file.derivation == Derivation::Lock && matches!(file.freshness, Freshness::Stale(_)));
    for lock in stale {
        let Some(FixStep::RunIn { directory, command }) = &lock.update else { continue };
        let is_requested =
            backend.is_none_or(|name| format_of(lock.path.name()).is_some_and(|format| format.tool == name));
        let is_own = projects.iter().any(|project| project.project == *directory);
        if is_requested && is_own && is_alone(top, directory, &lock.path) {
            let (directory, command) = (directory.clone(), command.clone());
            lock.update = Some(FixStep::Lock { directory, command });
        }
    }
}

/// Says whether all other files of the project that tools write are known to be fresh.
fn is_alone(top: &Path, project: &RepoPath, lock: &RepoPath) -> bool {
    let others = derived_files_of(top, project);
    others.iter().all(|other| other.path == *lock || other.freshness == Freshness::Fresh)
}
