//! Which program `git` is.
#![expect(clippy::disallowed_methods, reason = "a program is looked for, and `fs` is not below `git`")]

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use crate::env::{Env, is_executable};

/// The program `git` for one repository. It is looked up once, when it is first started: most runs start none.
pub(super) struct GitProgram {
    env: Env,
    found: OnceCell<Option<PathBuf>>,
}

impl GitProgram {
    /// The program that an environment means.
    pub(super) fn new(env: &Env) -> Self {
        Self { env: env.clone(), found: OnceCell::new() }
    }

    /// Where it is; `None` if there is none.
    pub(super) fn path(&self) -> Option<&Path> {
        self.found.get_or_init(|| git_program(&self.env)).as_deref()
    }
}

/// The first `git` in the absolute directories of `PATH` that the repository does not bring along.
///
/// Git itself may be asked which repository this is, so the work tree is taken to be where a `.git` is, or where
/// variables say it is. A work tree that contains the home directory contains programs that the user has installed.
fn git_program(env: &Env) -> Option<PathBuf> {
    let named = env.path("GIT_WORK_TREE");
    let implied = env.raw("GIT_DIR").map(|_| env.directory.clone());
    let top = named.or(implied).or_else(|| nearest_top(&env.directory));
    let top = top.and_then(|top| std::fs::canonicalize(top).ok());
    let top = top.filter(|top| !env.home().is_some_and(|home| is_below(&home, top)));
    env.candidates("git")
        .find(|file| is_executable(file) && !top.as_ref().is_some_and(|top| is_below(file, top)))
}

/// The nearest directory at or above this one that has a `.git`.
pub(super) fn nearest_top(directory: &Path) -> Option<PathBuf> {
    let has_git = |directory: &&Path| std::fs::symlink_metadata(directory.join(".git")).is_ok();
    directory.ancestors().find(has_git).map(Path::to_path_buf)
}

/// Says whether a path, or what it leads to, is in a directory that is given without links.
fn is_below(path: &Path, directory: &Path) -> bool {
    path.starts_with(directory) || std::fs::canonicalize(path).is_ok_and(|path| path.starts_with(directory))
}
