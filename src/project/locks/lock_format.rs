//! What is known of one format of lock files.

/// A file in which a tool records the exact packages of a project.
pub struct LockFormat {
    /// The file's name, beside the project's manifest.
    pub file_name: &'static str,
    /// The tool that writes it.
    pub tool: &'static str,
    /// Where that tool keeps the environment in the project, it is `.venv` beside the lock.
    pub environment_in_project: bool,
}
