//! `git pyenv tidy`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use crate::error::{Error, Result};
use crate::model::{
    BackupScope, Cleanup, CleanupStep, CommandEffect, FailOn, FixPlan, FixResult, PackageCheck, Scope,
    Tidying,
};
use crate::ops::check::{self, CheckRequest, EnvironmentScope};
use crate::ops::cleanup::{
    self, CleanupRequest, CleanupTargets, DeletingCommand, PlannedCleanup, PreparedCleanup,
};
use crate::ops::fix::{self, FixRequest};
use crate::order::Arrange as _;
use crate::path::RepoPath;
use crate::text::{counted, size};

const MANUAL: &str = "\
Examples:
  git pyenv tidy --dry-run          what would change
  git pyenv tidy                    shows the plan and asks
  git pyenv tidy --force            does it without a question
  git pyenv tidy --target venv      environments only
  git pyenv tidy --target caches    __pycache__, .pytest_cache, ... only

Notes:
  Does for the whole work tree what `git pyenv fix` and `git pyenv cleanup` do for a part:
  environments leave git and are ignored; what is left of environments, in which no Python
  runs, and caches are deleted from disk. Environments that work stay on disk, and so does
  every file that no tool could write again.
  Without a terminal it changes something only with `--force`.
  Ends with what `git pyenv check` says. The exit status is 0 if nothing was kept and
  `check` finds nothing, 1 otherwise, 2 if a deletion failed.
";

pub(super) static COMMAND: Command =
    Command::new("tidy", describe, run).may(CommandEffect::Destroy).asking_first();

fn describe() -> clap::Command {
    clap::Command::new("tidy")
        .defer(Arguments::augment_args)
        .about("Untrack environments, delete what is left of some, and caches")
        .long_about(
            "Makes the work tree ready for a commit, in one plan with one question: environments that git tracks are \
             untracked and ignored, what is left of environments and caches are deleted. Environments that work stay \
             on disk.",
        )
        .after_long_help(MANUAL)
}

/// What `--target` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TidyTarget {
    /// What git has of environments, ignore rules, and what is left of environments.
    Venv,
    /// Caches of Python and its tools.
    Caches,
    /// Both.
    All,
}

#[derive(Debug, Args)]
struct Arguments {
    /// What to tidy: venv, caches or all.
    #[arg(long, value_name = "WHAT", value_enum, default_value = "all")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    target: TidyTarget,

    /// Archive each environment before it is deleted; then nothing in it stops that.
    #[arg(long)]
    backup: bool,

    /// Do not ask.
    #[arg(short, long)]
    force: bool,

    /// Only show what would change.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments: Arguments = parsed(matches)?;
    let run = PlannedRun::new(context, &COMMAND, matches);
    let Plan { fix, cleanup } = prepared(context, &arguments)?;
    run.require(|| Ok(planned(fix.clone(), cleanup.as_dry_run())))?;
    let has_work = cleanup.has_work() || fix.as_ref().is_some_and(|fix| !fix.is_empty());
    let tidying = match (arguments.dry_run, arguments.force || !has_work) {
        (true, _) => planned(fix, cleanup.as_dry_run()),
        (false, true) => carry_out(context, fix, cleanup, arguments.plan.is_given())?,
        (false, false) => confirmed(context, fix, cleanup)?,
    };
    Ok(run.result(&tidying, tidying.exit_code()))
}

/// What would be changed.
struct Plan<'p> {
    /// What git is to forget and to ignore; `None` if nothing of that was asked for.
    fix: Option<FixPlan>,
    /// What is to be deleted.
    cleanup: PreparedCleanup<'p>,
}

fn prepared<'p>(context: &Context<'p>, arguments: &Arguments) -> Result<Plan<'p>> {
    let has_fix = arguments.target != TidyTarget::Caches;
    let fix = has_fix.then(|| fix::prepare(context.ports, &fix_request(true))).transpose()?;
    let fix = fix.map(|prepared| prepared.plan().clone());
    let cleanup = cleanup::prepare(context.ports, &cleanup_request(arguments, fix.as_ref()))?;
    Ok(Plan { fix, cleanup })
}

/// All that `fix` finds.
fn fix_request(dry_run: bool) -> FixRequest {
    FixRequest { paths: Vec::new(), staged: false, dry_run }
}

fn cleanup_request(arguments: &Arguments, fix: Option<&FixPlan>) -> CleanupRequest {
    let untracked = fix.into_iter().flat_map(|fix| &fix.untracked);
    let mut untracked: Vec<RepoPath> =
        untracked.flat_map(|untracked| untracked.paths.iter().cloned()).collect();
    untracked.arrange();
    CleanupRequest {
        targets: match arguments.target {
            TidyTarget::Venv => CleanupTargets::Environments,
            TidyTarget::Caches => CleanupTargets::Caches,
            TidyTarget::All => CleanupTargets::All,
        },
        only_dead: true,
        backup: arguments.backup.then_some(BackupScope::All),
        untracked,
        command: DeletingCommand::Tidy,
        force: arguments.force,
        dry_run: arguments.dry_run,
        ..CleanupRequest::default()
    }
}

