//! `git pyenv cleanup`.

use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use super::plan::PlannedRun;
use super::renewal;
use crate::error::{Error, Result};
use crate::model::{BackupScope, Cleanup, CleanupStep, CommandEffect, is_plan_id};
use crate::ops::cleanup::{self, CleanupRequest, CleanupTargets, PlannedCleanup};
use crate::text::{counted, quantity, size};

const MANUAL: &str = "\
Examples:
  git pyenv cleanup --dry-run             what could be deleted
  git pyenv cleanup .venv                 one environment
  git pyenv cleanup --only-broken         environments that do not work
  git pyenv cleanup --older-than 30d --min-size 100MB
  git pyenv cleanup .venv --backup        archives it first
  git pyenv cleanup --create-venv         and create it again, with what the project asks for
  git pyenv cleanup --target caches       __pycache__, .pytest_cache, .tox, ...
  git pyenv cleanup --target backups      archives beyond what the settings keep
  git pyenv cleanup --target store        files that `create` keeps and no environment has
  git pyenv cleanup --directory ~/code    every repository there, and what lies in none
  git pyenv cleanup --dry-run --plan plan.json
  git pyenv cleanup --apply plan.json     what was reviewed, and nothing else

Notes:
  Shows what it would delete and asks; without a terminal it deletes only with `--force`.
  Every deletion of an environment is recorded with its packages in the git directory.
  It keeps, and names, what no tool could write again: files that no installer wrote, edits
  inside packages, files that git tracks, other repositories. `--backup` archives the whole
  environment before it is deleted, and `--backup-foreign` only these; the archive is read
  back and compared first. `--discard` names what may go without. The setting `backup` makes
  `--backup` the default.
  Of backups, `backup.keep`, `backup.maxSize` and `backup.maxAge` say which stay, or
  `--older-than` and `--min-size` which go. The newest of an environment and those with
  files that no tool could write again go only if they are named.
  It keeps what a process uses, as far as the system tells (on Linux, of your own processes).
  Environments outside of the work tree are deleted only if they are named.
  With `--directory`, which also works outside of a repository, each repository has the record
  of its own, and your state directory that of what lies in none. No link is followed and no
  other file system entered. What tools keep in your home directory (hidden directories,
  installations of conda, what variables such as PYENV_ROOT name) stays unless DIR is in it.
  The exit status is 0 if everything selected is gone, 1 if something was kept, 2 if a
  deletion failed.
";

pub(super) static COMMAND: Command =
    Command::new("cleanup", describe, run).may(CommandEffect::Destroy).asking_first();

fn describe() -> clap::Command {
    clap::Command::new("cleanup")
        .defer(Arguments::augment_args)
        .about("Delete environments, what is left of some, and caches")
        .long_about(
            "Deletes the environments of the work tree, whole or what is left of them, or those that are named, after \
             it has shown what that is and asked. Nothing is deleted that no tool could write again, unless it is archived \
             first.",
        )
        .after_long_help(MANUAL)
}

/// What `--target` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum CleanupTarget {
    /// Environments, and what is left of some.
    Venv,
    /// Caches of Python and its tools.
    Caches,
    /// Environments and caches.
    All,
    /// Archives that `--backup` made.
    Backups,
    /// Files that `create` keeps for other environments, and none has.
    Store,
}

#[derive(Debug, Args)]
struct Arguments {
    /// Environments to delete: names from the settings, or paths; of backups, ids or paths.
    #[arg(value_name = "PATH|NAME")]
    names: Vec<String>,

    /// What to delete: venv, caches, all (both), backups or store.
    #[arg(long, value_name = "WHAT", value_enum, default_value = "venv")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    target: CleanupTarget,

    /// Only environments that do not work.
    #[arg(long)]
    only_broken: bool,

    /// Only what was not changed for so long: 12h, 30d, 8w, 1y.
    #[arg(long, value_name = "AGE", value_parser = quantity::age)]
    older_than: Option<Duration>,

    /// Only what is at least as large: 500k, 100MB, 1GiB.
    #[arg(long, value_name = "SIZE", value_parser = quantity::size)]
    min_size: Option<u64>,

    /// Keep what this pattern matches, written as in .gitignore.
    #[arg(long, value_name = "GLOB")]
    keep: Vec<String>,

    /// In every repository at and below this directory, and in what lies in none.
    #[arg(long, value_name = "DIR")]
    #[arg(conflicts_with_all = ["names", "all_worktrees", "plan", "create_venv"])]
    directory: Vec<PathBuf>,

    /// Also delete in the linked work trees of the repository.
    #[arg(long)]
    all_worktrees: bool,

