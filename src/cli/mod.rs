//! The command line: the only folder that uses the crate `clap`. One file per command; [`COMMANDS`] is the table.
//!
//! A command turns its arguments into a request for `ops/`, and passes the result to a renderer. The exit status is
//! decided before anything is printed, so that a closed pipe cannot turn findings into success.

use std::ffi::OsString;

use clap::error::ErrorKind as ClapErrorKind;
use clap::{ArgMatches, FromArgMatches as _};

use crate::config::{VARIABLE_START, unknown_variable};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::ops::external;
use crate::path::{path_to_bytes, printable};
use crate::ports::{NoProgress, Progress, Runner, SignalGuard};
use crate::session::{ExternalCommands, Ports};
use crate::term::{Bar, Keyboard, Lines, Waits};
use crate::text::{nearest, shell_word};

mod activate;
mod audit;
mod check;
mod ci;
mod cleanup;
mod command;
mod command_line;
mod commands;
mod completions;
mod config;
mod create;
mod explain;
mod fix;
mod format;
mod global;
mod hook;
mod install;
mod list;
mod lock;
mod log;
mod man;
mod manual;
mod mentions;
mod outdated;
mod output;
mod plan;
mod plugin;
mod program;
#[cfg(feature = "schema")]
mod reference;
mod renewal;
mod restore;
mod run;
mod stats;
mod tidy;
mod tool;
mod tree;
mod usage;
mod r#use;

use command::Context;
use global::GlobalArguments;
use output::Printer;

pub use command::Command;
#[cfg(feature = "schema")]
pub use reference::Page;

/// Every command, in the order of `-h`.
pub static COMMANDS: &[&Command] = &[
    &check::COMMAND,
    &fix::COMMAND,
    &list::COMMAND,
    &create::COMMAND,
    &install::COMMAND,
    &activate::COMMAND,
    &run::COMMAND,
    &r#use::COMMAND,
    &cleanup::COMMAND,
    &restore::COMMAND,
    &tidy::COMMAND,
    &lock::COMMAND,
    &tree::COMMAND,
    &outdated::COMMAND,
    &audit::COMMAND,
    &log::COMMAND,
    &stats::COMMAND,
    &hook::COMMAND,
    &ci::COMMAND,
    &explain::COMMAND,
    &config::COMMAND,
    &tool::COMMAND,
    &plugin::COMMAND,
    &commands::COMMAND,
    &completions::COMMAND,
    &man::COMMAND,
];

/// Runs the program.
#[must_use]
pub fn main(env: &Env, runner: &dyn Runner, signals: &dyn SignalGuard, arguments: Vec<OsString>) -> u8 {
    let matches = match parse(&arguments) {
        Ok(matches) => matches,
        Err(error) => return usage::show(env, &arguments, named_in(&arguments), &error),
    };
    let Some((name, inner)) = matches.subcommand() else { return 2 };
    let global = GlobalArguments::from_arg_matches(&matches).unwrap_or_default();
    let is_hook = name == "hook" && inner.subcommand_name() == Some("run");
    let progress = progress(env, &global, is_hook);
    let ports = Ports { env, runner, progress: &*progress, signals };
    let command = COMMANDS.iter().find(|command| command.name == name);
    let shows_findings = command.is_some_and(|command| command.shows_findings(inner));
    let output = Printer::new(ports, &global, name, shows_findings);
    let context = Context { ports, output, questions: &Keyboard, program: describe, commands: COMMANDS };
    let result = match command {
        Some(command) => run_command(command, &context, inner),
        None => external(&context, name, inner),
    };
    result.unwrap_or_else(|error| context.output.error(&error))
}

fn run_command(command: &Command, context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    context.output.require_format(&command.full_name(matches), command.shows_findings(matches))?;
    let variables = context.ports.env.starting_with(VARIABLE_START);
    for warning in variables.filter_map(|(name, _)| unknown_variable(name)) {
        context.output.message(&format!("warning: {warning}"));
    }
    (command.run)(context, matches)
}

/// Returns the command that arguments name, if any.
fn named_in(arguments: &[OsString]) -> Option<&'static Command> {
    let named = |word: &OsString| COMMANDS.iter().find(|command| word == command.name);
    arguments.iter().find_map(named).copied()
}

