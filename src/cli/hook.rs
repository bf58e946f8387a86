//! `git pyenv hook`.

use std::ffi::OsString;
use std::io::{self, Read};

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Args, Subcommand};

use super::command::{Command, Context, parsed};
use super::plan::{ApplyArgument, PlannedRun};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::model::CommandEffect;
use crate::ops::hook::{self, HookResult, InstallRequest, RunHookRequest, UninstallRequest};

const MANUAL: &str = "\
Environment:
  GIT_PYENV=0  hooks check nothing: `GIT_PYENV=0 git commit`
  SKIP         the same if its words include git-pyenv or git-pyenv-guard; git-pyenv-notice
               for the hooks after a checkout, merge or rebase

Files:
  HOOK_FILES
               written by `git pyenv hook install`, or below `core.hooksPath` if that is set
  .git/hooks.git-pyenv/pre-commit
               a hook that existed before, with links to what is beside it in .git/hooks; it runs first
  .git/config  `pyenv.executable`: the program, if it is not on PATH

Examples:
  git pyenv hook install --dry-run  show what would change
  git pyenv hook install            guard this repository; if it is bare, what is pushed to it
  git pyenv hook install --notices  also say after a checkout that an environment is out of step
  git pyenv hook status             show whether git will run the hooks
";

pub(super) static COMMAND: Command = Command::new("hook", describe, run)
    .with_findings_of("run")
    .for_another_program()
    .may(CommandEffect::Write)
    .only_reads_in(&["status", "run"]);

fn describe() -> clap::Command {
    clap::Command::new("hook")
        .defer(|command| Arguments::augment_args(command).after_long_help(manual()))
        .about("Guard commits, merges and pushes with git hooks")
        .long_about(
            "Guards commits, merges and pushes with git hooks, also on the server that receives a push. Existing hooks are \
             kept and still run.",
        )
}

/// The manual, with the files of the hooks that are usual in a work tree.
fn manual() -> String {
    let files: Vec<String> = hook::usual_names().map(|name| format!(".git/hooks/{name}")).collect();
    MANUAL.replace("HOOK_FILES", &files.join(", "))
}

#[derive(Debug, Args)]
struct Arguments {
    #[command(subcommand)]
    action: HookCommand,
}

#[derive(Debug, Subcommand)]
enum HookCommand {
    /// Install hooks, keeping existing ones.
    ///
    /// Writes a file for each hook to the directory in which git looks for hooks. A hook that exists is kept and runs first.
    /// Where other repositories may use that directory, git's configuration has the hooks instead, from git 2.54 on.
    ///
    /// Without EVENT these are pre-commit, pre-merge-commit and pre-push; in a bare repository it is pre-receive. `update` is
    /// for servers that cannot have it: it refuses references one by one.
    Install(InstallArguments),
    /// Uninstall hooks and restore what was there before.
    ///
    /// Removes the hooks of this program from the directory of hooks and from git's configuration. A hook that was kept is
    /// put back under its own name; one that was edited since is left alone.
    Uninstall(UninstallArguments),
    /// Show whether git will run the hooks; exit with 1 if one will not run.
    ///
    /// Says for each hook where it is and whether git will run it, and what is in the way if not: a setting that switches
    /// it off, a directory of hooks that is another one, a file that cannot be executed.
    Status,
    /// Run the check for a hook.
    ///
    /// Checks what git is about to commit, to merge or to push, and exits with 1 to stop it. Git and hook frameworks call
    /// it; its text goes to standard error, where git shows it.
    ///
    /// With `git config pyenv.hooks.checkEnvironments true`, pre-commit and pre-merge-commit also check the environment that
    /// each project selects, as it is on disk (PYE3 and PYE4).
    ///
    /// pre-receive and update check the commits that a push brings and the repository does not have under any name. Their
    /// settings are those of the server, in git's configuration and GIT_PYENV_ variables; settings files in pushed commits
    /// count only with `git config pyenv.hooks.acceptPushedSettings true`.
    ///
    /// post-checkout, post-merge and post-rewrite say in two lines which environment is out of step with requirements or
    /// locks that changed. They install nothing and always exit with 0.
    Run(RunArguments),
}

