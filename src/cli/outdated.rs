//! `git pyenv outdated`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::outdated::{self, OutdatedRequest};

const MANUAL: &str = "\
Columns:
  NAME       the package
  INSTALLED  its version in the environment
  LATEST     the newest version of the index
  REQUIRED   what the project asks for, if it asks for the package itself
  ACCEPTED   whether the newest version is accepted by that

Notes:
  uv is asked if it is on PATH, else the environment's pip; they ask the index that their
  settings and variables name. Packages that it does not have are not listed.
  As for pip and uv, that packages are outdated is no failure, unless --exit-code is given.
  The exit status is 3 if the index could not be asked.
";

pub(super) static COMMAND: Command = Command::new("outdated", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("outdated")
        .defer(Arguments::augment_args)
        .about("List installed packages that have newer versions")
        .long_about(
            "Lists the packages of the environment that have newer versions, with what the project accepts, through uv \
             or pip. It changes nothing.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Environment, by name or directory.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// Exit with 1 if a package is outdated.
    #[arg(long)]
    exit_code: bool,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { env, exit_code } = parsed(matches)?;
    let request = OutdatedRequest { environment: env, counts: exit_code };
    let list = outdated::run(context.ports, &request)?;
    Ok(context.output.result(&list, list.outcome().exit_code()))
}
