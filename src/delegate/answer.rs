//! Programs that are asked something.

use std::path::{Path, PathBuf};

use super::invocation::invocation;
use crate::backends::PlannedCommand;
use crate::env::Env;
use crate::error::Result;
use crate::fs::is_executable;
use crate::ports::Output;
use crate::session::Ports;

/// Finds a program on `PATH`.
#[must_use]
pub fn program_on_path(env: &Env, name: &str) -> Option<PathBuf> {
    env.candidates(name).find(|program| is_executable(program))
}

/// Runs a command that only answers, in this directory, with the user's variables and those of the command, and says meanwhile
/// what is waited for.
///
/// # Errors
/// Undecided if it cannot be started. That it fails is no error here.
pub fn answer_of(
    ports: Ports<'_>,
    command: &PlannedCommand,
    directory: &Path,
    environment: Option<&Path>,
    doing: &str,
) -> Result<Output> {
    ports.progress.phase(doing, None);
    let output = ports.runner.run(&invocation(ports.env, command, directory, environment));
    ports.progress.finish();
    output
}
