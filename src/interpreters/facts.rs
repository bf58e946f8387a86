//! What an interpreter says of itself: asked once, then cached until its file changes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::formats::interpreter_facts::{self, InterpreterFacts, SCRIPT, Stamp};
use crate::fs::{
    Access, CACHE_DIRECTORY, Expected, FilePlace, file_stamp, make_private_directory, read_owned,
};
use crate::path::{display, printable};
use crate::ports::{Invocation, Output};
use crate::session::Ports;
use crate::tree::SMALL_FILE_LIMIT;

/// What the programs of a macOS framework take for their own path.
const MACOS_LAUNCHER: &str = "__PYVENV_LAUNCHER__";

/// How the variables begin that an interpreter is not asked with: those that change what Python says, also where it
/// does not know `-I`, and those of git, which are nothing to it.
const NOT_FOR_PYTHON: [&str; 2] = ["PYTHON", "GIT_"];

/// The facts of the interpreter at a path, from the cache or from itself. A cache that cannot be read or written only
/// costs time.
///
/// # Errors
/// Action if it cannot be run, or is no Python.
pub(super) fn facts(ports: Ports<'_>, executable: &Path) -> Result<InterpreterFacts> {
    let cached = CachedFacts::of(ports.env, executable);
    if let Some(facts) = cached.as_ref().and_then(|cached| cached.recall(executable)) {
        return Ok(facts);
    }
    let facts = ask(ports, executable)?;
    if let Some(cached) = cached {
        cached.remember(executable, &facts);
    }
    Ok(facts)
}

/// Where the facts of one interpreter are cached, and the stamp that its file has now.
struct CachedFacts {
    file: PathBuf,
    stamp: Stamp,
}

impl CachedFacts {
    fn of(env: &Env, executable: &Path) -> Option<Self> {
        let directory = env.cache_directory()?.join(CACHE_DIRECTORY).join("interpreters");
        let file = directory.join(interpreter_facts::file_name(executable));
        Some(Self { file, stamp: file_stamp(executable)? })
    }

    fn recall(&self, executable: &Path) -> Option<InterpreterFacts> {
        interpreter_facts::from_cache(&read_owned(&self.file, SMALL_FILE_LIMIT)?, executable, self.stamp)
    }

    fn remember(&self, executable: &Path, facts: &InterpreterFacts) {
        let Some(bytes) = interpreter_facts::cache_entry(executable, self.stamp, facts) else { return };
        let directory = self.file.parent().map_or(Ok(()), make_private_directory);
        let place = directory.and_then(|()| FilePlace::at(&self.file));
        let _ = place.and_then(|place| place.write(&bytes, Access::PRIVATE, None, Expected::Anything));
    }
}

/// Runs the interpreter: isolated (`-I`), without `site` (`-S`), away from the repository, without what `PYTHON…`
/// variables would change.
fn ask(ports: Ports<'_>, executable: &Path) -> Result<InterpreterFacts> {
    // Ctrl-C has ended the one before too, which is no reason to try the next.
    ports.signals.check()?;
    let output = run(ports, executable, &["-I", "-S"])?;
    // Python 2 knows no `-I`; asked without, it at least tells what it is.
    let output = match String::from_utf8_lossy(&output.stderr).contains("Unknown option: -I") {
        true => run(ports, executable, &["-E", "-s", "-S"])?,
        false => output,
    };
    if output.status != Some(0) {
        return Err(not_python(executable).cause(ending(&output)));
    }
    InterpreterFacts::parse(&output.stdout).map_err(|_| {
        let printed = output.stdout.split(|byte| *byte == b'\n').next().unwrap_or_default();
        not_python(executable).cause(format!("its answer is not valid: `{}`", shortened(printed)))
    })
}

fn run(ports: Ports<'_>, executable: &Path, options: &[&str]) -> Result<Output> {
    let arguments = options.iter().chain(&["-c", SCRIPT]).map(OsString::from);
    let is_dropped =
        |name: &str| NOT_FOR_PYTHON.iter().any(|start| name.starts_with(start)) || name == MACOS_LAUNCHER;
    let invocation = Invocation {
        program: executable.to_path_buf(),
        arguments: arguments.collect(),
        directory: PathBuf::from("/"),
        environment: ports.env.for_child(is_dropped),
        input: Vec::new(),
    };
    ports.runner.run(&invocation).map_err(|error| error.of_kind(ErrorKind::Action))
}

fn not_python(executable: &Path) -> Error {
    Error::action(format!("`{}` is not a working Python", display(executable)))
}

/// How a program ended that should have answered: its last words, or its status.
fn ending(output: &Output) -> String {
    let words = output.stderr.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty());
    let status = output.status.map_or_else(|| "a signal".to_owned(), |status| format!("status {status}"));
    words.map_or_else(
        || format!("it exited with {status}"),
        |words| format!("it exited with {status}: {}", shortened(words)),
    )
}

/// The beginning of a line, as it may be shown.
fn shortened(line: &[u8]) -> String {
    const LONGEST: usize = 200;
    printable(&line[..line.len().min(LONGEST)])
}
