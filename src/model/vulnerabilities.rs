//! Known vulnerabilities of packages.

use super::{Outcome, RepositoryLabel};
use crate::message::Message;

/// A vulnerability of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownVulnerability {
    /// The name of the package.
    pub package: String,
    /// Its version.
    pub version: String,
    /// The id, such as `PYSEC-2024-1`.
    pub id: String,
    /// Other ids.
    pub aliases: Vec<String>,
    /// What it is, in a line; empty if nobody says.
    pub summary: String,
    /// The versions that do not have it.
    pub fixed_in: Vec<String>,
}

/// What is known of the packages of a lock or an environment.
#[derive(Debug, Clone)]
pub struct VulnerabilityReport {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The program that was asked.
    pub tool: &'static str,
    /// The lock or environment, for people.
    pub subject: Message,
    /// How many packages were looked at.
    pub audited: u64,
    /// The vulnerabilities, by package.
    pub vulnerabilities: Vec<KnownVulnerability>,
    /// Packages of which nothing could be determined, as sentences without a full stop.
    pub undecided: Vec<String>,
    /// What the user may want to know.
    pub notes: Vec<Message>,
}

impl VulnerabilityReport {
    /// Findings if there are some, undecided if something could not be looked at.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (self.vulnerabilities.is_empty(), self.undecided.is_empty()) {
            (false, _) => Outcome::Findings,
            (true, false) => Outcome::Undecided,
            (true, true) => Outcome::Clean,
        }
    }
}
