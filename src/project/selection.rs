//! Which environment a command means.

use std::path::{Path, PathBuf};

use super::locks::LOCK_FORMATS;
use super::redirect::{redirected, target};
use crate::config::{NamedEnvironment, Settings};
use crate::error::{Error, Result};
use crate::fs::{exists, list_directory, normalise_path, real_path};
use crate::inspect::{environments_in, is_environment};
use crate::model::{InvocationDirectory, Selection, SelectionReason, USUAL_ENVIRONMENT_NAMES};
use crate::path::{RepoPath, display, path_to_bytes};
use crate::session::Session;
use crate::setting::{Origin, Setting};
use crate::text::shell_quote;

/// Selects the environment: the one named here, else the one of the setting `environment`, else of `venvDirectory` if
/// that was set, else an existing one, else the one that the tool of the project's lock file uses, else the default of
/// `venvDirectory`.
///
/// An existing one has a usual name and lies in the working directory or the nearest above it, or it is the only
/// one at the top of the work tree. The selected environment need not exist; [`existing`] lists those that do.
///
/// # Errors
/// Usage in a bare repository; settings where the repository points outside of its work tree.
pub fn select(session: &Session<'_>, settings: &Settings, named: Option<&str>) -> Result<Selection> {
    let top = session.top()?;
    let selector = Selector { top: &top, settings, invocation_directory: session.invocation_directory() };
    let selection = match named {
        Some("") => {
            return Err(Error::usage("the name of the environment is empty")
                .hint("name an environment of the settings, or a directory such as `.venv`"));
        }
        Some(name) => selector.named(&session.working_directory(&top), name),
        None => selector.unnamed(session),
    };
    let redirected = selector.redirected(&selection);
    let target = redirected.as_ref().unwrap_or(&selection).directory.as_path();
    if !is_inside(&top, target) && comes_from_repository(session, &selection)? {
        return Err(points_outside(&selection));
    }
    Ok(redirected.unwrap_or(selection))
}

/// Selects as [`select`] does in the work tree at `top`, but also what lies outside of it because the repository says so:
/// for commands that only read.
pub(super) fn select_for_reading(session: &Session<'_>, top: &Path, settings: &Settings) -> Selection {
    let selector = Selector { top, settings, invocation_directory: session.invocation_directory() };
    let selection = selector.unnamed(session);
    selector.redirected(&selection).unwrap_or(selection)
}

/// The environments directly at the top of the work tree, by name.
///
/// # Errors
/// Usage in a bare repository.
pub fn existing(session: &Session<'_>) -> Result<Vec<PathBuf>> {
    Ok(environments_in(&session.top()?))
}

/// Says whether a directory is in the work tree once links are followed; it need not be there.
fn is_inside(top: &Path, directory: &Path) -> bool {
    let nearest = directory.ancestors().find_map(real_path);
    nearest.zip(real_path(top)).is_some_and(|(place, top)| place.starts_with(top))
}

/// Says whether the repository decides where this is, by a setting, or by a link or `.venv` file that git has:
/// a commit must not decide what is run or written on the machine of someone who cloned the repository.
fn comes_from_repository(session: &Session<'_>, selection: &Selection) -> Result<bool> {
    if selection.origin.is_from_repository() {
        return Ok(true);
    }
    let Some(place) = &selection.path else { return Ok(false) };
    let outermost = place.components().next().and_then(|name| RepoPath::new(name).ok());
    let tracked = session.repository.tracked_below(outermost.as_slice())?;
    Ok(tracked.iter().any(|entry| place.is_within(&entry.path)))
}

fn points_outside(selection: &Selection) -> Error {
    let place = display(&selection.directory);
    let error = Error::settings(format!(
        "`{place}` is outside of the work tree, and only you may select such a path"
    ));
    let error = if selection.origin.is_from_repository() {
        error.cause(format!("it is set in {}", selection.origin))
    } else {
        error.cause("a symlink or file that it goes through is tracked by git")
    };
    // Named without the link it is selected by whoever names it.
    let there = selection.directory.ancestors().find_map(|above| {
        let rest = selection.directory.strip_prefix(above).ok()?;
        Some(if rest.as_os_str().is_empty() { real_path(above)? } else { real_path(above)?.join(rest) })
    });
    let there = there.unwrap_or_else(|| selection.directory.clone());
    let word = shell_quote(&path_to_bytes(&there));
    match (&selection.typed, is_environment(&there)) {
        (Some(_), _) => error.suggest("select it by its own path with", format!("--env {word}")),
        (None, true) => error.suggest("select it yourself with", format!("git pyenv use {word}")),
        (None, false) => error.suggest("create it yourself with", format!("git pyenv create --env {word}")),
    }
}

struct Selector<'c> {
    top: &'c Path,
    settings: &'c Settings,
    invocation_directory: InvocationDirectory,
}

