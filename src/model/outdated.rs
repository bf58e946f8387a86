//! Which installed packages have newer versions.

use super::{Outcome, RepositoryLabel, Selection};
use crate::message::Message;

/// An installed package that has a newer version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutdatedPackage {
    /// The name.
    pub name: String,
    /// The installed version.
    pub version: String,
    /// The newest version.
    pub latest: String,
    /// What the project asks for, behind the name; `None` if it does not ask for it itself.
    pub required: Option<String>,
    /// Whether the project accepts the newest version; `None` if it does not ask for it itself, or if that is not known.
    pub is_accepted: Option<bool>,
}

/// The packages of an environment that have newer versions.
#[derive(Debug, Clone)]
pub struct OutdatedList {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The environment.
    pub selection: Selection,
    /// The program that was asked.
    pub tool: &'static str,
    /// The packages, by name.
    pub packages: Vec<OutdatedPackage>,
    /// That there are some makes the exit status 1.
    pub counts: bool,
    /// What the user may want to know.
    pub notes: Vec<Message>,
}

impl OutdatedList {
    /// Findings if there are some and that counts.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.counts && !self.packages.is_empty() { Outcome::Findings } else { Outcome::Clean }
    }
}
