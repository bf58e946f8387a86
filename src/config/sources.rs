//! The raw sources of settings, as the caller collects them.

use std::ffi::OsString;

use crate::path::RepoPath;

/// The settings files of a repository, relative to its root; a later one overrides an earlier one.
pub const SETTINGS_FILES: [&str; 2] = ["tools/python-env.json", "pyproject.toml"];

/// Every source of settings.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Those of [`SETTINGS_FILES`] that exist, in that order.
    pub files: Vec<SettingsFile>,
    /// Git's configuration in the order in which git reads it; keys outside `pyenv.` are ignored.
    pub git: Vec<GitValue>,
    /// Environment variables; names that do not start with `GIT_PYENV_` are ignored.
    pub environment: Vec<(String, OsString)>,
    /// Flags of the command line, in order.
    pub flags: Vec<FlagValue>,
}

/// A settings file and its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Its path: a `.toml` file is read as a `pyproject.toml`, any other as JSON.
    pub path: RepoPath,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// One value of git's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitValue {
    /// The key; case is ignored except in the names of environments.
    pub key: String,
    /// The value; `None` for a key without `=`, which means true.
    pub value: Option<String>,
    /// Its origin, as `git config --show-origin` prints it.
    pub origin: String,
}

/// One flag of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagValue {
    /// The setting, by its name in `KEYS` or as `environments.NAME.PART`.
    pub key: String,
    /// The value as typed; `None` for a flag without one, which means true.
    pub value: Option<String>,
    /// The flag, such as `--python`.
    pub flag: String,
}