/// A plan of which nothing was carried out.
fn planned(fix: Option<FixPlan>, cleanup: Cleanup) -> Tidying {
    let fix = fix.map(|plan| FixResult { plan, staged: Vec::new(), unstaged: Vec::new() });
    Tidying { fix, cleanup, report: None }
}

/// Carries a plan out if the person at the terminal says yes.
fn confirmed(context: &Context<'_>, fix: Option<FixPlan>, cleanup: PreparedCleanup<'_>) -> Result<Tidying> {
    if let Some(error) = cleanup.forbidden().filter(|_| cleanup.has_work()) {
        return Err(error
            .hint("delete all the same with `--force`")
            .suggest("or change only what git has, with", "git pyenv fix"));
    }
    let env = context.ports.env;
    if !env.stdin_is_terminal || !env.stderr_is_terminal {
        return Ok(planned(fix, cleanup.ended(CleanupStep::Unconfirmed)));
    }
    let plan = planned(fix, cleanup.plan().clone());
    context.output.to_stderr(&plan);
    let answer = context.questions.ask(&question(&plan), "yn");
    let fix = plan.fix.map(|fix| fix.plan);
    match answer {
        Some('y') => carry_out(context, fix, cleanup, true),
        _ => Ok(planned(fix, cleanup.ended(CleanupStep::Unconfirmed))),
    }
}

/// Formats `untrack 3 files, change 1 file, delete 2 items (frees 1.0 MiB)?`.
fn question(plan: &Tidying) -> String {
    let fix = plan.fix.as_ref().map(|fix| &fix.plan);
    let untracked: usize =
        fix.iter().flat_map(|fix| &fix.untracked).map(|untracked| untracked.paths.len()).sum();
    let changed = fix.map_or(0, |fix| fix.diffs.len());
    let deleted: Vec<_> = plan.cleanup.plan.iter().filter(|item| !item.is_stopped()).collect();
    let freed = deleted.iter().map(|item| item.freed_bytes).sum();
    let delete = format!("delete {} (frees {})", counted(deleted.len() as u64, "item"), size(freed));
    let parts = [
        (untracked, format!("untrack {}", counted(untracked as u64, "file"))),
        (changed, format!("change {}", counted(changed as u64, "ignore file"))),
        (deleted.len(), delete),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
    format!("{}?", parts.join(", "))
}

/// Takes out of git what is to leave it, then deletes, then checks. What was shown is what is done: if git has something else
/// by now, nothing is.
fn carry_out(
    context: &Context<'_>,
    shown: Option<FixPlan>,
    cleanup: PreparedCleanup<'_>,
    is_shown: bool,
) -> Result<Tidying> {
    let fix = shown.map(|shown| fix_as_shown(context, shown, is_shown)).transpose()?;
    let is_fixed = fix.as_ref().is_some_and(|fix| !fix.plan.is_empty());
    let cleanup = cleanup.carry_out(&|_| true).map_err(|error| match is_fixed {
        true => error.cause("what git has was changed before"),
        false => error,
    })?;
    let report = check::run(context.ports, &check_request());
    context.ports.progress.finish();
    Ok(Tidying { fix, cleanup: Cleanup { step: CleanupStep::Done, ..cleanup }, report: Some(report) })
}

fn fix_as_shown(context: &Context<'_>, shown: FixPlan, is_shown: bool) -> Result<FixResult> {
    if is_shown && shown.is_empty() {
        return Ok(FixResult { plan: shown, staged: Vec::new(), unstaged: Vec::new() });
    }
    let prepared = fix::prepare(context.ports, &fix_request(false))?;
    let plan = prepared.plan();
    if is_shown && (&plan.diffs, &plan.untracked) != (&shown.diffs, &shown.untracked) {
        return Err(Error::action("what is to be changed is not what was shown any more")
            .cause("nothing was changed")
            .suggest("look at it again with", "git pyenv tidy"));
    }
    prepared.carry_out()
}

/// What `git pyenv check` looks at.
fn check_request() -> CheckRequest {
    CheckRequest {
        explains: false,
        scope: Scope::WorkTree,
        paths: Vec::new(),
        fail_on: FailOn::Warning,
        environments: EnvironmentScope::Usual,
        require_environment: false,
        packages: PackageCheck::Quick,
        flags: Vec::new(),
    }
}
