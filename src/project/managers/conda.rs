//! conda and mamba: the prefix named by `environment.yml`, among those that conda has recorded and in the directories
//! where it makes them (<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>).

use std::path::PathBuf;

use super::EnvironmentManager;
use super::directories::read;
use crate::env::Env;
use crate::formats::environment_yml::EnvironmentYml;
use crate::path::bytes_to_path;
use crate::project::Project;
use crate::project::manifests::{environment_yaml, environment_yml};

/// Keeps environments outside of projects. Only conda can activate them, so none is chosen.
pub(super) static MANAGER: EnvironmentManager =
    EnvironmentManager { name: "conda", directories, chosen: |_, _| None };

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    let file = [&environment_yml::MANIFEST, &environment_yaml::MANIFEST]
        .into_iter()
        .find_map(|manifest| project.file(manifest));
    let Some(name) = file.and_then(|file| EnvironmentYml::parse(&read(&file)?).ok()?.name) else {
        return Vec::new();
    };
    let list = env.home().and_then(|home| read(&home.join(".conda/environments.txt"))).unwrap_or_default();
    let recorded = list.split(|&byte| byte == b'\n').map(|line| bytes_to_path(line.trim_ascii()));
    let is_named =
        |prefix: &PathBuf| prefix.is_absolute() && prefix.file_name().is_some_and(|last| *last == *name);
    let homes = ["CONDA_ENVS_PATH", "CONDA_ENVS_DIRS"].into_iter().flat_map(|variable| env.paths(variable));
    let own = env.home().map(|home| home.join(".conda/envs"));
    let expected = homes.chain(own).map(|home| home.join(&name));
    recorded.filter(is_named).chain(expected).collect()
}
