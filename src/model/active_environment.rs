//! The environment that is active in the shell.

use std::path::PathBuf;

/// An environment that is active in the shell from which the command was called, as a variable says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveEnvironment {
    /// The variable.
    pub variable: &'static str,
    /// The directory that it names, absolute.
    pub directory: PathBuf,
    /// Something is there.
    pub exists: bool,
}
