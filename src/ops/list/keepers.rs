//! Where tools keep environments outside of projects, and which of them belong to a project.

use std::path::{Component, Path, PathBuf};

use super::project::Project;
use crate::env::Env;
use crate::formats::{environment_yml, manager_directory_name, manager_settings, python_version_file};
use crate::fs::{DiskTree, read_start};
use crate::ops::interpreter::pyenv_root;
use crate::path::{RepoPath, bytes_to_path, path_to_bytes};
use crate::tree::Tree;

/// No file of a tool is larger; what a repository brings along may be.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The places that a tool may keep for a project; they need not be there, nor be environments.
pub(super) type Keeper = fn(&Env, &Project) -> Vec<PathBuf>;

/// Every tool.
pub(super) static KEEPERS: [Keeper; 6] = [pipenv, poetry, hatch, conda, pyenv_virtualenv, virtualenvwrapper];

/// pipenv: `NAME-HASH`, of the path of the `Pipfile` (<https://pipenv.pypa.io/en/latest/virtualenv.html>).
fn pipenv(env: &Env, project: &Project) -> Vec<PathBuf> {
    let Some(pipfile) = project.manifest("Pipfile") else { return Vec::new() };
    let hash = manager_directory_name::hash(&path_to_bytes(&pipfile));
    let homes = env.path("WORKON_HOME").map_or_else(|| shared_homes(env), |home| vec![home]);
    homes
        .iter()
        .flat_map(|home| named(home, |name| manager_directory_name::is_of_pipenv(name, &hash)))
        .collect()
}

/// poetry: `NAME-HASH-pyX.Y`, of the project's directory; a variable wins over the project's `poetry.toml`, and that
/// over the user's settings (<https://python-poetry.org/docs/configuration/#virtualenvspath>).
fn poetry(env: &Env, project: &Project) -> Vec<PathBuf> {
    if project.manifest("pyproject.toml").is_none() {
        return Vec::new();
    }
    let hash = manager_directory_name::hash(&path_to_bytes(&project.directory));
    let home = poetry_home(env, project).into_iter();
    home.flat_map(|home| named(&home, |name| manager_directory_name::is_of_poetry(name, &hash))).collect()
}

