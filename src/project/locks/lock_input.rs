//! What a lock format is given: bytes and values, so that the work tree, the index and a commit are asked alike.

use std::path::Path;

use crate::formats::{self, ParseError, Value, utf8};
use crate::message::{Message, message};
use crate::model::{Freshness, Place};
use crate::path::RepoPath;
use crate::python::MarkerEnvironment;

/// The manifest of most tools.
pub(super) const PYPROJECT: &str = "pyproject.toml";

/// A lock with what belongs to it.
#[derive(Clone, Copy)]
pub struct LockInput<'i> {
    /// The path of the lock in the repository.
    pub file: &'i RepoPath,
    /// Its content.
    pub lock: &'i [u8],
    /// The content of the manifest beside it; `None` if there is none.
    pub manifest: Option<&'i [u8]>,
    /// Other files that the answer may depend on: those of members of a workspace.
    pub files: &'i dyn ProjectFiles,
}

/// Files around a lock. Paths are relative to its directory, with `/`, and may begin with `../`.
pub trait ProjectFiles {
    /// The content of a file; `None` if it does not exist.
    ///
    /// # Errors
    /// Why it could not be read, as a lower-case fragment.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String>;

    /// The names of the directories in a directory.
    ///
    /// # Errors
    /// Why it could not be listed, as a lower-case fragment.
    fn directories(&self, path: &str) -> Result<Vec<String>, String>;
}

/// What is wanted of a lock.
#[derive(Clone, Copy)]
pub struct LockSelection<'s> {
    /// The directory of the lock, absolute.
    pub directory: &'s Path,
    /// The extras of the project.
    pub extras: &'s [String],
    /// The groups; `None` for those that the tool installs by default.
    pub groups: Option<&'s [String]>,
    /// The environment that it is for.
    pub environment: &'s MarkerEnvironment,
}

impl LockInput<'_> {
    /// The lock, or a line of it.
    pub(super) fn place(&self, line: Option<usize>) -> Place {
        Place { file: self.file.clone(), line }
    }

    /// A file beside the lock, or a line of it, for messages.
    pub(super) fn beside(&self, path: &str, line: Option<usize>) -> Message {
        let directory = self.file.parent().unwrap_or_default();
        match crate::path::resolve(directory.as_bytes(), path.as_bytes()) {
            Some(file) => Message::of(&Place { file, line }),
            None => line.map_or_else(|| path.into(), |line| message!("{}:{}", path, line)),
        }
    }

    /// What is said of a file that could not be parsed.
    pub(super) fn unreadable(&self, path: &str, error: &ParseError) -> Message {
        message!("`{}` cannot be read: {}", self.beside(path, error.line), error.to_string())
    }

    /// What is said of the lock, if it could not be parsed.
    pub(super) fn unreadable_lock(&self, error: &ParseError) -> Message {
        message!("`{}` cannot be read: {}", self.place(error.line), error.to_string())
    }

    /// The manifest as TOML.
    ///
    /// # Errors
    /// [`Freshness::Unknown`] if it does not exist, [`Freshness::Unreadable`] if it cannot be parsed.
    pub(super) fn manifest(&self, name: &str) -> Result<Value, Freshness> {
        let Some(bytes) = self.manifest else {
            return Err(Freshness::Unknown(message!("there is no `{}`", self.beside(name, None))));
        };
        self.parse_toml(name, bytes).map_err(Freshness::Unreadable)
    }

    /// Another file as TOML; `None` if it does not exist.
    ///
    /// # Errors
    /// Why it cannot be known, as a lower-case fragment.
    pub(super) fn other_manifest(&self, path: &str) -> Result<Option<Value>, Message> {
        let read = self.files.read(path);
        let bytes =
            read.map_err(|reason| message!("`{}` cannot be read: {}", self.beside(path, None), reason))?;
        bytes.map(|bytes| self.parse_toml(path, &bytes)).transpose()
    }

    fn parse_toml(&self, path: &str, bytes: &[u8]) -> Result<Value, Message> {
        let parsed = utf8(bytes).and_then(|text| formats::toml::parse(text, &[]));
        let document = parsed.map_err(|error| self.unreadable(path, &error))?;
        Ok(document.map_or_else(|| Value::Table(Vec::new()), |document| document.value))
    }
}
