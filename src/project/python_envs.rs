//! The environment that `.python-envs` names (<https://peps.python.org/pep-0832/>). Committing the file is allowed, so what it
//! names is only ever chosen among what is there: nothing is made or deleted because of it.

use std::path::PathBuf;

use super::project_directory::Project;
use crate::error::{Error, Result};
use crate::formats::{ParseError, python_envs};
use crate::fs::{normalise_path, read_optional};
use crate::inspect::is_environment;
use crate::message::message;
use crate::model::Skip;
use crate::path::RepoPath;
use crate::setting::Origin;
use crate::tree::SMALL_FILE_LIMIT;

/// The name of the file.
pub(super) const FILE_NAME: &str = ".python-envs";

/// An environment that the file names.
pub(super) struct NamedByFile {
    /// Its directory, absolute.
    pub(super) directory: PathBuf,
    /// The line.
    pub(super) origin: Origin,
}

/// Says whether a project has the file. A directory of that name is where people keep environments.
pub(super) fn is_in(project: &Project) -> bool {
    project.has_file(FILE_NAME)
}

/// The environment that a project's file names and that is there: the last line counts first. `None` if there is none, and if there
/// is `.venv`, which is a last line that nobody has to write.
///
/// # Errors
/// Settings, with the line, if the file cannot be parsed; undecided if it cannot be read.
pub(super) fn chosen(project: &Project) -> Result<Option<NamedByFile>> {
    let Some(path) = project.path_of(FILE_NAME).filter(|_| is_in(project)) else { return Ok(None) };
    let place = project.directory.join(FILE_NAME);
    let Some(bytes) = read_optional(&place, SMALL_FILE_LIMIT)? else { return Ok(None) };
    let entries = python_envs::parse(&bytes).map_err(|error| unreadable(&path, &error))?;
    if is_environment(&project.directory.join(".venv")) {
        return Ok(None);
    }
    let named = entries.into_iter().rev().map(|entry| NamedByFile {
        directory: normalise_path(&project.directory.join(entry.path)),
        origin: Origin::File { path: path.clone(), line: Some(entry.line) },
    });
    Ok(named.into_iter().find(|named| is_environment(&named.directory)))
}

/// What to say of a project's file that cannot be read or parsed.
pub(super) fn unread(project: &Project) -> Option<Skip> {
    let error = chosen(project).err()?;
    let path = project.path_of(FILE_NAME)?;
    Some(Skip { path, reason: error.summary(), blob: None })
}

fn unreadable(path: &RepoPath, error: &ParseError) -> Error {
    let origin = Origin::File { path: path.clone(), line: error.line };
    Error::settings(message!("failed to read `{}`", origin)).cause(error)
}
