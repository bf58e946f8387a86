//! `git pyenv explain`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::explain;

pub(super) static COMMAND: Command = Command::new("explain", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("explain")
        .defer(Arguments::augment_args)
        .about("Explain what a rule means and how to fix it")
        .long_about(
            "Explains what a rule finds, why that matters and which command fixes it. Without a rule it lists all of them.",
        )
        .after_long_help(
            "Examples:\n  git pyenv explain               list all rules\n  git pyenv explain PYE102        explain a rule, by its code\n  \
             git pyenv explain not-ignored   explain a rule, by its name\n",
        )
}

#[derive(Debug, Args)]
struct Arguments {
    /// Code or name of a rule; lists all rules if omitted.
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let explanation = explain::run(arguments.rule.as_deref())?;
    Ok(context.output.result(&explanation, 0))
}
