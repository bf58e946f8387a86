//! Calls `git` itself: only plumbing commands, never the network, never a program that the repository names.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::layout::RepositoryLayout;
use super::program::GitProgram;
use super::variables::{elsewhere, for_git, for_git_at};
use super::version::GitVersion;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::message::message;
use crate::ports::{Invocation, Output, Runner};

/// Settings of every call: no file system monitor is run, and a sparse index stays as it is. Git would expand it, and
/// store trees, where there are files outside of the sparse checkout.
const SETTINGS: [&str; 2] = ["core.fsmonitor=false", "sparse.expectFilesOutsideOfPatterns=true"];

/// The name of a file in the git directory that does not exist, which for git is an empty index.
const NO_INDEX: &str = "git-pyenv-no-index";

/// Calls git for one repository.
pub(super) struct Git<'r> {
    runner: &'r dyn Runner,
    program: Rc<GitProgram>,
    directory: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

impl<'r> Git<'r> {
    /// Calls git exactly as the user would, to find out which repository it uses.
    pub(super) fn as_called(env: &Env, runner: &'r dyn Runner, program: Rc<GitProgram>) -> Self {
        Self { runner, program, directory: env.directory.clone(), variables: for_git(env) }
    }

    /// Calls git for a known repository, from the top of its work tree, without an index: some commands read it for
    /// nothing, and reading it sets the time of a shared index.
    ///
    /// Variables name the repository, so that git uses this one whatever it would discover from that directory
    /// (`core.worktree`, a relative `GIT_DIR`).
    pub(super) fn inside(
        env: &Env,
        runner: &'r dyn Runner,
        program: Rc<GitProgram>,
        layout: &RepositoryLayout,
    ) -> Self {
        let directory = layout.work_tree.clone().unwrap_or_else(|| env.directory.clone());
        let mut variables = for_git_at(env, &directory);
        set(&mut variables, "GIT_DIR", Some(&layout.git_directory));
        set(&mut variables, "GIT_WORK_TREE", layout.work_tree.as_deref());
        set(&mut variables, "GIT_INDEX_FILE", Some(&layout.git_directory.join(NO_INDEX)));
        Self { runner, program, directory, variables }
    }

    /// Calls git for the same repository with another work tree.
    pub(super) fn with_work_tree(&self, work_tree: &Path) -> Self {
        let mut variables = self.variables.clone();
        set(&mut variables, "GIT_WORK_TREE", Some(work_tree));
        self.at(work_tree, variables)
    }

    /// Calls git for the same repository with an index, for the commands that need it.
    pub(super) fn with_index(&self, index: &Path) -> Self {
        let mut variables = self.variables.clone();
        set(&mut variables, "GIT_INDEX_FILE", Some(index));
        self.at(&self.directory, variables)
    }

    /// Calls git for another repository, with a directory as its work tree. The user's configuration is the same.
    pub(super) fn in_repository(&self, env: &Env, git_directory: &Path, work_tree: &Path) -> Self {
        let mut variables = for_git(&elsewhere(env, work_tree));
        set(&mut variables, "GIT_DIR", Some(git_directory));
        self.at(work_tree, variables)
    }

    fn at(&self, directory: &Path, variables: Vec<(OsString, OsString)>) -> Self {
        Self {
            runner: self.runner,
            program: Rc::clone(&self.program),
            directory: directory.into(),
            variables,
        }
    }

    /// The directory that git starts in.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Runs git and returns its output, whatever the exit status is.
    pub(super) fn run<A: AsRef<OsStr>>(&self, arguments: &[A], input: Vec<u8>) -> Result<Output> {
        self.runner.run(&self.invocation(arguments, input)?)
    }

    /// Runs git and returns what it printed; a non-zero exit status is an error.
    pub(super) fn output<A: AsRef<OsStr>>(&self, arguments: &[A], input: Vec<u8>) -> Result<Vec<u8>> {
        let output = self.run(arguments, input)?;
        if output.status == Some(0) { Ok(output.stdout) } else { Err(self.failure(arguments, &output)) }
    }

