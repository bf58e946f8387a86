//! Plans how our hooks get beside those that exist.

use std::path::Path;

use super::configuration::{EXECUTABLE, command, key};
use super::event::HookEvent;
use super::hook_file::{HookFile, kept_path};
use super::hooks_directory::HooksDirectory;
use super::managers::{self, ActiveManager};
use super::plan::HookPlan;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::fs::{exists, is_directory, is_executable, read_optional};
use crate::git::Repository;
use crate::model::HookChange;
use crate::path::{display, path_to_bytes, printable};

/// What to install.
#[derive(Debug, Clone)]
pub struct InstallOptions {
    /// Which hooks.
    pub events: Vec<&'static HookEvent>,
    /// Use git's configuration instead of files.
    pub config: bool,
    /// Install files even if another program manages hooks.
    pub force: bool,
}

/// Plans the installation of hooks.
///
/// # Errors
/// Usage if another program manages the hooks or git is too old; undecided if git or a file cannot be read.
pub fn plan_installation(
    repository: &Repository<'_>,
    env: &Env,
    options: &InstallOptions,
) -> Result<HookPlan> {
    let directory = HooksDirectory::find(repository)?;
    let beside_manager = options.config || options.force;
    let manager = if beside_manager { None } else { managers::active(repository, &directory)? };
    if let Some(manager) = manager {
        return under_manager(&manager, &directory, &options.events);
    }
    let mut plan = match directory.foreign_reason() {
        None if !options.config => files(repository, &directory, &options.events)?,
        reason => configuration(repository, &directory, options, reason)?,
    };
    plan.changes.extend(remember_program(repository, env)?);
    Ok(plan)
}

