//! What is known of one format of lock files.

/// A file in which a tool records the exact packages of a project.
pub struct LockFormat {
    /// The file's name, beside the project's manifest.
    pub file_name: &'static str,
    /// The tool that writes it.
    pub tool: &'static str,
    /// Whether the tool keeps the environment as `.venv` beside the lock, unless it keeps it elsewhere.
    pub environment_in_project: bool,
}
