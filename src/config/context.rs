//! The variables that tell a program which repository and environment it is started for. They start as those of settings
//! do, and are none.

/// The top of the work tree, absolute.
pub const WORK_TREE: &str = "GIT_PYENV_WORK_TREE";
/// The git directory that all work trees share, absolute.
pub const COMMON_DIRECTORY: &str = "GIT_PYENV_COMMON_DIR";
/// The directory of the selected environment, absolute.
pub const ENVIRONMENT_DIRECTORY: &str = "GIT_PYENV_ENVIRONMENT_DIR";
/// Its name in the settings.
pub const ENVIRONMENT_NAME: &str = "GIT_PYENV_ENVIRONMENT_NAME";
/// Its Python, absolute.
pub const PYTHON: &str = "GIT_PYENV_PYTHON";
/// The program git-pyenv, absolute.
pub const PROGRAM: &str = "GIT_PYENV_PROGRAM";

/// All of them.
pub const VARIABLES: [&str; 6] =
    [WORK_TREE, COMMON_DIRECTORY, ENVIRONMENT_DIRECTORY, ENVIRONMENT_NAME, PYTHON, PROGRAM];
