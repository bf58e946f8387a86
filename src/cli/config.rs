//! `git pyenv config`.

use clap::{ArgMatches, Args};

use super::{Command, Context};
use crate::error::{Error, Result};
use crate::ops::Session;
use crate::render::{Outcome, SettingRow};

pub(super) static COMMAND: Command = Command { name: "config", describe, run };

fn describe() -> clap::Command {
    clap::Command::new("config")
        .defer(Arguments::augment_args)
        .about("Show the settings in force, each with where it came from")
}

#[derive(Debug, Args)]
struct Arguments {
    /// Only this setting.
    #[arg(value_name = "KEY")]
    key: Option<String>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = super::parsed::<Arguments>(matches)?;
    let settings = Session::open(context.ports, Vec::new())?.work_tree_settings()?;
    let rows = settings.rows().into_iter().map(|row| SettingRow {
        key: row.key,
        value: row.value,
        origin: row.origin.to_string(),
        about: row.about,
    });
    let wanted =
        |row: &SettingRow| arguments.key.as_ref().is_none_or(|key| row.key.eq_ignore_ascii_case(key));
    let rows: Vec<SettingRow> = rows.filter(wanted).collect();
    match (&arguments.key, rows.is_empty()) {
        (Some(key), true) => {
            Err(Error::usage(format!("there is no setting `{key}`"))
                .hint("`git pyenv config` lists all of them"))
        }
        _ => Ok(context.output.result(&Outcome::Settings(&rows), 0)),
    }
}
