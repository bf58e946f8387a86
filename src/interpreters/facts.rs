//! What an interpreter says of itself: asked once, then cached until its file or its library changes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::formats::interpreter_facts::{
    self, InterpreterFacts, KnownInterpreter, PrintedPath, SCRIPT, Stamp,
};
use crate::formats::pyvenv_cfg;
use crate::fs::{
    Access, CACHE_DIRECTORY, Expected, FilePlace, TrialEnvironment, file_stamp, is_same_file,
    make_private_directory, read_owned, times,
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

/// Settings of mise with which a shim only runs what is installed
/// (<https://mise.jdx.dev/configuration/settings.html#auto_install>).
const NO_DOWNLOADS: [&str; 3] =
    ["MISE_AUTO_INSTALL", "MISE_EXEC_AUTO_INSTALL", "MISE_NOT_FOUND_AUTO_INSTALL"];

/// What is known of the interpreter at a path, from the cache or from itself. A cache that cannot be read or written only
/// costs time.
///
/// # Errors
/// Action if it cannot be run, or is no Python.
pub(super) fn facts(ports: Ports<'_>, executable: &Path) -> Result<KnownInterpreter> {
    let cached = CachedFacts::of(ports.env, executable);
    if let Some(known) = cached.as_ref().and_then(|cached| cached.recall(executable)) {
        return Ok(known);
    }
    let facts = ask(ports, executable, &Question::ALONE)?;
    let library = library_stamp(&facts);
    let known = KnownInterpreter { facts, library, starts: None };
    // What a program says that stands for another is no longer true when it stands for a third one.
    if let Some(cached) = cached.filter(|_| program_behind(&known.facts, executable).is_none()) {
        cached.remember(executable, &known);
    }
    Ok(known)
}

/// The program that answers when a shim or a script is run where the user is; `None` if the script itself is what Python
/// takes for its program.
///
/// # Errors
/// As [`facts`].
pub(super) fn asked_program(ports: Ports<'_>, shim: &Path) -> Result<Option<PathBuf>> {
    let question = Question { directory: Some(&ports.env.directory), ..Question::ALONE };
    ask(ports, shim, &question).map(|facts| program_behind(&facts, shim))
}

/// The program that Python says it is, if that is another one than the one that was run.
pub(super) fn program_behind(facts: &InterpreterFacts, executable: &Path) -> Option<PathBuf> {
    let program = facts.base_executable.as_ref()?.to_path();
    (program.is_absolute() && !is_same_file(&program, executable)).then_some(program)
}

/// The program with which environments of an interpreter start: its path, or if its library is not found from there, its
/// path without links. An environment is started to see that, once: what is known of one of them holds for all, because
/// all have the same link and the same `home`.
///
/// # Errors
/// Action if no environment of it starts; undecided if none can be made to see that.
pub(super) fn environment_program(
    ports: Ports<'_>,
    executable: &Path,
    mut known: KnownInterpreter,
) -> Result<PathBuf> {
    if let Some(program) = &known.starts {
        return Ok(program.to_path());
    }
    let real = known.facts.real_executable.as_ref().map(PrintedPath::to_path);
    let mut failure = None;
    for program in
        [Some(executable.to_path_buf()), real.filter(|real| real != executable)].into_iter().flatten()
    {
        match start(ports, &program, &known.facts)? {
            Ok(()) => {
                known.starts = Some(PrintedPath::of(&program));
                if let Some(cached) = CachedFacts::of(ports.env, executable) {
                    cached.remember(executable, &known);
                }
                return Ok(program);
            }
            Err(why) => drop(failure.get_or_insert(why)),
        }
    }
    let error = Error::action(format!("an environment of `{}` does not start", display(executable)));
    Err(failure.into_iter().fold(error, Error::cause))
}

/// Starts an environment of a program; the inner error says why that is not an environment of this interpreter.
fn start(ports: Ports<'_>, program: &Path, facts: &InterpreterFacts) -> Result<Result<(), String>> {
    let Some(home) = program.parent().and_then(Path::to_str) else {
        return Ok(Err("its path is not valid UTF-8, as `pyvenv.cfg` requires".to_owned()));
    };
    let trial = TrialEnvironment::create(program, &pyvenv_cfg::write(&[("home", home)]))?;
    let question = Question { options: &["-I"], ..Question::ALONE };
    let answer = match ask(ports, &trial.python(), &question) {
        Ok(answer) => answer,
        Err(error) => {
            let why = error.causes().first().unwrap_or_else(|| error.message());
            return Ok(Err(why.seen_from_root()));
        }
    };
    let is_same = |one: &PrintedPath, other: &Path| is_same_file(&one.to_path(), other);
    if !is_same(&answer.prefix, trial.directory()) {
        return Ok(Err("it does not take the environment for its own".to_owned()));
    }
    let library = answer.standard_library.to_path();
    let is_it = answer.version() == facts.version() && is_same(&facts.standard_library, &library);
    Ok(is_it.then_some(()).ok_or_else(|| format!("there it uses the library in `{}`", display(&library))))
}

/// Changes when a file of the standard library is added or removed; `None` if there is none.
fn library_stamp(facts: &InterpreterFacts) -> Option<u64> {
    let modified = times(&facts.standard_library.to_path()).modified?;
    u64::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
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

    fn recall(&self, executable: &Path) -> Option<KnownInterpreter> {
        let bytes = read_owned(&self.file, SMALL_FILE_LIMIT)?;
        let known = interpreter_facts::from_cache(&bytes, executable, self.stamp)?;
        (known.library.is_some() && known.library == library_stamp(&known.facts)).then_some(known)
    }

    fn remember(&self, executable: &Path, known: &KnownInterpreter) {
        let Some(bytes) = interpreter_facts::cache_entry(executable, self.stamp, known) else { return };
        let directory = self.file.parent().map_or(Ok(()), make_private_directory);
        let place = directory.and_then(|()| FilePlace::at(&self.file));
        let _ = place.and_then(|place| place.write(&bytes, Access::PRIVATE, None, Expected::Anything));
    }
}

/// How a program is asked.
struct Question<'q> {
    /// The options before the script.
    options: &'q [&'q str],
    /// Where it runs; `None` for a place away from the repository.
    directory: Option<&'q Path>,
}

