//! Searches the sources for what is requested.

use std::path::{Path, PathBuf};

use super::candidate::{Candidate, newest_first};
use super::facts::facts;
use super::query::Query;
use super::resolve::{Resolver, Trust, WorkTree, is_shim};
use super::sources::{PATH, SOURCES, Source};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::formats::interpreter_facts::InterpreterFacts;
use crate::model::{Interpreter, InterpreterSource, PythonRequest, PythonRequests, PythonRequirement};
use crate::path::display;
use crate::python::{Build, Request, Version, VersionRequest};
use crate::session::Ports;

/// What is said of a Python for which [`is_old`].
pub(super) const TOO_OLD: &str = "environments need Python 3.6 or later";

/// One search.
pub(super) struct Search<'s> {
    ports: Ports<'s>,
    query: Query<'s>,
    resolver: Resolver<'s>,
}

impl<'s> Search<'s> {
    pub(super) fn new(ports: Ports<'s>, query: Query<'s>) -> Self {
        let resolver = Resolver {
            env: ports.env,
            work_tree: query.work_tree.map(WorkTree::new),
            exact: requests_patch(query.requests),
        };
        Self { ports, query, resolver }
    }

    pub(super) fn env(&self) -> &'s Env {
        self.ports.env
    }

    pub(super) fn query(&self) -> Query<'s> {
        self.query
    }

    pub(super) fn resolver(&self) -> &Resolver<'s> {
        &self.resolver
    }

    fn requires(&self) -> Option<&PythonRequirement> {
        self.query.requests.requires.as_ref()
    }

    /// The first Python that satisfies a version request.
    pub(super) fn version(&self, request: &VersionRequest) -> Option<Interpreter> {
        let mut sources: Vec<&Source> = SOURCES.to_vec();
        if request.names_program() {
            sources.sort_by_key(|source| source.kind != InterpreterSource::Path);
        }
        let candidates = sources.into_iter().flat_map(|source| (source.list)(self.env(), Some(request)));
        self.first(candidates, &|build| request.accepts(build))
    }

    /// The first program of `PATH` that is an interpreter, not a shim: what `system` requests.
    pub(super) fn system(&self) -> Option<Interpreter> {
        self.first(self.path().filter(|candidate| !is_shim(&candidate.executable)), &is_usual)
    }

    /// What is used when nobody asks: the `python3` or `python` of `PATH`, else the newest of the others.
    pub(super) fn usual(&self) -> Option<Interpreter> {
        self.first(self.path().filter(is_plain), &is_usual).or_else(|| {
            let all = SOURCES.iter().flat_map(|source| (source.list)(self.env(), None));
            let mut others: Vec<Candidate> = all.filter(|candidate| !is_plain(candidate)).collect();
            newest_first(&mut others);
            self.first(others.into_iter(), &|build| is_usual(build) && !is_special(build))
        })
    }

    fn path(&self) -> impl Iterator<Item = Candidate> + use<'s> {
        (PATH.list)(self.env(), None)
    }

    fn first(
        &self,
        mut candidates: impl Iterator<Item = Candidate>,
        accept: &dyn Fn(&Build) -> bool,
    ) -> Option<Interpreter> {
        let accept = |build: &Build| {
            let old = build.version.as_ref().is_some_and(is_old);
            !old && accept(build) && self.requires().is_none_or(|requires| requires.accepts(build))
        };
        candidates.find_map(|candidate| {
            let executable = accept(&candidate.build).then_some(candidate.executable)?;
            let executable = self.resolver.resolve(&executable, Trust::Found).ok()?;
            self.describe(executable, candidate.source).ok().filter(|found| accept(&found.build()))
        })
    }

    /// A Python that was named itself, which has to be one that fits. Only a path names a program of the work tree.
    ///
    /// # Errors
    /// Why it does not.
    pub(super) fn named(
        &self,
        asked: &PythonRequest,
        program: &Path,
        source: InterpreterSource,
    ) -> Result<Interpreter> {
        let trust = if source == InterpreterSource::Named { Trust::Named } else { Trust::Found };
        let executable = self.resolver.resolve(program, trust).map_err(|why| asked.error().cause(why))?;
        let found = self.describe(executable, source).map_err(|error| error.cause(asked))?;
        if is_old(&found.version) {
            return Err(asked.error().cause(format!("it is Python {}", found.version)).cause(TOO_OLD));
        }
        match self.requires().filter(|requires| !requires.accepts(&found.build())) {
            Some(requires) => {
                Err(asked.error().cause(format!("it is Python {}", found.version)).cause(requires))
            }
            None => Ok(found),
        }
    }

    /// Asks an interpreter what it is.
    pub(super) fn describe(&self, executable: PathBuf, source: InterpreterSource) -> Result<Interpreter> {
        let facts = facts(self.ports, &executable)?;
        let wrong = |why: &str| Error::action(format!("`{}` {why}", display(&executable)));
        if facts.prefix != facts.base_prefix || facts.old_virtualenv {
            return Err(wrong("belongs to an environment")
                .hint("use the Python that the environment was created from"));
        }
        let version = facts.version().ok_or_else(|| wrong("does not report its version"))?;
        Ok(interpreter(executable, source, version, facts))
    }
}

fn interpreter(
    executable: PathBuf,
    source: InterpreterSource,
    version: Version,
    facts: InterpreterFacts,
) -> Interpreter {
    Interpreter {
        real_executable: facts.real_executable.map_or_else(|| executable.clone(), PathBuf::from),
        executable,
        source,
        implementation: facts.implementation,
        version,
        prefix: facts.base_prefix.into(),
        standard_library: facts.standard_library.into(),
        platform_library: facts.platform_library,
        free_threaded: facts.free_threaded,
        pointer_bits: facts.pointer_bits,
        system: facts.system,
        wheel_directory: facts.wheel_directory.map(PathBuf::from),
    }
}

/// Says whether a patch release is requested, so that its successor will not do.
fn requests_patch(requests: &PythonRequests) -> bool {
    requests.requests.iter().any(|request| match &request.request {
        Request::Version(request) => request.numbers().is_some_and(|numbers| numbers.len() > 2),
        _ => false,
    })
}

/// No environments are created from it, as far as its version is known.
pub(super) fn is_old(version: &Version) -> bool {
    version.release().first().is_some_and(|major| *major < 3)
        || (version.release().len() > 1 && version.feature() < (3, 6))
}

/// Its name tells no second number: `python3`, `python`.
fn is_plain(candidate: &Candidate) -> bool {
    let version = candidate.build.version.as_ref();
    candidate.source == InterpreterSource::Path && version.is_none_or(|version| version.release().len() < 2)
}

/// Environments can be created from it.
fn is_usual(build: &Build) -> bool {
    build.implementation.as_deref().is_none_or(|name| name == "cpython")
}

/// A pre-release, or free-threaded: only used if requested.
fn is_special(build: &Build) -> bool {
    build.free_threaded == Some(true) || build.version.as_ref().is_some_and(Version::is_prerelease)
}
