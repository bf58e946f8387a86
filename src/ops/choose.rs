//! Which environment a command means.

use std::path::PathBuf;

use super::session::Session;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::fs::{is_directory, plain_path};
use crate::model::{Choice, ChoiceReason};
use crate::path::RepoPath;
use crate::setting::{Origin, Setting};

/// The names that environments usually have, in the order in which they are looked for.
const USUAL_NAMES: [&str; 2] = [".venv", "venv"];

/// Chooses: the one named here, else the one of the setting `environment`, else of `venvDirectory` if that was set,
/// else an existing one, else the one that the project's lock asks for, else the default of `venvDirectory`.
///
/// # Errors
/// Usage for a name that means nothing, and in a bare repository.
pub fn choose(session: &Session<'_>, settings: &Settings, named: Option<&str>) -> Result<Choice> {
    let top = top(session)?;
    if let Some(name) = named {
        let origin = Origin::Flag("--env".to_owned());
        return Ok(called(&top, settings, name, origin, |_| ChoiceReason::Named));
    }
    if let Setting { value: Some(name), origin } = &settings.environment {
        return Ok(called(&top, settings, name, origin.clone(), ChoiceReason::Used));
    }
    let directory = &settings.venv_directory;
    if directory.origin != Origin::Default {
        let reason = ChoiceReason::Directory(directory.origin.clone());
        return Ok(at(&top, settings, &directory.value, directory.origin.clone(), reason));
    }
    let existing = USUAL_NAMES.iter().find(|name| is_directory(&top.join(name)));
    let (name, reason) = existing
        .map_or((directory.value.as_str(), ChoiceReason::Default), |name| (*name, ChoiceReason::Existing));
    Ok(at(&top, settings, name, Origin::Default, reason))
}

fn top(session: &Session<'_>) -> Result<PathBuf> {
    let top = session.repository.layout().work_tree.clone();
    top.ok_or_else(|| Error::usage("a bare repository has no work tree, and so no environment"))
}

/// An environment that `environments` names, or else a directory.
fn called(
    top: &std::path::Path,
    settings: &Settings,
    name: &str,
    origin: Origin,
    reason: impl FnOnce(Origin) -> ChoiceReason,
) -> Choice {
    let reason = reason(origin.clone());
    match settings.environments.get(name) {
        None => at(top, settings, name, origin, reason),
        Some(named) => {
            let directory = &named.directory;
            let choice = at(top, settings, &directory.value, directory.origin.clone(), reason);
            let own = named.python.value.is_some();
            let python = if own { named.python.clone() } else { choice.python.clone() };
            Choice { name: Some(name.to_owned()), python, ..choice }
        }
    }
}

fn at(
    top: &std::path::Path,
    settings: &Settings,
    directory: &str,
    origin: Origin,
    reason: ChoiceReason,
) -> Choice {
    let directory = plain_path(&top.join(directory));
    let place = directory.strip_prefix(top).ok().and_then(|rest| RepoPath::from_relative(rest).ok());
    Choice { name: None, directory, place, origin, python: settings.python_version.clone(), reason }
}
