//! Everything the rules may know. Gathering it is the last thing that touches a repository or a disk.

use super::{DerivedFile, Environment, EnvironmentLink, EnvironmentSync, Inspection, ProjectFacts, Scope};
use crate::message::Message;
use crate::path::RepoPath;

/// An environment among the files that git has, in the scope looked at.
#[derive(Debug, Clone)]
pub struct TrackedEnvironment {
    /// The environment.
    pub environment: Environment,
    /// Which of its files the commit adds or changes; `None` where the scope is not a change.
    pub changed: Option<Vec<RepoPath>>,
    /// The commit of a range that brings it in, abbreviated.
    pub commit: Option<String>,
    /// The ignore rule that covers its directory although it is tracked.
    pub ignored_by: Option<Protection>,
}

/// A link or `.venv` file among the files that git has.
#[derive(Debug, Clone)]
pub struct TrackedLink {
    /// The link.
    pub link: EnvironmentLink,
    /// The commit adds or changes it; `None` where the scope is not a change.
    pub changed: Option<bool>,
    /// The commit of a range that brings it in, abbreviated.
    pub commit: Option<String>,
}

/// An ignore rule that covers something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// The file that holds the rule.
    pub source: Message,
    /// That file within the repository; `None` for a file only this user has.
    pub shared: Option<RepoPath>,
    /// The line, counted from 1.
    pub line: usize,
    /// The pattern.
    pub pattern: String,
    /// The rule stands in the environment itself, as virtualenv, uv and new venvs write it.
    pub is_own: bool,
}

/// An environment on the disk, in the work tree.
#[derive(Debug, Clone)]
pub struct DiskEnvironment {
    /// The environment.
    pub environment: Environment,
    /// The rule that keeps git from taking it in.
    pub protection: Option<Protection>,
    /// The rule that would cover a link or file of the same name.
    pub link_protection: Option<Protection>,
    /// How many of its files git tracks.
    pub tracked_files: usize,
}

/// A link on the disk that leads to an environment and is not tracked.
#[derive(Debug, Clone)]
pub struct DiskLink {
    /// The link.
    pub link: EnvironmentLink,
    /// The rule that covers it.
    pub protection: Option<Protection>,
    /// A rule that would cover a directory of that name, but not this link.
    pub directory_protection: Option<Protection>,
}

/// What the rules look at.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What was looked at.
    pub scope: Scope,
    /// Environments and remnants that git has.
    pub tracked: Vec<TrackedEnvironment>,
    /// Links that git has.
    pub tracked_links: Vec<TrackedLink>,
    /// Environments on the disk; empty unless the scope is the work tree.
    pub on_disk: Vec<DiskEnvironment>,
    /// Links on the disk; empty unless the scope is the work tree.
    pub disk_links: Vec<DiskLink>,
    /// The inspections of environments on the disk; only `check` of the work tree asks.
    pub inspections: Vec<Inspection>,
    /// Locks, and compiled and exported requirements; of a commit that is being made only those that it concerns.
    pub derived: Vec<DerivedFile>,
    /// Whether what is installed is what is asked for; as `inspections`, of environments that a project uses.
    pub syncs: Vec<EnvironmentSync>,
    /// What each project says about environments, by path; as `inspections`.
    pub projects: Vec<ProjectFacts>,
}

impl Facts {
    /// No facts about a scope.
    #[must_use]
    pub fn nothing(scope: Scope) -> Self {
        Self {
            scope,
            tracked: Vec::new(),
            tracked_links: Vec::new(),
            on_disk: Vec::new(),
            disk_links: Vec::new(),
            inspections: Vec::new(),
            derived: Vec::new(),
            syncs: Vec::new(),
            projects: Vec::new(),
        }
    }
}