/// The directory in which poetry keeps environments. What a variable says is read as what a file says.
fn poetry_home(env: &Env, project: &Project) -> Option<PathBuf> {
    let user = env.path("POETRY_CONFIG_DIR").or_else(|| Some(settings(env, "APPDATA")?.join("pypoetry")));
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

/// hatch: `PROJECT/HASH/NAME`, of the project's directory (<https://hatch.pypa.io/latest/plugins/environment/virtual/>).
fn hatch(env: &Env, project: &Project) -> Vec<PathBuf> {
    if project.manifest("pyproject.toml").is_none() {
        return Vec::new();
    }
    let user = || Some(settings(env, "LOCALAPPDATA")?.join("hatch/config.toml"));
    let said = env.path("HATCH_CONFIG").or_else(user).and_then(|file| read(&file));
    let said = manager_settings::hatch(&said.unwrap_or_default());
    let path = |text: &Option<String>| expanded(env, project, text.as_ref()?.as_ref());
    let usual = || {
        let data = if cfg!(any(windows, target_os = "macos")) {
            settings(env, "LOCALAPPDATA")
        } else {
            env.data_directory()
        };
        Some(data?.join("hatch"))
    };
    let data = variable(env, "HATCH_DATA_DIR").and_then(|data| expanded(env, project, &data));
    let data = data.or_else(|| path(&said.data)).or_else(usual);
    let home = path(&said.environments).or_else(|| Some(data?.join("env/virtual")));
    let hash = manager_directory_name::hash(&path_to_bytes(&project.directory));
    let projects = home.into_iter().flat_map(|home| named(&home, |_| true));
    projects.flat_map(|place| named(&place.join(&hash), |_| true)).collect()
}

/// conda and mamba: the prefix that has the name of `environment.yml`, among those that conda has made and in the
/// directories where it makes them
/// (<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>).
fn conda(env: &Env, project: &Project) -> Vec<PathBuf> {
    let file = ["environment.yml", "environment.yaml"].iter().find_map(|name| project.manifest(name));
    let Some(name) = file.and_then(|file| environment_yml::name(&read(&file)?)) else { return Vec::new() };
    let list = env.home().and_then(|home| read(&home.join(".conda/environments.txt"))).unwrap_or_default();
    let recorded = list.split(|&byte| byte == b'\n').map(|line| bytes_to_path(line.trim_ascii()));
    let is_named =
        |prefix: &PathBuf| prefix.is_absolute() && prefix.file_name().is_some_and(|last| *last == *name);
    let homes = ["CONDA_ENVS_PATH", "CONDA_ENVS_DIRS"].into_iter().flat_map(|variable| env.paths(variable));
    let own = env.home().map(|home| home.join(".conda/envs"));
    let expected = homes.chain(own).map(|home| home.join(&name));
    recorded.filter(is_named).chain(expected).collect()
}

/// pyenv-virtualenv: `.python-version` names an environment instead of a version
/// (<https://github.com/pyenv/pyenv-virtualenv#activate-virtualenv>).
fn pyenv_virtualenv(env: &Env, project: &Project) -> Vec<PathBuf> {
    let Some(file) = project.manifest(".python-version").and_then(|file| read(&file)) else {
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

/// virtualenvwrapper and pipenv note the project's directory in a file of the environment
/// (<https://virtualenvwrapper.readthedocs.io/en/latest/projects.html>).
fn virtualenvwrapper(env: &Env, project: &Project) -> Vec<PathBuf> {
    let homes = shared_homes(env).into_iter().chain(env.path("WORKON_HOME"));
    let of_project = |place: &PathBuf| {
        let noted = read(&place.join(".project")).unwrap_or_default();
        bytes_to_path(noted.trim_ascii()) == project.directory
    };
    homes.flat_map(|home| named(&home, |_| true)).filter(of_project).collect()
}

/// Where tools that use platformdirs keep the user's settings, of Windows' two places in this one
/// (<https://platformdirs.readthedocs.io/en/latest/platforms.html>).
fn settings(env: &Env, on_windows: &str) -> Option<PathBuf> {
    if cfg!(windows) {
        env.path(on_windows)
    } else if cfg!(target_os = "macos") {
        Some(env.home()?.join("Library/Application Support"))
    } else {
        env.settings_directory()
    }
}

/// A variable's value, as a path that is still to be [`expanded`].
fn variable(env: &Env, name: &str) -> Option<PathBuf> {
    env.raw(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// A path of a setting: `~` is the user's home, and one that is relative starts at the project. Homes of others are
/// not looked up.
fn expanded(env: &Env, project: &Project, path: &Path) -> Option<PathBuf> {
    match path.strip_prefix("~") {
        Ok(rest) => Some(env.home()?.join(rest)),
        Err(_) if path_to_bytes(path).starts_with(b"~") => None,
        Err(_) => Some(project.directory.join(path)),
    }
}

/// The directories that several tools use when no variable names another.
fn shared_homes(env: &Env) -> Vec<PathBuf> {
    let data = env.data_directory().map(|data| data.join("virtualenvs"));
    let own = env.home().map(|home| home.join(".virtualenvs"));
    data.into_iter().chain(own).collect()
}

/// The paths directly in a directory whose names fit.
fn named(directory: &Path, fits: impl Fn(&[u8]) -> bool) -> Vec<PathBuf> {
    let children = DiskTree::new(directory).children(&RepoPath::root()).unwrap_or_default();
    let names = children.into_iter().filter(|child| fits(child.path.name()));
    names.map(|child| child.path.to_path(directory)).collect()
}

/// A small file of a tool; what is not there or cannot be read tells nothing.
fn read(file: &Path) -> Option<Vec<u8>> {
    read_start(file, LARGEST).ok().flatten()
}
