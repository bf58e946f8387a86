//! What the program asks of the world, as traits; `exec.rs` and `term/` give the real ones.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::error::{Error, Result};

/// Which of git's own variables (`git rev-parse --local-env-vars`) a child process inherits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GitVariables {
    /// All of them: the child is a `git` that shall look at the same repository and index as we do.
    Keep,
    /// None of them: a leaked `GIT_INDEX_FILE` lets the child write into the commit being made
    /// (<https://git-scm.com/docs/githooks#_description>).
    Clear,
}

/// A program to run, without a shell.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The program, looked up in `PATH` unless it holds a `/`.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// The directory it starts in.
    pub directory: PathBuf,
    /// Which of git's variables it sees.
    pub git_variables: GitVariables,
    /// Inherited variables that it does not see.
    pub removed_variables: Vec<OsString>,
    /// Variables set on top of the inherited ones.
    pub variables: Vec<(OsString, OsString)>,
    /// What it reads from standard input.
    pub input: Vec<u8>,
}

/// A program that takes the place of this one. What is not said here it inherits.
#[derive(Debug, Clone)]
pub struct Successor {
    /// The program, absolute.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Variables that are set.
    pub set: Vec<(OsString, OsString)>,
    /// Variables that are taken away.
    pub unset: Vec<OsString>,
    /// Which of git's variables it sees.
    pub git_variables: GitVariables,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// What it wrote to standard output; empty after [`Runner::stream`].
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
}

/// Runs programs.
pub trait Runner {
    /// Runs a program to its end.
    ///
    /// # Errors
    /// Undecided if the program cannot be started or its output cannot be read; a bad exit status is not
    /// an error here.
    fn run(&self, invocation: &Invocation) -> Result<Output>;

    /// Runs a program and hands over its standard output piece by piece, split at `separator`, so that
    /// output of any length needs little memory.
    ///
    /// # Errors
    /// As [`Runner::run`].
    fn stream(&self, invocation: &Invocation, separator: u8, piece: &mut dyn FnMut(&[u8])) -> Result<Output>;

    /// Runs a program in the place of this one: with its streams, its working directory, its signals (but that a
    /// broken pipe ends it) and its exit status, which is returned where the system cannot replace a process.
    ///
    /// # Errors
    /// Action if the program cannot be started.
    fn hand_over(&self, successor: &Successor) -> Result<u8>;
}

/// Is told how far long work has come. Whoever shows it decides when and how; the work is the same without.
pub trait Progress: Sync {
    /// Starts a phase, which ends the one before. `name` is what is being done (`unpacking pip`), `total` the number
    /// of things it is done to, where it is known.
    fn phase(&self, name: &str, total: Option<u64>);

    /// Adds to what the phase has done: so many things, so many bytes. May be called from several threads.
    fn advance(&self, things: u64, bytes: u64);

    /// Ends the last phase; nothing of the display stays.
    fn finish(&self);
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64, _: u64) {}
    fn finish(&self) {}
}

/// A file that can be read at any place, by several threads at once.
pub trait ReadAt: Sync {
    /// How many bytes it has.
    fn size(&self) -> u64;

    /// Reads from a place on; returns how many bytes were read, 0 at the end or if nothing was asked for.
    ///
    /// # Errors
    /// Those of the system.
    fn read_at(&self, at: u64, into: &mut [u8]) -> std::io::Result<usize>;
}

/// Is asked whether somebody wants the run to end: by Ctrl-C, by closing the terminal, or by `kill`. What has begun
/// something that nobody shall find half done is held together by [`Interruption::hold`] and [`Interruption::obey`].
pub trait Interruption: Sync {
    /// From now on a wish to end does not end the process: the work looks for it with [`Interruption::check`]. Whoever
    /// insists still ends it at once.
    fn hold(&self);

    /// Says whether somebody has wanted the run to end since it is held.
    fn is_asked(&self) -> bool;

    /// Ends what was begun by [`Interruption::hold`]. If somebody has wanted the run to end meanwhile, this does not
    /// return: the process ends as it would have ended then. There must be nothing left to clear away.
    fn obey(&self);

    /// Goes on, unless somebody wants the run to end.
    ///
    /// # Errors
    /// Action if so. Nobody is shown it: the process ends before.
    fn check(&self) -> Result<()> {
        if self.is_asked() { Err(Error::action("the run was asked to stop")) } else { Ok(()) }
    }
}

/// Nobody wants the run to end, or else the system ends it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uninterrupted;

impl Interruption for Uninterrupted {
    fn hold(&self) {}

    fn is_asked(&self) -> bool {
        false
    }

    fn obey(&self) {}
}
