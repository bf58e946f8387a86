//! The real [`Runner`], which is the only place that starts a program, and the real
//! [`Interruption`](crate::ports::Interruption).
#![expect(clippy::disallowed_methods, reason = "this is the door to other programs")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;

use crate::error::{Error, Result};
use crate::path::display;
use crate::ports::{GitVariables, Invocation, Output, Runner, Successor};

#[cfg(unix)]
mod signals;

#[cfg(not(unix))]
pub use crate::ports::Uninterrupted as Signals;
#[cfg(unix)]
pub use signals::Signals;

/// What `git rev-parse --local-env-vars` prints (git 2.47), plus the variables that name a hook's surroundings.
const GIT_LOCAL_VARIABLES: [&str; 18] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_NAMESPACE",
];

/// Runs programs as processes of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessRunner;

impl Runner for ProcessRunner {
    fn run(&self, invocation: &Invocation) -> Result<Output> {
        let mut stdout = Vec::new();
        let output = execute(invocation, |mut source| source.read_to_end(&mut stdout).map(drop))?;
        Ok(Output { stdout, ..output })
    }

    fn stream(&self, invocation: &Invocation, separator: u8, piece: &mut dyn FnMut(&[u8])) -> Result<Output> {
        execute(invocation, |source| {
            let mut source = BufReader::with_capacity(1 << 16, source);
            let mut buffer = Vec::new();
            while source.read_until(separator, &mut buffer)? > 0 {
                piece(buffer.strip_suffix(&[separator]).unwrap_or(&buffer));
                buffer.clear();
            }
            Ok(())
        })
    }

    fn hand_over(&self, successor: &Successor) -> Result<u8> {
        let program = display(&successor.program);
        let failed = |error| Error::action(format!("failed to run `{program}`")).cause(error);
        let mut command = Command::new(&successor.program);
        command.args(&successor.arguments);
        hide_git_variables(&mut command, successor.git_variables);
        for name in &successor.unset {
            command.env_remove(name);
        }
        command.envs(successor.set.iter().map(|(name, value)| (name, value)));
        replace_process(&mut command).map_err(failed)
    }
}

/// Becomes another program; returns only if that fails. The standard library gives a broken pipe its usual effect
/// back, which it takes from every Rust program at its start, and leaves all other signals as they were.
#[cfg(unix)]
fn replace_process(command: &mut Command) -> std::io::Result<u8> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

/// Runs the program and passes its exit status on, where a process cannot become another.
#[cfg(not(unix))]
fn replace_process(command: &mut Command) -> std::io::Result<u8> {
    let status = command.status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2))
}

/// Starts the program, feeds it, hands its standard output to `read`, and waits.
fn execute(
    invocation: &Invocation,
    read: impl FnOnce(std::process::ChildStdout) -> std::io::Result<()>,
) -> Result<Output> {
    let program = invocation.program.to_string_lossy().into_owned();
    let failed = |error: std::io::Error| Error::undecided(format!("failed to run `{program}`")).cause(error);
    let mut child = command(invocation).spawn().map_err(failed)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (result, stderr) = thread::scope(|scope| {
        scope.spawn(move || feed(stdin, &invocation.input));
        let errors = scope.spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.map(|mut source| source.read_to_end(&mut text));
            text
        });
        let result = stdout.map_or(Ok(()), read);
        (result, errors.join().unwrap_or_default())
    });
    let status = wait(&mut child).map_err(failed)?;
    result.map_err(failed)?;
    Ok(Output { status, stdout: Vec::new(), stderr })
}

/// Builds the command with the environment it may see.
fn command(invocation: &Invocation) -> Command {
    let mut command = Command::new(&invocation.program);
    command.args(&invocation.arguments).current_dir(&invocation.directory);
    hide_git_variables(&mut command, invocation.git_variables);
    invocation.removed_variables.iter().for_each(|name| {
        command.env_remove(name);
    });
    command.envs(invocation.variables.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Takes git's own variables away from a program that shall not see them.
fn hide_git_variables(command: &mut Command, which: GitVariables) {
    if which == GitVariables::Clear {
        for name in GIT_LOCAL_VARIABLES {
            command.env_remove(name);
        }
    }
}

/// Writes the input; a child that stops reading early is judged by its exit status, not here.
fn feed(stdin: Option<ChildStdin>, input: &[u8]) {
    let _ = stdin.map(|mut stdin| stdin.write_all(input));
}

fn wait(child: &mut Child) -> std::io::Result<Option<i32>> {
    child.wait().map(|status| status.code())
}
