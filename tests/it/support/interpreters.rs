//! A home with Pythons of pyenv in it, for tests of how interpreters are found.

use std::cell::RefCell;
use std::fs;
use std::io::{BufRead, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;

use git_pyenv::env::Env;
use git_pyenv::error::{Error, Result};
use git_pyenv::exec::ProcessRunner;
use git_pyenv::interpreters::{self, FoundPython, Query};
use git_pyenv::message::Message;
use git_pyenv::model::{Interpreter, PythonRequest, PythonRequests, PythonRequirement};
use git_pyenv::path::RepoPath;
use git_pyenv::ports::{ExecRequest, Invocation, Limits, NoProgress, NoSignals, Output, Runner};
use git_pyenv::python::Specifiers;
use git_pyenv::session::Ports;
use git_pyenv::setting::Origin;

use super::pythons::python;
use super::repository::Sandbox;

/// How the names of environments in temporary directories begin.
const TRIAL: &str = "git-pyenv-";

/// Whether a program is that of an environment in a temporary directory: `git-pyenv-x/bin/python`.
fn is_trial(program: &Path) -> bool {
    let root = program.ancestors().nth(2).and_then(Path::file_name);
    root.is_some_and(|name| name.to_string_lossy().starts_with(TRIAL))
}

/// Runs programs and remembers which.
#[derive(Default)]
pub(crate) struct Watched {
    pub(crate) run: RefCell<Vec<Invocation>>,
}

impl Runner for Watched {
    fn run(&self, invocation: &Invocation) -> Result<Output> {
        self.run.borrow_mut().push(invocation.clone());
        ProcessRunner.run(invocation)
    }

    fn stream(&self, _: &Invocation, _: u8, _: &mut dyn FnMut(&[u8])) -> Result<Output> {
        Err(Error::action("nothing is streamed here"))
    }

    fn converse(
        &self,
        _: &Invocation,
        _: &mut dyn FnMut(&mut dyn Write, &mut dyn BufRead),
    ) -> Result<Output> {
        Err(Error::action("nothing is asked here"))
    }

    fn follow(&self, _: &Invocation, _: Stdio, _: &mut dyn FnMut(&[u8])) -> Result<Option<i32>> {
        Err(Error::action("nothing is followed here"))
    }

    fn run_within(&self, _: &Invocation, _: Limits) -> Result<Output> {
        Err(Error::action("nothing is limited here"))
    }

    fn exec(&self, _: &ExecRequest) -> Result<u8> {
        Err(Error::action("nothing is handed over here"))
    }
}

/// A sandbox whose home has versions of pyenv, which are links into the real ones, and whose `PATH` has `bin`.
pub(crate) struct Home {
    pub(crate) sandbox: Sandbox,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) watched: Watched,
}

impl Home {
    /// Makes one with an empty `PATH` and no Python.
    pub(crate) fn empty() -> Self {
        let sandbox = Sandbox::repository();
        sandbox.make_directory("bin");
        let path = sandbox.path("bin").to_string_lossy().into_owned();
        Self { sandbox, variables: vec![("PATH".to_owned(), path)], watched: Watched::default() }
    }

    /// Makes one with these versions in pyenv; `None`, said aloud, if the machine lacks one of them.
    pub(crate) fn with(versions: &[&str]) -> Option<Self> {
        let home = Self::empty();
        for version in versions {
            home.install(version, version)?;
        }
        Some(home)
    }

    /// Gives pyenv a version: a directory whose `bin/python` leads to a real Python.
    pub(crate) fn install(&self, name: &str, version: &str) -> Option<()> {
        let real = python(version)?;
        self.link(&format!("home/.pyenv/versions/{name}/bin/python"), &real);
        Some(())
    }

    pub(crate) fn link(&self, path: &str, target: &Path) {
        let path = self.sandbox.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        symlink(target, path).expect("a link");
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.sandbox.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions");
    }

    /// A pyenv whose shims choose among the versions.
    pub(crate) fn shim(&self, program: &str) {
        self.write(&format!("home/.pyenv/shims/{program}"), "#!/bin/sh\nexit 99\n");
    }

    /// Puts directories of the sandbox into `PATH`.
    pub(crate) fn path(&mut self, directories: &[&str]) {
        let directories =
            directories.iter().map(|directory| self.sandbox.path(directory).display().to_string());
        self.set("PATH", &directories.collect::<Vec<_>>().join(":"));
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn env(&self) -> Env {
        let variables: Vec<(&str, &str)> =
            self.variables.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.sandbox.env("repo", &variables)
    }

    pub(crate) fn find_asked(&self, asked: &PythonRequests) -> Result<Interpreter> {
        self.find_all(asked).map(|found| found.interpreter)
    }

    /// Finds a Python, with what was passed over.
    pub(crate) fn find_all(&self, asked: &PythonRequests) -> Result<FoundPython> {
        let top = self.sandbox.path("repo");
        let ports =
            Ports { env: &self.env(), runner: &self.watched, progress: &NoProgress, signals: &NoSignals };
        interpreters::find(ports, Query { requests: asked, work_tree: Some(&top) })
    }

    /// Finds what the command line asks for; nothing in particular for the empty text.
    pub(crate) fn find(&self, text: &str) -> Result<Interpreter> {
        self.find_asked(&asked(text, Origin::Flag("--python".to_owned())))
    }

    /// Finds what `.python-version` asks for.
    pub(crate) fn find_pinned(&self, text: &str) -> Result<Interpreter> {
        self.find_asked(&asked(text, pin()))
    }

    /// The executable found, relative to the sandbox.
    #[track_caller]
    pub(crate) fn found(&self, text: &str) -> String {
        self.relative(&self.find(text).unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    pub(crate) fn relative(&self, found: &Interpreter) -> String {
        let path = found.executable.strip_prefix(self.sandbox.path("")).unwrap_or(&found.executable);
        path.display().to_string()
    }

    /// The programs that were run, without the environments that were started to see that they do.
    pub(crate) fn run(&self) -> Vec<String> {
        let invocations = self.watched.run.borrow();
        let programs = invocations.iter().map(|invocation| &invocation.program);
        let programs = programs.filter(|program| !is_trial(program));
        programs.map(|program| program.to_string_lossy().into_owned()).collect()
    }

    /// How many environments were started.
    pub(crate) fn trials(&self) -> usize {
        let invocations = self.watched.run.borrow();
        invocations.iter().filter(|invocation| is_trial(&invocation.program)).count()
    }

    pub(crate) fn runs(&self) -> usize {
        self.run().len()
    }
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).expect("a path")
}

pub(crate) fn pin() -> Origin {
    Origin::File { path: path(".python-version"), line: Some(1) }
}

pub(crate) fn asked(text: &str, origin: Origin) -> PythonRequests {
    let request = (!text.is_empty()).then(|| PythonRequest::read(text, origin).expect("a request"));
    PythonRequests { requests: request.into_iter().collect(), ..PythonRequests::default() }
}

pub(crate) fn requiring(text: &str, specifiers: &str) -> PythonRequests {
    let origin = Origin::File { path: path("pyproject.toml"), line: Some(3) };
    let requires =
        PythonRequirement { specifiers: Specifiers::parse(specifiers).expect("specifiers"), origin };
    PythonRequests { requires: Some(requires), ..asked(text, pin()) }
}

/// What an error says, line by line.
#[track_caller]
pub(crate) fn said(result: Result<Interpreter>) -> String {
    let error = result.expect_err("an error");
    let lines = [vec![error.message().clone()], error.causes().to_vec(), error.hints().to_vec()].concat();
    Message::joined(lines, "\n").seen_from_root()
}
