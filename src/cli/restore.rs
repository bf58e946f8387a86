//! `git pyenv restore`.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use crate::env::stop_point;
use crate::error::{Error, Result};
use crate::model::{CommandEffect, EnvironmentRecipe, MadeEnvironment, Restoration};
use crate::ops::create::{self, CreateRequest};
use crate::ops::install;
use crate::ops::restore::{self, PreparedRestore, RestoreRequest, SnapshotRestore};

const MANUAL: &str = "\
Examples:
  git pyenv restore                       what can be restored
  git pyenv restore 20261126T0810         the one whose id begins so
  git pyenv restore 20261126T0810 --to .venv-old
  git pyenv restore 20261126T0810 --only notes.txt
  git pyenv restore 20261126T0810 --dry-run

Notes:
  Every environment that `cleanup` deletes and `create --force` replaces can be restored.
  From an archive (`cleanup --backup`) it is exactly what it was. Otherwise it is made again
  from its snapshot: the same Python, the same packages in the same versions, from the same
  sources, with the settings of pip and uv that you have now.
  What `cleanup --backup-foreign` archived is put back onto that; with `--only` into an
  environment that exists. With `--to`, the place is written anew into scripts and settings.
  Nothing is overwritten, and an archive that is damaged restores nothing. A package that cannot be had is named with the reason, the others
  are installed, and the exit status is 2; the snapshot stays.
";

pub(super) static COMMAND: Command = Command::new("restore", describe, run).may(CommandEffect::Write);

fn describe() -> clap::Command {
    clap::Command::new("restore")
        .defer(|command| Arguments::augment_args(command).mut_arg("apply", |apply| apply.requires("id")))
        .about("Bring back an environment that was deleted or replaced")
        .long_about(
            "Brings back an environment that `git pyenv cleanup` deleted or `git pyenv create --force` replaced: from \
             its archive exactly as it was, or else from its snapshot, with the same packages. Without an id it lists \
             what can be restored, newest first.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Snapshot to restore: its id, or the start of it. Without it, list them.
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// List what can be restored.
    #[arg(long, conflicts_with_all = ["id", "dry_run", "apply"])]
    list: bool,

    /// Directory that becomes the environment, instead of where it was.
    #[arg(long, value_name = "DIR", requires = "id")]
    to: Option<PathBuf>,

    /// Bring back only this file or directory of the environment, from its archive; may be
    /// repeated.
    #[arg(long, value_name = "PATH", requires = "id")]
    only: Vec<PathBuf>,

    /// Make it again from its packages, even if there is an archive.
    #[arg(long, requires = "id", conflicts_with = "only")]
    from_snapshot: bool,

    /// Python to make it from: `3.12`, `>=3.11`, or a path.
    #[arg(short, long, value_name = "REQUEST", requires = "id")]
    python: Option<String>,

    /// Only show what would be done.
    #[arg(short = 'n', long, requires = "id")]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments: Arguments = parsed(matches)?;
    let Some(id) = arguments.id else {
        let list = restore::list(context.ports)?;
        return Ok(context.output.result(&list, 0));
    };
    let request = RestoreRequest {
        id,
        to: arguments.to,
        only: arguments.only,
        python: arguments.python,
        from_snapshot: arguments.from_snapshot,
        dry_run: arguments.dry_run,
    };
    let run = PlannedRun::new(context, &COMMAND, matches);
    run.require(|| restored(context, &RestoreRequest { dry_run: true, ..request.clone() }))?;
    let restored = restored(context, &request)?;
    Ok(run.result(&restored, restored.exit_code()))
}

fn restored(context: &Context<'_>, request: &RestoreRequest) -> Result<Restoration> {
    match restore::prepare(context.ports, request)? {
        PreparedRestore::Archive(prepared) if request.dry_run => prepared.as_dry_run(),
        PreparedRestore::Archive(prepared) => prepared.carry_out(),
        PreparedRestore::Snapshot(prepared) => from_snapshot(context, *prepared, request.dry_run),
    }
}

/// Creates the environment, and installs into it what was in it.
fn from_snapshot(
    context: &Context<'_>,
    mut prepared: SnapshotRestore<'_>,
    dry_run: bool,
) -> Result<Restoration> {
    let (python, made) = planned(context, &prepared)?;
    prepared.choose(&made);
    if dry_run {
        return Ok(prepared.as_dry_run());
    }
    let operation = prepared.begin()?;
    let request = creation(prepared.recipe(), &python, false);
    if let Err(error) = create::run(context.ports, &request) {
        return Err(operation.failed(error));
    }
    stop_point("restore-created");
    match install::run_exactly(context.ports, prepared.recipe()) {
        Ok(installed) => prepared.finish(operation, installed),
        Err(error) => Err(operation.failed(error)),
    }
}

/// The first request for a Python that one fits, and the environment that `create` would make of it.
fn planned(context: &Context<'_>, prepared: &SnapshotRestore<'_>) -> Result<(String, MadeEnvironment)> {
    let mut last = None;
    for python in &prepared.recipe().pythons {
        let planned = create::run(context.ports, &creation(prepared.recipe(), python, true));
        let made = planned.map(|creation| creation.attempts.into_iter().find_map(|one| one.result.ok()));
        match made {
            Ok(Some(made)) if prepared.accepts(&made) => return Ok((python.clone(), made)),
            Ok(_) => {}
            Err(error) => last = Some(error),
        }
    }
    Err(prepared.without_python(last.unwrap_or_else(|| Error::action("no Python fits"))))
}

fn creation(recipe: &EnvironmentRecipe, python: &str, dry_run: bool) -> CreateRequest {
    CreateRequest {
        environment: Some(recipe.place.clone()),
        python: Some(python.to_owned()),
        prompt: recipe.prompt.clone(),
        without_pip: recipe.without_pip,
        system_site_packages: recipe.system_site_packages,
        dry_run,
        ..CreateRequest::default()
    }
}
