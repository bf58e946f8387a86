//! Versions that Homebrew installed: its `opt` directory has a link that stays when a patch release replaces another
//! (<https://docs.brew.sh/Formula-Cookbook#variables-for-directory-locations>).

use std::path::PathBuf;

use super::source::{Candidates, Source};
use crate::env::Env;
use crate::interpreters::candidate::{Candidate, listed};
use crate::model::InterpreterSource;
use crate::python::{Request, VersionRequest};

/// The formulas `python@3.12`.
pub(super) static SOURCE: Source = Source { kind: InterpreterSource::Homebrew, list };

/// Where it lives on Apple silicon, on other Macs, and on Linux.
const PREFIXES: [&str; 3] = ["/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"];

fn list<'e>(env: &'e Env, _: Option<&VersionRequest>) -> Candidates<'e> {
    let named = env.path("HOMEBREW_PREFIX").into_iter();
    Box::new(named.chain(PREFIXES.map(PathBuf::from)).flat_map(|prefix| formulas(prefix.join("opt"))))
}

fn formulas(directory: PathBuf) -> Vec<Candidate> {
    let candidate = |formula: &str| {
        let number = formula.strip_prefix("python@")?;
        let Ok(Request::Version(request)) = Request::parse(formula) else { return None };
        Some(Candidate {
            executable: directory.join(formula).join("bin").join(format!("python{number}")),
            source: InterpreterSource::Homebrew,
            build: request.build(),
        })
    };
    listed(&directory, candidate)
}
