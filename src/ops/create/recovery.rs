//! Cleaning up after killed runs.

use super::target_path::TargetPath;
use crate::fs::StagingDirectory;
use crate::git::Repository;
use crate::journal::StateDirectory;
use crate::path::RepoPath;
use crate::ports::Progress;
use crate::removal;

/// Finishes what killed runs began at a target path, and deletes what they left. What cannot be deleted is reported by
/// PYE307 and does not stop this run.
pub(super) fn recover(repository: &Repository<'_>, target: &TargetPath, progress: &dyn Progress) {
    let layout = repository.layout();
    let _ =
        StateDirectory::of(repository).and_then(|state| removal::finish(&state, &target.directory, progress));
    let top = layout.work_tree.as_deref();
    // A directory with committed files is not what a run left, whatever it looks like.
    StagingDirectory::recover(&target.directory, &|directory| {
        let below = top.and_then(|top| directory.strip_prefix(top).ok());
        let below = below.and_then(|below| RepoPath::from_relative(below).ok());
        let tracked = below.map(|below| repository.tracked_below(&[below]));
        tracked.is_some_and(|tracked| !tracked.is_ok_and(|tracked| tracked.is_empty()))
    });
}
