//! pyenv-virtualenv: `.python-version` names an environment instead of a version
//! (<https://github.com/pyenv/pyenv-virtualenv#activate-virtualenv>).

use std::path::{Component, PathBuf};

use super::EnvironmentManager;
use super::directories::read;
use crate::env::Env;
use crate::formats::python_version_file;
use crate::interpreters::pyenv_root;
use crate::project::Project;
use crate::project::manifests::python_version;

/// Keeps environments outside of projects. A file of the repository says which one, so none is chosen.
pub(super) static MANAGER: EnvironmentManager =
    EnvironmentManager { name: "pyenv-virtualenv", directories, chosen: |_, _| None };

fn directories(env: &Env, project: &Project) -> Vec<PathBuf> {
    let Some(file) = project.file(&python_version::MANIFEST).and_then(|file| read(&file)) else {
        return Vec::new();
    };
    let entries = python_version_file::parse(&file).unwrap_or_default();
    // `3.12.1/envs/NAME` is written too; nothing may lead out of the directory.
    let is_plain = |name: &PathBuf| {
        name.file_name().is_some() && name.components().all(|part| matches!(part, Component::Normal(_)))
    };
    let Some(root) = pyenv_root(env) else { return Vec::new() };
    let names = entries.into_iter().map(|entry| PathBuf::from(entry.text)).filter(is_plain);
    names.map(|name| root.join("versions").join(name)).collect()
}
