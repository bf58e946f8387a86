//! Searches the sources for what is requested.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::candidate::{Candidate, is_shim, newest_first};
use super::facts::{environment_program, facts, program_behind};
use super::query::Query;
use super::resolve::{Resolver, Trust, sentence};
use super::sources::{PATH, SOURCES, Source};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::formats::interpreter_facts::{InterpreterFacts, KnownInterpreter, PrintedPath};
use crate::fs::{TopDirectory, is_executable};
use crate::model::{Interpreter, InterpreterSource, PythonRequest, PythonRequests, PythonRequirement};
use crate::order::Arrange as _;
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
    passed_over: RefCell<Vec<String>>,
}

/// An interpreter, and what else is known of it.
pub(super) struct Described {
    pub(super) interpreter: Interpreter,
    known: KnownInterpreter,
}

impl<'s> Search<'s> {
    pub(super) fn new(ports: Ports<'s>, query: Query<'s>) -> Self {
        let resolver = Resolver {
            ports,
            work_tree: query.work_tree.map(TopDirectory::new),
            exact: requests_patch(query.requests),
        };
        Self { ports, query, resolver, passed_over: RefCell::default() }
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

    /// The programs of `PATH` that come before what is used and could not be used, each with the reason, as sentences
    /// without an end.
    pub(super) fn passed_over(self) -> Vec<String> {
        self.passed_over.into_inner()
    }

    /// The same, to be named in an error.
    pub(super) fn passed_over_so_far(&self) -> Vec<String> {
        self.passed_over.borrow().clone()
    }

    fn requires(&self) -> Option<&PythonRequirement> {
        self.query.requests.requires.as_ref()
    }

    /// The first Python that satisfies a version request.
    pub(super) fn version(&self, request: &VersionRequest) -> Option<Interpreter> {
        let mut sources: Vec<&Source> = SOURCES.to_vec();
        if request.names_program() {
            sources.arrange_by_key(|source| source.kind != InterpreterSource::Path);
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
            let program = accept(&candidate.build).then_some(candidate.executable.as_path())?;
            match self.tried(program, candidate.source) {
                Ok(described) if accept(&described.interpreter.build()) => match self.proven(described) {
                    Ok(found) => return Some(found),
                    Err(error) => self.pass_over(&candidate, sentence(&error)),
                },
                Ok(Described { interpreter, .. }) if !is_usual(&interpreter.build()) => {
                    self.pass_over(&candidate, format!("`{}` is {interpreter}", display(program)));
                }
                Ok(_) => {}
                Err(why) => self.pass_over(&candidate, why),
            }
            None
        })
    }

    fn tried(&self, program: &Path, source: InterpreterSource) -> Result<Described, String> {
        let executable = self.resolver.resolve(program, Trust::Found)?;
        self.describe(executable, source).map_err(|error| sentence(&error))
    }

    /// Remembers a program that a shell would run and this search does not. That of the active environment is known to
    /// be another one than that of the environment's Python.
    fn pass_over(&self, candidate: &Candidate, why: String) {
        let program = &candidate.executable;
        let is_active = || self.env().path("VIRTUAL_ENV").is_some_and(|active| program.starts_with(active));
        let is_met = candidate.source == InterpreterSource::Path && is_executable(program) && !is_active();
        let mut passed_over = self.passed_over.borrow_mut();
        if is_met && !passed_over.contains(&why) {
            passed_over.push(why);
        }
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
        let described = self.describe(executable, source).map_err(|error| error.cause(asked))?;
        let version = &described.interpreter.version;
        if is_old(version) {
            return Err(asked.error().cause(format!("it is Python {version}")).cause(TOO_OLD));
        }
        match self.requires().filter(|requires| !requires.accepts(&described.interpreter.build())) {
            Some(requires) => Err(asked.error().cause(format!("it is Python {version}")).cause(requires)),
            None => self.proven(described).map_err(|error| error.cause(asked)),
        }
    }

    /// Asks an interpreter what it is. One that turns out to be only a way to another is followed.
    pub(super) fn describe(&self, executable: PathBuf, source: InterpreterSource) -> Result<Described> {
        let mut executable = executable;
        let mut known = facts(self.ports, &executable)?;
        if program_behind(&known.facts, &executable).is_some() {
            let program = self.resolver.ask_through(&executable);
            executable = program.map_err(Error::action)?;
            known = facts(self.ports, &executable)?;
        }
        let wrong = |why: &str| Error::action(format!("`{}` {why}", display(&executable)));
        let told = &known.facts;
        if told.prefix != told.base_prefix || told.old_virtualenv {
            return Err(wrong("belongs to an environment")
                .hint("use the Python that the environment was created from"));
        }
        let version = told.version().ok_or_else(|| wrong("does not report its version"))?;
        Ok(Described { interpreter: interpreter(executable, source, version, told), known })
    }

    /// An interpreter of which it is known that its environments start.
    fn proven(&self, described: Described) -> Result<Interpreter> {
        let Described { interpreter, known } = described;
        // What no environment can be created from is refused elsewhere, with what it is.
        if !is_usual(&interpreter.build()) || interpreter.system == "win32" {
            return Ok(interpreter);
        }
        let executable = environment_program(self.ports, &interpreter.executable, known)?;
        Ok(Interpreter { executable, ..interpreter })
    }
}

fn interpreter(
    executable: PathBuf,
    source: InterpreterSource,
    version: Version,
    facts: &InterpreterFacts,
) -> Interpreter {
    let path = |printed: &Option<PrintedPath>| printed.as_ref().map(PrintedPath::to_path);
    Interpreter {
        real_executable: path(&facts.real_executable).unwrap_or_else(|| executable.clone()),
        executable,
        source,
        implementation: facts.implementation.clone(),
        version,
        prefix: facts.base_prefix.to_path(),
        standard_library: facts.standard_library.to_path(),
        platform_library: facts.platform_library.clone(),
        free_threaded: facts.free_threaded,
        pointer_bits: facts.pointer_bits,
        system: facts.system.clone(),
        wheel_directory: path(&facts.wheel_directory),
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
