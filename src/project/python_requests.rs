//! What is requested: on the command line, in settings, in `.python-version`, in `pyproject.toml`.

use std::path::Path;

use super::manifests::{pyproject, python_version};
use super::projects::ProjectFinder;
use crate::error::{Error, Result};
use crate::formats::{ParseError, python_version_file, requires_python};
use crate::fs::read_optional;
use crate::git::RepositoryLayout;
use crate::message::message;
use crate::model::{InvalidRequest, Overruled, PythonRequest, PythonRequests, PythonRequirement, Selection};
use crate::path::RepoPath;
use crate::python::Request;
use crate::setting::Origin;
use crate::tree::{SETTINGS_LIMIT, SMALL_FILE_LIMIT};

/// Gathers what is requested for an environment. `named` is the value of `--python`; else the settings say, else the nearest
/// `.python-version` from the working directory upwards. The `requires-python` of the nearest `pyproject.toml` of the project that
/// has one has to hold as well, unless `named` says otherwise.
///
/// # Errors
/// Usage or settings, with the place, for what cannot be understood and for what contradicts the project.
pub fn python_requests(
    layout: &RepositoryLayout,
    selection: &Selection,
    named: Option<&str>,
) -> Result<PythonRequests> {
    match named {
        Some(text) => named_request(layout, selection, text),
        None => unnamed_requests(layout, selection)
            .map_err(|problem| problem.error.hint("or select a Python with `--python`")),
    }
}

/// What is requested without a word of the command line.
pub(super) fn unnamed_requests(
    layout: &RepositoryLayout,
    selection: &Selection,
) -> Result<PythonRequests, RequestProblem> {
    let requests = said_requests(layout, selection)?;
    let requires = requirement(layout, selection)?;
    consistent(PythonRequests { requests, requires, overruled: Overruled::default() })
}

/// The request of the command line, which overrules all others. A requirement that it does not contradict still chooses among what
/// it leaves open.
fn named_request(layout: &RepositoryLayout, selection: &Selection, text: &str) -> Result<PythonRequests> {
    let request = PythonRequest::read(text, Origin::Flag("--python".to_owned()))?;
    let mut overruled = Overruled::default();
    match said_requests(layout, selection) {
        Ok(requests) => overruled.requests = requests,
        Err(problem) => overruled.unreadable.push(problem.error.summary()),
    }
    let requires = match requirement(layout, selection) {
        Ok(requires) => requires,
        Err(problem) => {
            overruled.unreadable.push(problem.error.summary());
            None
        }
    };
    let leaves_open = |requires: &PythonRequirement| {
        matches!(request.request, Request::Version(_)) && !request.request.contradicts(&requires.specifiers)
    };
    overruled.requires.clone_from(&requires);
    let requires = requires.filter(leaves_open);
    Ok(PythonRequests { requests: vec![request], requires, overruled })
}

/// Why what is requested cannot be told.
#[derive(Debug)]
pub(super) struct RequestProblem {
    /// The error of a command that needs to know.
    pub(super) error: Error,
    /// The file and line that are wrong; `None` where no file is, or where it could not be read at all.
    place: Option<(RepoPath, Option<usize>)>,
}

impl RequestProblem {
    /// A problem with what a file says.
    fn in_file(error: Error, origin: &Origin) -> Self {
        let place = match origin {
            Origin::File { path, line } => Some((path.clone(), *line)),
            _ => None,
        };
        Self { error, place }
    }

    /// What is wrong in a file of the project, if that is the problem.
    pub(super) fn invalid_request(&self) -> Option<InvalidRequest> {
        let (file, line) = self.place.clone()?;
        Some(InvalidRequest { file, line, reason: self.error.summary() })
    }
}

impl From<Error> for RequestProblem {
    fn from(error: Error) -> Self {
        Self { error, place: None }
    }
}

/// What the settings request, else the nearest `.python-version`.
fn said_requests(
    layout: &RepositoryLayout,
    selection: &Selection,
) -> Result<Vec<PythonRequest>, RequestProblem> {
    let Some(text) = &selection.python.value else { return version_file(layout, selection) };
    Ok(vec![read(text, selection.python.origin.clone())?])
}

