//! Which Python a search finds, as far as that is known without running one.

use std::path::Path;

use super::candidate::{Candidate, is_shim};
use super::query::Query;
use super::sources::{PATH, SOURCES, Source};
use crate::env::Env;
use crate::fs::{is_executable, real_path};
use crate::inspect::program_version;
use crate::model::InterpreterSource;
use crate::order::Arrange as _;
use crate::python::{Build, Request, Version};

/// The implementation and version of the Python that [`find`](super::find()) would find, such as `cpython-3.12.4`, by the
/// names and the small files of installations: nothing is run. `None` if these do not tell.
#[must_use]
pub fn likely_python(env: &Env, query: Query<'_>) -> Option<String> {
    let requests = &query.requests.requests;
    if requests.is_empty() {
        return first((PATH.list)(env, None), query, &|_| true);
    }
    requests.iter().find_map(|asked| match &asked.request {
        Request::Version(request) => {
            let mut sources: Vec<&Source> = SOURCES.to_vec();
            if request.names_program() {
                sources.arrange_by_key(|source| source.kind != InterpreterSource::Path);
            }
            let all = sources.into_iter().flat_map(|source| (source.list)(env, Some(request)));
            // A shim leads to what another source lists.
            let all = all.filter(|candidate| !is_shim(&candidate.executable));
            first(all, query, &|build| request.accepts(build))
        }
        Request::System => {
            let all = (PATH.list)(env, None).filter(|candidate| !is_shim(&candidate.executable));
            first(all, query, &|_| true)
        }
        Request::Path(text) => described(&env.directory.join(text)).map(|build| named(&build)),
        Request::Name(_) => None,
    })
}

/// The first of these that is there, if it is known what it is.
fn first(
    mut candidates: impl Iterator<Item = Candidate>,
    query: Query<'_>,
    accept: &dyn Fn(&Build) -> bool,
) -> Option<String> {
    let requires = query.requests.requires.as_ref();
    let accept = |build: &Build| accept(build) && requires.is_none_or(|requires| requires.accepts(build));
    let real_top = query.work_tree.and_then(real_path);
    let is_usable = |candidate: &Candidate| {
        let program = &candidate.executable;
        let is_of_work_tree = real_top.as_ref().is_some_and(|top| program.starts_with(top));
        accept(&candidate.build) && is_executable(program) && !is_of_work_tree
    };
    let found = candidates.find_map(|candidate| {
        if !is_usable(&candidate) {
            return None;
        }
        match described(&candidate.executable) {
            Some(build) => accept(&build).then_some(Some(build)),
            // Only running it would tell whether it is the one.
            None => Some(None),
        }
    });
    found.flatten().map(|build| named(&build))
}

/// What a program is, by where it really lies.
fn described(program: &Path) -> Option<Build> {
    let real = real_path(program)?;
    let name = real.file_name()?.to_str()?;
    let implementation = if name.starts_with("pypy") { "pypy" } else { "cpython" };
    Some(Build {
        implementation: Some(implementation.to_owned()),
        version: Some(Version::parse(&program_version(&real)?)?),
        free_threaded: Some(name.trim_end_matches(".exe").ends_with('t')),
        system: None,
    })
}

fn named(build: &Build) -> String {
    let threads = if build.free_threaded == Some(true) { "t" } else { "" };
    let version = build.version.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{}-{version}{threads}", build.implementation.as_deref().unwrap_or("python"))
}
