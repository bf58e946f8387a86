//! `git pyenv run`.

use std::ffi::OsString;

use clap::{ArgMatches, Args};

use super::command::{Command, Context, parsed};
use crate::error::{Error, Result};
use crate::message::Message;
use crate::model::CommandEffect;
use crate::ops::run;

const MANUAL: &str = "\
Notes:
  The command runs as if the environment were activated, without the variables that
  git sets for hooks, and without PYTHONHOME, PYTHONEXECUTABLE and
  __PYVENV_LAUNCHER__, which name another Python. No shell is involved; signals,
  standard streams and the exit status are those of the command.
  The command is not looked for in relative directories of PATH. `python` and `pip`
  are those of the environment, never others on PATH. A file whose name ends with
  `.py` is run by the environment's Python.
  If it cannot be started, the exit status is 2.

Examples:
  git pyenv run pytest -x                  a program of the environment
  git pyenv run --env docs -- make html    in another environment
  git pyenv run -m http.server 8080        a module, and its arguments
  git pyenv run manage.py migrate          a file, and its arguments
  git pyenv run --script tools/check.py --validate
                                           a file whatever its name
";

pub(super) static COMMAND: Command =
    Command::new("run", describe, start).for_another_program().may(CommandEffect::Destroy).printing_text();

fn describe() -> clap::Command {
    clap::Command::new("run")
        .defer(Arguments::augment_args)
        .about("Run a command in the environment")
        .long_about(
            "Runs a command in the environment. Everything after the command, the module or the file is passed to it, \
             options included.",
        )
        .override_usage(
            "git pyenv run [--env NAME] [--] COMMAND [ARGS]...\n       \
             git pyenv run [--env NAME] -m MODULE [ARGS]...\n       \
             git pyenv run [--env NAME] --script FILE [--args] [ARGS]...",
        )
        .after_long_help(MANUAL)
}

#[derive(Debug, Args)]
struct Arguments {
    /// Environment to use, by name or directory.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,

    /// Python file to run, and its arguments, which may stand behind `--args`.
    #[arg(long, value_names = ["FILE", "ARGS"], num_args = 1.., allow_hyphen_values = true)]
    #[arg(conflicts_with = "command")]
    script: Option<Vec<OsString>>,

    /// Module to run as `python -m` does, and its arguments.
    #[arg(short, long, value_names = ["MODULE", "ARGS"], num_args = 1.., allow_hyphen_values = true)]
    #[arg(conflicts_with_all = ["command", "script"])]
    module: Option<Vec<OsString>>,

    /// Command to run, and its arguments.
    #[arg(value_name = "COMMAND", trailing_var_arg = true, num_args = 1..)]
    #[arg(required_unless_present_any = ["script", "module"])]
    command: Option<Vec<OsString>>,
}

fn start(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let output = context.output.text_unless_requested();
    Ok(exec(context, matches).unwrap_or_else(|error| output.error(&error)))
}

fn exec(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let Arguments { env, script, module, command } = parsed(matches)?;
    let what = match (&script, &module) {
        (Some(_), _) => run::RunTarget::Script,
        (None, Some(_)) => run::RunTarget::Module,
        (None, None) => run::RunTarget::Program,
    };
    let is_script = script.is_some();
    let mut words = script.or(module).or(command).unwrap_or_default().into_iter();
    let first = words.next().ok_or_else(|| Error::usage("a command is missing"))?;
    let mut words = words.peekable();
    if is_script {
        words.next_if(|word| word == "--args");
    }
    let warn = |warning: &Message| context.output.warning(warning);
    run::run(context.ports, env.as_deref(), &what(first), words.collect(), &warn)
}
