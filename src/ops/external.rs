//! Commands of others: `git pyenv foo` runs `git-pyenv-foo`, as git does with `git-foo`.

use std::ffi::OsString;

use crate::config::context;
use crate::error::{Error, Result};
use crate::path::printable;
use crate::ports::ExecRequest;
use crate::project::context_variables;
use crate::session::{ExternalCommands, Ports, Session};

/// Becomes the program of a command, or returns its exit status where a process cannot become another; `None` if the user has
/// no such program. It inherits everything, and is told the repository and the environment in variables.
///
/// # Errors
/// Usage for a name that is no command; action if the program cannot be started.
pub fn run(ports: Ports<'_>, name: &str, arguments: Vec<OsString>) -> Result<Option<u8>> {
    if !ExternalCommands::is_command(name) {
        return Err(Error::usage(format!("`{}` is not a command", printable(name.as_bytes())))
            .cause("`git-pyenv-type-…` are plug-ins for types of environments"));
    }
    let session = Session::open(ports, Vec::new()).ok();
    let program = ExternalCommands::new(ports, session.as_ref()).find(name);
    let Some(program) = program else { return Ok(None) };
    let request = ExecRequest {
        program,
        arguments,
        set: context_variables(ports.env, session.as_ref()),
        // What an outer run has set is of another repository.
        unset: context::VARIABLES.map(OsString::from).to_vec(),
        is_below_git: crate::fs::is_below_git(),
    };
    ports.runner.exec(&request).map(Some)
}
