//! What a search looks for.

use std::path::Path;

use crate::model::PythonRequests;

/// The Python that a search looks for.
#[derive(Debug, Clone, Copy)]
pub struct Query<'q> {
    /// The requests, and what the project supports.
    pub requests: &'q PythonRequests,
    /// The top of the work tree, absolute. A Python in it is only run if the user named it: what a repository brings
    /// along is not trusted.
    pub work_tree: Option<&'q Path>,
}
