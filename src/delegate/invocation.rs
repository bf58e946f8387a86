//! How another program is run: with which variables, and where.

use std::ffi::OsString;
use std::path::Path;

use crate::backends::{PlannedCommand, is_dropped};
use crate::env::Env;
use crate::git::local_variables;
use crate::path::path_to_bytes;
use crate::ports::Invocation;

/// How a command is run: `VIRTUAL_ENV` names the environment.
pub(super) fn invocation(
    env: &Env,
    command: &PlannedCommand,
    directory: &Path,
    environment: Option<&Path>,
) -> Invocation {
    let own = environment.map(|root| ("VIRTUAL_ENV".into(), root.as_os_str().to_owned()));
    let of_command = command.variables.iter().map(|(name, value)| (OsString::from(name), value.clone()));
    Invocation {
        program: command.program.clone(),
        arguments: command.arguments.clone(),
        directory: directory.to_path_buf(),
        environment: inherited(env).into_iter().chain(own).chain(of_command).collect(),
        input: Vec::new(),
    }
}

/// The user's variables, without those of the git command that called this one, and those that would lead elsewhere.
fn inherited(env: &Env) -> Vec<(OsString, OsString)> {
    let local = local_variables(env);
    env.for_child(|name| is_dropped(name) || local.iter().any(|other| other == name))
}

/// A command as its words.
#[must_use]
pub fn words(command: &PlannedCommand) -> Vec<String> {
    let variables = command.variables.iter().map(|(name, value)| format!("{name}={}", value.display()));
    let program = String::from_utf8_lossy(&path_to_bytes(&command.program)).into_owned();
    let arguments = command.arguments.iter().map(|word| word.to_string_lossy().into_owned());
    variables.chain([program]).chain(arguments).collect()
}
