//! What `use` says.

use super::{RepositoryLabel, Selection};
use crate::message::Message;
use crate::path::RepoPath;

/// Which environment is in use in a work tree.
#[derive(Debug, Clone)]
pub struct UseReport {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The directory of the project.
    pub project: RepoPath,
    /// The selected environment.
    pub selection: Selection,
    /// It exists.
    pub exists: bool,
    /// Its Python version, as far as it is recorded.
    pub python: Option<String>,
    /// The command that activates it where `git pyenv activate` does not.
    pub activation: Option<String>,
    /// Something was written, or would be.
    pub changed: bool,
    /// Nothing was to be written.
    pub is_dry_run: bool,
    /// What else there is to know.
    pub notes: Vec<Message>,
}
