//! Programs run in a [`Sandbox`]: git, the binary under test, and the tools that make environments.
//!
//! `sandbox.pyenv(&["check"])` runs in `repo`; `sandbox.at("repo/below").with("GIT_DIR", "…").pyenv(&["check"])`
//! runs elsewhere or with other variables.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::repository::{Sandbox, text};
use super::schema;

/// The object and reference formats that git can make, as options of `git init`.
pub(crate) const FORMATS: [&[&str]; 4] = [
    &["--object-format=sha1", "--ref-format=files"],
    &["--object-format=sha1", "--ref-format=reftable"],
    &["--object-format=sha256", "--ref-format=files"],
    &["--object-format=sha256", "--ref-format=reftable"],
];

/// Checks what git has and could take in. Environments that are written as data name places and Pythons of nobody's
/// machine, so that rules about their condition would find something, and not the same everywhere.
pub(crate) const CHECK_OF_GIT: [&str; 3] =
    ["check", "--select", "PYE101,PYE102,PYE103,PYE201,PYE202,PYE203,PYE204"];

/// How a program ended and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finished {
    /// The exit status; `None` when a signal ended it.
    pub(crate) status: Option<i32>,
    /// Its standard output.
    pub(crate) stdout: Vec<u8>,
    /// Its standard error.
    pub(crate) stderr: Vec<u8>,
}

impl Finished {
    /// Standard output as text.
    pub(crate) fn out(&self) -> String {
        text(&self.stdout)
    }

    /// Standard error as text.
    pub(crate) fn err(&self) -> String {
        text(&self.stderr)
    }

    /// Both outputs, for messages.
    pub(crate) fn said(&self) -> String {
        format!("exit status {:?}\n--- stdout\n{}\n--- stderr\n{}", self.status, self.out(), self.err())
    }

    /// Asserts an exit status.
    #[track_caller]
    pub(crate) fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{}", self.said());
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{}", self.said()))
    }
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        Self { status: output.status.code(), stdout: output.stdout, stderr: output.stderr }
    }
}

/// A directory of a sandbox in which programs are run, with variables of its own.
#[derive(Clone)]
pub(crate) struct Place<'s> {
    sandbox: &'s Sandbox,
    directory: String,
    variables: Vec<(OsString, OsString)>,
    input: Vec<u8>,
}

impl Place<'_> {
    /// Sets a variable.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// The same variables in another directory.
    pub(crate) fn elsewhere(mut self, directory: &str) -> Self {
        directory.clone_into(&mut self.directory);
        self
    }

    /// The directory's path.
    pub(crate) fn path(&self) -> PathBuf {
        self.sandbox.path(&self.directory)
    }

    /// Puts the binary under test first in `PATH`, so that `git pyenv` and hooks find it.
    pub(crate) fn with_binary(self) -> Self {
        let own = Path::new(env!("CARGO_BIN_EXE_git-pyenv")).parent().map(Path::to_path_buf);
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(own.into_iter().chain(std::env::split_paths(&inherited)));
        self.with("PATH", path.expect("directories without a colon"))
    }

    /// Leaves out of `PATH` the directories in which the program is installed, on whatever machine this is.
    pub(crate) fn without_binary(self) -> Self {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let directories =
            std::env::split_paths(&inherited).filter(|place| !is_program(&place.join("git-pyenv")));
        let path = std::env::join_paths(directories);
        self.with("PATH", path.expect("directories without a colon"))
    }

    /// Gives standard input; without it there is none.
    pub(crate) fn reading(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_owned();
        self
    }

    /// A program in this directory, with these variables.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.sandbox.command(program, &self.directory);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a program to its end.
    pub(crate) fn run(&self, program: impl AsRef<OsStr>, arguments: &[impl AsRef<OsStr>]) -> Finished {
        let mut command = self.command(&program);
        command.args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A program that this process just wrote is busy as long as a child of another thread, which has not yet begun
        // its own program, holds it open: <https://github.com/golang/go/issues/22315>.
        let started = loop {
            match command.spawn() {
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                started => break started,
            }
        };
        let mut child =
            started.unwrap_or_else(|error| panic!("cannot start {}: {error}", program.as_ref().display()));
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = self.input.clone();
        // Another thread, because a program may write before it has read; it may also not read at all.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("an end");
        writer.join().expect("no panic");
        if program.as_ref() == env!("CARGO_BIN_EXE_git-pyenv") {
            schema::keep_answer(&output.stdout);
        }
        output.into()
    }

    /// Runs git, whatever comes of it.
    pub(crate) fn git(&self, arguments: &[&str]) -> Finished {
        self.run("git", arguments)
    }

    /// Runs git, asserts that it succeeds, and returns what it printed without the final line break.
    #[track_caller]
    pub(crate) fn git_ok(&self, arguments: &[&str]) -> String {
        let finished = self.git(arguments);
        assert_eq!(finished.status, Some(0), "git {arguments:?}: {}", finished.said());
        finished.out().trim_end().to_owned()
    }

    /// Runs the binary under test.
    pub(crate) fn pyenv(&self, arguments: &[&str]) -> Finished {
        self.run(env!("CARGO_BIN_EXE_git-pyenv"), arguments)
    }

    /// Runs the binary under test with `--output json` and reads its answer, whatever the exit status.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.pyenv(&[arguments, &["--output", "json"]].concat()).json()
    }
}

