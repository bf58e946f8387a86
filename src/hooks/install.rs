//! Plans how our hooks get beside those that exist.

use std::path::Path;

use super::configuration::{EXECUTABLE, command, hook_name, key};
use super::event::HookEvent;
use super::hook_file::{
    HookFile, is_link_beside, is_same_hook, kept_directory, kept_path, old_kept_path, save_edited,
};
use super::hooks_directory::HooksDirectory;
use super::judge::Judge;
use super::managers::{ActiveManager, HookManager};
use super::obstacle::Obstacle;
use super::plan::HookPlan;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::fs::{exists, is_directory};
use crate::git::Repository;
use crate::message::message;
use crate::model::{HookChange, HookInstallation, HookState};
use crate::path::display;

/// What to install.
#[derive(Debug, Clone)]
pub struct InstallOptions {
    /// Which hooks.
    pub events: Vec<&'static HookEvent>,
    /// Use git's configuration instead of files.
    pub config: bool,
    /// Install files even if another program manages hooks, or others use their directory.
    pub force: bool,
}

/// Plans the installation of hooks.
///
/// # Errors
/// Usage if another program manages the hooks, git would not run them, or git is too old; undecided if git or a file
/// cannot be read.
pub fn plan_installation(
    repository: &Repository<'_>,
    env: &Env,
    options: &InstallOptions,
) -> Result<HookPlan> {
    plan(repository, env, &Judge::new(repository, env)?, options)
}

/// As [`plan_installation`], of what was judged already.
pub(super) fn plan(
    repository: &Repository<'_>,
    env: &Env,
    judge: &Judge,
    options: &InstallOptions,
) -> Result<HookPlan> {
    if let Some(never) = options.events.iter().find_map(|event| judge.never_runs(event)) {
        return Err(
            Error::usage(never).hint("to check what is pushed to it: `git pyenv hook install pre-receive`")
        );
    }
    let mut plan = HookPlan::default();
    let mut events = Vec::new();
    let mut is_ours = false;
    for event in &options.events {
        let state = judge.state(event)?;
        is_ours |= matches!(&state.installation, HookInstallation::File(_) | HookInstallation::Config(_));
        match installed(&state, event, options)? {
            Some(note) => plan.notes.push(note.into()),
            None => events.push(*event),
        }
    }
    let is_managed = !(options.config || options.force);
    if let Some(manager) = judge.manager.as_ref().filter(|_| is_managed && !events.is_empty()) {
        return Err(under_manager(manager, &judge.directory, &events)?);
    }
    if !events.is_empty() {
        let obstacle = Obstacle::find(repository, &judge.directory, &events)?;
        let renews = options.force || all_are_ours(&judge.directory, &events)?;
        let obstacle = obstacle.filter(|found| !(renews && found.can_be_forced()));
        if options.config || obstacle.is_some() {
            configuration(repository, judge, &events, obstacle.filter(|_| !options.config), &mut plan)?;
        } else {
            files(repository, &judge.directory, &events, &mut plan)?;
        }
    }
    if is_ours || !events.is_empty() {
        plan.changes.extend(remember_program(repository, env)?);
    }
    Ok(plan)
}

