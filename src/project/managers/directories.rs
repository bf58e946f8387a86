//! Directories that several managers use, and reading their small files.

use std::path::{Path, PathBuf};

use crate::env::Env;
use crate::fs::{DiskTree, read_optional};
use crate::path::{RepoPath, path_to_bytes};
use crate::project::Project;
use crate::tree::{SETTINGS_LIMIT, Tree};

/// Where tools that use platformdirs keep the user's settings, of Windows' two places in this one
/// (<https://platformdirs.readthedocs.io/en/latest/platforms.html>).
pub(super) fn user_settings(env: &Env, on_windows: &str) -> Option<PathBuf> {
    if cfg!(windows) {
        env.path(on_windows)
    } else if cfg!(target_os = "macos") {
        Some(env.home()?.join("Library/Application Support"))
    } else {
        env.settings_directory()
    }
}

/// A variable's value, as a path that is still to be [`expanded`].
pub(super) fn variable(env: &Env, name: &str) -> Option<PathBuf> {
    env.raw(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// A path of a setting: `~` is the user's home, and one that is relative starts at the project. Homes of others are
/// not looked up.
pub(super) fn expanded(env: &Env, project: &Project, path: &Path) -> Option<PathBuf> {
    match path.strip_prefix("~") {
        Ok(rest) => Some(env.home()?.join(rest)),
        Err(_) if path_to_bytes(path).starts_with(b"~") => None,
        Err(_) => Some(project.directory.join(path)),
    }
}

/// The directories that several tools use when no variable names another.
pub(super) fn shared_homes(env: &Env) -> Vec<PathBuf> {
    let data = env.data_directory().map(|data| data.join("virtualenvs"));
    let own = env.home().map(|home| home.join(".virtualenvs"));
    data.into_iter().chain(own).collect()
}

/// The paths directly in a directory whose names fit.
pub(super) fn children(directory: &Path, fits: impl Fn(&[u8]) -> bool) -> Vec<PathBuf> {
    let children = DiskTree::new(directory).children(&RepoPath::root()).unwrap_or_default();
    let names = children.into_iter().filter(|child| fits(child.path.name()));
    names.map(|child| child.path.to_path(directory)).collect()
}

/// Reads a small file of a tool; `None` if it does not exist, cannot be read, or is larger than any that a tool writes.
pub(super) fn read(file: &Path) -> Option<Vec<u8>> {
    read_optional(file, SETTINGS_LIMIT).ok().flatten()
}
