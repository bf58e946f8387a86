//! `git pyenv list`.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::list::{self, ListRequest};
use crate::render::Detail;

const MANUAL: &str = "\
Columns:
  *         the environment that commands use here
  NAME      its name in the setting `environments`, which commands accept
  PACKAGES  number of installed distributions
  SIZE      size of files and symlinks; hard links count once
  CREATED   when pyvenv.cfg was created
  USED      when pyvenv.cfg was read or packages changed, if the file system records it
  HEALTH    ok, broken or unknown, with the rules that say why; see `git pyenv explain RULE`
  IGNORED   the ignore rule that covers it
  TRACKED   number of its files that git tracks

Notes:
  Lists the environments in the work tree (also ignored ones), in the linked work trees of
  the repository, and those that pipenv, poetry, hatch, conda, pyenv-virtualenv and
  virtualenvwrapper keep elsewhere for its projects.
  Empty columns are omitted. On a narrow terminal ages are shortened to such as 3d, HEALTH
  to such as `broken (2)` and IGNORED to yes or no; then CREATED, USED, FILES, PACKAGES,
  SIZE, SYNC and PYTHON are omitted, in this order.
  The last lines name what the settings have and what does not exist, and the environment
  that is active in this shell, as VIRTUAL_ENV or CONDA_PREFIX says.
  The exit status is 3 if something could not be read.
";

pub(super) static COMMAND: Command = Command::new("list", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("list")
        .defer(Arguments::augment_args)
        .about("List the project's environments: kind, Python, size, age, health, ignored, tracked")
        .long_about(
            "Lists the environments of the project, wherever they are. It changes nothing and runs no code from them.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// List the environments of every repository below this directory.
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Skip file counts and sizes, which take most of the time.
    #[arg(long)]
    no_size: bool,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let explains = context.output.detail == Detail::Verbose;
    let request = ListRequest { directory: arguments.directory, without_sizes: arguments.no_size, explains };
    let listing = list::run(context.ports, &request)?;
    Ok(context.output.result(&listing, listing.outcome().exit_code()))
}