#[derive(Debug, Args)]
struct InstallArguments {
    /// Hooks to install; the usual ones if omitted.
    #[arg(value_name = "EVENT", value_parser = events())]
    events: Vec<String>,

    /// Also install post-checkout, post-merge and post-rewrite, which say when an environment is out of step.
    #[arg(long)]
    notices: bool,

    /// Only show what would change.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,

    /// Use git's configuration instead of files (git 2.54 or later; older versions ignore it).
    #[arg(long)]
    config: bool,

    /// Install files even if another program manages the hooks, other repositories use their directory, or they are
    /// tracked.
    #[arg(long, conflicts_with = "config")]
    force: bool,
}

#[derive(Debug, Args)]
struct UninstallArguments {
    /// Hooks to uninstall; all if omitted.
    #[arg(value_name = "EVENT", value_parser = events())]
    events: Vec<String>,

    /// Only show what would change.
    #[arg(short = 'n', long)]
    dry_run: bool,

    #[command(flatten)]
    plan: ApplyArgument,
}

#[derive(Debug, Args)]
struct RunArguments {
    /// Hook to check for.
    #[arg(value_name = "EVENT", value_parser = events())]
    event: String,

    /// Called by pre-commit or prek: read what to check from the variables that they set.
    #[arg(long)]
    framework: bool,

    /// Called from git's configuration: leave the check to the hook file if there is one.
    #[arg(long, hide = true)]
    from_configuration: bool,

    /// Arguments that git passes to the hook.
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<OsString>,
}

fn events() -> PossibleValuesParser {
    PossibleValuesParser::new(hook::event_names())
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let run = PlannedRun::new(context, &COMMAND, matches);
    let report = match parsed::<Arguments>(matches)?.action {
        HookCommand::Run(arguments) => return Ok(run_hook(context, arguments)),
        HookCommand::Install(InstallArguments { events, notices, dry_run, config, force, plan: _ }) => {
            let request = InstallRequest { events, notices, dry_run, config, force };
            hook::install(context.ports, &request, &|plan| run.require_shown(plan))?
        }
        HookCommand::Uninstall(UninstallArguments { events, dry_run, plan: _ }) => {
            let request = UninstallRequest { events, dry_run };
            hook::uninstall(context.ports, &request, &|plan| run.require_shown(plan))?
        }
        HookCommand::Status => {
            let status = hook::status(context.ports)?;
            return Ok(context.output.result(&status, status.exit_code()));
        }
    };
    Ok(run.result(&report, report.exit_code()))
}

fn run_hook(context: &Context<'_>, arguments: RunArguments) -> u8 {
    let output = context.output.text_unless_requested();
    let RunArguments { event, framework, from_configuration, arguments } = arguments;
    let arguments = arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let request = RunHookRequest { event, framework, from_configuration, arguments };
    let checked = match hook::run(context.ports, &request, read_stdin) {
        Ok(Some(HookResult::Gate(gate))) => output.gate(&gate, gate.report.outcome().exit_code()),
        Ok(Some(HookResult::Notice(notice))) => output.notice(&notice),
        Ok(None) => 0,
        Err(_) if hook::is_notice(&request.event) && !output.says_failures_of_notices() => 0,
        Err(error) => output.error(&error),
    };
    hook::exit_code(&request.event, checked)
}

/// Reads what git writes to the hook.
fn read_stdin(env: &Env, what: &str) -> Result<Vec<u8>> {
    if env.stdin_is_terminal {
        return Err(Error::usage(format!(
            "git has to write {what} to standard input, but that is a terminal"
        ))
        .hint("to check commits, use `git pyenv check --range A..B`"));
    }
    let mut input = Vec::new();
    let failed = |error| Error::undecided(format!("failed to read {what}")).cause(error);
    io::stdin().lock().read_to_end(&mut input).map_err(failed)?;
    Ok(input)
}
