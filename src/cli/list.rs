//! `git pyenv list`.

use clap::ArgMatches;

use super::{Command, Context};
use crate::error::Result;
use crate::ops::list;
use crate::render::Outcome;

pub(super) static COMMAND: Command = Command { name: "list", describe, run };

fn describe() -> clap::Command {
    clap::Command::new("list")
        .about("List the environments on the disk: kind, Python, size, ignored, tracked")
        .long_about(
            "Lists the environments in the work tree, ignored ones too. IGNORED names the rule that covers one, \
             TRACKED says how many of its files git has. The exit status is 3 if something could not be read.",
        )
}

fn run(context: &Context<'_>, _: &ArgMatches) -> Result<u8> {
    let listing = list::run(context.ports)?;
    Ok(context.output.result(&Outcome::Listing(&listing), listing.outcome().exit_code()))
}
