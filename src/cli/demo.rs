//! `git pyenv demo`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::demo;

pub(super) static COMMAND: Command = Command::new("demo", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("demo").defer(Arguments::augment_args).about("Repeat a word")
}

#[derive(Debug, Args)]
struct Arguments {
    /// The word.
    word: String,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    Ok(context.output.result(&demo::run(arguments.word), 0))
}
