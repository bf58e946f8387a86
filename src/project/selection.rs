//! Which environment a command means.

use std::path::{Path, PathBuf};

use super::project_directory::Project;
use super::projects::{ProjectFinder, project_here};
use super::selector::Selector;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::fs::real_path;
use crate::inspect::{environments_in, is_environment};
use crate::message::message;
use crate::model::Selection;
use crate::path::{RepoPath, display, path_to_bytes};
use crate::session::Session;
use crate::text::shell_quote;

/// Selects the environment: the one named here, else the one of the setting `environment`, else of `venvDirectory` if
/// that was set, else the one that `.python-envs` or the project's tool names, else an existing one, else the one that the
/// tool of the project's lock file would make, else the default of `venvDirectory`.
///
/// An existing one has a usual name and lies in the working directory or the nearest above it in the project, or it is the only
/// one directly in the project. The selected environment need not exist; [`existing`] lists those that do.
///
/// # Errors
/// Usage in a bare repository; settings where the repository points outside of its work tree, and for a `.python-envs` that
/// cannot be read.
pub fn select(session: &Session<'_>, settings: &Settings, named: Option<&str>) -> Result<Selection> {
    let top = session.top()?;
    let finder = ProjectFinder::new(&top);
    let project = finder.of(&session.repository.layout().prefix);
    let selector = Selector { session, top: &top, settings, finder: &finder, project: &project };
    let selection = match named {
        Some("") => {
            return Err(Error::usage("the name of the environment is empty")
                .hint("name an environment of the settings, or a directory such as `.venv`"));
        }
        Some(name) => selector.named(name),
        None => selector.unnamed()?,
    };
    trusted(session, &top, &selector, selection)
}

/// Selects the environment of a project as [`select`] does without a name in the project's directory.
///
/// # Errors
/// As [`select`].
pub fn select_in(session: &Session<'_>, settings: &Settings, project: &Project) -> Result<Selection> {
    let top = session.top()?;
    let finder = ProjectFinder::new(&top);
    let selector = Selector { session, top: &top, settings, finder: &finder, project };
    trusted(session, &top, &selector, selector.unnamed()?)
}

/// Selects as [`select_in`], but also what lies outside of the work tree because the repository says so, and something else
/// where `.python-envs` cannot be read: for commands that only read.
#[must_use]
pub fn selection_of(session: &Session<'_>, settings: &Settings, project: &Project) -> Selection {
    let top = session.repository.layout().work_tree.clone().unwrap_or_default();
    let finder = ProjectFinder::new(&top);
    let selector = Selector { session, top: &top, settings, finder: &finder, project };
    let selection = selector.unnamed().unwrap_or_else(|_| selector.unnamed_by_files());
    selector.redirected(&selection).unwrap_or(selection)
}

/// The selection, where a `.venv` file leads, unless the repository made it and it lies outside of the work tree.
fn trusted(
    session: &Session<'_>,
    top: &Path,
    selector: &Selector<'_, '_>,
    selection: Selection,
) -> Result<Selection> {
    let redirected = selector.redirected(&selection);
    let target = redirected.as_ref().unwrap_or(&selection).directory.as_path();
    if !is_inside(top, target) && comes_from_repository(session, &selection)? {
        return Err(points_outside(&selection, target));
    }
    Ok(redirected.unwrap_or(selection))
}

/// The environments directly in the project of the working directory, by name.
///
/// # Errors
/// Usage in a bare repository.
pub fn existing(session: &Session<'_>) -> Result<Vec<PathBuf>> {
    Ok(environments_in(&project_here(session)?.path.to_path(&session.top()?)))
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

/// The error for a selection that leads to `target`, outside of the work tree.
fn points_outside(selection: &Selection, target: &Path) -> Error {
    let place = display(&selection.directory);
    let error = Error::settings(format!(
        "`{place}` is outside of the work tree, and only you may select such a path"
    ));
    let error = if selection.origin.is_from_repository() {
        error.cause(message!("it is set in {}", selection.origin))
    } else {
        error.cause("a symlink or file that it goes through is tracked by git")
    };
    // Named without the link it is selected by whoever names it.
    let there = target.ancestors().find_map(|above| {
        let rest = target.strip_prefix(above).ok()?;
        Some(if rest.as_os_str().is_empty() { real_path(above)? } else { real_path(above)?.join(rest) })
    });
    let there = there.unwrap_or_else(|| target.to_path_buf());
    let word = shell_quote(&path_to_bytes(&there));
    match (&selection.typed, is_environment(&there)) {
        (Some(_), _) => error.suggest("select it by its own path with", format!("--env {word}")),
        (None, true) => error.suggest("select it yourself with", format!("git pyenv use {word}")),
        (None, false) => error.suggest("create it yourself with", format!("git pyenv create --env {word}")),
    }
}
