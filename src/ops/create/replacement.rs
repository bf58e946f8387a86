//! Replacing an existing environment: what settings forbid, what would be lost, the swap.

use std::collections::BTreeSet;

use super::target_path::TargetPath;
use crate::error::{Error, Result};
use crate::formats::audit_log::AuditAction;
use crate::fs::{InnerStaging, StagingDirectory};
use crate::git::Repository;
use crate::message::message;
use crate::model::ReplacedEnvironment;
use crate::order::set_of;
use crate::path::{display, display_bytes};
use crate::removal::{ForeignReason, Removal, Removed};
use crate::session::Ports;
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
        .cause(message!("it is set in {}", auto_cleanup.origin));
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
        return Err(Error::undecided(message!("could not determine what `{}` contains", target))
            .cause(message!("`{}`: {}", skip.path.seen_from_root(), skip.reason)));
    }
    let foreign = &removal.plan().foreign;
    if foreign.is_empty() {
        return Ok(removal);
    }
    let count = counted(foreign.len() as u64, "file");
    let error = Error::action(message!("`{}` contains {} that cannot be recreated", target, count));
    let reasons: BTreeSet<ForeignReason> = set_of(foreign.iter().map(|file| file.reason));
    let error = reasons.into_iter().fold(error, |error, reason| {
        let of_reason = foreign.iter().filter(|file| file.reason == reason);
        let names: Vec<String> = of_reason.map(|file| format!("`{}`", file.path.seen_from_root())).collect();
        let more = if names.len() > SHOWN { ", …" } else { "" };
        error.cause(format!("{reason}: {}{more}", names[..names.len().min(SHOWN)].join(", ")))
    });
    Err(error.hint("move what you need out of the environment, delete the rest, then try again"))
}

/// Swaps the environment in the staging directory and the existing one, and deletes the old one. What was added to the old
/// one or changed in it since it was looked at undoes the swap; once its deletion has begun nothing is undone, and a
/// signal waits until it is deleted. `command` is the command of this program that does it.
///
/// # Errors
/// Action, with the old environment at its path, or with the new one there and the rest of the old one named.
pub(super) fn swap(
    mut staging: StagingDirectory,
    (mut removal, command): (Removal, &str),
    target: &TargetPath,
    brought: &[String],
    ports: Ports<'_>,
) -> Result<ReplacedEnvironment> {
    removal.require_unchanged()?;
    removal.archive(ports.progress, ports.signals)?;
    let mut recorded = removal.record(AuditAction::Replace, command, &staging.new_path(), brought)?;
    let swapped = recorded.place_archive().and_then(|()| ports.signals.check());
    let swapped = swapped.and_then(|()| staging.swap(recorded.identity()));
    let swapped = swapped.and_then(|old| match recorded.require_unchanged() {
        Ok(()) => Ok(old),
        Err(error) => Err(staging.undo(&old, error)),
    });
    let old = match swapped {
        Ok(old) => old,
        Err(error) => {
            recorded.abandon(&error)?;
            return Err(error);
        }
    };
    let replaced = recorded.replaced();
    let removed = recorded.delete(&old, ports.progress)?;
    require_gone(&removed, target, || {
        format!("the new one is in use; the rest of the previous one is in `{}`", display(old.path()))
    })?;
    Ok(replaced)
}

/// Replaces an environment whose directory cannot be moved, with what is in a staging directory in it: the old content is
/// deleted where it is, then the new one is moved up. If the program is killed between the two, neither is there; the next
/// run finishes the deletion, and the record says what the old one contained.
///
/// # Errors
/// Action, with the old environment at its path, or with what is left of it named.
pub(super) fn in_place(
    staging: InnerStaging,
    (mut removal, command): (Removal, &str),
    target: &TargetPath,
    brought: &[String],
    ports: Ports<'_>,
) -> Result<ReplacedEnvironment> {
    removal.archive(ports.progress, ports.signals)?;
    let (replaced, removed) = removal.delete_content(command, brought, ports.progress)?;
    require_gone(&removed, target, || {
        "the new one was not made; delete the rest, then try again".to_owned()
    })?;
    match staging.commit()? {
        true => Ok(replaced),
        false => Err(Error::action(message!("failed to create `{}`: another process writes there", target))
            .hint("the previous environment is deleted; check what is there, then try again")),
    }
}

/// Fails if something of the previous environment could not be deleted.
fn require_gone(removed: &Removed, target: &TargetPath, hint: impl FnOnce() -> String) -> Result<()> {
    let Some(kept) = removed.kept.first() else { return Ok(()) };
    Err(Error::action(message!("failed to delete the previous environment of `{}`", target))
        .cause(format!("`{}`: {}", display_bytes(&kept.path), kept.reason))
        .hint(hint()))
}
