//! What to say when there is no Python that fits.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::resolve::{IN_WORK_TREE, Trust};
use super::search::{Search, TOO_OLD, is_old};
use super::sources::SOURCES;
use crate::error::Error;
use crate::fs::{is_executable, real_path};
use crate::model::PythonRequest;
use crate::path::display;
use crate::python::{Request, Version};

/// The most Pythons that are listed.
const LONGEST: usize = 12;

/// Says what is not there, who asked for it, what there is, and how to get it.
pub(super) fn error(search: &Search<'_>) -> Error {
    let asked = search.query().requests;
    let first = asked.requests.first();
    let error = match (first, &asked.requires) {
        (Some(first), _) => Error::action(format!("there is no Python `{}`", first.shown())).cause(first),
        (None, Some(requires)) => Error::action(format!("there is no Python `{}`", requires.specifiers)),
        (None, None) => Error::action("there is no Python that an environment could be made from"),
    };
    let error = asked.requires.iter().fold(error, |error, requires| error.cause(requires));
    if first.and_then(known_version).is_some_and(|version| is_old(&version)) {
        return error.cause(TOO_OLD);
    }
    let present = present(search);
    let more = present.len().saturating_sub(LONGEST);
    let error = present.into_iter().take(LONGEST).fold(error, |error, line| error.cause(line));
    let error = if more > 0 { error.cause(format!("and {more} more")) } else { error };
    error.hint(match first.and_then(installable) {
        Some(wanted) => {
            format!("install it, for example with `uv python install {wanted}` or `pyenv install {wanted}`")
        }
        None => "install one, for example with `uv python install` or `pyenv install`".to_owned(),
    })
}

fn known_version(asked: &PythonRequest) -> Option<Version> {
    match &asked.request {
        Request::Version(request) => request.build().version,
        _ => None,
    }
}

/// What installers call the Python that is asked for; `None` for what they would have to choose themselves.
fn installable(asked: &PythonRequest) -> Option<String> {
    let Request::Version(request) = &asked.request else { return None };
    if request.names_program() {
        let numbers: Vec<String> = request.numbers()?.iter().map(u64::to_string).collect();
        return Some(numbers.join("."));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
    Some(asked.shown()).filter(|text| text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(plain))
}

/// A line for each Python that there is, and for each that is not used because of where it lies.
fn present(search: &Search<'_>) -> Vec<String> {
    let mut seen: BTreeSet<Option<PathBuf>> = BTreeSet::new();
    let mut lines = Vec::new();
    for candidate in SOURCES.iter().flat_map(|source| (source.list)(search.env(), None)) {
        let program = candidate.executable;
        if is_executable(&program) && search.resolver().is_in_work_tree(&program) {
            lines.push(format!("`{}` {IN_WORK_TREE}", display(&program)));
        }
        let Ok(executable) = search.resolver().resolve(&program, Trust::Found) else { continue };
        if !seen.insert(real_path(&executable)) {
            continue;
        }
        let found = search.describe(executable, candidate.source).ok();
        if let Some(found) = found.filter(|found| !is_old(&found.version)) {
            lines.push(format!("there is {found} at `{}` ({})", display(&found.executable), found.source));
        }
    }
    lines
}
