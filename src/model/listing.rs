//! What `list` says.

use super::{Environment, Outcome, Protection, RepositoryLabel, Skip};

/// An environment of the work tree, with what git makes of it.
#[derive(Debug, Clone)]
pub struct ListedEnvironment {
    /// The environment as it lies on the disk.
    pub environment: Environment,
    /// The rule that ignores it.
    pub protection: Option<Protection>,
    /// How many of its files git tracks.
    pub tracked_files: usize,
}

/// The environments of a work tree.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The environments, by path.
    pub environments: Vec<ListedEnvironment>,
    /// What could not be looked at.
    pub skipped: Vec<Skip>,
}

impl Listing {
    /// Complete, or undecided where something could not be looked at.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.skipped.is_empty() { Outcome::Clean } else { Outcome::Undecided }
    }
}