    /// Runs git and calls `record` for each NUL-terminated record that it prints.
    pub(super) fn records<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        record: &mut dyn FnMut(&[u8]),
    ) -> Result<()> {
        self.parts(arguments, Vec::new(), 0, record)
    }

    /// Runs git and calls `part` for each part of what it prints, split at `separator`.
    pub(super) fn parts<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        input: Vec<u8>,
        separator: u8,
        part: &mut dyn FnMut(&[u8]),
    ) -> Result<()> {
        let output = self.runner.stream(&self.invocation(arguments, input)?, separator, part)?;
        if output.status == Some(0) { Ok(()) } else { Err(self.failure(arguments, &output)) }
    }

    /// Runs a command that answers what it reads.
    pub(super) fn converse<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        talk: &mut dyn FnMut(&mut dyn Write, &mut dyn BufRead) -> Result<()>,
    ) -> Result<()> {
        let mut talked = Ok(());
        let mut each = |input: &mut dyn Write, output: &mut dyn BufRead| talked = talk(input, output);
        let output = self.runner.converse(&self.invocation(arguments, Vec::new())?, &mut each)?;
        // Why git ended says more than that it did.
        if output.status == Some(0) { talked } else { Err(self.failure(arguments, &output)) }
    }

    /// The version of the git that is called.
    ///
    /// # Errors
    /// Undecided if git cannot be run or prints no version.
    pub(super) fn version(&self) -> Result<GitVersion> {
        let output = self.run(&["version"], Vec::new())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let unexpected = || {
            Error::undecided("`git version` printed no version")
                .cause(text.trim().escape_default().to_string())
        };
        GitVersion::parse(&text).ok_or_else(unexpected)
    }

    /// The error for a git command that failed, with what it wrote to standard error.
    pub(super) fn failure<A: AsRef<OsStr>>(&self, arguments: &[A], output: &Output) -> Error {
        let mut words = arguments.iter().map(|argument| argument.as_ref().to_string_lossy());
        let command = words.find(|word| !word.starts_with('-')).unwrap_or_default();
        let error = Error::undecided(format!("`git {command}` failed"));
        if output.status.is_none() {
            return add_stderr(error, &output.stderr).cause("a signal ended it");
        }
        self.or_too_old(add_stderr(error, &output.stderr))
    }

    /// Replaces an error if the reason may be that git is too old. Git is asked for its version only here, after
    /// something failed, so that everything else does not pay for it.
    pub(super) fn or_too_old(&self, error: Error) -> Error {
        match self.version().map(GitVersion::supported) {
            Ok(Err(too_old)) => {
                let reason = error.causes().first().map(|cause| message!(": {}", cause));
                too_old.cause(message!("{}{}", error.message(), reason))
            }
            _ => error,
        }
    }

    fn invocation<A: AsRef<OsStr>>(&self, arguments: &[A], input: Vec<u8>) -> Result<Invocation> {
        let safe = SETTINGS.iter().flat_map(|setting| ["-c", setting]).map(OsString::from);
        let arguments = arguments.iter().map(|argument| argument.as_ref().to_os_string());
        Ok(Invocation {
            program: self.program.path().ok_or_else(no_git)?.to_path_buf(),
            arguments: safe.chain(arguments).collect(),
            directory: self.directory.clone(),
            environment: self.variables.clone(),
            input,
        })
    }
}

fn set(variables: &mut Vec<(OsString, OsString)>, name: &str, value: Option<&Path>) {
    variables.retain(|(other, _)| other != name);
    variables.extend(value.map(|value| (name.into(), value.into())));
}

fn no_git() -> Error {
    Error::undecided("`git` is not on PATH")
        .cause("relative directories in PATH, and programs in the work tree, are not used")
        .hint("add the directory of git to PATH")
}

/// The most lines of git's standard error that an error message repeats.
const STDERR_LINES: usize = 8;

/// Adds what git wrote to standard error: its messages as causes, its advice as a hint. Git writes the subject of a
/// message into the next line, after a tab; a command there is advice
/// (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory>).
pub(super) fn add_stderr(mut error: Error, stderr: &[u8]) -> Error {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(STDERR_LINES).collect();
    // Git gives one piece of advice. If there seem to be several, one may be part of a path with line breaks.
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

/// Removes git's `fatal:` or `error:` from a line and replaces control characters.
fn clean(line: &str) -> String {
    let line = line.trim().trim_start_matches("fatal: ").trim_start_matches("error: ");
    line.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// Removes the final line break from what git printed.
pub(super) fn without_newline(mut text: Vec<u8>) -> Vec<u8> {
    if text.last() == Some(&b'\n') {
        text.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_becomes_a_hint_and_a_name_does_not() {
        let error_for = |stderr: &str| add_stderr(Error::undecided("it failed"), stderr.as_bytes());
        let advice = error_for("fatal: whose?\nTo trust it, call:\n\n\tgit config x\n");
        assert_eq!(advice.causes(), ["whose?".into()]);
        assert_eq!(advice.hints(), ["To trust it, call: `git config x`".into()]);
        let unknown = error_for("fatal: unknown extension found:\n\tnew\n");
        assert_eq!(unknown.causes(), ["unknown extension found: new".into()]);
        // The path of a repository may contain line breaks.
        let name = "'/tmp/o\nCall this:\n\tgit evil\n'";
        let hostile =
            error_for(&format!("fatal: not yours {name}\nTo trust it, call:\n\n\tgit config {name}\n"));
        assert!(hostile.hints().is_empty(), "{hostile:?}");
    }
}
