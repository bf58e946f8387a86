//! Replacing an existing environment: what settings forbid, what would be lost, the swap.

use super::target_path::TargetPath;
use crate::error::{Error, Result};
use crate::formats::audit_log::AuditAction;
use crate::fs::StagingDirectory;
use crate::git::Repository;
use crate::path::{display, display_bytes};
use crate::ports::{Progress, SignalGuard};
use crate::removal::Removal;
use crate::setting::Setting;
use crate::text::counted;

/// How many foreign files an error names.
const SHOWN: usize = 3;

/// Says whether settings let an environment be deleted. `allowed` is the command that does it all the same.
///
/// # Errors
/// Settings if they do not.
pub(super) fn require_cleanup(
    auto_cleanup: &Setting<bool>,
    allowed: impl FnOnce() -> Option<String>,
) -> Result<()> {
    if auto_cleanup.value {
        return Ok(());
    }
    let error = Error::settings("`--force` would delete an environment, but `autoCleanup` is `false`")
        .cause(format!("it is set in {}", auto_cleanup.origin));
    Err(match allowed() {
        Some(command) => error.suggest("allow it once with", command),
        None => error,
    })
}

/// Prepares the removal of the environment at a target path.
///
/// # Errors
/// Undecided if it cannot be read completely; action if it holds files that cannot be recreated.
pub(super) fn prepare(repository: &Repository<'_>, target: &TargetPath) -> Result<Removal> {
    let removal = Removal::prepare(repository, &target.directory)?;
    if let Some(skip) = removal.unreadable().first() {
        return Err(Error::undecided(format!("could not determine what `{target}` contains"))
            .cause(format!("`{}`: {}", skip.path, skip.reason)));
    }
    let foreign = removal.foreign();
    if foreign.is_empty() {
        return Ok(removal);
    }
    let count = counted(foreign.len() as u64, "file");
    let names: Vec<String> = foreign.iter().take(SHOWN).map(|path| format!("`{path}`")).collect();
    let more = if foreign.len() > SHOWN { ", …" } else { "" };
    Err(Error::action(format!("`{target}` contains {count} that cannot be recreated"))
        .cause(format!("not created by any tool: {}{more}", names.join(", ")))
        .hint("move what you need out of the environment, delete the rest, then try again"))
}

/// Swaps the environment in the staging directory and the existing one, and deletes the old one. From the swap on nothing
/// is undone: a signal waits until the old one is deleted.
///
/// # Errors
/// Action, with the old environment at its path, or with the new one there and the rest of the old one named.
pub(super) fn swap(
    mut staging: StagingDirectory,
    removal: Removal,
    target: &TargetPath,
    signals: &dyn SignalGuard,
    progress: &dyn Progress,
) -> Result<()> {
    let recorded = removal.record(AuditAction::Replace, &staging.new_directory())?;
    let old = match signals.check().and_then(|()| staging.swap(recorded.identity())) {
        Ok(old) => old,
        Err(error) => {
            recorded.abandon(&error)?;
            return Err(error);
        }
    };
    let removed = recorded.delete(&old, progress)?;
    match removed.kept.first() {
        None => Ok(()),
        Some(kept) => Err(Error::action(format!("failed to delete the previous environment of `{target}`"))
            .cause(format!("`{}`: {}", display_bytes(&kept.path), kept.reason))
            .hint(format!("the new one is in use; the rest of the previous one is in `{}`", display(&old)))),
    }
}
