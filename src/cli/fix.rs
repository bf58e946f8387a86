//! `git pyenv fix`.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use crate::error::Result;
use crate::model::CommandEffect;
use crate::ops::fix::{self, FixRequest};

const MANUAL: &str = "\
Examples:
  git pyenv fix --dry-run        show the diff and what would be untracked
  git pyenv fix .venv312         this environment only
  git pyenv fix .gitignore       the rules of this file that do not cover a symlink
  git restore --staged .venv312  undo it: track the files that are in `HEAD` again

Notes:
  Rules are added to the `.gitignore` at the top of the work tree. It is staged too,
  unless it already had other changes.
  Files in an environment that no tool creates, such as your own sources, stay tracked.
";

pub(super) static COMMAND: Command = Command::new("fix", describe, run).may(CommandEffect::Write);

fn describe() -> clap::Command {
    clap::Command::new("fix")
        .defer(Arguments::augment_args)
        .about("Untrack environments and ignore them; they stay on disk")
        .long_about(
            "Shows the diff, then adds ignore rules and removes the files of environments from the index. \
             On disk it changes only ignore files. Before it adds a rule, it verifies with git that the \
             rule ignores nothing else.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Fix only findings at, below or above these paths; for an ignore file, its rules.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Only show what would change.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,

    /// Fix only what `check --staged` finds.
    #[arg(long)]
    staged: bool,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { paths, dry_run, staged, plan: _ } = parsed(matches)?;
    let request = FixRequest { paths, dry_run, staged };
    let run = PlannedRun::new(context, &COMMAND, matches);
    let prepared = fix::prepare(context.ports, &request)?;
    run.require(|| Ok(prepared.as_dry_run()))?;
    // If the plan cannot be shown, nothing is changed. A closed pipe is fine: the reader has seen enough.
    match context.output.result(prepared.plan(), 0) {
        0 => {}
        failed => return Ok(failed),
    }
    let result = prepared.carry_out()?;
    Ok(run.result(&result, result.plan.outcome().exit_code()))
}
