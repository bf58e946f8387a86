//! What the program needs from the outside world, as traits. `exec.rs` and `term/` implement them for real use.

use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use crate::error::{Error, Result};

/// A program to run, without a shell.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The program, absolute: nothing is looked up in `PATH`, which may name a directory of a repository.
    pub program: PathBuf,
    /// Its arguments. What may be long goes to `input`: systems limit the length of a command line.
    pub arguments: Vec<OsString>,
    /// The directory it starts in.
    pub directory: PathBuf,
    /// All of its variables: it inherits none.
    pub environment: Vec<(OsString, OsString)>,
    /// What it reads from standard input.
    pub input: Vec<u8>,
}

/// A program that replaces this process (`exec`), or follows on it as its child. It inherits everything that is not listed here.
#[derive(Debug, Clone)]
pub struct ExecRequest {
    /// The program, absolute.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Variables set on top of the inherited ones.
    pub set: Vec<(OsString, OsString)>,
    /// Inherited variables that are removed.
    pub unset: Vec<OsString>,
    /// Git has started this process, and passes on the signals that it gets: the program then runs as a child, so that one
    /// Ctrl-C reaches it once.
    pub is_below_git: bool,
}

/// How much a program may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes on standard output.
    pub bytes: usize,
    /// The longest time.
    pub time: Duration,
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
    /// Runs a program and waits until it ends.
    ///
    /// # Errors
    /// Undecided if the program cannot be started or its output cannot be read. A non-zero exit status is not an
    /// error here.
    fn run(&self, invocation: &Invocation) -> Result<Output>;

    /// Runs a program and calls `part` for each part of its standard output, split at `separator`. Output of any
    /// length needs little memory.
    ///
    /// # Errors
    /// As [`Runner::run`].
    fn stream(&self, invocation: &Invocation, separator: u8, part: &mut dyn FnMut(&[u8])) -> Result<Output>;

    /// Runs a program that answers what it reads: `talk` writes questions and reads the answers. The input of the
    /// invocation is not written. When `talk` returns, nothing more is written or read, which ends the program.
    ///
    /// # Errors
    /// As [`Runner::run`].
    fn converse(
        &self,
        invocation: &Invocation,
        talk: &mut dyn FnMut(&mut dyn Write, &mut dyn BufRead),
    ) -> Result<Output>;

    /// Runs a program that works for a long time and says what it does, and calls `line` for each line that it writes to
    /// either stream, without its line break, in the order in which they arrive. The program reads `stdin` in the place of
    /// the input of the invocation. A signal that arrives while signals are deferred ([`SignalGuard`]) is passed on, and
    /// this waits for the end of the program all the same. Returns its exit status; `None` when a signal ended it.
    ///
    /// # Errors
    /// Action if the program cannot be started.
    fn follow(
        &self,
        invocation: &Invocation,
        stdin: Stdio,
        line: &mut dyn FnMut(&[u8]),
    ) -> Result<Option<i32>>;

    /// Runs a program as [`Runner::run`] does, but no longer and for no more output than limits allow. A signal that arrives
    /// while signals are deferred is passed on. Of standard error only the end is kept.
    ///
    /// # Errors
    /// Action if the program cannot be started, and if it reaches a limit; then it is killed.
    fn run_within(&self, invocation: &Invocation, limits: Limits) -> Result<Output>;

    /// Replaces this process with a program, which keeps the streams, the working directory and the signals (a
    /// broken pipe gets its default effect again). Where the system cannot replace a process, and below git, the program
    /// is run and its exit status returned.
    ///
    /// # Errors
    /// Action if the program cannot be started.
    fn exec(&self, request: &ExecRequest) -> Result<u8>;
}

/// Receives the progress of long work. The implementation decides when and how to show it.
pub trait Progress: Sync {
    /// Starts a phase and ends the previous one. `name` says what is being done (`unpacking pip`); `total` is the
    /// number of items, where it is known.
    fn phase(&self, name: &str, total: Option<u64>);

    /// Says that nothing goes on until another process is done, which is more than progress: otherwise nobody would know why.
    fn waiting(&self, why: &str) {
        self.phase(why, None);
    }

    /// Adds items and bytes to what the phase has done. May be called from several threads.
    fn advance(&self, items: u64, bytes: u64);

    /// Ends the last phase and removes the display.
    fn finish(&self);
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn phase(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64, _: u64) {}
    fn finish(&self) {}
}

/// Asks the person at the terminal.
pub trait Questions {
    /// Asks a question that one of some keys answers, given in lower case. Returns the key, or `None` for one that means no
    /// answer: Enter, Escape, Ctrl-D, or the end of the input. All other keys are ignored.
    fn ask(&self, question: &str, keys: &str) -> Option<char>;
}

/// A file that several threads can read at any offset at the same time.
pub trait ReadAt: Sync {
    /// The size in bytes.
    fn size(&self) -> u64;

    /// Reads at an offset and returns the number of bytes read: 0 at the end of the file or for an empty buffer.
    ///
    /// # Errors
    /// Any error of the operating system.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize>;
}

/// Defers the signals that end a process (Ctrl-C, a closed terminal, `kill`) while work is being done that must not
/// stop half-way. Every [`SignalGuard::defer`] is followed by a [`SignalGuard::deliver`].
pub trait SignalGuard: Sync {
    /// From now on the first such signal does not end the process: the work polls for it with
    /// [`SignalGuard::check`]. A second one, some time later, still ends the process at once.
    fn defer(&self);

    /// Says whether a signal has arrived since [`SignalGuard::defer`].
    fn is_pending(&self) -> bool;

    /// Stops deferring. If a signal has arrived meanwhile, this call does not return: the process ends as that signal
    /// would have ended it. Callers must have nothing left to clean up.
    fn deliver(&self);

    /// Returns `Ok` unless a signal is pending.
    ///
    /// # Errors
    /// Action if a signal is pending. No user sees this error, because the process ends before it is shown.
    fn check(&self) -> Result<()> {
        if self.is_pending() { Err(Error::action("interrupted")) } else { Ok(()) }
    }
}

/// Defers nothing: a signal has its default effect.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSignals;

impl SignalGuard for NoSignals {
    fn defer(&self) {}

    fn is_pending(&self) -> bool {
        false
    }

    fn deliver(&self) {}
}
