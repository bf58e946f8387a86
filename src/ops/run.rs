//! `run`: a command in an environment, as if it were activated.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::env::{Env, PROGRAM_SUFFIX};
use crate::error::{Error, Result};
use crate::formats::script_interpreter;
use crate::fs::{exists, is_directory, is_executable, list_paths, read_start};
use crate::inspect::installed::{self, SitePackages};
use crate::message::{Message, message};
use crate::path::{bytes_to_path, display, path_to_bytes};
use crate::plug_ins::{ActivatedType, TypedEnvironment};
use crate::project::{SelectedEnvironment, command_outside, warning_of};
use crate::session::{Ports, Session};
use crate::text::{nearest, shell_word};

/// Linux reads no more of a script to find out what runs it
/// (<https://man7.org/linux/man-pages/man2/execve.2.html>), but a second line may name it too.
const HEAD_LIMIT: u64 = 4096;

/// What to run.
#[derive(Debug, Clone)]
pub enum RunTarget {
    /// A program of the environment or of `PATH`, or a file whose name ends with `.py`.
    Program(OsString),
    /// A module that the environment's Python runs.
    Module(OsString),
    /// A file that the environment's Python runs.
    Script(OsString),
}

/// Becomes the command, or returns its exit status where a process cannot become another. What the user has to know before it
/// starts is given to `warn`.
///
/// # Errors
/// Usage without an environment or for what is not there; action for an environment that is broken or moved.
pub fn run(
    ports: Ports<'_>,
    named: Option<&str>,
    command: &RunTarget,
    arguments: Vec<OsString>,
    warn: &dyn Fn(&Message),
) -> Result<u8> {
    let session = Session::open(ports, Vec::new())?;
    if let Some(environment) = TypedEnvironment::find(ports, &session, named)? {
        if let Some(warning) = warning_of(&session, &environment.selection) {
            warn(&warning);
        }
        return run_in_type(ports, &session, &environment, command, arguments);
    }
    let environment = SelectedEnvironment::find(&session, named)?;
    let python = environment.python()?;
    let path = environment.search_path(ports.env);
    let (program, arguments) = match command {
        RunTarget::Program(name) => {
            let call = Call {
                env: ports.env,
                environment: &environment,
                name: Path::new(name),
                arguments: &arguments,
            };
            match call.program(&path)? {
                Found::Program(program) => (program, arguments),
                Found::PythonFile(file) => (python, [vec![file], arguments].concat()),
            }
        }
        RunTarget::Module(module) => (python, [vec!["-m".into(), module.clone()], arguments].concat()),
        RunTarget::Script(file) => {
            let first = script(ports.env, file)?;
            (python, [vec![first], arguments].concat())
        }
    };
    if let Some(warning) = environment.warning() {
        warn(&warning);
    }
    ports.runner.exec(&environment.command(ports.env, program, arguments)?)
}

/// As [`run`], in an environment that a plug-in makes: with what the plug-in says that activates it.
fn run_in_type(
    ports: Ports<'_>,
    session: &Session<'_>,
    environment: &TypedEnvironment,
    command: &RunTarget,
    arguments: Vec<OsString>,
) -> Result<u8> {
    let activated = environment.activate(ports, session)?;
    let python = || {
        let label = environment.selection.label();
        activated.python.clone().ok_or_else(|| Error::usage(message!("{} has no Python", label)))
    };
    let (program, arguments) = match command {
        RunTarget::Program(name) => (program_in(ports.env, &activated, Path::new(name))?, arguments),
        RunTarget::Module(module) => (python()?, [vec!["-m".into(), module.clone()], arguments].concat()),
        RunTarget::Script(file) => (python()?, [vec![script(ports.env, file)?], arguments].concat()),
    };
    let set = activated.assigned(ports.env)?;
    let removed = activated.unset.iter().map(OsString::from);
    let mut request = command_outside(ports.env, program, arguments);
    request.set = set.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    request.unset.extend(removed);
    ports.runner.exec(&request)
}