    /// Let this go although no tool could write it again.
    #[arg(long, value_name = "PATH")]
    discard: Vec<PathBuf>,

    /// Archive each environment before it is deleted; then nothing in it stops that.
    #[arg(long)]
    backup: bool,

    /// Archive only what no tool could write again.
    #[arg(long, conflicts_with = "backup")]
    backup_foreign: bool,

    /// Also delete what a process uses.
    #[arg(long)]
    include_in_use: bool,

    /// Ask for each item.
    #[arg(short, long, conflicts_with = "force")]
    interactive: bool,

    /// Do not ask.
    #[arg(short, long)]
    force: bool,

    /// Only show what would be deleted.
    #[arg(short = 'n', long)]
    dry_run: bool,

    /// Then create it again, and install what the project asks for: the named environment, or the one that is selected.
    #[arg(long, conflicts_with_all = SELECTING.iter().filter(|name| **name != "names"))]
    create_venv: bool,

    /// Write the plan of a dry run to this file, for --apply.
    #[arg(long, value_name = "FILE", requires = "dry_run", conflicts_with = "all_worktrees")]
    plan: Option<PathBuf>,

    /// Delete what this plan says, if nothing of it has changed since.
    ///
    /// The plan is a file that --plan wrote, or the id that a dry run showed; then all other options are those of the dry
    /// run. With --dry-run, the plans are only compared.
    #[arg(long, value_name = "FILE|ID", conflicts_with = "interactive")]
    apply: Option<PathBuf>,
}

/// What says otherwise than the file of a plan what is deleted.
const SELECTING: [&str; 9] = [
    "names",
    "target",
    "only_broken",
    "older_than",
    "min_size",
    "keep",
    "all_worktrees",
    "interactive",
    "plan",
];

/// Where things are deleted.
enum CleanupReach {
    /// In one repository.
    Repository,
    /// In every repository below these directories.
    Below(Vec<PathBuf>),
    /// In the user's cache.
    Store,
    /// In the place of an environment that is created again.
    Renewed,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let mut arguments: Arguments = parsed(matches)?;
    let plan_file = arguments.apply.take().filter(|typed| !is_plan_id(&typed.to_string_lossy()));
    if plan_file.is_some() {
        require_no_selection(matches)?;
    }
    let reach = reach(&mut arguments)?;
    let (is_interactive, write_to) = (arguments.interactive, arguments.plan.take());
    let mut request = request(arguments);
    if plan_file.is_some() {
        request.targets = CleanupTargets::All;
        request.apply = plan_file;
    }
    let run = PlannedRun::new(context, &COMMAND, matches);
    let done = match reach {
        CleanupReach::Renewed => {
            let renewed = |request: &CleanupRequest| {
                renewal::renewed(context, request, cleanup::prepare(context.ports, request)?)
            };
            run.require(|| renewed(&CleanupRequest { dry_run: true, ..request.clone() }))?;
            let renewal = renewed(&request)?;
            return Ok(run.result(&renewal, renewal.exit_code()));
        }
        CleanupReach::Store => {
            finish(&run, cleanup::prepare_store(context.ports, &request)?, &request, is_interactive)?
        }
        CleanupReach::Below(directories) => {
            let below = cleanup::find_below(context.ports, &directories)?;
            let prepared = cleanup::prepare_below(context.ports, &below, &request)?;
            finish(&run, prepared, &request, is_interactive)?
        }
        CleanupReach::Repository => {
            let mut prepared = cleanup::prepare(context.ports, &request)?;
            if let Some(file) = &write_to {
                prepared.write_plan(&request, file)?;
            }
            finish(&run, prepared, &request, is_interactive)?
        }
    };
    Ok(run.result(&done, done.exit_code()))
}

/// Refuses what would select something else than the file of a plan does.
fn require_no_selection(matches: &ArgMatches) -> Result<()> {
    let is_given = |name: &&&str| matches.value_source(name) == Some(ValueSource::CommandLine);
    let others = SELECTING.iter().chain(&["directory", "create_venv"]);
    match others.into_iter().find(is_given) {
        None => Ok(()),
        Some(&"names") => {
            Err(Error::usage("the file of a plan says what is deleted, and goes without names"))
        }
        Some(name) => {
            let option = name.replace('_', "-");
            Err(Error::usage(format!(
                "the file of a plan says what is deleted, and goes without `--{option}`"
            )))
        }
    }
}