impl Question<'_> {
    /// Isolated (`-I`), without `site` (`-S`).
    const ALONE: Question<'static> = Question { options: &["-I", "-S"], directory: None };
}

/// Runs an interpreter, without what `PYTHON…` variables would change.
fn ask(ports: Ports<'_>, executable: &Path, question: &Question<'_>) -> Result<InterpreterFacts> {
    // Ctrl-C has ended the one before too, which is no reason to try the next.
    ports.signals.check()?;
    let output = run(ports, executable, question)?;
    // Python 2 knows no `-I`; asked without, it at least tells what it is.
    let output = match String::from_utf8_lossy(&output.stderr).contains("Unknown option: -I") {
        true => run(ports, executable, &Question { options: &["-E", "-s", "-S"], ..*question })?,
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

fn run(ports: Ports<'_>, executable: &Path, question: &Question<'_>) -> Result<Output> {
    let arguments = question.options.iter().chain(&["-c", SCRIPT]).map(OsString::from);
    let is_dropped = |name: &str| {
        NOT_FOR_PYTHON.iter().any(|start| name.starts_with(start))
            || name == MACOS_LAUNCHER
            || NO_DOWNLOADS.contains(&name)
    };
    let mut environment = ports.env.for_child(is_dropped);
    environment.extend(NO_DOWNLOADS.map(|name| (name.into(), "false".into())));
    let invocation = Invocation {
        program: executable.to_path_buf(),
        arguments: arguments.collect(),
        directory: question.directory.unwrap_or(Path::new("/")).to_path_buf(),
        environment,
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
