//! `git pyenv completions`.

use clap::{ArgMatches, Args};
use clap_complete::Shell;

use super::{Command, Context};
use crate::error::Result;

pub(super) static COMMAND: Command = Command { name: "completions", describe, run };

fn describe() -> clap::Command {
    clap::Command::new("completions")
        .defer(Arguments::augment_args)
        .about("Print a completion script for a shell")
}

#[derive(Debug, Args)]
struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = super::parsed::<Arguments>(matches)?;
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::describe(), "git-pyenv", &mut script);
    Ok(context.output.plain(|out| out.write_all(&script)))
}
