//! `git pyenv completions`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgMatches, Args};
use clap_complete::{Generator as _, Shell};

use super::command::{Command, Context, parsed};
use crate::config::KEYS;
use crate::error::Result;
use crate::ops::explain;
use crate::ops::list::{self, ListRequest};
use crate::session::{ExternalCommands, Session};
use crate::text::shell_quote;

pub(super) static COMMAND: Command = Command::new("completions", describe, run).printing_text();

/// What stands in a generated script where the names of environments are to be asked for.
const ENVIRONMENTS: &str = "GIT_PYENV_ENVIRONMENTS";
/// The function that asks, in zsh.
const ZSH_FUNCTION: &str = "_git_pyenv_environments";
/// What scripts call to ask.
const ASK: &str = "git-pyenv completions --environments 2>/dev/null";
/// What scripts call to ask for the commands of others, which are found when somebody completes, as git finds its own.
const ASK_COMMANDS: &str = "git-pyenv completions --commands 2>/dev/null";

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

/// What makes fish complete `git pyenv` too: its own completion of git does not find that of other programs in every
/// version (in 3.6 it looks for `git git-pyenv`). Options of git may stand before the word.
const FISH_AS_GIT_COMMAND: &str = "
function __fish_git_pyenv_as_git_command
    set -l words (commandline -opc)
    set -l at (contains -i -- pyenv $words)
    or return
    set -e words[1..$at]
    complete -C (string join -- ' ' git-pyenv (string escape -- $words) (commandline -ct))
end
complete -c git -f -n '__fish_git_using_command pyenv' -a '(__fish_git_pyenv_as_git_command)'
";

fn describe() -> clap::Command {
    clap::Command::new("completions")
        .defer(Arguments::augment_args)
        .about("Print a completion script for a shell")
        .long_about(
            "Prints a script that completes commands, options and their values, names of environments and codes of rules. \
             docs/install.md says where each shell looks for it.",
        )
}

#[derive(Debug, Args)]
struct Arguments {
    /// Shell to complete in.
    #[arg(value_enum, required_unless_present_any = ["environments", "commands"])]
    shell: Option<Shell>,

    /// Print the names of the environments here, for the scripts.
    #[arg(long, hide = true, conflicts_with = "shell")]
    environments: bool,

    /// Print the names of external commands, for the scripts.
    #[arg(long, hide = true, conflicts_with_all = ["shell", "environments"])]
    commands: bool,
}

fn run(context: &Context<'_>, matches: &ArgMatches) -> Result<u8> {
    let arguments = parsed::<Arguments>(matches)?;
    let Some(shell) = arguments.shell else {
        let names = match arguments.commands {
            true => external_names(context),
            false => environment_names(context).unwrap_or_default(),
        };
        let names: String = names.into_iter().map(|name| name + "\n").collect();
        return Ok(context.output.plain(|out| out.write_all(names.as_bytes())));
    };
    let program = (context.program)();
    let rules = rules()?;
    let script = match shell {
        Shell::Bash => bash(program, &rules),
        Shell::Zsh => zsh(program, &rules),
        Shell::Fish => fish(program, &rules),
        shell => generated(shell, program, "git-pyenv", &rules),
    };
    let asked = match shell {
        Shell::Fish => format!("({ASK})"),
        _ => format!("$({ASK})"),
    };
    let script = String::from_utf8_lossy(&script).replace(ENVIRONMENTS, &asked);
    Ok(context.output.plain(|out| out.write_all(script.as_bytes())))
}

/// The names of the settings, and the directories of environments as seen from here: those that are one word.
fn environment_names(context: &Context<'_>) -> Result<BTreeSet<String>> {
    let settings = Session::open(context.ports, Vec::new())?.work_tree_settings()?;
    let mut names: BTreeSet<String> = settings.environments.into_keys().collect();
    let listing =
        list::run(context.ports, &ListRequest { directory: None, without_sizes: true, explains: false })?;
    let here = &context.ports.env.directory;
    let places = listing.environments().map(|(_, found)| found.place());
    let relative =
        |place: PathBuf| place.strip_prefix(here).ok().and_then(|path| path.to_str()).map(str::to_owned);
    names.extend(places.filter_map(relative).filter(|name| !name.is_empty()));
    names.retain(|name| shell_quote(name.as_bytes()) == *name);
    Ok(names)
}

