//! poetry: `NAME-HASH-pyX.Y`, by a hash of the project's directory. A variable wins over the project's `poetry.toml`, and
//! that over the user's settings (<https://python-poetry.org/docs/configuration/#virtualenvspath>).

use std::path::PathBuf;

use super::directories::{children, expanded, read, user_settings, variable};
use super::{EnvironmentManager, ToolEnvironment, ToolEvidence};
use crate::env::Env;
use crate::formats::manager_settings::PoetrySettings;
use crate::formats::{manager_directory_name, manager_settings};
use crate::inspect::is_environment;
use crate::path::path_to_bytes;
use crate::project::Project;
use crate::project::manifests::pyproject;

/// Keeps environments outside of projects.
pub(super) static MANAGER: EnvironmentManager = EnvironmentManager { name: "poetry", directories, chosen };

/// Which environments are activated, beside them.
const ACTIVE_FILE: &str = "envs.toml";
/// The settings of a project, which may be committed.
const SETTINGS_FILE: &str = "poetry.toml";

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    if project.file(&pyproject::MANIFEST).is_none() {
        return Vec::new();
    }
    let hash = manager_directory_name::hash(&path_to_bytes(&project.directory));
    let home = poetry_home(env, project).into_iter();
    home.flat_map(|home| children(&home, |name| manager_directory_name::is_of_poetry(name, &hash))).collect()
}

/// Those of the environments of a project that it may use: the one that was activated, else all.
fn in_use(env: &Env, project: &Project) -> Vec<PathBuf> {
    let hash = manager_directory_name::hash(&path_to_bytes(&project.directory));
    let file = poetry_home(env, project).and_then(|home| read(&home.join(ACTIVE_FILE)));
    let named = file.and_then(|file| manager_settings::poetry_in_use(&file, &hash));
    let mut found = directories(env, project);
    if let Some(named) = named {
        found.retain(|place| named.iter().any(|name| place.file_name() == Some(name.as_ref())));
    }
    found
}

/// What the project's settings say, then the user's.
fn settings(env: &Env, project: &Project) -> Vec<PoetrySettings> {
    let user =
        env.path("POETRY_CONFIG_DIR").or_else(|| Some(user_settings(env, "APPDATA")?.join("pypoetry")));
    let files = [Some(project.directory.join(SETTINGS_FILE)), user.map(|user| user.join("config.toml"))];
    files
        .into_iter()
        .flatten()
        .filter_map(|file| read(&file))
        .map(|file| manager_settings::poetry(&file))
        .collect()
}

/// The environment of the project, if there is one: with `virtualenvs.in-project` unset, one in the project counts first. Of
/// several, the one that `poetry env use` activated.
fn chosen(env: &Env, project: &Project) -> Option<ToolEnvironment> {
    if !project.has_file("poetry.lock") && !project.has_table_of("poetry") {
        return None;
    }
    let said = settings(env, project);
    let by_variable = env.text("POETRY_VIRTUALENVS_IN_PROJECT").and_then(|text| match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    });
    let in_project = by_variable.or_else(|| said.iter().find_map(|said| said.in_project));
    let has_own = is_environment(&project.directory.join(".venv"));
    if in_project == Some(true) || (in_project.is_none() && has_own) {
        return None;
    }
    let found = ToolEnvironment::only_of(in_use(env, project))?;
    let own = read(&project.directory.join(SETTINGS_FILE)).map(|file| manager_settings::poetry(&file));
    let is_of_project = own.is_some_and(|own| own.environments.is_some() || own.cache.is_some());
    let evidence = if is_of_project { ToolEvidence::File(SETTINGS_FILE) } else { found.evidence };
    Some(ToolEnvironment { evidence, ..found })
}

/// The directory in which poetry keeps environments. What a variable says is read as what a file says.
fn poetry_home(env: &Env, project: &Project) -> Option<PathBuf> {
    let said = settings(env, project);
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
