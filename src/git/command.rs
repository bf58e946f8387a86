//! How `git` itself is called: always plumbing, never the network, never a program the repository names.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::layout::Layout;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::ports::{GitVariables, Invocation, Output, Runner};

/// Set for every call. The first two keep git from writing an index and from fetching missing objects, the
/// third does the latter for gits that do not know the second. Replaced objects are looked at as they will be
/// pushed. Messages go into our own, which are English.
const FIXED: [(&str, &str); 6] = [
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C"),
];

/// Not handed on: ours, and what would change how paths are read or what is printed.
const DROPPED: [&str; 8] = [
    "GIT_PYENV",
    "GIT_TRACE",
    "GIT_PREFIX",
    "GIT_CONFIG",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// Variables that name files; once the repository is known they are made absolute.
const PATHS: [&str; 4] = ["GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_QUARANTINE_PATH"];

/// Calls git for one repository.
pub(super) struct Git<'r> {
    runner: &'r dyn Runner,
    directory: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

impl<'r> Git<'r> {
    /// Calls git exactly as the user would, to find out which repository it sees.
    pub(super) fn as_called(env: &Env, runner: &'r dyn Runner) -> Self {
        Self { runner, directory: env.directory.clone(), variables: inherited(env) }
    }

    /// Calls git for a known repository, from the top of its work tree.
    ///
    /// The repository is named in the variables, so that it stays the same whatever git would discover from
    /// there (`core.worktree`, a relative `GIT_DIR`).
    pub(super) fn inside(env: &Env, runner: &'r dyn Runner, layout: &Layout) -> Self {
        let directory = layout.work_tree.clone().unwrap_or_else(|| env.directory.clone());
        let mut variables = inherited(env);
        variables.retain(|(name, _)| name != "GIT_DIR" && name != "GIT_WORK_TREE");
        for (name, value) in &mut variables {
            if PATHS.iter().any(|path| name == path) && !value.is_empty() {
                let base = if name == "GIT_COMMON_DIR" { &env.directory } else { &directory };
                *value = base.join(&*value).into_os_string();
            }
        }
        variables.push(("GIT_DIR".into(), layout.git_directory.clone().into()));
        if let Some(work_tree) = &layout.work_tree {
            variables.push(("GIT_WORK_TREE".into(), work_tree.clone().into()));
        }
        Self { runner, directory, variables }
    }

    /// The same repository, with other variables and another directory.
    pub(super) fn moved(&self, directory: &Path, variables: &[(&str, &Path)]) -> Self {
        let mut all = self.variables.clone();
        all.retain(|(name, _)| !variables.iter().any(|(other, _)| name == other));
        all.extend(variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))));
        Self { runner: self.runner, directory: directory.to_path_buf(), variables: all }
    }

    /// The directory git starts in.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Runs git; a bad exit status is left to the caller.
    pub(super) fn attempt<A: AsRef<OsStr>>(&self, arguments: &[A], input: Vec<u8>) -> Result<Output> {
        self.runner.run(&self.invocation(arguments, input))
    }

    /// Runs git and returns what it printed.
    pub(super) fn output<A: AsRef<OsStr>>(&self, arguments: &[A], input: Vec<u8>) -> Result<Vec<u8>> {
        let output = self.attempt(arguments, input)?;
        if output.status == Some(0) { Ok(output.stdout) } else { Err(failure(arguments, &output)) }
    }

    /// Runs git and hands over what it prints, NUL-separated, piece by piece.
    pub(super) fn pieces<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        piece: &mut dyn FnMut(&[u8]),
    ) -> Result<()> {
        let output = self.runner.stream(&self.invocation(arguments, Vec::new()), 0, piece)?;
        if output.status == Some(0) { Ok(()) } else { Err(failure(arguments, &output)) }
    }

    fn invocation<A: AsRef<OsStr>>(&self, arguments: &[A], input: Vec<u8>) -> Invocation {
        let safe = ["-c", "core.fsmonitor=false"].map(OsString::from);
        let arguments = arguments.iter().map(|argument| argument.as_ref().to_os_string());
        Invocation {
            program: "git".into(),
            arguments: safe.into_iter().chain(arguments).collect(),
            directory: self.directory.clone(),
            // What git shall see of its own variables is in `variables`, resolved; nothing else leaks in.
            git_variables: GitVariables::Clear,
            removed_variables: Vec::new(),
            variables: self.variables.clone(),
            input,
        }
    }
}