fn read(text: &str, origin: Origin) -> Result<PythonRequest, RequestProblem> {
    PythonRequest::read(text, origin.clone()).map_err(|error| RequestProblem::in_file(error, &origin))
}

/// The entries of the nearest `.python-version`; in one without any, nothing is requested.
fn version_file(
    layout: &RepositoryLayout,
    selection: &Selection,
) -> Result<Vec<PythonRequest>, RequestProblem> {
    let name = python_version::MANIFEST.file_name;
    let Some(file) = files(layout, selection, name, SMALL_FILE_LIMIT).next().transpose()? else {
        return Ok(Vec::new());
    };
    let entries = python_version_file::parse(&file.bytes).map_err(|error| file.unreadable(&error))?;
    entries.into_iter().map(|entry| read(&entry.text, file.origin(Some(entry.line)))).collect()
}

/// The requirement of the nearest file in the project that has one; a directory of tests may have settings of tools alone.
fn requirement(
    layout: &RepositoryLayout,
    selection: &Selection,
) -> Result<Option<PythonRequirement>, RequestProblem> {
    for file in files(layout, selection, pyproject::MANIFEST.file_name, SETTINGS_LIMIT) {
        let file = file?;
        if !file.path.is_within(&selection.project) {
            break;
        }
        let read = requires_python::parse(&file.bytes).map_err(|error| file.unreadable(&error))?;
        if let Some(read) = read {
            let origin = file.origin(Some(read.line));
            return Ok(Some(PythonRequirement { specifiers: read.specifiers, origin }));
        }
    }
    Ok(None)
}

/// Drops the requests that the project does not support, as long as others are left.
fn consistent(asked: PythonRequests) -> Result<PythonRequests, RequestProblem> {
    let Some(requires) = &asked.requires else { return Ok(asked) };
    let contradicts = |asked: &PythonRequest| asked.request.contradicts(&requires.specifiers);
    match asked.requests.first().filter(|_| asked.requests.iter().all(contradicts)) {
        Some(first) => {
            let error = first.error().cause(requires).hint(format!(
                "use a version that matches {}, or change `requires-python`",
                requires.specifiers
            ));
            Err(RequestProblem::in_file(error, &first.origin))
        }
        None => {
            let requests = asked.requests.iter().filter(|asked| !contradicts(asked)).cloned().collect();
            Ok(PythonRequests { requests, ..asked })
        }
    }
}

/// A file of the work tree.
struct ProjectFile {
    path: RepoPath,
    bytes: Vec<u8>,
}

impl ProjectFile {
    fn origin(&self, line: Option<usize>) -> Origin {
        Origin::File { path: self.path.clone(), line }
    }

    fn unreadable(&self, error: &ParseError) -> RequestProblem {
        let origin = self.origin(error.line);
        RequestProblem::in_file(
            Error::settings(message!("failed to read `{}`", origin)).cause(error),
            &origin,
        )
    }
}

/// The files of a name in the working directory, if that belongs to the project, else in the project's directory, and in the
/// directories above it that belong to the work tree, nearest first.
fn files<'l>(
    layout: &'l RepositoryLayout,
    selection: &Selection,
    name: &'static str,
    limit: u64,
) -> impl Iterator<Item = Result<ProjectFile>> + use<'l> {
    let top = layout.work_tree.as_deref();
    let is_here = top.is_some_and(|top| ProjectFinder::new(top).of(&layout.prefix).path == selection.project);
    let first = if is_here { layout.prefix.clone() } else { selection.project.clone() };
    let places: Vec<RepoPath> = first.ancestors().filter_map(|here| here.join(name).ok()).collect();
    let read = move |top: &Path, path: RepoPath| {
        let bytes = read_optional(&path.to_path(top), limit);
        bytes.map(|bytes| bytes.map(|bytes| ProjectFile { path, bytes })).transpose()
    };
    top.into_iter().flat_map(move |top| places.clone().into_iter().filter_map(move |path| read(top, path)))
}
