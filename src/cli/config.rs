//! `git pyenv config`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::config::{ENVIRONMENT_KEYS, KEYS, Spelling};
use crate::error::{Error, Result};
use crate::message::Message;
use crate::model::{SettingRow, SettingsReport};
use crate::session::Session;

pub(super) static COMMAND: Command = Command::new("config", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("config")
        .defer(|command| Arguments::augment_args(command).after_long_help(manual()))
        .about("Show the effective settings and where each is set")
        .long_about(
            "Shows the effective settings and where each is set. From lowest to highest precedence: defaults, \
             tools/python-env.json, pyproject.toml, git's configuration, environment variables, options. \
             An unknown setting is an error, an unknown environment variable a warning.",
        )
}

/// The settings, from their table.
fn manual() -> String {
    let entry = |name: &str, about: &str| format!("  {name:<30}  {about}\n");
    let settings = KEYS.iter().filter(|key| key.supported).map(|key| entry(key.name, key.about));
    let parts = ENVIRONMENT_KEYS.iter().filter(|key| key.supported);
    let parts = parts.map(|key| entry(&format!("environments.NAME.{}", key.name), key.about));
    let spelled = |spelling: Spelling| spelling.of("hooks.preCommit");
    format!(
        "Settings:\n{}\nSpelling:\n  {:<30}  tools/python-env.json\n  {:<30}  pyproject.toml\n  \
         {:<30}  git config\n  {:<30}  environment variable\n",
        settings.chain(parts).collect::<String>(),
        spelled(Spelling::Camel),
        spelled(Spelling::Kebab),
        spelled(Spelling::Git),
        spelled(Spelling::Variable),
    )
}

#[derive(Debug, Args)]
struct Arguments {
    /// Show only this setting.
    #[arg(value_name = "KEY")]
    key: Option<String>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let settings = Session::open(context.ports, Vec::new())?.work_tree_settings()?;
    let rows = settings.rows().into_iter().map(|row| SettingRow {
        key: row.key,
        value: row.value,
        empty: row.empty,
        origin: Message::of(&row.origin),
        about: row.about,
    });
    let wanted =
        |row: &SettingRow| arguments.key.as_ref().is_none_or(|key| row.key.eq_ignore_ascii_case(key));
    let rows: Vec<SettingRow> = rows.filter(wanted).collect();
    match (&arguments.key, rows.is_empty()) {
        (Some(key), true) => Err(missing(key)),
        _ => Ok(context.output.result(&SettingsReport { rows }, 0)),
    }
}

/// The error of a setting that is not listed.
fn missing(name: &str) -> Error {
    let message = match KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(name)) {
        Some(_) => format!("the setting `{name}` is not supported yet"),
        None => format!("unknown setting `{name}`"),
    };
    Error::usage(message).suggest("see all settings with", "git pyenv config")
}
