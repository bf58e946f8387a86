//! Which environment a command means.

use std::path::{Path, PathBuf};

use super::session::Session;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::formats::pyvenv_cfg::is_absolute;
use crate::fs::{entries_of, exists, is_directory, names, plain_path, read_start, real_path};
use crate::model::{Choice, ChoiceReason};
use crate::path::{RepoPath, display};
use crate::setting::{Origin, Setting};

/// The names that environments usually have, in the order in which they are looked for.
const USUAL_NAMES: [&str; 2] = [".venv", "venv"];

/// Files at the top of a project whose tools keep its environment in `.venv`, if anywhere in the project.
const LOCKS: [&str; 3] = ["uv.lock", "pdm.lock", "poetry.lock"];

/// No path is longer, so a longer file does not hold one (PEP 832).
const PATH_LIMIT: u64 = 4096;

/// Chooses: the one named here, else the one of the setting `environment`, else of `venvDirectory` if that was set,
/// else an existing one, else the one that the project's lock asks for, else the default of `venvDirectory`.
///
/// An existing one has a usual name and lies in the working directory or the nearest above it, or it is the only
/// one at the top of the work tree. The environment need not be there; [`existing`] tells what is.
///
/// # Errors
/// Usage in a bare repository; settings where the repository leads out of its work tree.
pub fn choose(session: &Session<'_>, settings: &Settings, named: Option<&str>) -> Result<Choice> {
    let top = top(session)?;
    let chooser = Chooser { top: &top, settings };
    let choice = match named {
        Some(name) => chooser.named(&working_directory(session, &top), name),
        None => chooser.unnamed(session),
    };
    let redirected = chooser.redirected(&choice);
    let target = redirected.as_ref().unwrap_or(&choice).directory.as_path();
    if !is_inside(&top, target) && comes_from_repository(session, &choice)? {
        return Err(leads_out(&choice));
    }
    Ok(redirected.unwrap_or(choice))
}

/// Chooses as [`choose`] does, also what leads out of the work tree on the repository's word: for those who only look.
///
/// # Errors
/// Usage in a bare repository.
pub(super) fn meant(session: &Session<'_>, settings: &Settings) -> Result<Choice> {
    let top = top(session)?;
    let chooser = Chooser { top: &top, settings };
    let choice = chooser.unnamed(session);
    Ok(chooser.redirected(&choice).unwrap_or(choice))
}

/// Says whether a directory is an environment, by what every creator writes.
#[must_use]
pub fn is_environment(directory: &Path) -> bool {
    exists(&directory.join("pyvenv.cfg")) || is_directory(&directory.join("conda-meta"))
}

/// The environments directly at the top of the work tree, by name.
///
/// # Errors
/// Usage in a bare repository.
pub fn existing(session: &Session<'_>) -> Result<Vec<PathBuf>> {
    Ok(environments_in(&top(session)?))
}

/// The directory the user is in; the top of the work tree when it is outside.
pub(super) fn working_directory(session: &Session<'_>, top: &Path) -> PathBuf {
    session.repository.layout().prefix.to_path(top)
}

/// The top of the work tree.
pub(super) fn top(session: &Session<'_>) -> Result<PathBuf> {
    let top = session.repository.layout().work_tree.clone();
    top.ok_or_else(|| Error::usage("a bare repository has no work tree, and so no environment"))
}

fn environments_in(top: &Path) -> Vec<PathBuf> {
    entries_of(top).into_iter().filter(|entry| is_environment(entry)).collect()
}

/// Says whether a directory is in the work tree once links are followed; it need not be there.
fn is_inside(top: &Path, directory: &Path) -> bool {
    let nearest = directory.ancestors().find_map(real_path);
    nearest.zip(real_path(top)).is_some_and(|(place, top)| place.starts_with(top))
}

/// Says whether the repository decides where this is, by a setting, or by a link or `.venv` file that git has:
/// whoever commits must not decide what is run or written on the machine of somebody who merely cloned.
fn comes_from_repository(session: &Session<'_>, choice: &Choice) -> Result<bool> {
    if choice.origin.is_from_repository() {
        return Ok(true);
    }
    let Some(place) = &choice.place else { return Ok(false) };
    let outermost = place.components().next().and_then(|name| RepoPath::new(name).ok());
    let tracked = session.repository.tracked_below(outermost.as_slice())?;
    Ok(tracked.iter().any(|entry| place.is_within(&entry.path)))
}

fn leads_out(choice: &Choice) -> Error {
    let place = display(&choice.directory);
    let error = Error::settings(format!("`{place}` leads out of the work tree, and the repository says so"));
    let error = if choice.origin.is_from_repository() {
        error.cause(format!("it is set in {}", choice.origin))
    } else {
        error.cause("a link or file on the way is tracked by git")
    };
    error.hint("name the place yourself: `--env DIRECTORY`, or `git pyenv use DIRECTORY`")
}

struct Chooser<'c> {
    top: &'c Path,
    settings: &'c Settings,
}

