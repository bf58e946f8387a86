//! Running a command in an environment, as if that were activated.

use std::ffi::OsString;
use std::path::PathBuf;

use super::selected_environment::SelectedEnvironment;
use crate::env::{Env, join_paths};
use crate::error::{Error, Result};
use crate::git::local_variables;
use crate::path::display;
use crate::ports::ExecRequest;

/// Variables with which a Python takes another place for its own, and so leaves the environment: the place of the
/// standard library, and of its program (<https://docs.python.org/3/using/cmdline.html#environment-variables>;
/// `__PYVENV_LAUNCHER__` is set by an environment of a macOS framework, and older Pythons there read
/// `PYTHONEXECUTABLE`). Everything else of Python is the user's wish.
const OTHER_PLACES: [&str; 3] = ["PYTHONHOME", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__"];

impl SelectedEnvironment<'_> {
    /// What to start for a program in this environment.
    ///
    /// # Errors
    /// Action if its path cannot be a part of `PATH`.
    pub fn command(&self, env: &Env, program: PathBuf, arguments: Vec<OsString>) -> Result<ExecRequest> {
        let path = join_paths(&self.search_path(env)).map_err(|error| {
            Error::action(format!("cannot add `{}` to PATH", display(&self.scripts))).cause(error.to_string())
        })?;
        Ok(ExecRequest {
            set: vec![
                ("PATH".into(), path),
                ("VIRTUAL_ENV".into(), self.root.clone().into()),
                ("VIRTUAL_ENV_PROMPT".into(), self.prompt().into()),
            ],
            ..command_outside(env, program, arguments)
        })
    }

    /// `PATH` as activating leaves it: without the programs of an environment that was active before.
    #[must_use]
    pub fn search_path(&self, env: &Env) -> Vec<PathBuf> {
        let outer = env.path("VIRTUAL_ENV").and_then(|outer| Some(outer.join(self.scripts.file_name()?)));
        let is_outer =
            |place: &PathBuf| outer.as_ref().is_some_and(|outer| place == outer) || *place == self.scripts;
        let inherited = env.paths("PATH").into_iter().filter(|place| !is_outer(place));
        std::iter::once(self.scripts.clone()).chain(inherited).collect()
    }
}

/// What to start for a program outside of any environment: without the variables of the git command that called this one,
/// and without those of another Python.
#[must_use]
pub fn command_outside(env: &Env, program: PathBuf, arguments: Vec<OsString>) -> ExecRequest {
    let places = OTHER_PLACES.map(OsString::from);
    ExecRequest {
        program,
        arguments,
        set: Vec::new(),
        unset: local_variables(env).into_iter().chain(places).collect(),
        is_below_git: crate::fs::is_below_git(),
    }
}
