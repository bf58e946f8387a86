//! The `git-pyenv` binary: the real world goes in, the exit status comes out.

use std::process::ExitCode;

use git_pyenv::cli;
use git_pyenv::env::Env;
use git_pyenv::exec::{ProcessRunner, Signals};

fn main() -> ExitCode {
    ExitCode::from(cli::main(&Env::read(), &ProcessRunner, &Signals, std::env::args_os().collect()))
}
