//! poetry: `NAME-HASH-pyX.Y`, by a hash of the project's directory. A variable wins over the project's `poetry.toml`, and
//! that over the user's settings (<https://python-poetry.org/docs/configuration/#virtualenvspath>).

use std::path::PathBuf;

use super::EnvironmentManager;
use super::directories::{children, expanded, read, user_settings, variable};
use crate::env::Env;
use crate::formats::{manager_directory_name, manager_settings};
use crate::path::path_to_bytes;
use crate::project::Project;
use crate::project::manifests::pyproject;

/// Keeps environments outside of projects.
pub(super) static MANAGER: EnvironmentManager = EnvironmentManager { name: "poetry", directories };

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    if project.file(&pyproject::MANIFEST).is_none() {
        return Vec::new();
    }
    let hash = manager_directory_name::hash(&path_to_bytes(&project.directory));
    let home = poetry_home(env, project).into_iter();
    home.flat_map(|home| children(&home, |name| manager_directory_name::is_of_poetry(name, &hash))).collect()
}

/// The directory in which poetry keeps environments. What a variable says is read as what a file says.
fn poetry_home(env: &Env, project: &Project) -> Option<PathBuf> {
    let user =
        env.path("POETRY_CONFIG_DIR").or_else(|| Some(user_settings(env, "APPDATA")?.join("pypoetry")));
    let files = [Some(project.directory.join("poetry.toml")), user.map(|user| user.join("config.toml"))];
    let files = files.into_iter().flatten().filter_map(|file| read(&file));
    let said: Vec<_> = files.map(|file| manager_settings::poetry(&file)).collect();
    let name = if cfg!(windows) { "pypoetry/Cache" } else { "pypoetry" };
    let cache = said.iter().find_map(|said| said.cache.as_ref().map(PathBuf::from));
    let cache = variable(env, "POETRY_CACHE_DIR").or(cache).and_then(|path| expanded(env, project, &path));
    let cache = cache.or_else(|| Some(env.cache_directory()?.join(name)))?;
    let path = said.iter().find_map(|said| said.environments.as_ref().map(PathBuf::from));
    let path = variable(env, "POETRY_VIRTUALENVS_PATH").or(path);
    let path = path.map(|path| match path.to_str() {
        Some(text) => PathBuf::from(text.replace("{cache-dir}", &cache.to_string_lossy())),
        None => path,
    });
    path.map_or_else(|| Some(cache.join("virtualenvs")), |path| expanded(env, project, &path))
}
