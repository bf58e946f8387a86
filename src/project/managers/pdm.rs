//! pdm: `.venv` in the project or, with `venv.in_project` false, `NAME-HASH-PYTHON` in one directory for all projects. Which one is
//! in use is in `.pdm-python` (<https://pdm-project.org/latest/usage/venv/>).

use std::path::PathBuf;

use super::directories::{children, expanded, read, user_settings};
use super::{EnvironmentManager, ToolEnvironment, ToolEvidence};
use crate::env::Env;
use crate::formats::{manager_directory_name, manager_settings};
use crate::fs::normalise_path;
use crate::inspect::is_environment;
use crate::path::{bytes_to_path, path_to_bytes};
use crate::project::Project;
use crate::project::manifests::pyproject;

/// Keeps environments in the project or elsewhere.
pub(super) static MANAGER: EnvironmentManager = EnvironmentManager { name: "pdm", directories, chosen };

/// Names the interpreter in use.
const PYTHON_FILE: &str = ".pdm-python";

/// As many directories for all projects as may be configured.
fn homes(env: &Env, project: &Project) -> Vec<PathBuf> {
    let user = || Some(user_settings(env, "LOCALAPPDATA")?.join("pdm/config.toml"));
    let settings = env.path("PDM_CONFIG_FILE").or_else(user).and_then(|file| read(&file));
    let said = manager_settings::pdm(&settings.unwrap_or_default());
    let said = env
        .raw("PDM_VENV_LOCATION")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or(said.map(PathBuf::from));
    let data = match cfg!(any(windows, target_os = "macos")) {
        true => user_settings(env, "LOCALAPPDATA"),
        false => env.data_directory(),
    };
    let usual = || Some(data?.join("pdm/venvs"));
    said.and_then(|path| expanded(env, project, &path)).or_else(usual).into_iter().collect()
}

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    let Some(name) = project.directory.file_name().filter(|_| project.file(&pyproject::MANIFEST).is_some())
    else {
        return Vec::new();
    };
    let name = path_to_bytes(name.as_ref());
    let hash = manager_directory_name::hash_of_pdm(&path_to_bytes(&project.directory));
    let is_ours = |found: &[u8]| manager_directory_name::is_of_pdm(found, &name, &hash);
    homes(env, project).iter().flat_map(|home| children(home, is_ours)).collect()
}

/// The environment that `.pdm-python` names, as pdm wrote it there. One that lies where pdm keeps those of this project is pdm's
/// whoever wrote the file.
fn chosen(env: &Env, project: &Project) -> Option<ToolEnvironment> {
    let is_used =
        project.has_file("pdm.lock") || project.has_table_of("pdm") || project.has_file(PYTHON_FILE);
    if !is_used || project.file(&pyproject::MANIFEST).is_none() {
        return None;
    }
    let kept = directories(env, project);
    let Some(named) = named(project) else {
        let has_own =
            [".venv", "venv", "env"].iter().any(|name| is_environment(&project.directory.join(name)));
        return if has_own { None } else { ToolEnvironment::only_of(kept) };
    };
    let evidence = if kept.contains(&named) { ToolEvidence::Place } else { ToolEvidence::File(PYTHON_FILE) };
    is_environment(&named).then_some(ToolEnvironment { directory: named, evidence })
}

/// The environment whose interpreter `.pdm-python` names.
fn named(project: &Project) -> Option<PathBuf> {
    let bytes = read(&project.directory.join(PYTHON_FILE))?;
    let python = bytes.trim_ascii();
    if python.is_empty() || python.iter().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    let python = normalise_path(&project.directory.join(bytes_to_path(python)));
    Some(python.parent()?.parent()?.to_path_buf())
}
