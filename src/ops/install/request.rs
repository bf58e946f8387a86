//! What `install` is requested to do.

/// What to install, and where.
#[derive(Debug, Clone, Default)]
pub struct InstallationRequest {
    /// The environment, by its name in the settings or by its directory; `None` for the selected one.
    pub environment: Option<String>,
    /// Remove what nothing asks for.
    pub is_exact: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Dependency groups to install too.
    pub groups: Vec<String>,
    /// Extras of the project to install too.
    pub extras: Vec<String>,
    /// Requirements files to install from, in the place of what the project says; relative to the working directory.
    pub requirements: Vec<String>,
    /// Copy projects into the environment, and do not use them where they are.
    pub without_editable: bool,
    /// Where nothing says what to install, there is nothing to do.
    pub may_be_empty: bool,
    /// The backend, by name.
    pub backend: Option<String>,
}
