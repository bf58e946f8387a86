//! `git pyenv use`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::use_environment::{self, UseRequest};

const MANUAL: &str = "\
Files:
  .git/config  `pyenv.environment` and `pyenv.previousEnvironment`; in a
               repository with several work trees config.worktree beside it

Examples:
  git pyenv use            which one is it, and why?
  git pyenv use docs       the one that settings call docs, or the directory docs
  git pyenv use -          the one before
  git pyenv use --unset    none: look for one
";

pub(super) static COMMAND: Command = Command::new("use", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("use")
        .defer(Arguments::augment_args)
        .about("Choose the environment that the other commands mean")
        .long_about(
            "Chooses the environment that the other commands mean in this work tree, by its name in the settings \
             or its directory. Without a name it says which one is meant, and why. The choice is written into \
             git's configuration, where nobody else gets it.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// The environment; `-` is the one before.
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// Choose none.
    #[arg(long, conflicts_with = "name")]
    unset: bool,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let request = match parsed(matches)? {
        Arguments { unset: true, .. } => UseRequest::Forget,
        Arguments { name: None, .. } => UseRequest::Show,
        Arguments { name: Some(name), .. } if name == "-" => UseRequest::GoBack,
        Arguments { name: Some(name), .. } => UseRequest::Choose(name),
    };
    let report = use_environment::run(context.ports, &request)?;
    Ok(context.output.result(&report, 0))
}
