//! What would fix an environment that does not work, as far as it can be told without doing it.

use std::path::{Path, PathBuf};

use super::python_requests::unnamed_requests;
use super::selection::select;
use crate::config::Settings;
use crate::detect;
use crate::env::{Env, PROGRAM_SUFFIX, SYSTEM};
use crate::error::Error;
use crate::fs::{
    DiskTree, exists, is_directory, is_executable, is_link, is_vacant_directory, list_tree, real_path,
};
use crate::git::Repository;
use crate::inspect::{installed, is_environment, other_platform};
use crate::model::{
    FixStep, Inspection, Installer, InterpreterState, PlaceToFix, Recreation, Selection, create_by_force,
};
use crate::path::RepoPath;
use crate::removal::{ForeignReason, Removal};
use crate::session::Session;
use crate::text::counted;

/// Says of an environment in the work tree whether and how `git pyenv create --force` recreates it. `tracked` is the number of
/// its files that git has.
pub(super) fn recreation(
    repository: &Repository<'_>,
    settings: &Settings,
    directory: &Path,
    tracked: usize,
) -> Recreation {
    let known = Recreation {
        is_tracked: tracked > 0,
        is_forbidden: !settings.auto_cleanup.value,
        python: settings.python_version.of_one_run().cloned(),
        ..Recreation::default()
    };
    match Removal::prepare(repository, directory) {
        Err(_) => Recreation { is_refused: true, ..known },
        // What would be copied is no obstacle.
        Ok(removal) => {
            let foreign = &removal.plan().foreign;
            let found = foreign.iter().filter(|file| file.reason != ForeignReason::Unread);
            Recreation {
                is_refused: !foreign.is_empty(),
                foreign: found.map(|file| file.path.clone()).collect(),
                ..known
            }
        }
    }
}

/// Finds what can install packages into an environment: its own pip if its Python works, else uv.
pub(super) fn installer(env: &Env, directory: &Path, inspection: &Inspection) -> Option<Installer> {
    let sites = installed::site_packages(directory).sites;
    let has_pip = sites.iter().any(|site| exists(&site.directory.join("pip/__init__.py")));
    let python = inspection.root.join(format!("bin/python{PROGRAM_SUFFIX}")).ok()?;
    let is_alive = inspection
        .interpreters
        .iter()
        .any(|name| name.path == python && matches!(name.state, InterpreterState::Alive(_)));
    match (is_alive, has_pip) {
        (true, true) => Some(Installer::Pip(python)),
        (true, false) => {
            let has_uv = env.candidates("uv").any(|program| is_executable(&program));
            has_uv.then(|| Installer::Uv(inspection.root.clone()))
        }
        (false, _) => None,
    }
}

/// The commands that create the selected environment of a project where there is none; none if `create` refuses to, for example
/// because nobody knows which Python is requested. `is_here` says that it is the project of the working directory.
pub(super) fn creation(
    session: &Session<'_>,
    settings: &Settings,
    selection: &Selection,
    is_here: bool,
) -> Vec<FixStep> {
    let directory = &selection.directory;
    let is_dangling = is_link(directory) && real_path(directory).is_none();
    let is_free = !exists(directory) || (!is_link(directory) && is_vacant_directory(directory));
    let is_refused = (is_here && select(session, settings, None).is_err())
        || unnamed_requests(session.repository.layout(), selection).is_err();
    if is_refused || !(is_free || is_dangling) {
        return Vec::new();
    }
    let Some(place) = &selection.path else {
        // What lies outside of the work tree is selected only in the project.
        return if is_here { vec![FixStep::Create(None)] } else { Vec::new() };
    };
    let tracked = || {
        let tracked = session.repository.tracked_below(std::slice::from_ref(place));
        tracked.is_ok_and(|tracked| !tracked.is_empty())
    };
    let untrack = (is_dangling && tracked()).then(|| FixStep::Fix(PlaceToFix::new(place)));
    let delete = is_dangling.then(|| FixStep::DeleteLink(place.clone()));
    let create = FixStep::Create(Some(place.clone()).filter(|_| !is_here));
    untrack.into_iter().chain(delete).chain([create]).collect()
}

/// The command that selects the first of several environments of a project.
pub(super) fn choice(project: &RepoPath, several: &[RepoPath]) -> Vec<FixStep> {
    let name = several.iter().find_map(|place| std::str::from_utf8(place.name()).ok());
    let command = |name: &str| ["git", "pyenv", "use", name].map(str::to_owned).to_vec();
    let step = |name| FixStep::RunIn { directory: project.clone(), command: command(name) };
    name.map(step).into_iter().collect()
}

