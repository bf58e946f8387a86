//! Which variables of the user a backend does not get.

/// Variables that name another place than the environment, which was chosen: of pip
/// (<https://pip.pypa.io/en/stable/topics/configuration/#environment-variables>), of uv
/// (<https://docs.astral.sh/uv/reference/environment/>), of pipenv and pdm, and the conda environment that is active, which
/// poetry and pdm would take before.
const OTHER_PLACES: [&str; 17] = [
    "PIP_DRY_RUN",
    "PIP_PREFIX",
    "PIP_PYTHON",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "UV_PROJECT",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON",
    "UV_SYSTEM_PYTHON",
    "UV_WORKING_DIR",
    "PIPENV_IGNORE_VIRTUALENVS",
    "PIPENV_PIPFILE",
    "PIPENV_PYTHON",
    "PDM_IGNORE_ACTIVE_VENV",
    "CONDA_DEFAULT_ENV",
    "CONDA_PREFIX",
];

/// What the programs of a macOS framework take for their own path.
const MACOS_LAUNCHER: &str = "__PYVENV_LAUNCHER__";

/// Says whether a backend does not get a variable: one of Python's, which would change what it runs, or one that names
/// another place. All others are the user's wish.
#[must_use]
pub fn is_dropped(name: &str) -> bool {
    name.starts_with("PYTHON") || name == MACOS_LAUNCHER || OTHER_PLACES.contains(&name)
}
