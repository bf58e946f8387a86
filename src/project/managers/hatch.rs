//! hatch: `PROJECT/HASH/NAME`, by a hash of the project's directory
//! (<https://hatch.pypa.io/latest/plugins/environment/virtual/>).

use std::path::{Path, PathBuf};

use super::directories::{children, expanded, read, user_settings, variable};
use super::{EnvironmentManager, ToolEnvironment};
use crate::env::Env;
use crate::formats::{manager_directory_name, manager_settings};
use crate::path::path_to_bytes;
use crate::project::Project;
use crate::project::manifests::pyproject;
use crate::project::usual_environment::usual_in;

/// Keeps environments outside of projects.
pub(super) static MANAGER: EnvironmentManager = EnvironmentManager { name: "hatch", directories, chosen };

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    if project.file(&pyproject::MANIFEST).is_none() {
        return Vec::new();
    }
    let user = || Some(user_settings(env, "LOCALAPPDATA")?.join("hatch/config.toml"));
    let said = env.path("HATCH_CONFIG").or_else(user).and_then(|file| read(&file));
    let said = manager_settings::hatch(&said.unwrap_or_default());
    let path = |text: &Option<String>| expanded(env, project, text.as_ref()?.as_ref());
    let usual = || {
        let data = if cfg!(any(windows, target_os = "macos")) {
            user_settings(env, "LOCALAPPDATA")
        } else {
            env.data_directory()
        };
        Some(data?.join("hatch"))
    };
    let data = variable(env, "HATCH_DATA_DIR").and_then(|data| expanded(env, project, &data));
    let data = data.or_else(|| path(&said.data)).or_else(usual);
    let home = path(&said.environments).or_else(|| Some(data?.join("env/virtual")));
    let hash = manager_directory_name::hash(&path_to_bytes(&project.directory));
    let projects = home.into_iter().flat_map(|home| children(&home, |_| true));
    projects.flat_map(|place| children(&place.join(&hash), |_| true)).collect()
}

/// The environment `default`, which hatch names after the project, as the directory that holds its environments.
fn chosen(env: &Env, project: &Project) -> Option<ToolEnvironment> {
    let is_of_another = ["uv", "poetry", "pdm"].iter().any(|tool| project.has_table_of(tool));
    if is_of_another || !project.has_table_of("hatch") || usual_in(&project.directory).is_some() {
        return None;
    }
    let is_default = |directory: &PathBuf| {
        let names =
            [directory.file_name(), directory.parent().and_then(Path::parent).and_then(Path::file_name)];
        names[0].is_some() && names[0] == names[1]
    };
    let found = directories(env, project).into_iter().filter(is_default);
    ToolEnvironment::only_of(found)
}
