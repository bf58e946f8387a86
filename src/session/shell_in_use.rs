//! The shell from which this program was called.

use crate::env::Env;
use crate::fs::{Process, parent_processes};
use crate::shells::{self, SHELLS, Shell};

/// The shell that waits for the answer: the nearest process above that is one, but for git and the shell that git
/// starts for an alias; else the one that variables name; else `sh`.
#[must_use]
pub fn shell_in_use(env: &Env) -> (&'static Shell, &'static str) {
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
