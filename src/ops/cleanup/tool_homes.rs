//! Where tools keep environments of their own in the home directory of a user.

use std::path::{Path, PathBuf};

use crate::env::{Env, PROGRAM_SUFFIX};
use crate::fs::exists;
use crate::inspect::is_environment;

/// Variables that say where a tool keeps environments and Pythons, of which some have several directories.
const VARIABLES: [&str; 16] = [
    "ASDF_DATA_DIR",
    "CONDA_ENVS_PATH",
    "CONDA_PKGS_DIRS",
    "HATCH_DATA_DIR",
    "MAMBA_ROOT_PREFIX",
    "MISE_DATA_DIR",
    "PIPX_HOME",
    "POETRY_CACHE_DIR",
    "POETRY_VIRTUALENVS_PATH",
    "PRE_COMMIT_HOME",
    "PYENV_ROOT",
    "RYE_HOME",
    "UV_CACHE_DIR",
    "UV_PYTHON_INSTALL_DIR",
    "UV_TOOL_DIR",
    "WORKON_HOME",
];

/// Directories in the home directory whose names do not begin with a dot.
const IN_HOME: [&str; 3] = ["AppData", "Library", "snap"];

/// The directories in which tools keep their own.
pub(super) struct ToolHomes {
    home: Option<PathBuf>,
    named: Vec<PathBuf>,
}

impl ToolHomes {
    pub(super) fn of(env: &Env) -> Self {
        let home = env.home().map(|home| crate::fs::real_path(&home).unwrap_or(home));
        let usual =
            [env.data_directory(), env.cache_directory(), env.state_directory(), env.settings_directory()];
        let named = VARIABLES.iter().flat_map(|name| env.paths(name));
        let named = named.chain(usual.into_iter().flatten()).filter(|path| path.is_absolute());
        Self { named: named.map(|path| crate::fs::real_path(&path).unwrap_or(path)).collect(), home }
    }

    /// Whether a directory is a tool's: what is in it stays unless somebody names it. That is a hidden directory of the home
    /// directory that is no environment itself, one that a variable names, and an installation of conda.
    pub(super) fn has(&self, directory: &Path) -> bool {
        let name = directory.file_name().unwrap_or_default();
        let is_in_home = self.home.is_some() && directory.parent() == self.home.as_deref();
        let is_hidden =
            name.as_encoded_bytes().starts_with(b".") || IN_HOME.iter().any(|other| name == *other);
        (is_in_home && is_hidden && !is_environment(directory))
            || self.named.iter().any(|home| home == directory)
            || exists(&directory.join("condabin"))
            || exists(&directory.join(format!("Scripts/conda{PROGRAM_SUFFIX}")))
    }
}