/// The program of this name, as [`Call::program`] finds it where it is not that of every environment.
fn program_in(env: &Env, activated: &ActivatedType, name: &Path) -> Result<PathBuf> {
    let is_path = path_to_bytes(name).contains(&b'/');
    let found = match is_path {
        true => Some(env.directory.join(name)).filter(|file| is_executable(file)),
        false => {
            let places = activated.search_path(env).into_iter().filter(|place| place.is_absolute());
            places.map(|place| place.join(name)).find_map(executable)
        }
    };
    found.ok_or_else(|| Error::usage(format!("command not found: `{}`", display(name))))
}

/// What a command stands for.
enum Found {
    Program(PathBuf),
    /// For Python to run.
    PythonFile(OsString),
}

/// A command to run, as it was typed.
struct Call<'c> {
    env: &'c Env,
    environment: &'c SelectedEnvironment<'c>,
    name: &'c Path,
    arguments: &'c [OsString],
}

impl Call<'_> {
    /// Finds the program as a shell would, but skips files that are not programs, and relative directories in `PATH`,
    /// whose programs may be of any repository. A Python or pip of another environment is never what is meant.
    fn program(&self, path: &[PathBuf]) -> Result<Found> {
        let own = executable(self.environment.scripts.join(self.name)).filter(|_| !self.is_path());
        if own.is_none()
            && let Some(file) = self.python_file()
        {
            return Ok(Found::PythonFile(file));
        }
        let found = if self.is_path() {
            Some(self.env.directory.join(self.name)).filter(|file| is_executable(file))
        } else if own.is_none() && self.is_of_every_environment() {
            return Err(self.lacking());
        } else {
            let file = |place: &PathBuf| executable(place.join(self.name));
            path.iter().filter(|place| place.is_absolute()).find_map(file)
        };
        let found = found.ok_or_else(|| self.not_found())?;
        if found.starts_with(&self.environment.root) {
            self.starts(&found)?;
        }
        Ok(Found::Program(found))
    }

    /// The file with this name, if it is one for Python to run; one that is a program says itself what runs it.
    fn python_file(&self) -> Option<OsString> {
        let file = self.env.directory.join(self.name);
        let is_python = self.name.extension().is_some_and(|ending| ending == "py")
            && exists(&file)
            && !is_directory(&file);
        let is_program = self.is_path() && is_executable(&file);
        (is_python && !is_program).then(|| option_safe(&file, self.name.as_os_str()))
    }

    /// Whether the name is that of a Python or a pip, as `python`, `pip3` or `python3.12`.
    fn is_of_every_environment(&self) -> bool {
        let name = self.name.to_str().unwrap_or_default();
        let version = name.strip_prefix("python").or_else(|| name.strip_prefix("pip"));
        version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
    }

    /// The error where the environment has no such Python or pip.
    fn lacking(&self) -> Error {
        let (name, root) = (display(self.name), display(&self.environment.root));
        let error = Error::usage(format!("`{root}` has no `{name}`"))
            .cause(format!("another `{name}` on PATH would not work in this environment"));
        match name.starts_with("pip") {
            true => error.suggest("install pip into it with", self.command("-m", &[b"ensurepip"], false)),
            false => error.suggest("use its own Python with", self.again(&[b"python"])),
        }
    }

    fn is_path(&self) -> bool {
        self.name.components().count() > 1 || path_to_bytes(self.name).contains(&b'/')
    }

    fn not_found(&self) -> Error {
        let name = display(self.name);
        let at = self.env.directory.join(self.name);
        if path_to_bytes(self.name).contains(&b'/') {
            return Error::usage(match (is_directory(&at), exists(&at)) {
                (true, _) => format!("`{name}` is a directory"),
                (false, true) => format!("permission denied: `{name}` is not executable"),
                (false, false) => format!("`{name}` does not exist"),
            });
        }
        let scripts = &self.environment.scripts;
        let error = Error::usage(format!("command not found: `{name}`"))
            .cause(format!("not found in `{}` or on PATH", display(scripts)));
        let programs = list_paths(scripts).into_iter().filter(|file| is_executable(file));
        let names: Vec<String> =
            programs.filter_map(|file| Some(file.file_name()?.to_str()?.to_owned())).collect();
        match nearest(&name, &names) {
            Some(near) => error.did_you_mean(self.again(&[near.as_bytes()])),
            None if is_executable(&at) => {
                let file = format!("./{name}");
                error.suggest("to run the file in this directory, use", self.again(&[file.as_bytes()]))
            }
            None => error,
        }
    }

    /// Refuses a program of the environment whose first line names an interpreter that is gone, as all of them do once an
    /// environment was moved.
    fn starts(&self, program: &Path) -> Result<()> {
        let head = read_start(program, HEAD_LIMIT).ok().flatten().unwrap_or_default();
        let named = script_interpreter::read(&head).map(|bytes| bytes_to_path(&bytes));
        let Some(interpreter) = named.filter(|path| path.is_absolute() && !exists(path)) else {
            return Ok(());
        };
        let error = Error::action(format!("cannot run `{}`", display(program))).cause(format!(
            "its first line names the interpreter `{}`, which does not exist",
            display(&interpreter)
        ));
        let moved = !interpreter.starts_with(&self.environment.root);
        let error = if moved { error.cause("the environment was moved or copied") } else { error };
        let name = program.file_name().map(|name| path_to_bytes(name.as_ref())).unwrap_or_default();
        let error = match self.is_module(&name) {
            true => error.suggest("try", self.again(&[b"python", b"-m", &name])),
            false => error,
        };
        Err(self.environment.recreate(error))
    }

    /// Says whether a program is also a module that Python can run.
    fn is_module(&self, name: &[u8]) -> bool {
        let module = |site: &SitePackages| site.directory.join(bytes_to_path(name));
        let sites = installed::site_packages(&self.environment.root).sites;
        sites
            .iter()
            .map(module)
            .any(|module| exists(&module.join("__main__.py")) || exists(&module.with_extension("py")))
    }

    /// The command line for another program with the same arguments.
    fn again(&self, program: &[&[u8]]) -> String {
        self.command("--", program, true)
    }

    /// The command line for something else, with the same arguments or without.
    fn command(&self, option: &str, first: &[&[u8]], has_arguments: bool) -> String {
        let arguments = self.arguments.iter().filter(|_| has_arguments);
        let arguments = arguments.map(|argument| path_to_bytes(argument.as_ref()));
        let words = first.iter().map(|word| word.to_vec()).chain(arguments);
        let words: Vec<String> = words.map(|word| shell_word(&word)).collect();
        format!("git pyenv run{} {option} {}", self.environment.selection.env_option(), words.join(" "))
    }
}

/// The program under this name, or the name with the ending that programs have.
fn executable(file: PathBuf) -> Option<PathBuf> {
    let mut ending = file.clone().into_os_string();
    ending.push(PROGRAM_SUFFIX);
    [PathBuf::from(ending), file].into_iter().find(|file| is_executable(file))
}

/// A file for Python to run.
fn script(env: &Env, file: &OsStr) -> Result<OsString> {
    let place = env.directory.join(file);
    if exists(&place) {
        return Ok(option_safe(&place, file));
    }
    Err(Error::usage(format!("script `{}` does not exist", display(file.as_ref()))))
}

/// A file as it was typed, or by its full path if it would be taken for an option.
fn option_safe(place: &Path, typed: &OsStr) -> OsString {
    let is_option = path_to_bytes(typed.as_ref()).starts_with(b"-");
    if is_option { place.as_os_str().to_owned() } else { typed.to_owned() }
}
