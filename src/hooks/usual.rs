//! Which hooks a repository usually has.

use super::event::{HookEvent, UsualInstallation};
use super::events::HOOK_EVENTS;
use crate::error::Result;
use crate::git::Repository;

/// The hooks that `hook install` installs if none is named: those before a commit, a merge and a push where there is a work
/// tree; in a bare repository the one before it takes in a push. One that is bare and has linked work trees has both.
///
/// # Errors
/// Undecided if git cannot list the work trees.
pub fn usual_events(repository: &Repository<'_>) -> Result<Vec<&'static HookEvent>> {
    let is_bare = is_bare(repository)?;
    let has_work_tree = has_work_tree(repository)?;
    let is_usual = |event: &&&HookEvent| match event.installed {
        UsualInstallation::WorkTree => has_work_tree,
        UsualInstallation::Bare => is_bare,
        UsualInstallation::None => false,
    };
    Ok(HOOK_EVENTS.iter().filter(is_usual).copied().collect())
}

/// The hooks that only say something.
pub fn notices() -> impl Iterator<Item = &'static HookEvent> {
    HOOK_EVENTS.iter().copied().filter(|event| event.task.is_notice())
}

/// Says whether git can make commits in a work tree of the repository, also a linked one of a bare repository.
pub(super) fn has_work_tree(repository: &Repository<'_>) -> Result<bool> {
    Ok(repository.layout().work_tree.is_some() || repository.worktrees()?.iter().any(|found| !found.bare))
}

/// Says whether it is a bare repository, called from no linked work tree. The git directory of another one has no work tree
/// either, as seen from inside.
fn is_bare(repository: &Repository<'_>) -> Result<bool> {
    Ok(repository.layout().work_tree.is_none() && repository.worktrees()?.iter().any(|found| found.bare))
}