/// The names of the commands of others: those that are one word.
fn external_names(context: &Context<'_>) -> BTreeSet<String> {
    let mut program = (context.program)();
    program.build();
    let commands = ExternalCommands::here(context.ports);
    let names = commands.all(|name| program.find_subcommand(name).is_some()).into_keys();
    names.filter(|name| shell_quote(name.as_bytes()) == *name).collect()
}

/// The rules, as values.
fn rules() -> Result<Vec<PossibleValue>> {
    let explained = explain::run(None)?;
    Ok(explained.rules.iter().map(|rule| PossibleValue::new(rule.code).help(rule.summary)).collect())
}

/// Adds what can be known of values: codes of rules, names of settings, and where to ask for the names of environments.
fn with_values_of(command: clap::Command, rules: &[PossibleValue]) -> clap::Command {
    command.mut_args(|argument| {
        let name = argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
        let values = match name.as_deref() {
            Some("NAME" | "PATH|NAME") => vec![PossibleValue::new(ENVIRONMENTS)],
            Some("RULE" | "RULES") => rules.to_vec(),
            Some("KEY") => KEYS.iter().map(|key| PossibleValue::new(key.name)).collect(),
            _ => return argument,
        };
        argument.value_parser(PossibleValuesParser::new(values)).hide_possible_values(true)
    })
}

/// The program with all that can be known of values.
fn with_values(mut program: clap::Command, name: &str, rules: &[PossibleValue]) -> clap::Command {
    program.set_bin_name(name);
    // Commands have their arguments only once they are built.
    program.build();
    program.mut_subcommands(|command| with_values_of(command, rules))
}

fn generated(shell: Shell, program: clap::Command, name: &str, rules: &[PossibleValue]) -> Vec<u8> {
    let program = with_values(program, name, rules);
    let mut script = Vec::new();
    shell.generate(&program, &mut script);
    script
}

/// Returns the script for zsh, in which a function asks for the names of environments.
fn zsh(program: clap::Command, rules: &[PossibleValue]) -> Vec<u8> {
    let script = String::from_utf8_lossy(&generated(Shell::Zsh, program, "git-pyenv", rules)).into_owned();
    let script = script.replace(&format!(":({ENVIRONMENTS})"), &format!(":{ZSH_FUNCTION}"));
    let function = format!("{ZSH_FUNCTION}() {{\n    compadd -- ${{(f)\"$({ASK})\"}}\n}}\n\n");
    let described = "    _describe -t commands 'git-pyenv commands' commands \"$@\"";
    let others = format!("    commands+=(${{${{(f)\"$({ASK_COMMANDS})\"}}//:/\\\\:}})\n");
    let script = script.replacen(described, &(others + described), 1);
    // The first line says what the script completes.
    let (first, rest) = script.split_once('\n').unwrap_or((&script, ""));
    format!("{first}\n\n{function}{rest}").into_bytes()
}

/// Returns the script for fish, for which `clap_complete` leaves out the values of arguments without an option.
fn fish(program: clap::Command, rules: &[PossibleValue]) -> Vec<u8> {
    let mut script = generated(Shell::Fish, program.clone(), "git-pyenv", rules);
    for command in with_values(program, "git-pyenv", rules).get_subcommands() {
        let values = command.get_positionals().flat_map(clap::Arg::get_possible_values);
        let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        if !names.is_empty() {
            let condition = format!("__fish_git_pyenv_using_subcommand {}", command.get_name());
            let line = format!("complete -c git-pyenv -n \"{condition}\" -f -a \"{}\"\n", names.join(" "));
            script.extend(line.into_bytes());
        }
    }
    let others =
        format!("complete -c git-pyenv -n \"__fish_git_pyenv_needs_command\" -f -a \"({ASK_COMMANDS})\"\n");
    script.extend(others.into_bytes());
    script.extend(FISH_AS_GIT_COMMAND.as_bytes());
    script
}

/// Returns the script for `git-pyenv` and `git pyenv`.
fn bash(program: clap::Command, rules: &[PossibleValue]) -> Vec<u8> {
    let script = String::from_utf8_lossy(&generated(Shell::Bash, program, BASH_NAME, rules)).into_owned();
    // The first list is that of the words behind the program.
    let script = match script.split_once(" help\"\n") {
        Some((before, behind)) => format!("{before} help $({ASK_COMMANDS})\"\n{behind}"),
        None => script,
    };
    let registered = script.replace(&format!(" default {BASH_NAME}\n"), " default git-pyenv\n");
    (registered + BASH_AS_GIT_COMMAND).into_bytes()
}
