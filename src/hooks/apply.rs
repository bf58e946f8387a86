//! Makes the changes, and undoes them when one fails.

use std::path::PathBuf;

use super::hook_file::{HookFile, kept_path};
use crate::error::Result;
use crate::fs::{self, Replacement};
use crate::model::HookChange;
use crate::session::Session;

/// What takes a change back.
enum Undo {
    RemoveDirectory(PathBuf),
    RemoveFile(PathBuf),
    /// A hook goes back to the name it had.
    Rename(PathBuf, PathBuf),
    /// Our hook comes back, and the one that was kept goes back to its second name.
    Rewrite(PathBuf, Vec<u8>, Option<PathBuf>),
    Unset(String),
    Set(String, String),
}

/// Makes all changes or none.
///
/// At every instant either the old hook or the new one stands under its name: the old one gets a second name
/// before ours takes the first, and takes it back by one rename.
///
/// # Errors
/// Action, with what could be undone undone.
pub(super) fn apply(session: &Session<'_>, changes: &[HookChange]) -> Result<()> {
    let mut done = Vec::new();
    for change in changes {
        match make(session, change) {
            Ok(undo) => done.push(undo),
            Err(error) => {
                let failed = done.into_iter().rev().map(|undo| take_back(session, undo));
                let failed: Vec<_> = failed.filter_map(Result::err).collect();
                return Err(match failed.is_empty() {
                    true => error.hint("nothing was changed"),
                    false => failed
                        .into_iter()
                        .fold(error, |error, more| error.cause(format!("and undoing failed: {more}"))),
                });
            }
        }
    }
    Ok(())
}

fn make(session: &Session<'_>, change: &HookChange) -> Result<Undo> {
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
                Some(old) => Undo::Rewrite(hook.clone(), old, None),
            };
            write(session, hook, script.as_bytes()).map(|()| undo)
        }
        HookChange::Restore { kept, hook } => {
            let undo = match fs::read_optional(hook)? {
                Some(ours) => Undo::Rewrite(hook.clone(), ours, Some(kept.clone())),
                None => Undo::Rename(hook.clone(), kept.clone()),
            };
            fs::rename(kept, hook).map(|()| undo)
        }
        HookChange::Remove(hook) => {
            let ours = fs::read_optional(hook)?.unwrap_or_default();
            fs::remove_file(hook).map(|()| Undo::Rewrite(hook.clone(), ours, None))
        }
        HookChange::Set { key, value } => {
            let old = session.repository.local_values(key)?.pop();
            let undo = old.map_or_else(|| Undo::Unset(key.clone()), |old| Undo::Set(key.clone(), old));
            session.repository.set_local(key, value).map(|()| undo)
        }
        HookChange::Unset { key, value } => {
            session.repository.unset_local(key).map(|()| Undo::Set(key.clone(), value.clone()))
        }
    }
}

fn take_back(session: &Session<'_>, undo: Undo) -> Result<()> {
    match undo {
        Undo::RemoveDirectory(directory) => fs::remove_empty_directory(&directory),
        // A kept hook that went back to its name is not there any more.
        Undo::RemoveFile(file) if !fs::exists(&file) => Ok(()),
        Undo::RemoveFile(file) => fs::remove_file(&file),
        Undo::Rename(kept, hook) => fs::rename(&kept, &hook),
        Undo::Rewrite(hook, bytes, kept) => {
            kept.map_or(Ok(()), |kept| fs::add_name(&hook, &kept))?;
            write(session, &hook, &bytes)
        }
        Undo::Unset(key) => session.repository.unset_local(&key),
        Undo::Set(key, value) => session.repository.set_local(&key, &value),
    }
}

fn write(session: &Session<'_>, hook: &std::path::Path, bytes: &[u8]) -> Result<()> {
    let workshop = Some(session.repository.layout().common_directory.as_path());
    fs::replace_entry(hook, Replacement { bytes, executable: Some(true), workshop })
}
