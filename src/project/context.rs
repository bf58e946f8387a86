//! What a program that is started for a repository is told of it.

use std::ffi::OsString;

use super::selected_environment::scripts_of;
use super::selection::select;
use crate::config::context;
use crate::env::{Env, PROGRAM_SUFFIX};
use crate::fs::is_executable;
use crate::inspect::is_environment;
use crate::session::Session;

/// The variables of [`context`] that have a value, with it. Without a repository there are only few, and what cannot be
/// determined of the environment is left out. Nothing is run.
#[must_use]
pub fn context_variables(env: &Env, session: Option<&Session<'_>>) -> Vec<(OsString, OsString)> {
    let mut found: Vec<(&str, OsString)> = Vec::new();
    found.extend(env.executable.clone().map(|program| (context::PROGRAM, program.into())));
    if let Some(session) = session {
        let layout = session.repository.layout();
        found.extend(layout.work_tree.clone().map(|top| (context::WORK_TREE, top.into())));
        found.push((context::COMMON_DIRECTORY, layout.common_directory.clone().into()));
        found.extend(of_environment(session));
    }
    found.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// What is known of the selected environment, if it exists.
fn of_environment(session: &Session<'_>) -> Vec<(&'static str, OsString)> {
    let settings = session.work_tree_settings();
    let selection = settings.and_then(|settings| select(session, &settings, None));
    let Some(selection) = selection.ok().filter(|selection| is_environment(&selection.directory)) else {
        return Vec::new();
    };
    let python = scripts_of(&selection.directory).join(format!("python{PROGRAM_SUFFIX}"));
    let python = is_executable(&python).then_some(python);
    let name = selection.name.map(|name| (context::ENVIRONMENT_NAME, name.into()));
    let python = python.map(|python| (context::PYTHON, python.into()));
    let directory = (context::ENVIRONMENT_DIRECTORY, selection.directory.into());
    std::iter::once(directory).chain(name).chain(python).collect()
}
