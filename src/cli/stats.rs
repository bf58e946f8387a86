//! `git pyenv stats`.

use clap::ArgMatches;

use super::command::{Command, Context};
use crate::error::Result;
use crate::ops::stats;

const MANUAL: &str = "\
Columns:
  OPERATIONS  how many there were
  FREED       size of what was deleted; a file that is also elsewhere frees nothing, where
              that is known
  TIME        how long recording and deleting took, as far as recorded

Notes:
  Months are those of UTC. What the audit log does not prove counts for nothing; see
  git-pyenv-log(1). Nothing is sent anywhere.
";

pub(super) static COMMAND: Command = Command::new("stats", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("stats")
        .about("Show how much was freed and how long it took, by command and month")
        .long_about(
            "Sums up the audit log: how many operations there were, how much they freed and how long they took, by command \
             and by month. Outside of a repository it is your own log.",
        )
        .after_long_help(MANUAL)
}

fn run(context: &Context<'_>, _: &ArgMatches) -> Result<u8> {
    let statistics = stats::run(context.ports)?;
    Ok(context.output.result(&statistics, 0))
}
