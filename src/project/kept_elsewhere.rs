//! The environments that tools keep elsewhere for a project.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::managers::{EnvironmentManager, MANAGERS};
use super::project_directory::Project;
use super::projects::directories_of_tools;
use crate::env::Env;
use crate::error::Result;
use crate::fs::real_path;
use crate::inspect::is_environment;
use crate::session::Session;

/// Where managers may keep environments of these projects of the work tree at `top`: existing paths outside of it, without
/// links, in order. Not each is an environment.
///
/// # Errors
/// Undecided if the index cannot be read.
pub fn kept_elsewhere(session: &Session<'_>, top: &Path, projects: &[Project]) -> Result<BTreeSet<PathBuf>> {
    let places = places_of_tools(session, projects)?.into_iter().flat_map(|(_, places)| places);
    Ok(places.filter(|directory| !directory.starts_with(top)).collect())
}

/// Where each manager may keep environments of these projects: existing paths, without links.
///
/// # Errors
/// Undecided if the index cannot be read.
pub(super) fn places_of_tools(
    session: &Session<'_>,
    projects: &[Project],
) -> Result<Vec<(&'static str, BTreeSet<PathBuf>)>> {
    let projects = directories_of_tools(session, projects)?;
    let places = |manager: &&'static EnvironmentManager| {
        let directories = projects.iter().flat_map(|project| (manager.directories)(session.env, project));
        // `versions/NAME` of pyenv is a link.
        (manager.name, directories.filter_map(|directory| real_path(&directory)).collect())
    };
    Ok(MANAGERS.iter().map(places).collect())
}

/// Says whether a manager keeps an environment for a project.
pub(super) fn has_any(env: &Env, project: &Project) -> bool {
    directories(env, project).any(|directory| is_environment(&directory))
}

fn directories<'p>(env: &'p Env, project: &'p Project) -> impl Iterator<Item = PathBuf> + 'p {
    MANAGERS.iter().flat_map(|manager| (manager.directories)(env, project))
}
