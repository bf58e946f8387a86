//! `git pyenv explain`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::explain;

pub(super) static COMMAND: Command = Command::new("explain", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("explain")
        .defer(Arguments::augment_args)
        .about("Say what a rule means and how to fix it")
        .after_long_help(
            "Examples:\n  git pyenv explain               all rules\n  git pyenv explain PYE102        one, by its code\n  \
             git pyenv explain not-ignored   one, by its name\n",
        )
}

#[derive(Debug, Args)]
struct Arguments {
    /// A rule's code or name; all rules are listed without it.
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let explanation = explain::run(arguments.rule.as_deref())?;
    Ok(context.output.result(&explanation, 0))
}
