//! `git pyenv create`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::{Error, Result};
use crate::ops::create::{self, CreateRequest};

const MANUAL: &str = "\
Examples:
  git pyenv create                    the environment that the settings mean, `venv` by default
  git pyenv create --python 3.12      with a Python of this version, of those installed
  git pyenv create --env .venv        in this directory
  git pyenv create --all              every one that `environments` names
  git pyenv create --force            anew, in the place of the one that is there

Notes:
  The environment is built beside its place and put there in one step: it is there
  whole or not at all, and Ctrl-C leaves nothing behind. Git never sees it; it has a
  `.gitignore` of its own.
  Nothing is downloaded: pip comes from the Python that the environment is made from.
  `--force` keeps a record of the packages that were in the old environment, and
  refuses to delete files that no tool could make again.
";

pub(super) static COMMAND: Command = Command::new("create", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("create")
        .defer(Arguments::augment_args)
        .about("Make an environment, with pip, ignored by git")
        .long_about(
            "Makes a virtual environment as `python -m venv` does, without running that. One that is there and \
             is as asked for is left as it is. The Python is the one asked for here, else by the settings, \
             `.python-version` or `requires-python`, else the `python3` of PATH.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// The Python: `3.12`, `>=3.11`, or the path of one.
    #[arg(short, long, value_name = "REQUEST")]
    python: Option<String>,

    /// The environment: a name from the settings, or a directory.
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    env: Option<String>,

    /// Every environment that the settings name.
    #[arg(long)]
    all: bool,

    /// Replace the environment that is there.
    #[arg(short, long)]
    force: bool,

    /// Leave pip out.
    #[arg(long)]
    without_pip: bool,

    /// Let it see the packages of the Python it is made from.
    #[arg(long)]
    system_site_packages: bool,

    /// What the shell shows while it is active.
    #[arg(long, value_name = "TEXT")]
    prompt: Option<String>,

    /// Only say what would be made.
    #[arg(short = 'n', long)]
    dry_run: bool,

    /// Install the requirements too.
    #[arg(long, hide = true)]
    install: bool,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments: Arguments = parsed(matches)?;
    if arguments.install {
        return Err(Error::usage("`--install` is not known to this version, which installs nothing")
            .hint("create without it, then `pip install` in the environment"));
    }
    let request = CreateRequest {
        environment: arguments.env,
        all: arguments.all,
        python: arguments.python,
        prompt: arguments.prompt,
        without_pip: arguments.without_pip,
        system_site_packages: arguments.system_site_packages,
        force: arguments.force,
        dry_run: arguments.dry_run,
    };
    let creation = create::run(context.ports, &request)?;
    Ok(context.output.result(&creation, creation.exit_code()))
}
