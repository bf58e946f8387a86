//! What `create` is requested to do.

/// What to make.
#[derive(Debug, Clone, Default)]
pub struct CreateRequest {
    /// The environment, by its name in the settings or by its directory; `None` for the selected one.
    pub environment: Option<String>,
    /// All that the settings name.
    pub all: bool,
    /// The Python, as a request or a path; `None` for what the settings and the project ask for.
    pub python: Option<String>,
    /// What shells show while it is active; `None` for the name of its directory, or that of the project.
    pub prompt: Option<String>,
    /// Without pip.
    pub without_pip: bool,
    /// With the packages of the Python that it is created from.
    pub system_site_packages: bool,
    /// Replace the environment that is there.
    pub force: bool,
    /// Only say what would be made.
    pub dry_run: bool,
    /// `cleanup` has looked at the environment that is there and asked: it is replaced as if it were named by force.
    pub is_cleaned: bool,
}
