//! The error for a Python that was not found.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::resolve::{IN_WORK_TREE, Trust};
use super::search::{Search, TOO_OLD, is_old};
use super::sources::SOURCES;
use crate::error::Error;
use crate::fs::{is_executable, real_path};
use crate::model::{Interpreter, PythonRequest, PythonRequirement};
use crate::order::Arrange as _;
use crate::path::display;
use crate::python::{Request, Version};

/// The number of Python versions that are listed.
const SHOWN: usize = 12;

/// The number of programs that are named with the reason why they are not used.
const SHOWN_REASONS: usize = 4;
/// As [`IN_WORK_TREE`], of several.
const ARE_IN_WORK_TREE: &str = "are in the work tree, so each is only used if its path is given";

/// Says which Python was not found, who requested it, which ones exist, and how to get it.
pub(super) fn error(search: &Search<'_>) -> Error {
    let asked = search.query().requests;
    let first = asked.requests.first();
    let error = Error::action(match (first, &asked.requires) {
        (Some(first), _) => first.not_found(),
        (None, Some(requires)) => requires.not_found(),
        (None, None) => "no Python found".into(),
    });
    let error = match (first, &asked.requires) {
        (Some(_), Some(requires)) => error.cause(requires),
        _ => error,
    };
    if first.and_then(known_version).is_some_and(|version| is_old(&version)) {
        return error.cause(TOO_OLD);
    }
    let Present { found, left_out } = present(search);
    let error = if found.is_empty() { error } else { error.cause(format!("found: {}", listed(&found))) };
    let error = match left_out.as_slice() {
        [] => error,
        [only] => error.cause(format!("{only} {IN_WORK_TREE}")),
        several => error.cause(format!("{} {ARE_IN_WORK_TREE}", several.join(", "))),
    };
    // Of those, each is passed over with the same words.
    let is_left_out = |why: &String| left_out.iter().any(|program| why.starts_with(program.as_str()));
    let passed_over = search.passed_over_so_far();
    let passed_over = passed_over.into_iter().filter(|why| !is_left_out(why)).take(SHOWN_REASONS);
    let error = passed_over.fold(error, Error::cause);
    let install = match first.and_then(installable) {
        Some(wanted) => format!("`uv python install {wanted}` or `pyenv install {wanted}`"),
        None => "`uv python install` or `pyenv install`".to_owned(),
    };
    error.hint(match usable(&found, first, asked.requires.as_ref()) {
        Some(other) => {
            format!("use `--python {other}`, or install the requested one, for example with {install}")
        }
        None => format!("install it, for example with {install}"),
    })
}

/// Returns the version of a CPython, or the name and version of another implementation.
fn short(python: &Interpreter) -> String {
    let name = python.to_string();
    name.strip_prefix("Python ").map(str::to_owned).unwrap_or(name)
}

/// Returns the versions in one line.
fn listed(found: &[Interpreter]) -> String {
    let more = if found.len() > SHOWN { ", …" } else { "" };
    let names: Vec<String> = found.iter().take(SHOWN).map(short).collect();
    format!("{}{more}", names.join(", "))
}

/// Returns the feature version of a CPython that the project allows, preferably the one of the request.
fn usable(
    found: &[Interpreter],
    first: Option<&PythonRequest>,
    requires: Option<&PythonRequirement>,
) -> Option<String> {
    let requested = first.and_then(known_version).map(|version| version.feature());
    let allowed = |python: &&Interpreter| {
        python.implementation == "cpython"
            && !python.free_threaded
            && requires.is_none_or(|requires| requires.accepts(&python.build()))
    };
    let same = |python: &&Interpreter| Some(python.version.feature()) == requested;
    let all = || found.iter().filter(allowed);
    let (major, minor) = all().find(same).or_else(|| all().next())?.version.feature();
    Some(format!("{major}.{minor}"))
}

fn known_version(asked: &PythonRequest) -> Option<Version> {
    match &asked.request {
        Request::Version(request) => request.build().version,
        _ => None,
    }
}

/// What installers call the requested Python; `None` for what they would have to choose themselves.
fn installable(asked: &PythonRequest) -> Option<String> {
    let Request::Version(request) = &asked.request else { return None };
    if request.names_program() {
        let numbers: Vec<String> = request.numbers()?.iter().map(u64::to_string).collect();
        return Some(numbers.join("."));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
    Some(asked.shown()).filter(|text| text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(plain))
}

/// What a search finds without a request.
struct Present {
    /// The Pythons, newest first, one of each version.
    found: Vec<Interpreter>,
    /// The Pythons that are not used because they are in the work tree.
    left_out: Vec<String>,
}

fn present(search: &Search<'_>) -> Present {
    let mut seen: BTreeSet<Option<PathBuf>> = BTreeSet::new();
    let mut present = Present { found: Vec::new(), left_out: Vec::new() };
    for candidate in SOURCES.iter().flat_map(|source| (source.list)(search.env(), None)) {
        let program = candidate.executable;
        if is_executable(&program) && search.resolver().is_in_work_tree(&program) {
            present.left_out.push(format!("`{}`", display(&program)));
        }
        // What only a shim leads to is listed where its tool installed it.
        if search.resolver().is_asked(&program) {
            continue;
        }
        let Ok(executable) = search.resolver().resolve(&program, Trust::Found) else { continue };
        if !seen.insert(real_path(&executable)) {
            continue;
        }
        let found = search.describe(executable, candidate.source).ok().map(|found| found.interpreter);
        present.found.extend(found.filter(|found| !is_old(&found.version)));
    }
    present.found.arrange_by(|one, other| other.version.cmp(&one.version));
    present.found.dedup_by_key(|python| python.to_string());
    present
}
