//! pipenv: `NAME-HASH`, by a hash of the path of the `Pipfile`
//! (<https://pipenv.pypa.io/en/latest/virtualenv.html>).

use std::path::PathBuf;

use super::EnvironmentManager;
use super::directories::{children, shared_homes};
use crate::env::Env;
use crate::formats::manager_directory_name;
use crate::path::path_to_bytes;
use crate::project::Project;
use crate::project::manifests::pipfile;

/// Keeps environments outside of projects.
pub(super) static MANAGER: EnvironmentManager = EnvironmentManager { name: "pipenv", directories };

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    let Some(pipfile) = project.file(&pipfile::MANIFEST) else { return Vec::new() };
    let hash = manager_directory_name::hash(&path_to_bytes(&pipfile));
    let homes = env.path("WORKON_HOME").map_or_else(|| shared_homes(env), |home| vec![home]);
    homes
        .iter()
        .flat_map(|home| children(home, |name| manager_directory_name::is_of_pipenv(name, &hash)))
        .collect()
}
