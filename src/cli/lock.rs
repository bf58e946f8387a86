//! `git pyenv lock`.

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use crate::error::Result;
use crate::model::CommandEffect;
use crate::ops::lock::{self, LockRequest};

const MANUAL: &str = "\
Examples:
  git pyenv lock              bring the lock file in step, if it is not
  git pyenv lock --check      exit with 1 if it is stale; nothing is run
  git pyenv lock --dry-run    show the command that would be run
  git pyenv lock --backend uv
                              start a lock file of uv

Notes:
  The tool is the one of the lock file (uv, poetry, pdm, pipenv), else the one whose tables
  the manifest has. Requirements that `uv pip compile` or `pip-compile` wrote are compiled
  again with the command in their first lines, unless that names another index, Python,
  configuration or a file outside of the work tree.
  Nothing is started if the lock matches what it is made from. Where that is not known
  without the tool, the tool is run, and with --check the exit status is 3.
  The tool has the user's variables and settings, but none that lead to another project or
  environment, and none of Python's.
";

pub(super) static COMMAND: Command = Command::new("lock", describe, run).may(CommandEffect::Write);

/// The tools that have a lock.
const TOOLS: [&str; 4] = ["uv", "poetry", "pdm", "pipenv"];

fn describe() -> clap::Command {
    clap::Command::new("lock")
        .defer(Arguments::augment_args)
        .about("Bring the lock file in step with the manifest")
        .long_about(
            "Brings the lock files and the compiled requirements of the project in step with what they are made from, \
             through the tools that own them.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Only check whether it is in step; exit with 1 if not.
    #[arg(long, conflicts_with = "apply")]
    check: bool,

    /// Only show what would be run.
    #[arg(short = 'n', long, conflicts_with = "check")]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,

    /// Tool that locks.
    #[arg(long, value_name = "BACKEND", value_parser = PossibleValuesParser::new(TOOLS))]
    backend: Option<String>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { check, dry_run, backend, plan: _ } = parsed(matches)?;
    let request = LockRequest { backend, check, dry_run };
    let run = PlannedRun::new(context, &COMMAND, matches);
    run.require(|| lock::run(context.ports, &LockRequest { dry_run: true, ..request.clone() }))?;
    let locking = lock::run(context.ports, &request)?;
    Ok(run.result(&locking, locking.outcome().exit_code()))
}
