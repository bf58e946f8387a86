//! Installations of python.org on macOS (<https://docs.python.org/3/using/mac.html>).

use std::path::Path;

use super::source::{Candidates, Source};
use crate::env::Env;
use crate::fs::is_link;
use crate::interpreters::candidate::{Candidate, listed};
use crate::model::InterpreterSource;
use crate::python::{Request, VersionRequest};

/// The frameworks.
pub(super) static SOURCE: Source = Source { kind: InterpreterSource::Framework, list };

/// The directories of versions, each with what follows the number in the names of programs: free-threaded builds have a
/// framework of their own.
const FRAMEWORKS: [(&str, &str); 2] = [
    ("/Library/Frameworks/Python.framework/Versions", ""),
    ("/Library/Frameworks/PythonT.framework/Versions", "t"),
];

fn list<'e>(_: &'e Env, _: Option<&VersionRequest>) -> Candidates<'e> {
    Box::new(FRAMEWORKS.into_iter().flat_map(|(directory, suffix)| versions(Path::new(directory), suffix)))
}

fn versions(directory: &Path, suffix: &str) -> Vec<Candidate> {
    let candidate = |number: &str| {
        let Ok(Request::Version(request)) = Request::parse(&format!("{number}{suffix}")) else { return None };
        let prefix = directory.join(number);
        // `Current` and the like are other names.
        (!is_link(&prefix)).then(|| Candidate {
            executable: prefix.join("bin").join(format!("python{number}{suffix}")),
            source: InterpreterSource::Framework,
            build: request.build(),
        })
    };
    listed(directory, candidate)
}
