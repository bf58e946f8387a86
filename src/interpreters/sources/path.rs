//! The programs of `PATH`.

use super::source::{Candidates, Source};
use crate::env::Env;
use crate::interpreters::candidate::Candidate;
use crate::model::InterpreterSource;
use crate::python::{Build, Request, VersionRequest};

/// `python3`, `python`, `python3.12`, …
pub(in crate::interpreters) static SOURCE: Source = Source { kind: InterpreterSource::Path, list };

/// The second numbers of Python 3 to look for where none is requested, newest first.
const MINORS: std::ops::RangeInclusive<u64> = 6..=29;

fn list<'e>(env: &'e Env, request: Option<&VersionRequest>) -> Candidates<'e> {
    Box::new(names(request).into_iter().flat_map(|name| programs(env, &name)))
}

/// The programs of a name.
fn programs(env: &Env, name: &str) -> impl Iterator<Item = Candidate> + use<> {
    let build = build(name);
    env.candidates(name).map(move |executable| Candidate {
        executable,
        source: InterpreterSource::Path,
        build: build.clone(),
    })
}

/// The names that a program may have, the preferred ones first.
fn names(request: Option<&VersionRequest>) -> Vec<String> {
    let threads = if request.is_some_and(VersionRequest::is_free_threaded) { "t" } else { "" };
    let usual = ["python3", "python"].map(str::to_owned);
    match request.and_then(VersionRequest::numbers) {
        Some([major, minor, ..]) => {
            [format!("python{major}.{minor}{threads}")].into_iter().chain(usual).collect()
        }
        _ => usual.into_iter().chain(MINORS.rev().map(|minor| format!("python3.{minor}{threads}"))).collect(),
    }
}

/// What a name tells: the first numbers of the version. Free-threaded builds also install programs without the `t`.
fn build(name: &str) -> Build {
    match Request::parse(name) {
        Ok(Request::Version(request)) => {
            let build = request.build();
            Build { free_threaded: build.free_threaded.filter(|threads| *threads), ..build }
        }
        _ => Build::default(),
    }
}
