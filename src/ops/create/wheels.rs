//! The wheels that a Python bundles: those of `ensurepip`
//! (<https://docs.python.org/3/library/ensurepip.html>).

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::fs;
use crate::model::Interpreter;
use crate::path::display;
use crate::ports::ReadAt;
use crate::python::Version;

/// Where distributions of Linux keep the wheels that they took out of Python.
const OF_DISTRIBUTIONS: &str = "/usr/share/python-wheels";

/// Opens the wheels that `ensurepip` of this Python would install: pip, and before Python 3.12 setuptools.
///
/// # Errors
/// Action if they are not there, with what to do about it.
pub(super) fn open(interpreter: &Interpreter) -> Result<Vec<impl ReadAt + use<>>> {
    let with_setuptools = interpreter.version.feature() < (3, 12);
    let names: &[&str] = if with_setuptools { &["setuptools", "pip"] } else { &["pip"] };
    names.iter().map(|name| open_one(interpreter, name)).collect()
}

fn open_one(interpreter: &Interpreter, name: &str) -> Result<impl ReadAt + use<>> {
    let directories = directories(interpreter);
    let file = directories.iter().find_map(|directory| highest(directory, name));
    let file = file.ok_or_else(|| missing(interpreter, name, &directories))?;
    let named = display(&file);
    fs::open_optional(&file)?.ok_or_else(|| Error::action(format!("the wheel `{named}` does not exist")))
}

/// Where `ensurepip` looks, in its order: what the distribution says first.
fn directories(interpreter: &Interpreter) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = interpreter.wheel_directory.iter().cloned().collect();
    found.push(interpreter.standard_library.join("ensurepip/_bundled"));
    // Debian's settings do not name it for every Python, and its packages all use it.
    if is_of_distribution(interpreter) {
        found.push(PathBuf::from(OF_DISTRIBUTIONS));
    }
    found
}

/// The Python came with the system, whose wheels are those of its own Pythons.
fn is_of_distribution(interpreter: &Interpreter) -> bool {
    interpreter.standard_library.starts_with("/usr/lib")
}

/// The wheel of a distribution with the highest version.
fn highest(directory: &Path, name: &str) -> Option<PathBuf> {
    let wheels = fs::list_paths(directory).into_iter().filter_map(|file| {
        let rest = file.file_name()?.to_str()?.strip_prefix(name)?.strip_prefix('-')?.strip_suffix(".whl")?;
        Some((Version::parse(rest.split('-').next()?)?, file))
    });
    wheels.max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, file)| file)
}

fn missing(interpreter: &Interpreter, name: &str, directories: &[PathBuf]) -> Error {
    let (major, minor) = interpreter.version.feature();
    let executable = display(&interpreter.executable);
    let error =
        Error::action(format!("Python {} at `{executable}` has no bundled {name}", interpreter.version));
    let error = directories.iter().fold(error, |error, directory| {
        error.cause(format!("no wheel of it found in `{}`", display(directory)))
    });
    // Where Debian and its descendants put their own Python.
    let of_debian = is_of_distribution(interpreter) && fs::exists(Path::new("/usr/bin/dpkg"));
    let error = match of_debian {
        true => error.hint(format!("install it with `apt install python{major}.{minor}-venv`")),
        false => error,
    };
    error.hint("or create the environment without it: `--without-pip`")
}
