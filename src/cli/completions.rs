//! `git pyenv completions`.

use clap::{ArgMatches, Args};
use clap_complete::Shell;

use super::command::{Command, Context, parsed};
use crate::error::Result;

pub(super) static COMMAND: Command = Command::new("completions", describe, run).printing_text();

/// A name without a hyphen: with one, the bash script of `clap_complete` does not complete subcommands
/// (<https://github.com/clap-rs/clap/issues/6421>).
const BASH_NAME: &str = "gitpyenv";

/// The function that git's own completion calls for `git pyenv`. It passes the line as if it began with `git-pyenv`, and
/// makes bash add a space after each word again, which git's completion turns off.
const BASH_AS_GIT_COMMAND: &str = "
_git_pyenv() {
    local start=${__git_cmd_idx:-1}
    local -a line=(git-pyenv \"${COMP_WORDS[@]:start+1}\")
    local -i word=COMP_CWORD-start
    local -a COMP_WORDS=()
    local -i COMP_CWORD=word
    COMP_WORDS=(\"${line[@]}\")
    compopt +o nospace 2>/dev/null
    _gitpyenv git-pyenv \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"
}
";

fn describe() -> clap::Command {
    clap::Command::new("completions")
        .defer(Arguments::augment_args)
        .about("Print a completion script for a shell")
}

#[derive(Debug, Args)]
struct Arguments {
    /// Shell to complete in.
    #[arg(value_enum)]
    shell: Shell,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let script = match arguments.shell {
        Shell::Bash => bash((context.program)()),
        shell => generated(shell, (context.program)(), "git-pyenv"),
    };
    Ok(context.output.plain(|out| out.write_all(&script)))
}

fn generated(shell: Shell, mut program: clap::Command, name: &str) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program, name, &mut script);
    script
}

/// Returns the script for `git-pyenv` and `git pyenv`.
fn bash(program: clap::Command) -> Vec<u8> {
    let script = String::from_utf8_lossy(&generated(Shell::Bash, program, BASH_NAME)).into_owned();
    let registered = script.replace(&format!(" default {BASH_NAME}\n"), " default git-pyenv\n");
    (registered + BASH_AS_GIT_COMMAND).into_bytes()
}
