//! What is known of one environment manager.

use std::path::PathBuf;

use crate::env::Env;
use crate::inspect::is_environment;
use crate::project::Project;

/// A tool that keeps the environments of projects where only it knows, mostly elsewhere.
pub struct EnvironmentManager {
    /// Its name.
    pub name: &'static str,
    /// Where it may keep environments of a project; the paths need not exist, nor be environments.
    pub directories: fn(&Env, &Project) -> Vec<PathBuf>,
    /// The environment that it uses for a project; `None` if the project does not use the tool, if the tool uses one that is
    /// found without it, and if nobody knows which one it uses.
    pub chosen: fn(&Env, &Project) -> Option<ToolEnvironment>,
}

/// An environment that a tool uses for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolEnvironment {
    /// Its directory, absolute.
    pub directory: PathBuf,
    /// What says so.
    pub evidence: ToolEvidence,
}

/// What says which environment a tool uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolEvidence {
    /// It lies where the tool keeps those of the project.
    Place,
    /// An environment variable, by name.
    Variable(&'static str),
    /// A file in the project's directory, by name.
    File(&'static str),
}

impl ToolEnvironment {
    /// The only environment among these directories, which lie where the tool keeps those of the project.
    pub(super) fn only_of(directories: impl IntoIterator<Item = PathBuf>) -> Option<Self> {
        let mut found = directories.into_iter().filter(|directory| is_environment(directory));
        let directory = found.next().filter(|_| found.next().is_none())?;
        Some(Self { directory, evidence: ToolEvidence::Place })
    }
}
