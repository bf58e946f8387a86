//! `git pyenv create`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use crate::error::Result;
use crate::model::CommandEffect;
use crate::ops::create::{self, CreateRequest};
use crate::ops::install::{self, InstallationRequest};

const MANUAL: &str = "\
Examples:
  git pyenv create                    the default environment
  git pyenv create --python 3.12      with an installed Python 3.12
  git pyenv create .venv              in this directory
  git pyenv create --all              every environment that the setting `environments` names
  git pyenv create --install          install what the project asks for too
  git pyenv create --force            replace the existing environment

Notes:
  The environment is created atomically and git-ignored from the start: Ctrl-C leaves
  nothing behind, and it contains a `.gitignore` that covers all of it.
  Nothing is downloaded: pip comes from the Python that the environment is created from.
  `--force` keeps a record of the packages that the old environment contained, and
  refuses to delete files that no tool could create again.
";

pub(super) static COMMAND: Command = Command::new("create", describe, run).may(CommandEffect::Destroy);

fn describe() -> clap::Command {
    clap::Command::new("create")
        .defer(Arguments::augment_args)
        .about("Create an environment with pip, ignored by git")
        .long_about(
            "Creates a virtual environment like `python -m venv`, without running that. An existing environment that \
             matches the request is left unchanged. It is created beside the nearest manifest of a project at or above \
             the working directory. The Python is the one requested with --python, which wins over the project with a \
             warning, else by the settings, `.python-version` or `requires-python`, else the `python3` on PATH.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Python to use: `3.12`, `>=3.11`, or a path.
    #[arg(short, long, value_name = "REQUEST")]
    python: Option<String>,

    /// Environment to create: a name from the settings, or a directory.
    #[arg(value_name = "NAME", conflicts_with_all = ["all", "env"])]
    name: Option<String>,

    /// The same as NAME.
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    env: Option<String>,

    /// Create every environment that the settings name.
    #[arg(long)]
    all: bool,

    /// Replace an existing environment.
    #[arg(short, long)]
    force: bool,

    /// Do not install pip.
    #[arg(long)]
    without_pip: bool,

    /// Give access to the packages of the base Python.
    #[arg(long)]
    system_site_packages: bool,

    /// Prompt prefix while the environment is active; `.` is the name of the working directory.
    #[arg(long, value_name = "TEXT")]
    prompt: Option<String>,

    /// Only show what would be created.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,

    /// Then install what the project asks for, as `git pyenv install` does.
    #[arg(long, conflicts_with_all = ["dry_run", "apply"])]
    install: bool,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments: Arguments = parsed(matches)?;
    let request = CreateRequest {
        environment: arguments.name.or(arguments.env),
        all: arguments.all,
        python: arguments.python,
        prompt: arguments.prompt,
        without_pip: arguments.without_pip,
        system_site_packages: arguments.system_site_packages,
        force: arguments.force,
        dry_run: arguments.dry_run,
        is_cleaned: false,
    };
    let run = PlannedRun::new(context, &COMMAND, matches);
    run.require(|| create::run(context.ports, &CreateRequest { dry_run: true, ..request.clone() }))?;
    let mut creation = create::run(context.ports, &request)?;
    let made = creation.attempts.iter().filter_map(|attempt| attempt.result.as_ref().ok());
    for warning in made.flat_map(|made| &made.warnings) {
        context.output.warning(warning);
    }
    if arguments.install {
        for attempt in creation.attempts.iter_mut().filter(|attempt| attempt.result.is_ok()) {
            let environment = attempt.name.clone();
            let request = InstallationRequest { environment, ..InstallationRequest::default() };
            attempt.installation = Some(install::run(context.ports, &request));
        }
    }
    Ok(run.result(&creation, creation.exit_code()))
}
