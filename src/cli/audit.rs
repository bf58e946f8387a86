//! `git pyenv audit`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::audit;

const MANUAL: &str = "\
Notes:
  A project with a lock of uv is audited by `uv audit`, if the uv on PATH has it: the packages
  of the lock. All others by `pip-audit`, which must be on PATH: what is installed in the
  environment. --env always means the environment.
  These programs ask a database on the network; `git pyenv` itself does not.
  The exit status is 0 if no vulnerability is known, 1 if one is, and 3 if that could not be
  determined, for example without a network.
";

pub(super) static COMMAND: Command = Command::new("audit", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("audit")
        .defer(Arguments::augment_args)
        .about("Report known vulnerabilities of packages")
        .long_about(
            "Reports known vulnerabilities of the packages in the lock or the environment, through `uv audit` or \
             `pip-audit`. It changes nothing.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Environment, by name or directory.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { env } = parsed(matches)?;
    let report = audit::run(context.ports, env.as_deref())?;
    Ok(context.output.result(&report, report.outcome().exit_code()))
}
