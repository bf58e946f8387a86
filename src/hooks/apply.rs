//! Makes the changes of a plan, and undoes them if one fails.

use std::path::{Path, PathBuf};

use super::hook_file::{HOOK_LIMIT, HookFile, is_link_beside, kept_path};
use crate::error::{Error, Result};
use crate::fs::{self, Access, Expected, FilePlace};
use crate::git::Repository;
use crate::model::HookChange;
use crate::path::{RepoPath, display};

/// What undoes a change.
enum Undo {
    MakeKeptDirectory(PathBuf),
    RemoveKeptDirectory(PathBuf),
    RemoveDirectory(PathBuf),
    RemoveFile(PathBuf),
    /// Gives a hook its earlier place back.
    Rename(PathBuf, PathBuf),
    /// Gives a hook its second place again.
    AddName(PathBuf, PathBuf),
    /// Writes our hook again, and gives the kept one its second place again.
    WriteBack(PathBuf, Vec<u8>, Option<PathBuf>),
    Unset(String),
    Set(String, String),
}

/// Makes all changes or none.
///
/// At every moment either the old hook or the new one exists under its name: the old one gets a second place before
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
            make_directory(repository, directory).map(|()| Undo::RemoveDirectory(directory.clone()))
        }
        HookChange::MakeKeptDirectory(directory) => {
            make_kept_directory(repository, directory).map(|()| Undo::RemoveKeptDirectory(directory.clone()))
        }
        HookChange::Keep { hook, kept } => fs::add_name(hook, kept).map(|()| Undo::RemoveFile(kept.clone())),
        HookChange::SaveEdited { hook, copy } => {
            fs::add_name(hook, copy).map(|()| Undo::RemoveFile(copy.clone()))
        }
        HookChange::RemoveSecond { second, first } => {
            fs::remove_file(second).map(|()| Undo::AddName(first.clone(), second.clone()))
        }
        HookChange::Write { hook, script } => {
            let kept = kept_path(hook);
            let undo = match fs::read_optional(hook, HOOK_LIMIT)? {
                _ if fs::exists(&kept) && !HookFile::is_ours(hook)? => Undo::Rename(kept, hook.clone()),
                None => Undo::RemoveFile(hook.clone()),
                Some(old) => Undo::WriteBack(hook.clone(), old, None),
            };
            write(repository, hook, script.as_bytes())?;
            if fs::is_executable(hook) { Ok(undo) } else { Err(not_executable(repository, hook, undo)) }
        }
        HookChange::Restore { kept, hook } => {
            let undo = match fs::read_optional(hook, HOOK_LIMIT)? {
                Some(ours) => Undo::WriteBack(hook.clone(), ours, Some(kept.clone())),
                None => Undo::Rename(hook.clone(), kept.clone()),
            };
            fs::rename(kept, hook).map(|()| undo)
        }
        HookChange::Remove(hook) => {
            let ours = fs::read_optional(hook, HOOK_LIMIT)?.unwrap_or_default();
            fs::remove_file(hook).map(|()| Undo::WriteBack(hook.clone(), ours, None))
        }
        HookChange::RemoveKeptDirectory { kept, hooks } => {
            remove_kept_directory(kept, hooks).map(|()| Undo::MakeKeptDirectory(kept.clone()))
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
        Undo::MakeKeptDirectory(directory) => make_kept_directory(repository, &directory),
        Undo::RemoveKeptDirectory(directory) => {
            fs::remove_file(&directory.join(IGNORE_FILE))?;
            fs::remove_empty_directory(&directory)
        }
        Undo::RemoveDirectory(directory) => fs::remove_empty_directory(&directory),
        // A kept hook that has its first name again is gone from here.
        Undo::RemoveFile(file) if !fs::exists(&file) => Ok(()),
        Undo::RemoveFile(file) => fs::remove_file(&file),
        Undo::AddName(first, second) => fs::add_name(&first, &second),
        Undo::Rename(kept, hook) => fs::rename(&kept, &hook),
        Undo::WriteBack(hook, bytes, kept) => {
            kept.map_or(Ok(()), |kept| fs::add_name(&hook, &kept))?;
            write(repository, &hook, &bytes)
        }
        Undo::Unset(key) => repository.unset_local(&key),
        Undo::Set(key, value) => repository.set_local(&key, &value),
    }
}

/// The error for a file system that does not keep the mode of files: git ignores a hook that is not executable.
fn not_executable(repository: &Repository<'_>, hook: &Path, written: Undo) -> Error {
    let error = Error::action(format!("`{}` is not executable, so git would ignore it", display(hook)))
        .cause("its file system does not let it be");
    match undo(repository, written) {
        Ok(()) => error,
        Err(more) => error.cause(format!("rollback failed: {more}")),
    }
}

/// The file that makes git ignore the directory of kept hooks, which may be in the work tree.
const IGNORE_FILE: &str = ".gitignore";

fn make_kept_directory(repository: &Repository<'_>, directory: &Path) -> Result<()> {
    make_directory(repository, directory)?;
    let staging = Some(repository.layout().common_directory.as_path());
    let access = Access::of_repository(repository.sharing()?);
    FilePlace::at(&directory.join(IGNORE_FILE))?.write(b"*\n", access, staging, Expected::Anything)
}

/// The links that our hooks made are deleted. The rest was written by a hook beside itself, and goes to where it would
/// be without us.
fn remove_kept_directory(kept: &Path, hooks: &Path) -> Result<()> {
    for path in fs::list_paths(kept) {
        let elsewhere = path.file_name().map(|name| hooks.join(name));
        match elsewhere {
            _ if is_link_beside(&path) || path.ends_with(IGNORE_FILE) => fs::remove_file(&path)?,
            Some(free) if !fs::exists(&free) => fs::rename(&path, &free)?,
            _ => {}
        }
    }
    if fs::is_empty_directory(kept) { fs::remove_empty_directory(kept) } else { Ok(()) }
}

/// Makes a directory for hooks: in the git directory as git would.
fn make_directory(repository: &Repository<'_>, directory: &Path) -> Result<()> {
    let common = &repository.layout().common_directory;
    let inside = directory.strip_prefix(common).ok().and_then(|inside| RepoPath::from_relative(inside).ok());
    match inside {
        Some(inside) => fs::make_directory_below(common, &inside, repository.sharing()?),
        None => fs::make_directory(directory),
    }
}

fn write(repository: &Repository<'_>, hook: &Path, bytes: &[u8]) -> Result<()> {
    let staging = Some(repository.layout().common_directory.as_path());
    let access = Access::program_of_repository(repository.sharing()?);
    FilePlace::at(hook)?.write(bytes, access, staging, Expected::Anything)
}
