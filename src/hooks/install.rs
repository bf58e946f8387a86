//! Puts our hooks beside those that are there.

use std::path::Path;

use super::apply;
use super::configuration::{EXECUTABLE, command, key};
use super::event::HookEvent;
use super::hook_file::{HookFile, kept_path};
use super::hooks_directory::HooksDirectory;
use super::managers::{self, ActiveManager};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::fs::{exists, is_directory, is_executable, read_optional};
use crate::model::{HookAction, HookChange, HookReport};
use crate::path::{printable, shown};
use crate::session::{Ports, Session};

/// What to install.
#[derive(Debug, Clone)]
pub struct InstallRequest {
    /// Which hooks.
    pub events: Vec<&'static HookEvent>,
    /// Change nothing.
    pub dry_run: bool,
    /// Use git's configuration instead of files.
    pub config: bool,
    /// Install files also where another program manages hooks.
    pub force: bool,
}

/// Installs hooks.
///
/// # Errors
/// Usage where another program is in charge or git is too old; action, with everything as it was, where
/// something cannot be written.
pub fn install(ports: Ports<'_>, request: &InstallRequest) -> Result<HookReport> {
    let session = Session::open(ports, Vec::new())?;
    let directory = HooksDirectory::find(&session.repository)?;
    let mut plan = Plan::default();
    let manager = if request.config || request.force {
        None
    } else {
        managers::active(&session.repository, &directory)?
    };
    match (manager, directory.foreign_reason()) {
        (Some(manager), _) => under_manager(&manager, &directory, request, &mut plan)?,
        (None, None) if !request.config => files(&session, &directory, request, &mut plan)?,
        (None, reason) => {
            plan.notes.extend(why_configuration(&directory, request, reason)?);
            configuration(&session, &directory, &request.events, &mut plan)?;
        }
    }
    plan.changes.extend(executable(&session, ports.env, &plan)?);
    if !request.dry_run {
        apply::apply(&session, &plan.changes)?;
    }
    Ok(HookReport {
        repository: session.label(),
        action: HookAction::Install,
        dry_run: request.dry_run,
        changes: plan.changes,
        states: Vec::new(),
        git_version: None,
        program: None,
        notes: plan.notes,
    })
}

/// What installing comes to.
#[derive(Default)]
struct Plan {
    changes: Vec<HookChange>,
    notes: Vec<String>,
    /// Hooks of ours will be there that have to find the program.
    needs_program: bool,
}

/// Another program is in charge: it is right if that names us, else it has to be told.
fn under_manager(
    manager: &ActiveManager,
    directory: &HooksDirectory,
    request: &InstallRequest,
    plan: &mut Plan,
) -> Result<()> {
    let name = manager.manager.name;
    for event in &request.events {
        let is_ours = HookFile::is_ours(&directory.hook(event))?;
        if is_ours {
            plan.notes.push(format!("the {} hook is installed already", event.name));
        } else if manager.names_us(event)? {
            let file = manager.file_of(event);
            plan.notes.push(format!("{name} runs it as {} already: `{}`", event.name, shown(&file)));
        } else {
            let file = shown(&manager.configuration);
            let error = Error::usage(format!("{name} manages the hooks of this repository"))
                .hint(format!("add these lines to `{file}`:"));
            let error = manager.manager.lines().into_iter().fold(error, Error::hint);
            return Err(error.hint(
                "or install beside it: `git pyenv hook install --config` (git 2.54 and later), or `--force`",
            ));
        }
    }
    Ok(())
}

fn files(
    session: &Session<'_>,
    directory: &HooksDirectory,
    request: &InstallRequest,
    plan: &mut Plan,
) -> Result<()> {
    if let Some(event) = configured(session, &request.events)? {
        let message = format!("the {} hook stands in git's configuration already", event.name);
        return Err(Error::usage(message).hint("to use files instead: `git pyenv hook uninstall` first"));
    }
    if !is_directory(&directory.path) {
        plan.changes.push(HookChange::MakeDirectory(directory.path.clone()));
    }
    for event in &request.events {
        file(directory, event, plan)?;
    }
    if let Some(top) = session.repository.layout().work_tree.as_ref() {
        let inside = directory.path.strip_prefix(top).is_ok_and(|inside| !inside.starts_with(".git"));
        if inside && !directory.path.starts_with(&session.repository.layout().common_directory) {
            let path = shown(&directory.path);
            plan.notes.push(format!("`{path}` is in the work tree, so git sees the hooks there as files"));
        }
    }
    plan.needs_program = true;
    Ok(())
}