impl Selector<'_> {
    /// What the command line names: an environment of the settings, by its name or directory, else a directory.
    fn named(&self, working_directory: &Path, typed: &str) -> Selection {
        let reason = SelectionReason::Named;
        let origin = Origin::Flag("--env".to_owned());
        let place = resolve_typed_path(working_directory, self.top, typed);
        let is_typed = |(name, environment): &(&String, &NamedEnvironment)| {
            *name == typed || normalise_path(&self.top.join(&environment.directory.value)) == place
        };
        let environments = &self.settings.environments;
        let named = environments.get_key_value(typed).or_else(|| environments.iter().find(is_typed));
        let selection = match named {
            Some((name, _)) if name == typed => self.called(name, origin, reason),
            Some((name, _)) => Selection { origin, ..self.called(name, Origin::Default, reason) },
            None => self.at(&place, origin, reason),
        };
        Selection { typed: Some(typed.to_owned()), ..selection }
    }

    /// What is selected when the command line names nothing.
    fn unnamed(&self, session: &Session<'_>) -> Selection {
        self.by_settings().unwrap_or_else(|| self.by_looking(&session.repository.layout().prefix))
    }

    fn by_settings(&self) -> Option<Selection> {
        if let Setting { value: Some(name), origin } = &self.settings.environment {
            return Some(self.called(name, origin.clone(), SelectionReason::Used(origin.clone())));
        }
        let Setting { value, origin } = &self.settings.venv_directory;
        let is_set = *origin != Origin::Default;
        let reason = || SelectionReason::Directory(origin.clone());
        is_set.then(|| self.at(&self.top.join(value), origin.clone(), reason()))
    }

    /// What the disk says.
    fn by_looking(&self, prefix: &RepoPath) -> Selection {
        let near = prefix.ancestors().find_map(|directory| usual_in(&directory.to_path(self.top)));
        let found = near.or_else(|| only(environments_in(self.top)));
        if let Some(directory) = found {
            return self.at(&directory, Origin::Default, SelectionReason::Existing);
        }
        let is_here = |name: &&str| exists(&self.top.join(name));
        let locks = LOCK_FORMATS.iter().filter(|lock| lock.environment_in_project).map(|lock| lock.file_name);
        if let Some(lock) =
            locks.into_iter().find(is_here).and_then(|name| RepoPath::new(name.as_bytes()).ok())
        {
            return self.at(
                &self.top.join(USUAL_ENVIRONMENT_NAMES[0]),
                Origin::Default,
                SelectionReason::Lock(lock),
            );
        }
        let name = &self.settings.venv_directory.value;
        self.at(&self.top.join(name), Origin::Default, SelectionReason::Default)
    }

    /// An environment that `environments` names, or else a directory.
    fn called(&self, name: &str, origin: Origin, reason: SelectionReason) -> Selection {
        let Some(named) = self.settings.environments.get(name) else {
            return self.at(&self.top.join(name), origin, reason);
        };
        let Setting { value, origin } = &named.directory;
        let selection = self.at(&self.top.join(value), origin.clone(), reason);
        let own = named.python.value.is_some();
        let python = if own { named.python.clone() } else { selection.python.clone() };
        Selection { name: Some(name.to_owned()), python, ..selection }
    }

    fn at(&self, directory: &Path, origin: Origin, reason: SelectionReason) -> Selection {
        let directory = normalise_path(directory);
        let below = directory.strip_prefix(self.top).ok();
        let path = below.and_then(|rest| RepoPath::from_relative(rest).ok());
        let python = self.settings.python_version.clone();
        let invocation_directory = self.invocation_directory;
        Selection { name: None, directory, path, origin, python, reason, typed: None, invocation_directory }
    }

    /// The same selection where a `.venv` file leads.
    fn redirected(&self, selection: &Selection) -> Option<Selection> {
        let target = redirected(&selection.directory)?;
        let Selection { name, origin, python, reason, typed, .. } = selection.clone();
        Some(Selection { name, python, typed, ..self.at(&target, origin, reason) })
    }
}

/// A directory as it was typed: seen from the working directory or, if only that is there, from the top.
pub fn resolve_typed_path(working_directory: &Path, top: &Path, name: &str) -> PathBuf {
    let (here, below_top) = (working_directory.join(name), top.join(name));
    normalise_path(if !exists(&here) && exists(&below_top) { &below_top } else { &here })
}

/// The environment of a usual name in a directory. One that cannot be looked into is taken for one, so that no other is
/// taken in its place.
fn usual_in(directory: &Path) -> Option<PathBuf> {
    let is_one = |place: &PathBuf| is_environment(&target(place)) || list_directory(place).is_err();
    USUAL_ENVIRONMENT_NAMES.iter().map(|name| directory.join(name)).find(is_one)
}

/// The only one, if it is.
fn only(mut found: Vec<PathBuf>) -> Option<PathBuf> {
    (found.len() == 1).then(|| found.pop()).flatten()
}
