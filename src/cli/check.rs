//! `git pyenv check`.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::config::FlagValue;
use crate::error::Result;
use crate::model::{FailOn, PackageCheck, Scope};
use crate::ops::check::{self, CheckRequest, EnvironmentScope};
use crate::render::Detail;

const MANUAL: &str = "\
Examples:
  git pyenv check                       the work tree: tracked files, and what is not ignored
  git pyenv check --staged              what `git commit` would add
  git pyenv check --range main..HEAD    what a branch adds, even if it removes it again
  git pyenv check --commit HEAD --output json
                                        all files of the last commit, as JSON

Notes:
  With --staged, environments that are in `HEAD` already are reported as info and do not
  make the check fail.
  Paths are relative to the working directory, `:/PATH` to the top of the work tree.
";

pub(super) static COMMAND: Command = Command::new("check", describe, run).with_findings();

fn describe() -> clap::Command {
    clap::Command::new("check")
        .defer(Arguments::augment_args)
        .about("Report environments that are tracked, not ignored or broken")
        .long_about(
            "Reports Python environments that are committed, staged or not ignored: complete or in parts, under any \
             name, recognised by their content. In the work tree it also reports environments that are broken, \
             unfinished, use the wrong Python or lack what the project asks for, and stale locks. It changes nothing and runs no code from the repository or an \
             environment.",
        )
        .after_long_help(MANUAL)
}

/// Which findings make exit status 1.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum FailOnArgument {
    Error,
    Warning,
    Never,
}

#[derive(Debug, Args)]
struct Arguments {
    /// Report only findings at, below or above these paths.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Check what the next commit would contain.
    #[arg(long, group = "scope")]
    staged: bool,

    /// Check all files of a commit.
    #[arg(long, value_name = "REV", group = "scope")]
    commit: Option<String>,

    /// Check what the commits of a range add.
    #[arg(long, value_name = "A..B", group = "scope")]
    range: Option<String>,

    /// Look only at this environment for whether it works and is in step, by its name in the settings or its directory; may
    /// be repeated.
    #[arg(long, value_name = "NAME", conflicts_with = "scope")]
    env: Vec<String>,

    /// Look at every environment for whether it works and is in step, not only at those that projects use.
    #[arg(long, conflicts_with_all = ["scope", "env"])]
    all_envs: bool,

    /// Warn if the project declares requirements but has no environment.
    #[arg(long, conflicts_with = "scope")]
    require_env: bool,

    /// Also compare every file of the installed packages with its hash in RECORD, which takes longer.
    #[arg(long, conflicts_with = "scope")]
    deep: bool,

    /// Run only these rules (codes, names, or groups such as PYE4, comma-separated).
    #[arg(long, value_name = "RULES")]
    select: Vec<String>,

    /// Skip these rules.
    #[arg(long, value_name = "RULES")]
    ignore: Vec<String>,

    /// Lowest severity that exits with 1: error, warning or never.
    #[arg(long, value_name = "SEVERITY", value_enum, default_value = "warning", hide_possible_values = true)]
    fail_on: FailOnArgument,

    /// Exit with 0 even if there are findings.
    #[arg(long, conflicts_with = "fail_on")]
    exit_zero: bool,
}

impl Arguments {
    fn request(self, explains: bool) -> CheckRequest {
        let scope = match (self.staged, self.commit, self.range) {
            (true, ..) => Scope::Staged,
            (_, Some(revision), _) => Scope::Commit(revision),
            (.., Some(range)) => Scope::Range(range),
            _ => Scope::WorkTree,
        };
        let flag = |key: &'static str, flag: &'static str| {
            move |value: String| FlagValue { key: key.to_owned(), value: Some(value), flag: flag.to_owned() }
        };
        let selected = self.select.into_iter().map(flag("select", "--select"));
        let flags = selected.chain(self.ignore.into_iter().map(flag("ignore", "--ignore"))).collect();
        let fail_on = match self.fail_on {
            _ if self.exit_zero => FailOn::Never,
            FailOnArgument::Never => FailOn::Never,
            FailOnArgument::Error => FailOn::Error,
            FailOnArgument::Warning => FailOn::Warning,
        };
        let environments = match (self.all_envs, self.env) {
            (true, _) => EnvironmentScope::All,
            (false, names) if names.is_empty() => EnvironmentScope::Usual,
            (false, names) => EnvironmentScope::Named(names),
        };
        CheckRequest {
            scope,
            paths: self.paths,
            fail_on,
            environments,
            require_environment: self.require_env,
            packages: if self.deep { PackageCheck::Deep } else { PackageCheck::Quick },
            explains,
            flags,
        }
    }
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let report = check::run(context.ports, &arguments.request(context.output.detail == Detail::Verbose))?;
    Ok(context.output.report(&report, report.outcome().exit_code()))
}