/// Another program manages the hooks: its configuration either names us already, or the user has to add us.
fn under_manager(
    manager: &ActiveManager,
    directory: &HooksDirectory,
    events: &[&'static HookEvent],
) -> Result<HookPlan> {
    let name = manager.manager.name;
    let mut plan = HookPlan::default();
    for event in events {
        if HookFile::is_ours(&directory.hook(event))? {
            plan.notes.push(format!("the {} hook is already installed", event.name));
        } else if manager.names_us(event)? {
            let file = manager.file_of(event);
            plan.notes.push(format!("{name} already runs it as {}: `{}`", event.name, display(&file)));
        } else {
            let file = display(&manager.configuration);
            let error = Error::usage(format!("{name} manages the hooks of this repository"))
                .hint(format!("add these lines to `{file}`:"));
            let error = manager.manager.lines().into_iter().fold(error, Error::hint);
            return Err(error.hint(
                "or install it separately: `git pyenv hook install --config` (git 2.54 or later), or `--force`",
            ));
        }
    }
    Ok(plan)
}

/// Hooks as files.
fn files(
    repository: &Repository<'_>,
    directory: &HooksDirectory,
    events: &[&'static HookEvent],
) -> Result<HookPlan> {
    let mut plan = HookPlan::default();
    for event in events {
        if !repository.local_values(&key(event, "command"))?.is_empty() {
            let message = format!("the {} hook is already in git's configuration", event.name);
            return Err(
                Error::usage(message).hint("to use files instead, run `git pyenv hook uninstall` first")
            );
        }
    }
    if !is_directory(&directory.path) {
        plan.changes.push(HookChange::MakeDirectory(directory.path.clone()));
    }
    for event in events {
        file(directory, event, &mut plan)?;
    }
    let layout = repository.layout();
    if let Some(top) = layout.work_tree.as_ref() {
        let inside = directory.path.strip_prefix(top).is_ok_and(|inside| !inside.starts_with(".git"));
        if inside && !directory.path.starts_with(&layout.common_directory) {
            let path = display(&directory.path);
            plan.notes
                .push(format!("`{path}` is in the work tree, so git lists the hooks as untracked files"));
        }
    }
    Ok(plan)
}

fn file(directory: &HooksDirectory, event: &HookEvent, plan: &mut HookPlan) -> Result<()> {
    let hook = directory.hook(event);
    let kept = kept_path(&hook);
    match HookFile::read(&hook)? {
        HookFile::Ours(bytes) if bytes == event.script.as_bytes() && is_executable(&hook) => {
            plan.notes.push(format!("the {} hook is already installed", event.name));
            return Ok(());
        }
        HookFile::Ours(_) => {}
        HookFile::Missing if exists(&kept) => return Err(ours_is_missing(event, &hook, &kept)),
        HookFile::Missing => {}
        HookFile::Foreign(_) if is_directory(&hook) => {
            return Err(Error::action(format!("`{}` is a directory", display(&hook))));
        }
        HookFile::Foreign(_) if !exists(&kept) => {
            plan.changes.push(HookChange::Keep { hook: hook.clone(), kept });
        }
        // An interrupted run leaves the same content under both names.
        HookFile::Foreign(bytes) if read_optional(&kept)?.as_ref() == Some(&bytes) => {}
        HookFile::Foreign(_) => return Err(both_exist(&hook, &kept)),
    }
    plan.changes.push(HookChange::Write { hook, script: event.script });
    Ok(())
}

fn ours_is_missing(event: &HookEvent, hook: &Path, kept: &Path) -> Error {
    Error::usage(format!("`{}` exists without `{}`", display(kept), event.name))
        .cause("it was run by a git-pyenv hook that was deleted by hand")
        .hint(format!("rename it to `{}` or delete it", display(hook)))
}

fn both_exist(hook: &Path, kept: &Path) -> Error {
    Error::usage(format!("cannot keep `{}`: `{}` already exists", display(hook), display(kept)))
        .cause("only one existing hook can be kept")
        .hint("merge them into one file, delete the other, and try again")
}

/// Hooks in git's configuration. `reason` says why not as files; `None` if the user wants it so.
fn configuration(
    repository: &Repository<'_>,
    directory: &HooksDirectory,
    options: &InstallOptions,
    reason: Option<String>,
) -> Result<HookPlan> {
    if !directory.git_version.has_config_hooks() {
        return Err(too_old(directory, &options.events, reason));
    }
    let mut plan = HookPlan::default();
    let reason = reason.filter(|_| !options.config);
    plan.notes.extend(reason.map(|reason| format!("{reason}: using git's configuration")));
    for event in &options.events {
        if HookFile::is_ours(&directory.hook(event))? {
            let message = format!("the {} hook is already installed as a file", event.name);
            return Err(Error::usage(message)
                .hint("to use git's configuration instead, run `git pyenv hook uninstall` first"));
        }
        let values = [(key(event, "event"), event.name.to_owned()), (key(event, "command"), command(event))];
        let before = plan.changes.len();
        for (key, value) in values {
            if repository.local_values(&key)? != [value.as_str()] {
                plan.changes.push(HookChange::Set { key, value });
            }
        }
        if plan.changes.len() == before {
            plan.notes.push(format!("the {} hook is already installed", event.name));
        }
    }
    plan.notes.push("git versions before 2.54 ignore these hooks".to_owned());
    Ok(plan)
}

fn too_old(directory: &HooksDirectory, events: &[&'static HookEvent], reason: Option<String>) -> Error {
    let version = directory.git_version;
    let Some(reason) = reason else {
        return Error::usage(format!("git {version} does not run hooks from its configuration"))
            .hint("use git 2.54 or later, or install files without `--config`");
    };
    let error = Error::usage("the hooks directory does not belong to this repository only").cause(reason);
    let error =
        error.cause(format!("git {version} does not run hooks from its configuration (2.54 or later does)"));
    let error = error.hint("add these lines by hand:");
    events.iter().fold(error, |error, event| {
        let hook = printable(&path_to_bytes(&directory.hook(event)));
        error.hint(format!("in `{hook}`: git-pyenv hook run {} -- \"$@\" || exit", event.name))
    })
}

/// Remembers where this program is, for hooks that do not find it on `PATH`.
fn remember_program(repository: &Repository<'_>, env: &Env) -> Result<Option<HookChange>> {
    let Some(program) = env.executable.as_ref().and_then(|path| path.to_str()) else { return Ok(None) };
    if repository.local_values(EXECUTABLE)? == [program] {
        return Ok(None);
    }
    Ok(Some(HookChange::Set { key: EXECUTABLE.to_owned(), value: program.to_owned() }))
}
