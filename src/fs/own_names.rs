//! Names of files and directories that only this program creates. Later versions have to recognise them too.

/// The beginning of the names of staging directories and of temporary files.
pub const STAGING_PREFIX: &str = ".git-pyenv-";

/// Whether a directory may be a staging directory, by its name.
#[must_use]
pub fn is_staging_name(name: &[u8]) -> bool {
    name.starts_with(STAGING_PREFIX.as_bytes())
}

/// The end of the name of the directory beside that of the hooks, in which hooks are kept that existed before ours; the
/// scripts in `hooks/` use it too.
pub const KEPT_HOOKS_SUFFIX: &str = ".git-pyenv";
/// The end of the name under which version 1 of the scripts kept such a hook, beside ours.
pub const OLD_KEPT_HOOK_SUFFIX: &str = ".git-pyenv-chained";
/// The directory for this program's files in the git directory that all work trees share.
pub const STATE_DIRECTORY: &str = "pyenv";
/// The directory for this program's files in the user's directory for state.
pub const USER_STATE_DIRECTORY: &str = "git-pyenv";
/// The lock file in the git directory of a work tree.
pub const LOCK_FILE: &str = "pyenv.lock";
/// The directory for this program's files in the user's cache directory.
pub const CACHE_DIRECTORY: &str = "git-pyenv";

/// The name of the link in a directory that is deleted in its place, which says by which operation.
pub(super) const CONDEMNED_MARK: &[u8] = b".git-pyenv-condemned";
/// The name of the lock of an environment, in it.
pub(super) const INSTALL_LOCK_FILE: &str = ".git-pyenv.lock";
