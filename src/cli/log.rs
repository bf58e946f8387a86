//! `git pyenv log`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::log::{self, LogRequest};

const MANUAL: &str = "\
Notes:
  Outside of a repository it shows your own log, which is about what lies in no repository.
  An operation that is unfinished was killed, or is still at work; the next command that
  deletes something finishes it.
  Each line has the digest of the line before it, so a line that was changed, removed,
  inserted or moved shows. This finds accidents and careless edits. Whoever may write the
  files can also make a log that is unbroken: keep the digest that --verify prints
  elsewhere, and compare later.

Files:
  .git/pyenv/audit-log.jsonl   the log; all work trees of the repository share it
  ~/.local/state/git-pyenv/audit-log.jsonl
                               your own, or below XDG_STATE_HOME

Exit status:
  0  also if the log is empty, or broken without --verify
  1  the log is broken, with --verify
  3  the log cannot be read

Examples:
  git pyenv log -n 5           the five newest operations
  git pyenv log --verify       is the log as it was written?
";

pub(super) static COMMAND: Command = Command::new("log", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("log")
        .defer(Arguments::augment_args)
        .about("Show what was deleted and brought back, from the audit log")
        .long_about(
            "Shows the operations of the audit log, newest first: when, what, with which command, by whom, the snapshot, and how it ended. \
             Nothing is deleted without an entry in it. Times are in UTC.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Say only whether the log is unbroken, and the digest of its last entry; with a digest,
    /// whether it still has that entry.
    #[arg(long, value_name = "DIGEST", num_args = 0..=1, require_equals = true)]
    verify: Option<Option<String>>,

    /// Show at most this many operations.
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let request = LogRequest {
        verify: arguments.verify.is_some(),
        kept_digest: arguments.verify.flatten(),
        limit: arguments.limit,
    };
    let report = log::run(context.ports, &request)?;
    Ok(context.output.result(&report, report.outcome().exit_code()))
}
