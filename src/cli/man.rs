//! `git pyenv man`.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use super::manual;
use crate::error::{Error, Result};
use crate::fs::{Access, Expected, FilePlace, make_directory};
use crate::model::CommandEffect;

pub(super) static COMMAND: Command =
    Command::new("man", describe, run).may(CommandEffect::Write).printing_text();

fn describe() -> clap::Command {
    clap::Command::new("man")
        .defer(Arguments::augment_args)
        .about("Print the man page, or write all man pages to a directory")
        .long_about(
            "Prints the man page of the program, or writes it and a page for each command to a directory. `man` looks in the \
             `share/man` next to each directory of PATH.",
        )
        .after_long_help(
            "Examples:\n  git-pyenv man --directory ~/.cargo/share/man/man1\n    for a binary in ~/.cargo/bin, so \
             that `git pyenv --help` finds the page\n",
        )
}

#[derive(Debug, Args)]
struct Arguments {
    /// Write `git-pyenv.1` and a page for each command to this directory.
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    // The page leaves out `help`, which is for those who have no page.
    let mut whole = (context.program)().disable_help_subcommand(true);
    whole.build();
    let whole = manual::with_wrapped_sections(whole, manual::WIDTH);
    match arguments.directory {
        Some(directory) => {
            let directory = context.ports.env.directory.join(directory);
            make_directory(&directory)?;
            write_pages(&whole, &directory).map(|()| 0)
        }
        None => {
            let page = page(&whole)?;
            Ok(context.output.plain(|out| out.write_all(&page)))
        }
    }
}

/// Writes the pages of a command and its subcommands, for example for `man git-pyenv-hook-install`. Git itself only
/// opens the first, for `git pyenv --help`.
fn write_pages(command: &clap::Command, directory: &Path) -> Result<()> {
    let file = directory.join(format!("{}.1", manual::full_name(command)));
    let bytes = page(command)?;
    FilePlace::at(&file)?.write(&bytes, Access::FILE, None, Expected::Anything)?;
    command.get_subcommands().try_for_each(|inner| write_pages(inner, directory))
}

fn page(command: &clap::Command) -> Result<Vec<u8>> {
    manual::page(command).map_err(|error| Error::action("failed to create the man page").cause(error))
}
