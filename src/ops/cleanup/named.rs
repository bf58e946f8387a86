//! Where the arguments lead.

use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::error::{Error, Result};
use crate::fs;
use crate::inspect::is_environment;
use crate::message::{Message, message};
use crate::path::{display, path_to_bytes};
use crate::project::{resolve_typed_path, select};
use crate::session::Session;
use crate::text::shell_quote;

/// A place that was named on the command line.
#[derive(Debug, Clone)]
pub(super) struct NamedPlace {
    /// As it was typed.
    pub(super) typed: String,
    /// Where it is, absolute.
    pub(super) place: PathBuf,
}

/// Where a name or a path leads.
///
/// # Errors
/// Usage if nothing is there, if it is a link or leads through one, or if it is in the git directory; settings if a name
/// leads out of the work tree because the repository says so.
pub(super) fn resolve(session: &Session<'_>, settings: &Settings, typed: &str) -> Result<NamedPlace> {
    if typed.is_empty() {
        return Err(Error::usage("the path is empty").hint("name an environment, or leave the argument out"));
    }
    let top = session.top()?;
    let place = match settings.environments.contains_key(typed) {
        true => select(session, settings, Some(typed))?.directory,
        false => resolve_typed_path(session, &top, typed),
    };
    let shown = display(Path::new(typed)).into();
    if !fs::exists(&place) {
        let error = Error::usage(message!("no environment at `{}`: nothing is there", shown));
        return Err(error.suggest("see which ones there are with", "git pyenv list"));
    }
    require_allowed(session, &top, &place, &shown)?;
    Ok(NamedPlace { typed: typed.to_owned(), place })
}

/// Where the environment is that a command uses by this name, or without one; nowhere if nothing is there.
///
/// # Errors
/// As [`resolve`], and as [`select`].
pub(super) fn used(
    session: &Session<'_>,
    settings: &Settings,
    name: Option<&str>,
) -> Result<Vec<NamedPlace>> {
    let selection = select(session, settings, name)?;
    let place = fs::normalise_path(&selection.directory);
    if !fs::exists(&place) {
        return Ok(Vec::new());
    }
    require_allowed(session, &session.top()?, &place, &selection.place())?;
    Ok(vec![NamedPlace { typed: name.unwrap_or_default().to_owned(), place }])
}

/// Requires that a place may be named: it is no link and not reached through one, and not in the git directory or in
/// another work tree.
///
/// # Errors
/// Usage if it may not.
pub(super) fn require_allowed(
    session: &Session<'_>,
    top: &Path,
    place: &Path,
    shown: &Message,
) -> Result<()> {
    if fs::is_link(place) {
        let error = Error::usage(message!("`{}` is a symlink, and links are not followed", shown));
        return Err(through_link(error, place, true));
    }
    require_direct(session, top, place, shown)
}

/// Refuses what is in the git directory, and what is reached through a link in the work tree.
fn require_direct(session: &Session<'_>, top: &Path, place: &Path, shown: &Message) -> Result<()> {
    let layout = session.repository.layout();
    let real = fs::real_path(place).unwrap_or_else(|| place.to_path_buf());
    let in_git = |part: &PathBuf| real.starts_with(fs::real_path(part).as_ref().unwrap_or(part));
    if in_git(&layout.git_directory) || in_git(&layout.common_directory) {
        return Err(Error::usage(message!("`{}` is inside the git directory", shown)));
    }
    let Ok(below) = place.strip_prefix(top) else { return require_no_other(place, shown) };
    let direct = fs::real_path(top).unwrap_or_else(|| top.to_path_buf()).join(below);
    if real == direct || below.as_os_str().is_empty() {
        return Ok(());
    }
    Err(through_link(Error::usage(message!("`{}` leads through a symlink", shown)), place, false))
}

/// Refuses what is in another work tree: what git tracks there, and where the deletion is recorded, is its own affair.
fn require_no_other(place: &Path, shown: &Message) -> Result<()> {
    let holder = place.ancestors().skip(1).find(|above| fs::exists(&above.join(".git")));
    let Some(holder) = holder else { return Ok(()) };
    let word = |path: &Path| shell_quote(&path_to_bytes(path));
    let below = place.strip_prefix(holder).unwrap_or(place);
    let error = Error::usage(message!("`{}` is in the work tree `{}`", shown, display(holder)));
    Err(error.suggest(
        "delete it from there with",
        format!("git -C {} pyenv cleanup {}", word(holder), word(below)),
    ))
}

/// Adds what to do about a place that is behind a link.
fn through_link(error: Error, place: &Path, is_link: bool) -> Error {
    let real = fs::real_path(place);
    match real.filter(|real| is_environment(real)) {
        Some(real) => {
            let word = shell_quote(&path_to_bytes(&real));
            error.suggest("delete what it leads to with", format!("git pyenv cleanup {word}"))
        }
        None if is_link => {
            error.suggest("delete the link with", format!("rm {}", shell_quote(&path_to_bytes(place))))
        }
        None => error,
    }
}

/// Where a path leads that may go; it need not exist. Relative to the working directory.
pub(super) fn discarded(session: &Session<'_>, path: &Path) -> Result<PathBuf> {
    Ok(fs::normalise_path(&session.working_directory(&session.top()?).join(path)))
}
