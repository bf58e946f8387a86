//! The report: the findings that count, what was inspected, and the verdict.

use std::path::PathBuf;
use std::time::Duration;

use super::{Environment, Finding, Severity, Skip, Standpoint};

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The files git tracks, and the disk.
    WorkTree,
    /// What the next commit would hold.
    Staged,
    /// One commit.
    Commit(String),
    /// What the commits of a range bring in.
    Range(String),
}

impl Scope {
    /// The name in JSON output.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::WorkTree => "worktree",
            Self::Staged => "staged",
            Self::Commit(_) => "commit",
            Self::Range(_) => "range",
        }
    }

    /// The revision that names the scope, as it was given.
    #[must_use]
    pub fn revision(&self) -> Option<&str> {
        match self {
            Self::Commit(revision) | Self::Range(revision) => Some(revision),
            Self::WorkTree | Self::Staged => None,
        }
    }
}

/// How bad a finding has to be to make the exit status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailOn {
    /// Only errors.
    Error,
    /// Errors and warnings.
    #[default]
    Warning,
    /// Nothing; for reports.
    Never,
}

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was looked at and nothing that counts was found.
    Clean,
    /// Something that counts was found.
    Findings,
    /// Something could not be looked at, and nothing that counts was found in the rest.
    Undecided,
}

impl Outcome {
    /// The exit status that stands for it.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Undecided => 3,
        }
    }

    /// The name in JSON output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::Undecided => "undecided",
        }
    }
}

/// The repository a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryLabel {
    /// The directory of the repository that all work trees share.
    pub root: PathBuf,
    /// The top of the work tree; `None` in a bare repository.
    pub work_tree: Option<PathBuf>,
    /// Where the person is who reads the report.
    pub standpoint: Standpoint,
}

/// What was inspected, so that an empty run cannot pass for a clean one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Inspected {
    /// Paths that were looked at.
    pub paths: u64,
    /// Environments and remnants found among them, allowed ones included.
    pub environments: u64,
    /// Requirement and lock files read.
    pub manifests: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// A finding that a setting took away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relaxation {
    /// The finding's code and place, or the setting and its value, for people.
    pub finding: String,
    /// The setting that does it, with its reason or where it is set, for people.
    pub because: String,
    /// The setting was committed with the repository.
    pub from_repository: bool,
}

/// The result of a check.
#[derive(Debug, Clone)]
pub struct Report {
    /// The repository.
    pub repository: RepositoryLabel,
    /// What was looked at.
    pub scope: Scope,
    /// What counts and what is worth knowing, by path, line and code.
    pub findings: Vec<Finding>,
    /// What the scope holds, for programs.
    pub environments: Vec<Environment>,
    /// What could not be looked at.
    pub skipped: Vec<Skip>,
    /// Findings that settings took away.
    pub relaxed: Vec<Relaxation>,
    /// What was inspected.
    pub inspected: Inspected,
    /// Which findings count.
    pub fail_on: FailOn,
}

impl Report {
    /// Puts findings and skips in the order in which everybody sees them.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.findings.sort_by(|a, b| (&a.path, a.line, a.rule.code).cmp(&(&b.path, b.line, b.rule.code)));
        self.skipped.sort();
        self.skipped.dedup();
        self.relaxed.sort_by(|a, b| a.finding.cmp(&b.finding));
        self
    }

    /// The verdict.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let least = match self.fail_on {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Never => None,
        };
        if least.is_some_and(|least| self.findings.iter().any(|finding| finding.severity >= least)) {
            return Outcome::Findings;
        }
        if self.skipped.is_empty() { Outcome::Clean } else { Outcome::Undecided }
    }

    /// How many findings have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}
