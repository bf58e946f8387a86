//! The environments that tools keep elsewhere for a project.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::managers::MANAGERS;
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
    let projects = directories_of_tools(session, projects)?;
    let directories = projects.iter().flat_map(|project| directories(session.env, project));
    // `versions/NAME` of pyenv is a link.
    let real = directories.filter_map(|directory| real_path(&directory));
    Ok(real.filter(|directory| !directory.starts_with(top)).collect())
}

/// Says whether a manager keeps an environment for a project.
pub(super) fn has_any(env: &Env, project: &Project) -> bool {
    directories(env, project).any(|directory| is_environment(&directory))
}

fn directories<'p>(env: &'p Env, project: &'p Project) -> impl Iterator<Item = PathBuf> + 'p {
    MANAGERS.iter().flat_map(|manager| (manager.directories)(env, project))
}
