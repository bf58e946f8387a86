//! The `git-pyenv` binary: the real world goes in, the exit status comes out.

use std::process::ExitCode;

use git_pyenv::cli;
use git_pyenv::env::Env;
use git_pyenv::exec::{Allocator, ProcessRunner, Signals, survive_file_size_limit};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() -> ExitCode {
    survive_file_size_limit();
    ExitCode::from(cli::main(&Env::read(), &ProcessRunner, &Signals, std::env::args_os().collect()))
}
