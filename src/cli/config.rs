//! `git pyenv config`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::config::{ENVIRONMENT_KEYS, KEYS, Key, Kind, Spelling, VARIABLE_START};
use crate::error::{Error, Result};
use crate::message::Message;
use crate::model::{SettingRow, SettingsReport};
use crate::path::printable;
use crate::session::Session;
use crate::text::{nearest, shell_word};

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
    let settings = KEYS.iter().map(|key| entry(key.name, key.about));
    let parts = ENVIRONMENT_KEYS.iter();
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

    /// Refused: git's own command sets settings.
    #[arg(value_name = "VALUE", hide = true)]
    value: Option<String>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let session = Session::open(context.ports, Vec::new())?;
    if let Some((key, value)) = arguments.key.as_ref().zip(arguments.value) {
        return Err(not_set_here(key, &value));
    }
    let settings = session.work_tree_settings()?;
    let rows = settings.rows().into_iter().map(|row| SettingRow {
        key: row.key,
        value: row.value,
        empty: row.empty,
        origin: Message::of(&row.origin),
        about: row.about,
    });
    let rows: Vec<SettingRow> = match &arguments.key {
        None => rows.collect(),
        Some(name) => {
            let key = known(name).map_or(name.as_str(), |key| key.name);
            rows.filter(|row| row.key.eq_ignore_ascii_case(key) || is_in_group(&row.key, key)).collect()
        }
    };
    match (&arguments.key, rows.is_empty()) {
        (Some(key), true) => Err(missing(key)),
        _ => Ok(context.output.result(&SettingsReport { rows }, 0)),
    }
}

/// Finds the setting of a name in any of its spellings.
fn known(name: &str) -> Option<&'static Key> {
    const SPELLINGS: [Spelling; 4] = [Spelling::Camel, Spelling::Kebab, Spelling::Git, Spelling::Variable];
    let is_named =
        |key: &&Key| SPELLINGS.iter().any(|spelling| spelling.of(key.name).eq_ignore_ascii_case(name));
    KEYS.iter().find(is_named)
}

/// Whether a setting is one of a group, such as `hooks.preCommit` of `hooks`.
fn is_in_group(key: &str, group: &str) -> bool {
    let start = key.get(..group.len()).filter(|start| start.eq_ignore_ascii_case(group));
    start.is_some_and(|_| key[group.len()..].starts_with('.'))
}

/// The name that was most likely meant; what names a part of an environment is taken as it is.
fn meant(name: &str) -> Option<String> {
    let bare = name.strip_prefix("pyenv.").or_else(|| name.strip_prefix(VARIABLE_START)).unwrap_or(name);
    if let Some(key) = known(name).or_else(|| known(bare)) {
        return Some(key.name.to_owned());
    }
    if bare.starts_with("environments.") && bare.matches('.').count() > 1 {
        return Some(bare.to_owned());
    }
    let names: Vec<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
    nearest(bare, &names).map(str::to_owned)
}

/// The error for a value: git's own command sets settings.
fn not_set_here(name: &str, value: &str) -> Error {
    let error = Error::usage("`config` shows settings and sets none");
    match meant(name) {
        Some(key) if has_parts(&key) => error
            .cause(format!("`{key}` consists of several values, which a file of settings can hold"))
            .suggest("see the settings and their spelling with", "git pyenv config --help"),
        Some(key) => {
            let name = shell_word(Spelling::Git.of(&key).as_bytes());
            error.suggest("set it with", format!("git config {name} {}", shell_word(value.as_bytes())))
        }
        None => error
            .cause(format!("there is no setting `{}`", printable(name.as_bytes())))
            .suggest("see all settings with", "git pyenv config"),
    }
}

/// Whether no single value can be written for a setting.
fn has_parts(name: &str) -> bool {
    let key = KEYS.iter().find(|key| key.name == name);
    key.is_some_and(|key| matches!(key.kind(), Kind::Allow | Kind::Environments))
}

/// The error of a setting that is not listed.
fn missing(name: &str) -> Error {
    let error = Error::usage(format!("unknown setting `{name}`"));
    let error = match meant(name).filter(|near| known(name).is_none() && known(near).is_some()) {
        Some(near) => error.did_you_mean(format!("git pyenv config {near}")),
        None => error,
    };
    error.suggest("see all settings with", "git pyenv config")
}