/// The variables that make a child see the repository and configuration that [`Env`] describes.
fn inherited(env: &Env) -> Vec<(OsString, OsString)> {
    let dropped = |name: &str| {
        let by_prefix =
            ["GIT_PYENV_", "GIT_TRACE_", "GIT_TRACE2"].iter().any(|prefix| name.starts_with(prefix));
        by_prefix || DROPPED.contains(&name) || FIXED.iter().any(|(fixed, _)| *fixed == name)
    };
    let git = env.starting_with("GIT_").filter(|(name, _)| !dropped(name));
    let homes = ["HOME", "XDG_CONFIG_HOME"].into_iter().filter_map(|name| Some((name, env.raw(name)?)));
    let fixed = FIXED.iter().map(|(name, value)| (*name, OsStr::new(*value)));
    git.chain(homes).chain(fixed).map(|(name, value)| (name.into(), value.into())).collect()
}

/// How many lines of what git says are passed on.
const SAID: usize = 8;

/// The error for a git that ended badly, with what it said.
pub(super) fn failure<A: AsRef<OsStr>>(arguments: &[A], output: &Output) -> Error {
    let name = arguments
        .iter()
        .map(|argument| argument.as_ref().to_string_lossy())
        .find(|word| !word.starts_with('-'));
    let error = Error::undecided(format!("`git {}` failed", name.unwrap_or_default()));
    blame(error, &output.stderr)
}

/// Adds what git wrote to standard error. What it speaks of stands in a line of its own after a tab; if that is a
/// command, it is advice
/// (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory>).
pub(super) fn blame(mut error: Error, stderr: &[u8]) -> Error {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(SAID).collect();
    // Git has one piece of advice; of several each could be a part of a path that has line breaks in it.
    let advises = text.lines().filter(|line| line.starts_with('\t')).count() == 1;
    let mut rest = lines.as_slice();
    while let [line, after @ ..] = rest {
        let subject = after.first().filter(|next| line.ends_with(':') && next.starts_with('\t'));
        rest = if subject.is_some() { &after[1..] } else { after };
        error = match subject.map(|subject| clean(subject)) {
            Some(command) if advises && command.starts_with("git ") => {
                error.hint(format!("{} `{command}`", clean(line)))
            }
            Some(subject) => error.cause(format!("{} {subject}", clean(line))),
            None => error.cause(clean(line)),
        };
    }
    error
}

/// The lines git wrote to standard error.
pub(super) fn said(stderr: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(stderr);
    text.lines().map(clean).filter(|line| !line.is_empty()).take(SAID).collect()
}

/// A line without the word that git begins it with and what a terminal would obey.
fn clean(line: &str) -> String {
    let line = line.trim().trim_start_matches("fatal: ").trim_start_matches("error: ");
    line.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// Takes the final line break off what git printed.
pub(super) fn line(mut text: Vec<u8>) -> Vec<u8> {
    if text.last() == Some(&b'\n') {
        text.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_a_hint_and_a_name_is_none() {
        let told = |stderr: &str| blame(Error::undecided("it failed"), stderr.as_bytes());
        let advice = told("fatal: whose?\nTo trust it, call:\n\n\tgit config x\n");
        assert_eq!(advice.causes(), ["whose?"]);
        assert_eq!(advice.hints(), ["To trust it, call: `git config x`"]);
        let unknown = told("fatal: unknown extension found:\n\tnew\n");
        assert_eq!(unknown.causes(), ["unknown extension found: new"]);
        // The path of a repository may have line breaks in it.
        let name = "'/tmp/o\nCall this:\n\tgit evil\n'";
        let hostile = told(&format!("fatal: not yours {name}\nTo trust it, call:\n\n\tgit config {name}\n"));
        assert!(hostile.hints().is_empty(), "{hostile:?}");
    }
}