/// Adds to an error how to recreate the selected environment, or how to make room for a new one. `options` are further options
/// of `create`, each after a space.
#[must_use]
pub fn recreate(
    error: Error,
    session: &Session<'_>,
    settings: &Settings,
    selection: &Selection,
    options: &str,
) -> Error {
    if other_platform(&selection.directory).is_some() {
        return beside(error, selection, options);
    }
    let recreation = recreation_of(session, settings, selection);
    if !recreation.is_refused {
        return error.suggest("recreate it with", command(&recreation, selection, options));
    }
    let error = match recreation.foreign.split_first() {
        None => error,
        Some((first, [])) => {
            error.cause(format!("it contains `{}`, which no tool can create again", first.seen_from_root()))
        }
        Some((first, more)) => {
            let more = counted(more.len() as u64, "other file");
            error.cause(format!(
                "it contains `{}` and {more} that no tool can create again",
                first.seen_from_root()
            ))
        }
    };
    let create = format!("git pyenv create{}{options}", selection.env_option_once_moved());
    match make_room_command(selection) {
        Some(room) => error.suggest("create a new one with", format!("{room} && {create}")),
        None => error,
    }
}

/// Adds to an error how to get an environment for this system beside the selected one, which was created for another and is
/// used there. `options` are further options of `create`, each after a space.
#[must_use]
pub fn beside(error: Error, selection: &Selection, options: &str) -> Error {
    let (is_there, command) = environment_beside(selection, options);
    match is_there {
        true => error.suggest("use the one for this system with", command),
        false => error.suggest("create a second one for this system with", command),
    }
}

/// The command that uses or creates an environment for this system beside the selected one, and whether it is there.
#[must_use]
pub fn environment_beside(selection: &Selection, options: &str) -> (bool, String) {
    let second = renamed(selection, &format!("-{}", SYSTEM));
    let place = second.word();
    match is_environment(&second.directory) {
        true => (true, format!("git pyenv use {place}")),
        false => (false, format!("git pyenv create --env {place}{options}")),
    }
}

/// The selection of the path that has this ending more.
fn renamed(selection: &Selection, ending: &str) -> Selection {
    let path = selection.path.as_ref().map(|path| [path.as_bytes(), ending.as_bytes()].concat());
    let mut directory = selection.directory.clone().into_os_string();
    directory.push(ending);
    let path = path.and_then(|path| RepoPath::new(path).ok());
    Selection { name: None, directory: PathBuf::from(directory), path, ..selection.clone() }
}

/// The command that recreates the selected environment; `None` if `create` refuses to. `options` are further options, each after
/// a space.
#[must_use]
pub fn recreate_command(
    session: &Session<'_>,
    settings: &Settings,
    selection: &Selection,
    options: &str,
) -> Option<String> {
    let recreation = recreation_of(session, settings, selection);
    (!recreation.is_refused).then(|| command(&recreation, selection, options))
}

fn recreation_of(session: &Session<'_>, settings: &Settings, selection: &Selection) -> Recreation {
    let tracked = session.repository.tracked_below(selection.path.as_slice()).unwrap_or_default();
    recreation(&session.repository, settings, &selection.directory, tracked.len())
}

fn command(recreation: &Recreation, selection: &Selection, options: &str) -> String {
    let untrack = selection.path.as_ref().filter(|_| recreation.is_tracked);
    let untrack = untrack.map(|path| format!("{} && ", selection.invocation_directory.fix_command(&[path])));
    let options = format!("{}{options}", selection.env_option_to_replace());
    format!("{}{}", untrack.unwrap_or_default(), create_by_force(recreation.is_forbidden, &options))
}

/// The command that makes room for an environment at the selected path, without losing anything; `None` if what stands there
/// may be wanted where it is.
#[must_use]
pub fn make_room_command(selection: &Selection) -> Option<String> {
    let directory = &selection.directory;
    if selection.path.as_ref().is_some_and(RepoPath::is_root) {
        return None;
    }
    if is_link(directory) {
        return Some(format!("rm {}", place(selection)));
    }
    let listing = is_directory(directory).then(|| list_tree(directory).ok()).flatten();
    let is_left_over = listing.is_some_and(|listing| {
        listing.unreadable.is_empty() && listing.entries().all(|entry| is_compiled(entry.name))
    });
    let is_environment = || {
        detect::environments(&DiskTree::new(directory))
            .is_ok_and(|found| found.environments.iter().any(|environment| environment.root.is_root()))
    };
    match (is_directory(directory), is_left_over) {
        (true, true) => Some(format!("rm -r {}", place(selection))),
        (true, false) if !is_environment() => None,
        _ => Some(move_away_command(selection)),
    }
}

/// Says whether a file is one that Python compiles anew.
fn is_compiled(name: &[u8]) -> bool {
    name.ends_with(b".pyc") || name.ends_with(b".pyo")
}

/// The command that gives what stands at the selected path another name, which nothing has yet.
fn move_away_command(selection: &Selection) -> String {
    let renamed = |number: usize| {
        let ending = if number == 1 { ".old".to_owned() } else { format!(".old{number}") };
        renamed(selection, &ending)
    };
    let free = (1..).map(renamed).find(|other| !exists(&other.directory)).unwrap_or_else(|| renamed(1));
    format!("mv {} {}", place(selection), free.word())
}

/// The selected path as one word of a command that knows no settings.
fn place(selection: &Selection) -> String {
    Selection { name: None, ..selection.clone() }.word()
}
