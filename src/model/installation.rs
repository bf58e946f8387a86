//! What `install` did.

use std::path::PathBuf;

use super::{CacheInput, Outcome, PlanBasis, RepositoryLabel, Selection};
use crate::message::Message;
use crate::path::RepoPath;

/// What became of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageAction {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another version, comes from somewhere else, or was installed again from an archive without a recorded hash.
    Changed,
}

impl PackageAction {
    /// The name in JSON output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A package that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageChange {
    /// Its name as recorded.
    pub name: String,
    /// What became of it.
    pub action: PackageAction,
    /// The version before, followed by where it came from unless from an index; `None` if it was not there or has none.
    pub from: Option<String>,
    /// The same after.
    pub to: Option<String>,
}

/// What became of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallStep {
    /// Everything was there: nothing was started.
    UpToDate,
    /// A backend installed.
    Installed,
    /// A backend would install.
    WouldInstall,
}

/// What `install` did with one environment.
#[derive(Debug, Clone)]
pub struct Installation {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The environment.
    pub selection: Selection,
    /// What became of it.
    pub step: InstallStep,
    /// The backend, and why this one; `None` if none was needed.
    pub backend: Option<(&'static str, Message)>,
    /// The commands that were run, or would be, each as its words.
    pub commands: Vec<Vec<String>>,
    /// The directory in which the commands run.
    pub directory: PathBuf,
    /// What is not as it was; for a dry run, what is known of it.
    pub changes: Vec<PackageChange>,
    /// The files that say what is asked for, for people.
    pub files: Vec<RepoPath>,
    /// Of a dry run, the content of what decides on the plan.
    pub inputs: Vec<CacheInput>,
    /// The same of files that were named and lie outside of the work tree: absolute, with their SHA-256 in hexadecimal.
    pub outside_inputs: Vec<(PathBuf, String)>,
    /// What it rests on, as a plan.
    pub basis: PlanBasis,
    /// What is still not as it is asked for, as sentences without a full stop.
    pub remaining: Vec<Message>,
    /// What the user may want to know.
    pub notes: Vec<Message>,
}

impl Installation {
    /// Findings if the environment is still out of step.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.remaining.is_empty() { Outcome::Clean } else { Outcome::Findings }
    }
}
