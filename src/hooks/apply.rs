//! Makes the changes of a plan, and undoes them if one fails.

use std::path::{Path, PathBuf};

use super::hook_file::{HookFile, kept_path};
use crate::error::Result;
use crate::fs::{self, IfLink, Replacement};
use crate::git::Repository;
use crate::model::HookChange;

/// What undoes a change.
enum Undo {
    RemoveDirectory(PathBuf),
    RemoveFile(PathBuf),
    /// Gives a hook its earlier name back.
    Rename(PathBuf, PathBuf),
    /// Writes our hook again, and gives the kept one its second name again.
    WriteBack(PathBuf, Vec<u8>, Option<PathBuf>),
    Unset(String),
    Set(String, String),
}

/// Makes all changes or none.
///
/// At every moment either the old hook or the new one exists under its name: the old one gets a second name before
/// ours replaces it, and one rename restores it.
///
/// # Errors
/// Action, after undoing what was done.
pub fn apply(repository: &Repository<'_>, changes: &[HookChange]) -> Result<()> {
    let mut done = Vec::new();
    for change in changes {
        match make_change(repository, change) {
            Ok(undo) => done.push(undo),
            Err(error) => {
                let failed = done.into_iter().rev().map(|step| undo(repository, step));
                let failed: Vec<_> = failed.filter_map(Result::err).collect();
                return Err(match failed.is_empty() {
                    true => error.hint("nothing was changed"),
                    false => failed
                        .into_iter()
                        .fold(error, |error, more| error.cause(format!("rollback failed: {more}"))),
                });
            }
        }
    }
    Ok(())
}

fn make_change(repository: &Repository<'_>, change: &HookChange) -> Result<Undo> {
    match change {
        HookChange::MakeDirectory(directory) => {
            fs::make_directory(directory).map(|()| Undo::RemoveDirectory(directory.clone()))
        }
        HookChange::Keep { hook, kept } => fs::add_name(hook, kept).map(|()| Undo::RemoveFile(kept.clone())),
        HookChange::Write { hook, script } => {
            let kept = kept_path(hook);
            let undo = match fs::read_optional(hook)? {
                _ if fs::exists(&kept) && !HookFile::is_ours(hook)? => Undo::Rename(kept, hook.clone()),
                None => Undo::RemoveFile(hook.clone()),
                Some(old) => Undo::WriteBack(hook.clone(), old, None),
            };
            write(repository, hook, script.as_bytes()).map(|()| undo)
        }
        HookChange::Restore { kept, hook } => {
            let undo = match fs::read_optional(hook)? {
                Some(ours) => Undo::WriteBack(hook.clone(), ours, Some(kept.clone())),
                None => Undo::Rename(hook.clone(), kept.clone()),
            };
            fs::rename(kept, hook).map(|()| undo)
        }
        HookChange::Remove(hook) => {
            let ours = fs::read_optional(hook)?.unwrap_or_default();
            fs::remove_file(hook).map(|()| Undo::WriteBack(hook.clone(), ours, None))
        }
        HookChange::Set { key, value } => {
            let old = repository.local_values(key)?.pop();
            let undo = old.map_or_else(|| Undo::Unset(key.clone()), |old| Undo::Set(key.clone(), old));
            repository.set_local(key, value).map(|()| undo)
        }
        HookChange::Unset { key, value } => {
            repository.unset_local(key).map(|()| Undo::Set(key.clone(), value.clone()))
        }
    }
}

fn undo(repository: &Repository<'_>, step: Undo) -> Result<()> {
    match step {
        Undo::RemoveDirectory(directory) => fs::remove_empty_directory(&directory),
        // A kept hook that has its first name again is gone from here.
        Undo::RemoveFile(file) if !fs::exists(&file) => Ok(()),
        Undo::RemoveFile(file) => fs::remove_file(&file),
        Undo::Rename(kept, hook) => fs::rename(&kept, &hook),
        Undo::WriteBack(hook, bytes, kept) => {
            kept.map_or(Ok(()), |kept| fs::add_name(&hook, &kept))?;
            write(repository, &hook, &bytes)
        }
        Undo::Unset(key) => repository.unset_local(&key),
        Undo::Set(key, value) => repository.set_local(&key, &value),
    }
}

fn write(repository: &Repository<'_>, hook: &Path, bytes: &[u8]) -> Result<()> {
    let staging = Some(repository.layout().common_directory.as_path());
    fs::write_atomically(
        hook,
        Replacement { bytes, executable: Some(true), staging, if_link: IfLink::Replace },
    )
}
