//! What CI needs to know to keep an environment in a cache.

use super::{Outcome, Report, RepositoryLabel, Selection};
use crate::message::Message;
use crate::path::RepoPath;

/// A file that decides on the content of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheInput {
    /// The file, or a directory of archives.
    pub path: RepoPath,
    /// A SHA-256 in hexadecimal: of the content, of a text with line breaks of Unix; of a directory, of the names and
    /// digests of the archives in it.
    pub digest: String,
}

/// The key under which an environment is kept.
#[derive(Debug, Clone)]
pub struct CacheKey {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The environment.
    pub selection: Selection,
    /// The key.
    pub key: String,
    /// The beginning that all keys for the same platform and Python have.
    pub restore_prefix: String,
    /// The system and the machine: `linux-x86_64`.
    pub platform: String,
    /// The implementation and version of the Python, such as `cpython-3.12.4`; `None` if that is not known without running
    /// it.
    pub python: Option<String>,
    /// The Python that is requested, as written.
    pub requested_python: Vec<String>,
    /// The files, by path.
    pub inputs: Vec<CacheInput>,
    /// What the user may want to know.
    pub notes: Vec<Message>,
}

/// Whether an environment that came from a cache can be used.
#[derive(Debug, Clone)]
pub struct CacheVerification {
    /// The environment.
    pub selection: Selection,
    /// What `check` says of it.
    pub report: Report,
}

impl CacheVerification {
    /// Clean if it can be used.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.report.outcome()
    }
}
