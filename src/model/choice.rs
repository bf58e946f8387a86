//! Which environment a command means.

use std::path::PathBuf;

use crate::path::RepoPath;
use crate::setting::{Origin, Setting};

/// Why this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChoiceReason {
    /// It was named on the command line.
    Named,
    /// `git pyenv use` or the setting `environment` chose it.
    Used(Origin),
    /// The setting `venvDirectory` says so.
    Directory(Origin),
    /// It is there, in the working directory or the nearest above it.
    Existing,
    /// The project's lock file belongs to a tool that keeps its environment in `.venv`.
    Lock(RepoPath),
    /// Nothing says anything else.
    Default,
}

/// The environment that a command means. It need not be there yet.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The name in `environments`, if it has one.
    pub name: Option<String>,
    /// Its directory, absolute.
    pub directory: PathBuf,
    /// Its directory in the work tree; `None` outside of it.
    pub place: Option<RepoPath>,
    /// Where the directory's name came from; what a repository says must not lead out of it.
    pub origin: Origin,
    /// The Python asked for by the settings: of this environment, else `pythonVersion`.
    pub python: Setting<Option<String>>,
    /// Why this one.
    pub reason: ChoiceReason,
}
