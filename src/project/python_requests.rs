//! What is requested: on the command line, in settings, in `.python-version`, in `pyproject.toml`.

use super::manifests::{pyproject, python_version};
use crate::error::{Error, Result};
use crate::formats::{ParseError, python_version_file, requires_python};
use crate::fs::read_optional;
use crate::git::RepositoryLayout;
use crate::model::{PythonRequest, PythonRequests, PythonRequirement, Selection};
use crate::path::RepoPath;
use crate::setting::Origin;
use crate::tree::{SETTINGS_LIMIT, SMALL_FILE_LIMIT};

/// Gathers what is requested for an environment. `named` is the value of `--python`; else the settings say, else the nearest
/// `.python-version` from the working directory upwards. The `requires-python` of the nearest `pyproject.toml` has to
/// hold as well.
///
/// # Errors
/// Usage or settings, with the place, for what cannot be understood and for what contradicts the project.
pub fn python_requests(
    layout: &RepositoryLayout,
    selection: &Selection,
    named: Option<&str>,
) -> Result<PythonRequests> {
    let requests = if let Some(text) = named {
        vec![PythonRequest::read(text, Origin::Flag("--python".to_owned()))?]
    } else if let Some(text) = &selection.python.value {
        vec![PythonRequest::read(text, selection.python.origin.clone())?]
    } else {
        version_file(layout)?
    };
    consistent(PythonRequests { requests, requires: requirement(layout)? })
}

/// The entries of the nearest `.python-version`; in one without any, nothing is requested.
fn version_file(layout: &RepositoryLayout) -> Result<Vec<PythonRequest>> {
    let Some(file) = nearest(layout, python_version::MANIFEST.file_name, SMALL_FILE_LIMIT)? else {
        return Ok(Vec::new());
    };
    let entries = python_version_file::parse(&file.bytes).map_err(|error| file.unreadable(&error))?;
    entries.into_iter().map(|entry| PythonRequest::read(&entry.text, file.origin(Some(entry.line)))).collect()
}

fn requirement(layout: &RepositoryLayout) -> Result<Option<PythonRequirement>> {
    let Some(file) = nearest(layout, pyproject::MANIFEST.file_name, SETTINGS_LIMIT)? else { return Ok(None) };
    let read = requires_python::parse(&file.bytes).map_err(|error| file.unreadable(&error))?;
    Ok(read
        .map(|read| PythonRequirement { specifiers: read.specifiers, origin: file.origin(Some(read.line)) }))
}

/// Drops the requests that the project does not support, as long as others are left.
fn consistent(asked: PythonRequests) -> Result<PythonRequests> {
    let Some(requires) = &asked.requires else { return Ok(asked) };
    let contradicts = |asked: &PythonRequest| asked.request.contradicts(&requires.specifiers);
    match asked.requests.first().filter(|_| asked.requests.iter().all(contradicts)) {
        Some(first) => Err(first.error().cause(requires).hint(format!(
            "use a version that matches {}, or change `requires-python`",
            requires.specifiers
        ))),
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
        Origin::File { path: self.path.to_string(), line }
    }

    fn unreadable(&self, error: &ParseError) -> Error {
        Error::settings(format!("failed to read `{}`", self.origin(error.line))).cause(error)
    }
}

/// The file of a name in the working directory, or in the nearest directory above it that belongs to the work tree.
fn nearest(layout: &RepositoryLayout, name: &str, limit: u64) -> Result<Option<ProjectFile>> {
    let Some(top) = &layout.work_tree else { return Ok(None) };
    for here in layout.prefix.ancestors() {
        let path = here
            .join(name)
            .map_err(|error| Error::settings(format!("`{name}` is not a valid path")).cause(error))?;
        if let Some(bytes) = read_optional(&path.to_path(top), limit)? {
            return Ok(Some(ProjectFile { path, bytes }));
        }
    }
    Ok(None)
}
