//! `git pyenv fix`.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::fix::{self, FixRequest};

const MANUAL: &str = "\
Examples:
  git pyenv fix --dry-run        show the difference and what would leave the index
  git pyenv fix .venv312         this environment only
  git pyenv fix .gitignore       the rules of this file that do not cover a link
  git restore --staged .venv312  what was staged before, in case of regret

Notes:
  Rules go into the `.gitignore` at the top of the work tree. It is staged with
  the rest, unless it had other changes before.
  Files in an environment that no tool makes, such as your own sources, stay in git.
";

pub(super) static COMMAND: Command = Command::new("fix", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("fix")
        .defer(Arguments::augment_args)
        .about("Take environments out of git and ignore them; they stay on disk")
        .long_about(
            "Shows the difference, then adds ignore rules and takes the files of environments out of the index. \
             Nothing on the disk changes but ignore files. Before it writes a rule it proves with git that the \
             rule ignores nothing else.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Only what lies at, below or above these paths; an ignore file stands for its rules.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Only show what would change.
    #[arg(short = 'n', long)]
    dry_run: bool,

    /// Only what `check --staged` finds.
    #[arg(long)]
    staged: bool,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { paths, dry_run, staged } = parsed(matches)?;
    let prepared = fix::prepare(context.ports, &FixRequest { paths, dry_run, staged })?;
    // If the plan cannot be shown, nothing is changed. A closed pipe is fine: the reader has seen enough.
    match context.output.result(prepared.plan(), 0) {
        0 => {}
        failed => return Ok(failed),
    }
    let result = prepared.carry_out()?;
    Ok(context.output.result(&result, result.plan.outcome().exit_code()))
}
