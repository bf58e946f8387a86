//! The real [`Runner`], the only place that starts programs, and the real [`SignalGuard`](crate::ports::SignalGuard).
#![expect(clippy::disallowed_methods, reason = "only this file starts other programs")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;

use crate::error::{Error, Result};
use crate::path::display;
use crate::ports::{ExecRequest, Invocation, Limits, Output, Runner};

#[cfg(unix)]
mod below_git;
mod follow;
mod limited;
#[cfg(unix)]
mod memory;
#[cfg(unix)]
mod signals;

#[cfg(not(unix))]
pub use crate::ports::NoSignals as Signals;
#[cfg(unix)]
pub use memory::Allocator;
#[cfg(unix)]
pub use signals::{Signals, survive_file_size_limit};

/// The system's allocator.
#[cfg(not(unix))]
pub use std::alloc::System as Allocator;

/// Does nothing: there is no such limit.
#[cfg(not(unix))]
pub fn survive_file_size_limit() {}

/// Runs programs as processes of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessRunner;

impl Runner for ProcessRunner {
    fn run(&self, invocation: &Invocation) -> Result<Output> {
        let mut stdout = Vec::new();
        let output = execute(invocation, |input, mut source| {
            drop(input);
            source.read_to_end(&mut stdout).map(drop)
        })?;
        Ok(Output { stdout, ..output })
    }

    fn stream(&self, invocation: &Invocation, separator: u8, part: &mut dyn FnMut(&[u8])) -> Result<Output> {
        execute(invocation, |input, source| {
            drop(input);
            let mut source = BufReader::with_capacity(1 << 16, source);
            let mut buffer = Vec::new();
            while source.read_until(separator, &mut buffer)? > 0 {
                part(buffer.strip_suffix(&[separator]).unwrap_or(&buffer));
                buffer.clear();
            }
            Ok(())
        })
    }

    fn converse(
        &self,
        invocation: &Invocation,
        talk: &mut dyn FnMut(&mut dyn Write, &mut dyn BufRead),
    ) -> Result<Output> {
        execute(invocation, |input, source| {
            if let Some(mut input) = input {
                talk(&mut input, &mut BufReader::with_capacity(1 << 16, source));
            }
            Ok(())
        })
    }

    fn follow(
        &self,
        invocation: &Invocation,
        stdin: Stdio,
        line: &mut dyn FnMut(&[u8]),
    ) -> Result<Option<i32>> {
        let program = display(&invocation.program);
        let failed = |error: std::io::Error| Error::action(format!("failed to run `{program}`")).cause(error);
        let child = command(invocation).stdin(stdin).spawn().map_err(failed)?;
        follow::to_its_end(child, line).map_err(failed)
    }

    fn run_within(&self, invocation: &Invocation, limits: Limits) -> Result<Output> {
        let program = display(&invocation.program);
        let failed = |error: std::io::Error| Error::action(format!("failed to run `{program}`")).cause(error);
        let child = command(invocation).spawn().map_err(failed)?;
        limited::to_its_end(child, &invocation.input, limits).map_err(failed)
    }

    fn exec(&self, request: &ExecRequest) -> Result<u8> {
        let program = display(&request.program);
        let failed = |error| Error::action(format!("failed to run `{program}`")).cause(error);
        let mut command = Command::new(&request.program);
        command.args(&request.arguments);
        for name in &request.unset {
            command.env_remove(name);
        }
        command.envs(request.set.iter().map(|(name, value)| (name, value)));
        #[cfg(unix)]
        if request.is_below_git {
            return below_git::to_its_end(|| command.spawn()).map_err(failed);
        }
        replace_process(&mut command).map_err(failed)
    }
}

/// Replaces this process; returns only if that fails. Rust programs ignore a broken pipe from their start on; the
/// standard library resets that for the new program and leaves all other signals as they are.
#[cfg(unix)]
fn replace_process(command: &mut Command) -> std::io::Result<u8> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

/// Runs the program and returns its exit status, where a process cannot be replaced.
#[cfg(not(unix))]
fn replace_process(command: &mut Command) -> std::io::Result<u8> {
    let status = command.status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2))
}

/// Starts the program, writes its input, passes its standard output to `read`, and waits for the end. Without an input,
/// `read` gets the other end of it too.
fn execute(
    invocation: &Invocation,
    read: impl FnOnce(Option<ChildStdin>, std::process::ChildStdout) -> std::io::Result<()>,
) -> Result<Output> {
    let program = display(&invocation.program);
    let failed = |error: std::io::Error| Error::undecided(format!("failed to run `{program}`")).cause(error);
    let mut child = command(invocation).spawn().map_err(failed)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let talked = thread::scope(|scope| {
        // Where the system refuses a thread, the pipes are closed, and the program ends.
        let input = &invocation.input;
        let errors = thread::Builder::new().spawn_scoped(scope, move || {
            let mut text = Vec::new();
            let _ = stderr.map(|mut source| source.read_to_end(&mut text));
            text
        })?;
        let mut unused = stdin;
        if !input.is_empty() {
            let stdin = unused.take();
            thread::Builder::new().spawn_scoped(scope, move || write_input(stdin, input))?;
        }
        stdout.map_or(Ok(()), |stdout| read(unused, stdout))?;
        Ok(errors.join().unwrap_or_default())
    });
    if talked.is_err() {
        let _ = child.kill();
    }
    let status = wait(&mut child).map_err(failed)?;
    Ok(Output { status, stdout: Vec::new(), stderr: talked.map_err(failed)? })
}

/// Builds the command with the environment that the child may see.
fn command(invocation: &Invocation) -> Command {
    let mut command = Command::new(&invocation.program);
    command.args(&invocation.arguments).current_dir(&invocation.directory);
    command.env_clear().envs(invocation.environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Writes the input. Write errors are ignored: if the child stops reading early, its exit status shows it.
fn write_input(stdin: Option<ChildStdin>, input: &[u8]) {
    let _ = stdin.map(|mut stdin| stdin.write_all(input));
}

fn wait(child: &mut Child) -> std::io::Result<Option<i32>> {
    child.wait().map(|status| status.code())
}
