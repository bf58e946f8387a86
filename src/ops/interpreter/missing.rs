//! What to say when there is no Python that fits.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::resolve::Trust;
use super::search::Search;
use super::sources::SOURCES;
use crate::error::Error;
use crate::fs::real_path;
use crate::path::{path_to_bytes, quote};
use crate::python::Request;

/// The most Pythons that are listed.
const LONGEST: usize = 12;

/// Says what is not there, who asked for it, what there is, and how to get it.
pub(super) fn error(search: &Search<'_>) -> Error {
    let asked = search.wanted().asked;
    let first = asked.requests.first();
    let error = match (first, &asked.requires) {
        (Some(first), _) => Error::action(format!("there is no Python `{}`", first.shown())).cause(first),
        (None, Some(requires)) => Error::action(format!("there is no Python `{}`", requires.specifiers)),
        (None, None) => Error::action("there is no Python that an environment could be made from"),
    };
    let error = asked.requires.iter().fold(error, |error, requires| error.cause(requires));
    let present = present(search);
    let more = present.len().saturating_sub(LONGEST);
    let error = present.into_iter().take(LONGEST).fold(error, |error, line| error.cause(line));
    let error = if more > 0 { error.cause(format!("and {more} more")) } else { error };
    let wanted = first.map_or_else(|| "3".to_owned(), |first| installable(&first.request));
    error.hint(format!(
        "install it, for example with `uv python install {wanted}` or `pyenv install {wanted}`"
    ))
}

/// What to call a Python that is to be installed.
fn installable(request: &Request) -> String {
    let numbers = match request {
        Request::Version(request) if request.is_cpython() => request.numbers().unwrap_or_default(),
        _ => &[],
    };
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    if numbers.is_empty() { "3".to_owned() } else { numbers.join(".") }
}

/// A line for each Python that there is, and for each that may not be run.
fn present(search: &Search<'_>) -> Vec<String> {
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    let mut lines = Vec::new();
    for candidate in SOURCES.iter().flat_map(|source| (source.list)(search.env(), None)) {
        let Some(real) = real_path(&candidate.executable) else { continue };
        if !seen.insert(real) {
            continue;
        }
        let Ok(executable) = search.resolve(&candidate.executable, Trust::Found) else { continue };
        if real_path(&executable).is_some_and(|real| !seen.insert(real) && executable != candidate.executable)
        {
            continue;
        }
        if let Ok(found) = search.describe(executable, candidate.source) {
            let path = quote(&path_to_bytes(&found.executable));
            lines.push(format!("there is {} at `{path}` ({})", found, found.source));
        }
    }
    lines
}
