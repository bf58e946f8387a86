//! virtualenvwrapper and pipenv write the project's directory into a file of the environment
//! (<https://virtualenvwrapper.readthedocs.io/en/latest/projects.html>).

use std::path::PathBuf;

use super::EnvironmentManager;
use super::directories::{children, read, shared_homes};
use crate::env::Env;
use crate::path::bytes_to_path;
use crate::project::Project;

/// Keeps environments outside of projects.
pub(super) static MANAGER: EnvironmentManager =
    EnvironmentManager { name: "virtualenvwrapper", directories, chosen: |_, _| None };

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    let homes = shared_homes(env).into_iter().chain(env.path("WORKON_HOME"));
    let of_project = |place: &PathBuf| {
        let noted = read(&place.join(".project")).unwrap_or_default();
        bytes_to_path(noted.trim_ascii()) == project.directory
    };
    homes.flat_map(|home| children(&home, |_| true)).filter(of_project).collect()
}
