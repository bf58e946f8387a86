//! The tools of a repository, as the command `tool` shows them.

use std::path::PathBuf;

use super::PlanBasis;
use super::program::{ArgumentDescription, CommandEffect};
use super::report::RepositoryLabel;
use crate::error::Error;
use crate::path::RepoPath;

/// Whether a tool may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolTrust {
    /// The user trusts it as it is, since a time as RFC 3339 has it.
    Trusted(String),
    /// The user does not trust it as it is, but trusted it with another content.
    Changed,
    /// The user does not trust it.
    Untrusted,
    /// It runs nothing that comes with the repository.
    NotNeeded,
}

/// What a tool runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolRuns {
    /// A file that the environment's Python runs.
    Script(RepoPath),
    /// A program of the repository.
    Executable(RepoPath),
    /// git-pyenv.
    ThisProgram,
}

/// A tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolDetails {
    /// Its name.
    pub name: String,
    /// Its version, if it has one.
    pub version: Option<String>,
    /// What it is for; empty if nothing is said.
    pub description: String,
    /// The file with its description.
    pub file: RepoPath,
    /// What it runs.
    pub runs: ToolRuns,
    /// The environment that it runs in, by name or directory; `None` for the default one.
    pub environment: Option<String>,
    /// All files that it consists of, with the SHA-256 of each.
    pub files: Vec<(RepoPath, String)>,
    /// The arguments that it takes; `None` if it takes any.
    pub arguments: Option<Vec<ArgumentDescription>>,
    /// What it may do at most, as it says itself; `None` if it does not say it.
    pub effect: Option<CommandEffect>,
    /// Whether it may run.
    pub trust: ToolTrust,
    /// The SHA-256 of all that is trusted together.
    pub digest: Option<String>,
}

/// A tool of the registry.
#[derive(Debug)]
pub struct ListedTool {
    /// Its name in the registry.
    pub name: String,
    /// What is known of it, or why it cannot be run.
    pub tool: Result<ToolDetails, Error>,
}

/// The tools of a repository.
#[derive(Debug)]
pub struct ToolListing {
    /// The repository.
    pub repository: RepositoryLabel,
    /// The tools, sorted by name.
    pub tools: Vec<ListedTool>,
}

/// Something that the user trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedItem {
    /// Its name.
    pub name: String,
    /// The kind, for example `tool`.
    pub kind: &'static str,
    /// Where it comes from: the git directory of its repository.
    pub origin: PathBuf,
    /// Its files, with the SHA-256 of each.
    pub files: Vec<(PathBuf, String)>,
    /// Since when, as RFC 3339 has it.
    pub trusted_at: String,
}

/// Everything that the user trusts, in any repository.
#[derive(Debug)]
pub struct TrustListing {
    /// The items, sorted by origin and name.
    pub items: Vec<TrustedItem>,
    /// What is wrong with records that cannot be read.
    pub damaged: Vec<Error>,
}

/// What was done with a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolAction {
    /// It is only shown.
    Shown,
    /// It was registered.
    Registered,
    /// It would be registered.
    WouldRegister,
    /// It was registered before.
    AlreadyRegistered,
    /// It is shown to who may trust it.
    WouldTrust,
    /// The user trusts it now.
    Trusted,
    /// The user trusted it before.
    AlreadyTrusted,
}

/// A tool, and what was done with it.
#[derive(Debug, Clone)]
pub struct ToolReport {
    /// The repository.
    pub repository: RepositoryLabel,
    /// What was done.
    pub action: ToolAction,
    /// The tool.
    pub tool: ToolDetails,
}

/// A tool of which something was taken away: its entry in the registry, or the user's trust.
#[derive(Debug, Clone)]
pub struct ToolRemoval {
    /// The repository.
    pub repository: RepositoryLabel,
    /// Its name.
    pub name: String,
    /// It was taken out of the registry.
    pub is_unregistered: bool,
    /// How many contents of it are not trusted any more.
    pub forgotten: usize,
    /// Nothing was done.
    pub is_dry_run: bool,
    /// What it rests on, as a plan.
    pub basis: PlanBasis,
}
