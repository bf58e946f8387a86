//! `git pyenv use`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use crate::error::Result;
use crate::model::CommandEffect;
use crate::ops::use_environment::{self, UseRequest};

const MANUAL: &str = "\
Files:
  .git/config  `pyenv.environment` and `pyenv.previousEnvironment`, for a project below
               the top `pyenv.projects.DIRECTORY.environment` and so on; config.worktree
               instead, if the repository has several work trees

Examples:
  git pyenv use            show the default environment and why it is the default
  git pyenv use docs       select the environment docs of the settings, or the directory docs
  git pyenv use -          select the previous one
  git pyenv use --unset    remove the selection
";

pub(super) static COMMAND: Command = Command::new("use", describe, run).may(CommandEffect::Write);

fn describe() -> clap::Command {
    clap::Command::new("use")
        .defer(Arguments::augment_args)
        .about("Select the default environment")
        .long_about(
            "Selects the default environment of the project that the working directory belongs to, by its name in the \
             settings or its directory. Without a name it shows the default environment and why it is the default. The selection is stored in \
             git's local configuration and is not shared.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Environment to select, by name or directory; `-` is the previous one.
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// Remove the selection.
    #[arg(long, conflicts_with = "name")]
    unset: bool,

    /// Only show what would be selected.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments: Arguments = parsed(matches)?;
    let dry_run = arguments.dry_run;
    let request = match arguments {
        Arguments { unset: true, .. } => UseRequest::Forget,
        Arguments { name: None, .. } => UseRequest::Show,
        Arguments { name: Some(name), .. } if name == "-" => UseRequest::GoBack,
        Arguments { name: Some(name), .. } => UseRequest::Select(name),
    };
    let run = PlannedRun::new(context, &COMMAND, matches);
    run.require(|| use_environment::run(context.ports, &request, true))?;
    Ok(run.result(&use_environment::run(context.ports, &request, dry_run)?, 0))
}
