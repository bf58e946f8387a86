//! `git pyenv --list`.

use clap::ArgMatches;

use super::command::{Command, Context};
use crate::error::Result;
use crate::ops::commands;

const MANUAL: &str = "\
Notes:
  `git pyenv foo` runs the program `git-pyenv-foo` if there is one on PATH and no
  built-in command of that name. It inherits everything, and finds in variables
  what it is started for; one without a value is not set:
  GIT_PYENV_WORK_TREE         the top of the work tree
  GIT_PYENV_COMMON_DIR        the git directory that all work trees share
  GIT_PYENV_ENVIRONMENT_DIR   the directory of the selected environment
  GIT_PYENV_ENVIRONMENT_NAME  its name in the settings
  GIT_PYENV_PYTHON            its Python
  GIT_PYENV_PROGRAM           this program
  Programs in relative directories of PATH are never run, nor those in the
  repository, whichever way leads there: a commit could bring them along.
  No program is run to list it.

Examples:
  git pyenv --list                      what can stand behind `git pyenv`
  git pyenv --list -q                   only the names
  git pyenv --list --output json        the same for a program
";

pub(super) static COMMAND: Command = Command::new("commands", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("commands")
        .long_flag_alias("list")
        .about("List all commands, as `git pyenv --list` does")
        .long_about(
            "Lists all commands, with what each does: those of this program, the tools that the repository has registered, \
             which `git pyenv tool run` runs, and programs on PATH whose names begin with `git-pyenv-`.",
        )
        .after_long_help(MANUAL)
}

fn run(context: &Context<'_>, _: &ArgMatches) -> Result<u8> {
    Ok(context.output.result(&commands::run(context.ports, built_in(context)), 0))
}

/// The names of the commands of this program, each with what it does; clap adds `help`.
pub(super) fn built_in(context: &Context<'_>) -> Vec<(String, String)> {
    let mut program = (context.program)();
    program.build();
    let described = program.get_subcommands().map(|command| {
        let about = command.get_about().map(ToString::to_string);
        (command.get_name().to_owned(), about.unwrap_or_default())
    });
    described.collect()
}
