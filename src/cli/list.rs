//! `git pyenv list`.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::list::{self, ListRequest};

const MANUAL: &str = "\
Columns:
  *         the environment that other commands mean
  PACKAGES  how many distributions are installed
  SIZE      of the content of files and links; a file with several names counts once
  CREATED   when pyvenv.cfg was made
  USED      when pyvenv.cfg was read or packages were changed, as far as the file system notes it
  HEALTH    ok, broken or unknown, with the rules that say why; `git pyenv explain RULE` says more
  IGNORED   the rule that keeps git from taking it in
  TRACKED   how many of its files git has

Notes:
  Listed are the environments in the work tree (ignored ones too), in the linked work trees of the repository, and those
  that pipenv, poetry, hatch, conda, pyenv-virtualenv and virtualenvwrapper keep elsewhere for its projects.
  Columns without content are left out, and on a narrow terminal FILES, CREATED, PACKAGES, TRACKED, IGNORED, KIND, USED,
  PYTHON, SIZE and HEALTH, in this order.
  The exit status is 3 if something could not be read.
";

pub(super) static COMMAND: Command = Command::new("list", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("list")
        .defer(Arguments::augment_args)
        .about("List the project's environments: kind, Python, size, age, health, ignored, tracked")
        .long_about(
            "Lists the environments of the project, wherever they are. Changes nothing and runs nothing of them.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// List every repository below this directory.
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Do not count files and bytes, which takes most of the time.
    #[arg(long)]
    no_size: bool,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let request = ListRequest { directory: arguments.directory, without_sizes: arguments.no_size };
    let listing = list::run(context.ports, &request)?;
    Ok(context.output.result(&listing, listing.outcome().exit_code()))
}
