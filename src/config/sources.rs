//! The raw material of the settings, as the caller collects it.

use std::ffi::OsString;

use crate::path::RepoPath;

/// The settings files of a repository, relative to its root; a later one wins over an earlier one.
pub const SETTINGS_FILES: [&str; 2] = ["tools/python-env.json", "pyproject.toml"];

/// Everything that can say something about a setting.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Those of [`SETTINGS_FILES`] that exist, in that order.
    pub files: Vec<SettingsFile>,
    /// Git's configuration in the order in which git reads it; keys outside `pyenv.` are passed over.
    pub git: Vec<GitValue>,
    /// Environment variables; names that do not begin with `GIT_PYENV_` are passed over.
    pub environment: Vec<(String, OsString)>,
    /// Flags of the command line, in order.
    pub flags: Vec<FlagValue>,
}

/// A settings file and its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Its path: `.toml` is read as a `pyproject.toml`, everything else as JSON.
    pub path: RepoPath,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// One value of git's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitValue {
    /// The key; case does not count but in the names of environments.
    pub key: String,
    /// The value; `None` for a key without `=`, which means true.
    pub value: Option<String>,
    /// Where it stands, as `git config --show-origin` says it.
    pub origin: String,
}

/// One flag of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagValue {
    /// The setting that it sets, by its name in `KEYS` or as `environments.NAME.PART`.
    pub key: String,
    /// The value as typed; `None` for a flag without one, which means true.
    pub value: Option<String>,
    /// The flag, such as `--python`.
    pub flag: String,
}
