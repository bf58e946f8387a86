//! `activate`: the command that activates the environment in a shell.

use crate::env::Env;
use crate::error::{Error, Result};
use crate::formats::activation_script::{self, VirtualEnvAssignment};
use crate::fs::{Process, exists, is_same_file, parent_processes, read_start};
use crate::model::Activation;
use crate::path::display;
use crate::project::SelectedEnvironment;
use crate::session::{Ports, Session};
use crate::shells::{self, SHELLS, Shell};
use crate::tree::SMALL_FILE_LIMIT;

/// Says how to activate the selected environment, or `named`, in this shell or in the one in use.
///
/// # Errors
/// Usage for a shell that is not known and where there is no environment; action where it has no script for the
/// shell, where it was moved, where its interpreter is gone, and where the shell has no way to write its path.
pub fn activate(ports: Ports<'_>, named: Option<&str>, shell: Option<&str>) -> Result<Activation> {
    let (shell, name) = match shell {
        Some(name) => shells::find(name).ok_or_else(|| unknown(name))?,
        None => in_use(ports.env),
    };
    let session = Session::open(ports, Vec::new())?;
    let environment = SelectedEnvironment::find(&session, named)?;
    environment.refuse_dead_link()?;
    let mut files = shell.files.iter().map(|file| environment.scripts.join(file));
    let script = files.find(|file| exists(file)).ok_or_else(|| without_script(&environment, name))?;
    stands_where_it_was_made(
        &environment,
        &read_start(&script, SMALL_FILE_LIMIT).ok().flatten().unwrap_or_default(),
    )?;
    let command = script.to_str().filter(|path| !path.contains(char::is_control));
    let command = command.and_then(|path| shell.command(path)).ok_or_else(|| {
        Error::action(format!("the path `{}` cannot be quoted safely in {name}", display(&script)))
    })?;
    let (deactivate, evaluate, warning) = (shell.deactivate, shell.evaluate, environment.warning());
    Ok(Activation { shell: name, command, deactivate, evaluate, warning })
}

/// The shell that waits for the answer: the nearest process above that is one, but for git and the shell that git
/// starts for an alias; else the one that variables name; else `sh`.
fn in_use(env: &Env) -> (&'static Shell, &'static str) {
    let parents = parent_processes();
    let shell = |process: &Process| shells::find(&process.program).or_else(|| shells::find(&process.name));
    let by_process = behind_git(&parents).and_then(shell);
    let known = by_process.or_else(|| by_variables(env));
    known.unwrap_or((SHELLS[0], SHELLS[0].names[0]))
}

/// The shell that variables name: its own, which it hands on, or that of the user's account.
fn by_variables(env: &Env) -> Option<(&'static Shell, &'static str)> {
    let marks = [("NU_VERSION", "nu"), ("FISH_VERSION", "fish"), ("XONSH_VERSION", "xonsh")];
    let mark = marks.iter().find(|(variable, _)| env.text(variable).is_some());
    mark.map(|(_, shell)| *shell).or_else(|| env.text("SHELL")).and_then(shells::find)
}

/// The process that called git, given those above this one, nearest first.
fn behind_git(parents: &[Process]) -> Option<&Process> {
    let is_git = |process: &Process| process.name == "git" || process.name.starts_with("git-");
    match parents {
        [first, rest @ ..] if is_git(first) => behind_git(rest),
        [_, second, rest @ ..] if is_git(second) => behind_git(rest),
        [first, ..] => Some(first),
        [] => None,
    }
}

fn unknown(name: &str) -> Error {
    let known: Vec<&str> = SHELLS.iter().flat_map(|shell| shell.names).copied().collect();
    Error::usage(format!("unknown shell `{name}`"))
        .hint(format!("the supported shells are {}", known.join(", ")))
}

fn without_script(environment: &SelectedEnvironment<'_>, name: &str) -> Error {
    let has = |shell: &&&Shell| shell.files.iter().any(|file| exists(&environment.scripts.join(file)));
    let names: Vec<&str> = SHELLS.iter().filter(has).map(|shell| shell.names[0]).collect();
    let error =
        Error::action(format!("`{}` has no activation script for {name}", display(&environment.root)));
    let error = match names.as_slice() {
        [] => environment.recreate(error.cause("it has no activation scripts")),
        names => error.cause(format!("it has activation scripts for {}", names.join(", "))),
    };
    match environment.python() {
        Ok(_) => run_instead(error, environment),
        Err(_) => error,
    }
}

fn run_instead(error: Error, environment: &SelectedEnvironment<'_>) -> Error {
    let command = format!("git pyenv run{} -- python", environment.selection.env_option());
    error.suggest("without an activation script, use", command)
}

/// Refuses a script that would activate another place: that of an environment that was moved or copied.
fn stands_where_it_was_made(environment: &SelectedEnvironment<'_>, script: &[u8]) -> Result<()> {
    let VirtualEnvAssignment::Literal(made) = activation_script::read(script) else { return Ok(()) };
    // Not every shell's escapes are decoded; a path that may hold some is taken on trust.
    let is_plain = !made.contains(['"', '\\']);
    if !is_plain || is_same_file(made.as_ref(), &environment.root) {
        return Ok(());
    }
    let error = Error::action(format!("`{}` was moved or copied", display(&environment.root)))
        .cause(format!("its activation script still points to `{}`", display(made.as_ref())));
    Err(run_instead(environment.recreate(error), environment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_and_its_aliases_are_looked_through() {
        let cases: [(&[&str], Option<&str>); 6] = [
            (&["zsh", "login"], Some("zsh")),
            (&["git", "fish"], Some("fish")),
            (&["git", "sh", "git", "fish"], Some("fish")),
            (&["sh", "git", "nu"], Some("nu")),
            (&["git-pyenv", "git"], None),
            (&[], None),
        ];
        for (parents, expected) in cases {
            let process = |name: &&str| Process { name: (*name).to_owned(), program: String::new() };
            let processes: Vec<Process> = parents.iter().map(process).collect();
            assert_eq!(behind_git(&processes).map(|found| found.name.as_str()), expected, "{parents:?}");
        }
    }

    #[test]
    fn variables_tell_where_processes_do_not() {
        let shell = |variables: [(&str, &str); 1]| {
            by_variables(&Env::with(std::path::Path::new("/"), variables)).map(|(_, name)| name)
        };
        assert_eq!(shell([("SHELL", "/usr/bin/fish")]), Some("fish"));
        assert_eq!(shell([("NU_VERSION", "0.108.0")]), Some("nu"));
        assert_eq!(shell([("SHELL", "/opt/strange")]), None);
    }
}
