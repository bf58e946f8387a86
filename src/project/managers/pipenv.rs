//! pipenv: `NAME-HASH`, by a hash of the path of the `Pipfile`
//! (<https://pipenv.pypa.io/en/latest/virtualenv.html>).

use std::path::PathBuf;

use super::directories::{children, shared_homes};
use super::{EnvironmentManager, ToolEnvironment};
use crate::env::Env;
use crate::formats::manager_directory_name;
use crate::inspect::is_environment;
use crate::path::path_to_bytes;
use crate::project::Project;
use crate::project::manifests::pipfile;

/// Keeps environments outside of projects.
pub(super) static MANAGER: EnvironmentManager = EnvironmentManager { name: "pipenv", directories, chosen };

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    let Some(pipfile) = project.file(&pipfile::MANIFEST) else { return Vec::new() };
    let hash = manager_directory_name::hash(&path_to_bytes(&pipfile));
    let homes = env.path("WORKON_HOME").map_or_else(|| shared_homes(env), |home| vec![home]);
    homes
        .iter()
        .flat_map(|home| children(home, |name| manager_directory_name::is_of_pipenv(name, &hash)))
        .collect()
}

/// It uses `.venv` in the project if that is there.
fn chosen(env: &Env, project: &Project) -> Option<ToolEnvironment> {
    let has_own = is_environment(&project.directory.join(".venv"));
    if has_own { None } else { ToolEnvironment::only_of(directories(env, project)) }
}