/// Says whether there is only something to renew: the user has decided about the directory before.
fn all_are_ours(directory: &HooksDirectory, events: &[&'static HookEvent]) -> Result<bool> {
    let ours = events.iter().map(|event| HookFile::is_ours(&directory.hook(event)));
    Ok(ours.collect::<Result<Vec<_>>>()?.into_iter().all(|ours| ours))
}

/// The note about a hook that git runs already, in the way that the user asks for; `None` if there is something to do.
fn installed(state: &HookState, event: &HookEvent, options: &InstallOptions) -> Result<Option<String>> {
    let name = event.name;
    let already = format!("the {name} hook is already installed");
    if !state.will_run() {
        return Ok(None);
    }
    Ok(match &state.installation {
        HookInstallation::File(hook) if options.config && HookFile::is_ours(hook)? => {
            return Err(Error::usage(format!("{already} as a file"))
                .hint("to use git's configuration instead, run `git pyenv hook uninstall` first"));
        }
        HookInstallation::File(hook) => match HookFile::read(hook)? {
            HookFile::Ours(bytes) => (bytes == event.script.as_bytes()).then_some(already),
            _ if options.config || options.force => None,
            _ => Some(format!("`{}` already runs it as {name}", display(hook))),
        },
        HookInstallation::Config(_) if options.force => {
            return Err(Error::usage(format!("the {name} hook is already in git's configuration"))
                .hint("to use files instead, run `git pyenv hook uninstall` first"));
        }
        HookInstallation::Config(_) if options.config => None,
        HookInstallation::Config(_) => Some(format!("{already} in git's configuration")),
        HookInstallation::Manager { .. } if options.config || options.force => None,
        HookInstallation::Manager { name: manager, file } => {
            Some(format!("{manager} already runs it as {name}: `{}`", display(file)))
        }
        HookInstallation::None => None,
    })
}

/// Another program manages the hooks, and does not run these: the user has to add us, or let it install its hooks.
fn under_manager(
    manager: &ActiveManager,
    directory: &HooksDirectory,
    events: &[&'static HookEvent],
) -> Result<Error> {
    let HookManager { name, .. } = manager.manager;
    let mut error = Error::usage(format!("{name} manages the hooks of this repository"));
    let mut lines = Vec::new();
    let mut is_named = false;
    for event in events {
        if manager.names_us(event)? {
            is_named = true;
            error = manager.problem(directory, event)?.into_iter().fold(error, Error::cause);
        } else if manager.manager.lines(&[event]).is_empty() {
            error = error.cause(format!("{name} has no {} hook", event.name));
        } else {
            lines = manager.manager.lines(events);
        }
    }
    if !lines.is_empty() {
        error = error.hint(format!("add these lines {}:\n{}", manager.place_of_lines(), lines.join("\n")));
    } else if is_named {
        error = error.hint(format!("let it install them: `{}`", manager.manager.install_command(events)));
    }
    let separately = match directory.git_version.has_config_hooks() {
        true => "or install hooks beside it: `git pyenv hook install --config`, or `--force` for files",
        false => "or install hooks beside it: `git pyenv hook install --force`",
    };
    Ok(error.hint(separately))
}

/// Hooks as files.
fn files(
    repository: &Repository<'_>,
    directory: &HooksDirectory,
    events: &[&'static HookEvent],
    plan: &mut HookPlan,
) -> Result<()> {
    if !is_directory(&directory.path) {
        plan.changes.push(HookChange::MakeDirectory(directory.path.clone()));
    }
    for event in events {
        file(directory, event, plan)?;
    }
    if directory.others_use_it(repository) {
        plan.notes
            .push(message!("{}: other repositories that use it run these hooks too", directory.shown()));
    }
    if directory.path_in_work_tree(repository).is_some() {
        let path = display(&directory.path);
        plan.notes
            .push(message!("`{}` is in the work tree, so git lists the hooks as untracked files", path));
    }
    Ok(())
}

fn file(directory: &HooksDirectory, event: &HookEvent, plan: &mut HookPlan) -> Result<()> {
    let hook = directory.hook(event);
    let [kept, old] = [kept_path(&hook), old_kept_path(&hook)];
    let is_kept = exists(&kept) && !is_link_beside(&kept);
    let mut keep = |hook: &Path| {
        let home = kept_directory(&directory.path);
        let make = HookChange::MakeKeptDirectory(home.clone());
        if !is_directory(&home) && !plan.changes.contains(&make) {
            plan.changes.push(make);
        }
        // Our link to what is gone from the directory of hooks, or about to move here.
        if is_link_beside(&kept) {
            plan.changes.push(HookChange::Remove(kept.clone()));
        }
        plan.changes.push(HookChange::Keep { hook: hook.to_path_buf(), kept: kept.clone() });
    };
    let mut old_kept = None;
    let found = HookFile::read(&hook)?;
    let save = save_edited(&hook, &found, event.script.as_bytes())?;
    match found {
        // Version 1 kept the earlier hook elsewhere.
        HookFile::Ours(_) if !is_kept && exists(&old) => {
            keep(&old);
            old_kept = Some(HookChange::RemoveSecond { second: old, first: kept });
        }
        HookFile::Ours(_) => {}
        HookFile::Missing if is_kept => return Err(ours_is_missing(event, &hook, &kept)),
        HookFile::Missing if exists(&old) => return Err(ours_is_missing(event, &hook, &old)),
        HookFile::Missing => {}
        HookFile::Foreign(_) if is_directory(&hook) => {
            return Err(Error::action(format!("`{}` is a directory", display(&hook))));
        }
        HookFile::Foreign(_) => {
            for (second, exists) in [(&kept, is_kept), (&old, exists(&old))] {
                if exists && !is_same_hook(&hook, second)? {
                    return Err(both_exist(&hook, second));
                }
            }
            if !is_kept {
                keep(&hook);
            }
            old_kept = exists(&old).then_some(HookChange::RemoveSecond { second: old, first: kept });
        }
    }
    plan.changes.extend(save);
    plan.changes.push(HookChange::Write { hook, script: event.script });
    plan.changes.extend(old_kept);
    Ok(())
}

fn ours_is_missing(event: &HookEvent, hook: &Path, kept: &Path) -> Error {
    Error::usage(format!("`{}` exists without `{}`", display(kept), event.name))
        .cause("it was run by a git-pyenv hook that was deleted by hand")
        .hint(format!("move it to `{}` or delete it", display(hook)))
}

fn both_exist(hook: &Path, kept: &Path) -> Error {
    Error::usage(format!("cannot keep `{}`: `{}` already exists", display(hook), display(kept)))
        .cause("only one existing hook can be kept")
        .hint("merge them into one file, delete the other, and try again")
}

/// Hooks in git's configuration. `obstacle` says why not as files; `None` if the user wants it so.
fn configuration(
    repository: &Repository<'_>,
    judge: &Judge,
    events: &[&'static HookEvent],
    obstacle: Option<Obstacle>,
    plan: &mut HookPlan,
) -> Result<()> {
    let directory = &judge.directory;
    if !directory.git_version.has_config_hooks() {
        let version = directory.git_version;
        return Err(match obstacle {
            Some(obstacle) => obstacle.refuse(directory, events),
            None => Error::usage(format!("git {version} does not run hooks from its configuration"))
                .hint("use git 2.54 or later, or install files without `--config`"),
        });
    }
    plan.notes.extend(obstacle.map(|obstacle| message!("{}: using git's configuration", obstacle.reason)));
    for event in events {
        let name = event.name;
        if let Some(origin) = judge.disabled_event(event) {
            return Err(Error::usage(format!("git runs no configured {name} hook"))
                .cause(format!("`hook.{name}.enabled` is false in {origin}"))
                .hint(format!("switch them on: `git config hook.{name}.enabled true`")));
        }
        let mut values =
            vec![(key(event, "event"), name.to_owned()), (key(event, "command"), command(event))];
        if judge.is_disabled(&hook_name(event)) {
            values.push((key(event, "enabled"), "true".to_owned()));
        }
        let before = plan.changes.len();
        for (key, value) in values {
            if repository.local_values(&key)? != [value.as_str()] {
                plan.changes.push(HookChange::Set { key, value });
            }
        }
        if plan.changes.len() == before {
            plan.notes.push(message!("the {} hook is already installed", name));
        }
    }
    plan.notes.push("git versions before 2.54 ignore these hooks".into());
    Ok(())
}

/// Remembers where this program is, for hooks that do not find it on `PATH`.
fn remember_program(repository: &Repository<'_>, env: &Env) -> Result<Option<HookChange>> {
    let Some(program) = env.executable.as_ref().and_then(|path| path.to_str()) else { return Ok(None) };
    if repository.local_values(EXECUTABLE)? == [program] {
        return Ok(None);
    }
    Ok(Some(HookChange::Set { key: EXECUTABLE.to_owned(), value: program.to_owned() }))
}
