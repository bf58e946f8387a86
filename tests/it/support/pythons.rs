//! The Pythons of this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::repository::{Sandbox, text};
use super::sandbox::{copy_program, skip_without};

/// The directory in which pyenv keeps its versions.
pub(crate) fn versions() -> Option<PathBuf> {
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")))?;
    Some(root.join("versions"))
}

/// The interpreter of a version (`3.12`) that pyenv installed; says aloud that it skips if there is none. Which
/// Pythons there are is the machine's own matter: no script installs them for a test.
pub(crate) fn python(version: &str) -> Option<PathBuf> {
    let found = installed(version);
    if found.is_none() {
        lacking(&format!("pyenv has no Python {version}"));
    }
    found
}

fn installed(version: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(versions()?).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name == version || name.starts_with(&format!("{version}."))
        })
        .map(|entry| entry.path().join("bin/python"))
        .filter(|python| python.is_file())
        .collect();
    found.sort();
    found.pop()
}

/// Says aloud that a Python is missing; an error where everything has to run and pyenv is there.
pub(crate) fn lacking(what: &str) {
    skip_without("pyenv", what);
}

/// An interpreter that brings pip along: one of pyenv, else that of the system; says aloud that it skips if there is none.
pub(crate) fn a_python() -> Option<PathBuf> {
    let found = with_pip().into_iter().next();
    if found.is_none() {
        lacking("no Python brings pip along");
    }
    found
}

/// Two interpreters that bring pip along, of different versions; says aloud that it skips if there are fewer.
pub(crate) fn two_pythons() -> Option<[PathBuf; 2]> {
    let found = with_pip().try_into().ok();
    if found.is_none() {
        lacking("there are no two Pythons that bring pip along");
    }
    found
}

/// The first two that bring pip along, or as many as there are.
fn with_pip() -> Vec<PathBuf> {
    let versions = ["3.12", "3.11", "3.13", "3.10"].into_iter().filter_map(installed);
    let mut found: Vec<PathBuf> = versions.take(2).collect();
    if found.is_empty() {
        found.extend(Some(PathBuf::from("/usr/bin/python3")).filter(brings_pip));
    }
    found
}

fn brings_pip(python: &PathBuf) -> bool {
    let asked = Command::new(python).args(["-I", "-c", "import ensurepip; ensurepip.version()"]).output();
    asked.is_ok_and(|output| output.status.success())
}

/// What a Python does that [`never_answers`]; it ends with the program that waits for it.
#[cfg(unix)]
const NO_ANSWER: &str = "\
import os, sys, time
parent = os.getppid()
open(os.path.join(sys.prefix, 'asked'), 'w').close()
while os.getppid() == parent:
    time.sleep(0.02)
";

/// Makes from a Python one in `silent/` that is asked for its facts and never answers: it has another `json` in its
/// standard library. The file `silent/asked` shows that it runs.
#[cfg(unix)]
pub(crate) fn never_answers(sandbox: &Sandbox, python: &Path) -> PathBuf {
    let (silent, library) = without_module(sandbox, python, "silent", "json");
    sandbox.overwrite(&library.join("json.py"), NO_ANSWER.as_bytes());
    silent
}

/// Makes from a Python one in a directory of the sandbox whose standard library lacks a module; returns its program and
/// its standard library.
#[cfg(unix)]
pub(crate) fn without_module(
    sandbox: &Sandbox,
    python: &Path,
    directory: &str,
    module: &str,
) -> (PathBuf, PathBuf) {
    let program = "import sysconfig; print(sysconfig.get_path('stdlib'), end='')";
    let library = Command::new(python).args(["-I", "-c", program]).output().expect("a Python").stdout;
    let library = PathBuf::from(text(&library));
    let own = format!("{directory}/lib/{}", library.file_name().expect("a name").display());
    sandbox.make_directory(&own);
    sandbox.make_directory(&format!("{directory}/bin"));
    for entry in std::fs::read_dir(&library).expect("a directory").flatten() {
        let place = sandbox.path(&own).join(entry.file_name());
        // Compiled modules of another standard library, in which nothing may be written either.
        if entry.file_name() != module && entry.file_name() != "__pycache__" {
            std::os::unix::fs::symlink(entry.path(), place).expect("a link");
        }
    }
    let program = sandbox.path(directory).join("bin/python3");
    copy_program(python, &program);
    (program, sandbox.path(&own))
}
