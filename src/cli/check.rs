//! `git pyenv check`.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::config::FlagValue;
use crate::error::Result;
use crate::model::{FailOn, Scope};
use crate::ops::check::{self, CheckRequest};

const MANUAL: &str = "\
Examples:
  git pyenv check                       the work tree: what git tracks, and what lies around it
  git pyenv check --staged              what `git commit` would take in
  git pyenv check --range main..HEAD    what a branch brings in, also what it removes again
  git pyenv check --commit HEAD --output json
                                        the last commit as a whole, for a program

Notes:
  With --staged, what `HEAD` has already is an info and does not count.
  Paths are relative to the working directory, `:/PATH` to the top of the work tree.
";

pub(super) static COMMAND: Command = Command::new("check", describe, run).with_findings();

fn describe() -> clap::Command {
    clap::Command::new("check")
        .defer(Arguments::augment_args)
        .about("Report environments that git has or could take in, or that are broken")
        .long_about(
            "Reports Python environments that are committed, staged or not ignored: whole or in pieces, under any \
             name, recognised by what is in them. In the work tree also those that are dead, moved, unfinished or of \
             the wrong Python. Changes nothing and runs nothing.",
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
    /// Only what is found at, below or above these paths.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Look at what the next commit would hold.
    #[arg(long, group = "scope")]
    staged: bool,

    /// Look at one commit.
    #[arg(long, value_name = "REV", group = "scope")]
    commit: Option<String>,

    /// Look at what the commits of a range bring in.
    #[arg(long, value_name = "A..B", group = "scope")]
    range: Option<String>,

    /// Warn if the project has requirements and no environment.
    #[arg(long, conflicts_with = "scope")]
    require_env: bool,

    /// Run only these rules (codes or names, with commas between).
    #[arg(long, value_name = "RULES")]
    select: Vec<String>,

    /// Leave out these rules.
    #[arg(long, value_name = "RULES")]
    ignore: Vec<String>,

    /// Least severity that exits with 1: error, warning, never.
    #[arg(long, value_name = "SEVERITY", value_enum, default_value = "warning", hide_possible_values = true)]
    fail_on: FailOnArgument,

    /// Exit with 0 whatever is found; for reports.
    #[arg(long, conflicts_with = "fail_on")]
    exit_zero: bool,
}

impl Arguments {
    fn request(self) -> CheckRequest {
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
        CheckRequest { scope, paths: self.paths, fail_on, require_environment: self.require_env, flags }
    }
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let report = check::run(context.ports, &arguments.request())?;
    Ok(context.output.report(&report, report.outcome().exit_code()))
}
