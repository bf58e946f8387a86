//! pipenv: `NAME-HASH`, by a hash of the path of the `Pipfile`, or the name that a variable or the file `.venv` says
//! (<https://pipenv.pypa.io/en/latest/virtualenv.html>).

use std::path::{Component, Path, PathBuf};

use super::directories::{children, read, shared_homes, variable};
use super::{EnvironmentManager, ToolEnvironment, ToolEvidence};
use crate::env::Env;
use crate::formats::manager_directory_name;
use crate::inspect::is_environment;
use crate::model::REDIRECT_FILE_NAME;
use crate::path::{bytes_to_path, path_to_bytes};
use crate::project::Project;
use crate::project::manifests::pipfile;

/// Keeps environments outside of projects.
pub(super) static MANAGER: EnvironmentManager = EnvironmentManager { name: "pipenv", directories, chosen };

/// Says the name in place of `NAME-HASH`.
const NAME_VARIABLE: &str = "PIPENV_CUSTOM_VENV_NAME";
/// Says that the environment is `.venv` in the project.
const IN_PROJECT_VARIABLE: &str = "PIPENV_VENV_IN_PROJECT";

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    if project.file(&pipfile::MANIFEST).is_none() {
        return Vec::new();
    }
    let named = named_by_file(project).or_else(|| variable(env, NAME_VARIABLE));
    let named = named.map(|name| in_home(env, &name)).filter(|place| is_environment(place));
    by_hash(env, project).into_iter().chain(named).collect()
}

/// The environments named by the hash of the `Pipfile`.
fn by_hash(env: &Env, project: &Project) -> Vec<PathBuf> {
    let Some(pipfile) = project.file(&pipfile::MANIFEST) else { return Vec::new() };
    let hash = manager_directory_name::hash(&path_to_bytes(&pipfile));
    let is_ours = |name: &[u8]| manager_directory_name::is_of_pipenv(name, &hash);
    homes(env).iter().flat_map(|home| children(home, is_ours)).collect()
}

/// The directories for all projects: one if a variable names it.
fn homes(env: &Env) -> Vec<PathBuf> {
    env.path("WORKON_HOME").map_or_else(|| shared_homes(env), |home| vec![home])
}

/// The environment of a name: where it is there, else in the first directory.
fn in_home(env: &Env, name: &Path) -> PathBuf {
    let places: Vec<PathBuf> = homes(env).iter().map(|home| home.join(name)).collect();
    let found = places.iter().find(|place| is_environment(place)).or(places.first());
    found.cloned().unwrap_or_else(|| name.to_path_buf())
}

/// It uses `.venv` in the project if that is there. In a file of that name, a path is one for every tool, a plain name is one of pipenv's.
fn chosen(env: &Env, project: &Project) -> Option<ToolEnvironment> {
    if project.file(&pipfile::MANIFEST).is_none() || is_environment(&own(project)) {
        return None;
    }
    if said_by_file(project).is_some() {
        // What is named by a file, which may be committed, is only chosen among what is there.
        let directory = in_home(env, &named_by_file(project)?);
        let evidence = match is_noted_for(&directory, project) {
            true => ToolEvidence::Place,
            false => ToolEvidence::File(REDIRECT_FILE_NAME),
        };
        return is_environment(&directory).then_some(ToolEnvironment { directory, evidence });
    }
    let is_true = |text: &str| ["1", "true", "yes", "on"].contains(&text.to_ascii_lowercase().as_str());
    if env.text(IN_PROJECT_VARIABLE).is_some_and(is_true) {
        return None;
    }
    match variable(env, NAME_VARIABLE) {
        Some(name) => {
            let evidence = ToolEvidence::Variable(NAME_VARIABLE);
            Some(ToolEnvironment { directory: in_home(env, &name), evidence })
        }
        None => ToolEnvironment::only_of(by_hash(env, project)),
    }
}

fn own(project: &Project) -> PathBuf {
    project.directory.join(REDIRECT_FILE_NAME)
}

/// The text of a file `.venv` in the project, as pipenv reads it: without space around it, and not empty.
fn said_by_file(project: &Project) -> Option<PathBuf> {
    let bytes = read(&own(project))?;
    let text = bytes.trim_ascii();
    (!text.is_empty()).then(|| bytes_to_path(text))
}

/// The plain name in such a file.
fn named_by_file(project: &Project) -> Option<PathBuf> {
    let name = said_by_file(project)?;
    let is_text = !path_to_bytes(&name).iter().any(u8::is_ascii_control);
    let mut parts = name.components();
    let is_plain = matches!(parts.next(), Some(Component::Normal(part)) if part == name.as_os_str());
    (is_plain && is_text).then_some(name)
}

/// Says whether pipenv noted in an environment that it made it for this project.
fn is_noted_for(environment: &Path, project: &Project) -> bool {
    let noted = read(&environment.join(".project")).unwrap_or_default();
    bytes_to_path(noted.trim_ascii()) == project.directory
}