/// Returns how to show the progress of a command: as a bar on a terminal, as lines on one that cannot draw it or where more
/// is asked for; elsewhere only that another process is waited for, and nothing for a hook.
fn progress(env: &Env, global: &GlobalArguments, is_hook: bool) -> Box<dyn Progress> {
    // Without `TERM` the terminal is unknown, except on Windows, where it is never set.
    let dumb = env.text("TERM").map_or(cfg!(unix), |terminal| terminal == "dumb");
    match (env.stderr_is_terminal, dumb) {
        _ if global.quiet || is_hook => Box::new(NoProgress),
        (true, false) => Box::new(Bar::default()),
        (true, true) => Box::new(Lines),
        (false, _) if global.verbose > 0 => Box::new(Lines),
        (false, _) => Box::new(Waits),
    }
}

/// Parses the arguments. Describing all commands takes longer than many a command runs, so that the one that is named is
/// tried alone.
///
/// # Errors
/// What clap reports instead, with all commands known.
fn parse(arguments: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let alone = named_in(arguments).and_then(|command| {
        let matches = describe_with([command]).try_get_matches_from(arguments).ok()?;
        // The word may be an argument of an external command.
        (matches.subcommand_name() == Some(command.name)).then_some(matches)
    });
    alone.map_or_else(|| described_for(arguments).try_get_matches_from(arguments), Ok)
}

/// Describes the whole command line.
fn describe() -> clap::Command {
    describe_with(COMMANDS.iter().copied())
}

/// Describes the command line with these commands.
fn describe_with(commands: impl IntoIterator<Item = &'static Command>) -> clap::Command {
    global::add(clap::Command::new("git-pyenv"))
        .bin_name("git pyenv")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Keeps Python environments out of git and in sync with what a project declares")
        .after_help(
            "Exit status: 0 clean or done, 1 findings, 2 wrong usage or failure,\n\
             3 could not determine. `git pyenv COMMAND -h` shows the options of a command,\n\
             `git pyenv --help` the man page.",
        )
        .long_about(
            "Finds Python environments that git tracks, or would track with the next `git add`, under any name, by their \
             content; says how to take them out, and keeps them out with hooks. Creates environments, installs what the \
             project asks for, says whether what is installed is in step with that, and deletes environments so that \
             they can be brought back. It reads repositories and environments, and runs nothing from them to check \
             them. It has nothing to do with the program called pyenv.",
        )
        .after_long_help(manual::PROGRAM)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .allow_external_subcommands(true)
        .subcommands(commands.into_iter().map(|command| (command.describe)()))
}

/// Returns the pages of `docs/commands/` and `docs/rules/`.
///
/// # Errors
/// None: all rules can be explained.
#[cfg(feature = "schema")]
pub fn reference_pages() -> Result<Vec<Page>> {
    Ok(reference::pages(COMMANDS, describe(), &crate::ops::explain::run(None)?.rules))
}

/// Describes the command line for these arguments. Only who reads the long help waits until that is wrapped.
fn described_for(arguments: &[OsString]) -> clap::Command {
    let mut program = describe();
    if !arguments.iter().any(|word| word == "--help" || word == "help") {
        return program;
    }
    program.build();
    manual::with_wrapped_sections(program, manual::WIDTH)
}

/// Runs the program `git-pyenv-NAME` for an unknown command, as git does.
fn external(context: &Context<'_>, name: &str, arguments: &ArgMatches) -> Result<u8> {
    let words: Vec<OsString> = arguments.get_many::<OsString>("").into_iter().flatten().cloned().collect();
    match external::run(context.ports, name, words.clone())? {
        Some(status) => Ok(status),
        None => Err(unknown(context, name, &words)),
    }
}

/// The error for a command that nobody has.
fn unknown(context: &Context<'_>, name: &str, arguments: &[OsString]) -> Error {
    let unknown = describe().error(ClapErrorKind::InvalidSubcommand, format!("unknown command `{name}`"));
    let program = format!("git-pyenv-{name}");
    let error = Error::usage(usage::headline(&unknown));
    let others = ExternalCommands::here(context.ports);
    let error = match others.passed_over(name) {
        none if none.is_empty() => {
            error.cause(format!("there is no program `{}` on PATH either", printable(program.as_bytes())))
        }
        passed_over => passed_over.into_iter().fold(error, Error::cause),
    };
    let built_in = COMMANDS.iter().map(|command| command.name.to_owned());
    let names: Vec<String> = built_in.chain(others.all(|_| false).into_keys()).collect();
    let error = match nearest(name, &names) {
        Some(near) => {
            let words = arguments.iter().map(|word| shell_word(&path_to_bytes(word.as_ref())));
            let words: Vec<String> = std::iter::once(shell_word(near.as_bytes())).chain(words).collect();
            error.did_you_mean(format!("git pyenv {}", words.join(" ")))
        }
        None => error,
    };
    error.suggest("list the commands with", "git pyenv --list")
}
