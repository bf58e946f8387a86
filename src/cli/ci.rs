//! `git pyenv ci`.

use clap::{ArgMatches, Args, Subcommand};

use super::command::{Command, Context, parsed};
use crate::config::FlagValue;
use crate::error::{Error, Result};
use crate::model::{CacheVerification, FailOn, PackageCheck, Scope};
use crate::ops::check::{self, CheckRequest, EnvironmentScope};
use crate::ops::ci::{self, KeyRequest};

const MANUAL: &str = "\
Key:
  A key is PREFIX-SYSTEM-MACHINE-PYTHON-DIGEST. The digest is over the manifests and locks of
  the project and of local projects that it uses, requirements files with what they include,
  `uv.toml`, `poetry.toml` and `pdm.toml`, `.python-version`, the settings that choose among
  them, and the layout of environments. Line breaks, modes and times of files do not matter,
  nor where the clone is.
  Nothing is run: PYTHON is what names and small files tell of the Python that
  `git pyenv create` would find. Where they do not tell, it is what is requested.
  Indexes and what is behind URLs are not in the key.

Examples:
  git pyenv ci key --prefix v1       the key
  git pyenv ci key --output json     what is in it, file by file
  git pyenv ci verify || git pyenv create --force --install
                                     use what was restored, or make it anew
";

pub(super) static COMMAND: Command = Command::new("ci", describe, run);

fn describe() -> clap::Command {
    clap::Command::new("ci")
        .defer(|command| Arguments::augment_args(command).after_long_help(MANUAL))
        .about("Keep the environment in a cache of CI")
        .long_about(
            "Keeps the environment in a cache of CI: prints the key for it, and checks whether what was restored can be \
             used. It changes nothing and runs no code from the repository or an environment.",
        )
}

#[derive(Debug, Args)]
struct Arguments {
    #[command(subcommand)]
    action: CiCommand,
}

#[derive(Debug, Subcommand)]
enum CiCommand {
    /// Print the cache key of the environment.
    ///
    /// The key is the same for the same files, Python and platform in every clone, and another one if any of them changes,
    /// whether or not the environment exists. The output is text, even in a pipe, unless JSON is requested.
    Key(KeyArguments),
    /// Check whether the restored environment can be used; exit with 1 if not.
    ///
    /// It can if it exists where it was created, its Python works and is the one requested, and it is in step with what the
    /// project asks for. The exit status is 3 if that could not be determined.
    Verify(VerifyArguments),
}

#[derive(Debug, Args)]
struct KeyArguments {
    /// Environment, by name or directory.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// Python that the environment is created with, as for `git pyenv create`.
    #[arg(long, value_name = "PYTHON")]
    python: Option<String>,

    /// Beginning of the key.
    #[arg(long, value_name = "TEXT", default_value = "git-pyenv", value_parser = prefix)]
    prefix: String,
}

#[derive(Debug, Args)]
struct VerifyArguments {
    /// Environment, by name or directory.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
}

/// Caches refuse keys with some other characters, such as commas and slashes.
fn prefix(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => Ok(text.to_owned()),
        false => Err("use letters, digits, . _ -".to_owned()),
    }
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    match parsed::<Arguments>(matches)?.action {
        CiCommand::Key(arguments) => {
            let output = context.output.text_unless_requested();
            Ok(key(context, arguments).unwrap_or_else(|error| output.error(&error)))
        }
        CiCommand::Verify(arguments) => verify(context, arguments.env.as_deref()),
    }
}

fn key(context: &Context<'_>, arguments: KeyArguments) -> Result<u8> {
    let KeyArguments { env, python, prefix } = arguments;
    let key = ci::key(context.ports, &KeyRequest { environment: env, python, prefix })?;
    let output = context.output.text_unless_requested();
    key.notes.iter().for_each(|note| output.warning(note));
    Ok(output.result(&key, 0))
}

fn verify(context: &Context<'_>, named: Option<&str>) -> Result<u8> {
    let found = ci::restored(context.ports, named)?;
    let verification = match found.exists {
        false => ci::missing(context.ports, found.selection)?,
        true => {
            let selection = &found.selection;
            let place = named.or(selection.name.as_deref()).or(selection.directory.to_str());
            let place = place.ok_or_else(|| Error::undecided("the path of the environment is not UTF-8"))?;
            let request = CheckRequest {
                scope: Scope::WorkTree,
                paths: Vec::new(),
                fail_on: FailOn::Warning,
                environments: EnvironmentScope::Named(vec![place.to_owned()]),
                require_environment: false,
                packages: PackageCheck::Quick,
                explains: false,
                flags: vec![FlagValue {
                    key: "select".to_owned(),
                    value: Some(ci::rules().join(",")),
                    flag: "ci verify".to_owned(),
                }],
            };
            let report = check::run(context.ports, &request)?;
            CacheVerification { selection: found.selection, report }
        }
    };
    Ok(context.output.result(&verification, verification.outcome().exit_code()))
}
