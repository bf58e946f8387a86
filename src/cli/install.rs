//! `git pyenv install`.

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use crate::config::BACKEND_NAMES;
use crate::error::Result;
use crate::model::CommandEffect;
use crate::ops::install::{self, InstallationRequest};

const MANUAL: &str = "\
Examples:
  git pyenv install                          what the project asks for
  git pyenv install --sync                   and nothing else
  git pyenv install --dry-run                only show what would be done
  git pyenv install --extra docs --group dev
                                             an extra and a dependency group too
  git pyenv install --requirement other.txt  from this file
  git pyenv install --backend pip            with the environment's own pip

Notes:
  Nothing is started if the environment already contains what it is asked for.
  The backend is the one of the lock file (uv, poetry, pdm, pipenv), else uv if it is on
  PATH, else pip; an environment of Python 3.9 or older uses its own pip.
  The backend has the user's variables and settings, such as PIP_INDEX_URL and
  UV_INDEX_URL, but none that lead to another environment, and none of Python's.
  After an interrupted install, `git pyenv check` says so until an install has succeeded.
  The exit status is 1 if the environment is still out of step afterwards.
";

pub(super) static COMMAND: Command = Command::new("install", describe, run).may(CommandEffect::Destroy);

fn describe() -> clap::Command {
    clap::Command::new("install")
        .defer(Arguments::augment_args)
        .about("Install what the project asks for into the environment")
        .long_about(
            "Brings the environment in step with the lock file, the requirements file or the manifest of the project, \
             through uv, pip or the tool of the lock file. The environment must exist: `git pyenv create` makes it.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Environment to install into, by name or directory.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// Also remove packages that nothing asks for.
    #[arg(long)]
    sync: bool,

    /// Only show what would be done.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,

    /// Dependency group of the project to install too; may be repeated.
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,

    /// Extra of the project to install too; may be repeated.
    #[arg(long = "extra", value_name = "EXTRA")]
    extras: Vec<String>,

    /// Requirements file to install from, instead of what the project asks for; may be repeated.
    #[arg(short, long = "requirement", value_name = "FILE", conflicts_with_all = ["groups", "extras"])]
    requirements: Vec<String>,

    /// Copy projects into the environment instead of using their files where they are.
    #[arg(long)]
    no_editable: bool,

    /// Package manager that installs.
    #[arg(long, value_name = "BACKEND", value_parser = PossibleValuesParser::new(BACKEND_NAMES))]
    backend: Option<String>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments: Arguments = parsed(matches)?;
    let request = InstallationRequest {
        environment: arguments.env,
        is_exact: arguments.sync,
        dry_run: arguments.dry_run,
        groups: arguments.groups,
        extras: arguments.extras,
        requirements: arguments.requirements,
        without_editable: arguments.no_editable,
        may_be_empty: false,
        backend: arguments.backend,
    };
    let run = PlannedRun::new(context, &COMMAND, matches);
    run.require(|| install::run(context.ports, &InstallationRequest { dry_run: true, ..request.clone() }))?;
    let installation = install::run(context.ports, &request)?;
    Ok(run.result(&installation, installation.outcome().exit_code()))
}
