//! `git pyenv man`.

use std::io;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args};
use clap_mangen::Man;

use super::{Command, Context};
use crate::error::{Error, Result};
use crate::fs::{Replacement, make_directory, write_atomically};

pub(super) static COMMAND: Command = Command { name: "man", describe, run };

fn describe() -> clap::Command {
    clap::Command::new("man")
        .defer(Arguments::augment_args)
        .about("Print the manual page, or write all of them into a directory")
}

#[derive(Debug, Args)]
struct Arguments {
    /// Write `git-pyenv.1` and one page per command into this directory.
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = super::parsed::<Arguments>(matches)?;
    match arguments.directory {
        Some(directory) => write_pages(&context.ports.env.directory.join(directory)).map(|()| 0),
        None => {
            let page = page(super::describe())?;
            Ok(context.output.plain(|out| out.write_all(&page)))
        }
    }
}

/// Writes the page of the program and one for each command, named as `git help pyenv-check` looks for them.
fn write_pages(directory: &Path) -> Result<()> {
    make_directory(directory)?;
    let whole = super::describe();
    let commands = whole.get_subcommands().map(|command| {
        let name = format!("git-pyenv-{}", command.get_name());
        (name.clone(), command.clone().name(name).version(env!("CARGO_PKG_VERSION")))
    });
    let pages: Vec<(String, clap::Command)> =
        std::iter::once(("git-pyenv".to_owned(), whole.clone())).chain(commands).collect();
    for (name, command) in pages {
        let bytes = page(command)?;
        let file = directory.join(format!("{name}.1"));
        write_atomically(&file, Replacement { bytes: &bytes, executable: Some(false) })?;
    }
    Ok(())
}

fn page(command: clap::Command) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let failed = |error: io::Error| Error::action("failed to make the manual page").cause(error);
    Man::new(command).render(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