fn reach(arguments: &mut Arguments) -> Result<CleanupReach> {
    let directories = std::mem::take(&mut arguments.directory);
    match arguments.target {
        _ if arguments.create_venv && arguments.names.len() > 1 => {
            Err(Error::usage("`--create-venv` takes one environment").hint("run it once for each"))
        }
        _ if arguments.create_venv => Ok(CleanupReach::Renewed),
        CleanupTarget::Store if !directories.is_empty() || arguments.plan.is_some() => {
            Err(Error::usage("`--target store` goes with neither `--directory` nor `--plan`"))
        }
        CleanupTarget::Store => Ok(CleanupReach::Store),
        CleanupTarget::Backups if !directories.is_empty() => {
            let error = Error::usage("`--target backups` is about one repository");
            Err(error.hint("leave `--directory` out, and run it in the repository"))
        }
        _ if directories.is_empty() => Ok(CleanupReach::Repository),
        _ => Ok(CleanupReach::Below(directories)),
    }
}

fn request(arguments: Arguments) -> CleanupRequest {
    CleanupRequest {
        names: arguments.names,
        targets: match arguments.target {
            CleanupTarget::Venv => CleanupTargets::Environments,
            CleanupTarget::Caches => CleanupTargets::Caches,
            CleanupTarget::All => CleanupTargets::All,
            CleanupTarget::Backups => CleanupTargets::Backups,
            CleanupTarget::Store => CleanupTargets::Store,
        },
        only_broken: arguments.only_broken,
        older_than: arguments.older_than,
        min_bytes: arguments.min_size,
        keep: arguments.keep,
        all_worktrees: arguments.all_worktrees,
        discard: arguments.discard,
        backup: match (arguments.backup, arguments.backup_foreign) {
            (true, _) => Some(BackupScope::All),
            (_, true) => Some(BackupScope::Foreign),
            (false, false) => None,
        },
        include_in_use: arguments.include_in_use,
        force: arguments.force,
        dry_run: arguments.dry_run,
        is_replaced: arguments.create_venv,
        ..CleanupRequest::default()
    }
}

/// Does what was requested with a plan, if it is the one that was asked for.
fn finish(
    run: &PlannedRun<'_, '_>,
    prepared: impl PlannedCleanup,
    request: &CleanupRequest,
    is_interactive: bool,
) -> Result<Cleanup> {
    let has_file = request.apply.is_some() || prepared.plan().plan_file.is_some();
    if !has_file {
        run.require(|| Ok(prepared.as_dry_run()))?;
    }
    match (request.dry_run, request.force || !prepared.has_work()) {
        (true, _) if has_file => Ok(prepared.ended(CleanupStep::DryRun)),
        (true, _) => Ok(prepared.as_dry_run()),
        (false, true) => prepared.carry_out(&|_| true),
        (false, false) => confirmed(run.context, prepared, is_interactive),
    }
}

/// Carries a plan out as far as the person at the terminal says yes.
fn confirmed(context: &Context<'_>, prepared: impl PlannedCleanup, is_interactive: bool) -> Result<Cleanup> {
    if let Some(error) = prepared.forbidden() {
        return Err(error.hint("delete all the same with `--force`"));
    }
    let env = context.ports.env;
    if !env.stdin_is_terminal || !env.stderr_is_terminal {
        return Ok(prepared.ended(CleanupStep::Unconfirmed));
    }
    if is_interactive {
        let chosen = choose(context, prepared.plan());
        return match chosen {
            Some(chosen) if chosen.contains(&true) => {
                prepared.carry_out(&|number| chosen.get(number).copied().unwrap_or_default())
            }
            _ => Ok(prepared.ended(CleanupStep::Unconfirmed)),
        };
    }
    context.output.to_stderr(prepared.plan());
    let plan = prepared.plan();
    let bytes = plan.plan.iter().filter(|item| !item.is_stopped()).map(|item| item.freed_bytes).sum();
    let count = counted(plan.plan.len() as u64, "item");
    match context.questions.ask(&format!("delete {count} (frees {})?", size(bytes)), "yn") {
        Some('y') => prepared.carry_out(&|_| true),
        _ => Ok(prepared.ended(CleanupStep::Unconfirmed)),
    }
}

/// Asks for each item of a plan; `None` if the person wants no more of it.
fn choose(context: &Context<'_>, plan: &Cleanup) -> Option<Vec<bool>> {
    let mut chosen = Vec::with_capacity(plan.plan.len());
    for item in &plan.plan {
        let one = Cleanup { plan: vec![item.clone()], step: CleanupStep::Planned, ..plan.clone() };
        context.output.to_stderr(&one);
        match context.questions.ask("delete it (q: quit, nothing is deleted)?", "ynq")? {
            'q' => return None,
            answer => chosen.push(answer == 'y'),
        }
    }
    Some(chosen)
}