fn file(directory: &HooksDirectory, event: &HookEvent, plan: &mut Plan) -> Result<()> {
    let hook = directory.hook(event);
    let write = HookChange::Write { hook: hook.clone(), script: event.script };
    match HookFile::read(&hook)? {
        HookFile::Ours(bytes) if bytes == event.script.as_bytes() && is_executable(&hook) => {
            plan.notes.push(format!("the {} hook is installed already", event.name));
        }
        HookFile::Ours(_) => plan.changes.push(write),
        HookFile::Missing => {
            if exists(&kept_path(&hook)) {
                let second = kept_path(&hook);
                return Err(Error::usage(format!("`{}` is there without `{}`", shown(&second), event.name))
                    .cause("a hook of ours has been deleted by hand, and this is the one it ran")
                    .hint(format!("rename it to `{}` or delete it", shown(&hook))));
            }
            plan.changes.push(write);
        }
        HookFile::Foreign(bytes) => {
            let second = kept_path(&hook);
            if is_directory(&hook) {
                return Err(Error::action(format!("`{}` is a directory", shown(&hook))));
            }
            if !exists(&second) {
                plan.changes.push(HookChange::Keep { hook: hook.clone(), kept: second });
            } else if read_optional(&second)? != Some(bytes) {
                // The same content is what an interrupted run leaves behind.
                return Err(taken(&hook, &second));
            }
            plan.changes.push(write);
        }
    }
    Ok(())
}

fn taken(hook: &Path, second: &Path) -> Error {
    Error::usage(format!("`{}` cannot be kept: `{}` is there already", shown(hook), shown(second)))
        .cause("both would have to run, and only one hook can be kept")
        .hint("put them into one file, delete the second, and try again")
}

/// The first of these events for which the repository's own configuration has a hook of ours.
fn configured(session: &Session<'_>, events: &[&'static HookEvent]) -> Result<Option<&'static HookEvent>> {
    for event in events {
        if !session.repository.local_values(&key(event, "command"))?.is_empty() {
            return Ok(Some(event));
        }
    }
    Ok(None)
}

/// The note on why hooks go into git's configuration, unless that was asked for.
fn why_configuration(
    directory: &HooksDirectory,
    request: &InstallRequest,
    reason: Option<String>,
) -> Result<Option<String>> {
    if !directory.git_version.has_config_hooks() {
        return Err(too_old(directory, request, reason));
    }
    let reason = reason.filter(|_| !request.config);
    Ok(reason.map(|reason| format!("{reason}: git's configuration is used")))
}

/// Hooks that git's configuration names.
fn configuration(
    session: &Session<'_>,
    directory: &HooksDirectory,
    events: &[&'static HookEvent],
    plan: &mut Plan,
) -> Result<()> {
    for event in events {
        if HookFile::is_ours(&directory.hook(event))? {
            let message = format!("the {} hook is installed as a file already", event.name);
            return Err(Error::usage(message)
                .hint("to use git's configuration instead: `git pyenv hook uninstall` first"));
        }
        let wanted = [(key(event, "event"), event.name.to_owned()), (key(event, "command"), command(event))];
        let before = plan.changes.len();
        for (key, value) in wanted {
            if session.repository.local_values(&key)? != [value.as_str()] {
                plan.changes.push(HookChange::Set { key, value });
            }
        }
        if plan.changes.len() == before {
            plan.notes.push(format!("the {} hook is installed already", event.name));
        }
    }
    plan.notes.push("a git before 2.54 passes over these hooks in silence".to_owned());
    plan.needs_program = true;
    Ok(())
}

fn too_old(directory: &HooksDirectory, request: &InstallRequest, reason: Option<String>) -> Error {
    let version = directory.git_version;
    let Some(reason) = reason else {
        return Error::usage(format!("git {version} does not run hooks from its configuration"))
            .hint("git 2.54 and later do; without `--config` the hooks become files");
    };
    let error = Error::usage("the hooks directory is not this repository's own").cause(reason);
    let error = error.cause(format!("git {version} runs no hooks from its configuration, 2.54 and later do"));
    let error = error.hint("add these lines by hand:");
    request.events.iter().fold(error, |error, event| {
        let hook = directory.hook(event);
        let hook = printable(&crate::path::path_to_bytes(&hook));
        error.hint(format!("in `{hook}`: git-pyenv hook run {} -- \"$@\" || exit", event.name))
    })
}

/// Remembers where this program is.
fn executable(session: &Session<'_>, env: &Env, plan: &Plan) -> Result<Option<HookChange>> {
    let Some(program) = env.executable.as_ref().and_then(|path| path.to_str()) else { return Ok(None) };
    if !plan.needs_program || session.repository.local_values(EXECUTABLE)? == [program] {
        return Ok(None);
    }
    Ok(Some(HookChange::Set { key: EXECUTABLE.to_owned(), value: program.to_owned() }))
}
