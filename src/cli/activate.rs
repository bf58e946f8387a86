//! `git pyenv activate`.

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::Result;
use crate::ops::activate;

const MANUAL: &str = "\
Shells:
  sh, bash, zsh, dash, ksh  eval \"$(git pyenv activate)\"
  fish                      git pyenv activate | source
  csh, tcsh                 eval \"`git pyenv activate`\"
  powershell, pwsh          git pyenv activate | Out-String | Invoke-Expression
  xonsh                     execx($(git pyenv activate))
  nu, cmd                   type what `git pyenv activate` prints

Notes:
  The shell is the process that called git, or else the one that SHELL names.
  `deactivate` undoes it. `git pyenv run -- COMMAND` needs no activation.

Examples:
  eval \"$(git pyenv activate)\"             activate it in this shell
  git pyenv activate --shell fish          print the command for fish
  eval \"$(git pyenv activate --env docs)\"  activate another environment
";

pub(super) static COMMAND: Command = Command::new("activate", describe, run).for_another_program();

fn describe() -> clap::Command {
    clap::Command::new("activate")
        .defer(Arguments::augment_args)
        .about("Print the command that activates the environment in your shell")
        .long_about(
            "Prints the command that activates the environment in your shell: no program can change the shell that \
             called it. If it fails, it prints nothing to standard output. The output is text, even in a pipe, unless \
             JSON is requested.",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Environment to activate, by name or directory.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// Shell; the current one if omitted.
    #[arg(long, value_name = "SHELL")]
    shell: Option<String>,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let output = context.output.text_unless_requested();
    Ok(answer(context, matches).unwrap_or_else(|error| output.error(&error)))
}

fn answer(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { env, shell } = parsed(matches)?;
    let activation = activate::activate(context.ports, env.as_deref(), shell.as_deref())?;
    let output = context.output.text_unless_requested();
    if let Some(warning) = &activation.warning {
        output.warning(warning);
    }
    let status = output.result(&activation, 0);
    if context.ports.env.stdout_is_terminal {
        output.message(&format!(
            "to activate it: {}; to undo it: {}",
            activation.evaluate, activation.deactivate
        ));
    }
    Ok(status)
}
