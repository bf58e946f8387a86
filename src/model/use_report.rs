//! What `use` says.

use super::{RepositoryLabel, Selection};

/// Which environment is in use in a work tree.
#[derive(Debug, Clone)]
pub struct UseReport {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The environment that commands mean from now on.
    pub selection: Selection,
    /// It is there.
    pub exists: bool,
    /// Something was written.
    pub changed: bool,
    /// What else there is to know.
    pub notes: Vec<String>,
}
