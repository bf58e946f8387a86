//! `use`: chooses the environment that the other commands mean in the project of the working directory.

use std::path::{Path, PathBuf};

use crate::config::{Settings, git_boolean};
use crate::error::{Error, Result};
use crate::fs::{exists, is_vacant_directory, real_path};
use crate::inspect::{inspect, is_environment, other_platform, problems, pyvenv_cfg};
use crate::message::{Message, message};
use crate::model::{Selection, SelectionReason, UseReport};
use crate::path::{RepoPath, display, display_bytes};
use crate::plug_ins::is_absent;
use crate::project::{
    ChoiceKeys, conda_activation, environment_at, environment_beside, existing, project_here, recreate,
    recreate_command, resolve_typed_path, select, target,
};
use crate::session::{Ports, Session};
use crate::setting::Origin;
use crate::text::{nearest, shell_quote};

/// Lets each work tree have a configuration of its own (<https://git-scm.com/docs/git-worktree#_configuration_file>).
const EXTENSION: &str = "extensions.worktreeConfig";

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UseRequest {
    /// Say what is in use.
    Show,
    /// Use this one: a name of the settings, or the directory of an environment.
    Select(String),
    /// Use the one that was in use before.
    GoBack,
    /// Select none.
    Forget,
}

/// Selects an environment, or says which one is selected. A dry run says what would be selected.
///
/// # Errors
/// Usage for a name that means nothing and in a bare repository; action if git's configuration cannot be written.
pub fn run(ports: Ports<'_>, request: &UseRequest, dry_run: bool) -> Result<UseReport> {
    let session = Session::open(ports, Vec::new())?;
    let top = session.top()?;
    let settings = session.work_tree_settings()?;
    let mut notes = Vec::new();
    let project = project_here(&session)?.path;
    let keys = || ChoiceKeys::of(&project);
    let wanted = match request {
        UseRequest::Show => None,
        UseRequest::Select(name) => Some(Some(selected_path(&session, &settings, &top, name)?)),
        UseRequest::GoBack => Some(previous(&session, &settings, &keys()?)?),
        UseRequest::Forget => Some(None),
    };
    let changed = match &wanted {
        Some(wanted) => write(&session, &keys()?, wanted.as_deref(), (dry_run, &mut notes))?,
        None => false,
    };
    let settings = if changed { session.work_tree_settings()? } else { settings };
    let selection = select(&session, &settings, None)?;
    notes.extend(overruled(wanted.as_ref(), &selection.reason));
    notes.extend(broken(&session, &settings, &selection));
    Ok(UseReport {
        repository: session.label(),
        project,
        exists: !is_absent(&selection),
        python: recorded_python(&selection.directory),
        activation: conda_activation(&selection.directory),
        selection,
        changed,
        is_dry_run: dry_run,
        notes,
    })
}

/// What is written down for a name: itself if the settings know it, else the directory from the top of the work tree.
fn selected_path(session: &Session<'_>, settings: &Settings, top: &Path, name: &str) -> Result<String> {
    if settings.environments.contains_key(name) {
        return Ok(name.to_owned());
    }
    if name.is_empty() {
        return Err(unknown(session, settings, name)?);
    }
    let directory = resolve_typed_path(session, top, name);
    if !is_environment(&target(&directory)) {
        return Err(match exists(&directory) && !is_vacant_directory(&directory) {
            true => no_environment(session, settings, name)?,
            false => unknown(session, settings, name)?,
        });
    }
    let place = directory.strip_prefix(top).map_or_else(|_| directory.clone(), Path::to_path_buf);
    let text = place.to_str().filter(|text| !text.is_empty() && !text.contains(char::is_control));
    let text = text.ok_or_else(|| {
        Error::usage(format!("cannot store `{}` in git's configuration", display(&directory)))
    })?;
    // A directory may be called like an environment of the settings.
    let prefix = if settings.environments.contains_key(text) { "./" } else { "" };
    Ok(format!("{prefix}{text}"))
}

fn unknown(session: &Session<'_>, settings: &Settings, name: &str) -> Result<Error> {
    let known = known(session, settings)?;
    let error = Error::usage(match name {
        "" => "the name of the environment is empty".to_owned(),
        name => format!("no environment `{}`", display_bytes(name.as_bytes())),
    });
    let error = match nearest(name, &known) {
        Some(near) => error.did_you_mean(use_command(session, near)),
        None => error,
    };
    let word = shell_quote(name.as_bytes());
    Ok(match known.as_slice() {
        [] if !name.is_empty() => error.suggest("create it with", format!("git pyenv create --env {word}")),
        [] => error.suggest("create one with", "git pyenv create"),
        known => error.hint(format!("the environments are {}", quoted(known))),
    })
}

/// The error for a directory, file or link that is no environment: how to recreate it if it was one, else what there is.
fn no_environment(session: &Session<'_>, settings: &Settings, name: &str) -> Result<Error> {
    let selection = select(session, settings, Some(name))?;
    let error = Error::usage(message!("`{}` is not an environment", selection.place()));
    let error = recreate(error, session, settings, &selection, &selection.python_option());
    Ok(match known(session, settings)?.as_slice() {
        [] => error,
        known => error.hint(format!("the environments are {}", quoted(known))),
    })
}

/// The environments of the settings, by name, and those directly in the project, by their directory from the top.
fn known(session: &Session<'_>, settings: &Settings) -> Result<Vec<String>> {
    let top = session.top()?;
    let directory = |place: PathBuf| place.strip_prefix(&top).ok()?.to_str().map(str::to_owned);
    let there = existing(session)?.into_iter().filter_map(directory);
    Ok(settings.environments.keys().cloned().chain(there).collect())
}

