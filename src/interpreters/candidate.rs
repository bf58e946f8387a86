//! What might be an interpreter, by its name alone.

use std::path::{Path, PathBuf};

use crate::fs::{is_executable, is_link, list_paths};
use crate::model::InterpreterSource;
use crate::order::Arrange as _;
use crate::python::{Build, Request};

/// Something that might be an interpreter.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// The program; it need not be there.
    pub(super) executable: PathBuf,
    /// Where it was found.
    pub(super) source: InterpreterSource,
    /// What its name says.
    pub(super) build: Build,
}

/// The interpreters in directories that are named after their versions (`3.12.1`, `pypy3.10-7.3.12`,
/// `cpython-3.12.1-linux-x86_64-gnu`), newest first. Links are other names of what is there anyway, or environments;
/// names without a version may be anything.
pub(super) fn versions_in(directory: &Path, source: InterpreterSource) -> Vec<Candidate> {
    let candidate = |name: &str| {
        let (prefix, build) = (directory.join(name), build(name)?);
        (!is_link(&prefix)).then(|| Candidate { executable: program_of(&prefix), source, build })
    };
    listed(directory, candidate)
}

/// The candidates in a directory, by the names of its entries, newest first.
pub(super) fn listed(directory: &Path, candidate: impl Fn(&str) -> Option<Candidate>) -> Vec<Candidate> {
    let entries = list_paths(directory);
    let mut candidates: Vec<Candidate> =
        entries.iter().filter_map(|entry| candidate(entry.file_name()?.to_str()?)).collect();
    newest_first(&mut candidates);
    candidates
}

/// Sorts by version; those without one come last, and equals stay in their order.
pub(super) fn newest_first(candidates: &mut [Candidate]) {
    candidates.arrange_by(|a, b| b.build.version.cmp(&a.build.version));
}

/// What the name of a directory tells; `None` if it tells no version of Python.
fn build(name: &str) -> Option<Build> {
    let told = |name: &str| match Request::parse(name) {
        Ok(Request::Version(request)) => Some(request.build()),
        _ => None,
    };
    // After the version of Python, PyPy's own may follow.
    let build = told(name).or_else(|| told(name.split('-').next()?))?;
    Some(Build { implementation: build.implementation.or_else(|| Some("cpython".to_owned())), ..build })
}

/// The program of an installation or environment in a directory; it need not be there.
pub(super) fn program_of(prefix: &Path) -> PathBuf {
    let places: [&[&str]; 2] = [&["bin/python", "bin/python3"], &["python.exe", "Scripts/python.exe"]];
    let mut programs = places[usize::from(cfg!(windows))].iter().map(|place| prefix.join(place));
    let usual = programs.clone().next().unwrap_or_else(|| prefix.to_path_buf());
    programs.find(|program| is_executable(program)).unwrap_or(usual)
}

/// Says whether a program lies where pyenv, asdf and mise keep the ones that only choose another.
pub(super) fn is_shim(program: &Path) -> bool {
    program.parent().and_then(Path::file_name).is_some_and(|name| name == "shims")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::Version;

    #[test]
    fn names_of_directories_tell_versions() {
        let cases = [
            ("3.12.1", Some(("cpython", Some("3.12.1")))),
            ("3.14-dev", Some(("cpython", None))),
            ("pypy3.10-7.3.12", Some(("pypy", Some("3.10")))),
            ("cpython-3.12.1-linux-x86_64-gnu", Some(("cpython", Some("3.12.1")))),
            ("miniconda3-4.7.12", None),
            ("my-environment", None),
            (".temp", None),
            ("latest", None),
        ];
        for (name, expected) in cases {
            let build = build(name);
            let told =
                build.as_ref().map(|b| (b.implementation.as_deref().unwrap_or_default(), b.version.clone()));
            assert_eq!(
                told,
                expected.map(|(kind, version)| (kind, version.and_then(Version::parse))),
                "{name}"
            );
        }
    }
}