impl Sandbox {
    /// Makes a sandbox with an empty repository of git's default format in `repo`.
    pub(crate) fn repository() -> Self {
        Self::with_repository(FORMATS[0]).or_else(|| Self::with_repository(&[])).expect("git can init")
    }

    /// As [`Sandbox::repository`], in this directory.
    pub(crate) fn repository_in(place: &Path) -> Self {
        let made = Self::with_repository_in(place, FORMATS[0]);
        made.or_else(|| Self::with_repository_in(place, &[])).expect("git can init")
    }

    /// A directory of the sandbox (`""` is the sandbox itself, `repo` the repository) to run programs in.
    pub(crate) fn at(&self, directory: &str) -> Place<'_> {
        Place { sandbox: self, directory: directory.to_owned(), variables: Vec::new(), input: Vec::new() }
    }

    /// Runs git in `repo`, whatever comes of it.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Finished {
        self.at("repo").git(arguments)
    }

    /// Runs the binary under test in `repo`.
    pub(crate) fn pyenv(&self, arguments: &[&str]) -> Finished {
        self.at("repo").pyenv(arguments)
    }

    /// Runs the binary under test in `repo` and reads its JSON answer, whatever the exit status.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.at("repo").json(arguments)
    }
}

/// Copies a program. Another process writes it: one that another test starts meanwhile would hold what this one has open
/// for writing, and then the copy cannot be run (`ETXTBSY`, <https://man7.org/linux/man-pages/man2/execve.2.html>).
#[track_caller]
pub(crate) fn copy_program(program: impl AsRef<Path>, place: impl AsRef<Path>) {
    let status = Command::new("cp").args([program.as_ref(), place.as_ref()]).status().expect("cp");
    assert!(status.success(), "{} to {}", program.as_ref().display(), place.as_ref().display());
}

/// Finds a program that a test may do without: in the directories of `GIT_PYENV_TEST_TOOLS`, then in `PATH`.
/// Says aloud that it skips if there is none, which is no error for those that `GIT_PYENV_TESTS_WITHOUT` lists.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let listed = ["GIT_PYENV_TEST_TOOLS", "PATH"].map(std::env::var_os).into_iter().flatten();
    let directories: Vec<PathBuf> =
        listed.flat_map(|list| std::env::split_paths(&list).collect::<Vec<_>>()).collect();
    let found = directories.iter().map(|directory| directory.join(name)).find(|file| is_program(file));
    if found.is_none() {
        skip_without(name, &format!("there is no `{name}`"));
    }
    found
}

/// As [`skip`] for want of something, which is no error if `GIT_PYENV_TESTS_WITHOUT` lists its name.
pub(crate) fn skip_without(name: &str, what: &str) {
    let without = std::env::var("GIT_PYENV_TESTS_WITHOUT").unwrap_or_default();
    if without.split_whitespace().any(|other| other == name) {
        eprintln!("SKIPPED: {what}");
    } else {
        skip(what);
    }
}

/// Says aloud that a test, or a row of it, was left out; an error where everything has to run
/// (`GIT_PYENV_TESTS_REQUIRE_ALL=1`, as in CI).
pub(crate) fn skip(what: &str) {
    let required = std::env::var_os("GIT_PYENV_TESTS_REQUIRE_ALL").is_some_and(|value| value == "1");
    assert!(!required, "nothing may be skipped here, but {what}");
    eprintln!("SKIPPED: {what}");
}

fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file())
}
