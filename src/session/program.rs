//! Whether `git pyenv` works where somebody types it.

use std::path::PathBuf;

use crate::env::{Env, is_executable};

/// The name under which git finds this program for `git pyenv`.
const PROGRAM: &str = "git-pyenv";

/// Whether git finds this program as `git pyenv` in the shell of the person who called. A hook framework puts its own copy
/// first in `PATH` of what it runs, in a virtual environment that nobody else sees: it sets `PRE_COMMIT`, as pre-commit
/// and prek do, and `VIRTUAL_ENV`.
#[must_use]
pub fn is_on_path(env: &Env) -> bool {
    let hidden = env.text("PRE_COMMIT").and_then(|_| env.path("VIRTUAL_ENV"));
    let is_seen = |program: &PathBuf| hidden.as_ref().is_none_or(|hidden| !program.starts_with(hidden));
    env.candidates(PROGRAM).any(|program| is_seen(&program) && is_executable(&program))
}