/// The command that uses one of these.
fn use_command(session: &Session<'_>, known: &str) -> String {
    let top = session.top().map(|top| top.join(known));
    let path = RepoPath::new(known.as_bytes()).ok().filter(|_| top.is_ok_and(|place| exists(&place)));
    let word = path.map(|path| session.invocation_directory().word(&path));
    format!("git pyenv use {}", word.unwrap_or_else(|| shell_quote(known.as_bytes())))
}

fn quoted(names: &[String]) -> String {
    let names = names.iter().map(|name| format!("`{}`", display_bytes(name.as_bytes())));
    names.collect::<Vec<_>>().join(", ")
}

/// The value of a key in git's configuration, which may be empty.
fn value(session: &Session<'_>, key: &str) -> Result<Option<String>> {
    let last = session.repository.configuration()?.into_iter().rev().find(|entry| entry.has_key(key));
    Ok(last.map(|entry| entry.value.unwrap_or_default()))
}

/// The environment in use before this one; `None` if none was chosen then.
fn previous(session: &Session<'_>, settings: &Settings, keys: &ChoiceKeys) -> Result<Option<String>> {
    if let Some(previous) = value(session, &keys.previous)? {
        return Ok(Some(previous).filter(|name| !name.is_empty()));
    }
    let error = Error::usage("no previous environment");
    Err(match known(session, settings)?.first() {
        Some(first) => error.suggest("select one, for example with", use_command(session, first)),
        None => error.suggest("create one with", "git pyenv create"),
    })
}

/// Writes the choice down, and the one before it; says whether there was anything to write. In a dry run the session only
/// looks from now on as if that was done.
fn write(
    session: &Session<'_>,
    keys: &ChoiceKeys,
    wanted: Option<&str>,
    (dry_run, notes): (bool, &mut Vec<Message>),
) -> Result<bool> {
    let repository = &session.repository;
    let current = value(session, &keys.chosen)?.unwrap_or_default();
    if current == wanted.unwrap_or_default() {
        return Ok(false);
    }
    if dry_run {
        if shares_configuration(session)? {
            notes.push(message!("would enable `{}`, so that each work tree has a selection", EXTENSION));
        }
        repository.suppose_in_work_tree(&keys.chosen, wanted)?;
        return Ok(true);
    }
    let _lock = session.lock()?;
    separate_work_trees(session, notes)?;
    repository.set_in_work_tree(&keys.previous, &current)?;
    match wanted {
        Some(name) => repository.set_in_work_tree(&keys.chosen, name)?,
        None => {
            repository.unset_in_work_tree(&keys.chosen)?;
            // It may have been chosen when this was the only work tree.
            repository.unset_local(&keys.chosen)?;
        }
    }
    Ok(true)
}

/// Gives each work tree a configuration of its own where there are several, as `git sparse-checkout` does.
fn separate_work_trees(session: &Session<'_>, notes: &mut Vec<Message>) -> Result<()> {
    if shares_configuration(session)? {
        session.repository.set_local(EXTENSION, "true")?;
        notes
            .push(message!("enabled `{}`, so that each work tree can select its own environment", EXTENSION));
    }
    Ok(())
}

/// Whether several work trees have one configuration.
///
/// # Errors
/// Action if that cannot be changed.
fn shares_configuration(session: &Session<'_>) -> Result<bool> {
    let repository = &session.repository;
    let is_true = |key| -> Result<bool> {
        let values = repository.local_values(key)?;
        Ok(values.last().is_some_and(|value| git_boolean(Some(value)) == Some(true)))
    };
    if is_true(EXTENSION)? || repository.worktrees()?.len() < 2 {
        return Ok(false);
    }
    let in_the_way = [
        ("core.bare", is_true("core.bare")?),
        ("core.worktree", !repository.local_values("core.worktree")?.is_empty()),
    ];
    if let Some((key, _)) = in_the_way.iter().find(|(_, is_set)| *is_set) {
        return Err(Error::action("cannot enable a separate configuration for this work tree")
            .cause(format!("`{key}` is set for all work trees and must be moved first"))
            .hint("see CONFIGURATION FILE in `git worktree --help`"));
    }
    Ok(true)
}

/// Says so when the selected environment does not work.
fn broken(session: &Session<'_>, settings: &Settings, selection: &Selection) -> Option<Message> {
    let directory = &selection.directory;
    let environment = environment_at(&real_path(directory)?)?;
    if let Some(other) = other_platform(&target(directory)) {
        let (is_there, command) = environment_beside(selection, &selection.python_option());
        let verb = if is_there { "use" } else { "create" };
        let place = selection.place();
        return Some(message!("`{}` {}; {} one for this system with `{}`", place, other, verb, command));
    }
    let problem = problems(&inspect(directory, &environment)).into_iter().next()?;
    let recreate = recreate_command(session, settings, selection, &selection.python_option());
    let recreate = recreate.map(|command| format!("; recreate it with `{command}`"));
    Some(message!("`{}` {}{}", selection.place(), problem, recreate))
}

/// The Python version that an environment's `pyvenv.cfg` records; one that cannot be read is not worth an error here.
fn recorded_python(directory: &Path) -> Option<String> {
    pyvenv_cfg::read(&target(directory)).ok().flatten()?.python_version()
}

/// Says so when something else decides than what was just written.
fn overruled(wanted: Option<&Option<String>>, reason: &SelectionReason) -> Option<Message> {
    match (wanted?, reason) {
        (Some(_), SelectionReason::Used(Origin::Environment(name))) => {
            Some(message!("the environment variable {} overrides this selection", name))
        }
        (None, SelectionReason::Used(origin)) => {
            Some(message!("an environment is still selected in {}", origin))
        }
        _ => None,
    }
}