impl Chooser<'_> {
    /// What the command line names: an environment of the settings, else a directory.
    fn named(&self, working_directory: &Path, name: &str) -> Choice {
        let reason = ChoiceReason::Named;
        let origin = Origin::Flag("--env".to_owned());
        if self.settings.environments.contains_key(name) {
            return self.called(name, origin, reason);
        }
        self.at(&typed(working_directory, self.top, name), origin, reason)
    }

    /// What is meant when the command line names nothing.
    fn unnamed(&self, session: &Session<'_>) -> Choice {
        self.by_settings().unwrap_or_else(|| self.by_looking(&session.repository.layout().prefix))
    }

    fn by_settings(&self) -> Option<Choice> {
        if let Setting { value: Some(name), origin } = &self.settings.environment {
            return Some(self.called(name, origin.clone(), ChoiceReason::Used(origin.clone())));
        }
        let Setting { value, origin } = &self.settings.venv_directory;
        let is_set = *origin != Origin::Default;
        let reason = || ChoiceReason::Directory(origin.clone());
        is_set.then(|| self.at(&self.top.join(value), origin.clone(), reason()))
    }

    /// What the disk says.
    fn by_looking(&self, prefix: &RepoPath) -> Choice {
        let near = prefix.ancestors().find_map(|directory| usual_in(&directory.to_path(self.top)));
        let found = near.or_else(|| only(environments_in(self.top)));
        if let Some(directory) = found {
            return self.at(&directory, Origin::Default, ChoiceReason::Existing);
        }
        let lock = LOCKS.iter().find(|name| exists(&self.top.join(name)));
        if let Some(lock) = lock.and_then(|name| RepoPath::new(name.as_bytes()).ok()) {
            return self.at(&self.top.join(USUAL_NAMES[0]), Origin::Default, ChoiceReason::Lock(lock));
        }
        let name = &self.settings.venv_directory.value;
        self.at(&self.top.join(name), Origin::Default, ChoiceReason::Default)
    }

    /// An environment that `environments` names, or else a directory.
    fn called(&self, name: &str, origin: Origin, reason: ChoiceReason) -> Choice {
        let Some(named) = self.settings.environments.get(name) else {
            return self.at(&self.top.join(name), origin, reason);
        };
        let Setting { value, origin } = &named.directory;
        let choice = self.at(&self.top.join(value), origin.clone(), reason);
        let own = named.python.value.is_some();
        let python = if own { named.python.clone() } else { choice.python.clone() };
        Choice { name: Some(name.to_owned()), python, ..choice }
    }

    fn at(&self, directory: &Path, origin: Origin, reason: ChoiceReason) -> Choice {
        let directory = plain_path(directory);
        let below = directory.strip_prefix(self.top).ok();
        let place = below.and_then(|rest| RepoPath::from_relative(rest).ok());
        let python = self.settings.python_version.clone();
        Choice { name: None, directory, place, origin, python, reason }
    }

    /// The same choice where a `.venv` file leads.
    fn redirected(&self, choice: &Choice) -> Option<Choice> {
        let target = redirected(&choice.directory)?;
        let Choice { name, origin, python, reason, .. } = choice.clone();
        Some(Choice { name, python, ..self.at(&target, origin, reason) })
    }
}

/// A directory as it was typed: seen from the working directory or, if only that is there, from the top.
pub(super) fn typed(working_directory: &Path, top: &Path, name: &str) -> PathBuf {
    let (here, below_top) = (working_directory.join(name), top.join(name));
    plain_path(if !exists(&here) && exists(&below_top) { &below_top } else { &here })
}

/// The environment of a usual name in a directory. One that cannot be looked into is taken for one, so that no other is
/// taken in its place.
fn usual_in(directory: &Path) -> Option<PathBuf> {
    let leads_to_one = |place: &PathBuf| is_environment(&target(place)) || names(place).is_err();
    USUAL_NAMES.iter().map(|name| directory.join(name)).find(leads_to_one)
}

/// The directory that a path stands for: itself, or where a `.venv` file leads.
pub(super) fn target(place: &Path) -> PathBuf {
    redirected(place).unwrap_or_else(|| place.to_path_buf())
}

/// Where a `.venv` file leads: its one line is the path of an environment (<https://peps.python.org/pep-0832/>).
fn redirected(place: &Path) -> Option<PathBuf> {
    if place.file_name()? != USUAL_NAMES[0] {
        return None;
    }
    let text = String::from_utf8(read_start(place, PATH_LIMIT).ok().flatten()?).ok()?;
    let target = text.trim_end_matches(['\n', '\r']);
    let parent = place.parent()?;
    let single = !target.is_empty() && !target.contains('\n');
    single.then(|| if is_absolute(target) { PathBuf::from(target) } else { plain_path(&parent.join(target)) })
}

/// The only one, if it is.
fn only(mut found: Vec<PathBuf>) -> Option<PathBuf> {
    (found.len() == 1).then(|| found.pop()).flatten()
}
